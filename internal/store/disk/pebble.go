package disk

import (
	"fmt"
	"sync"

	"github.com/cockroachdb/pebble/v2"
)

// openPebble opens the database with a small footprint: it is written and, except by Open, never read.
func (s *Store) openPebble(exists bool) (*pebble.DB, error) {
	log := &logger{s: s, stuck: make(chan struct{})}
	o := &pebble.Options{
		FS:                    s.fs,
		Lock:                  s.lock,
		Logger:                log,
		FormatMajorVersion:    pebble.FormatNewest,
		MemTableSize:          memTableSize,
		CacheSize:             cacheSize,
		MaxOpenFiles:          maxOpenFiles,
		L0CompactionThreshold: l0Compaction,
		L0StopWritesThreshold: l0StopWrites,
		// Else a directory whose manifest is gone would be taken for a new one, and swept.
		ErrorIfNotExists: exists,
		EventListener: &pebble.EventListener{DataCorruption: func(i pebble.DataCorruptionInfo) {
			// Found by a compaction. The memory is whole, but the next start would fail: better to stop while a backup
			// is young.
			s.fail(fmt.Errorf("%w: %s: %s", errDamaged, i.Path, oneLine(i.Details.Error())))
		}},
	}
	type opened struct {
		db  *pebble.DB
		err error
	}
	// A goroutine of its own, because what is fatal to Pebble does not return, see logger.
	done := make(chan opened, 1)
	go func() {
		var res opened
		defer func() {
			if p := recover(); p != nil {
				res.err = fmt.Errorf("%w: %v", errDamaged, p)
			}
			done <- res
		}()
		res.db, res.err = pebble.Open(s.dir, o)
	}()
	select {
	case res := <-done:
		return res.db, res.err
	case <-log.stuck:
		return nil, s.Err()
	}
}

// logger receives what Pebble says. Its messages are of no use to anyone but Pebble's makers; its fatal errors are
// ours.
type logger struct {
	s *Store
	// stuck closes when a goroutine of Pebble has stopped for good.
	stuck chan struct{}
	once  sync.Once
}

func (*logger) Infof(string, ...any)  {}
func (*logger) Errorf(string, ...any) {}

// Fatalf is called where Pebble cannot go on, for example after a failed write to the WAL or the manifest. It expects
// the process to end there; a goroutine that went on could delete a log whose contents are not yet elsewhere. So the
// goroutine stays here until the process really ends.
func (l *logger) Fatalf(format string, args ...any) {
	l.s.fail(fmt.Errorf(format, args...))
	l.once.Do(func() { close(l.stuck) })
	select {}
}
