package testimage

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// Registry is a real registry on 127.0.0.1, in memory, for one test.
type Registry struct {
	Host string // "127.0.0.1:port"

	server *httptest.Server
	mu     sync.Mutex
	auth   Credentials
	hook   Hook
	seen   []string // "GET /v2/..." in order
}

// Credentials are what a registry asks for; the zero value asks for nothing.
type Credentials struct {
	Username, Password string
	// Bearer makes the registry send clients to its token endpoint, as public registries do, instead of taking the
	// password itself.
	Bearer bool
}

// Hook stands before the registry and may answer in its place; see Registry.SetHook.
type Hook func(w http.ResponseWriter, r *http.Request, next http.Handler)

// token is what the bearer endpoint hands out.
const token = "let-me-in"

// NewRegistry starts a registry, which ends with the test.
func NewRegistry(t testing.TB) *Registry {
	t.Helper()
	r := &Registry{}
	inner := registry.New(registry.Logger(log.New(io.Discard, "", 0)), registry.WithReferrersSupport(true))
	r.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) { r.serve(w, req, inner) }))
	t.Cleanup(r.Close)
	r.Host = strings.TrimPrefix(r.server.URL, "http://")
	return r
}

// Close stops the registry: from then on connections to it are refused.
func (r *Registry) Close() { r.server.Close() }

// Require makes the registry ask for credentials.
func (r *Registry) Require(c Credentials) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.auth = c
}

// SetHook puts a hook before the registry; nil takes it away.
func (r *Registry) SetHook(h Hook) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hook = h
}

// Count is how many requests so far had this method and a path that contains part.
func (r *Registry) Count(method, part string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for _, s := range r.seen {
		if strings.HasPrefix(s, method+" ") && strings.Contains(s, part) {
			n++
		}
	}
	return n
}

// Push puts an image or an index under a name without a host ("team/web:1") and returns the full name.
func (r *Registry) Push(t testing.TB, n string, what any) string {
	t.Helper()
	full := r.Host + "/" + n
	ref, err := name.ParseReference(full)
	if err != nil {
		t.Fatalf("push %s: %v", n, err)
	}
	r.mu.Lock()
	c := r.auth
	r.mu.Unlock()
	auth := remote.WithAuth(authn.FromConfig(authn.AuthConfig{Username: c.Username, Password: c.Password}))
	switch w := what.(type) {
	case v1.Image:
		err = remote.Write(ref, w, auth)
	case v1.ImageIndex:
		err = remote.WriteIndex(ref, w, auth)
	default:
		t.Fatalf("push %s: %T is neither an image nor an index", n, what)
	}
	if err != nil {
		t.Fatalf("push %s: %v", n, err)
	}
	return full
}

func (r *Registry) serve(w http.ResponseWriter, req *http.Request, inner http.Handler) {
	r.mu.Lock()
	auth, hook := r.auth, r.hook
	r.seen = append(r.seen, req.Method+" "+req.URL.Path)
	r.mu.Unlock()
	if !auth.admit(w, req, r.server.URL) {
		return
	}
	if hook != nil {
		hook(w, req, inner)
		return
	}
	inner.ServeHTTP(w, req)
}

// admit answers requests without the right credentials, and those to the token endpoint, by itself.
func (c Credentials) admit(w http.ResponseWriter, req *http.Request, url string) bool {
	if c.Username == "" {
		return true
	}
	user, password, _ := req.BasicAuth()
	basic := user == c.Username && password == c.Password
	switch {
	case !c.Bearer && basic:
		return true
	case !c.Bearer:
		w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
	case req.URL.Path == "/token" && basic:
		_, _ = io.WriteString(w, `{"token":"`+token+`"}`) // a client that left is no failure of the registry
		return false
	case req.Header.Get("Authorization") == "Bearer "+token:
		return true
	default:
		w.Header().Set("WWW-Authenticate", `Bearer realm="`+url+`/token",service="test"`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusUnauthorized)
	_, _ = io.WriteString(w, `{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}`)
	return false
}
