// Package nodeapi is the node's HTTPS server: what kubelet offers to an API server, by the same paths. Logs of containers,
// exec, attach and port forwarding over SPDY and WebSocket, the pods of the node, statistics and metrics.
//
// It reads the agent's state, container logs, and streams of the container runtime; it writes nothing of its own. The API server
// is known by its certificate; of all others, collectors of metrics mostly, the API is asked who they are and whether they may.
// It decides nothing: who may see which pod was decided by the API server that asks.
package nodeapi

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/sync/singleflight"
	"k8s.io/apimachinery/pkg/version"

	"gantry.dev/gantry/internal/agent"
	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/link"
)

// Config is all that the server is told.
type Config struct {
	Agent      *agent.Agent
	Containers container.Runtime
	// Traffic counts what pods and the machine have sent and received; nil counts nothing.
	Traffic func() (link.AllTraffic, error)
	// Clients are the common names of certificates that are let in whatever they want: the API server's.
	Clients []string
	// Reviewer is asked about all others; nil lets in nobody else.
	Reviewer Reviewer
	// Images gives layers of images to other nodes, below /v2/ and to who may get nodes/images; nil gives none.
	Images http.Handler
	// OwnLog is the file that this process logs to, empty if it is none; LogQueries lets clients ask for lines of services of the
	// machine (kubelet's enableSystemLogQuery).
	OwnLog     string
	LogQueries bool
	// NoLogs keeps the machine's log files back (enableSystemLogHandler false).
	NoLogs bool
	// Version is the node's, for its metrics.
	Version version.Info
	// Log may be nil: slog.Default.
	Log *slog.Logger
}

// Server answers. Make it with New.
type Server struct {
	agent      *agent.Agent
	containers container.Runtime
	traffic    func() (link.AllTraffic, error)
	started    time.Time
	rates      rates
	readings   singleflight.Group
	disks      disks
	gate       *gate
	images     http.Handler
	machine    machineLogs
	log        *slog.Logger
	metrics    *prometheus.Registry
	probes     *prometheus.Registry
	requests   *prometheus.CounterVec
}

// New makes a server that does not listen yet.
func New(cfg Config) *Server {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	s := &Server{agent: cfg.Agent, containers: cfg.Containers, traffic: cfg.Traffic, gate: newGate(cfg.Clients, cfg.Reviewer), images: cfg.Images, machine: machineLogs{dir: hostLogs, own: cfg.OwnLog, off: cfg.NoLogs, queries: cfg.LogQueries}, log: cfg.Log, metrics: prometheus.NewRegistry(), probes: prometheus.NewRegistry(), started: time.Now()}
	s.register(cfg.Version)
	return s
}

// Bounds of connections.
const (
	headerTimeout = 30 * time.Second
	// stopTimeout is what requests under way get when the server stops; streams that live longer are cut.
	stopTimeout = 5 * time.Second
)

// Serve answers on l until ctx ends. cert is the node's certificate, authority signs those of clients.
func (s *Server) Serve(ctx context.Context, l net.Listener, cert tls.Certificate, authority *x509.CertPool) error {
	streams, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	srv := &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: headerTimeout, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
		BaseContext: func(net.Listener) context.Context { return streams },
	}
	// Upgraded connections need HTTP/1.1.
	conf := &tls.Config{
		Certificates: []tls.Certificate{cert}, ClientAuth: tls.VerifyClientCertIfGiven, ClientCAs: authority,
		MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
	}
	return run(ctx, srv, tls.NewListener(l, conf), cut)
}

// Handler is the server without its listener.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	s.reading(mux)
	mux.HandleFunc("GET /runningpods/", s.pods)
	mux.HandleFunc("GET /containerLogs/{namespace}/{pod}/{container}", s.logs)
	for _, method := range []string{"GET ", "POST "} {
		mux.HandleFunc(method+"/exec/{namespace}/{pod}/{container}", s.exec)
		mux.HandleFunc(method+"/exec/{namespace}/{pod}/{uid}/{container}", s.exec)
		mux.HandleFunc(method+"/attach/{namespace}/{pod}/{container}", s.attach)
		mux.HandleFunc(method+"/attach/{namespace}/{pod}/{uid}/{container}", s.attach)
		mux.HandleFunc(method+"/portForward/{namespace}/{pod}", s.portForward)
		mux.HandleFunc(method+"/portForward/{namespace}/{pod}/{uid}", s.portForward)
	}
	mux.HandleFunc("GET /timing/{namespace}/{pod}", s.timing)
	mux.HandleFunc("POST /shutdown", s.beginShutdown)
	mux.HandleFunc("GET /shutdown", s.shutdownState)
	mux.HandleFunc("DELETE /shutdown", s.cancelShutdown)
	if s.images != nil {
		mux.Handle("GET /v2/", s.images)
	}
	s.debugging(mux)
	return s.gate.wrap(s.counted(mux, "readwrite"))
}

// reading registers what only reads, and tells of pods no more than their specs.
func (s *Server) reading(mux *http.ServeMux) {
	mux.HandleFunc("GET /healthz", healthy)
	mux.HandleFunc("GET /healthz/{check}", healthy)
	mux.HandleFunc("GET /pods", s.pods)
	mux.HandleFunc("GET /stats/summary", s.summary)
	mux.Handle("GET /metrics", s.metricsHandler())
	mux.HandleFunc("GET /metrics/resource", s.usageMetrics(false, writeResource))
	mux.HandleFunc("GET /metrics/cadvisor", s.usageMetrics(true, s.writeCadvisor))
	mux.Handle("GET /metrics/probes", promhttp.HandlerFor(s.probes, promhttp.HandlerOpts{ErrorHandling: promhttp.HTTPErrorOnError}))
}

func healthy(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") }

// refuse answers with the status that goes with an error of the agent.
func refuse(w http.ResponseWriter, err error) {
	code := http.StatusBadRequest
	switch {
	case errors.Is(err, agent.ErrNoPod):
		code = http.StatusNotFound
	case errors.Is(err, container.ErrUnavailable):
		code = http.StatusServiceUnavailable
	}
	http.Error(w, err.Error(), code)
}
