package sim

import (
	"slices"
	"time"

	"gantry.dev/gantry/internal/reconcile"
)

// Idle is what the controllers do when nothing happens.
type Idle struct {
	// Alarms are the keys that wait for their time at the end.
	Alarms []reconcile.Alarm
	// At is the time at the end.
	At time.Time
	// Planned counts, by controller, the keys that were planned in the second half of the time of rest; Writes what came
	// of that.
	Planned map[string]int
	Writes  int
}

func (i *Idle) planned(s *Sim, d reconcile.Planned) {
	if s.over.IsZero() || s.now.Before(s.over.Add(s.cfg.Scenario.Rest/2)) {
		return
	}
	if i.Planned == nil {
		i.Planned = map[string]int{}
	}
	i.Planned[d.Controller]++
	i.Writes += len(d.Plan.Writes)
}

func (i *Idle) alarms(alarms []reconcile.Alarm, now time.Time) {
	i.Alarms, i.At = slices.Clone(alarms), now
}
