package schedule

import (
	"encoding/binary"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Which pods share a class should not depend on labels that decide nothing: every pod of a StatefulSet has a label of its
// own, and most pods have labels that no constraint asks about. So the class of a pod goes by the labels that its own
// constraints ask about, and by which terms of placed pods it meets.

// maxCircles bounds the remembered answers of circle; when there are more, all are forgotten.
const maxCircles = 16384

// identify spells out what namespace and labels of a pod mean for its place.
func (s *State) identify(b []byte, p *Pod) []byte {
	if keys, any := caredFor(p); any {
		b = spell(b, p.Namespace)
		for _, k := range keys {
			if v, ok := p.Labels[k]; ok {
				b = spell(spell(b, k), v)
			}
		}
	}
	return spell(b, s.circle(p.Pod))
}

func spell(b []byte, s string) []byte { return append(binary.AppendUvarint(b, uint64(len(s))), s...) }

// caredFor lists the labels that the constraints of a pod ask about, the pod's own included; any is false for pods without
// such constraints.
func caredFor(p *Pod) (keys []string, any bool) {
	selector := func(sel *metav1.LabelSelector) {
		if sel == nil {
			return
		}
		for k := range sel.MatchLabels {
			keys = append(keys, k)
		}
		for i := range sel.MatchExpressions {
			keys = append(keys, sel.MatchExpressions[i].Key)
		}
	}
	terms := func(required []corev1.PodAffinityTerm, preferred []corev1.WeightedPodAffinityTerm) {
		one := func(t *corev1.PodAffinityTerm) {
			any = true
			selector(t.LabelSelector)
			keys = append(append(keys, t.MatchLabelKeys...), t.MismatchLabelKeys...)
		}
		for i := range required {
			one(&required[i])
		}
		for i := range preferred {
			one(&preferred[i].PodAffinityTerm)
		}
	}
	if a := p.Spec.Affinity; a != nil {
		if pa := a.PodAffinity; pa != nil {
			terms(pa.RequiredDuringSchedulingIgnoredDuringExecution, pa.PreferredDuringSchedulingIgnoredDuringExecution)
		}
		if pa := a.PodAntiAffinity; pa != nil {
			terms(pa.RequiredDuringSchedulingIgnoredDuringExecution, pa.PreferredDuringSchedulingIgnoredDuringExecution)
		}
	}
	for i := range p.Spec.TopologySpreadConstraints {
		any = true
		selector(p.Spec.TopologySpreadConstraints[i].LabelSelector)
		keys = append(keys, p.Spec.TopologySpreadConstraints[i].MatchLabelKeys...)
	}
	if p.Siblings != nil {
		any = true
		if reqs, ok := p.Siblings.Requirements(); ok {
			for i := range reqs {
				keys = append(keys, reqs[i].Key())
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys), any
}

// circle names the terms of placed pods that a pod meets, "" for none.
func (s *State) circle(p *corev1.Pod) string {
	if len(s.holders) == 0 {
		return ""
	}
	if s.circleGen != s.holderGen || len(s.circles) > maxCircles {
		s.circles, s.circleGen = map[string]string{}, s.holderGen
	}
	who := spell(nil, p.Namespace)
	for _, k := range slices.Sorted(maps.Keys(p.Labels)) {
		who = spell(spell(who, k), p.Labels[k])
	}
	name, ok := s.circles[string(who)]
	if !ok {
		var b []byte
		for _, h := range s.meetings(p) {
			b = binary.AppendUvarint(b, h.id)
		}
		name = string(b)
		s.circles[string(who)] = name
	}
	return name
}

// meetings are the holders whose term a pod matches, in the order in which they were made.
func (s *State) meetings(p *corev1.Pod) (out []*holder) {
	for _, home := range [2]string{"", p.Namespace} {
		for _, h := range s.holdersAt[home] {
			if s.termMatches(h.term, p) {
				out = append(out, h)
			}
		}
	}
	slices.SortFunc(out, func(a, b *holder) int { return int(int64(a.id) - int64(b.id)) })
	return out
}
