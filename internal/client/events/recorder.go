// Package events writes Kubernetes events about objects, for everything in the process that has something to say. Equal
// events become one object with a count, as upstream's recorder does. Writing happens behind bounded queues: an event is
// news, not state, and must never hold up the work that it reports.
package events

import (
	"container/list"
	"context"
	"fmt"
	"hash/fnv"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
)

const (
	// queueLength bounds the events of a cluster that wait to be written; what comes on top is dropped and counted.
	queueLength = 4096
	// batch bounds the events written in one Apply.
	batch = 128
	// remembered bounds the events of a cluster whose repetition is recognised, as upstream's cache does.
	remembered = 4096
)

var resource = api.Resource{Name: "events"}

// Note is one thing to say about an object.
type Note struct {
	Cluster   api.Cluster
	Component string // who says it: "deployment-controller"
	Host      string // the node that says it, or empty
	About     corev1.ObjectReference
	Warning   bool
	Reason    string
	Message   string
}

// Recorder takes notes and writes them. Say may be called by any goroutine.
//
// Every cluster has a lane of its own, with a goroutine while there is something to write: writing may have to wait for a
// cluster's webhooks, and that is no reason for the others to wait.
type Recorder struct {
	api     client.Interface
	clock   client.Clock
	log     *slog.Logger
	dropped atomic.Int64

	mu    sync.Mutex
	lanes map[api.Cluster]*lane
	// ctx is Run's, nil before it and after it.
	ctx     context.Context //nolint:containedctx // lanes begin and end within Run
	running sync.WaitGroup
}

// lane is what one cluster has to say.
type lane struct {
	r *Recorder
	// queue and busy are guarded by the recorder's lock.
	queue []Note
	busy  bool

	known map[Note]*list.Element // of *series; the lane's goroutine's own
	order list.List              // oldest first
}

// series is a note that has been written and how often.
type series struct {
	note  Note
	name  string
	first metav1.Time
	count int32
}

// NewRecorder returns a recorder that writes nothing until Run is called.
func NewRecorder(c client.Interface, clock client.Clock, log *slog.Logger) *Recorder {
	return &Recorder{api: c, clock: clock, log: log, lanes: map[api.Cluster]*lane{}}
}

// Say queues a note. It never blocks.
func (r *Recorder) Say(n Note) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.lanes[n.Cluster]
	if l == nil {
		l = &lane{r: r, known: map[Note]*list.Element{}}
		r.lanes[n.Cluster] = l
	}
	if len(l.queue) >= queueLength {
		r.dropped.Add(1)
		return
	}
	l.queue = append(l.queue, n)
	r.begin(l)
}

// begin has a lane's notes written, if nobody does so already. The lock is held.
func (r *Recorder) begin(l *lane) {
	if r.ctx == nil || l.busy || len(l.queue) == 0 {
		return
	}
	l.busy = true
	ctx := r.ctx
	r.running.Go(func() { l.run(ctx) })
}

// Dropped counts the notes that found their queue full.
func (r *Recorder) Dropped() int64 { return r.dropped.Load() }

// Run writes notes until ctx ends.
func (r *Recorder) Run(ctx context.Context) error {
	r.mu.Lock()
	r.ctx = ctx
	for _, l := range r.lanes {
		r.begin(l)
	}
	r.mu.Unlock()
	<-ctx.Done()
	r.mu.Lock()
	r.ctx = nil
	r.mu.Unlock()
	r.running.Wait()
	return ctx.Err()
}

// run writes the lane's notes until there are none.
func (l *lane) run(ctx context.Context) {
	for {
		l.r.mu.Lock()
		n := min(batch, len(l.queue))
		notes := l.queue[:n:n]
		if l.queue = l.queue[n:]; len(l.queue) == 0 {
			l.queue = nil
		}
		if n == 0 || ctx.Err() != nil {
			l.busy = false
			l.r.mu.Unlock()
			return
		}
		l.r.mu.Unlock()
		l.write(ctx, notes)
	}
}

func (l *lane) write(ctx context.Context, notes []Note) {
	var writes []client.Write
	touched := map[*series]int{}
	for _, n := range notes {
		s, fresh := l.series(n)
		s.count++
		w := client.Write{Verb: client.Update, Key: key(s), Object: l.event(s), Brief: true}
		if fresh {
			w.Verb = client.Create
		}
		if i, again := touched[s]; again {
			writes[i].Object = w.Object // still the same write, with a higher count
			continue
		}
		touched[s] = len(writes)
		writes = append(writes, w)
	}
	for i, res := range l.r.api.Apply(ctx, writes) {
		switch {
		case res.Err == nil:
		case apierrors.IsNotFound(res.Err) && writes[i].Verb == client.Update: // it has expired: say it anew
			writes[i].Verb = client.Create
			l.r.api.Apply(ctx, writes[i:i+1])
		default:
			l.r.log.Debug("event not written", "event", writes[i].Key.String(), "err", res.Err)
		}
	}
}

// series finds the note's series or starts one.
func (l *lane) series(n Note) (s *series, fresh bool) {
	if e := l.known[n]; e != nil {
		l.order.MoveToBack(e)
		return e.Value.(*series), false
	}
	now := l.r.clock()
	h := fnv.New64a()
	fmt.Fprintf(h, "%d/%s/%s/%s", now.UnixNano(), n.About.UID, n.Reason, n.Message)
	s = &series{note: n, name: n.About.Name + "." + strconv.FormatUint(h.Sum64(), 16), first: metav1.NewTime(now)}
	l.known[n] = l.order.PushBack(s)
	if l.order.Len() > remembered {
		delete(l.known, l.order.Remove(l.order.Front()).(*series).note)
	}
	return s, true
}

func key(s *series) api.Key {
	return api.Key{Resource: resource, Cluster: s.note.Cluster, Namespace: namespaceOf(&s.note), Name: s.name}
}

// namespaceOf is where an event lives: with its object, those of cluster-scoped objects in default.
func namespaceOf(n *Note) string {
	if n.About.Namespace == "" {
		return metav1.NamespaceDefault
	}
	return n.About.Namespace
}

func (l *lane) event(s *series) *corev1.Event {
	kind := corev1.EventTypeNormal
	if s.note.Warning {
		kind = corev1.EventTypeWarning
	}
	return &corev1.Event{
		ObjectMeta:     metav1.ObjectMeta{Name: s.name, Namespace: namespaceOf(&s.note)},
		InvolvedObject: s.note.About, Reason: s.note.Reason, Message: s.note.Message, Type: kind,
		Source:         corev1.EventSource{Component: s.note.Component, Host: s.note.Host},
		FirstTimestamp: s.first, LastTimestamp: metav1.NewTime(l.r.clock()), Count: s.count,
		ReportingController: s.note.Component, ReportingInstance: s.note.Host,
	}
}
