package admit

import (
	"context"
	"fmt"
	"slices"

	batchv1 "k8s.io/api/batch/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	schedulingv1alpha2 "k8s.io/api/scheduling/v1alpha2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/utils/ptr"
)

// Rules about pods that are scheduled as groups (scheduling.k8s.io/v1alpha2). Where the kinds are not served nothing meets them.

// GroupPriority is the feature gate that gives groups a priority of their own.
const GroupPriority = "WorkloadAwarePreemption"

// groupExists makes sure that the template that a group says it was made from exists: upstream's PodGroupWorkloadExists.
func groupExists(_ context.Context, w *Write) error {
	ref := w.GetObject().(*schedulingv1alpha2.PodGroup).Spec.PodGroupTemplateRef
	if ref == nil || ref.Workload == nil {
		return nil
	}
	name, template := ref.Workload.WorkloadName, ref.Workload.PodGroupTemplateName
	of, ok := get[*schedulingv1alpha2.Workload](w, workloads, w.GetNamespace(), name)
	switch {
	case !ok:
		return w.forbid(fmt.Errorf("PodGroup rejected: Workload %q not found", name))
	case of.DeletionTimestamp != nil:
		return w.forbid(fmt.Errorf("PodGroup rejected: Workload %q is being deleted", name))
	case !slices.ContainsFunc(of.Spec.PodGroupTemplates, func(t schedulingv1alpha2.PodGroupTemplate) bool { return t.Name == template }):
		return w.forbid(fmt.Errorf("PodGroup rejected: PodGroupTemplate %q not found in Workload %q", template, name))
	}
	return nil
}

// groupPriority resolves the priority of a group, as priority does for a pod.
func groupPriority(_ context.Context, w *Write) error {
	g := w.GetObject().(*schedulingv1alpha2.PodGroup)
	var class *schedulingv1.PriorityClass
	if name := g.Spec.PriorityClassName; name != "" {
		var ok bool
		if class, ok = get[*schedulingv1.PriorityClass](w, priorityClasses, "", name); !ok {
			return w.forbid(fmt.Errorf("no PriorityClass with name %s was found", name))
		}
	} else if class = defaultPriority(w); class != nil {
		g.Spec.PriorityClassName = class.Name
	}
	value := int32(0)
	if class != nil {
		value = class.Value
	}
	if g.Spec.Priority != nil && *g.Spec.Priority != value {
		return w.forbid(fmt.Errorf("priority set in the pod group (%d) must match the priority computed (%d) based on the priority class set in the spec", *g.Spec.Priority, value))
	}
	g.Spec.Priority = &value
	return nil
}

// grouped passes over clusters without groups: no Job is converted there.
func grouped(a admission.Attributes, l Lookup) bool { return l.Holds(podGroups, a.GetNamespace()) }

// keepGangSize refuses another parallelism for a Job whose pods are a gang: upstream's JobValidation.
func keepGangSize(_ context.Context, w *Write) error {
	job, old := w.GetObject().(*batchv1.Job), w.GetOldObject().(*batchv1.Job)
	if ptr.Equal(job.Spec.Parallelism, old.Spec.Parallelism) {
		return nil
	}
	refuse := func(g *schedulingv1alpha2.PodGroup) error {
		return w.forbid(fmt.Errorf("cannot change parallelism for a Job referencing gang-scheduled PodGroup %q", g.Name))
	}
	if sg := old.Spec.Template.Spec.SchedulingGroup; sg != nil && sg.PodGroupName != nil {
		if g, ok := get[*schedulingv1alpha2.PodGroup](w, podGroups, old.Namespace, *sg.PodGroupName); ok && g.Spec.SchedulingPolicy.Gang != nil {
			return refuse(g)
		}
		return nil
	}
	for _, obj := range w.Objects(podGroups, old.Namespace) {
		if g, ok := obj.(*schedulingv1alpha2.PodGroup); ok && metav1.IsControlledBy(g, old) && g.Spec.SchedulingPolicy.Gang != nil {
			return refuse(g)
		}
	}
	return nil
}
