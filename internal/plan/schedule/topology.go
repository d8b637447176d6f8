package schedule

// topology is one topology key: which domain each node is in.
type topology struct {
	key    string
	ids    map[string]int32
	domain []int32 // per node
	epoch  uint64  // advances when a node changes its domain
}

const noDomain = -1

// topology returns the table of a key, making it at its first use.
func (s *State) topology(key string) *topology {
	t := s.topos[key]
	if t == nil {
		t = &topology{key: key, ids: map[string]int32{}, domain: make([]int32, len(s.nodes))}
		for i := range s.nodes {
			t.domain[i] = t.of(s, i)
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
			t.domain[i] = d
			t.epoch++
		}
	}
}

// sums are the counts of a matcher or holder by domain, over the nodes that count.
type sums struct {
	count *perNodeCount
	topo  *topology
	// eligible narrows the nodes; nil takes all.
	eligible func(i int) bool

	byDomain []int64
	present  []bool // the domain has an eligible node
	domains  int    // number of those
	version  uint64
	epoch    uint64
	history  uint64 // of the class's static verdicts, which eligible depends on
	ready    bool
}

// refresh brings the sums up to date: by the one change since, if it was one, else by counting again.
func (d *sums) refresh(history uint64) {
	same := d.ready && d.epoch == d.topo.epoch && (d.eligible == nil || d.history == history)
	switch {
	case same && d.version == d.count.version:
		return
	case same && d.version+1 == d.count.version:
		i := d.count.lastNode
		if dom := d.topo.domain[i]; dom != noDomain && (d.eligible == nil || d.eligible(i)) {
			d.byDomain[dom] += int64(d.count.lastBy)
		}
		d.version = d.count.version
		return
	}
	n := len(d.topo.ids)
	d.byDomain, d.present, d.domains = resized(d.byDomain, n), resized(d.present, n), 0
	for i, dom := range d.topo.domain {
		if dom == noDomain || d.eligible != nil && !d.eligible(i) {
			continue
		}
		if !d.present[dom] {
			d.present[dom] = true
			d.domains++
		}
		d.byDomain[dom] += int64(d.count.perNode[i])
	}
	d.ready, d.version, d.epoch, d.history = true, d.count.version, d.topo.epoch, history
}

// min is the smallest count of a domain that has an eligible node; ok is false if there is none.
func (d *sums) min() (least int64, ok bool) {
	for i, yes := range d.present {
		if yes && (!ok || d.byDomain[i] < least) {
			least, ok = d.byDomain[i], true
		}
	}
	return least, ok
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
