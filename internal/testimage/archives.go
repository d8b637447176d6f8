package testimage

import (
	"path/filepath"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// Save writes images by name as one archive like that of docker save, and returns its path.
func Save(t testing.TB, images map[string]v1.Image) string {
	t.Helper()
	byRef := map[name.Reference]v1.Image{}
	for n, img := range images {
		ref, err := name.NewTag(n)
		if err != nil {
			t.Fatalf("save image: %v", err)
		}
		byRef[ref] = img
	}
	path := filepath.Join(t.TempDir(), "images.tar")
	if err := tarball.MultiRefWriteToFile(path, byRef); err != nil {
		t.Fatalf("save image: %v", err)
	}
	return path
}

// Layout writes an image, or an index of several platforms, as an OCI layout directory, and returns its path. n is the
// name that it carries, "" for none.
func Layout(t testing.TB, n string, what any) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "layout")
	l, err := layout.Write(dir, empty.Index)
	if err != nil {
		t.Fatalf("write layout: %v", err)
	}
	var opts []layout.Option
	if n != "" {
		opts = append(opts, layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": n}))
	}
	switch w := what.(type) {
	case v1.Image:
		err = l.AppendImage(w, opts...)
	case v1.ImageIndex:
		err = l.AppendIndex(w, opts...)
	default:
		t.Fatalf("write layout: %T is neither an image nor an index", what)
	}
	if err != nil {
		t.Fatalf("write layout: %v", err)
	}
	return dir
}
