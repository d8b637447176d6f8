package job

import (
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
)

// judge finds out whether and how the job ends. A stored verdict stands; failure comes before success, and the order of
// reasons is upstream's.
func (c *course) judge() {
	for _, t := range []batchv1.JobConditionType{batchv1.JobSuccessCriteriaMet, batchv1.JobFailureTarget} {
		if holds(c.st.Conditions, t) {
			v := *condition(c.st.Conditions, t)
			c.verdict, c.stored = &v, true
			return
		}
	}
	spec := &c.job.Spec
	switch why := c.failsByPolicy(); {
	case why != "":
		c.fail(batchv1.JobReasonPodFailurePolicy, why)
	case c.failed > int(*spec.BackoffLimit) || c.restartedTooOften():
		c.fail(batchv1.JobReasonBackoffLimitExceeded, "Job has reached the specified backoff limit")
	case c.late():
		c.fail(batchv1.JobReasonDeadlineExceeded, "Job was active longer than specified deadline")
	case c.limited && spec.MaxFailedIndexes != nil && c.lost.count() > int(*spec.MaxFailedIndexes):
		c.fail(batchv1.JobReasonMaxFailedIndexesExceeded, "Job has exceeded the specified maximal number of failed indexes")
	case c.limited && c.lost.count() > 0 && c.lost.count()+c.done.count() >= c.completions():
		c.fail(batchv1.JobReasonFailedIndexes, "Job has failed indexes")
	case c.succeedsByPolicy():
	case len(c.active) == 0 && c.reached():
		c.succeed(batchv1.JobReasonCompletionsReached, "Reached expected number of succeeded pods")
	}
}

func (c *course) fail(reason, message string) {
	v := newCondition(batchv1.JobFailureTarget, corev1.ConditionTrue, reason, message, c.now)
	c.verdict = &v
}

func (c *course) succeed(reason, message string) {
	v := newCondition(batchv1.JobSuccessCriteriaMet, corev1.ConditionTrue, reason, message, c.now)
	c.verdict = &v
}

func (c *course) succeedsByPolicy() bool {
	if !indexed(c.job) {
		return false
	}
	why, ok := succeeds(c.job.Spec.SuccessPolicy, c.done, c.completions())
	if ok {
		c.succeed(batchv1.JobReasonSuccessPolicy, why)
	}
	return ok
}

// reached reports whether enough pods have succeeded. A job without a number of completions is a queue: it is done when
// one of its pods has found it empty and the others have ended.
func (c *course) reached() bool {
	if c.job.Spec.Completions == nil {
		return c.succeeded > 0
	}
	return c.succeeded >= c.completions()
}

func (c *course) failsByPolicy() string {
	if c.job.Spec.PodFailurePolicy == nil {
		return ""
	}
	for _, p := range c.pods {
		if c.failedPod(p) {
			if why := rule(c.job.Spec.PodFailurePolicy, p).failJob; why != "" {
				return why
			}
		}
	}
	return ""
}

// restartedTooOften applies backoffLimit to the restarts of containers that are restarted in place.
func (c *course) restartedTooOften() bool {
	if c.job.Spec.Template.Spec.RestartPolicy != corev1.RestartPolicyOnFailure {
		return false
	}
	n := int32(0)
	for _, p := range c.pods {
		if plan.Terminated(p) {
			continue
		}
		for _, cs := range p.Status.InitContainerStatuses {
			n += cs.RestartCount
		}
		for _, cs := range p.Status.ContainerStatuses {
			n += cs.RestartCount
		}
	}
	return n >= max(1, *c.job.Spec.BackoffLimit)
}

// late reports whether activeDeadlineSeconds have passed; if not, the plan is due again when they have.
func (c *course) late() bool {
	if c.job.Spec.ActiveDeadlineSeconds == nil || suspended(c.job) || c.st.StartTime == nil {
		return false
	}
	at := c.st.StartTime.Add(time.Duration(*c.job.Spec.ActiveDeadlineSeconds) * time.Second)
	if c.now.Before(at) {
		c.again = plan.Sooner(c.again, at)
		return false
	}
	return true
}

// end stores a new verdict, and makes a stored one final when nothing of the job runs any more and everything is counted.
func (c *course) end() {
	if c.verdict == nil {
		return
	}
	if !c.stored {
		c.st.Conditions = append(c.st.Conditions, *c.verdict)
		return
	}
	c.why = "has its verdict; waits for its pods to end and be counted"
	if len(c.active)+c.terminating > 0 || len(c.st.UncountedTerminatedPods.Succeeded)+len(c.st.UncountedTerminatedPods.Failed) > 0 {
		return
	}
	for _, p := range c.pods {
		if tracked(p) {
			return
		}
	}
	c.why = ""
	if c.verdict.Type == batchv1.JobFailureTarget {
		c.setCondition(batchv1.JobFailed, corev1.ConditionTrue, c.verdict.Reason, c.verdict.Message)
		c.tell(true, c.verdict.Reason, c.verdict.Message)
		return
	}
	c.setCondition(batchv1.JobComplete, corev1.ConditionTrue, c.verdict.Reason, c.verdict.Message)
	c.st.CompletionTime = stamp(c.now)
	if n := c.job.Spec.Completions; n != nil && c.st.Succeeded > *n {
		c.tell(true, "TooManySucceededPods", "Too many succeeded pods running after completion count reached")
	}
	c.tell(false, "Completed", "Job completed")
}

// tell adds an event that is recorded when the status has been written.
func (c *course) tell(warning bool, reason, message string) {
	c.ends = append(c.ends, reconcile.Event{Object: c.job, Warning: warning, Reason: reason, Message: message})
}

func stamp(t time.Time) *metav1.Time {
	m := metav1.NewTime(t)
	return &m
}
