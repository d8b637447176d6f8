package registry

import (
	"context"
	"errors"
	"sync"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
)

// bells wake the watches of custom kinds when a definition of their cluster changes, so that a quiet watch of a kind that is
// gone ends at once. One goroutine listens for each cluster that has such watches, as long as it has any.
type bells struct {
	mu    sync.Mutex
	rooms map[api.Cluster]*room
}

// room holds those who wait in one cluster.
type room struct {
	waiters map[*waiter]bool
	stop    context.CancelFunc
}

// waiter is one watch.
type waiter struct {
	leave func()

	mu   sync.Mutex
	rang bool
	wake context.CancelFunc // of the Next that runs
}

// enter makes a waiter, which must leave.
func (b *bells) enter(s store.Store, c api.Cluster) *waiter {
	w := &waiter{}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.rooms == nil {
		b.rooms = map[api.Cluster]*room{}
	}
	r := b.rooms[c]
	if r == nil {
		ctx, stop := context.WithCancel(context.Background())
		r = &room{waiters: map[*waiter]bool{}, stop: stop}
		b.rooms[c] = r
		go b.listen(ctx, s, c, r)
	}
	r.waiters[w] = true
	w.leave = sync.OnceFunc(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(r.waiters, w)
		if len(r.waiters) == 0 && b.rooms[c] == r {
			delete(b.rooms, c)
			r.stop()
		}
	})
	return w
}

// listen rings for every change of a definition. A watch that begins while it is late sees the definitions as they are.
func (b *bells) listen(ctx context.Context, s store.Store, c api.Cluster, r *room) {
	cursor, err := s.Watch(api.Scope{Resource: schema.Definitions, Cluster: c}, s.Revision())
	for err == nil {
		b.ring(r)
		if _, _, err = cursor.Next(ctx); errors.Is(err, store.ErrCompacted) { // it slept through too much: from here on, then
			cursor.Stop()
			cursor, err = s.Watch(api.Scope{Resource: schema.Definitions, Cluster: c}, s.Revision())
		}
	}
	if cursor != nil {
		cursor.Stop()
	}
}

func (b *bells) ring(r *room) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for w := range r.waiters {
		w.mu.Lock()
		w.rang = true
		if w.wake != nil {
			w.wake()
		}
		w.mu.Unlock()
	}
}

// until is a context that ends with ctx or when the bell rings; done says that nobody waits with it any more.
func (w *waiter) until(ctx context.Context) (_ context.Context, done func()) {
	ctx, cancel := context.WithCancel(ctx)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.rang {
		w.rang = false
		cancel()
	} else {
		w.wake = cancel
	}
	return ctx, func() {
		w.mu.Lock()
		w.wake = nil
		w.mu.Unlock()
		cancel()
	}
}
