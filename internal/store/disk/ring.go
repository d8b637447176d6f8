package disk

import (
	"slices"
	"sort"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// ring is the recent history of a table: its events in revision order. A ring is a value; the copy in a published
// table never changes, while the assembler appends to the backing array behind the published length. There is one
// line of descent only, so no slot is ever written twice.
type ring struct {
	events []store.Event
	// bytes is the cost of events, see eventCost.
	bytes int
	// floor is the revision of the last event that was evicted: history after it is complete.
	floor api.Revision
	// dead and deadBytes count the evicted slots that the backing array still holds.
	dead, deadBytes int
}

// eventOverhead is what an event costs beside bodies: the slot, the superseded record, its key.
const eventOverhead = 192

// eventCost is the memory that dropping the event gives back: the superseded body, and a last state that the
// tombstone does not share with it. The body of a live record is not history.
func eventCost(e *store.Event) int {
	n := eventOverhead
	if e.Prev != nil {
		n += len(e.Prev.Body)
	}
	if e.Type == store.Delete && (e.Prev == nil || !sameBytes(e.Record.Body, e.Prev.Body)) {
		n += len(e.Record.Body)
	}
	return n
}

// sameBytes reports whether two slices are the same memory.
func sameBytes(a, b []byte) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

func (r *ring) push(e store.Event, cost int) {
	r.events = append(r.events, e)
	r.bytes += cost
}

// pop evicts the oldest event. The slot stays in the backing array, where readers of older copies may still look at
// it, until enough of them are dead to pay for a copy of the living.
func (r *ring) pop() (store.Event, int) {
	e := r.events[0]
	cost := eventCost(&e)
	r.events = r.events[1:]
	r.floor = e.Record.Rev
	r.bytes -= cost
	r.dead++
	r.deadBytes += cost
	if r.dead > len(r.events)+16 || r.deadBytes > r.bytes+1<<20 {
		r.events = slices.Clone(r.events)
		r.dead, r.deadBytes = 0, 0
	}
	return e, cost
}

// after returns the events newer than rev.
func (r *ring) after(rev api.Revision) []store.Event {
	i := sort.Search(len(r.events), func(i int) bool { return r.events[i].Record.Rev > rev })
	return r.events[i:]
}
