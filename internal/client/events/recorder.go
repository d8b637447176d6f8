// Package events writes Kubernetes events about objects, for everything in the process that has something to say. Equal
// events become one object with a count, as upstream's recorder does. Writing happens behind a bounded queue: an event is
// news, not state, and must never hold up the work that it reports.
package events

import (
	"container/list"
	"context"
	"fmt"
	"hash/fnv"
	"log/slog"
	"strconv"
	"sync/atomic"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
)

const (
	// queueLength bounds events that wait to be written; what comes on top is dropped and counted.
	queueLength = 4096
	// batch bounds the events written in one Apply.
	batch = 128
	// remembered bounds the events whose repetition is recognised, as upstream's cache does.
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
type Recorder struct {
	api     client.Interface
	clock   client.Clock
	log     *slog.Logger
	queue   chan Note
	dropped atomic.Int64

	known map[Note]*list.Element // of *series; Run's own
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
	return &Recorder{api: c, clock: clock, log: log, queue: make(chan Note, queueLength), known: map[Note]*list.Element{}}
}

// Say queues a note. It never blocks.
func (r *Recorder) Say(n Note) {
	select {
	case r.queue <- n:
	default:
		r.dropped.Add(1)
	}
}

// Dropped counts the notes that found the queue full.
func (r *Recorder) Dropped() int64 { return r.dropped.Load() }

// Run writes notes until ctx ends.
func (r *Recorder) Run(ctx context.Context) error {
	for {
		var notes []Note
		select {
		case <-ctx.Done():
			return ctx.Err()
		case n := <-r.queue:
			notes = append(notes, n)
		}
	more:
		for len(notes) < batch {
			select {
			case n := <-r.queue:
				notes = append(notes, n)
			default:
				break more
			}
		}
		r.write(ctx, notes)
	}
}

func (r *Recorder) write(ctx context.Context, notes []Note) {
	var writes []client.Write
	touched := map[*series]int{}
	for _, n := range notes {
		s, fresh := r.series(n)
		s.count++
		w := client.Write{Verb: client.Update, Key: key(s), Object: r.event(s)}
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
	for i, res := range r.api.Apply(ctx, writes) {
		switch {
		case res.Err == nil:
		case apierrors.IsNotFound(res.Err) && writes[i].Verb == client.Update: // it has expired: say it anew
			writes[i].Verb = client.Create
			r.api.Apply(ctx, writes[i:i+1])
		default:
			r.log.Debug("event not written", "event", writes[i].Key.String(), "err", res.Err)
		}
	}
}

// series finds the note's series or starts one.
func (r *Recorder) series(n Note) (s *series, fresh bool) {
	if e := r.known[n]; e != nil {
		r.order.MoveToBack(e)
		return e.Value.(*series), false
	}
	now := r.clock()
	h := fnv.New64a()
	fmt.Fprintf(h, "%d/%s/%s/%s", now.UnixNano(), n.About.UID, n.Reason, n.Message)
	s = &series{note: n, name: n.About.Name + "." + strconv.FormatUint(h.Sum64(), 16), first: metav1.NewTime(now)}
	r.known[n] = r.order.PushBack(s)
	if r.order.Len() > remembered {
		delete(r.known, r.order.Remove(r.order.Front()).(*series).note)
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

func (r *Recorder) event(s *series) *corev1.Event {
	kind := corev1.EventTypeNormal
	if s.note.Warning {
		kind = corev1.EventTypeWarning
	}
	return &corev1.Event{
		ObjectMeta:     metav1.ObjectMeta{Name: s.name, Namespace: namespaceOf(&s.note)},
		InvolvedObject: s.note.About, Reason: s.note.Reason, Message: s.note.Message, Type: kind,
		Source:         corev1.EventSource{Component: s.note.Component, Host: s.note.Host},
		FirstTimestamp: s.first, LastTimestamp: metav1.NewTime(r.clock()), Count: s.count,
		ReportingController: s.note.Component, ReportingInstance: s.note.Host,
	}
}
