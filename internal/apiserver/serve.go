package apiserver

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/warning"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/fair"
	"gantry.dev/gantry/internal/registry"
	"gantry.dev/gantry/internal/schema"
)

// call is one request on its way through the door.
type call struct {
	target
	w    *answer
	r    *http.Request
	user user.Info
	q    query
	kind *schema.Kind // set for resource requests once it has been looked up
	// waited is how long the request stood in the fair queue.
	waited time.Duration
	// ticket holds the request's seats, inFlight its place where there are no seats; nil once they were given back.
	ticket   *fair.Ticket
	inFlight *fair.InFlight
	// watching says that the request counts as a watch.
	watching bool
	// began is when the request came.
	began time.Time
	// trail is what the request leaves in the audit log, nil for nothing.
	trail *trail
}

// ServeHTTP receives a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	growStack()
	c := &call{target: parseTarget(r.Method, r.URL.Path), w: &answer{ResponseWriter: w, stopping: s.stopping}, r: r, began: time.Now()}
	id := auditID(r)
	c.w.Header()["Audit-Id"] = []string{id}
	s.auditable(c, id)
	if r.URL.RawQuery != "" {
		c.q.values = r.URL.Query()
	}
	if c.verb == "list" && c.q.boolean("watch") {
		c.verb = "watch"
	}
	s.metrics.begin(c)
	defer func() { s.count(c, time.Since(c.began), c.waited) }() // after a panic has been answered
	defer func() { c.trail.end() }()
	defer s.recoverPanic(c)
	if err := s.receive(c); err != nil {
		s.refuse(c, err)
	}
}

// receive finds out who asks and whether they may, and has the request served.
func (s *Server) receive(c *call) error {
	if !s.served(c.cluster) {
		return errNoPath
	}
	var err error
	c.user, err = s.authenticate(c.r, c.cluster)
	s.metrics.door.authenticated(c.user, time.Since(c.began))
	if err != nil {
		return errors.Join(s.beginAudit(c, true), err)
	}
	if err := s.beginAudit(c, false); err != nil {
		return err
	}
	c.r.Header.Del("Authorization") // what is proxied must not carry the client's credentials
	if !c.streams() {
		if _, err := c.timeLimit(); err != nil {
			return err
		}
	}
	if err := s.impersonate(c); err != nil {
		return err
	}
	defer s.gone(c)
	if err := s.enter(c); err != nil {
		return err
	}
	asked := time.Now()
	err = s.authorize(c)
	s.metrics.door.authorized(err, time.Since(asked))
	if err != nil {
		return err
	}
	if !c.isResource() {
		return s.servePath(c)
	}
	return s.serveResource(c)
}

func (s *Server) served(c api.Cluster) bool { return c == api.Host || s.Serves != nil && s.Serves(c) }

// errNoPath says that nothing is served at a path.
var errNoPath = errors.New("404 page not found")

// notFound answers for errNoPath as upstream does: with a Status below an API group that is served, elsewhere in plain text.
func (s *Server) notFound(c *call) {
	group, inAPI := "", strings.HasPrefix(c.path, "/api/")
	if after, ok := strings.CutPrefix(c.path, "/apis/"); ok {
		group, _, inAPI = strings.Cut(after, "/")
		inAPI = inAPI && group != ""
	}
	for _, gv := range s.Law.GroupVersions() {
		if inAPI && gv.Group == group && s.served(c.cluster) {
			s.fail(c.w, c.r, generic(http.StatusNotFound))
			return
		}
	}
	c.w.Header()["Cache-Control"] = noCache
	http.NotFound(c.w, c.r)
}

// generic is the error that upstream's router gives before anybody has looked at what is asked for.
func generic(code int) error {
	return apierrors.NewGenericServerResponse(code, "", kschema.GroupResource{}, "", "", 0, false)
}

// refuse answers with an error, unless the answer has begun: then all that is left is to end it early.
func (s *Server) refuse(c *call, err error) {
	var busy tooMany
	switch {
	case c.w.code != 0:
		s.Log.Warn("an answer ended early", "path", c.r.URL.Path, "err", err)
		panic(http.ErrAbortHandler) // the client must not take what it has for the whole
	case errors.Is(err, errNoPath):
		s.notFound(c)
	case errors.As(err, &busy):
		s.metrics.door.terminated(placeOf(c), http.StatusTooManyRequests)
		busy.answer(c.w)
	case errors.Is(err, context.Canceled) && c.r.Context().Err() != nil:
		c.w.code = 499 // nobody listens; for metrics, as other servers count it
	case errors.Is(err, context.DeadlineExceeded):
		s.metrics.door.terminated(placeOf(c), http.StatusGatewayTimeout)
		s.fail(c.w, c.r, apierrors.NewTimeoutError("request did not complete within the requested timeout", 0))
	default:
		if st := statusOf(err); st.Code >= http.StatusInternalServerError {
			s.Log.Error("request failed", "verb", c.verb, "path", c.r.URL.Path, "user", userName(c.user), "err", err)
		}
		s.fail(c.w, c.r, err)
	}
}

// recoverPanic keeps the server alive through a bug in a handler.
func (s *Server) recoverPanic(c *call) {
	v := recover()
	if v == nil {
		return
	}
	if c.trail != nil {
		c.trail.panics = v
	}
	if v == http.ErrAbortHandler {
		s.metrics.door.aborted(placeOf(c))
		panic(v)
	}
	s.Log.Error("a handler panicked", "verb", c.verb, "path", c.r.URL.Path, "panic", v, "stack", string(debug.Stack()))
	s.metrics.panics.Inc()
	if c.w.code != 0 {
		panic(http.ErrAbortHandler)
	}
	s.fail(c.w, c.r, apierrors.NewInternalError(fmt.Errorf("this request caused apiserver to panic. Look in the logs for details")))
}

// requestTimeout bounds what is no stream, as upstream.
const requestTimeout = 60 * time.Second

// deadline gives a write its time: the client's timeout parameter, at most requestTimeout.
func (c *call) deadline() (context.Context, context.CancelFunc, error) {
	limit, err := c.timeLimit()
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithTimeout(c.r.Context(), limit)
	return c.warning(ctx), cancel, nil
}

// timeLimit is how long a request that is no stream may take.
func (c *call) timeLimit() (time.Duration, error) {
	s := c.q.get("timeout")
	if s == "" {
		return requestTimeout, nil
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, apierrors.NewBadRequest(fmt.Sprintf("invalid timeout specified in the request URL - %v", err))
	}
	if d <= 0 {
		return requestTimeout, nil
	}
	return min(requestTimeout, d), nil
}

// warning lets what works for the request warn the client.
func (c *call) warning(ctx context.Context) context.Context {
	return warning.WithWarningRecorder(ctx, &headerWarnings{h: c.w.Header()})
}

// request is what the registry is asked for.
func (c *call) request() registry.Request {
	q := registry.Request{Cluster: c.cluster, Kind: c.kind, Version: c.version, Namespace: c.namespace, Name: c.name,
		Subresource: c.subresource, Verb: c.verb, User: c.user, FieldManager: c.q.get("fieldManager"),
		Asked: registry.Asked{FieldManager: c.q.get("fieldManager"), FieldValidation: c.q.get("fieldValidation")}}
	if !c.kind.Namespaced {
		q.Namespace = "" // the path of a namespace names itself
	}
	return q
}

// auditID takes the client's id of the request, or makes one.
func auditID(r *http.Request) string {
	if id := r.Header.Get("Audit-Id"); id != "" && len(id) <= 64 {
		return id
	}
	var b [16]byte
	rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	id := make([]byte, 0, 36)
	for i, part := range [][]byte{b[:4], b[4:6], b[6:8], b[8:10], b[10:]} {
		if i > 0 {
			id = append(id, '-')
		}
		id = hex.AppendEncode(id, part)
	}
	return string(id)
}

func userName(u user.Info) string {
	if u == nil {
		return ""
	}
	return u.GetName()
}

// answer remembers the status that was sent.
type answer struct {
	http.ResponseWriter
	code int
	sent int64 // bytes of the body
	// stopping, if set, ends a connection that was taken out of the HTTP server's hands, which no longer knows it.
	stopping context.Context
	// trail hears when the answer begins.
	trail *trail
}

// begin notes the status of the answer.
func (a *answer) begin(code int) {
	if a.code == 0 {
		a.code = code
		a.trail.answering(code)
	}
}

// WriteHeader is http.ResponseWriter's.
func (a *answer) WriteHeader(code int) {
	if code >= 200 || code == http.StatusSwitchingProtocols {
		a.begin(code)
	}
	a.ResponseWriter.WriteHeader(code)
}

// Write is http.ResponseWriter's.
func (a *answer) Write(p []byte) (int, error) {
	a.begin(http.StatusOK)
	n, err := a.ResponseWriter.Write(p)
	a.sent += int64(n)
	return n, err
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// Flush is http.Flusher's; upstream's proxies ask for it.
func (a *answer) Flush() {
	if f, ok := a.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
}

// Hijack is http.Hijacker's, for exec, attach and port forwarding.
func (a *answer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	h, ok := a.ResponseWriter.(http.Hijacker)
	if !ok {
		return nil, nil, errors.New("apiserver: the connection cannot be upgraded; use HTTP/1.1")
	}
	conn, rw, err := h.Hijack()
	if err != nil {
		return nil, nil, err
	}
	a.begin(http.StatusSwitchingProtocols)
	if a.stopping != nil {
		conn = &hijacked{Conn: conn, forget: context.AfterFunc(a.stopping, func() { conn.Close() })} // nobody is left to tell
	}
	return conn, rw, nil
}

// hijacked is an upgraded connection, which ends with the server.
type hijacked struct {
	net.Conn
	forget func() bool
}

// Close is net.Conn's.
func (h *hijacked) Close() error {
	h.forget()
	return h.Conn.Close()
}

// requestContext carries the user and namespace where upstream's libraries look for them.
func (c *call) requestContext() context.Context {
	return request.WithNamespace(request.WithUser(c.r.Context(), c.user), c.namespace)
}
