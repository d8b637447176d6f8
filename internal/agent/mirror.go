package agent

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strconv"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
)

// mirror keeps the objects of one scope as the API has them, by list and watch, and tells of every change.
type mirror struct {
	client client.Interface
	scope  api.Scope
	opts   client.ListOptions
	log    *slog.Logger
	// changed is called from the mirror's goroutine; old or now is nil for an addition or a removal.
	changed func(old, now runtime.Object, rev api.Revision)
	// synced is closed after the first list.
	synced chan struct{}

	mu      sync.Mutex
	objects map[api.Key]runtime.Object
}

// watchRetry is the pause after a failed list or watch.
const watchRetry = time.Second

func newMirror(c client.Interface, scope api.Scope, opts client.ListOptions, log *slog.Logger, changed func(old, now runtime.Object, rev api.Revision)) *mirror {
	return &mirror{
		client: c, scope: scope, opts: opts, log: log, changed: changed,
		synced: make(chan struct{}), objects: map[api.Key]runtime.Object{},
	}
}

// run follows the scope until ctx ends.
func (m *mirror) run(ctx context.Context) {
	first := true
	for ctx.Err() == nil {
		objects, rev, err := m.client.List(ctx, m.scope, m.opts)
		if err == nil {
			m.replace(objects)
			if first {
				close(m.synced)
				first = false
			}
			err = m.follow(ctx, rev)
		}
		if ctx.Err() != nil {
			return
		}
		if apierrors.IsResourceExpired(err) || apierrors.IsGone(err) {
			continue
		}
		m.log.Warn("following the API, will try again", "resource", m.scope.Resource.String(), "err", err)
		pause(ctx, watchRetry)
	}
}

// follow takes in changes until the watch breaks.
func (m *mirror) follow(ctx context.Context, rev api.Revision) error {
	for {
		w, err := m.client.Watch(ctx, m.scope, rev, m.opts)
		if err != nil {
			return err
		}
		rev, err = m.drain(ctx, w, rev)
		w.Stop()
		// A connection that ended in good order is followed by another, from where it was.
		if ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, io.EOF) {
			return err
		}
	}
}

func (m *mirror) drain(ctx context.Context, w client.Watch, rev api.Revision) (api.Revision, error) {
	for {
		events, upTo, err := w.Next(ctx)
		if err != nil {
			return rev, err
		}
		for _, ev := range events {
			now := ev.Object
			if ev.Type == client.Deleted {
				now = nil
			}
			m.set(ev.Key, now, ev.Rev)
			rev = ev.Rev
		}
		rev = max(rev, upTo)
	}
}

func (m *mirror) replace(objects []runtime.Object) {
	m.mu.Lock()
	left := make(map[api.Key]bool, len(m.objects))
	for key := range m.objects {
		left[key] = true
	}
	m.mu.Unlock()
	for _, obj := range objects {
		acc, err := meta.Accessor(obj)
		if err != nil {
			m.log.Error("an object without metadata", "resource", m.scope.Resource.String(), "err", err)
			continue
		}
		key := api.Key{Resource: m.scope.Resource, Cluster: m.scope.Cluster, Namespace: acc.GetNamespace(), Name: acc.GetName()}
		delete(left, key)
		m.set(key, obj, revisionOf(acc.GetResourceVersion()))
	}
	for key := range left {
		m.set(key, nil, 0)
	}
}

func (m *mirror) set(key api.Key, now runtime.Object, rev api.Revision) {
	m.mu.Lock()
	old := m.objects[key]
	if now == nil {
		delete(m.objects, key)
	} else {
		m.objects[key] = now
	}
	m.mu.Unlock()
	m.changed(old, now, rev)
}

// list returns the objects; they are shared.
func (m *mirror) list() []runtime.Object {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := make([]runtime.Object, 0, len(m.objects))
	for _, obj := range m.objects {
		out = append(out, obj)
	}
	return out
}

// listOf returns the objects of a mirror as their type.
func listOf[T any](m *mirror) []*T {
	objects := m.list()
	out := make([]*T, 0, len(objects))
	for _, obj := range objects {
		if t, ok := any(obj).(*T); ok {
			out = append(out, t)
		}
	}
	return out
}

func revisionOf(resourceVersion string) api.Revision {
	rev, err := strconv.ParseUint(resourceVersion, 10, 64)
	if err != nil {
		return 0
	}
	return api.Revision(rev)
}

// pause waits, or less if ctx ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
