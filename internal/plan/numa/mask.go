// Package numa decides on which NUMA nodes of a machine a container's CPUs, memory and devices lie: kubelet's topology manager. Who
// gives out a resource says which sets of nodes could hold it (hints); Merge chooses one for all resources, or refuses. It is pure.
//
// The rules are those of KEP-693 and of upstream's pkg/kubelet/cm/topologymanager, beside which test/nodediff runs them.
package numa

import (
	"cmp"
	"math/bits"
)

// Mask is a set of NUMA nodes, by number.
type Mask uint64

// maxNode is the highest number of a node that a Mask can hold.
const maxNode = 63

// Of is the set of these nodes. Nodes that no mask can hold are left out: who reads the machine refuses them.
func Of(nodes ...int) (m Mask) {
	for _, n := range nodes {
		if n >= 0 && n <= maxNode {
			m |= 1 << n
		}
	}
	return m
}

// Has says whether a node is in the set.
func (m Mask) Has(node int) bool { return node >= 0 && node <= maxNode && m&(1<<node) != 0 }

// Count is how many nodes are in the set.
func (m Mask) Count() int { return bits.OnesCount64(uint64(m)) }

// Nodes are those of the set, in order.
func (m Mask) Nodes() (out []int) {
	for ; m != 0; m &= m - 1 {
		out = append(out, bits.TrailingZeros64(uint64(m)))
	}
	return out
}

// Compare orders sets: the one of fewer nodes first, then the one of lower nodes.
func (m Mask) Compare(o Mask) int {
	return cmp.Or(cmp.Compare(m.Count(), o.Count()), cmp.Compare(m, o))
}

// Subsets are all sets of these nodes but the empty one: the small ones first, those of a size in the order of their nodes.
func Subsets(nodes []int) (out []Mask) {
	var choose func(rest []int, n int, chosen Mask)
	choose = func(rest []int, n int, chosen Mask) {
		if n == 0 {
			out = append(out, chosen)
			return
		}
		for i := range len(rest) - n + 1 {
			choose(rest[i+1:], n-1, chosen|Of(rest[i]))
		}
	}
	for n := 1; n <= len(nodes); n++ {
		choose(nodes, n, 0)
	}
	return out
}
