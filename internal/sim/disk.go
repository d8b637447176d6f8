package sim

import (
	"bytes"
	"context"
	"fmt"

	"github.com/cockroachdb/pebble/v2/vfs"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
	engine "gantry.dev/gantry/internal/store/disk"
)

// disk is what survives: the file system with the real engine on it.
type disk struct {
	sim *Sim
	fs  *vfs.MemFS
	// engine and eye are of the process that runs now; eye sees everything that is committed, at once.
	engine *engine.Store
	eye    store.Watcher
	// before is the file system before the last commit, kept only for a bug.
	before *vfs.MemFS
	// over is a context that has ended: nothing waits.
	over context.Context
}

func newDisk(s *Sim) *disk {
	over, end := context.WithCancel(context.Background())
	end()
	return &disk{sim: s, fs: vfs.NewCrashableMem(), over: over}
}

// open opens the engine, and checks that everything is there that has ever been committed.
func (d *disk) open() (err error) {
	if d.engine, err = engine.Open("db", engine.Options{FS: d.fs}); err != nil {
		return fmt.Errorf("opening the store: %w", err)
	}
	w := d.sim.world
	if d.engine.Revision() < w.rev {
		return fmt.Errorf("never: the store came back at revision %d, %d was acknowledged", d.engine.Revision(), w.rev)
	}
	for _, rec := range w.all() {
		back := d.engine.Get(rec.Key)
		if back == nil || back.Rev != rec.Rev || !bytes.Equal(back.Body, rec.Body) {
			return fmt.Errorf("never: an acknowledged write is lost: %s at revision %d", rec.Key, rec.Rev)
		}
	}
	for _, r := range w.resources {
		page, err := d.engine.Range(store.Range{Scope: api.Scope{Resource: r}})
		if err != nil {
			return err
		}
		for _, rec := range page.Records {
			if w.records[rec.Key] == nil {
				return fmt.Errorf("never: what was deleted is back: %s at revision %d", rec.Key, rec.Rev)
			}
		}
	}
	d.eye, err = d.engine.Watch(api.Scope{}, d.engine.Revision())
	return err
}

// look takes in what has been committed since the last look.
func (d *disk) look() error {
	for {
		events, _, err := d.eye.Next(d.over)
		if len(events) == 0 || err != nil {
			return d.sim.world.judgeStory() // nothing more is due
		}
		for i := range events {
			if err := d.sim.world.take(&events[i]); err != nil {
				return err
			}
		}
	}
}

// cut is the end of the power: what was not synced is gone.
func (d *disk) cut() {
	fs := d.fs.CrashClone(vfs.CrashCloneCfg{})
	if d.before != nil {
		fs = d.before
	}
	d.close()
	d.fs = fs
}

func (d *disk) close() {
	if d.engine != nil {
		_ = d.engine.Close() // the old disk is nobody's business any more
		d.engine = nil
	}
}

// Memory is the store as one process sees it: the engine, disturbed.
type Memory struct {
	*engine.Store
	sim *Sim
	// dead says that the process has ended within a commit.
	dead bool
}

// Commit implements store.Store.
func (m *Memory) Commit(ctx context.Context, txns []store.Txn) []store.Result {
	s := m.sim
	if m.dead {
		return refuse(len(txns))
	}
	if bug := s.cfg.Bugs.Txn; bug != nil {
		for i := range txns {
			bug(&txns[i])
		}
	}
	if s.cfg.Bugs.LoseAck {
		s.disk.before = s.disk.fs.CrashClone(vfs.CrashCloneCfg{})
	}
	s.res.Commits++
	if s.faulty && !s.nested && s.chance(s.mood.overtaken) && !s.world.quotas() {
		if s.within(); m.dead {
			return refuse(len(txns))
		}
	}
	if s.faulty && s.chance(s.mood.dieInCommit) {
		n := s.rng.IntN(len(txns) + 1)
		s.tell("  the process dies in a commit, after %d of %d transactions", n, len(txns))
		s.res.Faults++
		m.dead = true
		if n > 0 {
			m.Store.Commit(ctx, txns[:n])
		}
		s.see()
		return refuse(len(txns))
	}
	res := m.Store.Commit(ctx, txns)
	s.see()
	return res
}

// see has the world look at what was committed.
func (s *Sim) see() {
	if err := s.disk.look(); err != nil {
		s.fail(err)
	}
}

func refuse(n int) []store.Result {
	out := make([]store.Result, n)
	for i := range out {
		out[i].Err = store.ErrClosed
	}
	return out
}

// Watch implements store.Store: news of everything comes as the simulator wills.
func (m *Memory) Watch(scope api.Scope, from api.Revision) (store.Watcher, error) {
	w, err := m.Store.Watch(scope, from)
	if err != nil || scope != (api.Scope{}) {
		return w, err
	}
	return &lagging{Watcher: w, sim: m.sim, upTo: from}, nil
}

// lagging is a watcher that brings a part of the news, or the same once more, or has lost its place.
type lagging struct {
	store.Watcher
	sim    *Sim
	due    []store.Event // taken from the watcher, but not told
	before []store.Event // told last
	upTo   api.Revision
}

// Next implements store.Watcher. It never waits.
func (l *lagging) Next(context.Context) ([]store.Event, api.Revision, error) {
	s := l.sim
	events, _, err := l.Watcher.Next(s.disk.over)
	if err != nil && len(events) == 0 && s.disk.over.Err() == nil {
		return nil, l.upTo, err
	}
	for _, ev := range events {
		if bug := s.cfg.Bugs.DropNews; bug == 0 || !s.chance(bug) {
			l.due = append(l.due, ev)
		}
	}
	if s.faulty && len(l.before) > 0 && s.chance(s.mood.twice) {
		s.tell("  news comes twice")
		s.res.Faults++
		return l.before, l.upTo, nil
	}
	if s.faulty && s.chance(s.mood.gap) {
		s.tell("  a gap in the news")
		s.res.Faults++
		return nil, l.upTo, store.ErrCompacted
	}
	if len(l.due) == 0 {
		return nil, l.upTo, context.Canceled
	}
	n := len(l.due)
	if s.faulty {
		n = min(n, 1+s.rng.IntN(s.mood.news))
	}
	l.before = l.due[:n:n]
	l.due = l.due[n:]
	l.upTo = l.before[n-1].Record.Rev
	return l.before, l.upTo, nil
}
