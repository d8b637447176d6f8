package numa

import (
	"errors"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// Amounts are bytes of memory by kind: "memory" and the sizes of huge pages.
type Amounts map[corev1.ResourceName]uint64

// Block is memory that a container has on nodes.
type Block struct {
	Nodes Mask
	Kind  corev1.ResourceName
	Bytes uint64
}

// Memory is kubelet's memory manager with its static policy (KEP-1769): on which nodes the memory of guaranteed pods lies. A node
// serves containers that are alone on it, or those that all lie on the same several nodes.
type Memory struct {
	// Allocatable is what pods can have on each node: what there is without what is reserved.
	Allocatable map[int]Amounts
	// Reserved is kept for the machine on each node, to be told only.
	Reserved map[int]Amounts
	nodes    map[int]*bank
}

// bank is what a node has given out.
type bank struct {
	free, given Amounts
	// blocks counts those that have a part of it; group are the nodes that they lie on.
	blocks int
	group  Mask
}

// NewMemory is memory of which nothing is given out.
func NewMemory(allocatable map[int]Amounts) *Memory {
	m := &Memory{Allocatable: allocatable, nodes: map[int]*bank{}}
	for id, a := range allocatable {
		m.nodes[id] = &bank{free: maps.Clone(a), given: Amounts{}, group: Of(id)}
	}
	return m
}

// Reuse is the memory that containers of one pod leave which end before its others start, by the nodes that it is on.
type Reuse map[Mask]Amounts

// Hints are the sets of nodes that could hold amounts of memory, the same for every kind.
func (m *Memory) Hints(want Amounts, again Reuse) Hints {
	list := m.hints(want, again)
	out := Hints{}
	for kind := range want {
		out[string(kind)] = list
	}
	return out
}

func (m *Memory) hints(want Amounts, again Reuse) []Hint {
	ids := slices.Sorted(maps.Keys(m.nodes))
	least, out := len(ids), []Hint{}
	for _, mask := range Subsets(ids) {
		free, all := m.sum(mask)
		if !all.hold(want, nil) {
			continue
		}
		least = min(least, mask.Count())
		if m.suits(mask) && free.hold(want, again[mask]) {
			out = append(out, Hint{Nodes: mask})
		}
	}
	for i := range out {
		out[i].Preferred = out[i].Nodes.Count() == least
	}
	return out
}

// sum is what nodes have left together, and what they could give.
func (m *Memory) sum(mask Mask) (free, all Amounts) {
	free, all = Amounts{}, Amounts{}
	for _, id := range mask.Nodes() {
		if b := m.nodes[id]; b != nil {
			free.add(b.free)
			all.add(m.Allocatable[id])
		}
	}
	return free, all
}

func (a Amounts) add(o Amounts) {
	for kind, n := range o {
		a[kind] += n
	}
}

func (a Amounts) hold(want, besides Amounts) bool {
	for kind, n := range want {
		if a[kind]+besides[kind] < n {
			return false
		}
	}
	return true
}

// suits says whether nodes can be used together: none is in use alone, or with others.
func (m *Memory) suits(mask Mask) bool {
	for _, id := range mask.Nodes() {
		b := m.nodes[id]
		switch {
		case b == nil:
			return false
		case mask.Count() == 1:
			return b.group.Count() == 1
		case b.blocks > 0 && b.group != mask:
			return false
		}
	}
	return true
}

// Kubelet's words for what cannot be had.
var (
	errNoNode   = errors.New("[memorymanager] failed to get the default NUMA affinity, no NUMA nodes with enough memory is available")
	errWorse    = errors.New("[memorymanager] failed to find the default preferred hint")
	errNoWider  = errors.New("[memorymanager] failed to find NUMA nodes to extend the current topology hint")
	errWider    = errors.New("[memorymanager] failed to find the extended preferred hint")
	errOccupied = errors.New("[memorymanager] preferred hint violates NUMA node allocation")
)

// Take gives memory on the nodes that were chosen, or on others if they are none or too few, and takes again what it can.
func (m *Memory) Take(want Amounts, again Reuse, chosen Hint) ([]Block, error) {
	at := chosen
	if at.Nodes == 0 {
		list := m.hints(want, again)
		if len(list) == 0 {
			return nil, errNoNode
		}
		if at = best(list); chosen.Preferred && !at.Preferred {
			return nil, errWorse
		}
	}
	if free, _ := m.sum(at.Nodes); !free.hold(want, nil) {
		list := slices.DeleteFunc(m.hints(want, again), func(h Hint) bool { return at.Nodes&^h.Nodes != 0 })
		if len(list) == 0 {
			return nil, errNoWider
		}
		wider := best(list)
		if at.Preferred && !wider.Preferred {
			return nil, errWider
		}
		at = wider
	}
	if m.occupied(at.Nodes) {
		return nil, errOccupied
	}
	var out []Block
	for _, kind := range slices.Sorted(maps.Keys(want)) {
		b := Block{at.Nodes, kind, want[kind]}
		out = append(out, b)
		b.Bytes -= min(b.Bytes, again[at.Nodes][kind])
		m.Hold(b)
	}
	return out, nil
}

// best is the hint of the fewest nodes, one that is preferred first.
func best(list []Hint) Hint {
	b := list[0]
	for _, h := range list[1:] {
		if h.Preferred && !b.Preferred || h.Preferred == b.Preferred && h.Nodes.Compare(b.Nodes) < 0 {
			b = h
		}
	}
	return b
}

// occupied says whether several nodes are in use in another way.
func (m *Memory) occupied(mask Mask) bool {
	if mask.Count() == 1 {
		return false
	}
	return slices.ContainsFunc(mask.Nodes(), func(id int) bool { b := m.nodes[id]; return b == nil || b.blocks > 0 && b.group != mask })
}

// Hold gives a block out, from the lowest of its nodes on.
func (m *Memory) Hold(b Block) {
	for _, id := range b.Nodes.Nodes() {
		n := m.nodes[id]
		if n == nil {
			continue // of a machine that had more nodes
		}
		n.blocks++
		n.group = b.Nodes
		part := min(b.Bytes, n.free[b.Kind])
		n.free[b.Kind] -= part
		n.given[b.Kind] += part
		b.Bytes -= part
	}
}

// Release takes a block back.
func (m *Memory) Release(b Block) {
	for _, id := range b.Nodes.Nodes() {
		n := m.nodes[id]
		if n == nil {
			continue
		}
		if n.blocks--; n.blocks == 0 {
			n.group = Of(id)
		}
		part := min(b.Bytes, n.given[b.Kind])
		n.free[b.Kind] += part
		n.given[b.Kind] -= part
		b.Bytes -= part
	}
}

// Free is what is left on a node.
func (m *Memory) Free(node int) Amounts {
	if n := m.nodes[node]; n != nil {
		return maps.Clone(n.free)
	}
	return nil
}
