package disk

import "sync"

// bells wakes the watchers of a table: one channel per table that somebody waits for, closed by the next batch that
// touches the table. A table that nobody waits for costs a map lookup per batch.
type bells struct {
	mu sync.Mutex
	by map[tableID]*bell
}

type bell struct {
	rung    chan struct{}
	waiters int
}

// await returns the bell of a table. Whoever looks at the root after await and finds nothing may wait for the bell.
func (b *bells) await(id tableID) *bell {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.by == nil {
		b.by = make(map[tableID]*bell)
	}
	w := b.by[id]
	if w == nil {
		w = &bell{rung: make(chan struct{})}
		b.by[id] = w
	}
	w.waiters++
	return w
}

// leave gives a bell back that need not have rung.
func (b *bells) leave(id tableID, w *bell) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if w.waiters--; w.waiters == 0 && b.by[id] == w {
		delete(b.by, id)
	}
}

// ring wakes the watchers of the tables that the batch has changed. The batch's root has been published before.
func (b *bells) ring(changed *batch) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.by) == 0 {
		return
	}
	for id := range changed.open {
		if w := b.by[id]; w != nil {
			close(w.rung)
			delete(b.by, id)
		}
	}
}
