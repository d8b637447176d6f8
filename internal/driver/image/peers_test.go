package image_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"gantry.dev/gantry/internal/driver/image"
	"gantry.dev/gantry/internal/testimage"
)

func openWith(t *testing.T, o image.Options) *image.Store {
	t.Helper()
	o.ResumeWait = time.Millisecond
	s, err := image.Open(filepath.Join(t.TempDir(), "images"), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// TestPeers takes layers from a node that has them: the registry gives the manifest only, and all when the peer fails.
func TestPeers(t *testing.T) {
	reg := testimage.NewRegistry(t)
	img, layer := big(t, "")
	ref := reg.Push(t, "team/web:1", img)
	first := openWith(t, image.Options{Share: true})
	had := pull(t, first, ref)
	if had.Local {
		t.Error("a pulled image counts as the administrator's own")
	}
	// What a peer does instead of giving the blob; nil for giving it.
	var fault http.HandlerFunc
	shown := first.Handler()
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if fault != nil && strings.Contains(r.URL.Path, "/blobs/") {
			fault(w, r)
			return
		}
		shown.ServeHTTP(w, r)
	}))
	defer srv.Close()
	asked := ""
	peers := func(_ context.Context, name string) []image.Peer {
		asked = name
		return []image.Peer{{Host: srv.Listener.Addr().String(), Transport: srv.Client().Transport}}
	}
	blobs := func() int { return reg.Count(http.MethodGet, "/blobs/") }

	before := blobs()
	got := pull(t, openWith(t, image.Options{Peers: peers}), ref)
	if blobs() != before {
		t.Error("the registry was asked for what the peer has")
	}
	if got.ID != had.ID || asked != had.RepoDigests[0] {
		t.Errorf("image %s, peers asked for %s", got.ID, asked)
	}
	for name, f := range map[string]http.HandlerFunc{
		"has nothing": http.NotFound,
		"forbids":     func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) },
		"lies":        func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(noise(300 << 10)) },
		"breaks":      func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		fault = f
		before := reg.Count(http.MethodGet, "/blobs/"+digestOf(t, layer))
		pull(t, openWith(t, image.Options{Peers: peers}), ref)
		if reg.Count(http.MethodGet, "/blobs/"+digestOf(t, layer)) != before+1 {
			t.Errorf("a peer that %s: the registry was not asked for the layer once", name)
		}
	}
	fault = nil

	// A peer is no way around the registry's word.
	reg.Require(testimage.Credentials{Username: "u", Password: "p"})
	digest, _ := img.Digest()
	_, err := openWith(t, image.Options{Peers: peers}).Pull(t.Context(), reg.Host+"/team/web@"+digest.String(), nil)
	wantCause(t, err, image.Unauthorized)
	reg.Require(testimage.Credentials{})

	// What is kept can be pushed without the registry that it came from, and goes with its image.
	other := testimage.NewRegistry(t)
	reg.SetHook(testimage.Status(http.StatusServiceUnavailable))
	if err := first.Push(t.Context(), ref, other.Host+"/copy:1", nil); err != nil {
		t.Error(err)
	}
	if _, err := first.GC(func(image.Image) bool { return false }); err != nil {
		t.Fatal(err)
	}
	if resp := get(t, shown, http.MethodGet, "/v2/team/web/blobs/"+digestOf(t, layer), ""); resp.StatusCode != http.StatusNotFound { //nolint:bodyclose // a recorder has nothing to close
		t.Errorf("a collected blob: %s", resp.Status)
	}
}

func get(t *testing.T, h http.Handler, method, path, ranges string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	if ranges != "" {
		r.Header.Set("Range", ranges)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func TestHandler(t *testing.T) {
	s, reg := openWith(t, image.Options{Share: true}), testimage.NewRegistry(t)
	img, layer := big(t, "")
	pull(t, s, reg.Push(t, "web:1", img))
	blob := "/v2/web/blobs/" + digestOf(t, layer)
	manifest, _ := img.Digest()
	for _, c := range []struct {
		method, path, ranges string
		want                 int
	}{
		{http.MethodGet, "/v2/", "", http.StatusOK},
		{http.MethodGet, blob, "", http.StatusOK},
		{http.MethodGet, blob, "bytes=5-9", http.StatusPartialContent},
		{http.MethodGet, blob, "bytes=99999999-", http.StatusRequestedRangeNotSatisfiable},
		{http.MethodPost, blob, "", http.StatusNotFound},
		{http.MethodGet, "/v2/web/manifests/1", "", http.StatusNotFound},
		{http.MethodGet, "/v2/web/manifests/" + manifest.String(), "", http.StatusNotFound},
		{http.MethodGet, "/v2/web/blobs/sha256:../../index.json", "", http.StatusNotFound},
		{http.MethodGet, "/v2/web/blobs/sha256:" + strings.Repeat("0", 64), "", http.StatusNotFound},
		{http.MethodGet, "/etc/passwd", "", http.StatusNotFound},
	} {
		resp := get(t, s.Handler(), c.method, c.path, c.ranges) //nolint:bodyclose // as above
		if resp.StatusCode != c.want {
			t.Errorf("%s %s %s: %s, want %d", c.method, c.path, c.ranges, resp.Status, c.want)
		}
		if body, _ := io.ReadAll(resp.Body); c.want == http.StatusPartialContent && len(body) != 5 {
			t.Errorf("a range of 5 bytes has %d", len(body))
		}
	}
	other := testimage.Image(t, v1.Config{User: "x"})
	if kept := pull(t, openStore(t), reg.Push(t, "other:1", other)); kept.Local {
		t.Error("local")
	}
}
