package numa

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"k8s.io/utils/cpuset"
)

// CPU is one of the machine, with where it is. Two CPUs of a core are its threads; a core is named by its lowest CPU, so that no two
// of the machine have the same name. Cache is the last-level cache that it shares with others ("uncore").
type CPU struct {
	ID, Core, Socket, NUMA, Cache int
}

// Topology are all CPUs that are online.
type Topology []CPU

// CPUs is kubelet's CPU manager with its static policy: which CPUs containers get for their own.
type CPUs struct {
	Topology Topology
	// Reserved are never given out; who has none of its own may run there unless Strict.
	Reserved cpuset.CPUSet
	CPUOptions
}

// CPUOptions are kubelet's cpuManagerPolicyOptions.
type CPUOptions struct {
	// FullCores refuses what would leave a thread of a core to others (full-pcpus-only).
	FullCores bool
	// AcrossNodes gives what one NUMA node cannot hold in equal parts of several (distribute-cpus-across-numa).
	AcrossNodes bool
	// AcrossCores takes threads of as many cores as there are (distribute-cpus-across-cores).
	AcrossCores bool
	// Sockets wants as few sockets as can be, not as few nodes (align-by-socket).
	Sockets bool
	// Strict keeps all containers off what is reserved (strict-cpu-reservation).
	Strict bool
	// Caches prefers CPUs that share as few caches as can be (prefer-align-cpus-by-uncorecache).
	Caches bool
}

// All are the CPUs of the machine.
func (t Topology) All() cpuset.CPUSet { return t.where(func(CPU) bool { return true }) }

func (t Topology) where(ok func(CPU) bool) cpuset.CPUSet {
	var ids []int
	for _, c := range t {
		if ok(c) {
			ids = append(ids, c.ID)
		}
	}
	return cpuset.New(ids...)
}

// A level is a kind of part of the machine that CPUs belong to.
type level func(CPU) int

func numaOf(c CPU) int   { return c.NUMA }
func socketOf(c CPU) int { return c.Socket }
func cacheOf(c CPU) int  { return c.Cache }
func coreOf(c CPU) int   { return c.Core }

// parts are the numbers of the parts of a level that CPUs of a set belong to, in order.
func (t Topology) parts(l level, of cpuset.CPUSet) (out []int) {
	for _, c := range t {
		if of.Contains(c.ID) {
			out = append(out, l(c))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// in are the CPUs of parts of a level.
func (t Topology) in(l level, parts ...int) cpuset.CPUSet {
	return t.where(func(c CPU) bool { return slices.Contains(parts, l(c)) })
}

// Nodes are the NUMA nodes that have CPUs.
func (t Topology) Nodes() []int { return t.parts(numaOf, t.All()) }

// share is how many CPUs a part of a level has on average, never less than one.
func (t Topology) share(l level) int { return max(1, len(t)/max(1, len(t.parts(l, t.All())))) }

// Reserve chooses n CPUs for the machine itself.
func (c *CPUs) Reserve(n int) (cpuset.CPUSet, error) { return c.choose(c.Topology.All(), n) }

// Check refuses options that contradict each other, the policy or the machine.
func (c *CPUs) Check(p Policy) error {
	all := c.Topology.All()
	switch {
	case c.FullCores && c.AcrossCores:
		return errors.New("full-pcpus-only and distribute-cpus-across-cores can not be used at the same time")
	case c.AcrossNodes && c.AcrossCores:
		return errors.New("distribute-cpus-across-numa and distribute-cpus-across-cores can not be used at the same time")
	case c.Caches && c.AcrossCores:
		return errors.New("prefer-align-cpus-by-uncorecache and distribute-cpus-across-cores can not be used at the same time")
	case c.Caches && c.AcrossNodes:
		return errors.New("prefer-align-cpus-by-uncorecache and distribute-cpus-across-numa can not be used at the same time")
	case c.Sockets && p == Single:
		return errors.New("align-by-socket is incompatible with the topology manager policy single-numa-node")
	case c.Sockets && len(c.Topology.parts(socketOf, all)) > len(c.Topology.Nodes()):
		return errors.New("align-by-socket is not compatible with machines that have more sockets than NUMA nodes")
	}
	return nil
}

// Shared are the CPUs for all, of those that nobody has for his own.
func (c *CPUs) Shared(free cpuset.CPUSet) cpuset.CPUSet {
	if c.Strict {
		return free.Difference(c.Reserved)
	}
	return free
}

// Given are the CPUs that could be given out in all.
func (c *CPUs) Given() cpuset.CPUSet { return c.Topology.All().Difference(c.Reserved) }

// Take chooses n CPUs of those that nobody has for his own, or of again: those that the same pod's containers leave which end before.
// near are the nodes on which they should lie, none for anywhere.
func (c *CPUs) Take(free, again cpuset.CPUSet, n int, near Mask) (cpuset.CPUSet, error) {
	if err := c.wholeCores(free, n); err != nil {
		return cpuset.New(), err
	}
	free = free.Difference(c.Reserved).Union(again)
	got := cpuset.New()
	if near != 0 {
		aligned := free.Intersection(c.at(near))
		var err error
		if got, err = c.choose(aligned, min(n, aligned.Size())); err != nil {
			return cpuset.New(), err
		}
	}
	rest, err := c.choose(free.Difference(got), n-got.Size())
	if err != nil {
		return cpuset.New(), err
	}
	return got.Union(rest), nil
}

// at are the CPUs of nodes, or of the sockets that they are of.
func (c *CPUs) at(near Mask) cpuset.CPUSet {
	cpus := c.Topology.in(numaOf, near.Nodes()...)
	if c.Sockets {
		return c.Topology.in(socketOf, c.Topology.parts(socketOf, cpus)...)
	}
	return cpus
}

// wholeCores refuses a number of CPUs that would break up a core, if that is not to be.
func (c *CPUs) wholeCores(free cpuset.CPUSet, n int) error {
	if !c.FullCores {
		return nil
	}
	const reason = "SMTAlignmentError"
	threads := c.Topology.share(coreOf)
	if n%threads != 0 {
		return &Refusal{reason, fmt.Sprintf("SMT Alignment Error: requested %d cpus not multiple cpus per core = %d", n, threads)}
	}
	kept := c.Topology.in(coreOf, c.Topology.parts(coreOf, c.Reserved)...)
	if left := free.Difference(kept).Size(); n > left {
		return &Refusal{reason, fmt.Sprintf("SMT Alignment Error: not enough free physical CPUs: available physical CPUs = %d, requested CPUs = %d, CPUs per core = %d", left, n, threads)}
	}
	return nil
}

// Hints are the sets of nodes that could hold n CPUs.
func (c *CPUs) Hints(free, again cpuset.CPUSet, n int) []Hint {
	free = free.Difference(c.Reserved)
	nodes := c.Topology.Nodes()
	least, out := len(nodes), []Hint{}
	for _, mask := range Subsets(nodes) {
		within := c.Topology.in(numaOf, mask.Nodes()...)
		if within.Size() >= n {
			least = min(least, mask.Count())
		}
		if again.IsSubsetOf(within) && again.Size()+free.Intersection(within).Size() >= n {
			out = append(out, Hint{Nodes: mask})
		}
	}
	for i := range out {
		out[i].Preferred = out[i].Nodes.Count() == least || c.Sockets && c.fewSockets(out[i].Nodes, least)
	}
	return out
}

// fewSockets says whether nodes are of as few sockets as the least number of nodes can be.
func (c *CPUs) fewSockets(mask Mask, least int) bool {
	perSocket := len(c.Topology.Nodes()) / len(c.Topology.parts(socketOf, c.Topology.All()))
	if perSocket == 0 {
		return false
	}
	sockets := c.Topology.parts(socketOf, c.Topology.in(numaOf, mask.Nodes()...))
	return len(sockets) == (least+perSocket-1)/perSocket
}

// bySize orders parts of a level: those with the fewest CPUs left first.
func (t Topology) bySize(l level, parts []int, left cpuset.CPUSet) []int {
	size := map[int]int{}
	for _, c := range t {
		if left.Contains(c.ID) {
			size[l(c)]++
		}
	}
	slices.SortFunc(parts, func(a, b int) int { return cmp.Or(cmp.Compare(size[a], size[b]), cmp.Compare(a, b)) })
	return parts
}
