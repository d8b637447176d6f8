// Package nodeapi is the node's HTTPS server: what kubelet offers to an API server, by the same paths. Logs of containers,
// exec, attach and port forwarding over SPDY and WebSocket, the pods of the node, statistics and metrics.
//
// It reads the agent's state, container logs, and streams of the container runtime; it writes nothing of its own. Only
// clients with a certificate of the cluster's authority and a name that is allowed get an answer. It decides nothing:
// who may see which pod was decided by the API server that asks.
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
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"gantry.dev/gantry/internal/agent"
	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/link"
)

// Config is all that the server is told.
type Config struct {
	Agent      *agent.Agent
	Containers container.Runtime
	// Traffic counts what pods have sent and received, by UID; nil counts nothing.
	Traffic func() (map[string]link.Traffic, error)
	// Clients are the common names of certificates that are let in: the API server's.
	Clients []string
	// Log may be nil: slog.Default.
	Log *slog.Logger
}

// Server answers. Make it with New.
type Server struct {
	agent      *agent.Agent
	containers container.Runtime
	traffic    func() (map[string]link.Traffic, error)
	rates      rates
	clients    []string
	log        *slog.Logger
	metrics    *prometheus.Registry
}

// New makes a server that does not listen yet.
func New(cfg Config) *Server {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	s := &Server{agent: cfg.Agent, containers: cfg.Containers, traffic: cfg.Traffic, clients: cfg.Clients, log: cfg.Log, metrics: prometheus.NewRegistry()}
	s.metrics.MustRegister(&podCollector{s})
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
		Certificates: []tls.Certificate{cert}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: authority,
		MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(tls.NewListener(l, conf)) }()
	select {
	case err := <-failed:
		return fmt.Errorf("nodeapi: serving on %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	cut()
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	err := srv.Shutdown(end)
	if errors.Is(err, context.DeadlineExceeded) {
		err = srv.Close()
	}
	<-failed
	return err
}

// Handler is the server without its listener.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", healthy)
	mux.HandleFunc("GET /healthz/{check}", healthy)
	mux.HandleFunc("GET /pods", s.pods)
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
	mux.HandleFunc("GET /stats/summary", s.summary)
	mux.Handle("GET /metrics", s.metricsHandler())
	mux.HandleFunc("GET /metrics/resource", s.usageMetrics(collectResource))
	mux.HandleFunc("GET /metrics/cadvisor", s.usageMetrics(collectCadvisor))
	return s.onlyClients(mux)
}

// onlyClients lets in certificates with a name that is allowed.
func (s *Server) onlyClients(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.TLS == nil || len(r.TLS.VerifiedChains) == 0 {
			http.Error(w, "Unauthorized", http.StatusUnauthorized)
			return
		}
		name := r.TLS.VerifiedChains[0][0].Subject.CommonName
		if !slices.Contains(s.clients, name) {
			http.Error(w, fmt.Sprintf("Forbidden (user=%s, verb=%s, path=%s)", name, r.Method, r.URL.Path), http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
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
