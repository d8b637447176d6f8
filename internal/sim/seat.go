package sim

import (
	"fmt"
	"time"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/app"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/scheduler"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// A story may have several schedulers on one store, of which one is the leader. A deposed one does not hear of it at once: it decides on,
// and what it had under way arrives late. Each has a view of its own, which lags behind as it likes.

// seat is a scheduler that may be the one that decides.
type seat struct {
	number int
	sched  *scheduler.Scheduler
	// view is its own; nil has it use the plane's.
	view *view.Stepper
	snap func() *view.Snapshot
	// again and more are what the scheduler said last.
	again time.Time
	more  bool
	// leads says that it takes itself for the leader, since the revision of term.
	leads bool
	term  api.Revision
}

// terms is the record that changes with each leader; an object of nobody.
var terms = api.Key{Resource: api.Resource{Group: api.Private, Name: "terms"}, Cluster: api.Host, Name: "scheduler"} //nolint:gochecknoglobals // never changed

// mostElections bounds the leaders of a run: work that is interrupted without end does not end.
const mostElections = 40

// sit makes the schedulers of a process. own is what they write through, v the plane's view.
func (s *Sim) sit(p *plane, v *view.View, own Client, how scheduler.Config) {
	how.Client = own
	for i := range max(1, s.cfg.Scenario.Schedulers) {
		st := &seat{number: i, snap: v.Snapshot}
		c := how
		c.View = v
		if i > 0 {
			c.View = view.New(s.cfg.Law, p.memory, app.Stored(s.cfg.Law))
			st.view, st.snap = view.NewStepper(c.View), c.View.Snapshot
		}
		if s.cfg.Scenario.Schedulers > 1 {
			c.Fence = func() []client.Fence { return []client.Fence{{Key: terms, Rev: st.term}} }
		}
		st.sched = scheduler.New(c)
		p.seats = append(p.seats, st)
	}
}

// elect makes a scheduler the leader. The others take themselves for it until they hear of this one.
func (s *Sim) elect(st *seat) {
	if s.cfg.Scenario.Schedulers > 1 {
		res := s.disk.engine.Commit(s.ctx, []store.Txn{{Ops: []store.Op{{Key: terms, Body: fmt.Append(nil, st.number)}}}})
		if err := res[0].Err; err != nil {
			s.fail(fmt.Errorf("electing scheduler %d: %w", st.number, err))
			return
		}
		st.term = res[0].Records[0].Rev
		s.res.Elections++
		s.see()
		s.tell("scheduler %d is the leader from %d on", st.number, st.term)
	}
	st.leads, s.plane.leader = true, st
}

// electStep makes another scheduler the leader, which decides at once if it has seen enough.
func (s *Sim) electStep() {
	next := s.plane.seats[(s.plane.leader.number+1+s.rng.IntN(len(s.plane.seats)-1))%len(s.plane.seats)]
	s.elect(next)
	if next.view == nil {
		s.lookStep()
	} else {
		s.seatLook(next)
	}
	if s.err == nil && !s.plane.memory.dead && next.ready() {
		s.scheduleStep(next)
	}
}

// ready says whether a leader may decide: it knows all that the leaders before it have done.
func (st *seat) ready() bool { return st.leads && st.snap().Rev() >= st.term }

// seatLook has a scheduler's own view take in news.
func (s *Sim) seatLook(st *seat) {
	if _, err := st.view.Step(); err != nil {
		s.fail(err)
	}
	s.tell("scheduler %d sees %d of %d", st.number, st.snap().Rev(), s.disk.engine.Revision())
}

func (s *Sim) scheduleStep(st *seat) {
	s.tell("the scheduler decides")
	if st.number > 0 {
		s.tell("it is number %d", st.number)
	}
	st.again, st.more = st.sched.Step(s.ctx)
}

// hears has a deposed scheduler know.
func (s *Sim) hears(st *seat) {
	st.leads = false
	s.tell("scheduler %d hears that it is not the leader", st.number)
}

// seatOptions are the steps of the schedulers.
func (s *Sim) seatOptions(add func(weight int, who any, do func())) {
	m := &s.mood
	for _, st := range s.plane.seats {
		if st.view != nil && st.snap().Rev() < s.disk.engine.Revision() {
			add(m.view, st.view, func() { s.seatLook(st) })
		}
		switch {
		case !st.leads:
			continue
		case st != s.plane.leader:
			add(1, st, func() { s.hears(st) })
		}
		if !st.ready() {
			continue
		}
		if !st.sched.Idle() || st.more || !st.again.IsZero() && !st.again.After(s.now) {
			add(m.schedule, st.sched, func() { s.scheduleStep(st) })
		}
	}
}
