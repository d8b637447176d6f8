package disk

import (
	"context"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// Compact forgets the history up to and including rev, in every table, and the tables in which nothing is left. It
// is the only thing that shortens the history of a table that nobody writes any more, so somebody should call it
// now and then with a revision that no reader will come back to.
func (s *Store) Compact(rev api.Revision) error {
	if rev > s.Revision() {
		return store.ErrFuture
	}
	if rev <= s.root.Load().floor {
		return nil
	}
	return s.submit(context.Background(), &request{
		compact: rev, results: make([]store.Result, 1), done: make(chan struct{})})[0].Err
}

// compact evicts every event up to rev.
func (a *assembler) compact(rev api.Revision) {
	if rev <= a.floor {
		return
	}
	a.floor = rev
	_ = a.batch.log.Set([]byte(metaFloor), revValue(rev), nil) // fails only for indexed batches

	var stale, idle []tableID
	visit := func(t *table) {
		switch {
		case len(t.ring.events) == 0 && t.rows.Len() == 0:
			idle = append(idle, t.id)
		case len(t.ring.events) > 0 && t.ring.events[0].Record.Rev <= rev:
			stale = append(stale, t.id)
		}
	}
	a.tables.Scan(func(t *table) bool {
		if a.batch.open[t.id] == nil {
			visit(t)
		}
		return true
	})
	for _, t := range a.batch.open {
		visit(t)
	}
	for _, id := range stale {
		t := a.open(id)
		for len(t.ring.events) > 0 && t.ring.events[0].Record.Rev <= rev {
			a.evict(t)
		}
		if len(t.ring.events) == 0 && t.rows.Len() == 0 {
			idle = append(idle, id)
		}
	}
	for _, id := range idle {
		a.drop(id)
	}
}

// drop removes a table without rows and events. Its floor is covered by dropped from now on.
func (a *assembler) drop(id tableID) {
	t := a.peek(id)
	a.dropped = max(a.dropped, t.ring.floor)
	a.tables.Delete(t)
	delete(a.batch.open, id)
	_ = a.batch.log.Delete(tableKey(id), nil) // fails only for indexed batches
}
