package disk_test

import (
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/store/disk"
	"gantry.dev/gantry/internal/store/storetest"
)

func TestSuite(t *testing.T) {
	t.Run("mem", func(t *testing.T) { storetest.Run(t, opener("data", disk.Options{}, true)) })
	t.Run("os", func(t *testing.T) { storetest.Run(t, opener("", disk.Options{}, false)) })
}

// opener opens stores in memory or, with an empty dir, in directories of their own.
func opener(dir string, opts disk.Options, mem bool) storetest.Opener {
	return func(t *testing.T) (store.Store, func() store.Store) {
		dir, opts := dir, opts
		if dir == "" {
			dir = t.TempDir()
		}
		if mem {
			opts.FS = vfs.NewMem()
		}
		cur := mustOpen(t, dir, opts)
		t.Cleanup(func() {
			if err := cur.Close(); err != nil {
				t.Error(err)
			}
		})
		return cur, func() store.Store {
			if err := cur.Close(); err != nil {
				t.Fatal(err)
			}
			cur = mustOpen(t, dir, opts)
			return cur
		}
	}
}

func mustOpen(t testing.TB, dir string, opts disk.Options) *disk.Store {
	t.Helper()
	s, err := disk.Open(dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
