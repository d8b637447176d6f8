package deployment

import (
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/view"
)

// why tells how far a Deployment is.
func why(s *view.Snapshot, key api.Key, _ time.Time) string {
	d, ok := view.Get[appsv1.Deployment](s, key)
	if !ok {
		return ""
	}
	want, st := *d.Spec.Replicas, &d.Status
	for _, c := range st.Conditions {
		if c.Type == appsv1.DeploymentProgressing && c.Reason == "ProgressDeadlineExceeded" {
			return fmt.Sprintf("has not got further for progressDeadlineSeconds: %d of %d replicas updated, %d available", st.UpdatedReplicas, want, st.AvailableReplicas)
		}
	}
	switch {
	case d.Spec.Paused:
		return "paused: a changed template is not rolled out until spec.paused is false"
	case st.UpdatedReplicas < want || st.Replicas > st.UpdatedReplicas:
		return fmt.Sprintf("rolling out: %d of %d replicas updated, %d old, %d available; goes on when pods become available", st.UpdatedReplicas, want, st.Replicas-st.UpdatedReplicas, st.AvailableReplicas)
	case st.AvailableReplicas < want:
		return fmt.Sprintf("all %d replicas are updated, %d are available; waits for pods", want, st.AvailableReplicas)
	}
	return fmt.Sprintf("all %d replicas are updated and available", want)
}
