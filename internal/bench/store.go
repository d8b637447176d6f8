package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/store/disk"
)

// bodyBytes is the size of a stored object: a small ConfigMap.
const bodyBytes = 1 << 10

// Store measures durable commits of the disk engine: each is one object, and on disk when it counts.
func Store(ctx context.Context, cfg Config) error {
	if cfg.Kubeconfig != "" {
		return errors.New("bench store measures the engine itself, on a directory of its own: it takes no --kubeconfig")
	}
	s := sheet{cfg, "store"}
	for _, writers := range []int{1, concurrency} {
		if err := s.commits(ctx, writers); err != nil {
			return err
		}
	}
	return nil
}

func (s sheet) commits(ctx context.Context, writers int) (err error) {
	dir, err := os.MkdirTemp(s.cfg.Dir, "gantry-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	st, err := disk.Open(dir+"/store", disk.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	s.cfg.say("committing with %d writers for %s ...", writers, s.cfg.Step)
	all := make([][]time.Duration, writers)
	failed := make([]error, writers)
	start := time.Now()
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() { all[w], failed[w] = write(ctx, st, w, start.Add(s.cfg.Step)) })
	}
	wg.Wait()
	elapsed := time.Since(start)
	if err := errors.Join(failed...); err != nil {
		return err
	}
	took := slices.Concat(all...)
	slices.Sort(took)
	params := map[string]any{"writers": writers, "bytes": bodyBytes, "fsync": true, "commits": len(took)}
	s.add("commits_per_s", float64(len(took))/elapsed.Seconds(), "1/s", params)
	s.add("commit_p50_ms", millis(quantile(took, 0.5)), "ms", params)
	s.add("commit_p99_ms", millis(quantile(took, 0.99)), "ms", params)
	return nil
}

// write commits one object after the other until a point in time.
func write(ctx context.Context, st store.Store, writer int, until time.Time) (took []time.Duration, _ error) {
	for i := 0; ; i++ {
		start := time.Now()
		if start.After(until) {
			return took, nil
		}
		key := api.Key{Resource: api.Resource{Name: "configmaps"}, Cluster: api.Host, Namespace: "bench", Name: fmt.Sprintf("w%03d-%08d", writer, i)}
		if res := st.Commit(ctx, []store.Txn{{Ops: []store.Op{{Key: key, Body: make([]byte, bodyBytes)}}}}); res[0].Err != nil {
			return nil, res[0].Err
		}
		took = append(took, time.Since(start))
	}
}
