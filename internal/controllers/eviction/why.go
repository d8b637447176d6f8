package eviction

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view"
)

// why tells of the taint that a pod does not tolerate for ever.
func why(s *view.Snapshot, key api.Key, _ time.Time) string {
	p, ok := view.Get[corev1.Pod](s, key)
	if !ok || p.Spec.NodeName == "" || p.DeletionTimestamp != nil {
		return ""
	}
	n, ok := view.Get[corev1.Node](s, api.Key{Resource: plan.Nodes, Cluster: key.Cluster, Name: p.Spec.NodeName})
	if !ok {
		return ""
	}
	for _, t := range execute(n) {
		if _, must := deadline(p, []corev1.Taint{t}); must {
			return "is evicted for taint " + t.Key + " of node " + n.Name + " unless it goes before"
		}
	}
	return ""
}
