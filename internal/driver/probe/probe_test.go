package probe

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

func target(t *testing.T, raw, path string) HTTPTarget {
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil {
		t.Fatal(err)
	}
	return HTTPTarget{Scheme: strings.ToUpper(u.Scheme), Host: u.Hostname(), Port: port, Path: path, Header: http.Header{"X-Own": {"yes"}, "Host": {"example.com"}}}
}

func TestHTTP(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/ok", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Own") != "yes" || r.Host != "example.com" || r.UserAgent() != userAgent || r.URL.Query().Get("q") != "1" {
			w.WriteHeader(http.StatusTeapot)
		}
	})
	mux.HandleFunc("/bad", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	mux.HandleFunc("/near", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/bad", http.StatusFound) })
	mux.HandleFunc("/far", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://elsewhere.invalid/", http.StatusFound)
	})
	for name, server := range map[string]*httptest.Server{"http": httptest.NewServer(mux), "https": httptest.NewTLSServer(mux)} {
		t.Cleanup(server.Close)
		for path, want := range map[string]Result{"/ok?q=1": {OK: true}, "/bad": {}, "/near": {}, "/far": {OK: true, Warning: true}} {
			got := HTTP(t.Context(), target(t, server.URL, path))
			if got.OK != want.OK || got.Warning != want.Warning {
				t.Errorf("%s %s: %+v", name, path, got)
			}
			if want.Warning && got.Output != "Probe terminated redirects, Response body: <a href=\"http://elsewhere.invalid/\">Found</a>.\n\n" {
				t.Errorf("%s %s says %q", name, path, got.Output)
			}
		}
	}
}

func TestTCP(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if r := TCP(t.Context(), l.Addr().String()); !r.OK {
		t.Errorf("open port: %+v", r)
	}
	l.Close()
	if r := TCP(t.Context(), l.Addr().String()); r.OK || r.Output == "" {
		t.Errorf("closed port: %+v", r)
	}
}

func TestGRPC(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := health.NewServer()
	h.SetServingStatus("sick", healthpb.HealthCheckResponse_NOT_SERVING)
	s := grpc.NewServer()
	healthpb.RegisterHealthServer(s, h)
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() { s.Stop(); <-done })
	if r := GRPC(t.Context(), l.Addr().String(), "", time.Second); !r.OK {
		t.Errorf("healthy: %+v", r)
	}
	if r := GRPC(t.Context(), l.Addr().String(), "sick", time.Second); r.OK {
		t.Errorf("sick: %+v", r)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r := GRPC(ctx, l.Addr().String(), "", time.Second); r.OK {
		t.Errorf("cancelled: %+v", r)
	}
}
