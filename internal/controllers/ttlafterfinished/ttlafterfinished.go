// Package ttlafterfinished deletes Jobs that have ended and whose ttlSecondsAfterFinished has passed, and with them, in
// the foreground, their pods.
//
// It reads and deletes Jobs.
package ttlafterfinished

import (
	"time"

	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view"
)

// Controller is the row of this controller.
func Controller() reconcile.Controller {
	return reconcile.Controller{
		Name:    "ttl-after-finished-controller",
		Plan:    decide,
		Watches: map[api.Resource]reconcile.Trigger{plan.Jobs: reconcile.Self},
	}
}

func decide(s *view.Snapshot, key api.Key, now time.Time) (p reconcile.Plan, err error) {
	job, ok := view.Get[batchv1.Job](s, key)
	if !ok || job.DeletionTimestamp != nil || job.Spec.TTLSecondsAfterFinished == nil {
		return p, nil
	}
	how, end := plan.JobEnd(job)
	if how == "" {
		return p, nil
	}
	if at := end.Add(time.Duration(*job.Spec.TTLSecondsAfterFinished) * time.Second); now.Before(at) {
		p.Again = at
		return p, nil
	}
	policy := metav1.DeletePropagationForeground
	w := plan.DeleteUnchanged(key, job, "its time to live after its end has passed")
	w.Delete.PropagationPolicy = &policy
	p.Writes = append(p.Writes, w)
	return p, nil
}
