package image_test

import (
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"gantry.dev/gantry/internal/driver/image"
	"gantry.dev/gantry/internal/driver/image/hosts"
	"gantry.dev/gantry/internal/testimage"
)

// big is an image with one layer that takes many reads.
func big(t *testing.T, seed string) (v1.Image, v1.Layer) {
	t.Helper()
	layer := testimage.Layer(t, testimage.File("seed", seed, 0o644), testimage.Entry{Header: testimage.File("f", "", 0o644).Header, Data: noise(300 << 10)})
	return testimage.Image(t, v1.Config{}, layer), layer
}

// TestResume breaks the transfer of a layer several times: what had come is not asked for again.
func TestResume(t *testing.T) {
	for _, ranges := range []bool{true, false} {
		t.Run(fmt.Sprintf("ranges=%v", ranges), func(t *testing.T) {
			s, reg := openStore(t), testimage.NewRegistry(t)
			img, layer := big(t, "")
			ref := reg.Push(t, "web:1", img)
			var asked atomic.Int32
			var from atomic.Value
			reg.SetHook(testimage.OnBlob(layer, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				from.Store(r.Header.Get("Range"))
				if !ranges {
					r.Header.Del("Range")
				}
				if asked.Add(1) <= 3 {
					testimage.Truncate(w, r, next)
				}
				next.ServeHTTP(w, r)
			}))
			if got := pull(t, s, ref); len(got.Layers) != 1 {
				t.Errorf("image %+v", got)
			}
			if n := asked.Load(); n != 4 {
				t.Errorf("the layer was asked for %d times, want 4", n)
			}
			size, _ := layer.Size()
			if want := fmt.Sprintf("bytes=%d-%d", size-size/8, size-1); ranges && !near(from.Load().(string), want) {
				t.Errorf("the last request was for %s, want about %s", from.Load(), want)
			}
		})
	}
}

// near compares two ranges up to the rounding of halves.
func near(got, want string) bool {
	var a, b, c, d int64
	if _, err := fmt.Sscanf(got, "bytes=%d-%d", &a, &b); err != nil {
		return false
	}
	if _, err := fmt.Sscanf(want, "bytes=%d-%d", &c, &d); err != nil {
		return false
	}
	return b == d && a-c < 4 && c-a < 4
}

// TestRetryAfter has a registry ask for patience: a little is had, much is the caller's business.
func TestRetryAfter(t *testing.T) {
	s, reg := openStore(t), testimage.NewRegistry(t)
	img, _ := big(t, "")
	ref := reg.Push(t, "web:1", img)
	var asked atomic.Int32
	say := func(after string, times int32) {
		asked.Store(0)
		reg.SetHook(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if strings.Contains(r.URL.Path, "/manifests/") && asked.Add(1) <= times {
				w.Header().Set("Retry-After", after)
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
	say("1", 1)
	begun := time.Now()
	pull(t, s, ref)
	if took := time.Since(begun); took < time.Second {
		t.Errorf("it came back after %v, which is earlier than asked for", took)
	}
	say("3600", 1)
	_, err := s.Pull(t.Context(), ref, nil)
	wantCause(t, err, image.Unreachable)
	if n := asked.Load(); n != 1 {
		t.Errorf("asked %d times although the registry wants an hour of peace", n)
	}
	say("0", 100)
	_, err = s.Pull(t.Context(), ref, nil)
	wantCause(t, err, image.Unreachable)
	if n := asked.Load(); n > 3 {
		t.Errorf("asked %d times", n)
	}
}

// withHosts opens a store with hosts.toml files by registry.
func withHosts(t *testing.T, files map[string]string) *image.Store {
	t.Helper()
	dir := t.TempDir()
	for registry, text := range files {
		writeFile(t, filepath.Join(dir, registry, "hosts.toml"), text)
	}
	conf, err := hosts.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := image.Open(filepath.Join(t.TempDir(), "images"), image.Options{Hosts: conf, ResumeWait: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestMirrors(t *testing.T) {
	own, mirror, digests := testimage.NewRegistry(t), testimage.NewRegistry(t), testimage.NewRegistry(t)
	img, layer := big(t, "")
	ref := own.Push(t, "team/web:1", img)
	mirror.Push(t, "team/web:1", img)
	digests.Push(t, "team/web:1", img)
	only := own.Push(t, "team/only:1", testimage.Image(t, v1.Config{User: "3"}))
	config := fmt.Sprintf("server = \"http://%s\"\n[host.\"http://%s\"]\ncapabilities = [\"pull\"]\n[host.\"http://%s\"]\n[host.\"http://%s\".header]\nx-site = [\"here\"]\n",
		own.Host, digests.Host, mirror.Host, mirror.Host)
	blob := func(r *testimage.Registry) int { return r.Count(http.MethodGet, "/blobs/"+digestOf(t, layer)) }

	t.Run("order", func(t *testing.T) {
		var namespace, header atomic.Value
		mirror.SetHook(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if strings.Contains(r.URL.Path, "/manifests/") {
				namespace.Store(r.URL.Query().Get("ns"))
				header.Store(r.Header.Get("X-Site"))
			}
			next.ServeHTTP(w, r)
		})
		defer mirror.SetHook(nil)
		got := pull(t, withHosts(t, map[string]string{own.Host: config}), ref)
		if got.Tags[0] != ref {
			t.Errorf("it is called %v", got.Tags)
		}
		if own.Count(http.MethodGet, "/team/web/") != 0 || mirror.Count(http.MethodGet, "/manifests/1") != 1 || digests.Count(http.MethodGet, "/manifests/1") != 0 || blob(digests) != 1 {
			t.Error("tags are for the mirror that may resolve, blobs for the first")
		}
		if namespace.Load() != own.Host || header.Load() != "here" {
			t.Errorf("the mirror was told namespace %v, header %v", namespace.Load(), header.Load())
		}
	})
	t.Run("what mirrors lack", func(t *testing.T) {
		s := withHosts(t, map[string]string{own.Host: config})
		pull(t, s, only)
		_, err := s.Pull(t.Context(), own.Host+"/team/none:1", nil)
		wantCause(t, err, image.NotFound)
	})
	t.Run("a mirror that lies", func(t *testing.T) {
		digests.SetHook(testimage.OnBlob(layer, testimage.Corrupt))
		defer digests.SetHook(nil)
		before := blob(mirror)
		pull(t, withHosts(t, map[string]string{"_default": config}), ref)
		if blob(mirror) != before+1 {
			t.Error("the next mirror was not asked")
		}
	})
	t.Run("a mirror that breaks", func(t *testing.T) {
		digests.SetHook(testimage.OnBlob(layer, testimage.Status(http.StatusBadGateway)))
		defer digests.SetHook(nil)
		pull(t, withHosts(t, map[string]string{own.Host: config}), ref)
	})
	t.Run("credentials", func(t *testing.T) {
		var leaked atomic.Bool
		mirror.SetHook(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if r.Header.Get("Authorization") != "" {
				leaked.Store(true)
			}
			w.Header().Set("WWW-Authenticate", `Basic realm="mirror"`)
			w.WriteHeader(http.StatusUnauthorized)
		})
		defer mirror.SetHook(nil)
		own.Require(testimage.Credentials{Username: "u", Password: "p"})
		defer own.Require(testimage.Credentials{})
		pull(t, withHosts(t, map[string]string{own.Host: config}), ref, image.Auth{Registry: own.Host, Username: "u", Password: "p"})
		if leaked.Load() {
			t.Error("the mirror has seen the registry's password")
		}
	})
}

// TestProgress looks at a pull that is half-way.
func TestProgress(t *testing.T) {
	s, reg := openStore(t), testimage.NewRegistry(t)
	img, layer := big(t, "")
	ref := reg.Push(t, "web:1", img)
	halfway, done := make(chan image.Progress, 1), make(chan error, 1)
	reg.SetHook(testimage.OnBlob(layer, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		testimage.Stall(w, r, next, func() {
			for {
				if p := s.Pulls(); len(p) == 1 && p[0].BytesDone > 0 {
					halfway <- p[0]
					return
				}
			}
		})
	}))
	ctx, cancel := contextOf(t)
	go func() {
		_, err := s.Pull(ctx, ref, nil)
		done <- err
	}()
	p := <-halfway
	size, _ := layer.Size()
	if p.Ref != ref || p.Layers != 1 || p.LayersDone != 0 || p.Bytes != size || p.BytesDone >= size || p.From != reg.Host {
		t.Errorf("half-way: %+v", p)
	}
	cancel()
	if err := <-done; image.CauseOf(err) != image.Canceled && !errors.Is(err, ctx.Err()) {
		t.Error(err)
	}
	if n := len(s.Pulls()); n != 0 {
		t.Errorf("%d pulls after the end", n)
	}
}
