package bench

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// lists are made of each media type, one after the other; the median counts.
	lists = 5
	// listers ask for everything at once, over so many connections, while so many watchers look on.
	listers       = 100
	stormConns    = 10
	stormWatchers = 50
	// stormLimit bounds a storm: a slow server does not get through with all lists.
	stormLimit = time.Minute
	// perConn spreads watchers over connections: far below what servers allow on one.
	perConn = 500
)

func (r *apiRun) listPods(ctx context.Context) error {
	r.cfg.say("listing pods ...")
	for _, form := range []struct{ name, media string }{{"json", mediaJSON}, {"protobuf", mediaProtobuf}} {
		var took []time.Duration
		var size int64
		before := r.servers.cpu()
		for range lists {
			start := time.Now()
			n, err := r.c.do(ctx, 0, http.MethodGet, r.path("pods"), form.media, "")
			if err != nil {
				return err
			}
			took, size = append(took, time.Since(start)), n
		}
		mid := median(took)
		params := map[string]any{"pods": r.pods, "bytes": size, "concurrency": 1, "runs": lists, "compression": false}
		r.add("list_pods_"+form.name+"_mb_per_s", float64(size)/1e6/mid.Seconds(), "MB/s", params)
		r.add("list_pods_"+form.name+"_p50_ms", millis(mid), "ms", params)
		if r.servers.known() {
			r.add("list_pods_"+form.name+"_cpu_ms", (r.servers.cpu()-before).Seconds()*1000/lists, "ms", params)
		}
	}
	return nil
}

// storm lets many clients list everything at once, and sees what that costs the server and those who watch meanwhile.
func (r *apiRun) storm(ctx context.Context, kubeconfig string) error {
	r.cfg.say("%d clients list all pods at once ...", listers)
	w, err := r.follow(ctx, kubeconfig, r.cfg.scaled(stormWatchers), "pods")
	if err != nil {
		return err
	}
	defer w.stop()
	c, err := connect(kubeconfig, stormConns)
	if err != nil {
		return err
	}
	defer c.close()
	if err := r.servers.resetPeak(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, stormLimit)
	defer cancel()
	var done, failed, bytes atomic.Int64
	start := time.Now()
	var wg sync.WaitGroup
	for i := range listers {
		wg.Go(func() {
			n, err := c.do(ctx, i%stormConns, http.MethodGet, r.path("pods"), mediaJSON, "")
			bytes.Add(n)
			if err != nil {
				failed.Add(1)
				return
			}
			done.Add(1)
		})
	}
	wg.Wait()
	elapsed := time.Since(start)
	params := map[string]any{"clients": listers, "pods": r.pods, "answered": done.Load(), "failed": failed.Load(), "watchers": len(w.seen), "limit_s": stormLimit.Seconds()}
	r.add("list_storm_mb_per_s", float64(bytes.Load())/1e6/elapsed.Seconds(), "MB/s", params)
	r.add("list_storm_failed", float64(failed.Load()), "lists", params)
	if r.servers.known() {
		peak, err := r.servers.peak()
		if err != nil {
			return err
		}
		r.add("list_storm_rss_peak_mib", mib(peak), "MiB", params)
	}
	// Those who watch have an update that comes now, or were dropped.
	_, missed, err := r.reach(context.WithoutCancel(ctx), w)
	if err != nil {
		return err
	}
	r.add("list_storm_watchers_dropped", float64(missed), "watchers", params)
	return nil
}
