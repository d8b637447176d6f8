package disk_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/store/disk"
)

// benchBody is the size of a small pod in protobuf.
const benchBody = 3200

var pods = api.Resource{Name: "pods"}

func podKey(i int) api.Key {
	return api.Key{Resource: pods, Cluster: api.Host, Namespace: "default", Name: fmt.Sprintf("pod-%07d", i)}
}

func openBench(b *testing.B) *disk.Store {
	b.Helper()
	s, err := disk.Open(b.TempDir(), disk.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	return s
}

// fill commits n pods in batches.
func fill(b *testing.B, s store.Store, n int) {
	b.Helper()
	for i := 0; i < n; {
		var txns []store.Txn
		for ; i < n && len(txns) < 1000; i++ {
			txns = append(txns, store.Txn{Ops: []store.Op{{Key: podKey(i), Body: make([]byte, benchBody)}}})
		}
		for _, r := range s.Commit(context.Background(), txns) {
			if r.Err != nil {
				b.Fatal(r.Err)
			}
		}
	}
}

// BenchmarkCommit is one durable commit of one object per op, from so many goroutines that each wait for it.
func BenchmarkCommit(b *testing.B) {
	for _, writers := range []int{1, 8, 64, 256} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			s := openBench(b)
			var next atomic.Int64
			var wg sync.WaitGroup
			b.ResetTimer()
			for range writers {
				wg.Go(func() {
					for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
						op := store.Op{Key: podKey(int(i) % 20000), Body: make([]byte, benchBody)}
						if r := s.Commit(context.Background(), []store.Txn{{Ops: []store.Op{op}}}); r[0].Err != nil {
							b.Error(r[0].Err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
		})
	}
}

// BenchmarkCommitBatch is 1,000 objects in one call.
func BenchmarkCommitBatch(b *testing.B) {
	s := openBench(b)
	for b.Loop() {
		fill(b, s, 1000)
	}
	b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds(), "commits/s")
}

func BenchmarkGet(b *testing.B) {
	s := openBench(b)
	fill(b, s, 10000)
	keys := make([]api.Key, 10000)
	for i := range keys {
		keys[i] = podKey(i)
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if s.Get(keys[i%len(keys)]) == nil {
				b.Error("absent")
			}
		}
	})
}

func BenchmarkRange(b *testing.B) {
	s := openBench(b)
	fill(b, s, 10000)
	old := s.Revision()
	fill(b, s, 1000) // events to undo for a read at old
	scope := api.Scope{Resource: pods, Cluster: api.Host}
	for name, q := range map[string]store.Range{
		"10k":            {Scope: scope},
		"10k/old":        {Scope: scope, Rev: old},
		"10k/page500":    {Scope: scope, Limit: 500, After: podKey(5000)},
		"10k/namespaced": {Scope: api.Scope{Resource: pods, Cluster: api.Host, Namespace: "default"}},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Range(q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkWatchFanOut is one commit that 500 watchers of its table see; another 500 watch a quiet table.
func BenchmarkWatchFanOut(b *testing.B) {
	s := openBench(b)
	ctx, cancel := context.WithCancel(context.Background())
	var seen atomic.Int64
	var wg, each sync.WaitGroup
	for i := range 1000 {
		scope := api.Scope{Resource: pods, Cluster: api.Host}
		if i%2 == 1 {
			scope.Cluster = "quiet"
		}
		w, err := s.Watch(scope, 0)
		if err != nil {
			b.Fatal(err)
		}
		wg.Go(func() {
			defer w.Stop()
			for {
				events, _, err := w.Next(ctx)
				if err != nil {
					return
				}
				seen.Add(int64(len(events)))
				each.Add(-len(events))
			}
		})
	}
	body := make([]byte, benchBody)
	for i := 0; b.Loop(); i++ {
		each.Add(500)
		s.Commit(context.Background(), []store.Txn{{Ops: []store.Op{{Key: podKey(i % 1000), Body: body}}}})
		each.Wait()
	}
	b.ReportMetric(float64(seen.Load())/b.Elapsed().Seconds(), "events/s")
	cancel()
	wg.Wait()
}

// BenchmarkOpen opens an empty directory, and one with 10,000 pods.
func BenchmarkOpen(b *testing.B) {
	b.Run("empty", func(b *testing.B) {
		for b.Loop() {
			s, err := disk.Open(b.TempDir(), disk.Options{})
			if err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			_ = s.Close()
			b.StartTimer()
		}
	})
	b.Run("10k", func(b *testing.B) {
		dir := b.TempDir()
		s, err := disk.Open(dir, disk.Options{})
		if err != nil {
			b.Fatal(err)
		}
		fill(b, s, 10000)
		_ = s.Close()
		for b.Loop() {
			s, err := disk.Open(dir, disk.Options{})
			if err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			_ = s.Close()
			b.StartTimer()
		}
	})
}
