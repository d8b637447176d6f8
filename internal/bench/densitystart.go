package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"gantry.dev/gantry/internal/driver/host"
)

const (
	// stall is how long no further pod may get running before the run is given up.
	stall = time.Minute
	// window is the step in which starts over time are told.
	window = 10 * time.Second
	// ahead is how many pods are created before they run: enough for the node never to wait, and few to stop in time.
	ahead = 256
	// memoryLook is how often memory is looked at: a second's pods take some 100 MiB.
	memoryLook = time.Second
	// leastLook and lookEach are how soon it is looked again what is left of pods: for each of thousands it costs the kernel more than
	// a microsecond, which the node that deletes them has to do without.
	leastLook, lookEach = 100 * time.Millisecond, 100 * time.Microsecond
)

// start creates the pods, and waits until they run and those with probes are ready. It stays a little ahead of what runs, so that it
// can stop while there is memory left; then fewer pods than were wanted are measured.
func (d *density) start(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	running, ready, err := d.watch(ctx)
	if err != nil {
		return err
	}
	d.cfg.say("creating %d pods ...", d.pods)
	g := growth{d: d, room: make(chan struct{}, ahead), full: make(chan struct{})}
	begun := time.Now()
	created := make(chan error, 1)
	go func() { created <- g.create(ctx) }()
	var at []time.Duration
	isReady := 0
	quiet := time.NewTimer(stall)
	defer quiet.Stop()
	mark, look := time.NewTicker(window), time.NewTicker(memoryLook)
	defer mark.Stop()
	defer look.Stop()
	for created != nil || len(at) < d.pods || isReady < d.probed {
		select {
		case _, open := <-running:
			if !open {
				return errors.New("the watch of the pods ended")
			}
			at = append(at, time.Since(begun))
			<-g.room
			quiet.Reset(stall)
		case <-ready:
			isReady++
		case err := <-created:
			if err != nil {
				return err
			}
			created = nil
			d.pods = min(d.pods, int(g.next.Load()))
			d.probed = min(d.probed, d.pods)
		case <-look.C:
			if err := g.look(len(at)); err != nil {
				return err
			}
		case <-mark.C:
			d.cfg.say("%6.0fs: %d running, %d of %d probed ready, %.1f GiB available", time.Since(begun).Seconds(), len(at), isReady, d.probed, float64(g.available)/(1<<30))
		case <-quiet.C:
			d.add("running", float64(len(at)), "pods", map[string]any{"wanted": d.wanted})
			return fmt.Errorf("no pod more than %d of %d got running in %s", len(at), d.pods, stall)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	d.tellStarts(at)
	return nil
}

// growth is the creation of pods, as long as there is memory.
type growth struct {
	d *density
	// room has an entry for each pod that has been created and was not seen running; full is closed when no more are to come.
	room, full chan struct{}
	// next is the number of the next pod.
	next atomic.Int64
	// available is the machine's memory when it was last looked at.
	available uint64
	stopped   bool
}

// create makes the pods from a few workers.
func (g *growth) create(ctx context.Context) error {
	workers, ctx := errgroup.WithContext(ctx)
	for worker := range concurrency {
		workers.Go(func() error {
			for {
				select {
				case g.room <- struct{}{}:
				case <-g.full:
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
				i := int(g.next.Add(1)) - 1
				if i >= g.d.pods {
					<-g.room
					return nil
				}
				if _, err := g.d.c.do(ctx, worker, http.MethodPost, g.d.path("pods"), mediaJSON, g.d.podBody(i)); err != nil {
					return err
				}
			}
		})
	}
	return workers.Wait()
}

// look ends the growth when memory gets scarce.
func (g *growth) look(running int) error {
	m, err := host.ReadMemory()
	if err != nil {
		return err
	}
	g.available = m.Available
	switch {
	case m.Available < noMemory:
		return fmt.Errorf("given up at %d running pods: only %d MiB of the machine's memory are available", running, m.Available>>20)
	case m.Available < leastMemory && !g.stopped:
		g.stopped = true
		close(g.full)
		g.d.cfg.say("%d MiB of the machine's memory are available: no pods are created any more", m.Available>>20)
	}
	return nil
}

func (d *density) tellStarts(at []time.Duration) {
	took := at[len(at)-1]
	perWindow := make([]int, int(took/window)+1)
	for _, t := range at {
		perWindow[int(t/window)]++
	}
	d.add("running", float64(len(at)), "pods", map[string]any{"wanted": d.wanted, "probed": d.probed})
	d.add("starts_per_s", float64(len(at))/took.Seconds(), "1/s", map[string]any{
		"pods": len(at), "seconds": took.Seconds(), "each_10s": perWindow, "longest_gap_ms": millis(longestGap(at)),
	})
	if n := min(len(at), 500); n < len(at) {
		d.add("first_500_per_s", float64(n)/at[n-1].Seconds(), "1/s", nil)
	}
}

// watch tells the names of pods when they are first seen running, and when those with probes are first seen ready.
func (d *density) watch(ctx context.Context) (running, ready <-chan string, err error) {
	res, err := d.c.open(ctx, 1, d.path("pods")+"?watch=1", mediaJSON) //nolint:bodyclose // follow reads it to its end and closes it
	if err != nil {
		return nil, nil, err
	}
	run, rdy := make(chan string, d.pods), make(chan string, d.pods)
	go func() {
		defer close(run)
		defer res.Body.Close()
		in := bufio.NewReaderSize(res.Body, 1<<20)
		isRunning, isReady := map[string]bool{}, map[string]bool{}
		for {
			line, err := in.ReadBytes('\n')
			if err != nil {
				return
			}
			if !bytes.Contains(line, []byte(`"phase":"Running"`)) {
				continue // decoding is what costs here
			}
			var ev podEvent
			if json.Unmarshal(line, &ev) != nil {
				return
			}
			p := &ev.Object
			if !isRunning[p.Metadata.Name] {
				isRunning[p.Metadata.Name] = true
				run <- p.Metadata.Name // has room for all
			}
			if p.Metadata.Labels["probed"] != "" && !isReady[p.Metadata.Name] && p.ready() {
				isReady[p.Metadata.Name] = true
				rdy <- p.Metadata.Name
			}
		}
	}()
	return run, rdy, nil
}

// podEvent is what is looked at of a watch event.
type podEvent struct{ Object podSeen }

// podSeen is what is looked at of a pod.
type podSeen struct {
	Metadata struct {
		Name   string
		UID    string
		Labels map[string]string
	}
	Status struct {
		Phase, PodIP      string
		Conditions        []struct{ Type, Status string }
		ContainerStatuses []containerSeen
	}
}

// containerSeen is what is looked at of a container.
type containerSeen struct {
	RestartCount int
	State        struct{ Running *struct{} }
}

func (p *podSeen) ready() bool {
	return slices.ContainsFunc(p.Status.Conditions, func(c struct{ Type, Status string }) bool { return c.Type == "Ready" && c.Status == "True" })
}

// get reads a pod.
func (d *density) get(ctx context.Context, name string) (p podSeen, err error) {
	res, err := d.c.open(ctx, 0, d.path("pods/"+name), mediaJSON)
	if err != nil {
		return p, err
	}
	defer res.Body.Close()
	return p, json.NewDecoder(res.Body).Decode(&p)
}

// deleteAll deletes every pod by one call and waits until nothing of them is left on the node.
func (d *density) deleteAll(ctx context.Context) error {
	d.cfg.say("deleting all pods ...")
	before, err := d.nodeCPU()
	if err != nil {
		return err
	}
	begun := time.Now()
	if _, err := d.c.do(ctx, 0, http.MethodDelete, d.path("pods"), mediaJSON, ""); err != nil {
		return err
	}
	answered := time.Since(begun)
	quiet := time.NewTimer(stall)
	defer quiet.Stop()
	least := d.pods
	mark := time.NewTicker(window)
	defer mark.Stop()
	for {
		left, err := d.podGroups()
		if err != nil {
			return err
		}
		if len(left) < least {
			least = len(left)
			quiet.Reset(stall)
		}
		if len(left) == 0 {
			if left, err = d.listed(ctx); err != nil {
				return err
			}
		}
		if len(left) == 0 {
			// What has no cgroup any more may have a log or a link still.
			if left, err = d.leftovers(); err != nil {
				return err
			}
		}
		if len(left) == 0 {
			break
		}
		select {
		case <-mark.C:
			d.cfg.say("%6.0fs: %d pods or things of pods are left", time.Since(begun).Seconds(), len(left))
		case <-time.After(min(leastLook+time.Duration(len(left))*lookEach, memoryLook)):
		case <-quiet.C:
			d.cfg.say("%d things of pods are left %s after their deletion, and they do not get fewer", len(left), time.Since(begun).Round(time.Second))
			return nil // the count of leftovers tells
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	d.add("delete_all_s", time.Since(begun).Seconds(), "s", map[string]any{"pods": d.pods, "answered_s": answered.Seconds()})
	after, err := d.nodeCPU()
	if err != nil {
		return err
	}
	d.add("delete_cpu_ms", millis(after-before)/float64(d.pods), "ms", map[string]any{"of": "gantry and its supervisors, without what the kernel does for itself"})
	return nil
}

// listed are the names of pods that the API still has.
func (d *density) listed(ctx context.Context) (names []string, err error) {
	pods, err := d.list(ctx)
	for _, p := range pods {
		names = append(names, p.Metadata.Name)
	}
	return names, err
}

// list are the first pods of the run that the API has.
func (d *density) list(ctx context.Context) ([]podSeen, error) {
	res, err := d.c.open(ctx, 0, d.path("pods")+"?limit=500", mediaJSON)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	var list struct{ Items []podSeen }
	err = json.NewDecoder(res.Body).Decode(&list)
	return list.Items, err
}
