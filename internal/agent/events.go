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
	// eventMemory is how many events are remembered to be counted up instead of repeated.
	eventMemory = 4096
	// eventBurst and eventRefill bound new events of one object, upstream's spam filter.
	eventBurst  = 25
	eventRefill = 5 * time.Minute
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
	seen    map[string]*corev1.Event
	again   []*corev1.Event // that the API could not take: a full disk, a server that starts
	buckets map[types.UID]*bucket
}

// bucket is the allowance of one object.
type bucket struct {
	tokens float64
	at     time.Time
}

func newRecorder(cfg *Config) *recorder {
	return &recorder{
		cluster: cfg.Cluster, node: cfg.NodeName, client: cfg.Client, clock: cfg.Clock, log: cfg.Log,
		in: make(chan *corev1.Event, eventQueue), seen: map[string]*corev1.Event{}, buckets: map[types.UID]*bucket{},
	}
}

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
			if batch, r.again = r.again, nil; len(batch) == 0 {
				continue
			}
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

func (r *recorder) write(ctx context.Context, batch []*corev1.Event) {
	var writes []client.Write
	var sent []*corev1.Event
	for _, ev := range batch {
		if w, ok := r.plan(ev); ok {
			writes, sent = append(writes, w), append(sent, ev)
		}
	}
	if len(writes) == 0 {
		return
	}
	for i, res := range r.client.Apply(ctx, writes) {
		if res.Err != nil && ctx.Err() == nil {
			r.log.Debug("an event was refused", "event", writes[i].Key.String(), "err", res.Err)
			// It may have expired: the next one of its kind is made anew.
			clear(r.seen)
			if apierrors.ReasonForError(res.Err) == metav1.StatusReasonUnknown || apierrors.IsInternalError(res.Err) || apierrors.IsServiceUnavailable(res.Err) || apierrors.IsTimeout(res.Err) {
				r.again = append(r.again, sent[i])
				r.again = r.again[max(0, len(r.again)-eventBatch):]
			}
		}
	}
}

// plan turns an event into a write: a new object, or a count on one that was written before.
func (r *recorder) plan(ev *corev1.Event) (client.Write, bool) {
	ref := ev.InvolvedObject
	id := strings.Join([]string{ev.Namespace, ref.Kind, string(ref.UID), ref.FieldPath, ev.Type, ev.Reason, ev.Message}, "\x00")
	old := r.seen[id]
	key := api.Key{Resource: eventResource, Cluster: r.cluster, Namespace: ev.Namespace, Name: ev.Name}
	if !r.allow(ref.UID, ev.LastTimestamp.Time) {
		return client.Write{}, false
	}
	if old == nil {
		if len(r.seen) >= eventMemory {
			clear(r.seen)
		}
		r.seen[id] = ev
		return client.Write{Verb: client.Create, Key: key, Object: runtime.Object(ev), Why: "event"}, true
	}
	counted := old.DeepCopy()
	counted.Count++
	counted.LastTimestamp = ev.LastTimestamp
	r.seen[id] = counted
	key.Name = old.Name
	patch := fmt.Sprintf(`{"count":%d,"lastTimestamp":%q}`, counted.Count, ev.LastTimestamp.UTC().Format(time.RFC3339))
	return client.Write{Verb: client.Patch, Key: key, Patch: []byte(patch), PatchType: types.MergePatchType, Why: "event again"}, true
}

// allow takes a token of an object's bucket.
func (r *recorder) allow(uid types.UID, now time.Time) bool {
	b := r.buckets[uid]
	if b == nil {
		if len(r.buckets) >= eventMemory {
			clear(r.buckets)
		}
		b = &bucket{tokens: eventBurst, at: now}
		r.buckets[uid] = b
	}
	b.tokens = min(eventBurst, b.tokens+now.Sub(b.at).Seconds()/eventRefill.Seconds())
	b.at = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
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
