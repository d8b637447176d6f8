package auditlog

import (
	"context"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/runtime"
	auditinternal "k8s.io/apiserver/pkg/apis/audit"
)

const (
	// batch bounds the events that a place gets at once, upstream's figure.
	batch = 400
	// maxEvent bounds an encoded event. One that is larger loses its objects and says so, as upstream's truncation does.
	maxEvent = 8 << 20
	// truncated is upstream's annotation of events that have lost their objects.
	truncated = "audit.k8s.io/truncated"
)

// place is where encoded events end, one line each.
type place interface {
	write(ctx context.Context, events [][]byte) error
	close() error
}

// backend is one place with its queue.
type backend struct {
	name   string
	to     place
	encode func(*auditinternal.Event) ([]byte, error)
	queue  *queue
	lost   prometheus.Counter
	log    *slog.Logger
}

func (b *backend) take(ev *auditinternal.Event) {
	line, err := b.encode(ev)
	if err != nil {
		b.log.Error("an audit event cannot be encoded", "plugin", b.name, "auditID", ev.AuditID, "err", err)
	}
	if err != nil || !b.queue.put(line) {
		b.lost.Inc()
	}
}

func (b *backend) run(ctx context.Context) error {
	for {
		events, done := b.queue.take(batch)
		if len(events) > 0 {
			if err := b.to.write(ctx, events); err != nil {
				b.lost.Add(float64(len(events)))
				b.log.Error("audit events are lost", "plugin", b.name, "events", len(events), "err", err)
			}
			continue
		}
		if done || ctx.Err() != nil {
			return b.to.close()
		}
		select {
		case <-b.queue.wake:
		case <-ctx.Done():
		}
	}
}

// encodeEvent writes an event as a line of JSON.
func encodeEvent(codec runtime.Encoder, ev *auditinternal.Event) ([]byte, error) {
	line, err := runtime.Encode(codec, ev)
	if err != nil || len(line) <= maxEvent {
		return line, err
	}
	short := ev.DeepCopy()
	short.RequestObject, short.ResponseObject = nil, nil
	if short.Annotations == nil {
		short.Annotations = map[string]string{}
	}
	short.Annotations[truncated] = "true"
	return runtime.Encode(codec, short)
}
