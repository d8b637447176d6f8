package container

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// rose notes that the supervisor answers.
func (s *supervisor) rose() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.why = nil
	if !s.isUp() {
		close(s.up)
	}
}

// fell notes that the supervisor has gone, or could not be had.
func (s *supervisor) fell(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.why = why
	if s.isUp() {
		s.up, s.since = make(chan struct{}), time.Now()
	}
}

// lost notes that the supervisor that was up has gone. By now the keeper may have another one, which is left alone: nobody would say
// of it again that it is up.
func (s *supervisor) lost(up chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.up == up {
		s.up, s.since = make(chan struct{}), time.Now()
	}
}

// isUp says whether it answers. s.mu is held.
func (s *supervisor) isUp() bool {
	select {
	case <-s.up:
		return true
	default:
		return false
	}
}

// givenUp says whether it has been away for so long that nobody waits for it any more.
func (s *supervisor) givenUp() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.isUp() && time.Since(s.since) > s.n.opts.UpWait
}

// waitUp waits until the supervisor answers, and returns what is closed while this one does. One that has been away for too long is
// waited for no more: whoever calls has others to look after.
func (s *supervisor) waitUp(ctx context.Context) (up chan struct{}, err error) {
	s.mu.Lock()
	up = s.up
	timer := time.NewTimer(s.n.opts.UpWait - time.Since(s.since))
	s.mu.Unlock()
	defer timer.Stop()
	select {
	case <-up:
		return up, nil
	default:
	}
	select {
	case <-up:
		return up, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, ctx.Err())
	case <-s.n.ctx.Done():
		return nil, fmt.Errorf("%w: the runtime is closed", ErrUnavailable)
	case <-timer.C:
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	why := s.why
	if why == nil {
		why = errors.New("it is being started")
	}
	return nil, fmt.Errorf("%w for more than %v: %w", ErrUnavailable, s.n.opts.UpWait, why)
}
