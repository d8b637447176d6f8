package schedule

import "encoding/binary"

// cells are the nodes that can take a pod of a class as far as the node itself goes, in groups within which nodes differ
// in their room only: the same preferred terms, the same taints, and, as far as it matters to the class, the same
// domains or the same number of other pods. What depends on other pods is decided once per cell and not per node, and the
// best node of a cell is on top of its ranking.
//
// A cell is known by its traits, one number per aspect: of a topology whose domains have many nodes, the domain; of one
// whose domains have one node each (the host), the count itself, so that thousands of hosts are a few cells.
type cells struct {
	aspects []aspect
	byKey   map[string]int32
	list    []cell
	free    []int32 // places in list without a cell
	home    []int32 // per node, its cell; nowhere if it cannot take the pod
	scratch []byte
	// uniqueGen is the generation of the answers of topology.unique that the aspects were made from.
	uniqueGen int
}

const nowhere = -1

// cell is one group. ranking.members is 0 for a place that is free.
type cell struct {
	traits []int32
	ranking
}

// aspect is one thing by which a class tells nodes apart.
type aspect struct {
	column *[]int32 // a number per node
	// within is the topology outside of which the column says nothing; nil for none.
	within *topology
	// of narrows the nodes whose count matters to those that sums count; nil for all.
	of *sums
}

// slot is where a relation finds its count in a cell.
type slot struct {
	aspect int
	// byDomain says that the aspect is the domain, and sums has its count; else the trait is the count.
	byDomain bool
}

// count is what a relation counts on the nodes of a cell; ok is false if they are in no domain of its topology.
func (l slot) count(c *cell, d *sums) (n int64, ok bool) {
	v := c.traits[l.aspect]
	if v < 0 {
		return 0, false
	}
	if l.byDomain {
		return d.byDomain[v], true
	}
	return int64(v), true
}

// trait is the number of an aspect on a node.
func (a *aspect) trait(i int) int32 {
	switch {
	case a.within != nil && a.within.domain[i] == noDomain:
		return noDomain
	case a.of != nil && !a.of.counts(i):
		return 0
	case i >= len(*a.column):
		return 0 // a column that goes no further
	default:
		return (*a.column)[i]
	}
}

// cellOf is the cell of a node, or a likeness of the one that it would be in if it could take the pod.
func (c *class) cellOf(i int) *cell {
	if i < len(c.home) && c.home[i] != nowhere {
		return &c.list[c.home[i]]
	}
	cl := &cell{traits: make([]int32, len(c.aspects))}
	for k := range c.aspects {
		cl.traits[k] = c.aspects[k].trait(i)
	}
	return cl
}

// arrange settles by which aspects the class tells nodes apart, and files all nodes anew.
func (c *class) arrange(s *State) {
	c.cells = cells{byKey: map[string]int32{}, home: c.home, scratch: c.scratch, uniqueGen: s.uniqueGen}
	if c.prefer != nil {
		c.preferSlot = c.aspect(aspect{column: &c.prefer})
	}
	if c.shunning = c.shunned > 0; c.shunning {
		c.shunSlot = c.aspect(aspect{column: &c.shun})
	}
	if c.rank != nil {
		c.rankSlot = c.aspect(aspect{column: &c.rank})
	}
	for _, r := range c.near {
		r.slot = c.slot(&r.sums)
	}
	for _, r := range c.apart {
		r.slot = c.slot(&r.sums)
	}
	for _, e := range c.meets {
		e.slot = c.slot(&e.sums)
	}
	for _, sp := range c.hard {
		sp.slot = c.slot(&sp.sums)
	}
	for _, sp := range c.soft {
		if sp.host {
			// Upstream counts the pods of the node itself here, whichever nodes the constraint includes.
			sp.slot = slot{aspect: c.aspect(aspect{column: &sp.matcher.perNode, within: sp.sums.topo})}
		} else {
			sp.slot = c.slot(&sp.sums)
		}
	}
	c.home = resized(c.home, len(s.nodes))
	for i := range c.home {
		c.home[i] = nowhere
		if score := c.base[i]; score >= 0 {
			c.enter(i, score)
		}
	}
}

func (c *class) slot(d *sums) slot {
	if d.topo.unique() {
		return slot{aspect: c.aspect(aspect{column: &d.count.perNode, within: d.topo, of: d.narrowed()})}
	}
	return slot{aspect: c.aspect(aspect{column: &d.topo.domain}), byDomain: true}
}

// aspect adds an aspect unless it is there already.
func (c *class) aspect(a aspect) int {
	for k, have := range c.aspects {
		if have == a {
			return k
		}
	}
	c.aspects = append(c.aspects, a)
	return len(c.aspects) - 1
}

// file notes that a node has a score now, or none if it is negative, and looks at its aspects again.
func (c *class) file(i int, score int32) {
	if h := c.home[i]; h != nowhere {
		cl := &c.list[h]
		if score == c.base[i] && c.same(cl, i) {
			return
		}
		cl.remove(i, c.base[i])
		if cl.members == 0 && len(c.aspects) > 0 {
			delete(c.byKey, string(c.spell(cl.traits)))
			cl.rows, cl.top = nil, 0
			c.free = append(c.free, h)
		}
		c.home[i] = nowhere
	}
	c.base[i] = score
	if score >= 0 {
		c.enter(i, score)
	}
}

// same reports whether the traits of a node are still those of its cell.
func (c *class) same(cl *cell, i int) bool {
	for k := range c.aspects {
		if c.aspects[k].trait(i) != cl.traits[k] {
			return false
		}
	}
	return true
}

func (c *class) spell(traits []int32) []byte {
	b := c.scratch[:0]
	for _, t := range traits {
		b = binary.LittleEndian.AppendUint32(b, uint32(t))
	}
	c.scratch = b
	return b
}

// enter puts a node into the cell that it belongs to.
func (c *class) enter(i int, score int32) {
	b := c.scratch[:0]
	for k := range c.aspects {
		b = binary.LittleEndian.AppendUint32(b, uint32(c.aspects[k].trait(i)))
	}
	c.scratch = b
	h, ok := c.byKey[string(b)]
	if !ok {
		traits := make([]int32, len(c.aspects))
		for k := range traits {
			traits[k] = int32(binary.LittleEndian.Uint32(b[4*k:]))
		}
		if n := len(c.free); n > 0 {
			h, c.free = c.free[n-1], c.free[:n-1]
			c.list[h].traits = traits
		} else {
			h = int32(len(c.list))
			c.list = append(c.list, cell{traits: traits})
		}
		c.byKey[string(b)] = h
	}
	c.list[h].add(i, score)
	c.home[i] = h
}
