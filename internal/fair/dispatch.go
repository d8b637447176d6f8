package fair

import (
	"container/heap"
	"time"
)

// serve brings a cluster's place among the hungry up to date and gives out what seats there are. It comes after every change.
func (g *Gate) serve(c *cluster, now time.Time) {
	g.place(c, now)
	for len(g.hungry) > 0 {
		next := g.hungry[0]
		t := next.next()
		if t == nil {
			g.place(next, now)
			continue
		}
		if !g.spares(next, t) {
			return // whose turn it is waits until there is room for it: nobody overtakes
		}
		t.level.sync(now)
		t.level.dequeue(t)
		next.waiting--
		g.start(next, t, now)
		if t.granted != nil {
			close(t.granted)
		}
		g.place(next, now)
	}
}

// place puts a cluster among the hungry, or takes it away: those are hungry that could run something if only there were seats at the gate.
func (g *Gate) place(c *cluster, now time.Time) {
	c.starved = false
	if c.waiting == 0 && c.index < 0 {
		return
	}
	able := c.waiting > 0 && c.next() != nil && !g.full(c, now)
	switch {
	case able && c.index < 0:
		heap.Push(&g.hungry, c)
	case able:
		heap.Fix(&g.hungry, c.index)
	case c.index >= 0:
		heap.Remove(&g.hungry, c.index)
	}
}

// next is the ticket of a cluster that is to run next, nil if the limits let none. Exempt levels come first, then the
// level that has least of its nominal limit. If that one could have more, and others have borrowed it, nobody borrows
// before it is served: the others get what is kept for them.
func (c *cluster) next() *Ticket {
	var best, kept *Ticket
	for _, l := range c.levels {
		if l.waiting == 0 {
			continue
		}
		t := l.head()
		if l.seats+t.seats > l.upper && !l.spec.exempt && !(l.running.n == 0 && c.admits(t)) {
			continue // its own limit, whatever the others do
		}
		if best == nil || l.before(best.level) {
			best = t
		}
		if (l.spec.exempt || l.seats+t.seats <= l.lower) && (kept == nil || l.before(kept.level)) {
			kept = t
		}
	}
	if best == nil || c.admits(best) {
		return best
	}
	c.starved = true
	return kept
}

// before says whether a level is served before another.
func (l *level) before(o *level) bool {
	if l.spec.exempt != o.spec.exempt {
		return l.spec.exempt
	}
	a, b := l.seats*max(o.nominal, 1), o.seats*max(l.nominal, 1)
	if a != b {
		return a < b
	}
	return l.turn < o.turn
}

// hungry is a heap of clusters: fewest seats first, then who was served longest ago.
type hungry []*cluster

func (h hungry) Len() int { return len(h) }
func (h hungry) Less(i, j int) bool {
	if h[i].seats != h[j].seats {
		return h[i].seats < h[j].seats
	}
	return h[i].turn < h[j].turn
}
func (h hungry) Swap(i, j int) { h[i], h[j] = h[j], h[i]; h[i].index, h[j].index = i, j }

// Push is heap.Interface's.
func (h *hungry) Push(x any) { c := x.(*cluster); c.index = len(*h); *h = append(*h, c) }

// Pop is heap.Interface's.
func (h *hungry) Pop() any {
	old := *h
	c := old[len(old)-1]
	c.index, old[len(old)-1] = -1, nil
	*h = old[:len(old)-1]
	return c
}
