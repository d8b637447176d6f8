package job

import (
	"fmt"
	"hash/fnv"
	"slices"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	schedulingv1alpha2 "k8s.io/api/scheduling/v1alpha2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/rand"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/utils/dump"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/gang"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// GroupGate is upstream's switch (alpha in 1.36) by which a Job whose pods are of use only together is scheduled as a gang: the
// controller makes a Workload and a PodGroup for it, and its pods name the group. Other Jobs are as ever, and so are those that
// had begun before, and those for which somebody else has made a Workload.
const GroupGate = "WorkloadWithJob"

// together reports whether all pods of a job run at the same time and each is needed: an indexed job with as many completions as
// pods, of which nothing else says in what group they are.
func together(job *batchv1.Job) bool {
	n := job.Spec.Parallelism
	return n != nil && *n > 1 && indexed(job) && job.Spec.Completions != nil && *job.Spec.Completions == *n && job.Spec.Template.Spec.SchedulingGroup == nil
}

// begun reports whether a job has had pods, or could have: its life began without a group.
func begun(job *batchv1.Job, pods []*corev1.Pod) bool {
	st := &job.Status
	return len(pods) > 0 || st.StartTime != nil || st.Succeeded > 0 || st.Failed > 0 ||
		slices.ContainsFunc(st.Conditions, func(c batchv1.JobCondition) bool { return c.Type == batchv1.JobSuspended })
}

// groupOf is the group that a job's pods shall be in, nil if they stand for themselves; why says so if one could have been expected.
// A plan with writes comes first: one object at a time, as the second needs the UID of the first.
func groupOf(s *view.Snapshot, key api.Key, job *batchv1.Job, pods []*corev1.Pod) (group *schedulingv1alpha2.PodGroup, why string, p reconcile.Plan) {
	if !together(job) || job.DeletionTimestamp != nil {
		return nil, "", p
	}
	var workloads []*schedulingv1alpha2.Workload
	for w := range view.List[schedulingv1alpha2.Workload](s, plan.Around(key, gang.Workloads)) {
		if jobOf(w) == job.Name {
			workloads = append(workloads, w)
		}
	}
	switch {
	case len(workloads) == 0 && begun(job, pods):
		return nil, "", p
	case len(workloads) == 0:
		w := workloadFor(job)
		p.Writes = append(p.Writes, plan.Fenced(plan.Create(plan.Beside(key, gang.Workloads, w.Name), w, "the pods of the job are scheduled together"), key, job))
		p.Events = append(p.Events, reconcile.Event{Object: job, Reason: "WorkloadCreated", Message: fmt.Sprintf("Created Workload %s for Job %s", w.Name, job.Name), Of: 1})
		return nil, "", p
	case len(workloads) > 1:
		return nil, fmt.Sprintf("%d Workloads name it: its pods are scheduled one by one", len(workloads)), p
	case !metav1.IsControlledBy(workloads[0], job):
		return nil, "Workload " + workloads[0].Name + " is not its own: its pods are scheduled one by one", p
	case len(workloads[0].Spec.PodGroupTemplates) != 1:
		return nil, fmt.Sprintf("Workload %s has %d templates of groups, not one: its pods are scheduled one by one", workloads[0].Name, len(workloads[0].Spec.PodGroupTemplates)), p
	}
	var groups []*schedulingv1alpha2.PodGroup
	for g := range view.List[schedulingv1alpha2.PodGroup](s, plan.Around(key, gang.Native)) {
		if ref := g.Spec.PodGroupTemplateRef; ref != nil && ref.Workload != nil && ref.Workload.WorkloadName == workloads[0].Name {
			groups = append(groups, g)
		}
	}
	switch {
	case len(groups) == 0:
		g := groupFor(job, workloads[0])
		p.Writes = append(p.Writes, plan.Fenced(plan.Create(plan.Beside(key, gang.Native, g.Name), g, "the pods of the job are scheduled together"), key, job))
	case len(groups) > 1:
		why = fmt.Sprintf("%d PodGroups are of Workload %s: its pods are scheduled one by one", len(groups), workloads[0].Name)
	case !metav1.IsControlledBy(groups[0], job):
		why = "PodGroup " + groups[0].Name + " is not its own: its pods are scheduled one by one"
	default:
		group = groups[0]
	}
	return group, why, p
}

// jobOf is the job that a workload is of, by its name; "" if it is of something else.
func jobOf(w *schedulingv1alpha2.Workload) string {
	if ref := w.Spec.ControllerRef; ref != nil && ref.APIGroup == batchv1.GroupName && ref.Kind == "Job" {
		return ref.Name
	}
	return ""
}

func workloadFor(job *batchv1.Job) *schedulingv1alpha2.Workload {
	return &schedulingv1alpha2.Workload{
		ObjectMeta: metav1.ObjectMeta{Name: workloadName(job), Namespace: job.Namespace, OwnerReferences: []metav1.OwnerReference{controllerRef(job)}},
		Spec: schedulingv1alpha2.WorkloadSpec{
			ControllerRef: &schedulingv1alpha2.TypedLocalObjectReference{APIGroup: batchv1.GroupName, Kind: "Job", Name: job.Name},
			PodGroupTemplates: []schedulingv1alpha2.PodGroupTemplate{{Name: job.Name + "-pgt-0",
				SchedulingPolicy: schedulingv1alpha2.PodGroupSchedulingPolicy{Gang: &schedulingv1alpha2.GangSchedulingPolicy{MinCount: *job.Spec.Parallelism}}}},
		},
	}
}

func groupFor(job *batchv1.Job, w *schedulingv1alpha2.Workload) *schedulingv1alpha2.PodGroup {
	t := &w.Spec.PodGroupTemplates[0]
	return &schedulingv1alpha2.PodGroup{
		ObjectMeta: metav1.ObjectMeta{Name: groupName(w.Name, t.Name), Namespace: job.Namespace, OwnerReferences: []metav1.OwnerReference{
			controllerRef(job), {APIVersion: schedulingv1alpha2.SchemeGroupVersion.String(), Kind: "Workload", Name: w.Name, UID: w.UID}}},
		Spec: schedulingv1alpha2.PodGroupSpec{
			PodGroupTemplateRef: &schedulingv1alpha2.PodGroupTemplateReference{Workload: &schedulingv1alpha2.WorkloadPodGroupTemplateReference{
				WorkloadName: w.Name, PodGroupTemplateName: t.Name}},
			SchedulingPolicy: *t.SchedulingPolicy.DeepCopy(),
		},
	}
}

// workloadName is upstream's: the job's name, cut, and a hash of its UID.
func workloadName(job *batchv1.Job) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(dump.ForHash(job.UID))) // a hash never fails
	tail := "-" + rand.SafeEncodeString(fmt.Sprint(h.Sum32()))
	return job.Name[:min(len(job.Name), validation.DNS1123SubdomainMaxLength-len(tail))] + tail
}

// groupName is upstream's: the names of workload and template, the longer of them cut first, and a hash of both.
func groupName(workload, template string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(workload + template))
	tail := "-" + rand.SafeEncodeString(fmt.Sprint(h.Sum32()))
	room := validation.DNS1123SubdomainMaxLength - len(tail) - 1
	if half := room / 2; len(workload)+len(template) > room {
		w, t := min(len(workload), max(room-half, room-len(template))), min(len(template), max(half, room-len(workload)))
		workload, template = workload[:w], template[:t]
	}
	return workload + "-" + template + tail
}

// join puts a new pod into the job's group.
func (c *course) join(p *corev1.Pod) {
	if c.group == nil {
		return
	}
	p.Spec.SchedulingGroup = &corev1.PodSchedulingGroup{PodGroupName: &c.group.Name}
	p.OwnerReferences = append(p.OwnerReferences, metav1.OwnerReference{
		APIVersion: schedulingv1alpha2.SchemeGroupVersion.String(), Kind: "PodGroup", Name: c.group.Name, UID: c.group.UID})
}

// workloadChanged wakes the job that a workload names.
func workloadChanged(s *view.Snapshot, ev store.Event) (keys []api.Key) {
	for _, rec := range []*store.Record{ev.Record, ev.Prev} {
		if rec == nil {
			continue
		}
		if name := jobOf(view.Of[schedulingv1alpha2.Workload](s, rec)); name != "" {
			keys = append(keys, plan.Beside(rec.Key, plan.Jobs, name))
		}
	}
	return slices.Compact(keys)
}

// groupChanged wakes the job that a group is of.
func groupChanged(s *view.Snapshot, ev store.Event) []api.Key {
	if ref := view.ControllerOf(s.Meta(ev.Record)); ref != nil && ref.Kind == "Job" {
		return []api.Key{plan.Beside(ev.Record.Key, plan.Jobs, ref.Name)}
	}
	return nil
}
