package app

import (
	"context"
	"fmt"
	"time"
)

// historyKept is how long the past can be read and watches resumed at least, upstream's five minutes. It is also the
// interval of compaction, so that nothing older than twice that is kept.
const historyKept = 5 * time.Minute

// upkeep forgets history that nobody may ask for any more, and ends the process when the disk has failed: what was
// acknowledged is safe, and only a new start can say what else is.
func (s *Server) upkeep(ctx context.Context) error {
	tick := time.NewTicker(historyKept)
	defer tick.Stop()
	noted := s.store.Revision()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.store.Failed():
			return fmt.Errorf("%w; look after the disk, then start again: what was acknowledged is kept", s.store.Err())
		case <-tick.C:
			// A full disk is no reason to end; what cannot be forgotten now is forgotten next time.
			if err := s.store.Compact(noted); err != nil {
				s.log.Warn("history is not forgotten", "revision", noted, "err", err)
				continue
			}
			noted = s.store.Revision()
		}
	}
}
