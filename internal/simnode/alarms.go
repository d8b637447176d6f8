package simnode

import (
	"container/heap"
	"iter"
	"time"

	"gantry.dev/gantry/internal/api"
)

// alarms are the times at which pods want to be looked at. To be woken too often does no harm, so nothing is ever taken out.
type alarms struct{ heap alarmHeap }

type alarm struct {
	at  time.Time
	key api.Key
}

type alarmHeap []alarm

func (h alarmHeap) Len() int           { return len(h) }
func (h alarmHeap) Less(i, j int) bool { return h[i].at.Before(h[j].at) }
func (h alarmHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *alarmHeap) Push(x any)        { *h = append(*h, x.(alarm)) }
func (h *alarmHeap) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

func (a *alarms) set(key api.Key, at time.Time) { heap.Push(&a.heap, alarm{at, key}) }

// due takes out the keys whose time has come.
func (a *alarms) due(now time.Time) iter.Seq[api.Key] {
	return func(yield func(api.Key) bool) {
		for len(a.heap) > 0 && !a.heap[0].at.After(now) {
			if !yield(heap.Pop(&a.heap).(alarm).key) {
				return
			}
		}
	}
}

// next is the time of the first alarm, zero without one.
func (a *alarms) next() time.Time {
	if len(a.heap) == 0 {
		return time.Time{}
	}
	return a.heap[0].at
}
