package agent

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/probe"
	"gantry.dev/gantry/internal/plan/pod"
)

// Bounds of probes under way: exec probes start processes, the others cost a socket of which a process has 20,000. One
// that waits for its turn is late, not lost.
const (
	parallelExecs = 32
	parallelDials = 2048
)

// earlyProbe is the first pause between readiness probes of a container that has not been ready yet; it doubles until it is
// the probe's period. A program that listens after 200 ms need not wait for the next of its periods, ten seconds by
// default, as it does with kubelet. Failures of a readiness probe before the first success have no other effect than
// that the container is still not ready; those that come early are not worth an event.
const earlyProbe = 100 * time.Millisecond

// prober runs the probes that plans ask for. All of them hang in one heap by the time of their next run; only a probe
// that is being asked has a goroutine.
type prober struct {
	a     *Agent
	execs *semaphore.Weighted
	dials *semaphore.Weighted
	wake  chan struct{}

	mu    sync.Mutex
	heap  probeHeap
	byPod map[types.UID]map[probeKey]*probing
}

// probeKey is one probe of one instance.
type probeKey struct {
	id   string
	kind pod.ProbeKind
}

// probing is a probe with its state.
type probing struct {
	key    probeKey
	ps     *podState
	name   string
	probe  *corev1.Probe
	count  pod.ProbeCount
	next   time.Time
	at     int // place in the heap, -1 while it is being asked or over
	ended  bool
	cancel context.CancelFunc
	// early counts probes before the first success.
	early int
}

// pause is the time from one run to the next, and whether it is shortened.
func (p *probing) pause() (d time.Duration, early bool) {
	period := time.Duration(max(p.probe.PeriodSeconds, 1)) * time.Second
	if p.key.kind != pod.Readiness || p.early < 0 {
		return period, false
	}
	if p.count.Last {
		p.early = -1 // it answered: from now on it is asked as the spec says
		return period, false
	}
	short := earlyProbe << min(p.early, 16)
	p.early++
	return min(short, period), short < period
}

func newProber(a *Agent) *prober {
	return &prober{a: a, execs: semaphore.NewWeighted(parallelExecs), dials: semaphore.NewWeighted(parallelDials), wake: make(chan struct{}, 1), byPod: map[types.UID]map[probeKey]*probing{}}
}

// set makes the probes of a pod be exactly these.
func (b *prober) set(ps *podState, targets []pod.ProbeTarget) {
	b.mu.Lock()
	defer b.mu.Unlock()
	have := b.byPod[ps.uid]
	if len(targets) == 0 && len(have) == 0 {
		return
	}
	want := make(map[probeKey]*probing, len(targets))
	for _, t := range targets {
		key := probeKey{t.ID, t.Kind}
		if p := have[key]; p != nil {
			want[key] = p
			delete(have, key)
			continue
		}
		want[key] = b.begin(ps, t, key)
	}
	for _, p := range have {
		b.end(p)
	}
	if len(want) == 0 {
		delete(b.byPod, ps.uid)
		return
	}
	b.byPod[ps.uid] = want
}

// begin puts a probe into the heap. The first run is due initialDelaySeconds after the container's start.
func (b *prober) begin(ps *podState, t pod.ProbeTarget, key probeKey) *probing {
	p := &probing{key: key, ps: ps, name: t.Container, probe: t.Probe, count: pod.NewProbeCount(t.Kind)}
	now := b.a.cfg.Clock()
	p.next = now
	ps.change(func() {
		if c := ps.containers[t.ID]; c != nil {
			p.next = c.StartedAt.Add(time.Duration(t.Probe.InitialDelaySeconds) * time.Second)
		}
		// What was known before the agent was restarted holds until something else is learnt.
		switch r := ps.probes[t.ID]; {
		case t.Kind == pod.Readiness && r.Readiness != pod.Unknown:
			p.count.Outcome = r.Readiness
			p.early = -1
		case t.Kind == pod.Startup && r.Startup != pod.Unknown:
			p.count.Outcome = r.Startup
		}
	})
	if p.next.Before(now) {
		p.next = now
	}
	heap.Push(&b.heap, p)
	b.poke()
	return p
}

func (b *prober) end(p *probing) {
	p.ended = true
	if p.at >= 0 {
		heap.Remove(&b.heap, p.at)
	}
	if p.cancel != nil {
		p.cancel()
	}
}

func (b *prober) poke() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// run asks what is due until ctx ends.
func (b *prober) run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-b.wake:
		case <-timer.C:
		}
		for {
			p, next := b.due()
			if p == nil {
				if !next.IsZero() {
					timer.Reset(max(next.Sub(b.a.cfg.Clock()), 0))
				}
				break
			}
			// Goroutines are bounded by the number of probes: one that is being asked is not in the heap.
			b.a.start(func() { b.ask(ctx, p) })
		}
	}
}

// due takes the probe whose time has come out of the heap, or tells when the next one's is.
func (b *prober) due() (*probing, time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.heap) == 0 {
		return nil, time.Time{}
	}
	if first := b.heap[0]; first.next.After(b.a.cfg.Clock()) {
		return nil, first.next
	}
	return heap.Pop(&b.heap).(*probing), time.Time{}
}

// ask runs a probe once and counts its result in.
func (b *prober) ask(ctx context.Context, p *probing) {
	slots := b.dials
	if p.probe.Exec != nil {
		slots = b.execs
	}
	if err := slots.Acquire(ctx, 1); err != nil {
		return
	}
	defer slots.Release(1)
	timeout := time.Duration(max(p.probe.TimeoutSeconds, 1)) * time.Second
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	b.mu.Lock()
	p.cancel = cancel
	ended := p.ended
	b.mu.Unlock()
	if ended {
		return
	}
	begun := b.a.cfg.Clock()
	cur := p.ps.current()
	r := b.a.probeOnce(ctx, p.ps, cur, p, timeout)
	b.mu.Lock()
	defer b.mu.Unlock()
	if p.ended || b.a.life.Err() != nil {
		return
	}
	before := p.count.Outcome
	if !r.Unknown { // that it could not be asked says nothing of the container
		b.a.tally.probed(cur, p.name, p.key.kind, r.OK, b.a.cfg.Clock().Sub(begun))
		p.count = p.count.Add(r.OK, p.probe)
	}
	pause, early := p.pause()
	p.next = begun.Add(pause)
	switch {
	case r.Unknown && !early:
		b.a.events.pod(cur, p.name, true, "Unhealthy", "%s probe errored and resulted in unknown state: %s", p.key.kind, r.Output)
	case !r.OK && !early:
		b.a.events.pod(cur, p.name, true, "Unhealthy", "%s probe failed: %s", p.key.kind, r.Output)
	case r.Warning:
		b.a.events.pod(cur, p.name, true, "ProbeWarning", "%s probe warning: %s", p.key.kind, r.Output)
	}
	if now := b.a.cfg.Clock(); p.next.Before(now) {
		p.next = now
	}
	heap.Push(&b.heap, p)
	b.poke()
	if p.count.Outcome != before {
		b.report(p)
	}
}

// report makes a new outcome part of the pod's state.
func (b *prober) report(p *probing) {
	b.a.queueAfterChange(p.ps.uid, p.ps, func() {
		r := p.ps.probes[p.key.id]
		switch p.key.kind {
		case pod.Startup:
			r.Startup = p.count.Outcome
		case pod.Liveness:
			r.Liveness = p.count.Outcome
		case pod.Readiness:
			r.Readiness = p.count.Outcome
		}
		p.ps.probes[p.key.id] = r
	})
}

// probeOnce asks a container how it is.
func (a *Agent) probeOnce(ctx context.Context, ps *podState, p *corev1.Pod, pr *probing, timeout time.Duration) probe.Result {
	c := specOf(p, pr.name)
	if c == nil {
		return probe.Result{Output: "the container is not in the pod any more"}
	}
	switch h := pr.probe.ProbeHandler; {
	case h.Exec != nil:
		command := pod.ExpandAll(h.Exec.Command, staticEnv(c))
		code, out, err := a.exec(ctx, pr.key.id, command)
		switch {
		case errors.Is(err, container.ErrUnsent):
			return probe.Result{Unknown: true, Output: err.Error()}
		case ctx.Err() != nil:
			return probe.Result{Output: fmt.Sprintf("command timed out: %q timed out after %s", strings.Join(command, " "), timeout)}
		case err != nil:
			return probe.Result{Unknown: true, Output: err.Error()}
		}
		return probe.Result{OK: code == 0, Output: out}
	case h.HTTPGet != nil:
		t, err := a.httpTarget(ps, p, c, h.HTTPGet)
		if err != nil {
			return probe.Result{Unknown: true, Output: err.Error()}
		}
		return probe.HTTP(ctx, t)
	case h.TCPSocket != nil:
		port, err := portOf(c, h.TCPSocket.Port)
		if err != nil {
			return probe.Result{Unknown: true, Output: err.Error()}
		}
		host := h.TCPSocket.Host
		if host == "" {
			host = a.podAddress(ps, p)
		}
		return probe.TCP(ctx, hostPort(host, port))
	case h.GRPC != nil:
		service := ""
		if h.GRPC.Service != nil {
			service = *h.GRPC.Service
		}
		return probe.GRPC(ctx, hostPort(a.podAddress(ps, p), int(h.GRPC.Port)), service, timeout)
	}
	return probe.Result{Unknown: true, Output: fmt.Sprintf("missing probe handler for %s:%s", pod.FullName(p), pr.name)}
}

// staticEnv are the variables of a container's spec that need nothing to be read: those that commands of probes may name.
func staticEnv(c *corev1.Container) (env []string) {
	for _, e := range c.Env {
		env = append(env, e.Name+"="+e.Value)
	}
	return env
}

// probeHeap orders probes by their time.
type probeHeap []*probing

func (h probeHeap) Len() int           { return len(h) }
func (h probeHeap) Less(i, j int) bool { return h[i].next.Before(h[j].next) }
func (h probeHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].at, h[j].at = i, j
}

// Push and Pop are for container/heap.
func (h *probeHeap) Push(x any) {
	p := x.(*probing)
	p.at = len(*h)
	*h = append(*h, p)
}

func (h *probeHeap) Pop() any {
	old := *h
	p := old[len(old)-1]
	*h = old[:len(old)-1]
	p.at = -1
	return p
}
