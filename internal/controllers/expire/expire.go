// Package expire deletes Events that nobody has repeated for an hour.
//
// It reads and deletes Events. The time is counted from what the event says of itself, so a restart changes nothing.
package expire

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// DefaultTTL is upstream's.
const DefaultTTL = time.Hour

// New is the row of this controller.
func New(ttl time.Duration) reconcile.Controller {
	return reconcile.Controller{
		Name: "event-ttl-controller",
		Plan: func(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
			return decide(s, key, now, ttl), nil
		},
		Watches: map[api.Resource]reconcile.Trigger{plan.Events: func(_ *view.Snapshot, ev store.Event) []api.Key {
			if ev.Type == store.Delete {
				return nil
			}
			return []api.Key{ev.Record.Key}
		}},
		Writes: []string{"events:metadata.deletionTimestamp"},
	}
}

func decide(s *view.Snapshot, key api.Key, now time.Time, ttl time.Duration) (p reconcile.Plan) {
	e, ok := view.Get[corev1.Event](s, key)
	if !ok {
		return p
	}
	if at := last(e).Add(ttl); now.Before(at) {
		p.Again = at
		return p
	}
	// Unchanged: an event that was repeated a moment ago lives on.
	p.Writes = append(p.Writes, plan.DeleteUnchanged(key, e, "expired"))
	return p
}

// last is when the event was last seen.
func last(e *corev1.Event) time.Time {
	t := e.CreationTimestamp.Time
	later := func(o time.Time) {
		if o.After(t) {
			t = o
		}
	}
	later(e.FirstTimestamp.Time)
	later(e.LastTimestamp.Time)
	later(e.EventTime.Time)
	if e.Series != nil {
		later(e.Series.LastObservedTime.Time)
	}
	return t
}
