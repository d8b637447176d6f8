package nodettl

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view/viewtest"
)

// A step is left only behind its borders, on the way up and on the way down.
func TestSteps(t *testing.T) {
	for _, c := range []struct{ nodes, said, want int }{
		{1, -1, 0}, {100, 0, 0}, {101, 0, 15}, {90, 15, 15}, {89, 15, 0}, {95, 0, 0}, {95, 15, 15},
		{500, 15, 15}, {501, 15, 30}, {450, 30, 30}, {449, 30, 15}, {1001, 30, 60}, {900, 60, 60}, {899, 60, 30},
		{2001, 60, 300}, {1800, 300, 300}, {1799, 300, 60}, {5000, -1, 300}, {3, 300, 0}, {3, 7, 0},
	} {
		if got := secondsFor(c.nodes, c.said); got != c.want {
			t.Errorf("%d nodes that were told %d: %d, want %d", c.nodes, c.said, got, c.want)
		}
	}
}

// Every node is told, and told again when somebody has written something else.
func TestNodesAreTold(t *testing.T) {
	w := viewtest.New(t, `{apiVersion: v1, kind: Node, metadata: {name: a}}`,
		`{apiVersion: v1, kind: Node, metadata: {name: b, annotations: {node.alpha.kubernetes.io/ttl: never, other: kept}}}`)
	w.Settle(Controller())
	check := func() {
		t.Helper()
		for _, n := range viewtest.All[corev1.Node](w, plan.Nodes) {
			if n.Annotations[corev1.ObjectTTLAnnotationKey] != "0" {
				t.Errorf("node %s: %v", n.Name, n.Annotations)
			}
		}
	}
	check()
	b := viewtest.Get[corev1.Node](w, plan.Nodes, "", "b")
	if b.Annotations["other"] != "kept" {
		t.Errorf("annotations %v", b.Annotations)
	}
	b.Annotations[corev1.ObjectTTLAnnotationKey] = "60"
	w.Put(b)
	w.Settle(Controller())
	// 60 would be kept by a cluster of 900 nodes, not by one of two.
	check()
}
