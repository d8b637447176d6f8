package job

import (
	batchv1 "k8s.io/api/batch/v1"

	"gantry.dev/gantry/internal/reconcile"
)

// jobsFinished is upstream's metric.
const jobsFinished = "job_controller_jobs_finished_total"

func counters() []reconcile.Counter {
	return []reconcile.Counter{{Name: jobsFinished, Help: "The number of finished jobs", Labels: []string{"completion_mode", "result", "reason"}}}
}

// ended counts a job that comes to its end with a write.
func ended(job *batchv1.Job, how batchv1.JobConditionType, of int) reconcile.Count {
	mode, result := string(batchv1.NonIndexedCompletion), "succeeded"
	if indexed(job) {
		mode = string(batchv1.IndexedCompletion)
	}
	reason := ""
	if how == batchv1.JobFailed {
		result = "failed"
		reason = condition(job.Status.Conditions, how).Reason
	}
	return reconcile.Count{Counter: jobsFinished, Values: []string{mode, result, reason}, Of: of}
}
