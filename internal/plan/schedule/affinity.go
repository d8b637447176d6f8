package schedule

import (
	corev1 "k8s.io/api/core/v1"
)

// relation is one affinity or anti-affinity term of a class: where the pods are that it is about.
type relation struct {
	matcher *matcher
	sums    sums
	slot    slot
	weight  int64 // of a preference; 0 for a requirement
	self    bool  // the pod matches the terms itself
}

// encounter is a term of placed pods that a pod of this class matches.
type encounter struct {
	holder *holder
	sums   sums
	slot   slot
}

// relate reads the pod affinity of a class.
func (s *State) relate(c *class) {
	a := c.pod.Spec.Affinity
	if a == nil {
		return
	}
	one := func(t *corev1.PodAffinityTerm, weight int64) *relation {
		tm := newTerm(c.pod, t)
		return s.relation(tm, []*term{tm}, weight, c.pod, false)
	}
	if pa := a.PodAffinity; pa != nil {
		// A pod counts for a required affinity only if it matches all required terms.
		var all []*term
		for i := range pa.RequiredDuringSchedulingIgnoredDuringExecution {
			all = append(all, newTerm(c.pod, &pa.RequiredDuringSchedulingIgnoredDuringExecution[i]))
		}
		for _, tm := range all {
			c.near = append(c.near, s.relation(tm, all, 0, c.pod, true))
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

func (s *State) relation(where *term, all []*term, weight int64, p *corev1.Pod, settled bool) *relation {
	m := s.matcher(false, settled, all...)
	return &relation{matcher: m, weight: weight, self: s.matched(m, p), sums: sums{count: &m.perNodeCount, topo: s.topology(where.topology)}}
}

// refreshSums brings up to date what is counted by domain and is not the trait of a cell.
func (c *class) refreshSums() {
	for _, r := range c.near {
		if r.slot.byDomain || r.weight == 0 { // the first of a company asks whether there is any
			r.sums.refresh()
		}
	}
	for _, r := range c.apart {
		if r.slot.byDomain {
			r.sums.refresh()
		}
	}
	for _, e := range c.meets {
		if e.slot.byDomain {
			e.sums.refresh()
		}
	}
	for _, sp := range c.hard {
		sp.sums.refresh()
	}
	for _, sp := range c.soft {
		if sp.slot.byDomain {
			sp.sums.refresh()
		}
	}
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
	objections // their number
)

// objectionWords are what upstream says.
var objectionWords = [objections]string{
	spreadLabel: "node(s) didn't match pod topology spread constraints (missing required label)",
	spreadSkew:  "node(s) didn't match pod topology spread constraints",
	notNear:     "node(s) didn't match pod affinity rules",
	notApart:    "node(s) didn't match pod anti-affinity rules",
	keptOut:     "node(s) didn't satisfy existing pods anti-affinity rules",
}

// objects asks the filters that look at other pods, in upstream's order. least are the smallest counts of c.hard.
func (c *class) objects(cl *cell, least []int64) objection {
	if o := c.spreadObjects(cl, least, nil); o != none {
		return o
	}
	return c.podsObject(cl, nil)
}

// spreadObjects is PodTopologySpread; less are pods to be taken for absent, nil for none.
func (c *class) spreadObjects(cl *cell, least []int64, less *probe) objection {
	if !c.profile.compiled.on[filterSpread] {
		return none
	}
	for k, sp := range c.hard {
		n, ok := sp.slot.count(cl, &sp.sums)
		if !ok {
			return spreadLabel
		}
		self := int64(0)
		if sp.self {
			self = 1
		}
		lowest := least[k]
		if gone := less.lessSpread(k); gone > 0 {
			n -= gone
			if sp.sums.domains >= sp.minDomains {
				lowest = min(lowest, n)
			}
		}
		if n+self-lowest > int64(sp.maxSkew) {
			return spreadSkew
		}
	}
	return none
}

// podsObject is InterPodAffinity; less as above.
func (c *class) podsObject(cl *cell, less *probe) objection {
	if !c.profile.compiled.on[filterPods] {
		return none
	}
	if c.friendless {
		return notNear
	}
	met, anywhere, selfAll := true, false, true
	for k, r := range c.near {
		if r.weight != 0 {
			continue
		}
		n, ok := r.slot.count(cl, &r.sums)
		if !ok {
			return notNear
		}
		met = met && n > less.lessNear(k)
		anywhere = anywhere || r.sums.all > less.lessNear(k)
		selfAll = selfAll && r.self
	}
	// The first of pods that want to be together may go anywhere.
	if !met && (anywhere || !selfAll) {
		return notNear
	}
	for k, r := range c.apart {
		if n, ok := r.slot.count(cl, &r.sums); ok && n > less.lessApart(k) {
			return notApart
		}
	}
	for k, e := range c.meets {
		if e.holder.forbids {
			if n, ok := e.slot.count(cl, &e.sums); ok && n > less.lessMeets(k) {
				return keptOut
			}
		}
	}
	return none
}
