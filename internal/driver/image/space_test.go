package image_test

import (
	"path/filepath"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/image"
	"gantry.dev/gantry/internal/testimage"
)

// TestNoSpace pulls a large image into a small file system: the cause is said, the room is given back, and what was
// there before still is.
func TestNoSpace(t *testing.T) {
	at := t.TempDir()
	if err := unix.Mount("tmpfs", at, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("no tmpfs here: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(at, unix.MNT_DETACH); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	dir := filepath.Join(at, "images")
	s, reg := openStoreIn(t, dir), testimage.NewRegistry(t)
	file := func(n int) v1.Layer {
		return testimage.Layer(t, testimage.Entry{Header: testimage.File("f", "", 0o644).Header, Data: noise(n)})
	}
	small := pull(t, s, reg.Push(t, "small:1", testimage.Image(t, v1.Config{}, file(1000))))
	large := testimage.Image(t, v1.Config{}, file(2<<20))

	_, err := s.Pull(t.Context(), reg.Push(t, "large:1", large), nil)
	wantCause(t, err, image.NoSpace)
	_, err = s.Import(t.Context(), testimage.Save(t, map[string]v1.Image{"large:1": large}), "")
	wantCause(t, err, image.NoSpace)
	var st unix.Statfs_t
	if err := unix.Statfs(at, &st); err != nil || st.Bfree < st.Blocks*3/4 {
		t.Errorf("%d of %d blocks free, %v", st.Bfree, st.Blocks, err)
	}
	if _, ok := s.Get(small.ID); !ok {
		t.Error("the small image is gone")
	}
	pull(t, s, reg.Push(t, "small:2", testimage.Image(t, v1.Config{}, file(2000))))
}

// TestNoLayers pulls an image without any layer.
func TestNoLayers(t *testing.T) {
	s, reg := openStore(t), testimage.NewRegistry(t)
	img := pull(t, s, reg.Push(t, "nothing:1", testimage.Image(t, v1.Config{User: "1"})))
	if len(img.Layers) != 0 || img.Config.User != "1" {
		t.Errorf("%+v", img)
	}
}
