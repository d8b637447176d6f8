package disruption

import (
	"fmt"
	"time"

	policyv1 "k8s.io/api/policy/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/view"
)

// why tells what a budget allows.
func why(s *view.Snapshot, key api.Key, _ time.Time) string {
	b, ok := view.Get[policyv1.PodDisruptionBudget](s, key)
	if !ok {
		return ""
	}
	st := &b.Status
	return fmt.Sprintf("%d of %d expected pods are healthy, %d have to be: %d may be evicted now", st.CurrentHealthy, st.ExpectedPods, st.DesiredHealthy, st.DisruptionsAllowed)
}
