package reconcile

import (
	"container/heap"
	"context"
	"runtime/debug"
	"sync"
	"time"

	"gantry.dev/gantry/internal/client"
)

// timers turns times into due items: one heap and one goroutine for all keys of all controllers.
type timers struct {
	clock client.Clock
	due   func(item)

	mu   sync.Mutex
	at   map[item]time.Time // the time that counts; older heap entries of the item are skipped
	heap alarms
	wake chan struct{}
}

type alarm struct {
	at time.Time
	it item
}

type alarms []alarm

func (h alarms) Len() int           { return len(h) }
func (h alarms) Less(i, j int) bool { return h[i].at.Before(h[j].at) }
func (h alarms) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *alarms) Push(x any)        { *h = append(*h, x.(alarm)) }
func (h *alarms) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

func newTimers(clock client.Clock, due func(item)) *timers {
	return &timers{clock: clock, due: due, at: map[item]time.Time{}, wake: make(chan struct{}, 1)}
}

// set makes the item due at the given time, or earlier if an earlier time was set before.
func (t *timers) set(it item, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if old, ok := t.at[it]; ok && !at.Before(old) {
		return
	}
	t.at[it] = at
	heap.Push(&t.heap, alarm{at, it})
	if t.heap[0].it == it {
		select {
		case t.wake <- struct{}{}:
		default:
		}
	}
}

// fire makes everything due that is, and returns the time until the next alarm, or a negative duration if there is none.
func (t *timers) fire(now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.heap) > 0 {
		a := t.heap[0]
		if at, ok := t.at[a.it]; !ok || !at.Equal(a.at) {
			heap.Pop(&t.heap)
			continue
		}
		if d := a.at.Sub(now); d > 0 {
			return d
		}
		heap.Pop(&t.heap)
		delete(t.at, a.it)
		t.due(a.it)
	}
	return -1
}

func (t *timers) run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.wake:
		case <-timer.C:
		}
		if d := t.fire(t.clock()); d >= 0 {
			timer.Reset(d)
		} else {
			timer.Stop()
		}
	}
}

func stack() string { return string(debug.Stack()) }
