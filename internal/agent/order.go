package agent

import (
	"sync"

	"k8s.io/apimachinery/pkg/types"
)

// order is the order of the agent's queue: pods that have a container come before those that are still to start, so that a
// storm of new pods does not hold up readiness, ends and restarts of those that run.
type order struct {
	mu    sync.Mutex
	begun map[types.UID]bool

	// The queue calls its methods one at a time.
	first, rest fifo
}

func newOrder() *order { return &order{begun: map[types.UID]bool{}} }

// begin notes that a pod has a container.
func (o *order) begin(uid types.UID) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.begun[uid] = true
}

func (o *order) forget(uid types.UID) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.begun, uid)
}

// Touch, Push, Len and Pop are for the workqueue.
func (o *order) Touch(types.UID) {}

func (o *order) Push(uid types.UID) {
	o.mu.Lock()
	begun := o.begun[uid]
	o.mu.Unlock()
	if begun {
		o.first.push(uid)
	} else {
		o.rest.push(uid)
	}
}

func (o *order) Len() int { return o.first.len() + o.rest.len() }

func (o *order) Pop() types.UID {
	if o.first.len() > 0 {
		return o.first.pop()
	}
	return o.rest.pop()
}

// fifo is a queue whose memory follows its length.
type fifo struct {
	items []types.UID
	head  int
}

func (f *fifo) len() int { return len(f.items) - f.head }

func (f *fifo) push(uid types.UID) { f.items = append(f.items, uid) }

func (f *fifo) pop() types.UID {
	uid := f.items[f.head]
	f.items[f.head] = ""
	f.head++
	if f.head == len(f.items) {
		f.items, f.head = nil, 0
	} else if f.head > len(f.items)/2 {
		f.items, f.head = append([]types.UID(nil), f.items[f.head:]...), 0
	}
	return uid
}
