package statefulset

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view/viewtest"
)

const db = `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, generation: 1, annotations: {kubernetes.io/change-cause: first}}
spec:
  serviceName: db
  replicas: 3
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: c, image: "db:1"}]}
`

// with is the set with one more line in its spec.
func with(lines ...string) string {
	return strings.Replace(db, "  template:", "  "+strings.Join(lines, "\n  ")+"\n  template:", 1)
}

const claims = `volumeClaimTemplates: [{metadata: {name: data, labels: {tier: disk}}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]`

var key = api.Key{Resource: plan.StatefulSets, Cluster: api.Host, Namespace: "default", Name: "db"}

func get(w *viewtest.World) *appsv1.StatefulSet {
	return viewtest.Get[appsv1.StatefulSet](w, plan.StatefulSets, "default", "db")
}

func pods(w *viewtest.World) []*corev1.Pod { return viewtest.All[corev1.Pod](w, plan.Pods) }

// change edits the set as a user would.
func change(w *viewtest.World, f func(*appsv1.StatefulSet)) {
	set := get(w)
	f(set)
	set.Generation++
	w.Put(set)
}

func image(i string) func(*appsv1.StatefulSet) {
	return func(set *appsv1.StatefulSet) { set.Spec.Template.Spec.Containers[0].Image = i }
}

func scale(n int32) func(*appsv1.StatefulSet) {
	return func(set *appsv1.StatefulSet) { set.Spec.Replicas = &n }
}

// run makes the named pods run and be ready, all that wait for it if none are named. It reports whether there were any.
func run(w *viewtest.World, names ...string) bool {
	any := false
	for _, p := range pods(w) {
		if (len(names) == 0 || slices.Contains(names, p.Name)) && !ready(p) && plan.Active(p) && !strings.HasSuffix(p.Spec.Containers[0].Image, ":bad") {
			p.Status.Phase = corev1.PodRunning
			plan.SetPodCondition(&p.Status, corev1.PodCondition{Type: corev1.PodReady, Status: corev1.ConditionTrue}, w.Now)
			w.Put(p)
			any = true
		}
	}
	return any
}

// state is the pods with their images, "?" for those that are not ready, "x" for those that are being deleted.
func state(w *viewtest.World) string {
	var out []string
	for _, p := range pods(w) {
		_, img, _ := strings.Cut(p.Spec.Containers[0].Image, ":")
		s := p.Name + ":" + img
		if p.DeletionTimestamp != nil {
			s += "x"
		} else if !ready(p) {
			s += "?"
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

// steps lets the controller act and pods become ready in turn until nothing changes, and returns the states in between.
func steps(w *viewtest.World) string {
	var seen []string
	for range 50 {
		w.Settle(Controller())
		if s := state(w); len(seen) == 0 || seen[len(seen)-1] != s {
			seen = append(seen, s)
		}
		if !run(w) {
			break
		}
	}
	return strings.Join(seen, ", ")
}

// hold makes the deletion of pods take until release is called.
func hold(w *viewtest.World) {
	for _, p := range pods(w) {
		p.Finalizers = []string{"test/kubelet"}
		w.Put(p)
	}
}

func release(w *viewtest.World) {
	for _, p := range pods(w) {
		if p.DeletionTimestamp != nil {
			w.Remove(plan.KeyOf(api.Host, plan.Pods, p))
		}
	}
}

// Given a set, and what is done to it when it is complete; want the states that its pods go through.
func TestOrder(t *testing.T) {
	parallel := with("podManagementPolicy: Parallel")
	for name, c := range map[string]struct {
		given string
		do    func(w *viewtest.World)
		first string
		then  string
	}{
		"up in order": {given: db, first: "db-0:1?, db-0:1 db-1:1?, db-0:1 db-1:1 db-2:1?, db-0:1 db-1:1 db-2:1"},
		"up at once":  {given: parallel, first: "db-0:1? db-1:1? db-2:1?, db-0:1 db-1:1 db-2:1"},
		"from another ordinal": {given: with("ordinals: {start: 5}"),
			first: "db-5:1?, db-5:1 db-6:1?, db-5:1 db-6:1 db-7:1?, db-5:1 db-6:1 db-7:1"},
		"down to one": {given: db, do: func(w *viewtest.World) { change(w, scale(1)) }, then: "db-0:1"},
		"moving the first ordinal": {given: db, do: func(w *viewtest.World) {
			change(w, func(set *appsv1.StatefulSet) { set.Spec.Ordinals = &appsv1.StatefulSetOrdinals{Start: 2} })
		}, then: "db-0:1 db-1:1 db-2:1 db-3:1?, db-0:1 db-1:1 db-2:1 db-3:1 db-4:1?, db-2:1 db-3:1 db-4:1"},
		"update from the last": {given: db, do: func(w *viewtest.World) { change(w, image("db:2")) },
			then: "db-0:1 db-1:1 db-2:2?, db-0:1 db-1:2? db-2:2, db-0:2? db-1:2 db-2:2, db-0:2 db-1:2 db-2:2"},
		"update down to the partition": {given: with("updateStrategy: {rollingUpdate: {partition: 2}}"), do: func(w *viewtest.World) { change(w, image("db:2")) },
			then: "db-0:1 db-1:1 db-2:2?, db-0:1 db-1:1 db-2:2"},
		"update two at a time": {given: with("updateStrategy: {rollingUpdate: {maxUnavailable: 2}}", "podManagementPolicy: Parallel"), do: func(w *viewtest.World) { change(w, image("db:2")) },
			then: "db-0:1 db-1:2? db-2:2?, db-0:2? db-1:2 db-2:2, db-0:2 db-1:2 db-2:2"},
		"no update by itself": {given: with("updateStrategy: {type: OnDelete}"), do: func(w *viewtest.World) { change(w, image("db:2")) },
			then: "db-0:1 db-1:1 db-2:1"},
		"update of what was deleted": {given: with("updateStrategy: {type: OnDelete}"), do: func(w *viewtest.World) {
			change(w, image("db:2"))
			w.Remove(plan.KeyOf(api.Host, plan.Pods, pods(w)[1]))
		}, then: "db-0:1 db-1:2? db-2:1, db-0:1 db-1:2 db-2:1"},
		"below the partition the old revision comes back": {given: with("updateStrategy: {rollingUpdate: {partition: 2}}"), do: func(w *viewtest.World) {
			change(w, image("db:2"))
			steps(w)
			w.Remove(plan.KeyOf(api.Host, plan.Pods, pods(w)[0]))
		}, then: "db-0:1? db-1:1 db-2:2, db-0:1 db-1:1 db-2:2"},
		"a broken update waits": {given: db, do: func(w *viewtest.World) { change(w, image("db:bad")) }, then: "db-0:1 db-1:1 db-2:bad?"},
		"ordered, a rollback waits for the broken pod": {given: db, do: func(w *viewtest.World) {
			change(w, image("db:bad"))
			steps(w)
			change(w, image("db:1"))
		}, then: "db-0:1 db-1:1 db-2:bad?"},
		"parallel, a rollback replaces the broken pod": {given: parallel, do: func(w *viewtest.World) {
			change(w, image("db:bad"))
			steps(w)
			change(w, image("db:1"))
		}, then: "db-0:1 db-1:1 db-2:1?, db-0:1 db-1:1 db-2:1"},
		"ended pods are made again": {given: db, do: func(w *viewtest.World) {
			for i, phase := range []corev1.PodPhase{corev1.PodFailed, corev1.PodSucceeded} {
				p := pods(w)[i]
				p.Status = corev1.PodStatus{Phase: phase}
				w.Put(p)
			}
		}, then: "db-0:1? db-1:1? db-2:1, db-0:1 db-1:1? db-2:1, db-0:1 db-1:1 db-2:1"},
		"the highest of two sick ones waits for the lower": {given: db, do: func(w *viewtest.World) {
			for _, i := range []int{1, 2} {
				p := pods(w)[i]
				p.Status.Conditions = nil
				w.Put(p)
			}
			change(w, scale(1))
			w.Settle(Controller())
		}, then: "db-0:1 db-1:1? db-2:1?, db-0:1"},
	} {
		t.Run(name, func(t *testing.T) {
			w := viewtest.New(t, c.given)
			got := steps(w)
			if c.first != "" && got != c.first {
				t.Errorf("created: %s\n   want: %s", got, c.first)
			}
			if c.do == nil {
				return
			}
			c.do(w)
			if got := steps(w); got != c.then {
				t.Errorf("then: %s\nwant: %s", got, c.then)
			}
		})
	}
}

// Deletion is graceful: what is being deleted holds up what is ordered after it.
func TestWaitsForDeletion(t *testing.T) {
	w := viewtest.New(t, db)
	steps(w)
	hold(w)
	change(w, scale(1))
	var seen []string
	for range 3 {
		w.Settle(Controller())
		seen = append(seen, state(w))
		release(w)
	}
	w.Settle(Controller())
	seen = append(seen, state(w))
	if got, want := strings.Join(seen, ", "), "db-0:1 db-1:1 db-2:1x, db-0:1 db-1:1x, db-0:1, db-0:1"; got != want {
		t.Errorf("scaled down: %s\nwant: %s", got, want)
	}
	hold(w)
	w.Apply(plan.Delete(plan.Beside(key, plan.Pods, "db-0"), pods(w)[0], "a user does"))
	change(w, scale(2))
	w.Settle(Controller())
	if got := state(w); got != "db-0:1x" {
		t.Errorf("while the first is going: %s", got)
	}
	if p, err := Controller().Plan(w.Snapshot(), key, w.Now); err != nil || p.Note != "waiting for pod db-0 to terminate" {
		t.Errorf("note %q, %v", p.Note, err)
	}
}

func TestIdentity(t *testing.T) {
	w := viewtest.New(t, db)
	told, _ := w.Settle(Controller())
	if want := "db Normal SuccessfulCreate: Create Pod db-0 in StatefulSet db successful"; len(told) != 1 || told[0] != want {
		t.Errorf("told %q, want %q", told, want)
	}
	p := pods(w)[0]
	rev := get(w).Status.UpdateRevision
	want := map[string]string{"app": "db", "statefulset.kubernetes.io/pod-name": "db-0", "apps.kubernetes.io/pod-index": "0", "controller-revision-hash": rev}
	if fmt.Sprint(p.Labels) != fmt.Sprint(want) {
		t.Errorf("labels %v, want %v", p.Labels, want)
	}
	if p.Spec.Hostname != "db-0" || p.Spec.Subdomain != "db" || p.GenerateName != "db-" {
		t.Errorf("hostname %q, subdomain %q, generateName %q", p.Spec.Hostname, p.Spec.Subdomain, p.GenerateName)
	}
	if ref := metav1.GetControllerOf(p); ref == nil || ref.Kind != "StatefulSet" || ref.Name != "db" || !*ref.BlockOwnerDeletion {
		t.Errorf("owner %v", ref)
	}
	// Somebody takes the label away: it comes back.
	run(w)
	p = pods(w)[0]
	delete(p.Labels, "statefulset.kubernetes.io/pod-name")
	w.Put(p)
	told, _ = w.Settle(Controller())
	if got := pods(w)[0].Labels["statefulset.kubernetes.io/pod-name"]; got != "db-0" || !slices.Contains(told, "db Normal SuccessfulUpdate: Update Pod db-0 in StatefulSet db successful") {
		t.Errorf("label %q, told %q", got, told)
	}
}

func TestStatus(t *testing.T) {
	w := viewtest.New(t, with("minReadySeconds: 10"))
	w.Settle(Controller())
	text := func() string {
		st := get(w).Status
		return fmt.Sprintf("replicas %d ready %d available %d current %d updated %d same %t generation %d collisions %d", st.Replicas, st.ReadyReplicas,
			st.AvailableReplicas, st.CurrentReplicas, st.UpdatedReplicas, st.CurrentRevision == st.UpdateRevision, st.ObservedGeneration, *st.CollisionCount)
	}
	if got, want := text(), "replicas 1 ready 0 available 0 current 1 updated 1 same true generation 1 collisions 0"; got != want {
		t.Errorf("created: %s, want %s", got, want)
	}
	run(w)
	_, again := w.Settle(Controller())
	if got, want := text(), "replicas 1 ready 1 available 0 current 1 updated 1 same true generation 1 collisions 0"; got != want {
		t.Errorf("ready: %s, want %s", got, want)
	}
	if want := w.Now.Add(10 * time.Second); !again.Equal(want) {
		t.Errorf("again %v, want %v", again, want)
	}
	for range 3 {
		w.Now = w.Now.Add(10 * time.Second)
		w.Plan(Controller(), key)
		steps(w)
	}
	if got, want := text(), "replicas 3 ready 3 available 3 current 3 updated 3 same true generation 1 collisions 0"; got != want {
		t.Errorf("available: %s, want %s", got, want)
	}
	change(w, image("db:2"))
	w.Settle(Controller())
	if got, want := text(), "replicas 3 ready 2 available 2 current 2 updated 1 same false generation 2 collisions 0"; got != want {
		t.Errorf("updating: %s, want %s", got, want)
	}
	for range 3 {
		steps(w)
		w.Now = w.Now.Add(10 * time.Second)
		w.Plan(Controller(), key)
	}
	if got, want := text(), "replicas 3 ready 3 available 3 current 3 updated 3 same true generation 2 collisions 0"; got != want {
		t.Errorf("updated: %s, want %s", got, want)
	}
}

// A number of replicas that nobody can have costs no more than a plan.
func TestAbsurdReplicas(t *testing.T) {
	w := viewtest.New(t, with("podManagementPolicy: Parallel"))
	change(w, func(set *appsv1.StatefulSet) {
		set.Spec.Replicas, set.Spec.Ordinals = new(int32), &appsv1.StatefulSetOrdinals{Start: 1<<31 - 5}
		*set.Spec.Replicas = 1<<31 - 1
	})
	w.Plan(Controller(), key) // the revision
	w.Plan(Controller(), key)
	if got := len(pods(w)); got != 8 {
		t.Errorf("%d pods", got)
	}
	w.Plan(Controller(), key)
	if got := len(pods(w)); got != 16 {
		t.Errorf("%d pods", got)
	}
}
