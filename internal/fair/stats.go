package fair

import (
	"slices"
	"time"
)

// reason says why a request was refused.
type reason uint8

const (
	queueFull reason = iota
	noSeat
	timedOut
	reasons
)

// String is the word of the metric for it, upstream's.
func (r reason) String() string {
	return [reasons]string{"queue-full", "concurrency-limit", "time-out"}[r]
}

// tally counts what became of a level's requests since it was made.
type tally struct{ dispatched, rejected, cancelled uint64 }

// Histogram counts observations. Its zero value with bounds is ready.
type Histogram struct {
	// Bounds are the upper bounds of the buckets; what is above the last is in one more.
	Bounds []float64
	Counts []uint64
	Sum    float64
}

func (h *Histogram) observe(x float64) {
	if h.Counts == nil { // most pairs of level and schema never see most observations
		h.Counts = make([]uint64, len(h.Bounds)+1)
	}
	i := 0
	for i < len(h.Bounds) && x > h.Bounds[i] {
		i++
	}
	h.Counts[i]++
	h.Sum += x
}

func (h *Histogram) clone() Histogram {
	return Histogram{Bounds: h.Bounds, Counts: slices.Clone(h.Counts), Sum: h.Sum}
}

type pairKey struct{ level, schema string }

// pair counts the requests of a schema in a level.
type pair struct {
	pairKey
	dispatched            uint64
	rejected              [reasons]uint64
	waiting, seatsWaiting int
	running, seats        int
	// waited is the time in the queue of who ran and of who did not, ran that of serving and of watches' beginnings, in
	// seconds.
	waited, ran              [2]Histogram
	widths, lengths, watched Histogram
}

// pair finds or makes the counters of a schema in a level.
func (c *cluster) pair(level, schema string) *pair {
	k := pairKey{level, schema}
	p := c.pairs[k]
	if p == nil {
		// The bounds are upstream's.
		seconds := []float64{0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30}
		h := Histogram{Bounds: seconds}
		p = &pair{pairKey: k, waited: [2]Histogram{h, h}, ran: [2]Histogram{h, h},
			widths:  Histogram{Bounds: []float64{1, 2, 4, 8, 16, 32, 64, 100}},
			lengths: Histogram{Bounds: []float64{0, 10, 25, 50, 100, 250, 500, 1000}},
			watched: Histogram{Bounds: []float64{0, 1, 10, 100, 1000, 10000}}}
		c.pairs[k] = p
	}
	return p
}

func (p *pair) start(t *Ticket, now time.Time) {
	p.dispatched++
	p.running++
	p.seats += t.seats
	if !t.level.spec.exempt {
		p.waited[0].observe(max(now.Sub(t.arrived), 0).Seconds())
	}
}

func (p *pair) finish(t *Ticket, now time.Time) {
	p.running--
	i := 0
	if t.watch {
		i = 1
	}
	p.ran[i].observe(max(now.Sub(t.started), 0).Seconds())
}

func (p *pair) refuse(t *Ticket, r reason, now time.Time) {
	p.rejected[r]++
	p.waited[1].observe(max(now.Sub(t.arrived), 0).Seconds())
}
