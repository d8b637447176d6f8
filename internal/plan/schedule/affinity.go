package schedule

import (
	corev1 "k8s.io/api/core/v1"
)

// relation is one affinity or anti-affinity term of a class: where the pods are that it is about.
type relation struct {
	matcher *matcher
	sums    sums
	weight  int64 // of a preference; 0 for a requirement
	self    bool  // the pod matches the terms itself
}

// encounter is a term of placed pods that a pod of this class matches.
type encounter struct {
	holder *holder
	sums   sums
}

// relate reads the pod affinity of a class.
func (s *State) relate(c *class) {
	a := c.pod.Spec.Affinity
	if a == nil {
		return
	}
	one := func(t *corev1.PodAffinityTerm, weight int64) *relation {
		tm := newTerm(c.pod, t)
		return s.relation(tm, []*term{tm}, weight, c.pod)
	}
	if pa := a.PodAffinity; pa != nil {
		// A pod counts for a required affinity only if it matches all required terms.
		var all []*term
		for i := range pa.RequiredDuringSchedulingIgnoredDuringExecution {
			all = append(all, newTerm(c.pod, &pa.RequiredDuringSchedulingIgnoredDuringExecution[i]))
		}
		for _, tm := range all {
			c.near = append(c.near, s.relation(tm, all, 0, c.pod))
		}
		for i := range pa.PreferredDuringSchedulingIgnoredDuringExecution {
			t := &pa.PreferredDuringSchedulingIgnoredDuringExecution[i]
			c.near = append(c.near, one(&t.PodAffinityTerm, int64(t.Weight)))
		}
	}
	if pa := a.PodAntiAffinity; pa != nil {
		for i := range pa.RequiredDuringSchedulingIgnoredDuringExecution {
			c.apart = append(c.apart, one(&pa.RequiredDuringSchedulingIgnoredDuringExecution[i], 0))
		}
		for i := range pa.PreferredDuringSchedulingIgnoredDuringExecution {
			t := &pa.PreferredDuringSchedulingIgnoredDuringExecution[i]
			c.near = append(c.near, one(&t.PodAffinityTerm, -int64(t.Weight)))
		}
	}
}

func (s *State) relation(where *term, all []*term, weight int64, p *corev1.Pod) *relation {
	m := s.matcher(false, all...)
	return &relation{matcher: m, weight: weight, self: s.matched(m, p), sums: sums{count: &m.perNodeCount, topo: s.topology(where.topology)}}
}

// meet finds the terms of placed pods that the class matches, as new ones come up.
func (s *State) meet(c *class) {
	if c.holderGen == s.holderGen {
		return
	}
	c.meets = c.meets[:0]
	for _, h := range s.holders {
		if s.termMatches(h.term, c.pod) {
			c.meets = append(c.meets, &encounter{holder: h, sums: sums{count: &h.perNodeCount, topo: s.topology(h.term.topology)}})
		}
	}
	c.holderGen = s.holderGen
}

// social reports whether other pods matter to the class at this time.
func (c *class) social() bool {
	if len(c.near)+len(c.apart)+len(c.hard)+len(c.soft) > 0 {
		return true
	}
	for _, e := range c.meets {
		if e.holder.total > 0 {
			return true
		}
	}
	return false
}

// refreshSums brings everything that is counted by domain up to date.
func (c *class) refreshSums() {
	for _, r := range c.near {
		r.sums.refresh(c.statics)
	}
	for _, r := range c.apart {
		r.sums.refresh(c.statics)
	}
	for _, e := range c.meets {
		e.sums.refresh(c.statics)
	}
	for _, sp := range c.hard {
		sp.sums.refresh(c.statics)
	}
	for _, sp := range c.soft {
		sp.sums.refresh(c.statics)
	}
}

// at is the count of the domain that a node is in; ok is false if it is in none.
func (d *sums) at(i int) (n int64, ok bool) {
	dom := d.topo.domain[i]
	if dom == noDomain {
		return 0, false
	}
	return d.byDomain[dom], true
}

// objection is why other pods keep this one from a node.
type objection uint8

const (
	none objection = iota
	spreadLabel
	spreadSkew
	notNear
	notApart
	keptOut
)

// objects checks the filters that look at other pods, in upstream's order. min are the smallest counts of c.hard.
func (c *class) objects(i int, least []int64) objection {
	for k, sp := range c.hard {
		n, ok := sp.sums.at(i)
		if !ok {
			return spreadLabel
		}
		self := int64(0)
		if sp.self {
			self = 1
		}
		if n+self-least[k] > int64(sp.maxSkew) {
			return spreadSkew
		}
	}
	met, anywhere, selfAll := true, false, true
	for _, r := range c.near {
		if r.weight != 0 {
			continue
		}
		n, ok := r.sums.at(i)
		if !ok {
			return notNear
		}
		met = met && n > 0
		anywhere = anywhere || r.matcher.total > 0
		selfAll = selfAll && r.self
	}
	// The first of pods that want to be together may go anywhere.
	if !met && (anywhere || !selfAll) {
		return notNear
	}
	for _, r := range c.apart {
		if n, ok := r.sums.at(i); ok && n > 0 {
			return notApart
		}
	}
	for _, e := range c.meets {
		if e.holder.forbids {
			if n, ok := e.sums.at(i); ok && n > 0 {
				return keptOut
			}
		}
	}
	return none
}
