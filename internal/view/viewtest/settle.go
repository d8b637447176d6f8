package viewtest

import (
	"fmt"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/reconcile"
)

// passes bounds Settle: a set of controllers that has not come to rest by then never will.
const passes = 500

// Settle runs controllers on what has changed until nothing is left to do. Timers that are not due stay pending: the
// earliest is returned. Told collects the events that were recorded.
func (w *World) Settle(ctls ...reconcile.Controller) (told []string, again time.Time) {
	w.T.Helper()
	for range passes {
		if w.crashed {
			w.restart()
		}
		if len(w.Events) == 0 {
			return told, again
		}
		events := w.Events
		w.Events = nil
		s := w.Snapshot()
		for _, ctl := range ctls {
			var due []api.Key
			for _, ev := range events {
				trigger := ctl.Watches[ev.Record.Key.Resource]
				if trigger == nil {
					continue
				}
				due = append(due, trigger(s, ev)...)
				if ctl.Tells != nil {
					for _, e := range ctl.Tells(s, ev) {
						told = append(told, EventText(e))
					}
				}
			}
			slices.SortFunc(due, api.Key.Compare)
			for _, key := range slices.Compact(due) {
				t, a := w.Plan(ctl, key)
				told = append(told, t...)
				if !a.IsZero() && (again.IsZero() || a.Before(again)) {
					again = a
				}
			}
		}
	}
	w.T.Fatalf("controllers do not come to rest after %d passes", passes)
	return nil, again
}

// Plan plans one key on the world as it is and carries the plan out.
func (w *World) Plan(ctl reconcile.Controller, key api.Key) (told []string, again time.Time) {
	w.T.Helper()
	p, err := ctl.Plan(w.Snapshot(), key, w.Now)
	if err != nil {
		w.T.Fatalf("%s: planning %s: %v", ctl.Name, key, err)
	}
	errs := w.Apply(p.Writes...)
	for i, err := range errs {
		if err != nil {
			w.T.Logf("%s: %s: %s: %v", ctl.Name, key, p.Writes[i].Why, err)
		}
	}
	for _, e := range p.Events {
		if e.Of > 0 && errs[e.Of-1] != nil {
			continue
		}
		told = append(told, EventText(e))
	}
	return told, p.Again
}

// EventText is an event as one line.
func EventText(e reconcile.Event) string {
	typ := "Normal"
	if e.Warning {
		typ = "Warning"
	}
	return fmt.Sprintf("%s %s %s: %s", e.Object.(metav1.Object).GetName(), typ, e.Reason, e.Message)
}

// WriteText is a write as one line, for goldens.
func WriteText(w client.Write) string {
	verb := [...]string{"", "create", "update", "patch", "delete", "bind", "evict"}[w.Verb]
	s := verb + " " + w.Key.Resource.String()
	if w.Subresource != "" {
		s += "/" + w.Subresource
	}
	s += " " + w.Key.Name
	if w.Node != "" {
		s += " to " + w.Node
	}
	return s
}
