package apiserver

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/uuid"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/rand"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"gantry.dev/gantry/internal/authz"
	"gantry.dev/gantry/internal/driver/pki"
	"gantry.dev/gantry/internal/registry"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store/disk"
	"gantry.dev/gantry/internal/token"
)

// door is a whole API server on a port of its own, with the real registry on a store in memory.
type door struct {
	t     testing.TB
	url   string
	ca    *pki.Authority
	srv   *Server
	store *disk.Store
	reg   *registry.Registry
	law   *schema.Schema
	node  *fakeNode // of newDoorWithNode
	stop  func()    // ends it as a signal would, and waits
}

// options change the Config before the server starts.
type option func(*Config)

func newDoor(t testing.TB, opts ...option) *door {
	t.Helper()
	law, err := schema.New()
	check(t, err)
	st, err := disk.Open("store", disk.Options{FS: vfs.NewMem()})
	check(t, err)
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	ca, err := pki.Open(t.TempDir(), time.Now)
	check(t, err)
	key, err := ca.SigningKey("sa")
	check(t, err)
	keys, err := token.NewKeys(key)
	check(t, err)

	policies := storePolicies{law, st}
	boot := law.BootstrapPolicy()
	base := authz.NewPolicy(nil, authz.Objects{ClusterRoles: boot.ClusterRoles, ClusterRoleBindings: boot.ClusterRoleBindings, Roles: boot.Roles, RoleBindings: boot.RoleBindings})
	az := authz.New(policies, base)
	reg, err := registry.New(registry.Config{Law: law, Store: st, Clock: time.Now, UID: func() types.UID { return types.UID(uuid.NewString()) },
		Suffix: func() string { return rand.String(5) }, ServiceCIDR: "10.43.0.0/16", Escalation: az, Tokens: tokenIssuer{keys, time.Now}})
	check(t, err)
	cfg := Config{Law: law, Registry: reg, Authorizer: az, Flows: storeFlows{policies}, Tokens: keys, Objects: boundObjects{law, st}, ClientCAs: ca.Pool(), Clock: time.Now,
		URL: "https://127.0.0.1", Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))}
	cfg.Version.GitVersion, cfg.Version.Major, cfg.Version.Minor = "v1.36.3+gantry", "1", "36"
	for _, o := range opts {
		o(&cfg)
	}
	srv, err := New(cfg)
	check(t, err)
	serving, err := ca.Pair("server", pki.Leaf{CommonName: "kube-apiserver", IPs: []net.IP{net.IPv4(127, 0, 0, 1)}, Server: true})
	check(t, err)
	cert, err := tls.X509KeyPair(serving.CertPEM, serving.KeyPEM)
	check(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)

	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() {
		served <- srv.Serve(ctx, l, &tls.Config{Certificates: []tls.Certificate{cert}}, 10*time.Second)
	}()
	var ended atomic.Bool
	stop := func() {
		if ended.Swap(true) {
			return
		}
		cancel()
		if err := <-served; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	d := &door{t: t, url: "https://" + l.Addr().String(), ca: ca, srv: srv, store: st, reg: reg, law: law, stop: stop}
	d.admin().must("POST", "/api/v1/namespaces", `{"metadata":{"name":"default"}}`, 201)
	d.admin().must("POST", "/api/v1/namespaces", `{"metadata":{"name":"red"}}`, 201)
	for _, ns := range []string{"default", "red"} {
		d.admin().must("POST", "/api/v1/namespaces/"+ns+"/serviceaccounts", `{"metadata":{"name":"default"}}`, 201)
	}
	return d
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// config is a client-go configuration for a user.
func (d *door) config(name string, groups ...string) *rest.Config {
	d.t.Helper()
	p, err := d.ca.Pair("user-"+name, pki.Leaf{CommonName: name, Organizations: groups, Client: true})
	check(d.t, err)
	return &rest.Config{Host: d.url, QPS: -1, TLSClientConfig: rest.TLSClientConfig{CAData: d.ca.CAPEM(), CertData: p.CertPEM, KeyData: p.KeyPEM}}
}

func (d *door) clientset(c *rest.Config) *kubernetes.Clientset {
	d.t.Helper()
	cs, err := kubernetes.NewForConfig(c)
	check(d.t, err)
	return cs
}

// caller sends plain requests as one user.
type caller struct {
	d      *door
	client *http.Client
	header http.Header
}

func (d *door) as(c *rest.Config) *caller {
	d.t.Helper()
	client, err := rest.HTTPClientFor(c)
	check(d.t, err)
	d.t.Cleanup(client.CloseIdleConnections)
	return &caller{d, client, http.Header{}}
}

func (d *door) admin() *caller { return d.as(d.config("admin", "system:masters")) }

func (d *door) anonymous() *caller {
	return d.as(&rest.Config{Host: d.url, TLSClientConfig: rest.TLSClientConfig{CAData: d.ca.CAPEM()}})
}

func (c *caller) with(key, value string) *caller {
	h := c.header.Clone()
	h.Add(key, value)
	return &caller{c.d, c.client, h}
}

// do sends a request and returns status, header and body.
func (c *caller) do(method, path, body string) (int, http.Header, []byte) {
	c.d.t.Helper()
	resp := c.open(method, path, body)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	check(c.d.t, err)
	return resp.StatusCode, resp.Header, b
}

func (c *caller) open(method, path, body string) *http.Response {
	c.d.t.Helper()
	ctx, cancel := context.WithTimeout(c.d.t.Context(), time.Minute)
	c.d.t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, method, c.d.url+path, strings.NewReader(body))
	check(c.d.t, err)
	req.Header = c.header.Clone()
	if body != "" && req.Header.Get("Content-Type") == "" {
		req.Header.Set("Content-Type", mediaJSON)
	}
	resp, err := c.client.Do(req)
	check(c.d.t, err)
	return resp
}

// must sends a request that has to be answered with the code, and decodes the answer.
func (c *caller) must(method, path, body string, code int) map[string]any {
	c.d.t.Helper()
	got, _, b := c.do(method, path, body)
	if got != code {
		c.d.t.Fatalf("%s %s: %d, want %d: %s", method, path, got, code, b)
	}
	var out map[string]any
	if bytes.HasPrefix(b, []byte("{")) {
		check(c.d.t, json.Unmarshal(b, &out))
	}
	return out
}

// at reads a value deep in a decoded answer: at(o, "metadata.name").
func at(o map[string]any, path string) string {
	var v any = o
	for p := range strings.SplitSeq(path, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			return ""
		}
		v = m[p]
	}
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}
