package registry

import (
	"context"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
)

// Watch is one client's view of a scope: a cursor into the store's shared history behind a filter.
type Watch struct {
	filter  *filter
	cursor  store.Watcher
	initial []*store.Record // state to show before the first change
	begin   bool            // the initial state has not been handed out yet
	rev     api.Revision
	// laws looks a custom kind up again: nil when it is gone, and not what the watch began with when it has changed.
	laws func() *schema.Kind
	kind *schema.Kind
	bell *waiter
}

// ErrKindChanged ends a watch whose kind is defined anew, so that its client begins again and sees the objects as they
// are now, or that they are no longer served.
var ErrKindChanged = errors.New("registry: the kind of the watch is defined anew")

// WatchBatch is what is due at once.
type WatchBatch struct {
	Events []WatchEvent
	// Rev is the revision up to which the client knows the scope: what a bookmark says.
	Rev api.Revision
	// InitialDone is set in the batch that ends the initial state.
	InitialDone bool
}

// WatchEvent is one event as seen through the watch's selectors. For Deleted, Rec holds the last state that the client
// could see, at the revision at which it went out of sight.
type WatchEvent struct {
	Type client.EventType
	Rec  *store.Record
}

// Watch starts a watch by upstream's rules: without a resourceVersion (or with "0") the present state comes first as
// ADDED events, else the changes after it, unless SendInitialEvents says otherwise.
func (r *Registry) Watch(_ context.Context, q Request, o ListOptions) (*Watch, error) {
	scope := api.Scope{Resource: q.Kind.StoreAs, Cluster: q.Cluster, Namespace: q.Namespace}
	w := &Watch{filter: newFilter(r.Law, q.Kind, o)}
	if q.Kind.IsCustom() {
		w.kind, w.laws = q.Kind, func() *schema.Kind { return r.again(&q) }
	}
	var rev api.Revision
	if o.ResourceVersion != "" {
		var err error
		if rev, err = readRevision(o.ResourceVersion); err != nil {
			return nil, apierrors.NewBadRequest(err.Error())
		}
		if err := r.notFuture(rev); err != nil {
			return nil, err
		}
	}
	switch {
	case initialEvents(rev, o):
		page, err := r.Store.Range(store.Range{Scope: scope})
		if err != nil {
			return nil, watchError(err, rev)
		}
		for _, rec := range page.Records {
			if w.filter.match(rec) {
				w.initial = append(w.initial, rec)
			}
		}
		w.begin, rev = true, page.Rev
	case rev == 0:
		rev = r.Store.Revision() // from now on
	}
	cursor, err := r.Store.Watch(scope, rev)
	if err != nil {
		return nil, watchError(err, rev)
	}
	w.cursor, w.rev = cursor, rev
	if w.laws != nil {
		w.bell = r.bells.enter(r.Store, q.Cluster)
	}
	return w, nil
}

func initialEvents(rev api.Revision, o ListOptions) bool {
	if o.SendInitialEvents == nil {
		return rev == 0
	}
	return *o.SendInitialEvents
}

// BeginsWithState says whether the present state is still to come, before changes.
func (w *Watch) BeginsWithState() bool { return w.begin }

// Next waits for what is due. A batch may hold no events: then only Rev has moved. When ctx ends, Rev is valid beside its
// error: how far a quiet watch has come, for a bookmark.
func (w *Watch) Next(ctx context.Context) (WatchBatch, error) {
	if w.begin {
		b := WatchBatch{Rev: w.rev, InitialDone: true, Events: make([]WatchEvent, 0, len(w.initial))}
		for _, rec := range w.initial {
			b.Events = append(b.Events, WatchEvent{client.Added, rec})
		}
		w.begin, w.initial = false, nil
		return b, nil
	}
	events, upTo, err := w.due(ctx)
	if errors.Is(err, ErrKindChanged) {
		return WatchBatch{Rev: w.rev}, err
	}
	if err != nil {
		return WatchBatch{Rev: upTo}, watchError(err, w.rev)
	}
	w.rev = upTo
	b := WatchBatch{Rev: upTo}
	for i := range events {
		if ev, ok := w.see(&events[i]); ok {
			b.Events = append(b.Events, ev)
		}
	}
	return b, nil
}

// due waits for changes. The watch of a custom kind ends when its definition has changed or gone; of a kind that is gone,
// what is still due is told first: that its objects went.
func (w *Watch) due(ctx context.Context) ([]store.Event, api.Revision, error) {
	if w.laws == nil {
		return w.cursor.Next(ctx)
	}
	for {
		until, done := w.bell.until(ctx)
		events, upTo, err := w.cursor.Next(until)
		done()
		now := w.laws()
		switch {
		case now == nil && err != nil, now != nil && !w.kind.SameLaws(now):
			return nil, upTo, ErrKindChanged
		case err != nil && errors.Is(err, context.Canceled) && ctx.Err() == nil:
			continue // another definition has changed
		}
		return events, upTo, err
	}
}

// Stop ends the watch.
func (w *Watch) Stop() {
	if w.bell != nil {
		w.bell.leave()
	}
	w.cursor.Stop()
}

// see translates a change into what it looks like through the selectors.
func (w *Watch) see(ev *store.Event) (WatchEvent, bool) {
	was := ev.Prev != nil && w.filter.match(ev.Prev)
	is := ev.Type == store.Put && w.filter.match(ev.Record)
	switch {
	case is && was:
		return WatchEvent{client.Modified, ev.Record}, true
	case is:
		return WatchEvent{client.Added, ev.Record}, true
	case was && ev.Type == store.Delete:
		return WatchEvent{client.Deleted, ev.Record}, true
	case was:
		gone := &store.Record{Key: ev.Prev.Key, Rev: ev.Record.Rev, Created: ev.Prev.Created, Body: ev.Prev.Body}
		return WatchEvent{client.Deleted, gone}, true
	default:
		return WatchEvent{}, false
	}
}

func watchError(err error, rev api.Revision) error {
	switch {
	case errors.Is(err, store.ErrCompacted):
		return apierrors.NewResourceExpired(fmt.Sprintf("too old resource version: %d", rev))
	case errors.Is(err, store.ErrClosed):
		return apierrors.NewServiceUnavailable("the server is shutting down")
	case errors.Is(err, store.ErrFuture):
		return apierrors.NewTimeoutError(fmt.Sprintf("Too large resource version: %d", rev), 1)
	default:
		return err
	}
}
