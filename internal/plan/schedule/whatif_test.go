package schedule

import (
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestWhatIf(t *testing.T) {
	s := NewState(nil)
	small, cordoned, dedicated := mkNode("small", "1", "1Gi", 10), mkNode("cordoned", "8", "8Gi", 10), mkNode("dedicated", "8", "8Gi", 10)
	cordoned.Spec.Unschedulable = true
	dedicated.Spec.Taints = []corev1.Taint{{Key: "for", Value: "db", Effect: corev1.TaintEffectNoSchedule}}
	for _, n := range []*corev1.Node{small, cordoned, dedicated, mkNode("tiny", "500m", "1Gi", 10)} {
		s.SetNode(n)
	}
	a := s.WhatIf(&Pod{Pod: mkPod("p", "2", "512Mi")})
	var got []string
	for _, r := range a.Refused {
		got = append(got, fmt.Sprintf("%s %s: %s", r.Plugin, strings.Join(r.Nodes, ","), r.Change))
	}
	want := []string{"NodeResourcesFit small,tiny: cpu: wants 2, most free 1 on small", "NodeUnschedulable cordoned: uncordon one of them",
		"TaintToleration dedicated: tolerate or remove for=db:NoSchedule"}
	if a.Node != "" || strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("node %q, %q", a.Node, got)
	}
	if a := s.WhatIf(&Pod{Pod: mkPod("q", "1", "512Mi")}); a.Node != "small" || a.Fitting != 1 {
		t.Errorf("a pod that fits: %+v", a)
	}
	s.SetPod(ranked("low", "1", 1, "small"))
	if a := s.WhatIf(&Pod{Pod: ranked("high", "1", 10, "")}); a.Node != "small" || names(a.Leave) != "low" {
		t.Errorf("a pod that others leave for: %+v", a)
	}
	if len(s.nominees) > 0 {
		t.Error("asking has changed something")
	}
}
