package accept

import (
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/testimage"
)

// H53: registries and disks as they are on a bad day: a transfer that stalls, one that is put off, one that is longer than it was said to be, no room for
// the image. Each pod says why it waits, others go on, and it runs when the weather is better.
func TestH53(t *testing.T) {
	in := newInstance(t, "127.0.0.1:17472")
	images := filepath.Join(in.dir, "images")
	config := filepath.Join(in.dir, "kubelet.yaml")
	// A disk that is nearly full of images is the story here; that pods are evicted for it is another's.
	write(t, config, "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nevictionHard: {memory.available: 50Mi}\nimageGCHighThresholdPercent: 100\n")
	in.onDiskAt(t, images, "size=200m")
	if _, err := in.gantry("up", "--listen", in.listen, "--kubelet-config", config); err != nil {
		t.Fatal(err)
	}
	if err := in.images(); err != nil {
		t.Fatal(err)
	}
	w := worldIn(t, in)
	w.apply(pod("good", busybox, idle, "", ""))
	w.ready("condition=Ready", "pod/good")

	t.Run("stalls", func(t *testing.T) {
		w, r := w.sub(t), testimage.NewRegistry(t)
		slow := testimage.Layer(t, testimage.File("slow", strings.Repeat("a layer that never ends ", 10_000), 0o644))
		ref, other := r.Push(t, "stalls:1", who(t, "stalls", slow)), r.Push(t, "other:1", who(t, "another image"))
		halfway := make(chan struct{}, 1)
		r.SetHook(testimage.OnBlob(slow, func(rw http.ResponseWriter, req *http.Request, next http.Handler) {
			testimage.Stall(rw, req, next, func() {
				select {
				case halfway <- struct{}{}:
				default:
				}
			})
		}))
		w.apply(pod("stalls", ref, tellWho, "", ""))
		select {
		case <-halfway:
		case <-t.Context().Done():
			t.Fatal("it is not pulled")
		}
		w.apply(pod("other", other, tellWho, "", ""))
		w.prints("other", "another image")
		w.k("delete", "pod", "stalls", "--timeout=30s")
	})
	t.Run("asks for patience", func(t *testing.T) {
		w, r := w.sub(t), testimage.NewRegistry(t)
		var asked atomic.Int32
		r.SetHook(func(rw http.ResponseWriter, req *http.Request, next http.Handler) {
			if strings.Contains(req.URL.Path, "/manifests/") && asked.Add(1) <= 2 {
				rw.Header().Set("Retry-After", "1")
				rw.WriteHeader(http.StatusTooManyRequests)
				return
			}
			next.ServeHTTP(rw, req)
		})
		w.apply(pod("patient", r.Push(t, "patient:1", who(t, "patience")), tellWho, "", ""))
		w.prints("patient", "patience")
		if n := asked.Load(); n < 3 {
			t.Errorf("it was asked %d times", n)
		}
	})
	t.Run("lies about a size", func(t *testing.T) {
		w, r := w.sub(t), testimage.NewRegistry(t)
		layer := testimage.Layer(t, testimage.File("long", "a layer that is longer than its manifest says", 0o644))
		ref := r.Push(t, "long:1", who(t, "long", layer))
		r.SetHook(testimage.OnBlob(layer, testimage.Append))
		w.apply(pod("long", ref, tellWho, "", ""))
		w.eventually("it is not believed", func() error {
			got := w.field("pod/long", ".status.containerStatuses[0].state.waiting.message")
			return errors.Join(want(got, "long"), wantOne(got, "BadDigest", "BadSize"))
		})
		r.SetHook(nil)
		w.prints("long", "long")
	})
	t.Run("no room", func(t *testing.T) {
		w, r := w.sub(t), testimage.NewRegistry(t)
		large := testimage.Layer(t, testimage.Entry{Header: testimage.File("large", "", 0o644).Header, Data: make([]byte, 200<<20)})
		w.apply(pod("large", r.Push(t, "large:1", who(t, "large", large)), tellWho, "", ""))
		w.waits("large", "ErrImagePull", "no space left")
		if status := w.field("nodes", `.items[0].status.conditions[?(@.type=="Ready")].status`); status != "True" {
			t.Errorf("the node is ready: %s", status)
		}
		w.apply(pod("small", busybox, "echo there is room for me", "", ""))
		w.prints("small", "there is room for me")
		if err := unix.Mount("", images, "", unix.MS_REMOUNT, "size=600m"); err != nil {
			t.Fatal(err)
		}
		w.prints("large", "large")
	})
	if phase := w.field("pod/good", ".status.phase"); phase != "Running" {
		t.Errorf("a pod of before is %s", phase)
	}
}

// wantOne wants one of the words.
func wantOne(got string, words ...string) error {
	for _, word := range words {
		if strings.Contains(got, word) {
			return nil
		}
	}
	return fmt.Errorf("none of %q is in %q", words, got)
}
