package bench

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// load is many requests at once, bounded in number and time.
type load struct {
	// count bounds the requests; zero leaves only the time.
	count int
	limit time.Duration
	// servers are the processes whose CPU time is counted.
	servers servers
}

// outcome is what a load has measured.
type outcome struct {
	n       int
	elapsed time.Duration
	took    []time.Duration // sorted
	cpu     time.Duration
}

// run calls do from all workers until the load's bounds; do gets its worker and a number that no other call has.
func (l load) run(ctx context.Context, do func(ctx context.Context, worker, i int) error) (outcome, error) {
	before := l.servers.cpu()
	start := time.Now()
	end := start.Add(l.limit)
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	all := make([][]time.Duration, concurrency)
	var next atomic.Int64
	var wg sync.WaitGroup
	for w := range concurrency {
		wg.Go(func() {
			for ctx.Err() == nil {
				at := time.Now()
				i := int(next.Add(1)) - 1
				if at.After(end) || (l.count > 0 && i >= l.count) {
					return
				}
				if err := do(ctx, w, i); err != nil {
					stop(err)
					return
				}
				all[w] = append(all[w], time.Since(at))
			}
		})
	}
	wg.Wait()
	o := outcome{elapsed: time.Since(start), took: slices.Concat(all...), cpu: l.servers.cpu() - before}
	if err := context.Cause(ctx); err != nil {
		return o, err
	}
	if o.n = len(o.took); o.n == 0 {
		return o, errors.New("no request was answered in time")
	}
	slices.Sort(o.took)
	return o, nil
}

// tell reports the outcome of a load as METRIC_per_s and its companions; _cpu_ms is the CPU time of the server per request.
func (s sheet) tell(metric string, o outcome, cpu bool) {
	params := map[string]any{"concurrency": concurrency, "connections": connections, "requests": o.n}
	s.add(metric+"_per_s", float64(o.n)/o.elapsed.Seconds(), "1/s", params)
	s.add(metric+"_p50_ms", millis(quantile(o.took, 0.5)), "ms", params)
	s.add(metric+"_p99_ms", millis(quantile(o.took, 0.99)), "ms", params)
	if cpu {
		s.add(metric+"_cpu_ms", o.cpu.Seconds()*1000/float64(o.n), "ms", params)
	}
}
