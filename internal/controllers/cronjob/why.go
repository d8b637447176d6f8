package cronjob

import (
	"fmt"
	"time"

	batchv1 "k8s.io/api/batch/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/view"
)

// why tells whether jobs come of a CronJob.
func why(s *view.Snapshot, key api.Key, _ time.Time) string {
	cj, ok := view.Get[batchv1.CronJob](s, key)
	switch {
	case !ok:
		return ""
	case cj.Spec.Suspend != nil && *cj.Spec.Suspend:
		return "suspended: no job is made until spec.suspend is false"
	}
	last := "never yet"
	if t := cj.Status.LastScheduleTime; t != nil {
		last = t.UTC().Format(time.RFC3339)
	}
	return fmt.Sprintf("schedule %q, last run %s, %d jobs active", cj.Spec.Schedule, last, len(cj.Status.Active))
}
