package bench

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// burstPods is how many pods are created as fast as the API takes them.
const burstPods = 500

// burst measures how fast many pods that come together get running, and whether that ever stalls.
func burst(ctx context.Context, s sheet, kubeconfig, image string) error {
	return withPods(ctx, kubeconfig, func(c *caller, ns string, seen <-chan string) error {
		return s.burst(ctx, c, ns, image, seen)
	})
}

// burst has so many pods started in a namespace.
func (s sheet) burst(ctx context.Context, c *caller, ns, image string, seen <-chan string) error {
	pods := s.cfg.scaled(burstPods)
	s.cfg.say("starting %d pods at once ...", pods)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	begun := time.Now()
	go func() {
		_, err := load{count: pods, limit: runLimit}.run(ctx, func(ctx context.Context, worker, i int) error {
			return c.createPod(ctx, worker, ns, fmt.Sprintf("b%03d", i), image)
		})
		if err != nil {
			cancel(err)
		}
	}()
	at, err := awaitAll(ctx, seen, pods, begun)
	if err != nil {
		return err
	}
	params := map[string]any{"pods": pods, "image": image, "concurrency": concurrency}
	s.add("burst_starts_per_s", float64(pods)/at[pods-1].Seconds(), "1/s", params)
	s.add("burst_longest_gap_ms", millis(longestGap(at)), "ms", params)
	return nil
}

// awaitAll waits for as many different pods, and returns when each was seen running, from begun on.
func awaitAll(ctx context.Context, seen <-chan string, pods int, begun time.Time) (at []time.Duration, err error) {
	known := map[string]bool{}
	limit := time.NewTimer(runLimit)
	defer limit.Stop()
	for len(at) < pods {
		select {
		case name, open := <-seen:
			if !open {
				return nil, errors.Join(errors.New("the watch of the pods ended"), context.Cause(ctx))
			}
			if !known[name] {
				known[name] = true
				at = append(at, time.Since(begun))
				limit.Reset(runLimit)
			}
		case <-limit.C:
			return nil, fmt.Errorf("no pod more than %d of %d got running in %s", len(at), pods, runLimit)
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	return at, nil
}

// longestGap is the longest time in which nothing got running.
func longestGap(at []time.Duration) (gap time.Duration) {
	last := time.Duration(0)
	for _, t := range at {
		gap, last = max(gap, t-last), t
	}
	return gap
}
