package daemonset

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view/viewtest"
)

const agent = `
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, generation: 1}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: c, image: "agent:1"}]}
---
`

// with is the set with more lines in its spec.
func with(lines ...string) string {
	return strings.Replace(agent, "  template:", "  "+strings.Join(lines, "\n  ")+"\n  template:", 1)
}

// nodes makes nodes; n1,a=b is n1 with a label.
func nodes(names ...string) string {
	var out []string
	for _, n := range names {
		name, label, _ := strings.Cut(n, ",")
		out = append(out, fmt.Sprintf("apiVersion: v1\nkind: Node\nmetadata: {name: %s, labels: {%s}}\n", name, strings.Replace(label, "=", ": ", 1)))
	}
	return strings.Join(out, "---\n")
}

var key = api.Key{Resource: plan.DaemonSets, Cluster: api.Host, Namespace: "default", Name: "agent"}

func get(w *viewtest.World) *appsv1.DaemonSet {
	return viewtest.Get[appsv1.DaemonSet](w, plan.DaemonSets, "default", "agent")
}

func pods(w *viewtest.World) []*corev1.Pod {
	ps := viewtest.All[corev1.Pod](w, plan.Pods)
	slices.SortFunc(ps, func(a, b *corev1.Pod) int {
		return strings.Compare(target(a)+a.Spec.Containers[0].Image, target(b)+b.Spec.Containers[0].Image)
	})
	return ps
}

// change edits the set as a user would. A change of the template counts in its annotation, as the API server does it.
func change(w *viewtest.World, f func(*appsv1.DaemonSet)) {
	ds := get(w)
	was := ds.Spec.Template.Spec.Containers[0].Image
	f(ds)
	ds.Generation++
	if ds.Spec.Template.Spec.Containers[0].Image != was {
		ds.Annotations[appsv1.DeprecatedTemplateGeneration] = fmt.Sprint(ds.Generation)
	}
	w.Put(ds)
}

func image(i string) func(*appsv1.DaemonSet) {
	return func(ds *appsv1.DaemonSet) { ds.Spec.Template.Spec.Containers[0].Image = i }
}

func taint(w *viewtest.World, node string, taints ...corev1.Taint) {
	n := viewtest.Get[corev1.Node](w, plan.Nodes, "", node)
	n.Spec.Taints = taints
	w.Put(n)
}

// run binds pods and makes them ready, up to n of them; those of an image that is called bad never are.
func run(w *viewtest.World, n int) (ran int) {
	for _, p := range pods(w) {
		if ran < n && plan.Active(p) && !plan.Ready(p) && !strings.HasSuffix(p.Spec.Containers[0].Image, ":bad") {
			p.Spec.NodeName, p.Status.Phase = target(p), corev1.PodRunning
			plan.SetPodCondition(&p.Status, corev1.PodCondition{Type: corev1.PodReady, Status: corev1.ConditionTrue}, w.Now)
			w.Put(p)
			ran++
		}
	}
	return ran
}

// state is the pods by node with their images; "?" for those that are not ready.
func state(w *viewtest.World) string {
	var out []string
	for _, p := range pods(w) {
		_, img, _ := strings.Cut(p.Spec.Containers[0].Image, ":")
		s := target(p) + ":" + img
		if !plan.Ready(p) {
			s += "?"
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

// steps lets the controller act and one pod after the other become ready until nothing changes.
func steps(w *viewtest.World) string {
	var seen []string
	for range 50 {
		w.Settle(Controller())
		if s := state(w); len(seen) == 0 || seen[len(seen)-1] != s {
			seen = append(seen, s)
		}
		if run(w, 1) == 0 {
			break
		}
	}
	return strings.Join(seen, ", ")
}

func settled(w *viewtest.World) string {
	steps(w)
	return state(w)
}

func status(w *viewtest.World) string {
	st := get(w).Status
	return fmt.Sprintf("desired %d current %d misscheduled %d ready %d updated %d available %d unavailable %d generation %d", st.DesiredNumberScheduled,
		st.CurrentNumberScheduled, st.NumberMisscheduled, st.NumberReady, st.UpdatedNumberScheduled, st.NumberAvailable, st.NumberUnavailable, st.ObservedGeneration)
}

// Given a set and nodes, and what is done to them; want the pods in the end.
func TestPlaces(t *testing.T) {
	noSchedule := corev1.Taint{Key: "k", Effect: corev1.TaintEffectNoSchedule}
	noExecute := corev1.Taint{Key: "k", Effect: corev1.TaintEffectNoExecute}
	for name, c := range map[string]struct {
		given        string
		do           func(w *viewtest.World)
		want, status string
	}{
		"every node": {given: agent + nodes("n1", "n2"), want: "n1:1 n2:1",
			status: "desired 2 current 2 misscheduled 0 ready 2 updated 2 available 2 unavailable 0 generation 1"},
		"a new node": {given: agent + nodes("n1"), do: func(w *viewtest.World) { w.Add(nodes("n2")) }, want: "n1:1 n2:1"},
		"node selector": {given: strings.Replace(agent, "spec: {containers", "spec: {nodeSelector: {disk: ssd}, containers", 1) + nodes("n1,disk=ssd", "n2"), want: "n1:1",
			status: "desired 1 current 1 misscheduled 0 ready 1 updated 1 available 1 unavailable 0 generation 1"},
		"a label comes": {given: strings.Replace(agent, "spec: {containers", "spec: {nodeSelector: {disk: ssd}, containers", 1) + nodes("n1"), do: func(w *viewtest.World) {
			w.Add(nodes("n1,disk=ssd"))
		}, want: "n1:1"},
		"a label goes": {given: strings.Replace(agent, "spec: {containers", "spec: {nodeSelector: {disk: ssd}, containers", 1) + nodes("n1,disk=ssd", "n2,disk=ssd"), do: func(w *viewtest.World) {
			w.Add(nodes("n1"))
		}, want: "n2:1"},
		"a node name": {given: strings.Replace(agent, "spec: {containers", "spec: {nodeName: n2, containers", 1) + nodes("n1", "n2"), want: "n2:1"},
		"a taint keeps out": {given: agent + nodes("n1"), do: func(w *viewtest.World) {
			w.Add(nodes("n2"))
			taint(w, "n2", noSchedule)
		}, want: "n1:1"},
		"but drives nobody out": {given: agent + nodes("n1", "n2"), do: func(w *viewtest.World) { taint(w, "n2", noSchedule) }, want: "n1:1 n2:1",
			status: "desired 1 current 1 misscheduled 1 ready 1 updated 1 available 1 unavailable 0 generation 1"},
		"unless it says so":                 {given: agent + nodes("n1", "n2"), do: func(w *viewtest.World) { taint(w, "n2", noExecute) }, want: "n1:1"},
		"and is counted right when it goes": {given: agent + nodes("n1"), do: func(w *viewtest.World) { taint(w, "n1", noSchedule); steps(w); taint(w, "n1") }, want: "n1:1", status: "desired 1 current 1 misscheduled 0 ready 1 updated 1 available 1 unavailable 0 generation 1"},
		"cordoned, unready and pressed nodes": {given: agent + nodes("n1"), do: func(w *viewtest.World) {
			w.Add(nodes("n2"))
			taint(w, "n2", corev1.Taint{Key: "node.kubernetes.io/unschedulable", Effect: corev1.TaintEffectNoSchedule}, corev1.Taint{Key: "node.kubernetes.io/not-ready", Effect: corev1.TaintEffectNoExecute},
				corev1.Taint{Key: "node.kubernetes.io/memory-pressure", Effect: corev1.TaintEffectNoSchedule})
		}, want: "n1:1 n2:1"},
		"a preference is none of ours": {given: agent + nodes("n1"), do: func(w *viewtest.World) {
			w.Add(nodes("n2"))
			taint(w, "n2", corev1.Taint{Key: "k", Effect: corev1.TaintEffectPreferNoSchedule})
		}, want: "n1:1 n2:1"},
		"a pod is deleted": {given: agent + nodes("n1", "n2"), do: func(w *viewtest.World) { w.Remove(plan.KeyOf(api.Host, plan.Pods, pods(w)[0])) }, want: "n1:1 n2:1"},
		"a pod succeeds": {given: agent + nodes("n1"), do: func(w *viewtest.World) {
			p := pods(w)[0]
			p.Status = corev1.PodStatus{Phase: corev1.PodSucceeded}
			w.Put(p)
		}, want: "n1:1"},
		"two pods on a node": {given: agent + nodes("n1"), do: func(w *viewtest.World) {
			p := pods(w)[0]
			p.Name, p.UID, p.ResourceVersion, p.CreationTimestamp = "agent-twin", "", "", metav1.NewTime(w.Now.Add(time.Second))
			w.Put(p)
		}, want: "n1:1"},
		"a node goes before its pod was bound": {given: agent + nodes("n1"), do: func(w *viewtest.World) {
			w.Add(nodes("n2"))
			w.Settle(Controller())
			w.Remove(api.Key{Resource: plan.Nodes, Cluster: api.Host, Name: "n2"})
		}, want: "n1:1"},
		"orphans are adopted": {given: agent + nodes("n1"), do: func(w *viewtest.World) {
			p := pods(w)[0]
			p.OwnerReferences = nil
			w.Put(p)
			w.Settle(Controller())
			if ref := metav1.GetControllerOf(pods(w)[0]); ref == nil || ref.Name != "agent" {
				w.T.Errorf("owner %v", ref)
			}
		}, want: "n1:1"},
	} {
		t.Run(name, func(t *testing.T) {
			w := viewtest.New(t, c.given)
			settled(w)
			if c.do != nil {
				c.do(w)
			}
			if got := settled(w); got != c.want {
				t.Errorf("pods %s, want %s", got, c.want)
			}
			if got := status(w); c.status != "" && got != c.status {
				t.Errorf("status: %s\n  want: %s", got, c.status)
			}
		})
	}
}

func rolling(fields string) string {
	return with("updateStrategy: {type: RollingUpdate, rollingUpdate: {" + fields + "}}")
}

// Given a complete set on three nodes; want the states of an update in which one pod after the other becomes ready.
func TestUpdates(t *testing.T) {
	three := nodes("n1", "n2", "n3")
	for name, c := range map[string]struct{ given, to, want string }{
		"one at a time": {agent + three, "agent:2", "n1:2? n2:1 n3:1, n1:2 n2:2? n3:1, n1:2 n2:2 n3:2?, n1:2 n2:2 n3:2"},
		"two at a time": {rolling("maxUnavailable: 2") + three, "agent:2", "n1:2? n2:2? n3:1, n1:2 n2:2? n3:2?, n1:2 n2:2 n3:2?, n1:2 n2:2 n3:2"},
		"half, rounded up": {rolling(`maxUnavailable: "50%"`) + three, "agent:2",
			"n1:2? n2:2? n3:1, n1:2 n2:2? n3:2?, n1:2 n2:2 n3:2?, n1:2 n2:2 n3:2"},
		"with surge": {rolling("maxSurge: 1, maxUnavailable: 0") + three, "agent:2",
			"n1:1 n1:2? n2:1 n3:1, n1:2 n2:1 n2:2? n3:1, n1:2 n2:2 n3:1 n3:2?, n1:2 n2:2 n3:2"},
		"on delete":        {with("updateStrategy: {type: OnDelete}") + three, "agent:2", "n1:1 n2:1 n3:1"},
		"a broken one":     {agent + three, "agent:bad", "n1:bad? n2:1 n3:1"},
		"broken and surge": {rolling("maxSurge: 2, maxUnavailable: 0") + three, "agent:bad", "n1:1 n1:bad? n2:1 n2:bad? n3:1"},
	} {
		t.Run(name, func(t *testing.T) {
			w := viewtest.New(t, c.given)
			settled(w)
			change(w, image(c.to))
			if got := steps(w); got != c.want {
				t.Errorf("went through %s\n        want %s", got, c.want)
			}
			change(w, image("agent:1"))
			if got := settled(w); got != "n1:1 n2:1 n3:1" {
				t.Errorf("undone: %s", got)
			}
		})
	}
}

// The update waits for a pod to be available, not only ready.
func TestMinReadySeconds(t *testing.T) {
	w := viewtest.New(t, with("minReadySeconds: 10")+nodes("n1", "n2"))
	steps(w)
	if got := status(w); got != "desired 2 current 2 misscheduled 0 ready 2 updated 2 available 0 unavailable 2 generation 1" {
		t.Errorf("ready: %s", got)
	}
	w.Now = w.Now.Add(10 * time.Second)
	w.Plan(Controller(), key)
	if got := status(w); got != "desired 2 current 2 misscheduled 0 ready 2 updated 2 available 2 unavailable 0 generation 1" {
		t.Errorf("available: %s", got)
	}
	change(w, image("agent:2"))
	w.Settle(Controller())
	run(w, 1)
	_, again := w.Settle(Controller())
	if got := state(w); got != "n1:2 n2:1" || !again.Equal(w.Now.Add(10*time.Second)) {
		t.Errorf("%s, again at %v", got, again)
	}
	w.Now = w.Now.Add(10 * time.Second)
	w.Plan(Controller(), key)
	if got := settled(w); got != "n1:2 n2:2" {
		t.Errorf("then %s", got)
	}
}

func TestPod(t *testing.T) {
	given := strings.Replace(agent, "spec: {containers", `spec: {hostNetwork: true, tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 5}], containers`, 1)
	given = strings.Replace(given, "generation: 1", `generation: 1, annotations: {deprecated.daemonset.template.generation: "4"}`, 1)
	w := viewtest.New(t, given+nodes("n1"))
	told, _ := w.Settle(Controller())
	p := pods(w)[0]
	if want := "agent Normal SuccessfulCreate: Created pod: " + p.Name; !slices.Contains(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
	rev := viewtest.All[appsv1.ControllerRevision](w, plan.Revisions)[0]
	hash := rev.Labels["controller-revision-hash"]
	if want := map[string]string{"app": "agent", "controller-revision-hash": hash, "pod-template-generation": "4"}; fmt.Sprint(p.Labels) != fmt.Sprint(want) || rev.Name != "agent-"+hash {
		t.Errorf("labels %v of revision %s, want %v", p.Labels, rev.Name, want)
	}
	var have []string
	for _, tol := range p.Spec.Tolerations {
		s := strings.TrimPrefix(tol.Key, "node.kubernetes.io/") + ":" + string(tol.Effect)
		if tol.TolerationSeconds != nil {
			s += "!"
		}
		have = append(have, s)
	}
	if got, want := strings.Join(have, " "), "not-ready:NoExecute unreachable:NoExecute disk-pressure:NoSchedule memory-pressure:NoSchedule pid-pressure:NoSchedule unschedulable:NoSchedule network-unavailable:NoSchedule"; got != want {
		t.Errorf("tolerations %s\n       want %s", got, want)
	}
	if p.Spec.NodeName != "" || target(p) != "n1" || p.GenerateName != "agent-" {
		t.Errorf("node %q, aimed at %q, generateName %q", p.Spec.NodeName, target(p), p.GenerateName)
	}
}

// A failed pod is replaced at once; if the next fails on the same node, ever later. Other nodes are not concerned.
func TestFailedPodsBackOff(t *testing.T) {
	w := viewtest.New(t, agent+nodes("n1", "n2"))
	settled(w)
	fail := func(node string) (told []string, again time.Time) {
		for _, p := range pods(w) {
			if target(p) == node {
				p.Status = corev1.PodStatus{Phase: corev1.PodFailed}
				w.Put(p)
			}
		}
		return w.Settle(Controller())
	}
	was := pods(w)[0].Name
	told, _ := fail("n1")
	want := "agent Warning FailedDaemonPod: Found failed daemon pod default/" + was + " on node n1, will try to kill it"
	if !slices.Contains(told, want) || pods(w)[0].Name == was {
		t.Errorf("told %q, want %q; pods %s", told, want, state(w))
	}
	for _, wait := range []time.Duration{1, 2, 4, 8} {
		held := pods(w)[0].Name
		if _, again := fail("n1"); !again.Equal(w.Now.Add(wait*time.Second)) || pods(w)[0].Name != held {
			t.Errorf("want to wait %d s, again after %v", wait, again.Sub(w.Now))
		}
		if wait == 2 {
			other := pods(w)[1].Name
			if fail("n2"); pods(w)[1].Name == other {
				t.Error("the other node waits as well")
			}
		}
		w.Now = w.Now.Add(wait * time.Second)
		w.Plan(Controller(), key)
		w.Settle(Controller())
		if pods(w)[0].Name == held {
			t.Errorf("after %d s it still holds", wait)
		}
	}
	// A new template begins anew.
	change(w, image("agent:2"))
	settled(w)
	held := pods(w)[0].Name
	if fail("n1"); pods(w)[0].Name == held {
		t.Error("the failures of the old template count")
	}
}

func TestHistory(t *testing.T) {
	w := viewtest.New(t, with("revisionHistoryLimit: 1")+nodes("n1"))
	for _, i := range []string{"1", "2", "3", "2"} {
		change(w, image("agent:"+i))
		settled(w)
	}
	var revs []string
	for _, rev := range viewtest.All[appsv1.ControllerRevision](w, plan.Revisions) {
		_, img, _ := strings.Cut(string(rev.Data.Raw), `"image":"`)
		img, _, _ = strings.Cut(img, `"`)
		revs = append(revs, fmt.Sprintf("%d:%s", rev.Revision, img))
	}
	slices.Sort(revs)
	if got := strings.Join(revs, " "); got != "3:agent:3 4:agent:2" {
		t.Errorf("revisions %s", got)
	}
	if rev := viewtest.All[appsv1.ControllerRevision](w, plan.Revisions)[0]; !strings.HasPrefix(string(rev.Data.Raw), `{"spec":{"template":{"$patch":"replace","metadata":`) {
		t.Errorf("data %s", rev.Data.Raw)
	}
	// A revision that was copied by hand is merged with its original, with its pods.
	twin := viewtest.All[appsv1.ControllerRevision](w, plan.Revisions)[0]
	for _, rev := range viewtest.All[appsv1.ControllerRevision](w, plan.Revisions) {
		if rev.Revision == 4 {
			twin = rev
		}
	}
	twin.Name, twin.UID, twin.ResourceVersion, twin.Revision = "agent-twin", "", "", 9
	delete(twin.Labels, hashLabel)
	w.Put(twin)
	before := pods(w)[0].UID
	settled(w)
	if p := pods(w)[0]; p.UID != before || p.Labels[hashLabel] != "agent-twin" {
		t.Errorf("pod %s with hash %s", p.Name, p.Labels[hashLabel])
	}
	for _, rev := range viewtest.All[appsv1.ControllerRevision](w, plan.Revisions) {
		if rev.Revision == 4 {
			t.Error("the original is still there")
		}
	}
}

func TestCollision(t *testing.T) {
	w := viewtest.New(t, agent+nodes("n1"))
	p, err := Controller().Plan(w.Snapshot(), key, w.Now)
	if err != nil {
		t.Fatal(err)
	}
	stranger := p.Writes[0].Object.DeepCopyObject().(*appsv1.ControllerRevision)
	stranger.OwnerReferences, stranger.Labels, stranger.Data.Raw = nil, nil, []byte(`{}`)
	w.Put(stranger)
	if got := settled(w); got != "n1:1" || get(w).Status.CollisionCount == nil || *get(w).Status.CollisionCount != 1 {
		t.Errorf("%s, status %+v", got, get(w).Status)
	}
}

func TestRefusals(t *testing.T) {
	w := viewtest.New(t, agent)
	p, err := Controller().Refused(w.Snapshot(), key, w.Now, []reconcile.Refusal{
		{Write: client.Write{Verb: client.Create}, Err: errors.New("exceeded quota")}, {Write: client.Write{Verb: client.Delete}, Err: errors.New("forbidden")}})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"agent Warning FailedCreate: Error creating: exceeded quota", "agent Warning FailedDelete: Error deleting: forbidden"} {
		if got := viewtest.EventText(p.Events[i]); got != want {
			t.Errorf("told %q, want %q", got, want)
		}
	}
}
