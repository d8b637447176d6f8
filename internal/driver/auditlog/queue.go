package auditlog

import "sync"

const (
	// maxQueued bounds the events that wait for a place, upstream's figure.
	maxQueued = 10_000
	// maxQueuedBytes bounds their memory: events may hold whole objects.
	maxQueuedBytes = 64 << 20
)

// queue is a bounded queue of encoded events. Producers never wait.
type queue struct {
	mu     sync.Mutex
	items  [][]byte
	bytes  int
	closed bool
	// wake holds a token when items came or the queue was closed.
	wake chan struct{}
}

func newQueue() *queue { return &queue{wake: make(chan struct{}, 1)} }

// put adds an event, unless the queue is full or closed.
func (q *queue) put(event []byte) bool {
	q.mu.Lock()
	ok := !q.closed && len(q.items) < maxQueued && q.bytes+len(event) <= maxQueuedBytes
	if ok {
		q.items = append(q.items, event)
		q.bytes += len(event)
	}
	q.mu.Unlock()
	if ok {
		q.ring()
	}
	return ok
}

// take returns up to n events, and whether the queue is closed for good with nothing left behind them.
func (q *queue) take(n int) (items [][]byte, done bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	n = min(n, len(q.items))
	items, q.items = q.items[:n:n], q.items[n:]
	for _, it := range items {
		q.bytes -= len(it)
	}
	if len(q.items) == 0 {
		q.items = nil // what was taken must not stay reachable
	}
	return items, q.closed && len(q.items) == 0
}

func (q *queue) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.ring()
}

func (q *queue) ring() {
	select {
	case q.wake <- struct{}{}:
	default: // it rings already
	}
}
