package schedule

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestNodeCost(t *testing.T) {
	s := NewState(nil)
	priced := func(name, price string, labels map[string]string) {
		n := mkNode(name, "4", "8Gi", 10)
		n.Annotations = map[string]string{Price: price}
		for k, v := range labels {
			n.Labels[k] = v
		}
		s.SetNode(n)
	}
	spot := map[string]string{"karpenter.sh/capacity-type": "spot"}
	priced("dear", "0.40", nil)
	priced("fair", "0.20", nil)
	priced("free", "0", nil)
	priced("odd", "a lot", nil)
	priced("nan", "NaN", nil)
	priced("spot", "0.10", spot)
	priced("tainted", "0", spot)
	tainted := mkNode("tainted", "4", "8Gi", 10)
	tainted.Labels["karpenter.sh/capacity-type"], tainted.Annotations = "spot", map[string]string{Price: "0"}
	tainted.Spec.Taints = []corev1.Taint{{Key: "spot", Effect: corev1.TaintEffectNoSchedule}}
	s.SetNode(tainted)
	for name, want := range map[string]int64{"dear": 0, "fair": 25, "free": 50, "odd": 0, "nan": 0, "spot": 87, "tainted": 100} {
		if got := s.costScore(s.index(name)); got != want {
			t.Errorf("node %s has %d points, want %d", name, got, want)
		}
	}
	prof := DefaultProfile()
	prof.Weights = map[string]int64{NodeCost: 10, NodeResourcesFit: 1}
	p, err := prof.Compile()
	if err != nil {
		t.Fatal(err)
	}
	where := func(n int, tolerations ...corev1.Toleration) map[string]int {
		got := map[string]int{}
		for i := range n {
			pod := mkPod(fmt.Sprintf("p%d-%d", len(tolerations), i), "1", "1Gi")
			pod.Spec.Tolerations = tolerations
			b, _ := s.Assign([]Pod{{Pod: pod, Profile: p}})
			for _, x := range b {
				got[x.Node]++
				s.Nominate(x.Pod, "")
			}
		}
		return got
	}
	if got := fmt.Sprint(where(6)); got != "map[free:2 spot:4]" {
		t.Errorf("six pods went to %s", got)
	}
	if got := fmt.Sprint(where(2, corev1.Toleration{Key: "spot", Operator: corev1.TolerationOpExists})); got != "map[tainted:2]" {
		t.Errorf("two pods that tolerate spot capacity went to %s", got)
	}
	// The dearest node goes, and all others are compared with the next.
	s.RemoveNode("dear")
	if got := s.costScore(s.index("fair")); got != 0 {
		t.Errorf("the dearest node that is left has %d points", got)
	}
}
