package eviction

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"

	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// cancelled tells of the pods that were to be evicted by the taints that a node had, and are not by those that it has.
func cancelled(s *view.Snapshot, ev store.Event) (out []reconcile.Event) {
	if ev.Record.Key.Resource != plan.Nodes || ev.Type == store.Delete || ev.Prev == nil {
		return nil
	}
	before, now := execute(view.Of[corev1.Node](s, ev.Prev)), execute(view.Of[corev1.Node](s, ev.Record))
	if len(before) == 0 || equality.Semantic.DeepEqual(before, now) {
		return nil
	}
	for p := range view.OnNode[corev1.Pod](s, plan.Pods, ev.Record.Key.Cluster, ev.Record.Key.Name) {
		_, was := deadline(p, before)
		if _, is := deadline(p, now); was && !is && p.DeletionTimestamp == nil {
			out = append(out, reconcile.Event{Object: p, Reason: "TaintManagerEviction", Message: "Cancelling deletion of Pod " + p.Namespace + "/" + p.Name})
		}
	}
	return out
}
