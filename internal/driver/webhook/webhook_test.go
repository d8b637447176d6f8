package webhook

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"gantry.dev/gantry/internal/api"
)

const tenant = api.Cluster("tenant")

// server is a real HTTPS server with a certificate for the Service hook in namespace ns, and for 127.0.0.1.
func server(t *testing.T, h http.HandlerFunc) (*httptest.Server, []byte) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"hook.ns.svc"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(h)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: k}}, MinVersion: tls.VersionTLS12}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func echo(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) }

func nowhere(api.Cluster, string, string, int32) ([]string, error) {
	return nil, apierrors.NewServiceUnavailable(`no endpoints available for service "hook"`)
}

func TestPost(t *testing.T) {
	var asked atomic.Value
	s, ca := server(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Store(r.Method + " " + r.Host + " " + r.URL.String() + " " + r.Header.Get("Content-Type"))
		echo(w, r)
	})
	addr := s.Listener.Addr().String()
	c := New(func(cl api.Cluster, ns, name string, port int32) ([]string, error) {
		if cl != tenant || ns != "ns" || name != "hook" || port != 8443 {
			return nil, fmt.Errorf("asked for %s %s/%s:%d", cl, ns, name, port)
		}
		return []string{"127.0.0.1:1", addr}, nil // nobody listens at the first
	}, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 9500*time.Millisecond)
	defer cancel()
	for _, tc := range []struct {
		name string
		to   api.Webhook
		want string
	}{
		{"url", api.Webhook{URL: s.URL + "/admit", CABundle: ca}, "POST " + addr + " /admit?timeout=10s application/json"},
		{"service", api.Webhook{Namespace: "ns", Name: "hook", Path: "/x/y", Port: 8443, CABundle: ca}, "POST hook.ns.svc:8443 /x/y?timeout=10s application/json"},
		{"any certificate", api.Webhook{URL: s.URL, Insecure: true}, "POST " + addr + " /?timeout=10s application/json"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := c.Post(ctx, tenant, tc.to, []byte(`{"a":1}`))
			if err != nil || string(got) != `{"a":1}` {
				t.Fatalf("got %q, %v", got, err)
			}
			if asked.Load() != tc.want {
				t.Errorf("asked %q, want %q", asked.Load(), tc.want)
			}
		})
	}
}

func TestPostFails(t *testing.T) {
	released := make(chan struct{})
	s, ca := server(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/huge":
			chunk := make([]byte, 1<<20)
			for range minAnswer>>20 + 1 {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		case "/hang":
			<-released
		case "/stall": // the head of an answer, and then nothing
			_ = http.NewResponseController(w).Flush()
			<-released
		case "/status":
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","message":"broken on purpose","reason":"InternalError","code":500}`)
		case "/text":
			http.Error(w, "no such hook", http.StatusNotFound)
		}
	})
	t.Cleanup(func() { close(released) }) // before the server is closed, which waits for its requests
	_, other := server(t, echo)
	dead, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refused := "https://" + dead.Addr().String()
	if err := dead.Close(); err != nil {
		t.Fatal(err)
	}
	c := New(nowhere, nil)
	for _, tc := range []struct {
		name string
		to   api.Webhook
		wait time.Duration
		want string
	}{
		{"no target", api.Webhook{}, 0, "webhook configuration must have either service or URL"},
		{"refused", api.Webhook{URL: refused, CABundle: ca}, 0, "connection refused"},
		{"another authority", api.Webhook{URL: s.URL, CABundle: other}, 0, "certificate"},
		{"the system's authorities", api.Webhook{URL: s.URL}, 0, "certificate signed by unknown authority"},
		{"no certificate", api.Webhook{URL: s.URL, CABundle: []byte("x")}, 0, "unable to parse bytes as PEM block"},
		{"no endpoints", api.Webhook{Namespace: "ns", Name: "hook", CABundle: ca}, 0, `Post "https://hook.ns.svc:443/?timeout=30s": no endpoints available for service "hook"`},
		{"huge answer", api.Webhook{URL: s.URL + "/huge", CABundle: ca}, 0, "the response body is longer than"},
		{"empty answer", api.Webhook{URL: s.URL + "/empty", CABundle: ca}, 0, "0-length response with status code: 200"},
		{"a Status", api.Webhook{URL: s.URL + "/status", CABundle: ca}, 0, "broken on purpose"},
		{"a text", api.Webhook{URL: s.URL + "/text", CABundle: ca}, 0, "the server could not find the requested resource"},
		{"hangs", api.Webhook{URL: s.URL + "/hang", CABundle: ca}, 50 * time.Millisecond, `/hang?timeout=1s": context deadline exceeded`},
		{"stalls", api.Webhook{URL: s.URL + "/stall", CABundle: ca}, 50 * time.Millisecond, "context deadline exceeded"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.wait == 0 {
				tc.wait = 30 * time.Second
			}
			ctx, cancel := context.WithTimeout(t.Context(), tc.wait)
			defer cancel()
			_, err := c.Post(ctx, tenant, tc.to, []byte("{}"))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}

// Connections are reused by one cluster, and never by another.
func TestConnections(t *testing.T) {
	var opened atomic.Int32
	s, ca := server(t, echo)
	addr := s.Listener.Addr().String()
	c := New(func(api.Cluster, string, string, int32) ([]string, error) {
		opened.Add(1)
		return []string{addr}, nil
	}, nil)
	to := api.Webhook{Namespace: "ns", Name: "hook", CABundle: ca}
	for _, cluster := range []api.Cluster{"a", "a", "b", "a"} {
		if _, err := c.Post(t.Context(), cluster, to, []byte("{}")); err != nil {
			t.Fatal(err)
		}
	}
	if n := opened.Load(); n != 2 {
		t.Errorf("%d connections for two clusters, want 2", n)
	}
}

func TestPoolForgets(t *testing.T) {
	var p pool
	boom := func() http.RoundTripper { return broken{errors.New("x")} }
	for i := range maxTargets + 10 {
		p.get(key{host: fmt.Sprint(i)}, boom)
		p.get(key{host: "kept"}, boom)
	}
	if len(p.byKey) != maxTargets || p.order.Len() != maxTargets {
		t.Errorf("%d targets are kept, want %d", len(p.byKey), maxTargets)
	}
	if p.byKey[key{host: "kept"}] == nil {
		t.Error("a target in use was forgotten")
	}
}
