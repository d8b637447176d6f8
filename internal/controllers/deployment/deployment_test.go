package deployment

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/rollout"
	"gantry.dev/gantry/internal/view/viewtest"
)

const web = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, generation: 1, annotations: {kubernetes.io/change-cause: first}}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 1}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: "web:1"}]}
`

var key = api.Key{Resource: plan.Deployments, Cluster: api.Host, Namespace: "default", Name: "web"}

func get(w *viewtest.World) *appsv1.Deployment {
	return viewtest.Get[appsv1.Deployment](w, plan.Deployments, "default", "web")
}

func sets(w *viewtest.World) []*appsv1.ReplicaSet {
	out := viewtest.All[appsv1.ReplicaSet](w, plan.ReplicaSets)
	slices.SortFunc(out, func(a, b *appsv1.ReplicaSet) int {
		return strings.Compare(a.Annotations[rollout.RevisionAnnotation], b.Annotations[rollout.RevisionAnnotation])
	})
	return out
}

// change edits the deployment as a user would.
func change(w *viewtest.World, f func(*appsv1.Deployment)) {
	d := get(w)
	f(d)
	d.Generation++
	w.Put(d)
}

// obey plays the replica set controller: every set has exactly the pods that it asks for, available as told.
func obey(w *viewtest.World, available func(rs *appsv1.ReplicaSet) int32) {
	for _, rs := range sets(w) {
		n := *rs.Spec.Replicas
		a := min(n, available(rs))
		none := int32(0)
		st := appsv1.ReplicaSetStatus{Replicas: n, FullyLabeledReplicas: n, ReadyReplicas: a, AvailableReplicas: a, TerminatingReplicas: &none, ObservedGeneration: rs.Generation}
		rs.Status = st
		w.Put(rs)
	}
}

func all(*appsv1.ReplicaSet) int32 { return 1 << 30 }

// rest alternates controller and obedience until nothing changes, and returns the sizes that were seen.
func rest(w *viewtest.World, available func(*appsv1.ReplicaSet) int32) (seen []string) {
	for range 50 {
		w.Settle(Controller())
		s := sizes(w)
		if len(seen) > 0 && seen[len(seen)-1] == s {
			return seen
		}
		seen = append(seen, s)
		obey(w, available)
	}
	return seen
}

func sizes(w *viewtest.World) string {
	var out []string
	for _, rs := range sets(w) {
		out = append(out, fmt.Sprintf("%s:%d", rs.Spec.Template.Spec.Containers[0].Image, *rs.Spec.Replicas))
	}
	return strings.Join(out, " ")
}

func condition(d *appsv1.Deployment, t appsv1.DeploymentConditionType) string {
	for _, c := range d.Status.Conditions {
		if c.Type == t {
			return fmt.Sprintf("%s %s: %s", c.Status, c.Reason, c.Message)
		}
	}
	return ""
}

func image(i string) func(*appsv1.Deployment) {
	return func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers[0].Image = i }
}

func TestFirstRollout(t *testing.T) {
	w := viewtest.New(t, web)
	told, again := w.Settle(Controller())
	rs := sets(w)[0]
	hash := rs.Labels[appsv1.DefaultDeploymentUniqueLabelKey]
	if rs.Name != "web-"+hash || rs.Spec.Selector.MatchLabels[appsv1.DefaultDeploymentUniqueLabelKey] != hash || rs.Spec.Template.Labels[appsv1.DefaultDeploymentUniqueLabelKey] != hash {
		t.Errorf("hash %q is not everywhere in %+v", hash, rs)
	}
	want := map[string]string{rollout.RevisionAnnotation: "1", rollout.DesiredAnnotation: "4", rollout.MaxAnnotation: "5", "kubernetes.io/change-cause": "first"}
	for k, v := range want {
		if rs.Annotations[k] != v {
			t.Errorf("annotation %s = %q, want %q", k, rs.Annotations[k], v)
		}
	}
	if s := "web Normal ScalingReplicaSet: Scaled up replica set " + rs.Name + " from 0 to 4"; len(told) != 1 || told[0] != s {
		t.Errorf("told %q, want %q", told, s)
	}
	d := get(w)
	if d.Annotations[rollout.RevisionAnnotation] != "1" || d.Status.ObservedGeneration != 1 {
		t.Errorf("annotations %v, status %+v", d.Annotations, d.Status)
	}
	if got := condition(d, appsv1.DeploymentProgressing); got != fmt.Sprintf("True NewReplicaSetCreated: Created new replica set %q", rs.Name) {
		t.Errorf("progressing: %s", got)
	}
	if got := condition(d, appsv1.DeploymentAvailable); got != "False MinimumReplicasUnavailable: Deployment does not have minimum availability." {
		t.Errorf("available: %s", got)
	}
	if want := w.Now.Add(600 * time.Second); !again.Equal(want) {
		t.Errorf("again %v, want %v", again, want)
	}
	rest(w, all)
	d = get(w)
	if got := condition(d, appsv1.DeploymentProgressing); got != fmt.Sprintf("True NewReplicaSetAvailable: ReplicaSet %q has successfully progressed.", rs.Name) {
		t.Errorf("progressing: %s", got)
	}
	if got := condition(d, appsv1.DeploymentAvailable); got != "True MinimumReplicasAvailable: Deployment has minimum availability." {
		t.Errorf("available: %s", got)
	}
	if st := d.Status; st.Replicas != 4 || st.UpdatedReplicas != 4 || st.ReadyReplicas != 4 || st.AvailableReplicas != 4 || st.UnavailableReplicas != 0 {
		t.Errorf("status %+v", st)
	}
}

func TestRollingUpdateStepByStep(t *testing.T) {
	w := viewtest.New(t, web)
	rest(w, all)
	change(w, image("web:2"))
	got := strings.Join(rest(w, all), ", ")
	// Never under 3 available, never over 5 in all; each step is what the controller does until it has to wait.
	if want := "web:1:3 web:2:2, web:1:1 web:2:4, web:1:0 web:2:4"; got != want {
		t.Errorf("steps %s, want %s", got, want)
	}
}

// A set that was scaled down still counts, in its status, what it is about to give up. That must not be given up twice.
func TestOldNewsOfASetThatShrinks(t *testing.T) {
	w := viewtest.New(t, web)
	rest(w, all)
	change(w, image("web:2"))
	w.Settle(Controller())
	if got := sizes(w); got != "web:1:3 web:2:2" {
		t.Fatalf("first step: %s", got)
	}
	for _, rs := range sets(w) { // the new pods are there before the old set has counted again
		if n := int32(2); *rs.Spec.Replicas == n {
			rs.Status.Replicas, rs.Status.ReadyReplicas, rs.Status.AvailableReplicas, rs.Status.ObservedGeneration = n, n, n, rs.Generation
			w.Put(rs)
		}
	}
	w.Settle(Controller())
	if got := sizes(w); got != "web:1:1 web:2:4" { // three of four stay available: 1 + 2
		t.Errorf("second step: %s", got)
	}
}

func TestBrokenImageStopsTheRolloutAndUndoResumesIt(t *testing.T) {
	w := viewtest.New(t, web)
	rest(w, all)
	old := sets(w)[0]
	change(w, image("web:bad"))
	good := func(rs *appsv1.ReplicaSet) int32 {
		if rs.Name == old.Name {
			return 1 << 30
		}
		return 0
	}
	got := rest(w, good)
	if last := got[len(got)-1]; last != "web:1:3 web:bad:2" {
		t.Fatalf("stuck at %s", last)
	}
	w.Now = w.Now.Add(601 * time.Second)
	w.Plan(Controller(), key)
	d := get(w)
	if c := condition(d, appsv1.DeploymentProgressing); !strings.HasPrefix(c, "False ProgressDeadlineExceeded: ReplicaSet ") || !strings.HasSuffix(c, "has timed out progressing.") {
		t.Errorf("progressing: %s", c)
	}
	// kubectl rollout undo patches the template back.
	change(w, image("web:1"))
	rest(w, good)
	back := viewtest.Get[appsv1.ReplicaSet](w, plan.ReplicaSets, "default", old.Name)
	if *back.Spec.Replicas != 4 || back.Annotations[rollout.RevisionAnnotation] != "3" || back.Annotations[rollout.HistoryAnnotation] != "1" {
		t.Errorf("replicas %d, annotations %v", *back.Spec.Replicas, back.Annotations)
	}
	d = get(w)
	if d.Annotations[rollout.RevisionAnnotation] != "3" {
		t.Errorf("revision %s", d.Annotations[rollout.RevisionAnnotation])
	}
	if c := condition(d, appsv1.DeploymentProgressing); !strings.HasPrefix(c, "True NewReplicaSetAvailable") {
		t.Errorf("progressing: %s", c)
	}
}

func TestRecreateWaitsForTheLastOldPod(t *testing.T) {
	w := viewtest.New(t, strings.Replace(web, "{type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 1}}", "{type: Recreate}", 1))
	rest(w, all)
	old := sets(w)[0]
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "last", Namespace: "default", OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(old, appsv1.SchemeGroupVersion.WithKind("ReplicaSet"))}},
		Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Image: "i"}}}}
	w.Put(pod)
	change(w, image("web:2"))
	got := rest(w, all)
	if last := got[len(got)-1]; last != "web:1:0" {
		t.Fatalf("with an old pod running: %s", last)
	}
	w.Remove(plan.KeyOf(api.Host, plan.Pods, pod))
	got = rest(w, all)
	if last := got[len(got)-1]; last != "web:1:0 web:2:4" {
		t.Errorf("after the last old pod: %s", last)
	}
}

func TestPauseAndResume(t *testing.T) {
	w := viewtest.New(t, web)
	rest(w, all)
	change(w, func(d *appsv1.Deployment) { d.Spec.Paused = true; image("web:2")(d) })
	rest(w, all)
	if s := sizes(w); s != "web:1:4" {
		t.Errorf("paused: %s", s)
	}
	if c := condition(get(w), appsv1.DeploymentProgressing); c != "Unknown DeploymentPaused: Deployment is paused" {
		t.Errorf("progressing: %s", c)
	}
	change(w, func(d *appsv1.Deployment) { d.Spec.Replicas = new(int32); *d.Spec.Replicas = 6 })
	rest(w, all)
	if s := sizes(w); s != "web:1:6" {
		t.Errorf("scaled while paused: %s", s)
	}
	change(w, func(d *appsv1.Deployment) { d.Spec.Paused = false })
	rest(w, all)
	if s := sizes(w); s != "web:1:0 web:2:6" {
		t.Errorf("resumed: %s", s)
	}
}

func TestScalingInMidRolloutIsProportional(t *testing.T) {
	w := viewtest.New(t, strings.Replace(strings.Replace(web, "replicas: 4", "replicas: 10", 1), "maxSurge: 1, maxUnavailable: 1", "maxSurge: 3, maxUnavailable: 2", 1))
	rest(w, all)
	old := sets(w)[0].Name
	change(w, image("web:2"))
	rest(w, func(rs *appsv1.ReplicaSet) int32 {
		if rs.Name == old {
			return 1 << 30
		}
		return 0
	})
	if s := sizes(w); s != "web:1:8 web:2:5" {
		t.Fatalf("mid-rollout: %s", s)
	}
	change(w, func(d *appsv1.Deployment) { *d.Spec.Replicas = 15 })
	w.Plan(Controller(), key)
	if s := sizes(w); s != "web:1:11 web:2:7" { // the example of upstream's documentation
		t.Errorf("scaled: %s", s)
	}
}

func TestHistoryIsLimited(t *testing.T) {
	w := viewtest.New(t, strings.Replace(web, "replicas: 4", "replicas: 4\n  revisionHistoryLimit: 2", 1))
	for i := range 6 {
		change(w, image(fmt.Sprintf("web:%d", i)))
		rest(w, all)
		rest(w, all)
	}
	var revs []string
	for _, rs := range sets(w) {
		revs = append(revs, rs.Annotations[rollout.RevisionAnnotation])
	}
	if got := strings.Join(revs, " "); got != "4 5 6" {
		t.Errorf("revisions %s", got)
	}
}

func TestHashCollision(t *testing.T) {
	w := viewtest.New(t, web)
	p, err := Controller().Plan(w.Snapshot(), key, w.Now)
	if err != nil {
		t.Fatal(err)
	}
	stranger := p.Writes[0].Object.DeepCopyObject().(*appsv1.ReplicaSet)
	stranger.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: "Other", Name: "o", UID: "other", Controller: new(bool)}}
	*stranger.OwnerReferences[0].Controller = true
	w.Put(stranger)
	rest(w, all)
	d := get(w)
	if d.Status.CollisionCount == nil || *d.Status.CollisionCount != 1 {
		t.Fatalf("collision count %v", d.Status.CollisionCount)
	}
	if n := len(sets(w)); n != 2 {
		t.Errorf("%d sets, want the stranger's and ours", n)
	}
}

func TestOrphansAreAdopted(t *testing.T) {
	w := viewtest.New(t, web)
	rest(w, all)
	rs := sets(w)[0]
	rs.OwnerReferences = nil
	w.Put(rs)
	rest(w, all)
	if n := len(sets(w)); n != 1 {
		t.Errorf("%d sets", n)
	}
	if ref := metav1.GetControllerOf(sets(w)[0]); ref == nil || ref.Name != "web" {
		t.Errorf("not adopted: %v", ref)
	}
}

// Never more than allowed in all, never fewer available than promised while the pods keep their promises; finally all new.
func TestRolloutBounds(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 3))
		w := viewtest.New(t, web)
		surge, unavailable := intstr.FromInt32(int32(r.IntN(4))), intstr.FromInt32(int32(r.IntN(4)))
		if surge.IntVal+unavailable.IntVal == 0 {
			surge = intstr.FromInt32(1)
		}
		change(w, func(d *appsv1.Deployment) {
			*d.Spec.Replicas = int32(1 + r.IntN(12))
			d.Spec.Strategy.RollingUpdate.MaxSurge, d.Spec.Strategy.RollingUpdate.MaxUnavailable = &surge, &unavailable
		})
		rest(w, all)
		change(w, image("web:2"))
		want := *get(w).Spec.Replicas
		for range 60 {
			w.Settle(Controller())
			var total, avail int32
			for _, rs := range sets(w) {
				total += *rs.Spec.Replicas
				avail += min(*rs.Spec.Replicas, rs.Status.AvailableReplicas)
			}
			if total > want+surge.IntVal {
				t.Fatalf("seed %d: %d pods, allowed %d+%d", seed, total, want, surge.IntVal)
			}
			if avail < want-unavailable.IntVal {
				t.Fatalf("seed %d: %d available, promised %d-%d: %s", seed, avail, want, unavailable.IntVal, sizes(w))
			}
			obey(w, func(rs *appsv1.ReplicaSet) int32 { // some of the missing become available, none is lost
				have := min(rs.Status.AvailableReplicas, *rs.Spec.Replicas)
				return have + int32(r.IntN(int(*rs.Spec.Replicas-have)+1))
			})
		}
		for range 10 {
			obey(w, all)
			w.Settle(Controller())
		}
		if s := sizes(w); s != fmt.Sprintf("web:1:0 web:2:%d", want) {
			t.Fatalf("seed %d: ended at %s", seed, s)
		}
	}
}
