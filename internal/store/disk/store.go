package disk

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// Store is the engine. Open makes one; it implements store.Store.
type Store struct {
	fs   vfs.FS
	dir  string
	db   *pebble.DB
	lock *pebble.Lock
	// root is what readers see. Only the syncer stores into it, after the sync of the batch that made it.
	root  atomic.Pointer[root]
	bells bells
	space space

	queue chan *request
	// idle holds a token while the syncer can take a batch; sealed carries the batch that the token was taken for.
	idle   chan struct{}
	sealed chan *batch
	// moved holds a token while there are commits that the mark does not cover.
	moved chan struct{}

	// ended closes when the store closes or fails: nothing new is accepted, watchers end.
	ended chan struct{}
	// failed closes when the disk has failed; fatal says why. What was taken and not released has an unknown outcome.
	failed chan struct{}
	fatal  atomic.Pointer[error]
	// drained closes when the pipeline has released everything that it had taken.
	drained   chan struct{}
	endOnce   sync.Once
	closeOnce sync.Once
	closeErr  error
	pipeline  sync.WaitGroup
}

var _ store.Store = (*Store)(nil)

// Commit implements store.Store. A transaction that deletes an absent key conflicts.
func (s *Store) Commit(ctx context.Context, txns []store.Txn) []store.Result {
	if len(txns) == 0 {
		return nil
	}
	r, err := newRequest(txns)
	if err != nil {
		return r.fail(err)
	}
	return s.submit(ctx, r)
}

// submit hands a request to the pipeline and waits for its results.
func (s *Store) submit(ctx context.Context, r *request) []store.Result {
	if err := ctx.Err(); err != nil {
		return r.fail(err)
	}
	select {
	case <-s.ended:
		return r.fail(s.endErr())
	default:
	}
	select {
	case s.queue <- r:
	case <-ctx.Done():
		return r.fail(ctx.Err())
	case <-s.ended:
		return r.fail(s.endErr())
	}
	select {
	case <-r.done:
		return r.results
	case <-ctx.Done():
		if r.withdraw() {
			return r.fail(ctx.Err())
		}
	case <-s.drained:
		if r.withdraw() {
			return r.fail(s.endErr())
		}
	case <-s.failed:
		if r.withdraw() {
			return r.fail(s.endErr())
		}
	}
	// The request was taken: it is carried out, whatever becomes of the caller.
	select {
	case <-r.done:
		return r.results
	case <-s.failed:
	}
	select {
	case <-r.done:
		return r.results
	default:
		return r.fail(fmt.Errorf("%w: %w", store.ErrUnknown, s.Err()))
	}
}

// Get implements store.Store. After Close or a failure it still answers from the last durable state.
func (s *Store) Get(key api.Key) *store.Record { return s.root.Load().get(key) }

// Revision implements store.Store.
func (s *Store) Revision() api.Revision { return s.root.Load().rev }

// Changed implements store.Store: the last event of the table, or where its history begins.
func (s *Store) Changed(res api.Resource, c api.Cluster) api.Revision {
	t := s.root.Load().table(tableID{res, c})
	if t == nil || t.rows.Len() == 0 {
		return 0
	}
	if n := len(t.ring.events); n > 0 {
		return t.ring.events[n-1].Record.Rev
	}
	return max(t.ring.floor, 1)
}

// Failed is closed when the disk has failed: nothing can be committed any more, and the process must end. Err says why.
func (s *Store) Failed() <-chan struct{} { return s.failed }

// Err returns what has stopped the store, nil while it works or after an orderly Close.
func (s *Store) Err() error {
	if p := s.fatal.Load(); p != nil {
		return *p
	}
	return nil
}

func (s *Store) endErr() error {
	if err := s.Err(); err != nil {
		return fmt.Errorf("%w: %w", store.ErrClosed, err)
	}
	return store.ErrClosed
}

// fail stops the store for good. A failed sync is never tried again: the kernel may have dropped the pages and would
// report success.
func (s *Store) fail(err error) {
	err = fmt.Errorf("store: write to %s: %w", s.dir, err)
	if s.fatal.CompareAndSwap(nil, &err) {
		close(s.failed)
		s.end()
	}
}

func (s *Store) end() { s.endOnce.Do(func() { close(s.ended) }) }

// Close implements store.Store: what the pipeline has taken is made durable, what still waits answers ErrClosed. After
// a failure it answers that failure and leaves the directory locked until the process ends, because Pebble's
// goroutines may still be at work on it.
func (s *Store) Close() error {
	s.closeOnce.Do(func() {
		s.end()
		drained := make(chan struct{})
		go func() {
			s.pipeline.Wait()
			close(drained)
		}()
		select {
		case <-drained:
		case <-s.failed:
		}
		if s.closeErr = s.Err(); s.closeErr != nil {
			return
		}
		close(s.drained)
		_ = writeMark(s.fs, s.dir, s.Revision()) // an older mark only proves less
		if err := errors.Join(s.db.Close(), s.lock.Close()); err != nil {
			s.closeErr = fmt.Errorf("store: close %s: %s", s.dir, oneLine(err.Error()))
		}
	})
	return s.closeErr
}
