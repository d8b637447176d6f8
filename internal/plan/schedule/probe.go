package schedule

import "slices"

// probe asks whether a pod of a class would fit on a node if some of the pods there were gone. It changes nothing: it
// keeps what the absent pods would no longer take, beside the columns.
type probe struct {
	s    *State
	c    *class
	node int
	gone map[uid]*placed
	// freed is, per entry of class.needed, what the absent pods give back.
	freed []int64
	// What the absent pods were counted as, per constraint, relation and encounter of the class.
	spread, near, apart, meets []int64
}

func (s *State) probe(c *class, i int) *probe {
	return &probe{s: s, c: c, node: i, gone: map[uid]*placed{}, freed: make([]int64, len(c.needed)), spread: make([]int64, len(c.hard)),
		near: make([]int64, len(c.near)), apart: make([]int64, len(c.apart)), meets: make([]int64, len(c.meets))}
}

// remove has a pod of the node be absent, and restore has it be there again.
func (p *probe) remove(pl *placed) {
	p.gone[pl.pod.UID] = pl
	p.shift(pl, 1)
}

func (p *probe) restore(pl *placed) {
	delete(p.gone, pl.pod.UID)
	p.shift(pl, -1)
}

func (p *probe) shift(pl *placed, sign int64) {
	for k, w := range p.c.needed {
		p.freed[k] += sign * pl.demand.of(w.resource)
	}
	for k, sp := range p.c.hard {
		if slices.Contains(pl.matches, sp.matcher) && sp.sums.counts(p.node) {
			p.spread[k] += sign
		}
	}
	for k, r := range p.c.near {
		if r.weight == 0 && slices.Contains(pl.matches, r.matcher) {
			p.near[k] += sign
		}
	}
	for k, r := range p.c.apart {
		if slices.Contains(pl.matches, r.matcher) {
			p.apart[k] += sign
		}
	}
	for k, e := range p.c.meets {
		for _, h := range pl.holds {
			if h == e.holder {
				p.meets[k] += sign
			}
		}
	}
}

// objection is what the first filter says that still refuses the node; nil if the pod would fit. least are the smallest
// counts of class.hard with all pods there. The filters that look at the node's object only must have been asked.
func (p *probe) objection(least []int64) *Objection {
	s, c, i := p.s, p.c, p.node
	on := &c.profile.compiled.on
	if on[filterPorts] && !p.portsFree() {
		return &Objection{Plugin: NodePorts, Reasons: []string{portsTaken}}
	}
	if on[filterFit] {
		short, _ := s.shortOf(i, c.needed, p.freed)
		if len(short) > 0 {
			return &Objection{Plugin: NodeResourcesFit, Reasons: short}
		}
	}
	if on[filterRestrictions] {
		if len(c.disks) > 0 && p.diskTaken() {
			return &Objection{Plugin: VolumeRestrictions, Reasons: []string{diskInUse}}
		}
		if p.claimsInUse() {
			return &Objection{Plugin: VolumeRestrictions, Reasons: []string{claimInUse}}
		}
	}
	if on[filterLimits] {
		if why := s.full(c, i, p.gone); why != "" {
			return &Objection{Plugin: NodeVolumeLimits, Reasons: []string{why}}
		}
	}
	cl := c.cellOf(i)
	o := c.spreadObjects(cl, least, p)
	if o == none {
		o = c.podsObject(cl, p)
	}
	if o == none {
		if !s.offersDevices(c, i) {
			return &Objection{Plugin: DynamicResources, Reasons: []string{s.offer(c, i).why}}
		}
		return nil
	}
	f := filterPods
	if o == spreadLabel || o == spreadSkew {
		f = filterSpread
	}
	return &Objection{Plugin: filterNames[f], Reasons: []string{objectionWords[o]}}
}

func (p *probe) portsFree() bool {
	for _, want := range p.c.demand.ports {
		for have, n := range p.s.nodes[p.node].ports {
			if !want.conflicts(have) {
				continue
			}
			for _, pl := range p.gone {
				for _, q := range pl.demand.ports {
					if q == have {
						n--
					}
				}
			}
			if n > 0 {
				return false
			}
		}
	}
	return true
}

func (p *probe) diskTaken() bool {
	for id, pl := range p.s.nodes[p.node].pods {
		if p.gone[id] == nil && p.c.sharesDisk(pl.pod) {
			return true
		}
	}
	return false
}

func (p *probe) claimsInUse() bool {
	if p.c.volumes == nil {
		return false
	}
	for _, claim := range p.c.volumes.Exclusive {
		n := p.s.claims[claim]
		for _, pl := range p.gone {
			for k := range pl.pod.Spec.Volumes {
				if src := pl.pod.Spec.Volumes[k].PersistentVolumeClaim; src != nil && pl.pod.Namespace+"/"+src.ClaimName == claim {
					n--
				}
			}
		}
		if n > 0 {
			return true
		}
	}
	return false
}

// The counts that the absent pods take away; a nil probe takes away nothing.

func (p *probe) lessSpread(k int) int64 {
	if p == nil {
		return 0
	}
	return p.spread[k]
}

func (p *probe) lessNear(k int) int64 {
	if p == nil {
		return 0
	}
	return p.near[k]
}

func (p *probe) lessApart(k int) int64 {
	if p == nil {
		return 0
	}
	return p.apart[k]
}

func (p *probe) lessMeets(k int) int64 {
	if p == nil {
		return 0
	}
	return p.meets[k]
}
