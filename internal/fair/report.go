package fair

import (
	"cmp"
	"slices"
	"time"

	"gantry.dev/gantry/internal/api"
)

// LevelReport is how things stand in a priority level.
type LevelReport struct {
	Name      string
	Exempt    bool
	Quiescing bool
	Idle      bool
	// Nominal, Lower, Upper and Current are limits in seats: the level's share, what is kept for it, what it may borrow
	// up to, and what it may have at the moment.
	Nominal, Lower, Upper, Current int
	// Waiting and Running are requests, SeatsWaiting and Seats the seats of those and of what lingers.
	Waiting, Running, SeatsWaiting, Seats int
	Dispatched, Rejected, Cancelled       uint64
	// Progress is what each active queue has been given, in seat-seconds.
	Progress float64
	// Demand sums up the seats that it could have used in the last period that is over.
	Demand demandFigures
	// Queues are all of a level that has queues; one that has none lists what waits in one.
	Queues []QueueReport
}

// Target is the demand that the level's share is measured by.
func (l *LevelReport) Target() float64 {
	return max(float64(max(l.Lower, min(l.Nominal, l.Demand.High))), l.Demand.Smooth)
}

// QueueReport is how things stand in a queue.
type QueueReport struct {
	Next                       string // progress at which its next request starts
	Work                       string // of those that wait
	InitialSeats, SeatsWaiting int
	Seats                      int
	Waiting, Running           []RequestReport
}

// RequestReport is a request that waits or runs.
type RequestReport struct {
	Request
	Schema        string
	Distinguisher string
	Arrived       time.Time
	Started       time.Time // zero while it waits
	Width         Width
}

// PairReport counts the requests of a schema in a level.
type PairReport struct {
	Level, Schema                         string
	Dispatched                            uint64
	Rejected                              map[string]uint64 // by reason, those that are not zero
	Waiting, SeatsWaiting, Running, Seats int
	// Waited is the time in the queue of who ran and of who did not; Ran that of requests and of watches' beginnings.
	// Widths are in seats, Lengths those of queues after one came into it, Watches those that were expected to see a write.
	Waited, Ran              [2]Histogram
	Widths, Lengths, Watches Histogram
}

// Report tells how things stand in a cluster: levels in the order of their names, and their pairs with schemas.
func (g *Gate) Report(name api.Cluster, now time.Time) ([]LevelReport, []PairReport) {
	c := g.cluster(name)
	g.current(c, now)
	g.mu.Lock()
	defer g.mu.Unlock()
	var levels []LevelReport
	for _, l := range c.levels {
		l.sync(now)
		levels = append(levels, c.report(l))
	}
	var pairs []PairReport
	for _, p := range c.pairs {
		pairs = append(pairs, p.report())
	}
	slices.SortFunc(levels, func(a, b LevelReport) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(pairs, func(a, b PairReport) int {
		return cmp.Or(cmp.Compare(a.Level, b.Level), cmp.Compare(a.Schema, b.Schema))
	})
	return levels, pairs
}

func (c *cluster) report(l *level) LevelReport {
	r := LevelReport{Name: l.spec.name, Exempt: l.spec.exempt, Quiescing: l.quiescing, Idle: l.idle(), Nominal: l.nominal, Lower: l.lower, Upper: l.upper,
		Current: c.limit(l), Waiting: l.waiting, Running: l.running.n, SeatsWaiting: l.wanted, Seats: l.seats,
		Dispatched: l.tally.dispatched, Rejected: l.tally.rejected, Cancelled: l.tally.cancelled, Progress: l.progress.seconds(), Demand: l.demand.last}
	r.Queues = make([]QueueReport, max(l.spec.queues, len(l.queues)))
	for i := range r.Queues {
		r.Queues[i] = QueueReport{Next: work(0).String(), Work: work(0).String()}
		if i >= len(l.queues) || l.queues[i] == nil {
			continue
		}
		q := l.queues[i]
		r.Queues[i] = QueueReport{Next: q.at.String(), Work: q.work.String(), InitialSeats: q.initial, SeatsWaiting: q.wanted, Seats: q.seats}
		for t := q.waiting.first; t != nil; t = t.next {
			r.Queues[i].Waiting = append(r.Queues[i].Waiting, t.report())
		}
	}
	for t := l.running.first; t != nil; t = t.next {
		q := &r.Queues[t.queue.number]
		q.Running = append(q.Running, t.report())
	}
	return r
}

func (t *Ticket) report() RequestReport {
	return RequestReport{Request: t.Request, Schema: t.schema.name, Distinguisher: t.flow.distinguisher, Arrived: t.arrived, Started: t.started, Width: t.width}
}

func (p *pair) report() PairReport {
	r := PairReport{Level: p.level, Schema: p.schema, Dispatched: p.dispatched, Waiting: p.waiting, SeatsWaiting: p.seatsWaiting, Running: p.running, Seats: p.seats,
		Widths: p.widths.clone(), Lengths: p.lengths.clone(), Watches: p.watched.clone()}
	for i := range p.waited {
		r.Waited[i], r.Ran[i] = p.waited[i].clone(), p.ran[i].clone()
	}
	for i, n := range p.rejected {
		if n > 0 {
			if r.Rejected == nil {
				r.Rejected = map[string]uint64{}
			}
			r.Rejected[reason(i).String()] = n
		}
	}
	return r
}
