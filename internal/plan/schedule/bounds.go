package schedule

import (
	"math"
	"slices"
)

// bounds are between what the nodes offer of one resource and have left of it, so that a pod which asks for more than any node has is
// told so without a look at each. They may be
// wider than what is so, and are worked out anew where that may matter.
type bounds struct {
	// largest is no less than what any node offers, roomiest no less than what any has left, least no more than what any has left.
	largest, roomiest, least int64
	// offers counts the nodes that offer some of it: the others have nothing left.
	offers int
	// loose says that roomiest or largest may be more than any node has, by what has happened since they were worked out.
	loose bool
}

// offerAmount has a node offer so much of a resource.
func (s *State) offerAmount(i, r int, n int64) {
	b := &s.bounds[r]
	was := s.alloc[r].at(i)
	s.alloc[r].set(i, n)
	switch {
	case was <= 0 && n > 0:
		b.offers++
	case was > 0 && n <= 0:
		b.offers--
	}
	b.loose = b.loose || n < was
	b.largest = max(b.largest, n)
	s.roomChanged(i, r)
}

// roomChanged keeps the bounds of a resource of which a node has more or less left.
func (s *State) roomChanged(i, r int) {
	b, left := &s.bounds[r], s.alloc[r].at(i)-s.used[r].at(i)
	b.roomiest, b.loose = max(b.roomiest, left), b.loose || left < b.roomiest
	if s.nodes[i].obj != nil {
		b.least = min(b.least, left)
	}
}

// tighten works the bounds of what a class asks for out anew, if they may be too wide. It is worth it where no node takes the pod: a
// look at all of them has been taken in vain, and the next pod is spared it.
func (s *State) tighten(c *class) {
	for _, w := range c.needed {
		b := &s.bounds[w.resource]
		if !b.loose {
			continue
		}
		*b = bounds{offers: b.offers, least: math.MaxInt64}
		alloc, used := &s.alloc[w.resource], &s.used[w.resource]
		for i := range s.nodes {
			if s.nodes[i].obj == nil {
				continue
			}
			all := alloc.at(i)
			left := all - used.at(i)
			b.largest, b.roomiest, b.least = max(b.largest, all), max(b.roomiest, left), min(b.least, left)
		}
	}
}

// beyond reports whether a class asks for more of something than any node has left; giant, whether for more than any has altogether, so
// that nobody's departure helps.
func (s *State) beyond(c *class) (beyond, giant bool) {
	if !c.profile.compiled.on[filterFit] {
		return false, false
	}
	for _, w := range c.needed {
		b := &s.bounds[w.resource]
		beyond = beyond || !w.delegated && w.n > b.roomiest
		giant = giant || !w.delegated && w.resource != resPods && w.n > b.largest
	}
	return beyond || giant, giant
}

// shortAnywhere reports whether a node that is open to a class has too little left of something.
func (s *State) shortAnywhere(c *class) bool {
	return c.profile.compiled.on[filterFit] && slices.ContainsFunc(c.needed, func(w want) bool { return s.shortOn(c.form, w) > 0 })
}

// shortOn counts the nodes that are open to a form and have too little left of a resource.
func (s *State) shortOn(f *form, w want) (n int) {
	b := &s.bounds[w.resource]
	switch {
	case w.n > b.roomiest:
		return f.open()
	case w.n <= b.least && b.offers >= s.count:
		return 0
	}
	alloc, used := &s.alloc[w.resource], &s.used[w.resource]
	if alloc.dense == nil || used.dense == nil {
		for i, v := range f.verdict {
			if v.open() && w.n > alloc.at(i)-used.at(i) {
				n++
			}
		}
		return n
	}
	all, given := alloc.reach(len(f.verdict)), used.reach(len(f.verdict))
	for i, v := range f.verdict {
		if v.open() && w.n > all[i]-given[i] {
			n++
		}
	}
	return n
}
