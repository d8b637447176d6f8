package image_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"gantry.dev/gantry/internal/driver/image"
	"gantry.dev/gantry/internal/testimage"
)

func keepAll(image.Image) bool { return true }

func TestGC(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "images")
	s, reg := openStoreIn(t, dir), testimage.NewRegistry(t)
	base := testimage.Layer(t, testimage.File("base", strings.Repeat("x", 5000), 0o644))
	app := func(i int) v1.Image {
		return testimage.Image(t, v1.Config{}, base, testimage.Layer(t, testimage.File("top", fmt.Sprint(i), 0o644)))
	}
	one := pull(t, s, reg.Push(t, "one:1", app(1)))
	two := importOne(t, s, testimage.Save(t, map[string]v1.Image{"two:1": app(2)}), "")

	if one.Local || !two.Local {
		t.Errorf("pulled: local %v; imported: local %v", one.Local, two.Local)
	}
	if freed, err := s.GC(keepAll); err != nil || freed != 0 {
		t.Errorf("nothing to free: %d, %v", freed, err)
	}
	freed, err := s.GC(func(img image.Image) bool { return img.ID != one.ID })
	if err != nil || freed == 0 || freed > 5000 {
		t.Errorf("freed %d, %v: want one small layer and what describes it", freed, err)
	}
	if _, ok := s.Get(one.Tags[0]); ok {
		t.Error("the collected image is still there")
	}
	if got, ok := s.Get("two:1"); !ok || readFile(t, filepath.Join(got.Layers[0], "base")) == "" {
		t.Error("the kept image lost its base")
	}
	if _, err := os.Stat(one.Layers[1]); err == nil {
		t.Error("the collected image's own layer is still there")
	}

	if err := s.Remove("two:1"); err != nil {
		t.Fatal(err)
	}
	if got, ok := s.Get(two.ID); !ok || len(got.Tags) != 0 {
		t.Errorf("after removing its name: %+v, %v", got, ok)
	}
	for range 2 {
		if err := s.Remove(two.ID); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.GC(keepAll); err != nil {
		t.Fatal(err)
	}
	for _, sub := range []string{"layers", "blobs", "work"} {
		if n := entriesOf(t, filepath.Join(dir, sub)); n != 0 {
			t.Errorf("%d things left in %s", n, sub)
		}
	}
	wantCause(t, s.Remove("No Name"), image.InvalidName)
}

// TestGCDuringPull collects, in a second store on the same directory as another process would, while a pull has one
// layer and waits for the other.
func TestGCDuringPull(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "images")
	s, other, reg := openStoreIn(t, dir), openStoreIn(t, dir), testimage.NewRegistry(t)
	base := testimage.Layer(t, testimage.File("base", "b", 0o644))
	slow := testimage.Layer(t, testimage.File("slow", "s", 0o644))
	pull(t, s, reg.Push(t, "base:1", testimage.Image(t, v1.Config{}, base)))
	ref := reg.Push(t, "web:1", testimage.Image(t, v1.Config{}, base, slow))

	arrived, release := make(chan string), make(chan struct{})
	reg.SetHook(testimage.OnBlob(slow, testimage.Gate(arrived, release)))
	done := make(chan error, 1)
	go func() {
		_, err := s.Pull(t.Context(), ref, nil)
		done <- err
	}()
	<-arrived
	if _, err := other.GC(func(image.Image) bool { return false }); err != nil {
		t.Error(err)
	}
	close(release)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	img, ok := other.Get(ref)
	if !ok {
		t.Fatal("the pulled image is not there")
	}
	root := mount(t, img)
	if readFile(t, filepath.Join(root, "base"))+readFile(t, filepath.Join(root, "slow")) != "bs" {
		t.Error("a layer is not what it was")
	}
	if _, ok := other.Get(reg.Host + "/base:1"); ok {
		t.Error("the refused image is still there")
	}
}

// TestCanceledPull leaves nothing behind but whole layers, and does not fail others that wait for the same layer.
func TestCanceledPull(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "images")
	s, reg := openStoreIn(t, dir), testimage.NewRegistry(t)
	layer := testimage.Layer(t, testimage.File("f", "1", 0o644))
	first := reg.Push(t, "one:1", testimage.Image(t, v1.Config{User: "1"}, layer))
	second := reg.Push(t, "two:1", testimage.Image(t, v1.Config{User: "2"}, layer))
	arrived, release := make(chan string), make(chan struct{})
	reg.SetHook(testimage.OnBlob(layer, testimage.Gate(arrived, release)))

	ctx, cancel := context.WithCancel(t.Context())
	canceled, waiting := make(chan error, 1), make(chan error, 1)
	go func() {
		_, err := s.Pull(ctx, first, nil)
		canceled <- err
	}()
	<-arrived
	go func() {
		_, err := s.Pull(t.Context(), second, nil)
		waiting <- err
	}()
	cancel()
	wantCause(t, <-canceled, image.Canceled)
	<-arrived // the second pull takes over
	close(release)
	if err := <-waiting; err != nil {
		t.Fatal(err)
	}
	if _, ok := s.Get(first); ok {
		t.Error("the canceled image is there")
	}
	if n := entriesOf(t, filepath.Join(dir, "work")); n != 0 {
		t.Errorf("%d things left in work", n)
	}
}

// crashVariable makes this test binary pull an image and wait to be killed, see TestCrash.
const crashVariable = "GANTRY_TEST_IMAGE_CRASH"

// crashChild is the process that TestCrash kills.
func crashChild(spec string) {
	dir, ref, _ := strings.Cut(spec, " ")
	s, err := image.Open(dir, image.Options{})
	if err == nil {
		_, err = s.Pull(context.Background(), ref, nil)
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// TestCrash kills a process in the middle of a pull: one layer is whole, the other half there. Another process that is
// already open is not disturbed, and the next one to open the store clears it.
func TestCrash(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "images")
	before, reg := openStoreIn(t, dir), testimage.NewRegistry(t)
	whole := testimage.Layer(t, testimage.File("whole", "w", 0o644))
	half := testimage.Layer(t, testimage.Entry{Header: testimage.File("half", "", 0o644).Header, Data: noise(1 << 20)})
	kept := pull(t, before, reg.Push(t, "kept:1", testimage.Image(t, v1.Config{}, testimage.Layer(t, testimage.File("kept", "k", 0o644)))))
	ref := reg.Push(t, "web:1", testimage.Image(t, v1.Config{}, whole, half))

	arrived := make(chan struct{})
	reg.SetHook(testimage.OnBlob(half, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		testimage.Stall(w, r, next, func() { close(arrived) })
	}))
	child := exec.Command(os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), crashVariable+"="+dir+" "+ref)
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	<-arrived
	if n := entriesOf(t, filepath.Join(dir, "work")); n != 1 {
		t.Errorf("%d jobs under way, want 1", n)
	}
	openStoreIn(t, dir) // does not touch the living
	if n := entriesOf(t, filepath.Join(dir, "work")); n != 1 {
		t.Errorf("after opening the store again: %d jobs under way, want 1", n)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // says that it was killed

	if _, ok := before.Get(ref); ok {
		t.Error("half an image is visible")
	}
	reg.SetHook(nil)
	after := openStoreIn(t, dir)
	if n := entriesOf(t, filepath.Join(dir, "work")); n != 0 {
		t.Errorf("%d jobs left after opening the store", n)
	}
	if n := entriesOf(t, filepath.Join(dir, "layers")); n != 1 {
		t.Errorf("%d layers left, want that of the kept image", n)
	}
	if _, ok := after.Get(kept.Tags[0]); !ok {
		t.Error("the image from before the crash is gone")
	}
	pull(t, after, ref)
}

func TestDamagedIndex(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "images")
	openStoreIn(t, dir)
	if err := os.WriteFile(filepath.Join(dir, "index.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := image.Open(dir, image.Options{})
	if err == nil || !strings.Contains(err.Error(), "index.json is damaged") {
		t.Errorf("open: %v", err)
	}
}

// TestTwoStores adds images from two stores on one directory at once, as two processes would: both see all of them.
func TestTwoStores(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "images")
	stores := []*image.Store{openStoreIn(t, dir), openStoreIn(t, dir)}
	const each = 8
	var wg sync.WaitGroup
	for i, s := range stores {
		for n := range each {
			wg.Go(func() {
				// The other store makes the same layer at the same time.
				img, err := image.FromFiles(image.Config{User: fmt.Sprint(i)}, image.File{Path: "f", Data: []byte(fmt.Sprint(n))})
				if err == nil {
					_, err = s.Add(t.Context(), fmt.Sprintf("app:%d-%d", i, n), img)
				}
				if err != nil {
					t.Error(err)
				}
				if _, err := s.GC(keepAll); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	for i, s := range stores {
		if list, err := s.List(); err != nil || len(list) != 2*each {
			t.Errorf("store %d sees %d images, %v", i, len(list), err)
		}
	}
	if n := entriesOf(t, filepath.Join(dir, "layers")); n != each {
		t.Errorf("%d layers, want %d", n, each)
	}
}
