package container

import (
	"context"
	"slices"
	"sync"
)

// broadcast tells everybody who listens or waits how containers end. Its zero value is ready.
type broadcast struct {
	mu      sync.Mutex
	subs    map[*subscriber]struct{}
	waiters map[string][]chan Status
}

// subscriber is one receiver of events: a queue without a bound of its own, but each container ends once, and a
// repeat of all comes only with a new supervisor.
type subscriber struct {
	mu    sync.Mutex
	queue []Status
	wake  chan struct{} // holds one token while the queue is not empty
}

func (s *subscriber) push(st Status) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue = append(s.queue, st)
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *subscriber) take() []Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queue
	s.queue = nil
	return q
}

// publish passes on the end of a container.
func (b *broadcast) publish(st Status) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for s := range b.subs {
		s.push(st)
	}
	for _, ch := range b.waiters[st.ID] {
		ch <- st // each has room for one
	}
	delete(b.waiters, st.ID)
}

// subscribe delivers events until ctx ends, first those of list, which is called after the registration, so that none
// falls between.
func (b *broadcast) subscribe(ctx context.Context, list func() []Status) <-chan Status {
	s := &subscriber{wake: make(chan struct{}, 1)}
	b.mu.Lock()
	if b.subs == nil {
		b.subs = map[*subscriber]struct{}{}
	}
	b.subs[s] = struct{}{}
	b.mu.Unlock()
	out := make(chan Status)
	go func() {
		defer close(out)
		defer func() {
			b.mu.Lock()
			delete(b.subs, s)
			b.mu.Unlock()
		}()
		for _, st := range list() {
			if st.State == Exited {
				s.push(st)
			}
		}
		for {
			for _, st := range s.take() {
				select {
				case out <- st:
				case <-ctx.Done():
					return
				}
			}
			select {
			case <-s.wake:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// wait returns the final status of a container. status is asked after the registration.
func (b *broadcast) wait(ctx context.Context, id string, status func() (Status, error)) (Status, error) {
	ch := make(chan Status, 1)
	b.mu.Lock()
	if b.waiters == nil {
		b.waiters = map[string][]chan Status{}
	}
	b.waiters[id] = append(b.waiters[id], ch)
	b.mu.Unlock()
	defer b.forget(id, ch)
	st, err := status()
	if err != nil || st.State == Exited {
		return st, err
	}
	select {
	case st := <-ch:
		return st, nil
	case <-ctx.Done():
		return Status{}, ctx.Err()
	}
}

func (b *broadcast) forget(id string, ch chan Status) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waiters[id] = slices.DeleteFunc(b.waiters[id], func(c chan Status) bool { return c == ch })
	if len(b.waiters[id]) == 0 {
		delete(b.waiters, id)
	}
}

// Events implements Runtime.
func (n *Native) Events(ctx context.Context) <-chan Status {
	return n.ends.subscribe(ctx, func() []Status {
		// A supervisor that does not answer now says everything when it comes back.
		past, err := n.List(ctx)
		if err != nil && ctx.Err() == nil {
			n.log.Warn("events start without the past", "err", err)
		}
		return past
	})
}

// Wait implements Runtime.
func (n *Native) Wait(ctx context.Context, id string) (Status, error) {
	return n.ends.wait(ctx, id, func() (Status, error) { return n.Status(ctx, id) })
}
