package disk_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/store/disk"
)

// wantOpenError opens a directory that cannot be opened and checks the one line that says why.
func wantOpenError(t *testing.T, dir string, opts disk.Options, want string) {
	t.Helper()
	s, err := disk.Open(dir, opts)
	if err == nil {
		_ = s.Close()
		t.Fatalf("opened; want an error with %q", want)
	}
	if !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "store: open "+dir+": ") || strings.Contains(err.Error(), "\n") {
		t.Fatalf("got %q, want one line with %q", err, want)
	}
}

// put commits one pod.
func put(t testing.TB, s store.Store, i int, body []byte) *store.Record {
	t.Helper()
	res := s.Commit(context.Background(), []store.Txn{{Ops: []store.Op{{Key: podKey(i), Body: body}}}})
	if res[0].Err != nil {
		t.Fatal(res[0].Err)
	}
	return res[0].Records[0]
}

// filled makes a directory with some pods in it, part of them in tables, the last ones in the log only.
func filled(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	for part := range 2 {
		s := mustOpen(t, dir, disk.Options{})
		for i := range 10 { // ten batches of ten
			var txns []store.Txn
			for j := range 10 {
				k := podKey(part*100 + i*10 + j)
				txns = append(txns, store.Txn{Ops: []store.Op{{Key: k, Body: bytes.Repeat([]byte{byte(j)}, 5000)}}})
			}
			for _, r := range s.Commit(context.Background(), txns) {
				if r.Err != nil {
					t.Fatal(r.Err)
				}
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestOpenTwice(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir, disk.Options{})
	wantOpenError(t, dir, disk.Options{}, "another instance is using this directory")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := mustOpen(t, dir, disk.Options{}).Close(); err != nil {
		t.Fatal(err)
	}
}

func TestOpenMode(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "data")
	s := mustOpen(t, dir, disk.Options{})
	defer func() { _ = s.Close() }()
	fi, err := os.Stat(dir)
	if err != nil || fi.Mode().Perm() != 0o700 {
		t.Fatalf("mode %v, %v", fi.Mode(), err)
	}
}

func TestOpenNotADirectory(t *testing.T) {
	f := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(f, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	wantOpenError(t, f, disk.Options{}, "not a directory")
	wantOpenError(t, filepath.Join(f, "data"), disk.Options{}, "not a directory")
}

func TestOpenNewerFormat(t *testing.T) {
	dir := filled(t)
	mark := []byte("gantry store format 99 revision 1\nand more")
	if err := os.WriteFile(filepath.Join(dir, "GANTRY"), mark, 0o600); err != nil {
		t.Fatal(err)
	}
	wantOpenError(t, dir, disk.Options{}, "written by a newer version")
}

func TestOpenNewerPebble(t *testing.T) {
	dir := filled(t)
	markers, err := filepath.Glob(filepath.Join(dir, "marker.format-version.*"))
	if err != nil || len(markers) != 1 {
		t.Fatal(markers, err)
	}
	if err := os.Rename(markers[0], filepath.Join(dir, "marker.format-version.000999.999")); err != nil {
		t.Fatal(err)
	}
	wantOpenError(t, dir, disk.Options{}, "written by a newer version")
}

// Whatever is damaged, Open either says so in one line or gives back every object: it never starts with less.
func TestOpenDamaged(t *testing.T) {
	damages := map[string]func(string) error{
		"removed":   os.Remove,
		"truncated": func(f string) error { return os.Truncate(f, 0) },
		"halved": func(f string) error {
			fi, err := os.Stat(f)
			if err != nil {
				return err
			}
			return os.Truncate(f, fi.Size()/2)
		},
		"overwritten": func(f string) error {
			b, err := os.ReadFile(f)
			if err != nil {
				return err
			}
			for i := len(b) / 3; i < len(b)/3+64 && i < len(b); i++ {
				b[i] ^= 0x55
			}
			return os.WriteFile(f, b, 0o600)
		},
	}
	for _, pattern := range []string{"MANIFEST-*", "*.sst", "*.log", "marker.manifest.*", "GANTRY"} {
		for name, damage := range damages {
			t.Run(pattern+"/"+name, func(t *testing.T) {
				dir := filled(t)
				files, err := filepath.Glob(filepath.Join(dir, pattern))
				if err != nil || len(files) == 0 {
					t.Fatal(files, err)
				}
				// The largest is the one that matters: an empty log may go unnoticed.
				victim := files[0]
				for _, f := range files {
					if size(t, f) > size(t, victim) {
						victim = f
					}
				}
				if err := damage(victim); err != nil {
					t.Fatal(err)
				}
				s, err := disk.Open(dir, disk.Options{})
				if err != nil {
					t.Log(err)
					if text := err.Error(); strings.Contains(text, "\n") || !strings.Contains(text, "damaged") {
						t.Fatalf("got %q, want one line that says damaged", text)
					}
					return
				}
				defer func() { _ = s.Close() }()
				for i := range 200 {
					if r := s.Get(podKey(i)); r == nil || len(r.Body) != 5000 {
						t.Fatalf("opened without a word, but %s is lost", podKey(i))
					}
				}
			})
		}
	}
}

func size(t *testing.T, f string) int64 {
	t.Helper()
	fi, err := os.Stat(f)
	if err != nil {
		t.Fatal(err)
	}
	return fi.Size()
}
