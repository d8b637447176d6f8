package quota

import (
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/view"
)

// why tells what is used of what a quota allows.
func why(s *view.Snapshot, key api.Key, _ time.Time) string {
	q, ok := view.Get[corev1.ResourceQuota](s, key)
	if !ok {
		return ""
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(q.Status.Hard)) {
		used, hard := q.Status.Used[name], q.Status.Hard[name]
		parts = append(parts, string(name)+" "+used.String()+" of "+hard.String())
	}
	if len(parts) == 0 {
		return ""
	}
	return "used: " + strings.Join(parts, ", ")
}
