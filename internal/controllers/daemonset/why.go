package daemonset

import (
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/view"
)

// why tells how far a DaemonSet is.
func why(s *view.Snapshot, key api.Key, _ time.Time) string {
	ds, ok := view.Get[appsv1.DaemonSet](s, key)
	if !ok {
		return ""
	}
	st := &ds.Status
	return fmt.Sprintf("%d nodes should run a pod, %d do, %d available, %d of the newest template, %d pods where none should be",
		st.DesiredNumberScheduled, st.CurrentNumberScheduled, st.NumberAvailable, st.UpdatedNumberScheduled, st.NumberMisscheduled)
}
