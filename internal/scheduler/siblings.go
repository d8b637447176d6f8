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

// siblings finds which pods a pod should be spread from: those that its Services and its ReplicaSet select. Pods of one
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
	if ref != nil && ref.Kind == "ReplicaSet" {
		if rs, ok := view.Get[appsv1.ReplicaSet](f.s, plan.Beside(key, plan.ReplicaSets, ref.Name)); ok {
			if own, err := metav1.LabelSelectorAsSelector(rs.Spec.Selector); err == nil {
				if reqs, ok := own.Requirements(); ok {
					sel = sel.Add(reqs...)
				}
			}
		}
	}
	if sel.Empty() {
		return nil
	}
	return sel
}
