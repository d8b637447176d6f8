package job

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/replicas"
	"gantry.dev/gantry/internal/view"
)

// manage brings the number of active pods to what is wanted.
func (c *course) manage(s *view.Snapshot) {
	if c.job.DeletionTimestamp != nil {
		return
	}
	defer c.tellSuspension()
	if suspended(c.job) {
		c.remove(c.active)
		return
	}
	want := c.wanted()
	if surplus := c.surplus(want); len(surplus) > 0 {
		c.remove(surplus) // either removes or adds: repeated indexes may need both
		return
	}
	missing := want - len(c.active)
	if replacesFailedOnly(c.job) {
		missing -= c.terminating
	}
	if missing > 0 {
		c.add(s, min(missing, replicas.Start(len(c.pods), replicas.Burst)))
	}
}

// wanted is how many pods should be active.
func (c *course) wanted() int {
	parallel := int(*c.job.Spec.Parallelism)
	if c.job.Spec.Completions == nil {
		if c.succeeded > 0 {
			return len(c.active) // the queue is empty: who runs may end
		}
		return parallel
	}
	return max(0, min(parallel, c.completions()-c.succeeded))
}

// surplus are the pods to remove: those without a valid index, all but the best of each index, and then, not ready before
// ready and young before old, what is more than wanted.
func (c *course) surplus(want int) []*corev1.Pod {
	keep := c.active
	var rm []*corev1.Pod
	if indexed(c.job) {
		byIndex := map[int][]*corev1.Pod{}
		for _, p := range c.active {
			i := noIndex
			if c.countable(p) {
				i = indexOf(p)
			}
			byIndex[i] = append(byIndex[i], p)
		}
		rm, keep = byIndex[noIndex], nil
		delete(byIndex, noIndex)
		for _, same := range byIndex {
			out := replicas.Victims(same, len(same)-1, replicas.Order{})
			rm = append(rm, out...)
			for _, p := range same {
				if !slices.Contains(out, p) {
					keep = append(keep, p)
				}
			}
		}
		slices.SortFunc(rm, byName)
		slices.SortFunc(keep, byName)
	}
	if more := len(c.active) - want - len(rm); more > 0 {
		rm = append(rm, replicas.Victims(keep, more, replicas.Order{})...)
	}
	return rm[:min(len(rm), replicas.Burst)]
}

func byName(a, b *corev1.Pod) int { return cmp.Compare(a.Name, b.Name) }

// remove deletes active pods that are not to be counted.
func (c *course) remove(pods []*corev1.Pod) {
	for _, p := range pods[:min(len(pods), replicas.Burst)] {
		if tracked(p) {
			c.free(p)
		}
		c.delete(p)
	}
}

// stop deletes active pods when the verdict is stored. Accounting decides what they count.
func (c *course) stop() {
	for _, p := range c.active[:min(len(c.active), replicas.Burst)] {
		c.delete(p)
	}
}

func (c *course) delete(p *corev1.Pod) {
	c.do(plan.Delete(plan.Beside(c.key, plan.Pods, p.Name), p, "the job needs it no longer"), "SuccessfulDelete", "Deleted pod: "+p.Name)
}

// add creates up to n pods, unless failures ask to wait.
func (c *course) add(s *view.Snapshot, n int) {
	if !c.limited {
		if at := c.backoff(); c.now.Before(at) {
			c.wait(at)
			return
		}
	}
	taken := func(name string) bool { return s.Record(plan.Beside(c.key, plan.Pods, name)) != nil }
	if !indexed(c.job) {
		for _, name := range replicas.Names(c.job.Name, c.job.UID, plan.Rev(c.job), n, taken) {
			c.create(c.pod(name))
		}
		return
	}
	for _, i := range c.pending(n) {
		if at := indexBackoff(c.waiting[i]); c.now.Before(at) {
			c.wait(at)
			continue
		}
		name := replicas.Names(indexedBase(c.job.Name, i), c.job.UID, plan.Rev(c.job), 1, taken)[0]
		c.create(c.indexedPod(name, i))
	}
}

// wait plans again at the end of a back-off.
func (c *course) wait(at time.Time) {
	c.again = plan.Sooner(c.again, at)
	c.why = "waits for the back-off after a failure, until " + c.again.UTC().Format(time.RFC3339)
}

// pending are the n lowest indexes that have no pod and need one.
func (c *course) pending(n int) []int {
	taken := c.done.union(c.lost).union(indexesOf(c.active))
	if replacesFailedOnly(c.job) {
		var going []*corev1.Pod
		for _, p := range c.pods {
			if !plan.Active(p) && !plan.Terminated(p) {
				going = append(going, p)
			}
		}
		taken = taken.union(indexesOf(going))
	}
	return taken.missing(n, c.completions())
}

func (c *course) create(p *corev1.Pod) {
	c.do(plan.Create(plan.Beside(c.key, plan.Pods, p.Name), p, "too few pods"), "SuccessfulCreate", "Created pod: "+p.Name)
}

// pod is a new pod, which has the finalizer from its first moment.
func (c *course) pod(name string) *corev1.Pod {
	p := replicas.Pod(&c.job.Spec.Template, c.key.Namespace, name, controllerRef(c.job))
	if !tracked(p) {
		p.Finalizers = append(p.Finalizers, batchv1.JobTrackingFinalizer)
	}
	c.join(p)
	return p
}

// indexedPod is the pod of an index: it can tell the index by label, annotation, environment and host name.
func (c *course) indexedPod(name string, index int) *corev1.Pod {
	p, n := c.pod(name), strconv.Itoa(index)
	p.Labels, p.Annotations = with(p.Labels, batchv1.JobCompletionIndexAnnotation, n), with(p.Annotations, batchv1.JobCompletionIndexAnnotation, n)
	p.Spec.Hostname = c.job.Name + "-" + n
	for _, list := range [][]corev1.Container{p.Spec.InitContainers, p.Spec.Containers} {
		for i := range list {
			indexEnv(&list[i])
		}
	}
	if c.limited {
		counted, ignored := 0, 0
		if w := c.waiting[index]; w != nil {
			counted, ignored = countedFailures(w), ignoredFailures(w)
			if rule(c.job.Spec.PodFailurePolicy, w).counts {
				counted++
			} else {
				ignored++
			}
		}
		p.Annotations[batchv1.JobIndexFailureCountAnnotation] = strconv.Itoa(counted)
		if ignored > 0 {
			p.Annotations[batchv1.JobIndexIgnoredFailureCountAnnotation] = strconv.Itoa(ignored)
		}
	}
	return p
}

func with(m map[string]string, k, v string) map[string]string {
	if m == nil {
		m = map[string]string{}
	}
	m[k] = v
	return m
}

const indexEnvName = "JOB_COMPLETION_INDEX"

// indexEnv gives a container its index, unless the template sets that variable itself.
func indexEnv(c *corev1.Container) {
	if slices.ContainsFunc(c.Env, func(e corev1.EnvVar) bool { return e.Name == indexEnvName }) {
		return
	}
	c.Env = append(c.Env, corev1.EnvVar{Name: indexEnvName, ValueFrom: &corev1.EnvVarSource{
		FieldRef: &corev1.ObjectFieldSelector{FieldPath: "metadata.labels['" + batchv1.JobCompletionIndexAnnotation + "']"}}})
}

// indexedBase is what the names of an index's pods begin with: the job's name, cut so that the index stays.
func indexedBase(job string, index int) string {
	tail := "-" + strconv.Itoa(index)
	if room := replicas.MaxBase - len(tail) - 1; len(job) > room {
		job = job[:room]
	}
	return job + tail
}

// tellSuspension keeps the Suspended condition. A resumed job starts anew: its deadline counts active time only.
func (c *course) tellSuspension() {
	if suspended(c.job) {
		if c.setCondition(batchv1.JobSuspended, corev1.ConditionTrue, "JobSuspended", "Job suspended") {
			c.st.StartTime = nil
			c.tell(false, "Suspended", "Job suspended")
		}
		return
	}
	if c.setCondition(batchv1.JobSuspended, corev1.ConditionFalse, "JobResumed", "Job resumed") {
		c.st.StartTime = stamp(c.now)
		c.tell(false, "Resumed", "Job resumed")
		if d := c.job.Spec.ActiveDeadlineSeconds; d != nil {
			c.again = plan.Sooner(c.again, c.now.Add(time.Duration(*d)*time.Second))
		}
	}
}
