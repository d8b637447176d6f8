package nodelifecycle

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/view"
)

// why tells how a node is judged.
func why(s *view.Snapshot, key api.Key, _ time.Time) string {
	n, ok := view.Get[corev1.Node](s, key)
	if !ok {
		return ""
	}
	if ready(n) {
		return "ready; it is called lost at the time below unless it is heard of before"
	}
	from := since(n).UTC().Format(time.RFC3339)
	if t := executed(n); t != nil {
		return "not ready since " + from + "; its pods are evicted as they tolerate " + t.Key
	}
	return "not ready since " + from + "; eviction waits for its turn, or until not all nodes of its zone are lost"
}
