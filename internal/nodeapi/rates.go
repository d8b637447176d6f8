package nodeapi

import (
	"context"
	"sync"
	"time"
)

const (
	// usageFresh is how long a reading with rates is given to whoever asks next: kubelet's housekeeping interval.
	usageFresh = 10 * time.Second
	// usageStale is the age beyond which a reading is no base for a rate: the rate would tell of the past.
	usageStale = 2 * time.Minute
	// usageWindow is waited between two readings where there is none to compare with.
	usageWindow = time.Second
)

// counter is CPU time as it was read at some time.
type counter struct {
	at    time.Time
	nanos uint64
}

// rates remembers the last reading of each CPU clock, so that the next can say how fast it went. Nothing is read while
// nobody asks: an idle node costs nothing.
type rates struct {
	mu   sync.Mutex
	last map[string]counter // by pod UID, container ID, and "" for the machine
	kept measured
}

// measured is a reading of the node with the speed of each clock: CPU nanoseconds a second.
type measured struct {
	nodeUsage
	window time.Duration // between the two readings
	speed  map[string]uint64
}

// read measures with the function read, which is called twice where the first call has nothing to compare with. A reading
// that is fresh is given again; callers must not change it.
func (r *rates) read(ctx context.Context, read func(context.Context) (nodeUsage, error)) (measured, error) {
	r.mu.Lock() // whoever comes meanwhile wants the same reading
	defer r.mu.Unlock()
	if r.kept.speed != nil && time.Since(r.kept.at) < usageFresh {
		return r.kept, nil
	}
	u, err := read(ctx)
	if err != nil {
		return measured{}, err
	}
	if base, ok := r.last[""]; !ok || u.at.Sub(base.at) > usageStale {
		r.last = u.counters()
		t := time.NewTimer(usageWindow)
		defer t.Stop()
		select {
		case <-ctx.Done():
			return measured{}, ctx.Err()
		case <-t.C:
		}
		if u, err = read(ctx); err != nil {
			return measured{}, err
		}
	}
	now := u.counters()
	r.kept = measured{u, u.at.Sub(r.last[""].at), speeds(r.last, now, u.starts())}
	r.last = now
	return r.kept, nil
}

// speeds compares two readings. A clock that the first lacks began with its container.
func speeds(before, now map[string]counter, starts map[string]time.Time) map[string]uint64 {
	out := make(map[string]uint64, len(now))
	for key, c := range now {
		base, ok := before[key]
		if !ok || base.nanos > c.nanos {
			if base = (counter{at: starts[key]}); base.at.IsZero() {
				continue
			}
		}
		if past := c.at.Sub(base.at); past > 0 {
			out[key] = uint64(float64(c.nanos-base.nanos) / past.Seconds())
		}
	}
	return out
}

// counters are the clocks of a reading.
func (u *nodeUsage) counters() map[string]counter {
	out := map[string]counter{"": {u.at, uint64(u.machine.CPU)}}
	for _, c := range u.system {
		out[c.key()] = counter{c.stats.Time, c.stats.CPUUsageNanos}
	}
	for _, p := range u.pods {
		out[string(p.pod.UID)] = counter{p.stats.Time, p.stats.CPUUsageNanos}
		for _, c := range p.containers {
			out[c.id] = counter{c.stats.Time, c.stats.CPUUsageNanos}
		}
	}
	return out
}

// starts says when each clock began.
func (u *nodeUsage) starts() map[string]time.Time {
	out := map[string]time.Time{}
	for _, p := range u.pods {
		out[string(p.pod.UID)] = p.started
		for _, c := range p.containers {
			out[c.id] = c.started
		}
	}
	return out
}
