package schedule

// topology is one topology key: which domain each node is in.
type topology struct {
	key    string
	ids    map[string]int32
	domain []int32 // per node
	epoch  uint64  // advances when a node changes its domain
	// members are the nodes of each domain, shared the number of domains that have several.
	members []int32
	shared  int
}

const noDomain = -1

// topology returns the table of a key, making it at its first use.
func (s *State) topology(key string) *topology {
	t := s.topos[key]
	if t == nil {
		t = &topology{key: key, ids: map[string]int32{}, domain: make([]int32, len(s.nodes))}
		for i := range s.nodes {
			t.domain[i] = t.of(s, i)
			t.count(s, t.domain[i], 1)
		}
		s.topos[key] = t
	}
	return t
}

func (t *topology) of(s *State, i int) int32 {
	n := s.nodes[i].obj
	if n == nil {
		return noDomain
	}
	v, ok := n.Labels[t.key]
	if !ok {
		return noDomain
	}
	id, ok := t.ids[v]
	if !ok {
		id = int32(len(t.ids))
		t.ids[v] = id
	}
	return id
}

// locate files a node again under all keys.
func (s *State) locate(i int) {
	for _, t := range s.topos {
		if d := t.of(s, i); d != t.domain[i] {
			t.count(s, t.domain[i], -1)
			t.count(s, d, 1)
			t.domain[i] = d
			t.epoch++
		}
	}
}

// unique reports whether no two nodes are in one domain.
func (t *topology) unique() bool { return t.shared == 0 }

// count counts a node into a domain, or with sign -1 out of it, and notes when unique changes its answer.
func (t *topology) count(s *State, d int32, sign int32) {
	if d == noDomain {
		return
	}
	for len(t.members) <= int(d) {
		t.members = append(t.members, 0)
	}
	was := t.unique()
	if t.members[d] > 1 {
		t.shared--
	}
	if t.members[d] += sign; t.members[d] > 1 {
		t.shared++
	}
	if t.unique() != was {
		s.uniqueGen++
	}
}

// sums are the counts of a matcher or holder by domain, over the nodes that count.
type sums struct {
	count *perNodeCount
	topo  *topology
	// eligible narrows the nodes; nil takes all. in is its answer per node, which look keeps current.
	eligible func(i int) bool
	in       []bool

	byDomain []int64
	all      int64   // their sum
	nodes    []int32 // eligible nodes of the domain
	domains  int     // number of domains that have some
	version  uint64
	epoch    uint64
	ready    bool
	// low is the smallest count of a domain that has eligible nodes, lows how many have it; 0 if that is not known.
	low  int64
	lows int
}

// decideEligible looks at a node that has changed.
func (d *sums) decideEligible(i int) {
	if d.eligible == nil {
		return
	}
	for len(d.in) <= i {
		d.in = append(d.in, false)
		d.ready = false
	}
	if yes := d.eligible(i); yes != d.in[i] {
		d.in[i], d.ready = yes, false
	}
}

// counts reports whether a node is eligible. A node that is known from its pods only has not been looked at.
func (d *sums) counts(i int) bool { return d.eligible == nil || i < len(d.in) && d.in[i] }

// narrowed is d if not all nodes count, else nil: who counts the same may share an aspect.
func (d *sums) narrowed() *sums {
	if d.eligible == nil {
		return nil
	}
	return d
}

// refresh brings the sums up to date: by the changes since, if they are remembered, else by counting again.
func (d *sums) refresh() {
	if d.ready && d.epoch == d.topo.epoch {
		if steps, ok := d.count.since(d.version); ok {
			for _, st := range steps {
				if dom := d.topo.domain[st.node]; dom != noDomain && d.counts(int(st.node)) {
					d.step(dom, int64(st.by))
				}
			}
			d.version = d.count.version
			return
		}
	}
	n := len(d.topo.ids)
	d.byDomain, d.nodes, d.domains, d.lows, d.all = resized(d.byDomain, n), resized(d.nodes, n), 0, 0, 0
	for i, dom := range d.topo.domain {
		if dom == noDomain || !d.counts(i) {
			continue
		}
		if d.nodes[dom]++; d.nodes[dom] == 1 {
			d.domains++
		}
		d.byDomain[dom] += int64(d.count.perNode[i])
		d.all += int64(d.count.perNode[i])
	}
	d.ready, d.version, d.epoch = true, d.count.version, d.topo.epoch
}

// step changes the count of one domain, and keeps the smallest.
func (d *sums) step(dom int32, by int64) {
	was := d.byDomain[dom]
	d.byDomain[dom] += by
	d.all += by
	if d.lows == 0 || d.nodes[dom] == 0 {
		return
	}
	switch now := d.byDomain[dom]; {
	case now < d.low:
		d.low, d.lows = now, 1
	case now == d.low:
		d.lows++
	case was == d.low:
		d.lows--
	}
}

// min is the smallest count of a domain that has an eligible node; ok is false if there is none.
func (d *sums) min() (least int64, ok bool) {
	if d.domains == 0 {
		return 0, false
	}
	if d.lows == 0 {
		for i, n := range d.byDomain {
			switch {
			case d.nodes[i] == 0:
			case d.lows == 0 || n < d.low:
				d.low, d.lows = n, 1
			case n == d.low:
				d.lows++
			}
		}
	}
	return d.low, true
}

// resized returns a zeroed slice of length n, reusing s if it is large enough.
func resized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	s = s[:n]
	clear(s)
	return s
}
