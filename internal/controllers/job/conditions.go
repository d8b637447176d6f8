package job

import (
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/plan"
)

// condition finds a condition, or nil. It points into the list.
func condition(list []batchv1.JobCondition, t batchv1.JobConditionType) *batchv1.JobCondition {
	for i := range list {
		if list[i].Type == t {
			return &list[i]
		}
	}
	return nil
}

func holds(list []batchv1.JobCondition, t batchv1.JobConditionType) bool {
	c := condition(list, t)
	return c != nil && c.Status == corev1.ConditionTrue
}

// finished reports whether a job has come to its end; nothing of it changes any more.
func finished(job *batchv1.Job) bool {
	how, _ := plan.JobEnd(job)
	return how != ""
}

// foreign reports whether somebody else manages the job.
func foreign(job *batchv1.Job) bool {
	return job.Spec.ManagedBy != nil && *job.Spec.ManagedBy != batchv1.JobControllerName
}

func suspended(job *batchv1.Job) bool { return job.Spec.Suspend != nil && *job.Spec.Suspend }

func indexed(job *batchv1.Job) bool {
	return job.Spec.CompletionMode != nil && *job.Spec.CompletionMode == batchv1.IndexedCompletion
}

// replacesFailedOnly reports whether a pod that is being deleted is replaced, and counted, only at its end.
func replacesFailedOnly(job *batchv1.Job) bool {
	return job.Spec.PodFailurePolicy != nil || job.Spec.PodReplacementPolicy != nil && *job.Spec.PodReplacementPolicy == batchv1.Failed
}

func newCondition(t batchv1.JobConditionType, status corev1.ConditionStatus, reason, message string, now time.Time) batchv1.JobCondition {
	return batchv1.JobCondition{Type: t, Status: status, LastProbeTime: metav1.NewTime(now), LastTransitionTime: metav1.NewTime(now), Reason: reason, Message: message}
}

// setCondition sets a condition and reports whether that changed it. A condition that never held is not stored as false.
func (c *course) setCondition(t batchv1.JobConditionType, status corev1.ConditionStatus, reason, message string) bool {
	fresh := newCondition(t, status, reason, message, c.now)
	old := condition(c.st.Conditions, t)
	switch {
	case old == nil && status == corev1.ConditionFalse:
		return false
	case old == nil:
		c.st.Conditions = append(c.st.Conditions, fresh)
	case old.Status == status && old.Reason == reason && old.Message == message:
		return false
	default:
		*old = fresh
	}
	return true
}
