package schedule

import (
	"cmp"
	"slices"

	schedcorev1 "k8s.io/component-helpers/scheduling/corev1"
)

// Assign decides for the pods, those of higher priority first, else in the order given. What it binds it takes as placed:
// the caller must RemovePod a binding that did not come to be.
func (s *State) Assign(pods []Pod) (bindings []Binding, refusals []Refusal) {
	order := slices.Clone(pods)
	slices.SortStableFunc(order, func(a, b Pod) int {
		return cmp.Compare(schedcorev1.PodPriority(b.Pod), schedcorev1.PodPriority(a.Pod))
	})
	s.asked++
	for i := range order {
		p := &order[i]
		if why := s.keptAway(p.Volumes); why != "" {
			refusals = append(refusals, Refusal{Pod: p.Pod, Message: why, Help: HelpRoom | HelpVolumes})
			continue
		}
		c := s.classOf(p)
		s.refresh(c)
		best := -1
		if !c.profile.compiled.on[filterRestrictions] || !s.claimsInUse(p.Volumes) {
			best = s.best(c)
		}
		if best < 0 {
			if c.refusedIn != s.asked { // once for all of a batch: what other pods take meanwhile makes it no better
				c.refusal, c.help = s.explain(c)
				c.refusedIn = s.asked
			}
			refusals = append(refusals, Refusal{Pod: p.Pod, Message: c.refusal, Help: c.help})
			continue
		}
		s.turn = best + 1
		s.put(&placed{pod: p.Pod, node: best, demand: c.demand})
		bindings = append(bindings, Binding{Pod: p.Pod, Node: s.nodes[best].name})
	}
	return bindings, refusals
}
