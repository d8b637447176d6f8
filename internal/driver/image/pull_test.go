package image_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"gantry.dev/gantry/internal/driver/image"
	"gantry.dev/gantry/internal/testimage"
)

func TestPullRunsBusybox(t *testing.T) {
	s, reg := openStore(t), testimage.NewRegistry(t)
	made := testimage.Busybox(t, testimage.File("etc/greeting", "hello", 0o644))
	ref := reg.Push(t, "team/busybox:1", made)

	img := pull(t, s, ref)
	id, _ := made.ConfigName()
	digest, _ := made.Digest()
	if img.ID != id.String() {
		t.Errorf("ID %s, want the config's digest %s", img.ID, id)
	}
	if want := []string{ref}; !slices.Equal(img.Tags, want) {
		t.Errorf("tags %v, want %v", img.Tags, want)
	}
	byDigest := reg.Host + "/team/busybox@" + digest.String()
	if want := []string{byDigest}; !slices.Equal(img.RepoDigests, want) {
		t.Errorf("repo digests %v, want %v", img.RepoDigests, want)
	}
	if img.Ref() != byDigest {
		t.Errorf("Ref %s", img.Ref())
	}
	if !slices.Equal(img.Config.Cmd, []string{"/bin/sh"}) || len(img.Layers) != 2 || img.Size < 1<<20 {
		t.Errorf("image %+v", img)
	}

	root := mount(t, img)
	out, err := exec.Command("chroot", root, "/bin/sh", "-c", "cat /etc/greeting; ls -ld /tmp").CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), "hellodrwxrwxrwt") {
		t.Errorf("run in the image: %v\n%s", err, out)
	}

	for _, name := range []string{ref, byDigest, img.ID, strings.TrimPrefix(img.ID, "sha256:"), ref + "@" + digest.String()} {
		if got, ok := s.Get(name); !ok || got.ID != img.ID {
			t.Errorf("Get(%q): %v", name, ok)
		}
	}
	for _, name := range []string{reg.Host + "/team/busybox:2", "busybox", "No Name"} {
		if _, ok := s.Get(name); ok {
			t.Errorf("Get(%q) finds something", name)
		}
	}
}

func TestPullAuth(t *testing.T) {
	for _, bearer := range []bool{false, true} {
		t.Run(fmt.Sprintf("bearer=%v", bearer), func(t *testing.T) {
			s, reg := openStore(t), testimage.NewRegistry(t)
			reg.Require(testimage.Credentials{Username: "u", Password: "p", Bearer: bearer})
			ref := reg.Push(t, "private:1", testimage.Image(t, v1.Config{}))
			good := image.Auth{Registry: reg.Host, Username: "u", Password: "p"}
			bad := image.Auth{Registry: reg.Host + "/private", Username: "u", Password: "wrong"}

			_, err := s.Pull(t.Context(), ref, nil)
			wantCause(t, err, image.Unauthorized)
			_, err = s.Pull(t.Context(), ref, []image.Auth{bad})
			wantCause(t, err, image.Unauthorized)
			_, err = s.Pull(t.Context(), ref, []image.Auth{{Registry: "elsewhere", Username: "u", Password: "p"}})
			wantCause(t, err, image.Unauthorized)
			pull(t, s, ref, bad, good) // the more specific one is tried first, and does not end it
		})
	}
}

func TestPullPlatforms(t *testing.T) {
	s, reg := openStore(t), testimage.NewRegistry(t)
	ours := testimage.Image(t, v1.Config{}, testimage.Layer(t, testimage.File("ours", "", 0o644)))
	other := testimage.ImageFor(t, "linux", "s390x", v1.Config{}, testimage.Layer(t, testimage.File("other", "", 0o644)))
	idx := testimage.Index(t, map[string]v1.Image{"linux/amd64": ours, "linux/arm64": ours, "linux/s390x": other})
	ref := reg.Push(t, "multi:1", idx)

	img := pull(t, s, ref)
	if id, _ := ours.ConfigName(); img.ID != id.String() {
		t.Errorf("pulled %s, want %s", img.ID, id)
	}
	top, _ := idx.Digest()
	if !strings.HasSuffix(img.Ref(), top.String()) {
		t.Errorf("repo digest %s is not of the index %s", img.Ref(), top)
	}
	pull(t, s, reg.Host+"/multi@"+top.String())

	_, err := s.Pull(t.Context(), reg.Push(t, "foreign:index", testimage.Index(t, map[string]v1.Image{"linux/s390x": other})), nil)
	wantCause(t, err, image.NoPlatform)
	_, err = s.Pull(t.Context(), reg.Push(t, "foreign:plain", other), nil)
	wantCause(t, err, image.NoPlatform)
}

func TestPullFailures(t *testing.T) {
	reg := testimage.NewRegistry(t)
	layer := testimage.Layer(t, testimage.Entry{Header: testimage.File("f", "", 0o644).Header, Data: noise(100 << 10)})
	ref := reg.Push(t, "web:1", testimage.Image(t, v1.Config{}, layer))
	gone := testimage.NewRegistry(t)
	gone.Close()
	schema1 := func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if !strings.Contains(r.URL.Path, "/manifests/") {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/vnd.docker.distribution.manifest.v1+json")
		fmt.Fprint(w, `{"schemaVersion":1}`)
	}
	busy := func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Retry-After", "86400") // longer than anybody waits
		w.WriteHeader(http.StatusTooManyRequests)
	}
	for _, c := range []struct {
		name string
		ref  string
		hook testimage.Hook
		want image.Cause
	}{
		{"bad name", "Web:1", nil, image.InvalidName},
		{"empty name", "", nil, image.InvalidName},
		{"no such tag", reg.Host + "/web:2", nil, image.NotFound},
		{"no such repository", reg.Host + "/nothing:1", nil, image.NotFound},
		{"nobody listens", gone.Host + "/web:1", nil, image.Unreachable},
		{"forbidden", ref, testimage.Status(http.StatusForbidden), image.Unauthorized},
		{"registry broken", ref, testimage.Status(http.StatusServiceUnavailable), image.Unreachable},
		{"registry counts requests", ref, busy, image.Unreachable},
		{"blob missing", ref, testimage.OnBlob(layer, testimage.Status(http.StatusNotFound)), image.NotFound},
		{"blob corrupt", ref, testimage.OnBlob(layer, testimage.Corrupt), image.BadDigest},
		{"blob truncated", ref, testimage.OnBlob(layer, testimage.Truncate), image.Unreachable},
		{"schema 1", ref, schema1, image.BadImage},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "images")
			s := openStoreIn(t, dir)
			reg.SetHook(c.hook)
			defer reg.SetHook(nil)
			_, err := s.Pull(t.Context(), c.ref, nil)
			wantCause(t, err, c.want)
			if n := entriesOf(t, filepath.Join(dir, "layers")) + entriesOf(t, filepath.Join(dir, "work")); n != 0 {
				t.Errorf("%d things left behind", n)
			}
			if list, err := s.List(); err != nil || len(list) != 0 {
				t.Errorf("images %v, %v", list, err)
			}
		})
	}
}

func TestWrongDigest(t *testing.T) {
	s, reg := openStore(t), testimage.NewRegistry(t)
	img := testimage.Image(t, v1.Config{})
	ref := reg.Push(t, "web:1", img)
	digest, _ := img.Digest()
	reg.SetHook(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if strings.Contains(r.URL.Path, "/manifests/") {
			testimage.Corrupt(w, r, next)
			return
		}
		next.ServeHTTP(w, r)
	})
	_, err := s.Pull(t.Context(), strings.TrimSuffix(ref, ":1")+"@"+digest.String(), nil)
	wantCause(t, err, image.BadDigest)
}

// TestNoPlainHTTPElsewhere pulls from a private address, where go-containerregistry by itself would try plain HTTP.
func TestNoPlainHTTPElsewhere(t *testing.T) {
	for _, c := range []struct {
		host    string
		declare []string
		want    bool
	}{
		{"10.9.8.7:5000", nil, false},
		{"registry.local:5000", nil, false},
		{"10.9.8.7:5000", []string{"10.9.8.7:5000"}, true},
		{"localhost:5000", nil, true},
		{"[::1]:5000", nil, true},
	} {
		var plain atomic.Bool
		record := func(r *http.Request) (*http.Response, error) {
			if r.URL.Scheme == "http" {
				plain.Store(true)
			}
			return nil, errors.New("no network in this test")
		}
		s, err := image.Open(filepath.Join(t.TempDir(), "images"), image.Options{PlainHTTP: c.declare, Transport: roundTrip(record)})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Pull(t.Context(), c.host+"/web:1", []image.Auth{{Registry: c.host, Username: "u", Password: "p"}})
		wantCause(t, err, image.Unreachable)
		if plain.Load() != c.want {
			t.Errorf("%s, declared %v: plain HTTP %v, want %v", c.host, c.declare, plain.Load(), c.want)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestDiffIDMismatch pulls an image whose config promises other content than its layer has.
func TestDiffIDMismatch(t *testing.T) {
	s, reg := openStore(t), testimage.NewRegistry(t)
	lying := lyingLayer{testimage.Layer(t, testimage.File("f", "1", 0o644)), testimage.Layer(t, testimage.File("f", "2", 0o644))}
	_, err := s.Pull(t.Context(), reg.Push(t, "web:1", testimage.Image(t, v1.Config{}, lying)), nil)
	wantCause(t, err, image.BadDigest)
}

// lyingLayer is a layer that says it holds what another holds.
type lyingLayer struct {
	v1.Layer
	claims v1.Layer
}

func (l lyingLayer) DiffID() (v1.Hash, error) { return l.claims.DiffID() }

func TestCompressions(t *testing.T) {
	s, reg := openStore(t), testimage.NewRegistry(t)
	layers := []v1.Layer{
		testimage.Layer(t, testimage.File("gzip", "g", 0o644)),
		testimage.Zstd(t, testimage.Tar(t, testimage.File("zstd", "z", 0o644))),
		testimage.Plain(t, testimage.Tar(t, testimage.File("plain", "p", 0o644))),
	}
	root := mount(t, pull(t, s, reg.Push(t, "mixed:1", testimage.Image(t, v1.Config{}, layers...))))
	for name, want := range map[string]string{"gzip": "g", "zstd": "z", "plain": "p"} {
		if got := readFile(t, filepath.Join(root, name)); got != want {
			t.Errorf("%s holds %q, want %q", name, got, want)
		}
	}
}

// TestSharedLayersComeOnce pulls eight images at once that share a base: one download of it, one directory.
func TestSharedLayersComeOnce(t *testing.T) {
	s, reg := openStore(t), testimage.NewRegistry(t)
	base := testimage.Layer(t, testimage.File("base", strings.Repeat("x", 1<<20), 0o644))
	var refs []string
	for i := range 8 {
		top := testimage.Layer(t, testimage.File("top", fmt.Sprint(i), 0o644))
		refs = append(refs, reg.Push(t, fmt.Sprintf("app%d:1", i), testimage.Image(t, v1.Config{}, base, top)))
	}
	images := make([]image.Image, len(refs))
	var wg sync.WaitGroup
	for i, ref := range refs {
		wg.Go(func() {
			var err error
			if images[i], err = s.Pull(t.Context(), ref, nil); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	digest, _ := base.Digest()
	if n := reg.Count(http.MethodGet, "/blobs/"+digest.String()); n != 1 {
		t.Errorf("the base was downloaded %d times", n)
	}
	for i, img := range images {
		if img.Layers[0] != images[0].Layers[0] {
			t.Errorf("image %d has a base of its own: %s", i, img.Layers[0])
		}
		if got := readFile(t, filepath.Join(img.Layers[1], "top")); got != fmt.Sprint(i) {
			t.Errorf("image %d has the top of %s", i, got)
		}
	}
	if list, err := s.List(); err != nil || len(list) != 8 {
		t.Errorf("%d images, %v", len(list), err)
	}
}

func TestTagMoves(t *testing.T) {
	s, reg := openStore(t), testimage.NewRegistry(t)
	ref := reg.Push(t, "web:latest", testimage.Image(t, v1.Config{User: "1"}))
	first := pull(t, s, ref)
	reg.Push(t, "web:latest", testimage.Image(t, v1.Config{User: "2"}))
	second := pull(t, s, ref)
	if got, _ := s.Get(ref); got.ID != second.ID || got.Config.User != "2" {
		t.Errorf("the tag leads to %s, want %s", got.ID, second.ID)
	}
	old, ok := s.Get(first.RepoDigests[0])
	if !ok || old.ID != first.ID || len(old.Tags) != 0 {
		t.Errorf("the old image is %+v, %v", old, ok)
	}
}

// TestLostLayerIsRepaired removes an unpacked layer behind the store's back.
func TestLostLayerIsRepaired(t *testing.T) {
	s, reg := openStore(t), testimage.NewRegistry(t)
	ref := reg.Push(t, "web:1", testimage.Image(t, v1.Config{}, testimage.Layer(t, testimage.File("f", "1", 0o644))))
	img := pull(t, s, ref)
	if err := os.RemoveAll(filepath.Dir(img.Layers[0])); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.Get(ref); ok {
		t.Error("an image without its layer counts as present")
	}
	if got := readFile(t, filepath.Join(pull(t, s, ref).Layers[0], "f")); got != "1" {
		t.Errorf("f holds %q", got)
	}
}
