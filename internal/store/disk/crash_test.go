package disk_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/store/disk"
	"gantry.dev/gantry/internal/store/storetest"
)

// seedFlag repeats one random history; zero runs the fixed set and a new one.
var seedFlag = flag.Uint64("seed", 0, "repeat the random test that printed this seed")

// seeds names the random histories of a test: the same few every time, and one that nobody has seen before.
func seeds(n uint64) []uint64 {
	if *seedFlag != 0 {
		return []uint64{*seedFlag}
	}
	if testing.Short() {
		n = 1
	}
	out := []uint64{rand.Uint64()}
	for s := range n {
		out = append(out, s+1)
	}
	return out
}

func TestModel(t *testing.T) {
	for _, seed := range seeds(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			storetest.Model(t, opener("data", disk.Options{}, true), seed, 700)
		})
	}
}

// memDisk is a crashable disk in memory.
type memDisk struct {
	fs   *vfs.MemFS
	opts disk.Options
}

func (d memDisk) Open(t *testing.T) store.Store {
	opts := d.opts
	opts.FS = d.fs
	return mustOpen(t, "parent/data", opts)
}

// Crash keeps none, all or some of the blocks and directory entries that were not synced: records are torn in the
// middle, files that nobody has synced the directory of are gone.
func (d memDisk) Crash(rng *rand.Rand) storetest.Disk {
	cfg := vfs.CrashCloneCfg{
		UnsyncedDataPercent: []int{0, 100, rng.IntN(100)}[rng.IntN(3)],
		RNG:                 rng,
	}
	return memDisk{d.fs.CrashClone(cfg), d.opts}
}

func TestCrash(t *testing.T) {
	for name, opts := range map[string]disk.Options{
		"history": {},
		"short":   {TableEvents: 5}, // evictions, and so deletions from the log, in every batch
	} {
		for _, seed := range seeds(6) {
			t.Run(fmt.Sprint(name, "/", seed), func(t *testing.T) {
				storetest.Crash(t, memDisk{vfs.NewCrashableMem(), opts}, seed, 6)
			})
		}
	}
}
