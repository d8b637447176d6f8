package nodelifecycle

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view/viewtest"
)

func nodeKey(name string) api.Key {
	return api.Key{Resource: plan.Nodes, Cluster: api.Host, Name: name}
}

func get(w *viewtest.World, name string) *corev1.Node {
	return viewtest.Get[corev1.Node](w, plan.Nodes, "", name)
}

// put makes a node in a zone with a ready condition.
func put(w *viewtest.World, name, zone string, status corev1.ConditionStatus) {
	n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{corev1.LabelTopologyZone: zone}}}
	n.Status.Conditions = []corev1.NodeCondition{{Type: corev1.NodeReady, Status: status, LastHeartbeatTime: metav1.NewTime(w.Now), LastTransitionTime: metav1.NewTime(w.Now)}}
	w.Put(n)
}

func renew(w *viewtest.World, name string) {
	at := metav1.NewMicroTime(w.Now)
	w.Put(&coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: corev1.NamespaceNodeLease}, Spec: coordinationv1.LeaseSpec{RenewTime: &at}})
}

func taints(n *corev1.Node) string {
	var out []string
	for _, t := range n.Spec.Taints {
		out = append(out, strings.TrimPrefix(t.Key, "node.kubernetes.io/")+":"+string(t.Effect))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestSilentNodeIsLostAndComesBack(t *testing.T) {
	w := viewtest.New(t)
	ctl := New(Defaults())
	put(w, "n1", "a", corev1.ConditionTrue)
	put(w, "n2", "a", corev1.ConditionTrue) // one healthy node, so that this is no outage
	renew(w, "n1")
	renew(w, "n2")
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "p", Namespace: "default"}, Spec: corev1.PodSpec{NodeName: "n1", Containers: []corev1.Container{{Name: "c", Image: "i"}}}}
	plan.SetPodCondition(&pod.Status, corev1.PodCondition{Type: corev1.PodReady, Status: corev1.ConditionTrue}, w.Now)
	w.Put(pod)
	_, again := w.Settle(ctl)
	if want := w.Now.Add(40 * time.Second); !again.Equal(want) {
		t.Fatalf("again %v, want %v", again, want)
	}
	w.Now = again
	renew(w, "n2")
	told, _ := w.Plan(ctl, nodeKey("n1"))
	more, _ := w.Settle(ctl)
	told = append(told, more...)
	if c := condition(get(w, "n1"), corev1.NodeReady); c.Status != corev1.ConditionUnknown || c.Reason != "NodeStatusUnknown" || c.Message != "Kubelet stopped posting node status." {
		t.Errorf("ready %+v", c)
	}
	if got := taints(get(w, "n1")); got != "unreachable:NoExecute unreachable:NoSchedule" {
		t.Errorf("taints %s", got)
	}
	if plan.Ready(viewtest.Get[corev1.Pod](w, plan.Pods, "default", "p")) {
		t.Error("pod of a lost node is ready")
	}
	if got := taints(get(w, "n2")); got != "" {
		t.Errorf("taints of n2 %s", got)
	}
	for _, want := range []string{"n1 Normal NodeNotReady: Node n1 status is now: NodeNotReady", "p Warning NodeNotReady: Node is not ready"} {
		if !slices.Contains(told, want) {
			t.Errorf("no event %q in %q", want, told)
		}
	}
	back := get(w, "n1")
	back.Status.Conditions = []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue, LastHeartbeatTime: metav1.NewTime(w.Now)}}
	w.Put(back)
	renew(w, "n1")
	w.Settle(ctl)
	if got := taints(get(w, "n1")); got != "" {
		t.Errorf("taints after its return %s", got)
	}
}

// What a node that says that it is not ready tells of its pods is left as it is.
func TestPodsOfANodeThatSpeaks(t *testing.T) {
	w := viewtest.New(t)
	put(w, "n1", "a", corev1.ConditionFalse)
	renew(w, "n1")
	w.Put(&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "p", Namespace: "default"}, Spec: corev1.PodSpec{NodeName: "n1"},
		Status: corev1.PodStatus{Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}}})
	w.Settle(New(Defaults()))
	if !plan.Ready(viewtest.Get[corev1.Pod](w, plan.Pods, "default", "p")) {
		t.Error("the pod of a node that speaks was told to be not ready")
	}
}

func TestRestartGivesEveryNodeItsGrace(t *testing.T) {
	w := viewtest.New(t)
	put(w, "n1", "a", corev1.ConditionTrue)
	renew(w, "n1")
	w.Now = w.Now.Add(time.Hour)
	c := Defaults()
	c.Started = w.Now
	_, again := w.Plan(New(c), nodeKey("n1"))
	if want := w.Now.Add(c.Grace); !again.Equal(want) || !ready(get(w, "n1")) {
		t.Errorf("again %v, want %v; ready %v", again, want, ready(get(w, "n1")))
	}
}

func TestTaintsFollowConditionsAndLeaveOthersAlone(t *testing.T) {
	w := viewtest.New(t)
	put(w, "n1", "a", corev1.ConditionTrue)
	n := get(w, "n1")
	n.Spec.Unschedulable = true
	n.Spec.Taints = []corev1.Taint{{Key: "mine", Effect: corev1.TaintEffectNoExecute}, {Key: corev1.TaintNodeDiskPressure, Effect: corev1.TaintEffectNoSchedule}}
	n.Status.Conditions = append(n.Status.Conditions, corev1.NodeCondition{Type: corev1.NodeMemoryPressure, Status: corev1.ConditionTrue})
	w.Put(n)
	w.Settle(New(Defaults()))
	n = get(w, "n1")
	if got := taints(n); got != "memory-pressure:NoSchedule mine:NoExecute unschedulable:NoSchedule" {
		t.Errorf("taints %s", got)
	}
	for _, taint := range n.Spec.Taints {
		if taint.Key == "mine" && taint.TimeAdded == nil {
			t.Error("a NoExecute taint without time was not stamped")
		}
	}
}

// executed counts the nodes with a NoExecute taint of ours.
func count(w *viewtest.World) (n int) {
	for _, o := range viewtest.All[corev1.Node](w, plan.Nodes) {
		if executed(o) != nil {
			n++
		}
	}
	return n
}

// lose makes the first n nodes of a zone unknown and runs for a while; it returns how many have NoExecute after each
// interval.
func lose(t *testing.T, zones map[string][2]int, steps int) []int {
	w := viewtest.New(t)
	ctl := New(Defaults())
	for z, sizes := range zones {
		for i := range sizes[0] {
			st := corev1.ConditionTrue
			if i < sizes[1] {
				st = corev1.ConditionUnknown
			}
			put(w, fmt.Sprintf("%s%03d", z, i), z, st)
		}
	}
	var seen []int
	for range steps {
		for _, n := range viewtest.All[corev1.Node](w, plan.Nodes) {
			renew(w, n.Name)
			w.Plan(ctl, nodeKey(n.Name)) // its alarm
		}
		w.Settle(ctl)
		seen = append(seen, count(w))
		w.Now = w.Now.Add(10 * time.Second)
	}
	return seen
}

func TestEvictionsAreBraked(t *testing.T) {
	for _, tc := range []struct {
		name  string
		zones map[string][2]int // zone: nodes, of these lost
		want  []int
	}{
		{"one by one", map[string][2]int{"a": {10, 3}}, []int{1, 2, 3, 3}},
		{"zones do not share the rate", map[string][2]int{"a": {10, 2}, "b": {10, 2}}, []int{2, 4, 4}},
		{"most of a small zone: none", map[string][2]int{"a": {10, 6}, "b": {10, 0}}, []int{0, 0, 0}},
		{"most of a large zone: slowly", map[string][2]int{"a": {60, 40}, "b": {10, 0}}, []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2}},
		{"a whole zone", map[string][2]int{"a": {3, 3}, "b": {3, 0}}, []int{1, 2, 3}},
		{"everything: none", map[string][2]int{"a": {3, 3}, "b": {2, 2}}, []int{0, 0, 0}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := lose(t, tc.zones, len(tc.want)); !slices.Equal(got, tc.want) {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

// Nodes that are expected to come and go say nothing about their zone, but have their turn like others.
func TestExcludedNodesAreNoSignOfTrouble(t *testing.T) {
	w := viewtest.New(t)
	ctl := New(Defaults())
	for i := range 10 {
		st, name := corev1.ConditionTrue, fmt.Sprintf("a%03d", i)
		if i < 6 {
			st = corev1.ConditionUnknown
		}
		put(w, name, "a", st)
		if i < 5 {
			n := get(w, name)
			n.Labels[excludedFromZones] = ""
			w.Put(n)
		}
		renew(w, name)
	}
	var seen []int
	for range 4 {
		for _, n := range viewtest.All[corev1.Node](w, plan.Nodes) {
			renew(w, n.Name)
			w.Plan(ctl, nodeKey(n.Name)) // its alarm
		}
		w.Settle(ctl)
		seen = append(seen, count(w))
		w.Now = w.Now.Add(10 * time.Second)
	}
	if want := []int{1, 2, 3, 4}; !slices.Equal(seen, want) {
		t.Errorf("got %v, want %v: without the label nothing would be evicted in a zone that is mostly lost", seen, want)
	}
}
