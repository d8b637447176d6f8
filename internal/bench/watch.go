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
	"time"
)

const (
	// watchers see the updates of pods, as in the anchors.
	watchers = 500
	updates  = 1_000
	// sampled watchers also read when an event was sent; the others only count.
	sampled = 10
	// watchLimit bounds the wait for all events.
	watchLimit = time.Minute
)

// watchPods lets many watchers follow updates, until each has seen all of them.
func (r *apiRun) watchPods(ctx context.Context) error {
	r.cfg.say("%d watchers follow %d updates ...", watchers, updates)
	ctx, cancel := context.WithTimeout(ctx, watchLimit)
	defer cancel()
	rev, err := r.revision(ctx)
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	delays := make([][]time.Duration, sampled)
	failed := make(chan error, watchers)
	before := r.load(0).cpu()
	for w := range watchers {
		res, err := r.c.open(ctx, w, r.path("pods")+"?watch=1&resourceVersion="+rev, mediaJSON)
		if err != nil {
			return err
		}
		wg.Go(func() {
			defer res.Body.Close()
			in := bufio.NewReaderSize(res.Body, 64<<10)
			for n := range updates {
				line, err := in.ReadSlice('\n')
				if err != nil {
					failed <- fmt.Errorf("a watch broke off after %d of %d events: %w", n, updates, err)
					cancel()
					return
				}
				if w < sampled {
					if d, ok := delay(line); ok {
						delays[w] = append(delays[w], d)
					}
				}
			}
		})
	}
	start := time.Now()
	_, err = load{count: updates, limit: watchLimit}.run(ctx, func(ctx context.Context, w, i int) error { return r.patchStatus(ctx, w, i%r.pods) })
	if err != nil {
		return err
	}
	wg.Wait()
	elapsed := time.Since(start)
	select {
	case err := <-failed:
		return err
	default:
	}
	took := slices.Concat(delays...)
	slices.Sort(took)
	const events = watchers * updates
	params := map[string]any{"watchers": watchers, "updates": updates, "connections": connections}
	r.add("watch_events_per_s", events/elapsed.Seconds(), "1/s", params)
	// From the call that updates until a watcher has the event; the CPU time is the server's per event, updates included.
	r.add("watch_delivery_p50_ms", millis(quantile(took, 0.5)), "ms", params)
	r.add("watch_delivery_p99_ms", millis(quantile(took, 0.99)), "ms", params)
	if r.server != 0 {
		r.add("watch_event_cpu_ms", (r.load(0).cpu()-before).Seconds()*1000/events, "ms", params)
	}
	return nil
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
