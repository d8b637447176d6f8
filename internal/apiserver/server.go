package apiserver

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/version"
	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/authz"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/fair"
	"gantry.dev/gantry/internal/registry"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/token"
)

// Config is what the door needs. Fields that may be left empty say so.
type Config struct {
	Law        *schema.Schema
	Registry   *registry.Registry
	Authorizer *authz.Authorizer
	// Tokens checks service account tokens; nil knows none. Objects says what they are bound to.
	Tokens  *token.Keys
	Objects token.Objects
	// ClientCAs signs client certificates; nil accepts none.
	ClientCAs *x509.CertPool
	// Serves says which clusters exist; nil serves the host cluster only.
	Serves func(api.Cluster) bool
	// Nodes is the TLS configuration towards the nodes' own servers: our client certificate and their authority. Nil
	// refuses log, exec and the like.
	Nodes *tls.Config
	// Extensions leads to extension servers (APIServices); nil serves none.
	Extensions Extensions
	// URL is how clients inside the cluster reach this server ("https://10.43.0.1:443"), for the OIDC documents.
	URL string
	// Concurrency bounds requests at the same time; nil takes DefaultConcurrency.
	Concurrency *Concurrency
	// Flows is where FlowSchemas and PriorityLevelConfigurations come from.
	Flows fair.Source
	// Checks are asked by /readyz and, unless ReadyOnly, by /livez and /healthz.
	Checks []Check
	// Bookmarks is how often a quiet watch hears how far it has come, so that it can resume there although others have
	// filled the history since; zero takes a minute, as upstream.
	Bookmarks time.Duration
	// Wrap puts something around the handler of every request; nil puts nothing.
	Wrap func(http.Handler) http.Handler
	// Audit is the audit log; nil keeps none.
	Audit AuditLog
	// Explain tells in text what Gantry would do next for an object and why: /debug/explain. Nil answers 404.
	Explain func(ctx context.Context, key api.Key) (string, error)
	// ExplainManifest tells in text where the pods of a manifest would go that is POSTed there.
	ExplainManifest func(ctx context.Context, cluster api.Cluster, who user.Info, namespace string, manifest []byte) (string, error)
	// Graph tells in text which controller reads and writes what: /debug/graph. Nil answers 404.
	Graph func() string
	// Version is what /version answers.
	Version version.Info
	Clock   client.Clock
	Log     *slog.Logger // nil logs nothing
}

// Server is the API server as an http.Handler. It is safe for concurrent use.
type Server struct {
	Config
	// gate is nil if priority and fairness is switched off; then readOnly and mutating are bounds.
	gate               *fair.Gate
	readOnly, mutating *fair.InFlight
	statusz            http.Handler // nil without a version
	refusals           fair.Refusals
	watches            fair.Watches

	metrics *metrics
	docs    documents
	tokens  tokenCache
	nodes   nodeTransports
	ext     extensions
	pace    pace
	// unprepared are clusters of whose custom kinds documents are to be made, see docsahead.go.
	unprepared chan api.Cluster
	built      []*remote // groups that are answered here without a store

	stop     context.CancelFunc // ends watches and other streams
	stopping context.Context
}

// New makes a server. It serves nothing before its handler is called or Serve runs.
func New(c Config) (*Server, error) {
	switch {
	case c.Law == nil || c.Registry == nil || c.Authorizer == nil || c.Flows == nil || c.Clock == nil:
		return nil, errors.New("apiserver: Law, Registry, Authorizer, Flows and Clock are required")
	case c.Tokens != nil && c.Objects == nil:
		return nil, errors.New("apiserver: Tokens needs Objects, to ask what tokens are bound to")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Concurrency == nil {
		d := DefaultConcurrency()
		c.Concurrency = &d
	}
	if err := c.Concurrency.Check(); err != nil {
		return nil, fmt.Errorf("apiserver: %w", err)
	}
	if c.Bookmarks == 0 {
		c.Bookmarks = time.Minute
	}
	s := &Server{Config: c, metrics: newMetrics(), unprepared: make(chan api.Cluster, unpreparedMost)}
	if c.Concurrency.Unqueued {
		s.readOnly, s.mutating = fair.NewInFlight(c.Concurrency.ReadOnly), fair.NewInFlight(c.Concurrency.Mutating)
	} else {
		s.gate = fair.New(c.Flows, fair.Options{Seats: c.Concurrency.ReadOnly + c.Concurrency.Mutating, Crowded: crowdedSeats * runtime.GOMAXPROCS(0)})
	}
	s.built, s.statusz = s.buildGroups(), s.newStatusz()
	s.stopping, s.stop = context.WithCancel(context.Background())
	s.MustRegister(newObjectCounts(c.Law, c.Registry), buildInfo(&c.Version), versionInfo(&c.Version), s.hostMetrics())
	return s, nil
}

// Bounds of connections, against clients that take their time.
const (
	// headerTimeout is for a request's header, as upstream.
	headerTimeout = 32 * time.Second
	idleTimeout   = 90 * time.Second
	// writeTimeout is for an answer that is no stream; a LIST of 100 MB at 3 Mbit/s fits.
	writeTimeout = 5 * time.Minute
	// maxHeader bounds headers: a token, impersonation and a long selector fit many times.
	maxHeader = 1 << 20
	// streamsPerConn is how many requests one HTTP/2 connection carries: an informer's watch takes one each.
	streamsPerConn = 1000
)

// Serve answers requests on a listener until ctx ends; then it takes no more, ends watches, and waits up to drain for the
// requests that run. It returns nil after a clean end.
func (s *Server) Serve(ctx context.Context, l net.Listener, t *tls.Config, drain time.Duration) error {
	t = t.Clone()
	// Certificates are asked for, and judged in authenticate: a bad one deserves a 401, not a broken handshake.
	t.ClientAuth = tls.RequestClientCert
	t.NextProtos = []string{"h2", "http/1.1"}
	// Answers are read by programs on near networks: no small records that a browser could begin to draw.
	t.DynamicRecordSizingDisabled = true
	if t.MinVersion == 0 {
		t.MinVersion = tls.VersionTLS12
	}
	h := &http.Server{
		Handler: s.handler(), ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, WriteTimeout: writeTimeout, MaxHeaderBytes: maxHeader,
		ConnContext: withConn, ErrorLog: log.New(handshakeErrors{s.metrics.door.handshakes, func(line string) { s.Log.Debug(line) }}, "", 0),
		HTTP2: &http.HTTP2Config{MaxConcurrentStreams: streamsPerConn},
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	ended := make(chan struct{})
	defer close(ended)
	var drained error
	done := make(chan struct{})
	wg.Go(func() {
		defer close(done)
		select {
		case <-ended: // the listener broke; nothing to drain
			return
		case <-ctx.Done():
		}
		s.stop()
		dctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
		defer cancel()
		if err := h.Shutdown(dctx); err != nil {
			drained = errors.Join(fmt.Errorf("apiserver: requests still ran after %s: %w", drain, err), h.Close())
		}
	})
	err := h.Serve(tls.NewListener(l, t))
	if !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("apiserver: serving on %s: %w", l.Addr(), err)
	}
	<-done
	return drained
}

// handler is what connections are served with.
func (s *Server) handler() http.Handler {
	if s.Wrap == nil {
		return s
	}
	return s.Wrap(s)
}

// Close ends all streams. Serve does it by itself; whoever mounts the handler elsewhere calls it.
func (s *Server) Close() { s.stop() }
