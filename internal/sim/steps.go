package sim

import (
	"fmt"
	"slices"
	"time"

	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
)

// option is a step that can be taken now.
type option struct {
	weight int
	// who takes it: nobody takes a step within his own.
	who any
	do  func()
}

// loop takes steps until the story is over and the cluster at rest.
func (s *Sim) loop() {
	for s.err == nil {
		if s.res.Steps++; s.res.Steps > maxSteps {
			s.fail(fmt.Errorf("finally: no rest after %d steps", maxSteps))
			return
		}
		if s.faulty && s.res.Faults > enough {
			s.tell("enough faults")
			s.faulty = false
		}
		if s.plane.memory.dead {
			s.tell("a new process begins")
			s.die()
			continue
		}
		if s.faulty && s.chance(s.mood.die) {
			s.tell("the process dies")
			s.res.Faults++
			s.die()
			continue
		}
		next := s.plane.runner.Fire()
		opts := s.options()
		if len(opts) == 0 {
			if s.rest(next) {
				return
			}
			continue
		}
		s.choose(opts)
	}
}

// enough bounds the faults of a run: a story that is interrupted without end does not end.
const enough = 400

// choose draws a step by its weight.
func (s *Sim) choose(opts []option) {
	sum := 0
	for _, o := range opts {
		sum += o.weight
	}
	n := s.rng.IntN(sum)
	for _, o := range opts {
		if n -= o.weight; n < 0 {
			before := s.who
			s.who = o.who
			o.do()
			s.who = before
			return
		}
	}
}

// mostWithin bounds the steps that others take within one commit.
const mostWithin = 3

// within has others take steps while somebody is about to commit what he has prepared on what was before.
func (s *Sim) within() {
	by := s.who
	s.nested = true
	defer func() { s.nested = false }()
	for range 1 + s.rng.IntN(mostWithin) {
		opts := slices.DeleteFunc(s.options(), func(o option) bool { return o.who == by })
		if len(opts) == 0 || s.err != nil || s.plane.memory.dead {
			return
		}
		s.tell("  meanwhile")
		s.choose(opts)
	}
}

// options lists what can happen now without time passing, in an order of its own: chance must not come from elsewhere.
func (s *Sim) options() (opts []option) {
	p, m := s.plane, &s.mood
	add := func(weight int, who any, do func()) { opts = append(opts, option{max(1, weight), who, do}) }
	if s.behind() {
		add(m.view, p.view, s.lookStep)
	}
	if p.news {
		add(m.sort, p.runner, s.sortStep)
	}
	if len(p.flight) < m.passes && p.runner.Due() > 0 {
		add(m.plan, p.runner, s.planStep)
	}
	for _, pass := range p.flight {
		add(m.carry, pass, func() { s.carryStep(pass) })
	}
	s.seatOptions(add)
	for _, a := range s.agents {
		if do := a.ready(); do != nil {
			add(m.agent, a, do)
		}
	}
	if s.script.ready() {
		add(m.user, s.script, s.script.step)
	}
	if len(opts) > 0 && s.faulty && m.tick > 0 && s.mayTick() {
		add(m.tick, s, s.tickStep)
	}
	if len(opts) > 0 && s.faulty && len(p.seats) > 1 && s.res.Elections < mostElections {
		add(m.elect, &terms, s.electStep)
	}
	return opts
}

// behind tells whether there is news for the view.
func (s *Sim) behind() bool { return s.plane.snap().Rev() < s.disk.engine.Revision() }

func (s *Sim) lookStep() {
	moved, err := s.plane.view.Step()
	if err != nil {
		s.fail(err)
		return
	}
	s.tell("view is at %d of %d", s.plane.snap().Rev(), s.disk.engine.Revision())
	s.plane.news = s.plane.news || moved
	s.plane.runner.Land()
}

func (s *Sim) sortStep() {
	s.plane.news = false
	s.plane.runner.Sort()
	s.tell("sorted, %d keys are due", s.plane.runner.Due())
}

func (s *Sim) planStep() {
	pass := s.plane.runner.Plan(1 + s.rng.IntN(s.mood.keys))
	if pass == nil {
		return
	}
	for _, d := range pass.Planned {
		s.tell("%s plans %s: %d writes", d.Controller, d.Key, len(d.Plan.Writes))
		s.res.Idle.planned(s, d)
	}
	s.plane.flight = append(s.plane.flight, pass)
}

func (s *Sim) carryStep(pass *reconcile.Pass) {
	p := s.plane
	p.flight = slices.DeleteFunc(slices.Clone(p.flight), func(o *reconcile.Pass) bool { return o == pass })
	s.tell("carry out %d writes", len(pass.Writes()))
	p.runner.Carry(s.ctx, pass)
	if s.cfg.Bugs.LandEarly {
		p.runner.LandAll()
	} else {
		p.runner.Land()
	}
}

// mayTick says whether time may pass although there is something to do: not while a node owes a sign of life, or it would
// be lost for the simulator's sake.
func (s *Sim) mayTick() bool {
	for _, a := range s.agents {
		if a.owes(s.now.Add(time.Second)) {
			return false
		}
	}
	return true
}

func (s *Sim) tickStep() { s.pass(time.Duration(1+s.rng.IntN(1000)) * time.Millisecond) }

func (s *Sim) pass(d time.Duration) { s.now = s.now.Add(d) }

// rest lets time pass to the next thing that has a time. It reports whether the run is over.
func (s *Sim) rest(next time.Time) bool {
	for _, st := range s.plane.seats {
		if st.leads {
			next = plan.Sooner(next, st.again)
		}
	}
	for _, a := range s.agents {
		next = plan.Sooner(next, a.next())
	}
	next = plan.Sooner(next, s.script.next())
	switch {
	case s.script.done() && s.over.IsZero():
		s.over, s.faulty = s.now, false
		s.mood = calm
		s.tell("the script is over, the faults end")
		return false
	case !s.over.IsZero() && (next.IsZero() || next.After(s.over.Add(s.cfg.Scenario.Rest))):
		s.res.Idle.alarms(s.plane.runner.Alarms(), s.now)
		return true
	case next.IsZero():
		s.fail(fmt.Errorf("finally: nothing is left to do, and the script is not over: %s", s.script.where()))
		return true
	}
	s.now = next
	s.tell("time passes")
	return false
}
