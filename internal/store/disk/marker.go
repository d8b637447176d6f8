package disk

import "time"

// markEvery bounds how much of the log's end could be damaged unnoticed: less than what was committed in this time. It
// costs two small syncs while there are writes, and nothing while there are none.
const markEvery = time.Second

// keepMark moves the mark after the commits. What is damaged between two marks looks to Pebble like a torn last record,
// which a crash leaves; what is damaged before the mark is refused by Open.
func (s *Store) keepMark() {
	defer s.pipeline.Done()
	for {
		select {
		case <-s.ended:
			return
		case <-s.moved:
		}
		pause := time.NewTimer(markEvery)
		select {
		case <-s.ended:
			pause.Stop()
			return
		case <-pause.C:
		}
		_ = writeMark(s.fs, s.dir, s.Revision()) // an older mark only proves less
	}
}

// moving tells keepMark that the revision has changed.
func (s *Store) moving() {
	select {
	case s.moved <- struct{}{}:
	default: // it knows already
	}
}
