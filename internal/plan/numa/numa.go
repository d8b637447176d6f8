package numa

import (
	"cmp"
	"maps"
	"slices"
)

// Hint is a set of nodes that could hold what is asked for. Preferred says that none of fewer nodes could, even with nothing taken.
// No nodes at all stand for "anywhere".
type Hint struct {
	Nodes     Mask
	Preferred bool
}

// Hints are those for the resources that one provider gives out. No hints for a resource (nil) say that it can lie anywhere; an
// empty list says that it cannot be had.
type Hints map[string][]Hint

// Policy is kubelet's topologyManagerPolicy.
type Policy string

// The policies: nobody is asked; the best is taken as it is; what is not preferred is refused; what is not on one node is.
const (
	None       Policy = "none"
	BestEffort Policy = "best-effort"
	Restricted Policy = "restricted"
	Single     Policy = "single-numa-node"
)

// Machine are the nodes of a machine, in order.
type Machine struct {
	Nodes []int
	// Distances are those from a node to all others, by their place in Nodes; nil where nobody asked for them. With distances, of
	// sets of the same size the one is chosen whose nodes are nearest to each other (prefer-closest-numa-nodes).
	Distances map[int][]uint64
}

// Merge chooses the nodes for all that the hints are about; false is a refusal.
func (m *Machine) Merge(p Policy, providers []Hints) (Hint, bool) {
	lists := flatten(providers)
	if p == Single {
		for i, l := range lists {
			lists[i] = slices.DeleteFunc(slices.Clone(l), func(h Hint) bool { return !h.Preferred || h.Nodes.Count() > 1 })
		}
	}
	c := chooser{m: m, closest: m.Distances != nil && p != Single, all: Of(m.Nodes...), least: widest(lists)}
	c.walk(lists, c.all, Hint{Preferred: true})
	best := Hint{Nodes: c.all}
	if c.found {
		best = c.best
	}
	if p == Single && best.Nodes == c.all {
		best.Nodes = 0
	}
	return best, best.Preferred || p == BestEffort
}

// flatten are the hints of all resources, each a list that has something in it.
func flatten(providers []Hints) (out [][]Hint) {
	for _, p := range providers {
		if len(p) == 0 {
			out = append(out, []Hint{{Preferred: true}})
		}
		for _, resource := range slices.Sorted(maps.Keys(p)) {
			switch l := p[resource]; {
			case l == nil:
				out = append(out, []Hint{{Preferred: true}})
			case len(l) == 0:
				out = append(out, []Hint{{}})
			default:
				out = append(out, l)
			}
		}
	}
	return out
}

// widest is how many nodes the resource needs that needs most.
func widest(lists [][]Hint) (most int) {
	for _, l := range lists {
		least := 0
		for _, h := range l {
			if n := h.Nodes.Count(); n > 0 && (least == 0 || n < least) {
				least = n
			}
		}
		most = max(most, least)
	}
	return most
}

// chooser looks at every choice of one hint for each resource. What resources have in common is a candidate.
type chooser struct {
	m       *Machine
	closest bool
	all     Mask
	// least is the size that no candidate can do without: among those that are not preferred the one next to it is best.
	least int
	best  Hint
	found bool
}

// walk goes through the choices. so is what was chosen so far: first holds the nodes of the first resource that named some; whoever
// names others makes the choice one that is not preferred.
func (c *chooser) walk(lists [][]Hint, common Mask, so Hint) {
	if len(lists) == 0 {
		c.offer(Hint{Nodes: common, Preferred: so.Preferred})
		return
	}
	for _, h := range lists[0] {
		next := Hint{Nodes: so.Nodes, Preferred: so.Preferred && h.Preferred}
		left := common
		if h.Nodes != 0 {
			next.Nodes = cmp.Or(so.Nodes, h.Nodes)
			next.Preferred = next.Preferred && h.Nodes == next.Nodes
			left &= h.Nodes
		}
		c.walk(lists[1:], left, next)
	}
}

// offer keeps a candidate if it is better than the best as yet.
func (c *chooser) offer(h Hint) {
	if h.Nodes != 0 && (!c.found || c.better(h)) {
		c.best, c.found = h, true
	}
}

func (c *chooser) better(h Hint) bool {
	if h.Preferred != c.best.Preferred {
		return h.Preferred
	}
	was, is := c.best.Nodes.Count(), h.Nodes.Count()
	if h.Preferred || was == is {
		return c.nearer(h.Nodes)
	}
	switch {
	case was > c.least:
		return is < was
	case was == c.least:
		return false
	}
	return is <= c.least && is > was
}

// nearer says whether a set is better than the best one, by its size, then by how near its nodes are where that is wanted.
func (c *chooser) nearer(nodes Mask) bool {
	if n := cmp.Compare(nodes.Count(), c.best.Nodes.Count()); n != 0 || !c.closest {
		return nodes.Compare(c.best.Nodes) < 0
	}
	return cmp.Or(cmp.Compare(c.m.distance(nodes), c.m.distance(c.best.Nodes)), cmp.Compare(nodes, c.best.Nodes)) < 0
}

// distance is the mean of those between the nodes of a set.
func (m *Machine) distance(nodes Mask) float64 {
	var sum, count float64
	for _, a := range nodes.Nodes() {
		for _, b := range nodes.Nodes() {
			if i := slices.Index(m.Nodes, b); i >= 0 && i < len(m.Distances[a]) {
				sum += float64(m.Distances[a][i])
			}
			count++
		}
	}
	if count == 0 {
		return 0
	}
	return sum / count
}
