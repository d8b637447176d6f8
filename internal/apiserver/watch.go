package apiserver

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/net/websocket"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/registry"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
)

const (
	// minWatch is the shortest life of a watch whose client names none; the longest is twice that. The spread keeps ten
	// thousand watches that began together from ending together.
	minWatch = 30 * time.Minute
	// watchSlack is how long the last write of a watch may take beyond its end.
	watchSlack = 30 * time.Second
	// lastWord is how long before its end the reader of a quiet watch hears how far it came, so that it resumes there;
	// upstream's figure.
	lastWord = 2 * time.Second
	// watchChunk is from where on due events are written before more are gathered.
	watchChunk = 256 << 10
)

// watch streams changes: the request's own goroutine sleeps in the registry and writes all that is due in one write.
func (s *Server) watch(c *call) error {
	f, err := c.negotiate(eventsOf)
	if err != nil {
		return err
	}
	p, err := parseList(c.kind, &c.q, c.name)
	if err == nil {
		err = p.check(&c.q, true)
	}
	if err != nil {
		return err
	}
	w := &watchWriter{s: s, c: c, f: f, form: f.form(c.version), bookmarks: p.bookmarks, ctx: c.r.Context(),
		initial: p.bookmarks && p.SendInitialEvents != nil && *p.SendInitialEvents, rc: http.NewResponseController(c.w),
		sizes: s.metrics.eventSizes.kind(eventKind{c.group, c.version, c.resource}),
		sent:  s.metrics.events.WithLabelValues(c.group, c.version, c.resource)}
	if f.as == "Table" {
		if w.table, err = c.tableOptions(); err != nil {
			return err
		}
	}
	life := p.timeout
	if life == 0 {
		life = minWatch + rand.N(minWatch)
	}
	q := c.request()
	q.Name = ""
	cursor, err := s.Registry.Watch(c.r.Context(), q, p.ListOptions)
	if err != nil && !apierrors.IsResourceExpired(err) {
		return err
	}
	if wantsSocket(c.r) {
		if err == nil {
			defer cursor.Stop()
		}
		return w.overSocket(cursor, life, err)
	}
	w.begin(life)
	if err != nil { // as upstream: the stream begins, and its only event says that the history is gone
		return w.end(err)
	}
	defer cursor.Stop()
	return w.run(cursor, life)
}

// watchWriter is one watch's stream.
type watchWriter struct {
	s     *Server
	c     *call
	f     format
	form  schema.Form
	rc    *http.ResponseController
	ctx   context.Context      // the client's
	table *metav1.TableOptions // nil unless events are tables

	bookmarks bool
	initial   bool // the end of the initial events is to be marked
	sent      prometheus.Counter
	sizes     *eventSizes
	// socket is set if events go out as messages of a WebSocket.
	socket *websocket.Conn
}

// begin sends the header, so that the client knows at once that its watch holds.
func (w *watchWriter) begin(life time.Duration) {
	h := w.c.w.Header()
	h["Content-Type"] = []string{w.f.contentType(true)}
	h["Cache-Control"] = noCache
	// Not every server underneath has deadlines; then the end of the connection is the only bound.
	if err := w.rc.SetWriteDeadline(time.Now().Add(life + watchSlack)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		w.s.Log.Debug("a watch has no deadline", "err", err)
	}
	w.c.w.WriteHeader(http.StatusOK)
	w.c.w.Flush()
}

// run writes what is due until the watch's time is over, its reader is gone, or the server stops.
func (w *watchWriter) run(cursor *registry.Watch, life time.Duration) error {
	ctx, cancel := context.WithTimeout(w.ctx, life)
	defer cancel()
	defer context.AfterFunc(w.s.stopping, cancel)()
	end, _ := ctx.Deadline()
	var told api.Revision // the newest revision that the client has heard of
	if !cursor.BeginsWithState() {
		w.s.leave(w.c)
	}
	for {
		quiet := w.s.Bookmarks
		if left := time.Until(end) - lastWord; left > 0 {
			quiet = min(quiet, left)
		}
		turn, ring := context.WithTimeout(ctx, quiet)
		for turn.Err() == nil {
			batch, err := cursor.Next(turn)
			if errors.Is(err, registry.ErrKindChanged) {
				ring()
				return nil
			}
			if err != nil && turn.Err() == nil {
				ring()
				return w.end(err)
			}
			if err != nil {
				if w.bookmarks && ctx.Err() == nil && batch.Rev > told {
					told = batch.Rev
					err = w.sending(func(out []byte) ([]byte, error) { return w.bookmark(out, batch.Rev, false) })
				} else {
					err = nil
				}
			} else if len(batch.Events) > 0 || batch.InitialDone && w.initial {
				told = batch.Rev
				if err = w.batch(&batch); err == nil {
					pause(turn, w.s.pace.wrote(time.Now()))
				}
			}
			if batch.InitialDone {
				w.s.leave(w.c)
			}
			if err != nil {
				ring()
				return w.gone(err)
			}
		}
		ring()
		if ctx.Err() != nil {
			return nil
		}
	}
}

// batch writes events in as few writes as their size allows.
func (w *watchWriter) batch(b *registry.WatchBatch) error {
	return w.sending(func(out []byte) ([]byte, error) {
		var err error
		var sizes eventBatch
		for i := range b.Events {
			began := len(out)
			if out, err = w.event(out, &b.Events[i]); err != nil {
				return out, err
			}
			sizes.add(len(out) - began)
			if len(out) >= watchChunk || w.socket != nil {
				if err := w.write(out); err != nil {
					return out, err
				}
				out = out[:0]
			}
		}
		if b.InitialDone && w.initial {
			p := placeOf(w.c)
			w.s.metrics.door.initial.WithLabelValues(p.group, p.version, p.resource, p.scope).Observe(time.Since(w.c.began).Seconds())
			out, err = w.bookmark(out, b.Rev, true)
		}
		w.sent.Add(float64(len(b.Events)))
		w.sizes.count(&sizes)
		return out, err
	})
}

// sending sends what fill appends. The buffer is borrowed for as long as something is due: a quiet watch holds none.
func (w *watchWriter) sending(fill func([]byte) ([]byte, error)) error {
	buf := buffers.Get().(*[]byte)
	defer putBuffer(buf)
	out, err := fill((*buf)[:0])
	*buf = out
	if err != nil {
		return err
	}
	if err := w.write(out); err != nil {
		return err
	}
	if w.socket == nil {
		w.c.w.Flush()
	}
	return nil
}

func (w *watchWriter) write(out []byte) error {
	if len(out) == 0 {
		return nil
	}
	if w.socket != nil {
		return w.message(out)
	}
	_, err := w.c.w.Write(out)
	return err
}

func (w *watchWriter) event(out []byte, ev *registry.WatchEvent) ([]byte, error) {
	typ := schema.Added
	switch ev.Type {
	case client.Modified:
		typ = schema.Modified
	case client.Deleted:
		typ = schema.Deleted
	}
	law := w.s.Law
	if w.table == nil {
		return law.AppendWatchEvent(out, w.c.kind, typ, ev.Rec, w.form)
	}
	t, err := law.Table(w.c.r.Context(), w.c.kind, []*store.Record{ev.Rec}, w.form, w.table, nil)
	if err != nil {
		return out, err
	}
	w.table.NoHeaders = true // once is enough
	return law.AppendWatchAny(out, typ, t, w.form.Media, metaV1)
}

func (w *watchWriter) bookmark(out []byte, rev api.Revision, initialEnd bool) ([]byte, error) {
	law := w.s.Law
	if w.table == nil {
		return law.AppendBookmark(out, w.c.kind, rev, initialEnd, w.form)
	}
	t, err := law.TableBookmark(w.c.r.Context(), w.c.kind, rev, initialEnd, w.form, w.table)
	if err != nil {
		return out, err
	}
	w.table.NoHeaders = true
	return law.AppendWatchAny(out, schema.Bookmark, t, w.form.Media, metaV1)
}

// end tells the client why its watch cannot go on, as an event: the header has been sent.
func (w *watchWriter) end(cause error) error {
	st := statusOf(cause)
	return w.gone(w.sending(func(out []byte) ([]byte, error) {
		return w.s.Law.AppendWatchAny(out, schema.Error, st, w.form.Media, kschema.GroupVersion{Version: "v1"})
	}))
}

// gone takes the usual end of a watch, a reader that went away, for what it is.
func (w *watchWriter) gone(err error) error {
	if err != nil {
		w.s.Log.Debug("a watch ended", "path", w.c.r.URL.Path, "err", err)
	}
	return nil
}
