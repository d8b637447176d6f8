package disk

import (
	"context"
	"sync"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// watcher is a cursor into the ring of one table. It holds a revision, not events: it keeps nothing alive.
type watcher struct {
	s     *Store
	scope api.Scope
	id    tableID
	// cursor is the revision up to which the scope has been reported.
	cursor api.Revision
	// buf carries the events of one Next; it is the caller's until the next call.
	buf      []store.Event
	stop     chan struct{}
	stopOnce sync.Once
}

// Watch implements store.Store.
func (s *Store) Watch(scope api.Scope, from api.Revision) (store.Watcher, error) {
	select {
	case <-s.ended:
		return nil, s.endErr()
	default:
	}
	r := s.root.Load()
	if from > r.rev {
		return nil, store.ErrFuture
	}
	w := &watcher{s: s, scope: scope, id: tableID{scope.Resource, scope.Cluster}, cursor: from, stop: make(chan struct{})}
	if _, floor := w.history(r); from < max(floor, r.floor) {
		return nil, store.ErrCompacted
	}
	return w, nil
}

// Next implements store.Watcher. When ctx ends while nothing is due, upTo is valid beside the context's error: this
// is how a quiet watcher learns its progress for a bookmark.
func (w *watcher) Next(ctx context.Context) ([]store.Event, api.Revision, error) {
	if cap(w.buf) > keepBuffer {
		w.buf = nil
	}
	clear(w.buf[:cap(w.buf)])
	for {
		if err := w.ended(); err != nil {
			return nil, w.cursor, err
		}
		if events, err := w.collect(); err != nil || len(events) > 0 {
			return events, w.cursor, err
		}
		if err := w.wait(ctx); err != nil {
			return nil, w.cursor, err
		}
	}
}

// Stop implements store.Watcher. It may be called while Next waits.
func (w *watcher) Stop() { w.stopOnce.Do(func() { close(w.stop) }) }

func (w *watcher) ended() error {
	select {
	case <-w.stop:
		return store.ErrClosed
	case <-w.s.ended:
		return w.s.endErr()
	default:
		return nil
	}
}

// wait returns nil when there may be something to collect.
func (w *watcher) wait(ctx context.Context) error {
	bell := w.s.bells.await(w.id)
	defer w.s.bells.leave(w.id, bell)
	// A batch that was published after the last collect may have rung before await.
	if events, _ := w.history(w.s.root.Load()); len(events) > 0 {
		return nil
	}
	select {
	case <-bell.rung:
		return nil
	case <-w.stop:
		return store.ErrClosed
	case <-w.s.ended:
		return w.s.endErr()
	case <-ctx.Done():
		// The last word on progress; an event that came in the meantime is found by the next call.
		r := w.s.root.Load()
		if events, floor := w.history(r); len(events) == 0 && w.cursor >= floor {
			w.cursor = r.rev
		}
		return ctx.Err()
	}
}

// history returns the events of the watcher's table after the cursor, and the revision up to which history is gone.
func (w *watcher) history(r *root) ([]store.Event, api.Revision) {
	t := r.table(w.id)
	if t == nil {
		return nil, r.dropped
	}
	return t.ring.after(w.cursor), t.ring.floor
}

// collect moves the cursor over everything in one root. Since a root is complete up to its revision, and the whole of
// the ring behind the cursor is looked at, the cursor never passes an event that it has not returned.
func (w *watcher) collect() ([]store.Event, error) {
	r := w.s.root.Load()
	due, floor := w.history(r)
	if w.cursor < floor {
		return nil, store.ErrCompacted
	}
	upTo := r.rev
	if w.scope.Namespace == "" {
		if len(due) > nextEvents {
			due = due[:nextEvents]
			upTo = due[len(due)-1].Record.Rev
		}
		w.buf = append(w.buf[:0], due...)
	} else {
		w.buf = w.buf[:0]
		for i := range due {
			if due[i].Record.Key.Namespace != w.scope.Namespace {
				continue
			}
			if len(w.buf) == nextEvents {
				upTo = w.buf[nextEvents-1].Record.Rev
				break
			}
			w.buf = append(w.buf, due[i])
		}
	}
	w.cursor = upTo
	return w.buf, nil
}
