package apiserver

import (
	"context"
	"sync/atomic"
	"time"
)

const (
	// paceWindow is the time over which the writes of all watches are counted.
	paceWindow = 100 * time.Millisecond
	// paceShare is the distance that each write of a window puts between the writes of one watch: about twice what a write
	// costs (a wake-up, a frame, a record, a system call), so that much of what a crowd of watches has to see goes out
	// together, and a few watches are not held up.
	paceShare = 25 * time.Microsecond
	// maxPace and minPace bound the distance: nobody waits longer, and less is not worth a timer.
	maxPace = 25 * time.Millisecond
	minPace = time.Millisecond
)

// pace spaces the writes of each watch by how much all watches write. It holds nobody up before a first write. Its zero
// value is ready. Counts may be lost when a window ends: it is a measure, not an account.
type pace struct {
	window       atomic.Int64 // number of the window at hand
	now, earlier atomic.Int64 // writes in it, and in the one before
}

// wrote counts a write and says how long its watch should wait before the next; zero is not at all.
func (p *pace) wrote(at time.Time) time.Duration {
	w := at.UnixNano() / int64(paceWindow)
	if old := p.window.Load(); old != w && p.window.CompareAndSwap(old, w) {
		n := p.now.Swap(0)
		if old != w-1 {
			n = 0 // it was quiet in between
		}
		p.earlier.Store(n)
	}
	n := max(p.now.Add(1), p.earlier.Load())
	d := min(time.Duration(n)*paceShare, maxPace)
	if d < minPace {
		return 0
	}
	return d
}

// pause waits, unless ctx ends before.
func pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
