// Package scheduler is the hand of plan/schedule: it follows pods and nodes of all clusters, lets the brain decide over
// all pending pods in batches, and commits each batch in one step.
//
// It reads Pods, PodGroups, ElasticQuotas, Nodes, Namespaces, Services, ReplicaSets, StatefulSets, ReplicationControllers, PodDisruptionBudgets, PersistentVolumeClaims, PersistentVolumes,
// StorageClasses, ResourceClaims, ResourceSlices and DeviceClasses from the view. It writes bindings, the PodScheduled condition of pods that fit nowhere, and events; for claims that are bound
// with their first pod it binds a volume or names the node, and binds the pod when its volumes are there; what devices
// claims get it writes into them before it binds the pod. Pods of lower priority leave for those that find no room. It never polls: a pod that was refused
// waits until something changes that could help it.
package scheduler

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/driver/extender"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/devices"
	"gantry.dev/gantry/internal/plan/fairshare"
	"gantry.dev/gantry/internal/plan/gang"
	"gantry.dev/gantry/internal/plan/schedule"
	"gantry.dev/gantry/internal/plan/storage"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// Name is the scheduler that pods ask for by default, and the source of its events.
const Name = "default-scheduler"

const (
	// bindBatch bounds the pods decided and committed in one step, so that the first of ten thousand pods start while
	// the last are still being decided, and one cluster does not hold up the others.
	bindBatch = 2048
)

// Resources are those that the view must follow for a scheduler.
func Resources() []api.Resource {
	return []api.Resource{plan.Pods, plan.Nodes, plan.Namespaces, plan.Services, plan.ReplicaSets, storage.Claims, storage.Volumes, storage.Classes,
		plan.StatefulSets, plan.ReplicationControllers, plan.Budgets, devices.Claims, devices.Classes, devices.Slices,
		storage.Nodes, storage.Drivers, storage.Capacities, storage.Attachments}
}

// Config is what a scheduler works with.
type Config struct {
	View   *view.View
	Client client.Interface
	Events reconcile.Recorder
	Clock  client.Clock
	Log    *slog.Logger
	// Profiles are those of the scheduler names that this scheduler decides for, compiled. None are upstream's default.
	Profiles []*schedule.Profile
	// Backoff is how long pods wait that were refused; zero does not have them wait.
	Backoff Backoff
	// Gangs says that upstream's own pod groups may be gangs: the feature gate GangScheduling.
	Gangs bool
	// Fence, if not nil, tells what must be unchanged when that is committed which is decided from now on: where several schedulers
	// take turns, the record that makes this one the leader. What a deposed one had under way is refused. (What extenders bind is not.) A
	// new one must not run before its view shows that it is the leader: it would not know what the one before has given away.
	Fence func() []client.Fence
	// Extenders have a say in where pods go that are their business, in this order.
	Extenders []*extender.Extender
	// Cores is how many parts a pass over many nodes is made in at the same time; with 0 and 1 there is one.
	Cores int
}

// Scheduler decides for all clusters in one goroutine.
type Scheduler struct {
	Config

	mu    sync.Mutex
	inbox []store.Event
	// settled are the ends of decisions whose writes had to wait for webhooks; away counts those that still do.
	settled []func()
	away    int
	// consults are the pods that extenders are still to be asked about, asking counts those that they are being asked about.
	consults []*consult
	asking   int
	busy     bool
	wake     chan struct{}

	waits    sync.WaitGroup           // goroutines that carry such writes out
	clusters map[api.Cluster]*cluster // of the goroutine of Run
	profiles profiles
	meters   *meters
	keep     *keepsakes
	// selectors are compiled expressions about devices.
	selectors *devices.Selectors
	order     []*cluster // the same, in the order in which they were first heard of
}

// New makes a scheduler and registers it with the view. Call it before the view runs.
func New(c Config) *Scheduler {
	s := &Scheduler{Config: c, wake: make(chan struct{}, 1), clusters: map[api.Cluster]*cluster{}, profiles: profiles{Name: schedule.Default()}, selectors: &devices.Selectors{}, meters: newMeters(), keep: newKeepsakes()}
	if len(c.Profiles) > 0 {
		s.profiles = profiles{}
	}
	for _, p := range c.Profiles {
		s.profiles[p.Name] = p
	}
	for _, r := range []api.Resource{plan.Pods, plan.Nodes, plan.Namespaces, storage.Claims, storage.Volumes, storage.Classes,
		storage.Nodes, storage.Drivers, storage.Capacities, storage.Attachments, devices.Claims, devices.Classes, devices.Slices} {
		c.View.Follow(r, s.note)
	}
	if slices.Contains(slices.Collect(c.View.Snapshot().Resources()), gang.Native) {
		c.View.Follow(gang.Native, s.note)
	}
	c.View.Follow(view.Custom, s.noteCustom)
	return s
}

// note is called in the view's goroutine.
func (s *Scheduler) note(events []store.Event) {
	s.mu.Lock()
	s.inbox = append(s.inbox, events...)
	s.mu.Unlock()
	s.rouse()
}

// noteCustom is note for custom kinds, of which few concern a scheduler.
func (s *Scheduler) noteCustom(events []store.Event) {
	ours := func(ev store.Event) bool {
		return ev.Record.Key.Resource == gang.Groups || ev.Record.Key.Resource == fairshare.Quotas
	}
	if i := slices.IndexFunc(events, ours); i >= 0 {
		s.note(slices.DeleteFunc(slices.Clone(events[i:]), func(ev store.Event) bool { return !ours(ev) }))
	}
}

func (s *Scheduler) rouse() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run schedules until ctx ends.
func (s *Scheduler) Run(ctx context.Context) error {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	defer s.waits.Wait()
	for {
		s.drain()
		again, more := s.step(ctx)
		if more && ctx.Err() == nil {
			continue
		}
		if !s.rest() {
			continue
		}
		timer.Reset(time.Hour)
		if !again.IsZero() {
			timer.Reset(max(0, again.Sub(s.Clock())))
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.wake:
		case <-timer.C:
		}
	}
}

// drain takes in what the view has told, in order.
func (s *Scheduler) drain() {
	s.mu.Lock()
	events, settled := s.inbox, s.settled
	s.inbox, s.settled = nil, nil
	s.away -= len(settled)
	s.busy = true
	s.mu.Unlock()
	for _, settle := range settled {
		settle()
	}
	if len(events) == 0 {
		return
	}
	snap, now := s.View.Snapshot(), s.Clock()
	for i := range events {
		c := s.cluster(events[i].Record.Key.Cluster)
		c.at = now
		if c.away {
			c.held = append(c.held, events[i])
			continue
		}
		c.take(snap, &events[i])
	}
}

// apart carries out the writes of a cluster beside the scheduler, which decides nothing for the cluster meanwhile and holds
// its events back: one tenant's dead webhook must not hold up the others.
func (s *Scheduler) apart(ctx context.Context, c *cluster, writes []client.Write, settle func([]client.Result)) {
	c.away = true
	s.mu.Lock()
	s.away++
	s.mu.Unlock()
	s.waits.Go(func() {
		results := s.Client.Apply(ctx, writes)
		s.mu.Lock()
		s.settled = append(s.settled, func() {
			c.away = false
			settle(results)
			if c.away {
				return // there is more to write
			}
			snap := s.View.Snapshot()
			for i := range c.held {
				c.take(snap, &c.held[i])
			}
			c.held = nil
		})
		s.mu.Unlock()
		s.rouse()
	})
}

// rest reports whether there is nothing to do; a wake-up that came meanwhile is not lost.
func (s *Scheduler) rest() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy = len(s.inbox)+len(s.settled) > 0
	return !s.busy
}

// Idle reports whether all that the view has told is taken in and decided.
func (s *Scheduler) Idle() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.inbox) == 0 && s.away == 0 && !s.busy
}

func (s *Scheduler) cluster(id api.Cluster) *cluster {
	c := s.clusters[id]
	if c == nil {
		c = newCluster(id, s.View.Snapshot, s.profiles, s.selectors)
		c.state.UseCores(s.Cores, Together)
		c.gangGate, c.meters, c.backoff, c.keep = s.Gangs, s.meters, s.Backoff, s.keep
		c.refused.meters = s.meters
		s.clusters[id] = c
		s.order = append(s.order, c)
	}
	return c
}

// step decides one batch of every cluster. again is when a pod that failed wants to be tried again; more says that
// there is more to decide now.
func (s *Scheduler) step(ctx context.Context) (again time.Time, more bool) {
	now := s.Clock()
	var pending [queues]int64
	var cache [3]int64
	defer func() {
		for _, c := range s.order {
			c.count(&pending, &cache)
		}
		s.meters.tell(&pending, &cache)
	}()
	for _, c := range s.order {
		if c.away {
			continue
		}
		c.flushOld(now)
		d := s.newDecision(ctx)
		s.expire(d, c, now)
		ready := c.arrived(s.View.Snapshot(), now)
		b, doubtful := c.batch(now, bindBatch)
		if len(b)+len(ready)+len(d.writes) > 0 {
			s.decide(ctx, c, d, ready, b, doubtful, now)
			c.turns.Took(doubtful, s.Clock().Sub(now), d.deciding)
		}
		if c.away {
			continue // it will wake us
		}
		a, m := c.next(now)
		again, more = plan.Sooner(again, a), more || m
	}
	return again, more
}
