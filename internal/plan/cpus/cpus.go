// Package cpus decides which CPUs containers run on: kubelet's CPU manager with its static policy, and the part of its topology
// manager that is about CPUs. It is pure: what is free comes in, what is taken goes out.
package cpus

import (
	"cmp"
	"fmt"
	"slices"

	"k8s.io/utils/cpuset"
)

// CPU is one of the machine, with where it is. Two CPUs of a core are its threads.
type CPU struct {
	ID, Core, Socket, NUMA int
}

// Topology are all CPUs that are online.
type Topology []CPU

// Policy is how CPUs are given out.
type Policy struct {
	Topology Topology
	// Reserved are never given out; who has none of its own may run there.
	Reserved cpuset.CPUSet
	// FullCores refuses what would leave a thread of a core to others.
	FullCores bool
	// Locality says how CPUs have to lie together: "", "none", "best-effort", "restricted" or "single-numa-node", as
	// kubelet's topologyManagerPolicy.
	Locality string
}

// Refusal is why CPUs are not given: a reason in kubelet's words and a message.
type Refusal struct{ Reason, Message string }

// Error makes a Refusal an error.
func (r *Refusal) Error() string { return r.Message }

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

// threads is how many CPUs the largest core has.
func (t Topology) threads() int {
	count, most := map[[2]int]int{}, 1
	for _, c := range t {
		key := [2]int{c.Socket, c.Core}
		count[key]++
		most = max(most, count[key])
	}
	return most
}

// Reserve chooses n CPUs for the machine itself.
func (t Topology) Reserve(n int) cpuset.CPUSet {
	p := Policy{Topology: t}
	return p.pack(t.All(), n)
}

// Take chooses n CPUs of those that are free, from reuse first: those that belong to the same pod's containers that have ended by
// then.
func (p *Policy) Take(free, reuse cpuset.CPUSet, n int) (cpuset.CPUSet, error) {
	if threads := p.Topology.threads(); p.FullCores && n%threads != 0 {
		return cpuset.CPUSet{}, &Refusal{"SMTAlignmentError", fmt.Sprintf("SMT Alignment Error: requested %d cpus not multiple cpus per core = %d", n, threads)}
	}
	free = free.Union(reuse).Difference(p.Reserved)
	if free.Size() < n {
		return cpuset.CPUSet{}, &Refusal{"UnexpectedAdmissionError",
			fmt.Sprintf("Allocate failed due to not enough cpus available to satisfy request: requested=%d, available=%d, which is unexpected", n, free.Size())}
	}
	if p.FullCores {
		free = p.wholeCores(free)
	}
	pool, err := p.near(free, n)
	if err != nil {
		return cpuset.CPUSet{}, err
	}
	if again := reuse.Intersection(pool); again.Size() >= n {
		return p.pack(again, n), nil
	} else if !again.IsEmpty() {
		return again.Union(p.pack(pool.Difference(again), n-again.Size())), nil
	}
	return p.pack(pool, n), nil
}

// near narrows what is free to as few NUMA nodes as can hold n CPUs, or refuses where the locality has to be had.
func (p *Policy) near(free cpuset.CPUSet, n int) (cpuset.CPUSet, error) {
	if p.Locality == "" || p.Locality == "none" {
		return free, nil
	}
	nodes := p.nodes()
	best := subset(nodes, func(s cpuset.CPUSet) bool { return s.Intersection(free).Size() >= n })
	// What the machine could do at best, with nothing taken.
	ideal := subset(nodes, func(s cpuset.CPUSet) bool { return s.Difference(p.Reserved).Size() >= n })
	refused := &Refusal{"TopologyAffinityError", "Resources cannot be allocated with Topology locality"}
	switch {
	case p.Locality == "single-numa-node" && len(best) != 1, p.Locality == "restricted" && len(best) != len(ideal):
		return cpuset.CPUSet{}, refused
	}
	pool := cpuset.New()
	for _, s := range best {
		pool = pool.Union(s)
	}
	return pool.Intersection(free), nil
}

// nodes are the CPUs of each NUMA node.
func (p *Policy) nodes() (out []cpuset.CPUSet) {
	var ids []int
	for _, c := range p.Topology {
		ids = append(ids, c.NUMA)
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		out = append(out, p.Topology.where(func(c CPU) bool { return c.NUMA == id }))
	}
	return out
}

// maxNodes is kubelet's bound of NUMA nodes: subsets of more would take too long to look at.
const maxNodes = 8

// subset is the smallest set of nodes whose CPUs together are enough; of several the first. With more nodes than maxNodes it is
// all of them.
func subset(nodes []cpuset.CPUSet, enough func(cpuset.CPUSet) bool) (best []cpuset.CPUSet) {
	if len(nodes) > maxNodes {
		return nodes
	}
	for mask := 1; mask < 1<<len(nodes); mask++ {
		var chosen []cpuset.CPUSet
		all := cpuset.New()
		for i, s := range nodes {
			if mask&(1<<i) != 0 {
				chosen, all = append(chosen, s), all.Union(s)
			}
		}
		if enough(all) && (best == nil || len(chosen) < len(best)) {
			best = chosen
		}
	}
	return best
}

// wholeCores are the CPUs of the cores of which all are free.
func (p *Policy) wholeCores(free cpuset.CPUSet) cpuset.CPUSet {
	return p.Topology.where(func(c CPU) bool { return p.core(c).IsSubsetOf(free) })
}

func (p *Policy) core(c CPU) cpuset.CPUSet {
	return p.Topology.where(func(o CPU) bool { return o.Socket == c.Socket && o.Core == c.Core })
}

// pack takes n CPUs, so that as little as possible is broken up: whole NUMA nodes, then whole cores of the fullest nodes, then
// single threads of the fullest cores.
func (p *Policy) pack(free cpuset.CPUSet, n int) cpuset.CPUSet {
	taken := cpuset.New()
	take := func(s cpuset.CPUSet) {
		if s.Size() > 0 && s.Size() <= n-taken.Size() && s.IsSubsetOf(free) {
			taken, free = taken.Union(s), free.Difference(s)
		}
	}
	nodes := p.nodes()
	for _, s := range nodes {
		take(s)
	}
	left := func(c CPU) int { return nodesOf(nodes, c).Intersection(free).Size() }
	order := slices.Clone(p.Topology)
	slices.SortStableFunc(order, func(a, b CPU) int { return cmp.Or(cmp.Compare(left(a), left(b)), cmp.Compare(a.ID, b.ID)) })
	for _, c := range order {
		take(p.core(c))
	}
	slices.SortStableFunc(order, func(a, b CPU) int {
		return cmp.Compare(p.core(a).Intersection(free).Size(), p.core(b).Intersection(free).Size())
	})
	for _, c := range order {
		take(cpuset.New(c.ID))
	}
	return taken
}

func nodesOf(nodes []cpuset.CPUSet, c CPU) cpuset.CPUSet {
	for _, s := range nodes {
		if s.Contains(c.ID) {
			return s
		}
	}
	return cpuset.New()
}
