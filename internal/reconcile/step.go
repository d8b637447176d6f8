package reconcile

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/view"
)

// Stepper does a Runner's work a step at a time, in the caller's goroutine and without waiting, for a simulator that decides
// in which order things happen. A runner is either run or stepped.
type Stepper struct {
	r       *Runner
	landing []*Pass // carried out, but not yet shown by the view
}

// Pass is a batch of keys that was planned on one snapshot. Until it has landed, none of its keys is planned again.
type Pass struct {
	// Planned tells what was decided, key by key, for traces.
	Planned []Planned

	batch *batch
	snap  *view.Snapshot
	now   time.Time
	wrote api.Revision
}

// Planned is the plan of one key.
type Planned struct {
	Controller string
	Key        api.Key
	Plan       Plan
}

// Alarm is a key that wants to be planned at a time.
type Alarm struct {
	Controller string
	Key        api.Key
	At         time.Time
}

// NewStepper makes the stepper of a runner.
func NewStepper(r *Runner) *Stepper { return &Stepper{r: r} }

// Sort maps the events that the view has told to keys. It reports whether there were any.
func (s *Stepper) Sort() bool {
	s.r.mu.Lock()
	none := len(s.r.inbox) == 0
	s.r.mu.Unlock()
	if none {
		return false
	}
	s.r.sort(context.Background()) // which only queues: nothing in it waits
	return true
}

// Fire makes the keys due whose time has come, and returns when the next will be: never, if it is zero.
func (s *Stepper) Fire() (next time.Time) {
	now := s.r.clock()
	d := s.r.timers.fire(now)
	if d < 0 {
		return time.Time{}
	}
	return now.Add(d)
}

// Plan plans up to n keys that are due on the newest snapshot. It returns nil if none is.
func (s *Stepper) Plan(n int) *Pass {
	items := s.r.queue.poll(n)
	if items == nil {
		return nil
	}
	p := &Pass{snap: s.r.view.Snapshot(), now: s.r.clock()}
	var slow map[api.Cluster]*batch
	p.batch, slow = s.r.decide(p.snap, p.now, items)
	for _, b := range slow { // a stepper waits for nobody: what calls webhooks is carried out with the rest
		for _, sp := range b.spans {
			p.batch.add(sp.it, sp.plan)
		}
	}
	for _, sp := range p.batch.spans {
		p.Planned = append(p.Planned, Planned{s.r.ctls[sp.it.ctl].Name, sp.it.key, sp.plan})
	}
	return p
}

// Carry carries out the writes of a pass.
func (s *Stepper) Carry(ctx context.Context, p *Pass) {
	p.wrote = s.r.commit(ctx, p.snap, p.now, p.batch)
	s.landing = append(s.landing, p)
}

// Land lets the keys of passes be planned again whose writes the view shows by now. It reports whether there were any.
func (s *Stepper) Land() bool {
	rev := s.r.view.Snapshot().Rev()
	before := len(s.landing)
	s.landing = slices.DeleteFunc(s.landing, func(p *Pass) bool {
		if p.wrote > rev {
			return false
		}
		s.r.queue.done(p.batch.items)
		return true
	})
	return len(s.landing) < before
}

// LandAll lets the keys of all passes be planned again, whatever the view shows: with it, a simulator shows what happens
// when plans miss their own writes.
func (s *Stepper) LandAll() {
	for _, p := range s.landing {
		s.r.queue.done(p.batch.items)
	}
	s.landing = nil
}

// Due counts the keys that can be planned now.
func (s *Stepper) Due() int {
	s.r.queue.mu.Lock()
	defer s.r.queue.mu.Unlock()
	return s.r.queue.waiting
}

// Writes are the writes of a pass, in the order in which they are carried out.
func (p *Pass) Writes() []client.Write { return p.batch.writes }

// Alarms lists the keys that wait for their time, the next first.
func (s *Stepper) Alarms() (out []Alarm) {
	t := s.r.timers
	t.mu.Lock()
	defer t.mu.Unlock()
	for it, at := range t.at {
		out = append(out, Alarm{s.r.ctls[it.ctl].Name, it.key, at})
	}
	slices.SortFunc(out, func(a, b Alarm) int {
		return cmp.Or(a.At.Compare(b.At), a.Key.Compare(b.Key), cmp.Compare(a.Controller, b.Controller))
	})
	return out
}
