package fair

import (
	"math"
	"slices"
	"time"

	"gantry.dev/gantry/internal/api"
)

// apply brings a configuration into force: levels that go on keep their queues, new ones are made, and those that nobody
// wants any more go when they are empty.
func (g *Gate) apply(c *cluster, cfg *config, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	byName := map[string]*level{}
	for _, l := range c.levels {
		byName[l.spec.name], l.quiescing = l, true
	}
	for _, s := range cfg.levels {
		l := byName[s.name]
		if l == nil {
			l = &level{synced: now, demand: demand{since: now}}
			byName[s.name] = l
			c.levels = append(c.levels, l)
		}
		l.sync(now)
		l.spec, l.quiescing = s, false
	}
	for _, s := range cfg.schemas {
		s.level = byName[s.spec.name]
		s.pair = c.pair(s.spec.name, s.name)
	}
	c.share(g.opts.Seats)
	c.config.Store(cfg)
	g.serve(c, now)
}

// maxWidthShare is how much of a level's nominal limit one request is expected to take at most, upstream's figure.
const maxWidthShare = 0.15

// share divides so many seats among the levels, by upstream's rounding: nominal limits may sum to a little more.
func (c *cluster) share(total int) {
	c.levels = slices.DeleteFunc(c.levels, func(l *level) bool {
		l.gone = l.quiescing && l.idle()
		return l.gone
	})
	shares := 0
	for _, l := range c.levels {
		shares += l.spec.shares
	}
	c.total, c.committed = 0, 0
	for _, l := range c.levels {
		s := l.spec
		l.nominal = 0
		if shares > 0 {
			l.nominal = int(math.Ceil(float64(total) * float64(s.shares) / float64(shares)))
		}
		percent := func(p int) int { return int(math.Round(float64(l.nominal) * float64(p) / 100)) }
		l.lower, l.upper = l.nominal-percent(s.lendable), l.nominal+total
		if s.borrowing >= 0 {
			l.upper = l.nominal + percent(s.borrowing)
		}
		width := 0
		if s.queues > 0 {
			width = max(1, min(int(math.Ceil(float64(l.nominal)*maxWidthShare)), l.nominal/s.handSize))
		}
		l.maxWidth.Store(int32(width))
		c.total += l.nominal
		c.committed += l.held()
	}
}

// take counts seats of a level; negative ones are given back.
func (g *Gate) take(c *cluster, l *level, seats int) {
	before := l.held()
	l.seats += seats
	c.committed += l.held() - before
	if c.name != api.Host || !l.spec.exempt {
		c.seats += seats
		g.seats += seats
	}
}

// limit is how many seats a level may have now: at least what is kept for it, at most what it may borrow up to, and
// between them what others neither use nor can count on.
func (c *cluster) limit(l *level) int {
	return max(l.lower, min(l.upper, c.total-c.committed+l.held()))
}

// admits says whether the levels' limits let a ticket run now. One that is wider than the limit runs alone.
func (c *cluster) admits(t *Ticket) bool {
	l := t.level
	if l.spec.exempt {
		return true
	}
	limit := c.limit(l)
	return l.seats+t.seats <= limit || t.seats > limit && l.running.n == 0
}

// spares says whether there are seats for a ticket of a cluster at the gate.
func (g *Gate) spares(c *cluster, t *Ticket) bool {
	return g.seats == 0 || g.seats+t.seats <= max(g.opts.Seats, c.total)
}

// full says whether a cluster has as much as it may have beside others. A cluster that has something will give it back,
// and is looked at again then.
func (g *Gate) full(c *cluster, now time.Time) bool {
	if g.opts.Crowded == 0 || c.seats < g.opts.Crowded {
		return false
	}
	v := g.latest
	if v.by == c {
		v = g.other
	}
	return v.by != nil && now.Sub(v.at) < aboutTime
}

// visited notes that a cluster has asked for seats.
func (g *Gate) visited(c *cluster, now time.Time) {
	if g.latest.by != c {
		g.other = g.latest
	}
	g.latest = visit{c, now}
}
