package nodeapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
)

// ServeHealthz answers /healthz on l, in plain HTTP, until ctx ends.
func (s *Server) ServeHealthz(ctx context.Context, l net.Listener) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", healthy)
	mux.HandleFunc("GET /healthz/{check}", healthy)
	return s.servePlain(ctx, l, mux)
}

// ServeReadOnly answers on l with pods, statistics and metrics, in plain HTTP and to everybody, until ctx ends. Logs, exec, settings and all
// that changes something are for the server that asks who it is.
func (s *Server) ServeReadOnly(ctx context.Context, l net.Listener) error {
	mux := http.NewServeMux()
	s.reading(mux)
	return s.servePlain(ctx, l, s.counted(mux, "readonly"))
}

func (s *Server) servePlain(ctx context.Context, l net.Listener, h http.Handler) error {
	srv := &http.Server{Handler: h, ReadHeaderTimeout: headerTimeout, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug)}
	return run(ctx, srv, l, func() {})
}

// run serves until ctx ends; then cut ends what would not end by itself, and the rest gets stopTimeout.
func run(ctx context.Context, srv *http.Server, l net.Listener, cut func()) error {
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
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
