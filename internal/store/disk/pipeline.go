package disk

import "github.com/cockroachdb/pebble/v2"

// assemble is the first half of the pipeline: it gathers requests into a batch for as long as the syncer is busy with
// the one before. So batches are as large as the disk is slow, and a lone writer does not wait for company.
func (s *Store) assemble(a *assembler) {
	defer s.pipeline.Done()
	defer close(s.sealed)
	for {
		select {
		case r := <-s.queue:
			s.gather(a, r)
		case <-s.ended:
		}
		// Everything that waits already belongs into this batch.
		for more := true; more && a.roomy(); {
			select {
			case r := <-s.queue:
				s.gather(a, r)
			default:
				more = false
			}
		}
		if !s.hand(a) {
			return
		}
	}
}

// hand waits for the syncer to become idle and gives it the batch; until then the batch grows. It reports false when
// the store has ended and nothing is left to do.
func (s *Store) hand(a *assembler) bool {
	for a.batch != nil {
		queue := s.queue
		if !a.roomy() {
			queue = nil
		}
		select {
		case <-s.idle:
			s.sealed <- a.seal()
		case r := <-queue:
			s.gather(a, r)
		case <-s.failed:
			return false
		}
	}
	select {
	case <-s.ended:
		return false
	default:
		return true
	}
}

func (s *Store) gather(a *assembler, r *request) {
	if !r.take() {
		return // its caller has left
	}
	if a.batch == nil {
		a.begin(r.bytes)
		a.batch.full, a.batch.brimful = s.space.check(r.bytes)
	}
	a.add(r)
}

func (a *assembler) roomy() bool { return a.batch == nil || a.batch.roomy() }

// sync is the second half: batch by batch it makes durable, publishes, wakes watchers and releases the writers.
func (s *Store) sync() {
	defer s.pipeline.Done()
	for b := range s.sealed {
		if b.root != nil {
			if err := s.db.Apply(b.log, pebble.Sync); err != nil {
				s.fail(err)
			}
			// Pebble reports most failures to its logger instead, which also calls fail.
			if s.Err() != nil {
				return
			}
			s.root.Store(b.root)
			s.bells.ring(b)
			s.moving()
		}
		s.idle <- struct{}{}
		for _, r := range b.requests {
			close(r.done)
		}
		_ = b.log.Close() // gives the buffer back; it has nothing to fail with
	}
}
