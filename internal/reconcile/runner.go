package reconcile

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

const (
	// planBatch bounds the keys that one worker plans on one snapshot and commits in one Apply: enough to fill a group
	// commit, few enough that a slow plan holds up little.
	planBatch = 64
	// firstRetry and lastRetry bound the back-off of a key whose plan failed or whose writes were refused.
	firstRetry = 10 * time.Millisecond
	lastRetry  = 5 * time.Minute
)

// Recorder writes events about objects. It must not block on the API for long and is called with the plan's writes
// already durable.
type Recorder interface {
	Record(ctx context.Context, controller string, cluster api.Cluster, events []Event)
}

// Runner runs all controllers of all clusters over one view.
type Runner struct {
	view   *view.View
	api    client.Interface
	events Recorder
	clock  client.Clock
	log    *slog.Logger
	ctls   []Controller

	metrics *metrics
	queue   *queue
	timers  *timers
	running sync.WaitGroup // all goroutines of Run

	mu    sync.Mutex
	inbox []note        // events not yet mapped to keys
	busy  bool          // some are just being mapped
	wake  chan struct{} // has a token when inbox is not empty
	fails map[item]int  // consecutive failures, for the back-off
}

// note is a run of events of one resource for one controller.
type note struct {
	ctl    int
	events []store.Event
}

// NewRunner registers the controllers with the view. It refuses two controllers that declare the same write.
func NewRunner(v *view.View, c client.Interface, rec Recorder, clock client.Clock, log *slog.Logger, ctls []Controller) (*Runner, error) {
	r := &Runner{view: v, api: c, events: rec, clock: clock, log: log, ctls: ctls, metrics: newMetrics(ctls), wake: make(chan struct{}, 1), fails: map[item]int{}}
	r.queue = newQueue(clock, r.metrics.watch(ctls))
	r.timers = newTimers(clock, r.queue.add)
	if err := checkWriters(ctls); err != nil {
		return nil, err
	}
	for i, ctl := range ctls {
		for res := range ctl.Watches {
			v.Follow(res, func(events []store.Event) { r.note(i, events) })
		}
	}
	return r, nil
}

// note is called in the view's goroutine.
func (r *Runner) note(ctl int, events []store.Event) {
	r.mu.Lock()
	r.inbox = append(r.inbox, note{ctl, events})
	r.mu.Unlock()
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Run works until ctx ends.
func (r *Runner) Run(ctx context.Context) error {
	wg := &r.running
	wg.Go(func() { r.dispatch(ctx) })
	wg.Go(func() { r.timers.run(ctx) })
	for range max(2, runtime.GOMAXPROCS(0)) {
		wg.Go(func() { r.work(ctx) })
	}
	<-ctx.Done()
	r.queue.close()
	wg.Wait()
	return ctx.Err()
}

// dispatch maps events to keys.
func (r *Runner) dispatch(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.wake:
		}
		r.sort(ctx)
	}
}

// sort empties the inbox into the queue.
func (r *Runner) sort(ctx context.Context) {
	r.mu.Lock()
	notes := r.inbox
	r.inbox, r.busy = nil, true
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		r.busy = false
		r.mu.Unlock()
	}()
	s := r.view.Snapshot() // taken after the notes: at least as new as their events
	for _, n := range notes {
		for _, ev := range n.events {
			for _, key := range r.ctls[n.ctl].trigger(s, ev.Record.Key.Resource)(s, ev) {
				r.queue.add(item{n.ctl, key})
			}
			r.tell(ctx, n.ctl, s, ev)
		}
	}
}

func (r *Runner) work(ctx context.Context) {
	for {
		items := r.queue.take(planBatch)
		if items == nil {
			return
		}
		r.pass(ctx, items)
	}
}

// span is the part of a batch of writes that belongs to one item.
type span struct {
	it       item
	from, to int
	plan     Plan
}

// pass plans items on one snapshot and carries out their writes. Those that may have to wait for webhooks are carried out
// beside it, cluster by cluster, and nothing else of such a cluster is planned meanwhile: one tenant's dead webhook must
// not hold up the others.
func (r *Runner) pass(ctx context.Context, items []item) {
	s, now := r.view.Snapshot(), r.clock()
	quick, slow := r.decide(s, now, items)
	for c, b := range slow {
		r.queue.hold(c)
		r.running.Go(func() {
			defer r.queue.release(c)
			r.carry(ctx, s, now, b)
		})
	}
	r.carry(ctx, s, now, quick)
}

// decide plans items on one snapshot. Those whose writes may have to wait for webhooks are apart, by cluster.
func (r *Runner) decide(s *view.Snapshot, now time.Time, items []item) (quick *batch, slow map[api.Cluster]*batch) {
	quick, slow = &batch{}, map[api.Cluster]*batch{}
	for _, it := range items {
		p, err := r.plan(s, it, now)
		if err != nil {
			r.log.Warn("cannot plan", "controller", r.ctls[it.ctl].Name, "key", it.key.String(), "err", err)
			r.retry(it, now)
			quick.items = append(quick.items, it)
			continue
		}
		b := quick
		if r.mayWait(p.Writes) {
			if slow[it.key.Cluster] == nil {
				slow[it.key.Cluster] = &batch{}
			}
			b = slow[it.key.Cluster]
		}
		b.add(it, p)
		if !p.Again.IsZero() {
			r.timers.set(it, p.Again)
		}
	}
	return quick, slow
}

func (r *Runner) mayWait(writes []client.Write) bool {
	w, ok := r.api.(client.Waiter)
	return ok && slices.ContainsFunc(writes, func(wr client.Write) bool { return w.MayWait(wr.Key) })
}

// batch is items with the writes of their plans, which are committed together.
type batch struct {
	items  []item
	spans  []span
	writes []client.Write
}

func (b *batch) add(it item, p Plan) {
	b.items = append(b.items, it)
	b.spans = append(b.spans, span{it, len(b.writes), len(b.writes) + len(p.Writes), p})
	for _, w := range p.Writes {
		w.Brief = true // the view shows what was written
		b.writes = append(b.writes, w)
	}
}

// carry commits a batch and returns when the view shows what was written: only then may a key be planned again, so no plan
// ever misses its own writes.
func (r *Runner) carry(ctx context.Context, s *view.Snapshot, now time.Time, b *batch) {
	defer r.queue.done(b.items)
	if wrote := r.commit(ctx, s, now, b); wrote > 0 {
		// The only error is the end of ctx, after which nothing is planned any more.
		_, _ = r.view.AtLeast(ctx, wrote)
	}
}

// commit carries out the writes of a batch and returns the newest revision written.
func (r *Runner) commit(ctx context.Context, s *view.Snapshot, now time.Time, b *batch) (wrote api.Revision) {
	var results []client.Result
	if len(b.writes) > 0 {
		results = r.api.Apply(ctx, b.writes)
	}
	for _, sp := range b.spans {
		wrote = max(wrote, r.settle(ctx, s, sp, b.writes[sp.from:sp.to], results, now))
	}
	return wrote
}

func (r *Runner) plan(s *view.Snapshot, it item, now time.Time) (p Plan, err error) {
	defer func() {
		if v := recover(); v != nil { // one broken object must not stop all controllers of all tenants
			err = fmt.Errorf("plan panicked: %v", v)
			r.log.Error("plan panicked", "controller", r.ctls[it.ctl].Name, "key", it.key.String(), "panic", v, "stack", stack())
		}
	}()
	return r.ctls[it.ctl].Plan(s, it.key, now)
}

// settle looks at the results of one item's writes: success clears its back-off, stale reads are planned again at once,
// refusals are shown and retried with back-off. It returns the newest revision written.
func (r *Runner) settle(ctx context.Context, s *view.Snapshot, sp span, writes []client.Write, results []client.Result, now time.Time) api.Revision {
	ctl := &r.ctls[sp.it.ctl]
	var wrote api.Revision
	var refused []Refusal
	failed := false
	for i := range writes {
		res := results[sp.from+i]
		wrote = max(wrote, res.Rev)
		switch err := res.Err; {
		case err == nil, apierrors.IsNotFound(err) && writes[i].Verb == client.Delete:
		case apierrors.IsConflict(err), apierrors.IsAlreadyExists(err), apierrors.IsNotFound(err):
			failed = true // what the plan saw is no longer so; it is planned again on something newer
			r.log.Debug("write was overtaken", "controller", ctl.Name, "key", sp.it.key.String(), "why", writes[i].Why, "err", err)
		case ctx.Err() != nil:
			failed = true
		default:
			failed = true
			refused = append(refused, Refusal{writes[i], err})
			r.log.Warn("write refused", "controller", ctl.Name, "key", sp.it.key.String(), "write", writes[i].Key.String(), "why", writes[i].Why, "err", err)
		}
	}
	r.metrics.count(sp.plan.Counts, results[sp.from:sp.to])
	events := told(sp.plan.Events, results[sp.from:sp.to])
	if len(refused) > 0 && ctl.Refused != nil {
		p, err := ctl.Refused(s, sp.it.key, now, refused)
		if err == nil {
			for _, res := range r.api.Apply(ctx, p.Writes) {
				wrote = max(wrote, res.Rev)
			}
			events = append(events, p.Events...)
		}
	}
	if len(events) > 0 {
		r.events.Record(ctx, ctl.Name, sp.it.key.Cluster, events)
	}
	if failed {
		r.retry(sp.it, now)
	} else {
		r.mu.Lock()
		delete(r.fails, sp.it)
		r.mu.Unlock()
	}
	return wrote
}

// told returns the events whose write, if they are tied to one, has succeeded.
func told(events []Event, results []client.Result) []Event {
	return slices.DeleteFunc(slices.Clone(events), func(e Event) bool { return e.Of > 0 && results[e.Of-1].Err != nil })
}

func (r *Runner) retry(it item, now time.Time) {
	r.mu.Lock()
	r.metrics.retries.WithLabelValues(r.ctls[it.ctl].Name).Inc()
	n := r.fails[it]
	r.fails[it] = n + 1
	r.mu.Unlock()
	r.timers.set(it, now.Add(min(lastRetry, firstRetry<<min(n, 20))))
}

// Explained is what one controller would do for a key now.
type Explained struct {
	Controller string
	Plan       Plan
}

// Explain plans a key of every controller whose keys are of its resource, and carries nothing out.
func (r *Runner) Explain(ctx context.Context, key api.Key) ([]Explained, error) {
	s, err := r.view.AtLeast(ctx, 0)
	if err != nil {
		return nil, err
	}
	rec := s.Record(key)
	if rec == nil {
		return nil, apierrors.NewNotFound(schema.GroupResource{Group: key.Resource.Group, Resource: key.Resource.Name}, key.Name)
	}
	var out []Explained
	for i := range r.ctls {
		ctl := &r.ctls[i]
		trigger := ctl.trigger(s, key.Resource)
		// A controller plans keys of this resource if the creation of one makes that very key stale.
		if trigger == nil || !slices.Contains(trigger(s, store.Event{Type: store.Put, Record: rec}), key) {
			continue
		}
		p, err := r.plan(s, item{i, key}, r.clock())
		switch {
		case err != nil:
			p.Note = "cannot decide: " + err.Error()
		case p.Note == "" && ctl.Why != nil:
			p.Note = ctl.Why(s, key, r.clock())
		}
		out = append(out, Explained{ctl.Name, p})
	}
	return out, nil
}

// Idle reports whether no event waits and no key is queued or being planned; timers may be pending.
func (r *Runner) Idle() bool {
	r.mu.Lock()
	waiting := len(r.inbox) > 0 || r.busy
	r.mu.Unlock()
	return !waiting && r.queue.idle()
}
