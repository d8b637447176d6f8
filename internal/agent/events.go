package agent

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/record"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
)

// Bounds of the recorder.
const (
	// eventQueue holds what the API has not taken yet; beyond it events are dropped: they are for people, and must not
	// hold up pods.
	eventQueue = 1024
	// eventBatch is one call to the API.
	eventBatch = 64
	// eventRetry is when those are tried again that the API could not take; the newest eventBatch are kept.
	eventRetry = 5 * time.Second
	// component is what upstream's node calls itself; tools filter by it.
	component = "kubelet"
)

var eventResource = api.Resource{Name: "events"}

// recorder writes events, counting up those that repeat.
type recorder struct {
	cluster api.Cluster
	node    string
	client  client.Interface
	clock   client.Clock
	log     *slog.Logger
	in      chan *corev1.Event
	// last is the number in the newest event's name: the time, but never the same twice.
	last atomic.Int64

	// The rest belongs to run's goroutine.
	correlator *record.EventCorrelator
	again      []eventWrite // that the API could not take: a full disk, a server that starts
}

// eventWrite is an event on its way.
type eventWrite struct {
	client.Write
	ev *corev1.Event
}

func newRecorder(cfg *Config) *recorder {
	return &recorder{
		cluster: cfg.Cluster, node: cfg.NodeName, client: cfg.Client, clock: cfg.Clock, log: cfg.Log,
		in: make(chan *corev1.Event, eventQueue), correlator: record.NewEventCorrelator(passiveClock(cfg.Clock)),
	}
}

// passiveClock is a clock for upstream's libraries.
type passiveClock client.Clock

// Now and Since implement clock.PassiveClock.
func (c passiveClock) Now() time.Time                  { return c() }
func (c passiveClock) Since(t time.Time) time.Duration { return c().Sub(t) }

// pod records an event about a pod, or about one of its containers if name is not empty.
func (r *recorder) pod(p *corev1.Pod, name string, warning bool, reason, format string, args ...any) {
	ref := corev1.ObjectReference{
		APIVersion: "v1", Kind: "Pod", Namespace: p.Namespace, Name: p.Name, UID: p.UID, ResourceVersion: p.ResourceVersion,
		FieldPath: fieldPath(p, name),
	}
	r.record(ref, warning, reason, fmt.Sprintf(format, args...))
}

// aboutNode records an event about the node.
func (r *recorder) aboutNode(uid types.UID, warning bool, reason, message string) {
	r.record(corev1.ObjectReference{APIVersion: "v1", Kind: "Node", Name: r.node, UID: uid}, warning, reason, message)
}

func (r *recorder) record(ref corev1.ObjectReference, warning bool, reason, message string) {
	now := metav1.NewTime(r.clock())
	kind := corev1.EventTypeNormal
	if warning {
		kind = corev1.EventTypeWarning
	}
	namespace := ref.Namespace
	if namespace == "" {
		namespace = metav1.NamespaceDefault
	}
	ev := &corev1.Event{
		ObjectMeta:     metav1.ObjectMeta{Namespace: namespace, Name: fmt.Sprintf("%s.%x", ref.Name, r.number(now.UnixNano()))},
		InvolvedObject: ref, Reason: reason, Message: strings.ToValidUTF8(message[:min(len(message), maxEventMessage)], ""), Type: kind, Count: 1,
		FirstTimestamp: now, LastTimestamp: now,
		Source: corev1.EventSource{Component: component, Host: r.node}, ReportingController: component, ReportingInstance: r.node,
	}
	select {
	case r.in <- ev:
	default:
		r.log.Debug("an event was dropped, the API is too slow", "object", ref.Name, "reason", reason)
	}
}

// number is nanos, or the next number that was not used yet.
func (r *recorder) number(nanos int64) int64 {
	for {
		last := r.last.Load()
		n := max(nanos, last+1)
		if r.last.CompareAndSwap(last, n) {
			return n
		}
	}
}

// maxEventMessage is the API's limit.
const maxEventMessage = 1024

// run writes events until ctx ends; what is queued then is lost.
func (r *recorder) run(ctx context.Context) {
	retry := time.NewTicker(eventRetry)
	defer retry.Stop()
	for {
		var batch []*corev1.Event
		select {
		case <-ctx.Done():
			return
		case <-retry.C:
			again := r.again
			r.again = nil
			r.apply(ctx, again)
			continue
		case ev := <-r.in:
			batch = append(batch, ev)
		}
		for len(batch) < eventBatch {
			select {
			case ev := <-r.in:
				batch = append(batch, ev)
				continue
			default:
			}
			break
		}
		r.write(ctx, batch)
	}
}

// write brings events to the API, as upstream's correlator says: as new objects, as counts on those that were written before, those
// that differ in their messages only combined, and of one object not too many.
func (r *recorder) write(ctx context.Context, batch []*corev1.Event) {
	var writes, anew []eventWrite
	for _, ev := range batch {
		res, err := r.correlator.EventCorrelate(ev)
		switch {
		case err != nil:
			r.log.Error("correlating an event", "object", ev.InvolvedObject.Name, "reason", ev.Reason, "err", err)
		case res.Skip:
		case res.Patch != nil:
			w := client.Write{Verb: client.Patch, Key: r.key(res.Event), Patch: res.Patch, PatchType: types.StrategicMergePatchType, Why: "event again"}
			writes = append(writes, eventWrite{w, res.Event})
		default:
			writes = append(writes, r.create(res.Event))
		}
	}
	for _, ev := range r.apply(ctx, writes) {
		ev.ResourceVersion = ""
		anew = append(anew, r.create(ev))
	}
	r.apply(ctx, anew)
}

func (r *recorder) key(ev *corev1.Event) api.Key {
	return api.Key{Resource: eventResource, Cluster: r.cluster, Namespace: ev.Namespace, Name: ev.Name}
}

func (r *recorder) create(ev *corev1.Event) eventWrite {
	return eventWrite{client.Write{Verb: client.Create, Key: r.key(ev), Object: runtime.Object(ev), Why: "event"}, ev}
}

// apply writes, and returns the events that were to be counted up and are no longer there: events expire.
func (r *recorder) apply(ctx context.Context, writes []eventWrite) (expired []*corev1.Event) {
	if len(writes) == 0 {
		return nil
	}
	plain := make([]client.Write, len(writes))
	for i := range writes {
		plain[i] = writes[i].Write
	}
	for i, res := range r.client.Apply(ctx, plain) {
		w := writes[i]
		switch {
		case res.Err == nil:
			if ev, ok := res.Object.(*corev1.Event); ok {
				r.correlator.UpdateState(ev)
			}
		case ctx.Err() != nil:
		case w.Verb == client.Patch && apierrors.IsNotFound(res.Err):
			expired = append(expired, w.ev)
		default:
			r.log.Debug("an event was refused", "event", w.Key.String(), "err", res.Err)
			if apierrors.ReasonForError(res.Err) == metav1.StatusReasonUnknown || apierrors.IsInternalError(res.Err) || apierrors.IsServiceUnavailable(res.Err) || apierrors.IsTimeout(res.Err) {
				r.again = append(r.again, w)
				r.again = r.again[max(0, len(r.again)-eventBatch):]
			}
		}
	}
	return expired
}

// fieldPath names a container of a pod as events do.
func fieldPath(p *corev1.Pod, name string) string {
	if name == "" {
		return ""
	}
	switch _, is := partOf(p, name); is {
	case initPart:
		return fmt.Sprintf("spec.initContainers{%s}", name)
	case ephemeralPart:
		return fmt.Sprintf("spec.ephemeralContainers{%s}", name)
	}
	return fmt.Sprintf("spec.containers{%s}", name)
}
