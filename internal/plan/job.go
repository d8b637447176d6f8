package plan

import (
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
)

// JobEnd is how a job has ended, Complete or Failed, and when; "" if it has not.
func JobEnd(job *batchv1.Job) (batchv1.JobConditionType, time.Time) {
	for _, c := range job.Status.Conditions {
		if (c.Type == batchv1.JobComplete || c.Type == batchv1.JobFailed) && c.Status == corev1.ConditionTrue {
			return c.Type, c.LastTransitionTime.Time
		}
	}
	return "", time.Time{}
}
