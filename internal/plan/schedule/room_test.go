package schedule

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// A pod that waits for room is helped by what happens to a node only if there is enough on that node, or somebody to leave it.
func TestSuffices(t *testing.T) {
	s := NewState(nil)
	s.SetNode(mkNode("small", "1", "8Gi", 10))
	s.SetNode(mkNode("full", "4", "8Gi", 10))
	minor, tall := int32(-1), mkPod("tall", "3", "1Gi")
	tall.Spec.NodeName = "full"
	s.SetPod(tall)
	refused := func(edit func(*corev1.Pod)) *Room {
		p := mkPod("p", "2", "1Gi")
		edit(p)
		_, r := s.Assign([]Pod{{Pod: p}})
		if len(r) != 1 {
			t.Fatal("it fits")
		}
		return r[0].Room
	}
	room := refused(func(*corev1.Pod) {})
	if room == nil || s.Suffices(room, "small") || s.Suffices(room, "full") || s.Suffices(room, "none") {
		t.Error("there is room nowhere")
	}
	s.SetNode(mkNode("late", "2", "8Gi", 10))
	if s.RemovePod(tall.UID); !s.Suffices(room, "full") || !s.Suffices(room, "late") || s.Suffices(room, "small") {
		t.Error("full and late have room now")
	}
	s.RemoveNode("late")
	tall = tall.DeepCopy()
	tall.Spec.Priority = &minor
	s.SetPod(tall)
	if !s.Suffices(room, "full") || s.Suffices(room, "late") {
		t.Error("who is on full could leave, and late is gone")
	}
	waits := mkPod("waits", "2", "1Gi")
	_, r := s.Assign([]Pod{{Pod: waits}})
	if len(r) != 1 || r[0].Nominated != "full" || r[0].Help&HelpPods != 0 || !s.Suffices(r[0].Room, "full") || s.Suffices(r[0].Room, "small") {
		t.Errorf("%+v: who waits for others to leave cares for that node", r)
	}
	s.RemovePod(waits.UID)
	s.RemovePod(tall.UID)
	tall.Spec.Priority = nil
	s.SetPod(tall)
	if room := refused(func(p *corev1.Pod) {
		p.Labels = map[string]string{"app": "a"}
		spreadOut(p)
	}); room != nil || !s.Suffices(room, "small") {
		t.Error("where others are matters to this one")
	}
}

func spreadOut(p *corev1.Pod) {
	p.Spec.TopologySpreadConstraints = []corev1.TopologySpreadConstraint{{MaxSkew: 1, TopologyKey: corev1.LabelHostname, WhenUnsatisfiable: corev1.DoNotSchedule}}
}
