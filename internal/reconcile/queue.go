package reconcile

import (
	"slices"
	"sync"
	"time"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
)

// item is one key of one controller.
type item struct {
	ctl int // index into Runner.ctls
	key api.Key
}

// queue hands out items, fair between clusters: they take turns, so that one tenant with ten thousand dirty keys does not
// delay another's one. An item is in the queue at most once; an item that is added while it is being worked on comes back
// when the work is done, never at the same time.
type queue struct {
	mu      sync.Mutex
	ready   sync.Cond
	lines   map[api.Cluster]*line
	turns   []*line // lines with items that are not held, in order of their turn
	state   map[item]standing
	waiting int // items of these lines
	closed  bool
	clock   client.Clock
	watched *watched
}

type line struct {
	items []item
	// held counts the works that wait for others than the store; meanwhile the line stands outside of turns.
	held int
}

// standing is how an item stands, and since when it waits or is worked on.
type standing struct {
	is    state
	since time.Time
}

type state uint8

const (
	queued  state = iota + 1
	working       // taken, not added since
	dirty         // taken, added again since
)

func newQueue(clock client.Clock, w *watched) *queue {
	q := &queue{lines: map[api.Cluster]*line{}, state: map[item]standing{}, clock: clock, watched: w}
	q.ready.L = &q.mu
	return q
}

// add makes the item due.
func (q *queue) add(it item) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch st := q.state[it]; st.is {
	case queued, dirty:
	case working:
		st.is = dirty
		q.state[it] = st
	default:
		q.push(it)
	}
}

func (q *queue) push(it item) {
	q.state[it] = standing{queued, q.clock()}
	q.watched.adds[it.ctl].Inc()
	q.watched.depth[it.ctl]++
	l := q.lines[it.key.Cluster]
	if l == nil {
		l = &line{}
		q.lines[it.key.Cluster] = l
	}
	l.items = append(l.items, it)
	if l.held > 0 {
		return
	}
	if len(l.items) == 1 {
		q.turns = append(q.turns, l)
	}
	q.waiting++
	q.ready.Signal()
}

// hold lets nothing of a cluster be taken until release is called as often.
func (q *queue) hold(c api.Cluster) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.lines[c]
	if l == nil {
		l = &line{}
		q.lines[c] = l
	}
	if l.held++; l.held == 1 {
		q.turns = slices.DeleteFunc(q.turns, func(o *line) bool { return o == l })
		q.waiting -= len(l.items)
	}
}

// release undoes one hold.
func (q *queue) release(c api.Cluster) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.lines[c]
	if l.held--; l.held > 0 {
		return
	}
	if len(l.items) == 0 {
		delete(q.lines, c)
		return
	}
	q.turns = append(q.turns, l)
	q.waiting += len(l.items)
	q.ready.Broadcast()
}

// take waits for items and returns up to n of them, one cluster after the other. It returns nil when closed.
func (q *queue) take(n int) []item {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.waiting == 0 && !q.closed {
		q.ready.Wait()
	}
	if q.closed {
		return nil
	}
	return q.pop(n)
}

// poll is take for those who do not wait: it returns nil if nothing can be taken.
func (q *queue) poll(n int) []item {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.pop(n)
}

func (q *queue) pop(n int) (out []item) {
	now := q.clock()
	for len(out) < n && len(q.turns) > 0 {
		l := q.turns[0]
		q.turns = q.turns[1:]
		it := l.items[0]
		l.items = l.items[1:]
		if len(l.items) > 0 {
			q.turns = append(q.turns, l)
		} else {
			l.items = nil
			delete(q.lines, it.key.Cluster)
		}
		q.watched.waited[it.ctl].Observe(now.Sub(q.state[it].since).Seconds())
		q.watched.depth[it.ctl]--
		q.state[it] = standing{working, now}
		q.waiting--
		out = append(out, it)
	}
	return out
}

// done ends the work on items; those that became dirty meanwhile are due again.
func (q *queue) done(items []item) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := q.clock()
	for _, it := range items {
		st := q.state[it]
		q.watched.took[it.ctl].Observe(now.Sub(st.since).Seconds())
		if st.is == dirty {
			q.push(it)
		} else {
			delete(q.state, it)
		}
	}
}

// idle reports whether nothing is queued or being worked on.
func (q *queue) idle() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.state) == 0
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.ready.Broadcast()
}
