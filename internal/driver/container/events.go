package container

import (
	"context"
	"sync"
)

// subscriber is one receiver of events: a queue without a bound of its own, but each container ends once, and what is
// said again replaces nothing.
type subscriber struct {
	mu    sync.Mutex
	queue []Status
	wake  chan struct{} // holds one token while the queue is not empty
}

func newSubscriber() *subscriber { return &subscriber{wake: make(chan struct{}, 1)} }

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

// publish passes the end of a container to everybody who listens or waits.
func (n *Native) publish(st Status) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for s := range n.subs {
		s.push(st)
	}
	for _, ch := range n.waiters[st.ID] {
		ch <- st // each has room for one
	}
	delete(n.waiters, st.ID)
}

// Events implements Runtime.
func (n *Native) Events(ctx context.Context) <-chan Status {
	s := newSubscriber()
	n.mu.Lock()
	n.subs[s] = struct{}{}
	n.mu.Unlock()
	out := make(chan Status)
	go func() {
		defer close(out)
		defer func() {
			n.mu.Lock()
			delete(n.subs, s)
			n.mu.Unlock()
		}()
		// What ended before comes from a list; a supervisor that does not answer now says it when it comes back.
		past, err := n.List(ctx)
		if err != nil {
			n.log.Warn("events start without the past", "err", err)
		}
		for _, st := range past {
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

// Wait implements Runtime.
func (n *Native) Wait(ctx context.Context, id string) (Status, error) {
	ch := make(chan Status, 1)
	n.mu.Lock()
	n.waiters[id] = append(n.waiters[id], ch)
	n.mu.Unlock()
	defer n.forget(id, ch)
	st, err := n.Status(ctx, id) // after the registration, so that no end falls between
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

func (n *Native) forget(id string, ch chan Status) {
	n.mu.Lock()
	defer n.mu.Unlock()
	left := n.waiters[id][:0]
	for _, c := range n.waiters[id] {
		if c != ch {
			left = append(left, c)
		}
	}
	if n.waiters[id] = left; len(left) == 0 {
		delete(n.waiters, id)
	}
}
