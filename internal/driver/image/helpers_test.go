package image_test

import (
	"context"
	"errors"
	"io"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/image"
)

// openStore opens a store in a fresh directory.
func openStore(t testing.TB) *image.Store {
	t.Helper()
	return openStoreIn(t, filepath.Join(t.TempDir(), "images"))
}

func openStoreIn(t testing.TB, dir string) *image.Store {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("unpacking layers (ownership, whiteouts, device nodes) needs root")
	}
	s, err := image.Open(dir, image.Options{ResumeWait: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func pull(t testing.TB, s *image.Store, ref string, auths ...image.Auth) image.Image {
	t.Helper()
	img, err := s.Pull(t.Context(), ref, auths)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// wantCause fails the test unless err has the cause.
func wantCause(t testing.TB, err error, want image.Cause) {
	t.Helper()
	if got := image.CauseOf(err); got != want {
		t.Errorf("cause %q, want %q: %v", got, want, err)
	}
}

// mount mounts an image's layers as a container would see them and returns the mount point.
func mount(t testing.TB, img image.Image) string {
	t.Helper()
	at := t.TempDir()
	lower := img.LowerDirs()
	if len(lower) == 1 {
		lower = append(lower, t.TempDir()) // without an upper, overlayfs wants two
	}
	err := unix.Mount("overlay", at, "overlay", unix.MS_RDONLY, "lowerdir="+strings.Join(lower, ":"))
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.ENODEV) {
		t.Skipf("no overlayfs here: %v", err)
	}
	if err != nil {
		t.Fatalf("mount overlay: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(at, 0); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return at
}

func readFile(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// entriesOf counts what lies in a directory of the store.
func entriesOf(t testing.TB, dir string) int {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// TestMain silences go-containerregistry's and net/http's notes on the failures that the tests provoke.
func TestMain(m *testing.M) {
	if spec := os.Getenv(crashVariable); spec != "" {
		crashChild(spec)
	}
	log.SetOutput(io.Discard)
	os.Exit(m.Run())
}

// noise is data that does not compress, the same each time.
func noise(n int) []byte {
	data := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(data) // it never fails
	return data
}

func writeFile(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func digestOf(t testing.TB, layer v1.Layer) string {
	t.Helper()
	d, err := layer.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return d.String()
}

func contextOf(t testing.TB) (context.Context, context.CancelFunc) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	return ctx, cancel
}
