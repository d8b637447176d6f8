package namespace

import (
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/view"
)

// why tells what a namespace that is being deleted waits for.
func why(s *view.Snapshot, key api.Key, _ time.Time) string {
	ns, ok := view.Get[corev1.Namespace](s, key)
	if !ok || ns.DeletionTimestamp == nil {
		return ""
	}
	var waits []string
	for _, c := range ns.Status.Conditions {
		if c.Status == corev1.ConditionTrue && c.Message != "" {
			waits = append(waits, c.Message)
		}
	}
	if len(waits) == 0 {
		return "its contents are being deleted"
	}
	return strings.Join(waits, "; ")
}
