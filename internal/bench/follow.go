package bench

import (
	"bufio"
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// reachLimit is how long an update may take to every watcher before those without it count as dropped.
const reachLimit = 30 * time.Second

// idleCount watchers wait for what seldom comes; idleSpan is how long they are left alone.
const (
	idleCount = 10_000
	idleSpan  = 10 * time.Second
	// openers open watches at the same time.
	openers = concurrency
)

// followers are watches on connections of their own, which note only how much they have seen.
type followers struct {
	c      *caller
	cancel context.CancelFunc
	wg     sync.WaitGroup
	// seen counts events by watcher.
	seen []atomic.Int64
	// arrived is told of every event, as long as somebody listens.
	arrived chan struct{}
}

// follow opens watches of a resource from now on.
func (r *apiRun) follow(ctx context.Context, kubeconfig string, count int, resource string) (*followers, error) {
	rev, err := r.revision(ctx)
	if err != nil {
		return nil, err
	}
	f := &followers{seen: make([]atomic.Int64, count), arrived: make(chan struct{}, 1)}
	if f.c, err = connect(kubeconfig, 1+count/perConn); err != nil {
		return nil, err
	}
	ctx, f.cancel = context.WithCancel(ctx)
	var opening sync.WaitGroup
	var next atomic.Int64
	failed := make(chan error, openers)
	for range min(openers, count) {
		opening.Go(func() {
			for i := int(next.Add(1)) - 1; i < count && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				res, err := f.c.open(ctx, i/perConn, r.path(resource)+"?watch=1&resourceVersion="+rev, mediaJSON)
				if err != nil {
					f.cancel()
					failed <- err
					return
				}
				f.wg.Go(func() { f.read(i, res) })
			}
		})
	}
	opening.Wait()
	close(failed)
	if err := errors.Join(<-failed, ctx.Err()); err != nil {
		f.stop()
		return nil, err
	}
	return f, nil
}

// read counts the events of one watch until it ends.
func (f *followers) read(i int, res *http.Response) {
	defer res.Body.Close()
	in := bufio.NewReaderSize(res.Body, 512) // there are many, and most lie idle
	for {
		switch _, err := in.ReadSlice('\n'); {
		case errors.Is(err, bufio.ErrBufferFull):
			continue // the rest of the line is to come
		case err != nil:
			return
		}
		f.seen[i].Add(1)
		select {
		case f.arrived <- struct{}{}:
		default: // it is told already
		}
	}
}

func (f *followers) stop() {
	f.cancel()
	f.wg.Wait()
	f.c.close()
}

// without counts the watchers that have seen nothing.
func (f *followers) without() (n int) {
	for i := range f.seen {
		if f.seen[i].Load() == 0 {
			n++
		}
	}
	return n
}

// reach updates one pod and waits until all watchers have that, or reachLimit has passed; missed is how many have not.
func (r *apiRun) reach(ctx context.Context, f *followers) (took time.Duration, missed int, err error) {
	for i := range f.seen {
		f.seen[i].Store(0)
	}
	start := time.Now()
	if err := r.patchStatus(ctx, 0, 0); err != nil {
		return 0, 0, err
	}
	limit := time.NewTimer(reachLimit)
	defer limit.Stop()
	for f.without() > 0 {
		select {
		case <-f.arrived:
		case <-limit.C:
			return time.Since(start), f.without(), nil
		case <-ctx.Done():
			return 0, 0, ctx.Err()
		}
	}
	return time.Since(start), 0, nil
}

// idleWatchers measures what watchers cost that have nothing to see, and how one update reaches them all.
func (r *apiRun) idleWatchers(ctx context.Context, kubeconfig string) error {
	count := r.cfg.scaled(idleCount)
	r.cfg.say("%d watchers have nothing to see ...", count)
	before, err := r.servers.usage()
	if err != nil {
		return err
	}
	start := time.Now()
	w, err := r.follow(ctx, kubeconfig, count, "pods")
	if err != nil {
		return err
	}
	defer w.stop()
	params := map[string]any{"watchers": count, "connections": len(w.c.conns)}
	r.add("idle_watchers_opened_per_s", float64(count)/time.Since(start).Seconds(), "1/s", params)
	if r.servers.known() {
		span := r.cfg.scaledTime(idleSpan)
		opened := r.servers.cpu()
		if err := wait(ctx, span); err != nil {
			return err
		}
		now, err := r.servers.usage()
		if err != nil {
			return err
		}
		r.add("idle_watchers_cpu_percent", 100*(now.CPU-opened).Seconds()/span.Seconds(), "% of a core", params)
		r.add("idle_watchers_rss_mib", mib(now.RSS), "MiB", params)
		// Less than what they take where earlier loads have left memory that is used again.
		r.add("idle_watchers_rss_growth_mib", (float64(now.RSS)-float64(before.RSS))/(1<<20), "MiB", params)
	}
	took, missed, err := r.reach(ctx, w)
	if err != nil {
		return err
	}
	r.add("idle_watchers_reach_all_ms", millis(took), "ms", params)
	r.add("idle_watchers_dropped", float64(missed), "watchers", params)
	return nil
}
