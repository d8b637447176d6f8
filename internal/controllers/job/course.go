package job

import (
	"slices"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	schedulingv1alpha2 "k8s.io/api/scheduling/v1alpha2"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
)

// course is one look at a Job: what there is, what follows from it, and what the status shall say.
type course struct {
	key api.Key
	job *batchv1.Job // as stored; shared
	now time.Time

	pods        []*corev1.Pod // all that the job controls
	active      []*corev1.Pod
	ready       int
	terminating int
	// noted are the UIDs in the stored status; numbers are not yet made of them.
	notedSucceeded, notedFailed map[types.UID]bool
	// succeeded and failed are all that have, whether counted, noted or only seen.
	succeeded, failed int

	// Of indexed jobs: what the stored status says is done or has failed for good, and what is so now.
	storedDone, done indexes
	storedLost, lost indexes
	waiting          map[int]*corev1.Pod // the failed pod of which an index's next pod takes over the count
	limited          bool                // backoffLimitPerIndex is set

	group *schedulingv1alpha2.PodGroup // that new pods are in, or nil

	verdict *batchv1.JobCondition // SuccessCriteriaMet or FailureTarget, or nil while it runs
	stored  bool                  // the verdict is in the stored status

	st     *batchv1.JobStatus // as it shall be
	frees  []client.Write     // removals of finalizers: before deletes, so that what is surplus is not counted as failed
	acts   []client.Write     // creates and deletes
	events []reconcile.Event  // of acts; Of counts in acts
	ends   []reconcile.Event  // told with the status
	again  time.Time
	why    string // for explain: what the job waits for
}

func look(key api.Key, job *batchv1.Job, pods []*corev1.Pod, now time.Time) *course {
	c := &course{key: key, job: job, now: now, pods: pods, st: job.Status.DeepCopy(), limited: indexed(job) && job.Spec.BackoffLimitPerIndex != nil}
	if c.st.UncountedTerminatedPods == nil {
		c.st.UncountedTerminatedPods = &batchv1.UncountedTerminatedPods{}
	}
	c.notedSucceeded, c.notedFailed = set(c.st.UncountedTerminatedPods.Succeeded), set(c.st.UncountedTerminatedPods.Failed)
	c.succeeded, c.failed = int(c.st.Succeeded)+len(c.notedSucceeded), int(c.st.Failed)+len(c.notedFailed)
	for _, p := range pods {
		switch {
		case plan.Active(p):
			c.active = append(c.active, p)
			if plan.Ready(p) {
				c.ready++
			}
		case !plan.Terminated(p):
			c.terminating++
		}
		if !tracked(p) || !c.countable(p) {
			continue
		}
		switch {
		case p.Status.Phase == corev1.PodSucceeded:
			if !c.notedSucceeded[p.UID] && !c.notedFailed[p.UID] {
				c.succeeded++
			}
		case c.failedPod(p):
			if !c.notedFailed[p.UID] && rule(job.Spec.PodFailurePolicy, p).counts {
				c.failed++
			}
		}
	}
	if c.st.StartTime == nil && !suspended(job) {
		c.st.StartTime = stamp(now)
	}
	if indexed(job) {
		c.lookAtIndexes()
	}
	return c
}

// lookAtIndexes finds which indexes are done, which have failed for good, and which failed pods their successors need.
func (c *course) lookAtIndexes() {
	c.storedDone = parseIndexes(c.st.CompletedIndexes, c.completions())
	var done, lost []int
	if c.st.FailedIndexes != nil {
		c.storedLost = parseIndexes(*c.st.FailedIndexes, c.completions())
	}
	for _, p := range c.pods {
		switch i := indexOf(p); {
		case !tracked(p) || !c.countable(p):
		case p.Status.Phase == corev1.PodSucceeded:
			if !c.notedFailed[p.UID] {
				done = append(done, i)
			}
		case c.limited && c.failedPod(p):
			if r := rule(c.job.Spec.PodFailurePolicy, p); r.failIndex || r.counts && countedFailures(p) >= int(*c.job.Spec.BackoffLimitPerIndex) {
				lost = append(lost, i)
			}
		}
	}
	c.done, c.lost = c.storedDone.union(setOf(done...)), c.storedLost.union(setOf(lost...))
	c.succeeded = c.done.count()
	if !c.limited {
		return
	}
	c.waiting = map[int]*corev1.Pod{}
	settled := c.done.union(c.lost).union(indexesOf(c.active))
	for _, p := range c.pods {
		i := indexOf(p)
		if !tracked(p) || !c.countable(p) || !c.failedPod(p) || settled.has(i) {
			continue
		}
		if w := c.waiting[i]; w == nil || failures(w) <= failures(p) && !endOf(p).Before(endOf(w)) {
			c.waiting[i] = p
		}
	}
}

// completions is spec.completions, which indexed jobs always have.
func (c *course) completions() int { return int(*c.job.Spec.Completions) }

// countable reports whether a pod counts at all: in an indexed job, only with an index that there is.
func (c *course) countable(p *corev1.Pod) bool {
	if !indexed(c.job) {
		return true
	}
	i := indexOf(p)
	return i != noIndex && i < c.completions()
}

// failedPod reports whether a pod counts as failed. One that is being deleted does already, unless the job waits for its
// end: pods of lost nodes may never reach one.
func (c *course) failedPod(p *corev1.Pod) bool {
	return p.Status.Phase == corev1.PodFailed ||
		p.DeletionTimestamp != nil && p.Status.Phase != corev1.PodSucceeded && !replacesFailedOnly(c.job)
}

// do adds a create or delete, with the event that tells of it.
func (c *course) do(w client.Write, reason, message string) {
	c.acts = append(c.acts, plan.Fenced(w, c.key, c.job))
	c.events = append(c.events, reconcile.Event{Object: c.job, Reason: reason, Message: message, Of: len(c.acts)})
}

// plan puts the writes in order: what relies on the stored status first, then the status.
func (c *course) plan() reconcile.Plan {
	p := reconcile.Plan{Writes: slices.Concat(c.frees, c.acts), Again: c.again, Note: c.why}
	for _, e := range c.events {
		e.Of += len(c.frees)
		p.Events = append(p.Events, e)
	}
	terminating, ready := int32(c.terminating), int32(c.ready)
	c.st.Active, c.st.Ready, c.st.Terminating = int32(len(c.active)), &ready, &terminating
	if equality.Semantic.DeepEqual(*c.st, c.job.Status) {
		return p
	}
	fresh := c.job.DeepCopy()
	fresh.Status = *c.st
	p.Writes = append(p.Writes, plan.UpdateStatus(c.key, fresh, "status"))
	if how, _ := plan.JobEnd(fresh); how != "" && !finished(c.job) {
		p.Counts = append(p.Counts, ended(fresh, how, len(p.Writes)))
	}
	for _, e := range c.ends {
		e.Of = len(p.Writes)
		p.Events = append(p.Events, e)
	}
	return p
}

func set(uids []types.UID) map[types.UID]bool {
	out := make(map[types.UID]bool, len(uids))
	for _, u := range uids {
		out[u] = true
	}
	return out
}

// tracked reports whether a pod still has the finalizer: nothing has been made final of it.
func tracked(p *corev1.Pod) bool { return slices.Contains(p.Finalizers, batchv1.JobTrackingFinalizer) }

// untracked is a copy of the pod's finalizers without that of Jobs.
func untracked(p *corev1.Pod) []string {
	return slices.DeleteFunc(slices.Clone(p.Finalizers), func(f string) bool { return f == batchv1.JobTrackingFinalizer })
}
