package job

import (
	"cmp"
	"slices"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/plan"
)

// maxNoted bounds the UIDs in a status, which keeps it below some 20 KB. Upstream's figure.
const maxNoted = 500

// account takes every pod that has ended one step further: seen, noted in the stored status, freed of its finalizer,
// counted.
func (c *course) account() {
	c.countFreed()
	noted := c.st.UncountedTerminatedPods
	pods := c.pods
	if indexed(c.job) {
		pods = slices.Clone(pods)
		slices.SortStableFunc(pods, func(a, b *corev1.Pod) int { return cmp.Compare(indexOf(a), indexOf(b)) })
	}
	for _, p := range pods {
		if !tracked(p) || !c.mayFree(p) {
			continue
		}
		if len(noted.Succeeded)+len(noted.Failed)+len(c.frees) >= maxNoted {
			break // the next plan goes on
		}
		if c.note(p) {
			c.free(p)
		}
	}
	if !indexed(c.job) {
		return
	}
	c.st.Succeeded, c.st.CompletedIndexes = int32(c.done.count()), c.done.String()
	if c.limited {
		lost := c.lost.String()
		c.st.FailedIndexes = &lost
	} else {
		c.st.FailedIndexes = nil
	}
}

// countFreed makes numbers of the noted pods that have lost their finalizer or are gone.
func (c *course) countFreed() {
	kept := map[types.UID]bool{}
	for _, p := range c.pods {
		if tracked(p) {
			kept[p.UID] = true
		}
	}
	count := func(uids []types.UID, n *int32) []types.UID {
		var left []types.UID
		for _, u := range uids {
			if kept[u] {
				left = append(left, u)
			} else {
				*n++
			}
		}
		return left
	}
	noted := c.st.UncountedTerminatedPods
	noted.Succeeded = count(noted.Succeeded, &c.st.Succeeded)
	noted.Failed = count(noted.Failed, &c.st.Failed)
}

// mayFree reports whether a pod is done with: it has ended, or the job has. A failed pod whose index is to be tried again
// stays until its successor has taken over the count.
func (c *course) mayFree(p *corev1.Pod) bool {
	if c.job.DeletionTimestamp != nil || c.verdict != nil || p.Status.Phase == corev1.PodSucceeded {
		return true
	}
	return c.failedPod(p) && c.waiting[indexOf(p)] != p
}

// note writes down what has become of a pod, unless it is stored already; then it reports that the pod may be freed.
func (c *course) note(p *corev1.Pod) (stored bool) {
	failing := c.verdict != nil && c.verdict.Type == batchv1.JobFailureTarget
	switch {
	case p.Status.Phase == corev1.PodSucceeded && !c.notedFailed[p.UID]:
		if indexed(c.job) {
			return !c.countable(p) || c.storedDone.has(indexOf(p)) // account writes the indexes
		}
		if !c.notedSucceeded[p.UID] {
			c.st.UncountedTerminatedPods.Succeeded = append(c.st.UncountedTerminatedPods.Succeeded, p.UID)
			return false
		}
		return true
	case c.failedPod(p) || failing || c.notedFailed[p.UID]:
		if c.notedFailed[p.UID] {
			return true
		}
		if c.countable(p) && rule(c.job.Spec.PodFailurePolicy, p).counts {
			c.st.UncountedTerminatedPods.Failed = append(c.st.UncountedTerminatedPods.Failed, p.UID)
			return false
		}
		// It does not count; but that its index has failed, or that the job has, must be stored before it may go.
		return (c.verdict == nil || c.stored) && (!c.lost.has(indexOf(p)) || c.storedLost.has(indexOf(p)))
	default:
		// Neither ended nor failed: the job is over or being deleted, and this one is not needed.
		return c.verdict == nil || c.stored
	}
}

// free removes the finalizer. The fence makes sure that what was stored about the pod still is.
func (c *course) free(p *corev1.Pod) {
	c.frees = append(c.frees, plan.Fenced(withoutFinalizer(c.key.Cluster, p), c.key, c.job))
}
