package schedule

import (
	"strconv"

	corev1 "k8s.io/api/core/v1"
)

// holder counts the placed pods that carry a term of their own: an anti-affinity that keeps others out, or a preference
// that others profit from. An incoming pod that matches the term meets it on every node of the domain.
type holder struct {
	perNodeCount
	id   uint64 // in the order in which they were made
	term *term
	// forbids is a required anti-affinity. Else weight is what a match is worth, negative for anti-affinity; 0 is a required
	// affinity, which is worth what the incoming pod's profile says.
	forbids bool
	weight  int64
}

// holdersOf returns the holders that a pod belongs to. Their existence is cheap to check: most pods have no affinity.
func (s *State) holdersOf(p *corev1.Pod) []*holder {
	a := p.Spec.Affinity
	if a == nil || a.PodAffinity == nil && a.PodAntiAffinity == nil {
		return nil
	}
	var out []*holder
	add := func(t *corev1.PodAffinityTerm, forbids bool, weight int64) {
		tm := newTerm(p, t)
		key := strconv.FormatBool(forbids) + strconv.FormatInt(weight, 10) + "|" + tm.key
		h := s.holders[key]
		if h == nil {
			h = &holder{term: tm, forbids: forbids, weight: weight}
			h.perNode = make([]int32, len(s.nodes))
			s.holderGen++
			h.id = s.holderGen
			s.holders[key] = h
			home := tm.home()
			s.holdersAt[home] = append(s.holdersAt[home], h)
		}
		out = append(out, h)
	}
	if pa := a.PodAffinity; pa != nil {
		for i := range pa.RequiredDuringSchedulingIgnoredDuringExecution {
			add(&pa.RequiredDuringSchedulingIgnoredDuringExecution[i], false, 0)
		}
		for i := range pa.PreferredDuringSchedulingIgnoredDuringExecution {
			t := &pa.PreferredDuringSchedulingIgnoredDuringExecution[i]
			add(&t.PodAffinityTerm, false, int64(t.Weight))
		}
	}
	if pa := a.PodAntiAffinity; pa != nil {
		for i := range pa.RequiredDuringSchedulingIgnoredDuringExecution {
			add(&pa.RequiredDuringSchedulingIgnoredDuringExecution[i], true, 0)
		}
		for i := range pa.PreferredDuringSchedulingIgnoredDuringExecution {
			t := &pa.PreferredDuringSchedulingIgnoredDuringExecution[i]
			add(&t.PodAffinityTerm, false, -int64(t.Weight))
		}
	}
	return out
}
