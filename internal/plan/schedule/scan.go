package schedule

import (
	"iter"
	"math"
	"slices"
)

// A class that comes up once, or now and then among many others, is not worth columns of its own: to fill them is several times as much
// work as to find the best node once. Such pods are placed by a scan, which remembers nothing.

// Catching up with one change of a node takes a class about as long as a scan takes for catchUp nodes, so that columns pay for pods that
// come again before so many others. Within soonAgain others they always do.
const (
	catchUp   = 8
	soonAgain = 16
)

// passing reports whether a pod of a class is placed by a scan: a class to which nothing matters but each node by itself,
// and that was not asked for lately.
func (s *State) passing(p *Pod, c *class) bool {
	soon := c.before != 0 && c.used-c.before <= max(soonAgain, uint64(len(s.nodes)/catchUp))
	return !soon && len(c.soft) == 0 && c.alone() && c.prefer == nil && p.Asked == nil && s.nominees[p.UID] == nil
}

// scan finds the node that best would find, without the columns of the class; -1 if there is none. It cannot tell if nodes are to be
// compared by their taints.
func (s *State) scan(c *class) (node int, ok bool) {
	s.survey(c.form)
	if c.shunned > 0 {
		return -1, false
	}
	sc := s.scanner(c)
	if sc.more || !s.inParts() {
		node, _ = s.search(c, sc, s.round(c))
		return node, true
	}
	type found struct {
		node  int
		score int64
	}
	var parts [maxParts]found
	start := min(s.turn, len(s.nodes))
	s.pass(func(part, from, to int) {
		f := &parts[part]
		f.node, f.score = s.search(c, sc, s.ring(start, from, to))
	})
	best := found{-1, math.MinInt64}
	for _, f := range parts[:s.parts] { // in the order of the round: of equals the first
		if f.score > best.score {
			best = f
		}
	}
	return best.node, true
}

// search finds the best of some nodes, of equals the first; -1 if none of them can take the pod. It changes nothing.
func (s *State) search(c *class, sc *scanner, nodes iter.Seq[int]) (best int, top int64) {
	best, top = -1, int64(math.MinInt64)
	for i := range nodes {
		if c.verdict[i] != fine || !sc.fits(i) || sc.more && !s.hasRoom(c, i) {
			continue
		}
		score, sure := sc.quick(s, i, top)
		if !sure {
			score = s.baseScore(c, i)
		}
		if score > top {
			best, top = i, score
		}
	}
	return best, top
}

// ring ranges over those nodes that have the places from up to, but not including, to in a round from start on.
func (s *State) ring(start, from, to int) iter.Seq[int] {
	return func(yield func(int) bool) {
		n := len(s.nodes)
		for i := start + from; i < min(start+to, n); i++ {
			if !yield(i) {
				return
			}
		}
		for i := max(start+from-n, 0); i < start+to-n; i++ {
			if !yield(i) {
				return
			}
		}
	}
}

// round ranges over the nodes that may take a pod of the class as far as what few nodes offer goes, from where the last decision ended
// and going round.
func (s *State) round(c *class) iter.Seq[int] {
	start := min(s.turn, len(s.nodes))
	for _, w := range c.needed {
		if col := &s.alloc[w.resource]; c.profile.compiled.on[filterFit] && w.n > 0 && !w.delegated && col.dense == nil {
			nodes := col.nodes()
			at, _ := slices.BinarySearch(nodes, start)
			return slices.Values(slices.Concat(nodes[at:], nodes[:at]))
		}
	}
	return s.ring(start, 0, len(s.nodes))
}

// scanner has what a scan looks at on every node at hand. The columns are as long as there are nodes.
type scanner struct {
	room []roomFor
	more bool // the class needs more than amounts of a node
	// usual says that quick can tell scores: they are of CPU and memory in equal parts. most says that the class likes full nodes, else it
	// likes empty ones; balances that it likes even ones.
	usual, most, balances bool
	fit, balance          float64
	parts                 []part // by kind of node
}

// roomFor is a resource that the pod asks for.
type roomFor struct {
	alloc, used []int64
	n           int64
}

// part is what share of a node a pod takes, and what share it seems to take.
type part struct{ cpu, mem, seemCPU, seemMem float64 }

func (s *State) scanner(c *class) *scanner {
	n := len(s.nodes)
	sc := &scanner{}
	on, weights := &c.profile.compiled.on, &c.profile.compiled.weights
	sc.more = on[filterPorts] && len(c.demand.ports) > 0 || on[filterRestrictions] && len(c.disks) > 0 || on[filterLimits] && c.volumes != nil
	if on[filterFit] {
		for _, w := range c.needed {
			if w.delegated || s.alloc[w.resource].dense == nil {
				sc.more = true
				continue
			}
			sc.room = append(sc.room, roomFor{s.alloc[w.resource].reach(n), s.used[w.resource].plain(n), w.n})
		}
	}
	pair := func(by []scored) bool { return len(by) == 2 && by[0].row == resCPU && by[1].row == resMemory }
	f, fit := c.fitBy, &c.profile.Fit
	sc.most, sc.balances = fit.Strategy == MostAllocated, len(c.balanceBy) > 0 && weights[scoreBalance] != 0
	if fit.Strategy == RequestedToCapacityRatio || !pair(f) || f[0].weight != f[1].weight || sc.balances && !pair(c.balanceBy) ||
		weights[scoreImages] != 0 && c.imageSizes != nil || weights[scoreCost] != 0 && len(s.costs) > 0 {
		return sc
	}
	sc.usual, sc.fit, sc.balance = true, float64(weights[scoreFit]), float64(weights[scoreBalance])
	s.refreshEases()
	for _, k := range s.kinds {
		p := part{seemCPU: float64(f[0].pod) / float64(k.cpu), seemMem: float64(f[1].pod) / float64(k.mem)}
		if sc.balances {
			p.cpu, p.mem = float64(c.balanceBy[0].pod)/float64(k.cpu), float64(c.balanceBy[1].pod)/float64(k.mem)
		}
		sc.parts = append(sc.parts, p)
	}
	return sc
}

func (sc *scanner) fits(i int) bool {
	for k := range sc.room {
		if r := &sc.room[k]; r.n > r.alloc[i]-r.used[i] {
			return false
		}
	}
	return true
}

// quick is baseScore without a division, or math.MinInt64 if that is not above top. It is not sure where a quotient is so close to a
// whole number that it might be the next one.
func (sc *scanner) quick(s *State, i int, top int64) (score int64, sure bool) {
	if !sc.usual {
		return 0, false
	}
	e := &s.eases[i]
	if int(e.kind) >= len(sc.parts) { // of a kind of its own
		return 0, false
	}
	p := &sc.parts[e.kind]
	cpu, mem := share(e.seemCPU+p.seemCPU), share(e.seemMem+p.seemMem)
	if !sc.most {
		cpu, mem = 1-cpu, 1-mem
	}
	atMost, even := sc.fit*((cpu+mem)*(maxScore/2)), 0.0 // upstream rounds down, again and again
	if sc.balances {
		even = (1 - math.Abs(share(e.cpu+p.cpu)-share(e.mem+p.mem))/2) * maxScore
		atMost += sc.balance * (maxScore/2 + (maxScore/2+even-e.even)/2)
	}
	if atMost < float64(top) {
		return math.MinInt64, true
	}
	a, sureA := whole(cpu * maxScore)
	b, sureB := whole(mem * maxScore)
	score, sure = int64(sc.fit)*((a+b)/2), sureA && sureB
	if sc.balances {
		evenly, sureEven := whole(even)
		score += int64(sc.balance) * (maxScore/2 + (maxScore/2+evenly-int64(e.even))/2)
		sure = sure && sureEven
	}
	return score, sure
}

// share is no more than all; min, which thinks of numbers that are none, takes longer.
func share(x float64) float64 {
	if x > 1 {
		return 1
	}
	return x
}

// whole rounds a number down that is not negative; sure says that another way to work it out would give the same.
func whole(x float64) (n int64, sure bool) {
	const doubt = 1e-6 // far more than the error of a few operations, far less than the steps of what pods ask for
	n = int64(x)
	part := x - float64(n)
	return n, part > doubt && part < 1-doubt
}
