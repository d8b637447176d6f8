package schedule

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// A pod that must be near others which are nowhere has no node, whatever the nodes are. Thousands of such pods, each looking for others of
// its own, need not have all placed pods asked each, nor be told of by every pod that is placed: by the labels that placed pods have it is
// plain that there are none (friendless).

// label is a label of pods, in whatever namespace.
type label struct{ key, value string }

// countPlaced counts the labels of a placed pod in, or with sign -1 out.
func (s *State) countPlaced(p *corev1.Pod, sign int) {
	for k, v := range p.Labels {
		l := label{k, v}
		if n := s.worn[l] + sign; n != 0 {
			s.worn[l] = n
		} else {
			delete(s.worn, l)
		}
	}
}

// friendless reports whether a pod must be near pods that are nowhere, and is not such a one itself. It may say no where it would take a
// look at the pods to tell.
func (s *State) friendless(p *corev1.Pod) bool {
	if p.Spec.Affinity == nil || p.Spec.Affinity.PodAffinity == nil || len(p.Spec.TopologySpreadConstraints) > 0 {
		return false
	}
	terms := p.Spec.Affinity.PodAffinity.RequiredDuringSchedulingIgnoredDuringExecution
	return slices.ContainsFunc(terms, func(t corev1.PodAffinityTerm) bool { return s.nobody(p, t.LabelSelector) })
}

// nobody reports whether it is plain that neither a placed pod nor this one matches a selector. None matches nothing.
func (s *State) nobody(p *corev1.Pod, sel *metav1.LabelSelector) bool {
	if sel == nil {
		return false
	}
	nobody := func(k string, values ...string) bool {
		own, ok := p.Labels[k]
		return !(ok && slices.Contains(values, own)) && !slices.ContainsFunc(values, func(v string) bool { return s.worn[label{k, v}] > 0 })
	}
	for k, v := range sel.MatchLabels {
		if nobody(k, v) {
			return true
		}
	}
	return slices.ContainsFunc(sel.MatchExpressions, func(e metav1.LabelSelectorRequirement) bool {
		return e.Operator == metav1.LabelSelectorOpIn && nobody(e.Key, e.Values...)
	})
}
