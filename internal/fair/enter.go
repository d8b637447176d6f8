package fair

import (
	"time"

	"gantry.dev/gantry/internal/api"
)

// exemptQueue bounds the exempt requests of a tenant that wait for seats which other clusters hold.
const exemptQueue = 1000

// Enter asks for the seats of a classified ticket. One that waits is told by Granted, and given up by GiveUp; one that
// has its seats is given back by Leave. watch says that what it holds the seats for is the beginning of a watch.
func (g *Gate) Enter(t *Ticket, w Width, watch bool, now time.Time) Standing {
	c := t.cluster
	g.mu.Lock()
	defer g.mu.Unlock()
	l := t.level
	if l.gone { // between Classify and now
		l.gone, l.quiescing = false, true
		c.levels = append(c.levels, l)
		c.share(g.opts.Seats)
	}
	l.sync(now)
	t.width, t.seats, t.watch, t.arrived = w, max(w.Seats(), 1), watch, now
	t.arrivedAt = l.progress
	t.work = workOf(float64(w.Initial), servedGuess) + workOf(float64(w.Final), w.Linger)
	g.visited(c, now)
	t.pair.widths.observe(float64(t.seats))
	if w.Watched {
		t.pair.watched.observe(float64(w.Watches))
	}

	room := g.spares(c, t) && len(g.hungry) == 0 && !g.full(c, now)
	if c.unbounded(t) || room && c.waiting == 0 && c.admits(t) {
		t.queue = l.choose(t.flow)
		l.use(t.queue)
		g.start(c, t, now)
		return Granted
	}
	if reason, no := g.refuses(c, t, room); no {
		l.tally.rejected++
		t.pair.refuse(t, reason, now)
		t.standing = Refused
		return Refused
	}
	t.standing = Waiting
	l.enqueue(t)
	c.waiting++
	t.pair.lengths.observe(float64(t.queue.waiting.n))
	g.serve(c, now)
	if t.standing == Waiting {
		t.granted = make(chan struct{})
	}
	return t.standing
}

// refuses says whether a ticket may not even wait, and why. If it may, its queue is chosen.
func (g *Gate) refuses(c *cluster, t *Ticket, room bool) (reason, bool) {
	l := t.level
	if l.spec.queues == 0 {
		if !c.admits(t) || c.starved && l.seats+t.seats > l.lower && !l.spec.exempt {
			return noSeat, true
		}
		t.queue = l.choose(t.flow)
		if l.spec.exempt {
			return queueFull, t.queue.waiting.n >= exemptQueue
		}
		return queueFull, !room && t.queue.waiting.n >= rejectQueue
	}
	t.queue = l.choose(t.flow)
	return queueFull, t.queue.waiting.n >= l.spec.queueLength && (!room || c.starved || l.seats >= c.limit(l))
}

// start gives a ticket its seats.
func (g *Gate) start(c *cluster, t *Ticket, now time.Time) {
	g.turn++
	c.turn = g.turn
	g.take(c, t.level, t.seats)
	t.level.start(t, now, g.turn)
}

// Leave gives a ticket back when its request has been answered. If some of its seats are to be kept for a time, it says
// for how long: then the ticket is given to Release at the end of it.
func (g *Gate) Leave(t *Ticket, now time.Time) (linger time.Duration) {
	c := t.cluster
	g.mu.Lock()
	defer g.mu.Unlock()
	if t.standing != Granted {
		return 0
	}
	t.level.sync(now)
	t.level.finish(t, now)
	t.standing = 0
	if t.width.Linger > 0 {
		t.level.rest(t.queue)
		return t.width.Linger
	}
	g.release(c, t, now)
	return 0
}

// Release gives back the seats that a ticket has kept after Leave.
func (g *Gate) Release(t *Ticket, now time.Time) {
	c := t.cluster
	g.mu.Lock()
	defer g.mu.Unlock()
	t.level.sync(now)
	g.release(c, t, now)
}

func (g *Gate) release(c *cluster, t *Ticket, now time.Time) {
	l := t.level
	g.take(c, l, -t.seats)
	t.pair.seats -= t.seats
	t.queue.seats -= t.seats
	l.rest(t.queue)
	if l.quiescing && l.idle() {
		c.share(g.opts.Seats)
	}
	g.serve(c, now)
}

// GiveUp ends the waiting of a ticket. It is false if the ticket has got its seats meanwhile: then it has to be given
// back with Leave.
func (g *Gate) GiveUp(t *Ticket, now time.Time) bool {
	c := t.cluster
	g.mu.Lock()
	defer g.mu.Unlock()
	if t.standing != Waiting {
		return false
	}
	l := t.level
	l.sync(now)
	l.dequeue(t)
	c.waiting--
	t.queue.catchUp()
	l.rest(t.queue)
	t.standing = Refused
	l.tally.rejected++
	l.tally.cancelled++
	t.pair.refuse(t, timedOut, now)
	if l.quiescing && l.idle() {
		c.share(g.opts.Seats)
	}
	g.serve(c, now)
	return true
}

// unbounded says whether nothing holds a ticket up: exempt requests of the host's cluster, among them those of who
// repairs an overload.
func (c *cluster) unbounded(t *Ticket) bool { return c.name == api.Host && t.level.spec.exempt }
