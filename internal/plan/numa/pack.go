package numa

import (
	"fmt"

	"k8s.io/utils/cpuset"
)

// choose picks n CPUs as the options say.
func (c *CPUs) choose(free cpuset.CPUSet, n int) (cpuset.CPUSet, error) {
	if free.Size() < n {
		return cpuset.New(), fmt.Errorf("not enough cpus available to satisfy request: requested=%d, available=%d", n, free.Size())
	}
	group := 1
	if c.FullCores {
		group = c.Topology.share(coreOf)
	}
	if n > 0 && c.AcrossNodes && n%group == 0 {
		if got, ok := c.distribute(free, n, group); ok {
			return got, nil
		}
	}
	return c.pack(free, n, c.Caches && !c.AcrossNodes), nil
}

// pack picks n CPUs so that as little as possible is broken up, largest parts first: NUMA nodes and sockets, caches if wanted,
// cores, single threads; of each kind those that have the least left besides. There have to be n.
func (c *CPUs) pack(free cpuset.CPUSet, n int, caches bool) cpuset.CPUSet {
	p := packer{t: c.Topology, free: free, need: n, got: cpuset.New(), spread: c.AcrossCores}
	all := c.Topology.All()
	p.numaFirst = len(c.Topology.parts(socketOf, all)) >= len(c.Topology.parts(numaOf, all))
	if p.numaFirst {
		p.takeFull(numaOf, p.nodes())
		p.takeFull(socketOf, p.sockets())
	} else {
		p.takeFull(socketOf, p.sockets())
		p.takeFull(numaOf, p.nodes())
	}
	if caches {
		p.takeCaches()
	}
	if !p.spread {
		p.takeFull(coreOf, p.cores())
	}
	for p.need > 0 {
		p.take(cpuset.New(p.threads()[0]))
	}
	return p.got
}

// packer takes CPUs until it has what it needs.
type packer struct {
	t         Topology
	free, got cpuset.CPUSet
	need      int
	// numaFirst says that nodes are the larger parts: a node has one socket or several. Else a socket has several nodes.
	numaFirst bool
	// spread takes threads by number, not core by core.
	spread bool
}

func (p *packer) take(s cpuset.CPUSet) {
	p.got, p.free, p.need = p.got.Union(s), p.free.Difference(s), p.need-s.Size()
}

// takeFull takes parts of which all is free, as long as one is needed.
func (p *packer) takeFull(l level, parts []int) {
	var full []cpuset.CPUSet
	for _, part := range parts {
		if s := p.t.in(l, part); s.IsSubsetOf(p.free) {
			full = append(full, s)
		}
	}
	for _, s := range full {
		if p.need > 0 && s.Size() <= p.need && s.IsSubsetOf(p.free) {
			p.take(s)
		}
	}
}

// takeCaches takes whole caches, and the rest from one cache that can hold it.
func (p *packer) takeCaches() {
	for _, cache := range p.caches() {
		if p.need >= p.t.share(cacheOf) {
			p.takeFull(cacheOf, p.caches())
		}
		if p.need <= 0 {
			return
		}
		if s := p.partOf(cache); s.Size() == p.need {
			p.take(s)
			return
		}
	}
}

// partOf are as many CPUs of a cache as are needed, core by core; fewer if it has no more.
func (p *packer) partOf(cache int) cpuset.CPUSet {
	threads := p.t.share(coreOf)
	cores := p.t.parts(coreOf, p.t.in(cacheOf, cache).Intersection(p.free))
	cores = cores[:min(len(cores), (p.need+threads-1)/threads)]
	cpus := p.t.in(coreOf, cores...).Intersection(p.free).List()
	if p.need%2 != 0 && threads > 1 && len(cpus) > p.need {
		cpus = cpus[:len(cpus)-1] // one thread of the last core is too many
	}
	return cpuset.New(cpus...)
}

// below are the parts of an inner level, by the outer ones that they are in.
func (p *packer) below(outer level, parts []int, inner level) (out []int) {
	for _, part := range parts {
		within := p.t.in(outer, part).Intersection(p.free)
		out = append(out, p.t.bySize(inner, p.t.parts(inner, within), p.free)...)
	}
	return out
}

func (p *packer) top(l level) []int { return p.t.bySize(l, p.t.parts(l, p.free), p.free) }

func (p *packer) nodes() []int {
	if p.numaFirst {
		return p.top(numaOf)
	}
	return p.below(socketOf, p.sockets(), numaOf)
}

func (p *packer) sockets() []int {
	if p.numaFirst {
		return p.below(numaOf, p.nodes(), socketOf)
	}
	return p.top(socketOf)
}

func (p *packer) caches() []int { return p.below(numaOf, p.nodes(), cacheOf) }

func (p *packer) cores() []int {
	if p.numaFirst {
		return p.below(socketOf, p.sockets(), coreOf)
	}
	return p.below(numaOf, p.nodes(), coreOf)
}

// threads are the CPUs that are left, in the order in which they are taken.
func (p *packer) threads() (out []int) {
	parts, l := p.cores(), level(coreOf)
	if p.spread {
		parts, l = p.sockets(), socketOf
	}
	for _, part := range parts {
		out = append(out, p.t.in(l, part).Intersection(p.free).List()...)
	}
	return out
}
