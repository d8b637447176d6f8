package scheduler_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/scheduler"
	"gantry.dev/gantry/internal/store/disk"
	"gantry.dev/gantry/internal/view"
)

// BenchmarkMemory is what a scheduler holds that has just taken in 5,000 nodes and 20,000 pods that are bound, beyond what the store and a
// view of the same resources do.
func BenchmarkMemory(b *testing.B) {
	const pods, nodes = 20_000, 5_000
	st, err := disk.Open("db", disk.Options{FS: vfs.NewMem()})
	if err != nil {
		b.Fatal(err)
	}
	h := newHouseOn(b, st, 30*time.Minute)
	for i := range nodes {
		h.node(fmt.Sprintf("n%d", i), "10")
	}
	pending := hundred(pods)
	binds := make([]client.Write, pods)
	for i, w := range pending {
		binds[i] = client.Write{Verb: client.Bind, Key: w.Key, Node: fmt.Sprintf("n%d", i%nodes)}
	}
	for _, writes := range [][]client.Write{pending, binds} {
		for part := range slices.Chunk(writes, 2000) {
			h.write(part...)
		}
	}
	for b.Loop() {
		stop := h.begin(plainly)
		for !h.sched.Idle() {
			runtime.Gosched()
		}
		with := heap()
		runtime.KeepAlive(h.sched)
		stop()
		h.sched = nil
		b.ReportMetric((with-h.viewAlone(b))/(1<<20), "MiB")
	}
}

// viewAlone is the heap with a view that nobody follows.
func (h *house) viewAlone(b *testing.B) float64 {
	v := view.New(h.law, h.st, scheduler.Resources())
	ctx, cancel := context.WithCancel(h.ctx)
	var wg sync.WaitGroup
	wg.Go(func() { _ = v.Run(ctx) })
	defer wg.Wait()
	defer cancel()
	if _, err := v.AtLeast(ctx, h.st.Revision()); err != nil {
		b.Fatal(err)
	}
	defer runtime.KeepAlive(v)
	return heap()
}

// heap is what a collection leaves; a second one takes what the first found finalizers and pools for.
func heap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}
