package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// watchers see the updates of pods, as in the anchors.
	watchers = 500
	updates  = 1_000
	// pacedUpdates come one after the other at pacedRate a second: half of what the anchors' peer can deliver, so that
	// the time until an event arrives is that of its delivery and not of a queue.
	pacedUpdates = 300
	pacedRate    = 20
	// sampled watchers also read when an event was sent; the others only count.
	sampled = 10
	// watchLimit bounds the wait for all events.
	watchLimit = 2 * time.Minute
	// errorEvent begins the event with which a server ends a watch.
	errorEvent = `{"type":"ERROR"`
)

// watchUpdates lets watchers follow updates of pods, all at once and paced.
func (r *apiRun) watchUpdates(ctx context.Context) error {
	if err := r.watchBurst(ctx); err != nil {
		return err
	}
	return r.watchPaced(ctx)
}

// watchBurst lets many watchers follow updates that come as fast as they are answered.
func (r *apiRun) watchBurst(ctx context.Context) error {
	n := r.cfg.scaled(updates)
	o, err := r.watchPods(ctx, n, func(ctx context.Context) error {
		_, err := load{count: n, limit: watchLimit}.run(ctx, func(ctx context.Context, w, i int) error { return r.patchStatus(ctx, w, i%r.pods) })
		return err
	})
	if err != nil {
		return err
	}
	params := map[string]any{"watchers": o.watchers, "updates": n, "events": o.events, "connections": connections, "concurrency": concurrency}
	r.add("watch_events_per_s", float64(o.events)/o.elapsed.Seconds(), "1/s", params)
	r.add("watch_closed_by_server", float64(o.closed), "watches", params)
	r.add("watch_burst_delivery_p99_ms", millis(quantile(o.took, 0.99)), "ms", params)
	if r.servers.known() { // the server's per event, updates included
		r.add("watch_event_cpu_ms", o.cpu.Seconds()*1000/float64(o.events), "ms", params)
	}
	return nil
}

// watchPaced measures how long an event takes from the call that updates until a watcher has it.
func (r *apiRun) watchPaced(ctx context.Context) error {
	n := r.cfg.scaled(pacedUpdates)
	o, err := r.watchPods(ctx, n, func(ctx context.Context) error {
		tick := time.NewTicker(time.Second / pacedRate)
		defer tick.Stop()
		for i := range n {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return ctx.Err()
			}
			if err := r.patchStatus(ctx, 0, i%r.pods); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	params := map[string]any{"watchers": o.watchers, "updates": n, "closed_by_server": o.closed, "updates_per_s": pacedRate, "connections": connections}
	r.add("watch_delivery_p50_ms", millis(quantile(o.took, 0.5)), "ms", params)
	r.add("watch_delivery_p99_ms", millis(quantile(o.took, 0.99)), "ms", params)
	return nil
}

// watched is what watchers of updates have seen.
type watched struct {
	outcome
	watchers int
	// events is how many they have seen together.
	events int64
	// closed counts the watches that the server has ended before they had seen everything: some servers do so with those
	// that are slow.
	closed int64
}

// watchPods opens watches, has pods updated n times, and waits until each watcher has seen all of that, or the server has
// ended its watch.
func (r *apiRun) watchPods(ctx context.Context, n int, update func(context.Context) error) (watched, error) {
	count := r.cfg.scaled(watchers)
	r.cfg.say("%d watchers follow %d updates ...", count, n)
	ctx, cancel := context.WithTimeout(ctx, watchLimit)
	defer cancel()
	rev, err := r.revision(ctx)
	if err != nil {
		return watched{}, err
	}
	var wg sync.WaitGroup
	delays := make([][]time.Duration, min(sampled, count))
	var events, closed atomic.Int64
	before := r.servers.cpu()
	for w := range count {
		res, err := r.c.open(ctx, w, r.path("pods")+"?watch=1&resourceVersion="+rev, mediaJSON)
		if err != nil {
			cancel()
			wg.Wait()
			return watched{}, err
		}
		wg.Go(func() {
			defer res.Body.Close()
			in := bufio.NewReaderSize(res.Body, 64<<10)
			for range n {
				line, err := in.ReadSlice('\n')
				if err != nil || bytes.HasPrefix(line, []byte(errorEvent)) {
					closed.Add(1)
					return
				}
				events.Add(1)
				if w < len(delays) {
					if d, ok := delay(line); ok {
						delays[w] = append(delays[w], d)
					}
				}
			}
		})
	}
	start := time.Now()
	err = update(ctx)
	if err != nil {
		cancel()
	}
	wg.Wait()
	o := watched{outcome{n: n, elapsed: time.Since(start), took: slices.Concat(delays...), cpu: r.servers.cpu() - before}, count, events.Load(), closed.Load()}
	slices.Sort(o.took)
	if o.closed > 0 && ctx.Err() == nil {
		r.cfg.say("the server has closed %d of %d watches before they had seen everything", o.closed, count)
	}
	switch {
	case err != nil:
	case ctx.Err() != nil: // what is counted as closed has been so by us
		err = fmt.Errorf("in %s, %d watchers have seen only %d of %d events: %w", watchLimit, count, o.events, count*n, ctx.Err())
	case len(o.took) == 0:
		err = fmt.Errorf("the server has closed %d of %d watches, and none of those that are looked at has seen an event", o.closed, count)
	}
	return o, err
}

// delay reads how old an event is by the time that its update carries.
func delay(line []byte) (time.Duration, bool) {
	_, rest, found := bytes.Cut(line, []byte(sentMark))
	if !found {
		return 0, false
	}
	end := bytes.IndexByte(rest, '"')
	if end < 0 {
		return 0, false
	}
	ns, err := strconv.ParseInt(string(rest[:end]), 10, 64)
	return time.Since(time.Unix(0, ns)), err == nil
}

// revision is the newest one of the pods.
func (r *apiRun) revision(ctx context.Context) (string, error) {
	res, err := r.c.request(ctx, 0, http.MethodGet, r.path("pods?limit=1"), mediaJSON, "")
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	var list struct {
		Metadata struct{ ResourceVersion string }
	}
	if err := json.NewDecoder(res.Body).Decode(&list); err != nil {
		return "", fmt.Errorf("reading the revision of the pods: %w", err)
	}
	return list.Metadata.ResourceVersion, nil
}
