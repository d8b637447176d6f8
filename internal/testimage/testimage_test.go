package testimage_test

import (
	"archive/tar"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"gantry.dev/gantry/internal/testimage"
)

// extract writes one regular file of an image to disk and returns its path.
func extract(t *testing.T, img v1.Image, file string) string {
	t.Helper()
	r := mutate.Extract(img)
	defer r.Close()
	tr := tar.NewReader(r)
	for {
		h, err := tr.Next()
		if err != nil {
			t.Fatalf("no %s in the image: %v", file, err)
		}
		if h.Name != file {
			continue
		}
		path := filepath.Join(t.TempDir(), filepath.Base(file)) // busybox goes by its name
		data, err := io.ReadAll(tr)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, os.FileMode(h.Mode)); err != nil {
			t.Fatal(err)
		}
		return path
	}
}

func TestPrograms(t *testing.T) {
	img := testimage.Source(t, `package main; func main() { print("hello") }`, v1.Config{})
	if out, err := exec.Command(extract(t, img, "program")).CombinedOutput(); err != nil || string(out) != "hello" {
		t.Errorf("the program says %q, %v", out, err)
	}
	out, err := exec.Command(extract(t, testimage.Busybox(t), "bin/busybox"), "echo", "hi").Output()
	if err != nil || string(out) != "hi\n" {
		t.Errorf("busybox says %q, %v", out, err)
	}
}

func TestRegistryCountsAndMisbehaves(t *testing.T) {
	reg := testimage.NewRegistry(t)
	layer := testimage.Layer(t, testimage.File("f", strings.Repeat("x", 1000), 0o644))
	full := reg.Push(t, "web:1", testimage.Image(t, v1.Config{}, layer))
	ref, err := name.ParseReference(full)
	if err != nil {
		t.Fatal(err)
	}
	read := func() error {
		img, err := remote.Image(ref)
		if err != nil {
			return err
		}
		layers, err := img.Layers()
		if err != nil {
			return err
		}
		r, err := layers[0].Compressed()
		if err != nil {
			return err
		}
		defer r.Close()
		_, err = io.Copy(io.Discard, r)
		return err
	}
	before := reg.Count(http.MethodGet, "/blobs/")
	if err := read(); err != nil {
		t.Fatal(err)
	}
	if n := reg.Count(http.MethodGet, "/blobs/") - before; n != 1 {
		t.Errorf("%d blobs read, want the layer", n)
	}
	for name, hook := range map[string]testimage.Hook{
		"corrupt": testimage.Corrupt, "truncate": testimage.Truncate, "gone": testimage.Status(http.StatusNotFound),
	} {
		reg.SetHook(testimage.OnBlob(layer, hook))
		if err := read(); err == nil {
			t.Errorf("%s: the layer was read", name)
		}
	}
	reg.SetHook(nil)
	reg.Require(testimage.Credentials{Username: "u", Password: "p"})
	if err := read(); err == nil {
		t.Error("read without credentials")
	}
}
