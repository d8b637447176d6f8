package disk_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/store/disk"
)

// A failed sync of the log stops the store for good, even if the disk recovers; what was acknowledged is there after a
// restart on what the disk really holds.
func TestFailedSync(t *testing.T) {
	for name, kinds := range map[string][]errorfs.OpKind{
		"sync":  {errorfs.OpFileSync, errorfs.OpFileSyncData, errorfs.OpFileSyncTo},
		"write": {errorfs.OpFileWrite},
	} {
		t.Run(name, func(t *testing.T) {
			mem := vfs.NewCrashableMem()
			var broken atomic.Bool
			failing := errorfs.Wrap(mem, errorfs.InjectorFunc(func(op errorfs.Op) error {
				for _, k := range kinds {
					if op.Kind == k && strings.HasSuffix(op.Path, ".log") && broken.Load() {
						return unix.EIO
					}
				}
				return nil
			}))
			s := mustOpen(t, "data", disk.Options{FS: failing})
			w, err := s.Watch(api.Scope{Resource: pods, Cluster: api.Host}, 0)
			if err != nil {
				t.Fatal(err)
			}
			put(t, s, 1, []byte("good"))
			broken.Store(true)
			var wg sync.WaitGroup
			for i := range 8 {
				wg.Go(func() {
					res := s.Commit(context.Background(), []store.Txn{{Ops: []store.Op{{Key: podKey(2 + i), Body: []byte("bad")}}}})
					if err := res[0].Err; !errors.Is(err, store.ErrUnknown) && !errors.Is(err, store.ErrClosed) {
						t.Errorf("commit on a failed disk: %v", err)
					}
				})
			}
			wg.Wait()
			<-s.Failed()
			broken.Store(false)
			if err := s.Err(); err == nil || !strings.Contains(err.Error(), "input/output error") {
				t.Fatalf("Err is %v", err)
			}
			res := s.Commit(context.Background(), []store.Txn{{Ops: []store.Op{{Key: podKey(99), Body: []byte("x")}}}})
			if !errors.Is(res[0].Err, store.ErrClosed) {
				t.Fatalf("commit after the failure: %v", res[0].Err)
			}
			for range 2 { // events that were due may be lost on a watcher, its end must be told
				if _, _, err := w.Next(context.Background()); !errors.Is(err, store.ErrClosed) {
					t.Fatalf("watcher after the failure: %v", err)
				}
			}
			if s.Get(podKey(2)) != nil || s.Get(podKey(1)) == nil {
				t.Fatal("what is not durable can be seen, or what is cannot")
			}
			if err := s.Close(); err == nil {
				t.Fatal("close says nothing of the failure")
			}
			again := mustOpen(t, "data", disk.Options{FS: mem.CrashClone(vfs.CrashCloneCfg{})})
			if r := again.Get(podKey(1)); r == nil || string(r.Body) != "good" {
				t.Fatal("an acknowledged commit is lost")
			}
			if err := again.Close(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// On a full disk commits answer ErrFull with nothing written, deletions go on for a while, nothing acknowledged is
// lost, and with room again the store goes on.
func TestFullDisk(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("mounting a small tmpfs needs root")
	}
	dir := t.TempDir()
	if err := unix.Mount("gantry-test", dir, "tmpfs", 0, "size=112m"); err != nil {
		t.Skip("no tmpfs here:", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, 0); err != nil {
			t.Error("unmount:", err)
		}
	})
	ballast := dir + "/ballast"
	if err := os.WriteFile(ballast, make([]byte, 64<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	data := dir + "/data"
	s := mustOpen(t, data, disk.Options{})
	t.Cleanup(func() { _ = s.Close() }) // before the unmount, also on failure
	body := make([]byte, 64<<10)
	rng := rand.NewChaCha8([32]byte{}) // does not compress to nothing
	_, _ = rng.Read(body)
	n := 0
	for ; ; n++ {
		res := s.Commit(context.Background(), []store.Txn{{Ops: []store.Op{{Key: podKey(n), Body: body}}}})
		if errors.Is(res[0].Err, store.ErrFull) {
			break
		}
		if res[0].Err != nil || n > 2000 {
			t.Fatalf("commit %d: %v", n, res[0].Err)
		}
	}
	t.Logf("full after %d commits", n)
	check := func() {
		t.Helper()
		for i := range n {
			if r := s.Get(podKey(i)); i != 1 && (r == nil || len(r.Body) != len(body)) {
				t.Fatalf("%s is lost", podKey(i))
			}
		}
		if s.Get(podKey(n)) != nil {
			t.Fatal("a refused commit has happened")
		}
	}
	check()
	res := s.Commit(context.Background(), []store.Txn{
		{Ops: []store.Op{{Key: podKey(1), Delete: true}}},
		{Ops: []store.Op{{Key: podKey(n), Body: body}}},
	})
	if res[0].Err != nil || !errors.Is(res[1].Err, store.ErrFull) {
		t.Fatalf("deletion: %v, creation: %v", res[0].Err, res[1].Err)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = mustOpen(t, data, disk.Options{})
		check()
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	put(t, s, n, body)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
