package scheduler

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/view"
)

// siblings finds which pods a pod should be spread from: those that its Services and its owner select. Pods of one
// owner are taken to have the same labels, so one answer serves them all.
type siblings struct {
	s     *view.Snapshot
	known map[string]labels.Selector
}

func newSiblings(s *view.Snapshot) *siblings {
	return &siblings{s: s, known: map[string]labels.Selector{}}
}

func (f *siblings) of(key api.Key, p *corev1.Pod) labels.Selector {
	if len(p.Spec.TopologySpreadConstraints) > 0 {
		return nil
	}
	ref := metav1.GetControllerOfNoCopy(p)
	if ref == nil {
		return f.find(key, p, nil)
	}
	id := string(ref.UID)
	sel, ok := f.known[id]
	if !ok {
		sel = f.find(key, p, ref)
		f.known[id] = sel
	}
	return sel
}

func (f *siblings) find(key api.Key, p *corev1.Pod, ref *metav1.OwnerReference) labels.Selector {
	set := labels.Set{}
	for svc := range view.List[corev1.Service](f.s, plan.Around(key, plan.Services)) {
		if sel := svc.Spec.Selector; len(sel) > 0 && labels.SelectorFromSet(sel).Matches(labels.Set(p.Labels)) {
			set = labels.Merge(set, sel)
		}
	}
	sel := set.AsSelector()
	if ref != nil {
		if own, err := metav1.LabelSelectorAsSelector(f.owners(key, ref)); err == nil {
			if reqs, ok := own.Requirements(); ok {
				sel = sel.Add(reqs...)
			}
		}
	}
	if sel.Empty() {
		return nil
	}
	return sel
}

// owners is the selector of a pod's owner, nil of those that upstream does not know to have siblings.
func (f *siblings) owners(key api.Key, ref *metav1.OwnerReference) *metav1.LabelSelector {
	switch ref.APIVersion + "/" + ref.Kind {
	case "apps/v1/ReplicaSet":
		if rs, ok := view.Get[appsv1.ReplicaSet](f.s, plan.Beside(key, plan.ReplicaSets, ref.Name)); ok {
			return rs.Spec.Selector
		}
	case "apps/v1/StatefulSet":
		if ss, ok := view.Get[appsv1.StatefulSet](f.s, plan.Beside(key, plan.StatefulSets, ref.Name)); ok {
			return ss.Spec.Selector
		}
	case "v1/ReplicationController":
		if rc, ok := view.Get[corev1.ReplicationController](f.s, plan.Beside(key, plan.ReplicationControllers, ref.Name)); ok {
			return &metav1.LabelSelector{MatchLabels: rc.Spec.Selector}
		}
	}
	return nil
}
