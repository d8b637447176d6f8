package scheduler

import (
	"context"
	"time"
)

// Step does one round of Run without waiting: it takes in what the view has told and decides one batch of every cluster.
// again is when a pod wants to be tried again, more says that there is more to decide now. A simulator calls it instead of
// Run.
func (s *Scheduler) Step(ctx context.Context) (again time.Time, more bool) {
	s.drain()
	again, more = s.step(ctx)
	return again, more || !s.rest()
}
