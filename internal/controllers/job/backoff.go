package job

import (
	"math"
	"strconv"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/plan"
)

const (
	// firstBackoff and lastBackoff bound the wait before a failed pod is replaced: it doubles with each failure since the
	// last success. Upstream's figures.
	firstBackoff = 10 * time.Second
	lastBackoff  = 10 * time.Minute
)

// after is when a pod may follow the n-th failure in a row, which was at that time; zero for no failure.
func after(n int, failed time.Time) time.Time {
	if n == 0 {
		return time.Time{}
	}
	wait := firstBackoff
	for range min(n-1, 10) { // 10 s doubled ten times is beyond the last
		wait *= 2
	}
	return failed.Add(min(wait, lastBackoff))
}

// backoff is when the job's next pod may be created. It is read from the pods that there are: one that was deleted from
// outside is forgotten, and its replacement does not wait.
func (c *course) backoff() time.Time {
	var success, last time.Time
	for _, p := range c.pods {
		if p.Status.Phase == corev1.PodSucceeded && endOf(p).After(success) {
			success = endOf(p)
		}
	}
	n := 0
	for _, p := range c.pods {
		if !c.failedPod(p) || p.Status.Phase != corev1.PodFailed && !tracked(p) {
			continue // neither failed nor about to be counted as failed
		}
		if end := endOf(p); end.After(success) {
			n++
			if end.After(last) {
				last = end
			}
		}
	}
	return after(n, last)
}

// indexBackoff is when an index may be tried again after p.
func indexBackoff(p *corev1.Pod) time.Time {
	if p == nil {
		return time.Time{}
	}
	return after(failures(p)+1, endOf(p))
}

// failures counts all failures of a pod's index before the pod.
func failures(p *corev1.Pod) int { return countedFailures(p) + ignoredFailures(p) }

func countedFailures(p *corev1.Pod) int {
	return number(p.Annotations[batchv1.JobIndexFailureCountAnnotation])
}

func ignoredFailures(p *corev1.Pod) int {
	return number(p.Annotations[batchv1.JobIndexIgnoredFailureCountAnnotation])
}

// number reads an annotation that users may have changed: what is no count is 0.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > math.MaxInt32 {
		return 0
	}
	return n
}

// endOf is when a pod ended: by its containers, else by its readiness, else by its deletion.
func endOf(p *corev1.Pod) time.Time {
	if t := containersEnd(p); !t.IsZero() {
		return t
	}
	if r := plan.PodCondition(p, corev1.PodReady); r != nil && r.Status == corev1.ConditionFalse && !r.LastTransitionTime.IsZero() {
		return r.LastTransitionTime.Time
	}
	if p.DeletionTimestamp != nil {
		grace := int64(0)
		if p.DeletionGracePeriodSeconds != nil {
			grace = *p.DeletionGracePeriodSeconds
		}
		return p.DeletionTimestamp.Add(-time.Duration(grace) * time.Second)
	}
	return p.CreationTimestamp.Time
}

// containersEnd is when the last container ended, sidecars included; zero if one has not.
func containersEnd(p *corev1.Pod) (end time.Time) {
	sidecars := map[string]bool{}
	for _, c := range p.Spec.InitContainers {
		sidecars[c.Name] = c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways
	}
	consider := func(cs corev1.ContainerStatus) bool {
		if cs.State.Terminated == nil || cs.State.Terminated.FinishedAt.IsZero() {
			return false
		}
		if t := cs.State.Terminated.FinishedAt.Time; t.After(end) {
			end = t
		}
		return true
	}
	for _, cs := range p.Status.ContainerStatuses {
		if !consider(cs) {
			return time.Time{}
		}
	}
	for _, cs := range p.Status.InitContainerStatuses {
		if sidecars[cs.Name] && !consider(cs) {
			return time.Time{}
		}
	}
	return end
}
