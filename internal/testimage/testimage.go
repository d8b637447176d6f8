// Package testimage makes container images and serves them, for tests: images from busybox and from compiled Go
// programs, archives of them, and a real registry on loopback that counts its requests and can be told to misbehave.
//
// It reads /bin/busybox and the Go tool chain, writes only below the test's own temporary directory, and needs no
// network beyond 127.0.0.1. It knows nothing of Gantry's image store: what it makes goes through registries and
// archives, as the images of users do.
package testimage

import (
	"archive/tar"
	"bytes"
	"io"
	"maps"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/compression"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Entry is one entry of a layer, as it stands in the tar: nothing is checked, so that hostile layers can be made too.
type Entry struct {
	tar.Header
	Data []byte
}

// File is a regular file of root's.
func File(name, content string, mode int64) Entry {
	return Entry{Header: tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: mode}, Data: []byte(content)}
}

// Dir is a directory of root's.
func Dir(name string, mode int64) Entry {
	return Entry{Header: tar.Header{Typeflag: tar.TypeDir, Name: name + "/", Mode: mode}}
}

// Symlink is a symbolic link.
func Symlink(name, target string) Entry {
	return Entry{Header: tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: target, Mode: 0o777}}
}

// Hardlink is another name of an entry before it. Unpacking applies its mode again.
func Hardlink(name, target string, mode int64) Entry {
	return Entry{Header: tar.Header{Typeflag: tar.TypeLink, Name: name, Linkname: target, Mode: mode}}
}

// Tar is the archive of the entries, in their order, the same bytes each time.
func Tar(t testing.TB, entries ...Entry) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	for _, e := range entries {
		h := e.Header
		h.Size = int64(len(e.Data))
		if h.ModTime.IsZero() {
			h.ModTime = time.Unix(1, 0)
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatalf("write tar header %s: %v", e.Name, err)
		}
		if _, err := w.Write(e.Data); err != nil {
			t.Fatalf("write tar entry %s: %v", e.Name, err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatalf("write tar: %v", err)
	}
	return buf.Bytes()
}

// Layer is a gzip layer of the entries.
func Layer(t testing.TB, entries ...Entry) v1.Layer { return Blob(t, Tar(t, entries...)) }

// Blob is a layer of a tar: gzip is added to a plain one, options choose otherwise.
func Blob(t testing.TB, data []byte, opts ...tarball.LayerOption) v1.Layer {
	t.Helper()
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
	l, err := tarball.LayerFromOpener(open, opts...)
	if err != nil {
		t.Fatalf("make layer: %v", err)
	}
	return l
}

// Image is an image of layers, the base first, for this machine.
func Image(t testing.TB, config v1.Config, layers ...v1.Layer) v1.Image {
	return ImageFor(t, runtime.GOOS, runtime.GOARCH, config, layers...)
}

// ImageFor is Image for another platform.
func ImageFor(t testing.TB, os, arch string, config v1.Config, layers ...v1.Layer) v1.Image {
	t.Helper()
	img, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{OS: os, Architecture: arch, Config: config, RootFS: v1.RootFS{Type: "layers"}})
	if err == nil {
		img, err = mutate.AppendLayers(img, layers...)
	}
	if err != nil {
		t.Fatalf("make image: %v", err)
	}
	return img
}

// Index is a multi-platform index of images by "os/architecture".
func Index(t testing.TB, images map[string]v1.Image) v1.ImageIndex {
	t.Helper()
	idx := v1.ImageIndex(empty.Index)
	for _, platform := range slices.Sorted(maps.Keys(images)) {
		p, err := v1.ParsePlatform(platform)
		if err != nil {
			t.Fatalf("make index: %v", err)
		}
		idx = mutate.AppendManifests(idx, mutate.IndexAddendum{Add: images[platform], Descriptor: v1.Descriptor{Platform: p}})
	}
	return idx
}

// Zstd is a layer of a tar, compressed with zstd.
func Zstd(t testing.TB, data []byte) v1.Layer {
	return Blob(t, data, tarball.WithCompression(compression.ZStd), tarball.WithMediaType(types.OCILayerZStd))
}

// Plain is a layer of a tar that is not compressed.
func Plain(t testing.TB, data []byte) v1.Layer {
	return static.NewLayer(data, types.OCIUncompressedLayer)
}
