// Package reconcile turns pure decisions into durable writes. A controller is a function from a snapshot and a key to a
// Plan; the Runner does everything else once for all of them: a queue that is fair between clusters, reading one's own
// writes, batching, back-off, refused writes made visible, timers.
package reconcile

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/runtime"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// Plan is what a controller wants done for one key. It is a value: it can be printed, compared, replayed.
type Plan struct {
	// Writes are carried out in order, as one batch; each is atomic, a refused one does not stop the others.
	Writes []client.Write
	// Events are recorded on their objects (deduplicated as upstream's recorder does).
	Events []Event
	// Counts are for the controller's metrics.
	Counts []Count
	// Again asks to be planned again at this time, even if nothing changes. Zero means only on change.
	Again time.Time
	// Note is one line for `gantry explain`: why this and not more.
	Note string
}

// Event is a Kubernetes event about an object.
type Event struct {
	Object  runtime.Object // the typed object that it is about
	Warning bool
	Reason  string
	Message string
	// Of, if not 0, ties the event to Writes[Of-1]: it is recorded only if that write succeeded.
	Of int
}

// Controller is one row in the table of controllers: a pure plan and the changes that make it stale.
type Controller struct {
	// Name is the controller's name in metrics, in events (source component) and as field manager.
	Name string
	// Plan decides for one key. It must be pure: all that it knows is in its arguments. An error means "cannot decide"
	// and is retried with back-off; it is not for refusals that a user should see.
	Plan func(s *view.Snapshot, key api.Key, now time.Time) (Plan, error)
	// Refused, if not nil, decides what to show when the API refused writes of a plan (quota, admission, validation):
	// usually a condition and an event on the owner. It is as pure as Plan; the key is planned again with back-off.
	Refused func(s *view.Snapshot, key api.Key, now time.Time, refusals []Refusal) (Plan, error)
	// Watches name, per followed resource, the keys that an event makes stale (of the controller's own resource).
	// view.Custom stands for those of all custom kinds.
	Watches map[api.Resource]Trigger
	// Writes declares the fields that this controller writes, as "resource[/subresource][{objects}][:path[=value],...]" (see
	// claim); two controllers that declare the same field are refused at start.
	Writes []string
	// Why, if not nil, says in one line how things stand for a key whose plan has no note of its own. It is for `gantry
	// explain`, as pure as Plan, and never asked for otherwise; "" is nothing to say.
	Why func(s *view.Snapshot, key api.Key, now time.Time) string
	// Counters are the controller's own metrics, to which its plans' Counts add.
	Counters []Counter
	// Tells, if not nil, are the news about objects that lie in a change itself, whatever is planned: that a node has come,
	// or that it ceased to be ready. They are told at most once; after a restart all objects are news.
	Tells func(s *view.Snapshot, ev store.Event) []Event
}

// Refusal is a write that the API did not take, and why.
type Refusal struct {
	Write client.Write
	Err   error // *apierrors.StatusError
}

// Trigger maps one event to the keys to plan again. s is a snapshot at least as new as the event. It must be pure and
// cheap; the event's Prev tells what it was before.
type Trigger func(s *view.Snapshot, ev store.Event) []api.Key

// trigger is what an event of a resource triggers, or nil.
func (c *Controller) trigger(s *view.Snapshot, r api.Resource) Trigger {
	if s.IsCustom(r) {
		return c.Watches[view.Custom]
	}
	return c.Watches[r]
}

// tell records what a change itself says.
func (r *Runner) tell(ctx context.Context, ctl int, s *view.Snapshot, ev store.Event) {
	c := &r.ctls[ctl]
	if c.Tells == nil {
		return
	}
	if news := c.Tells(s, ev); len(news) > 0 {
		r.events.Record(ctx, c.Name, ev.Record.Key.Cluster, news)
	}
}

// Self is the Trigger of a controller's own resource.
func Self(_ *view.Snapshot, ev store.Event) []api.Key { return []api.Key{ev.Record.Key} }
