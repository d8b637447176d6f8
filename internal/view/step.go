package view

import (
	"context"
	"errors"

	"gantry.dev/gantry/internal/store"
)

// Stepper does what Run does, a step at a time and without waiting, for a simulator that decides how far a view lags
// behind the store. A view is either run or stepped.
type Stepper struct {
	view    *View
	watcher store.Watcher
	over    context.Context // has ended: nothing waits
}

// NewStepper makes the stepper of a view.
func NewStepper(v *View) *Stepper {
	over, end := context.WithCancel(context.Background())
	end()
	return &Stepper{view: v, over: over}
}

// Step reads the state if the view has none or has lost its place, else it takes in the events that the watcher gives. It
// reports whether the view has moved.
func (s *Stepper) Step() (moved bool, err error) {
	if s.watcher == nil {
		w, err := s.view.open()
		if errors.Is(err, store.ErrCompacted) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		s.watcher = w
		return true, nil
	}
	err = s.view.follow(s.over, s.watcher)
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, context.Canceled): // nothing is due
		return false, nil
	case errors.Is(err, store.ErrCompacted):
		s.Stop()
		return true, nil
	default:
		return false, err
	}
}

// Stop gives the place in the store's history up.
func (s *Stepper) Stop() {
	if s.watcher != nil {
		s.watcher.Stop()
		s.watcher = nil
	}
}
