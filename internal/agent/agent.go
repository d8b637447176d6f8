package agent

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
)

var (
	podResource     = api.Resource{Name: "pods"}
	nodeResource    = api.Resource{Name: "nodes"}
	serviceResource = api.Resource{Name: "services"}
	sliceResource   = api.Resource{Group: "discovery.k8s.io", Name: "endpointslices"}
	configMapRes    = api.Resource{Name: "configmaps"}
	secretRes       = api.Resource{Name: "secrets"}
	accountResource = api.Resource{Name: "serviceaccounts"}
	leaseResource   = api.Resource{Group: "coordination.k8s.io", Name: "leases"}
)

// Agent runs the pods of one node. Make it with New, then Run.
type Agent struct {
	cfg   Config
	log   *slog.Logger
	queue workqueue.TypedDelayingInterface[types.UID]
	order *order

	mu   sync.Mutex
	pods map[types.UID]*podState
	// deferred are pods that wait for room to grow in, see resize.go.
	deferred map[types.UID]bool

	events   *recorder
	status   *statusWriter
	pulls    *puller
	prober   *prober
	watches  *watches
	services *mirror
	slices   *mirror
	podsSeen *mirror
	plane    *plane
	node     *nodeKeeper
	pressure *pressure
	locals   *locals
	ips      *addresses
	images   imageUse
	peers    imagePeers
	taken    *ledger
	ids      *idRanges
	shutdown *shutdown
	statics  *statics
	tally    *tally
	allot    *allotKeeper // nil unless containers may have CPUs or memory for their own, or are placed
	// life ends with Run; hooks and pulls of pods hang on it.
	life context.Context
	work sync.WaitGroup
	// ready is closed when everything that ran before has been taken over and pods are being worked on.
	ready chan struct{}
}

// New checks the configuration and makes an agent that has not touched anything yet.
func New(cfg Config) (*Agent, error) {
	switch {
	case cfg.NodeName == "":
		return nil, fmt.Errorf("agent: the configuration names no node")
	case cfg.Client == nil || cfg.Containers == nil || cfg.Images == nil || cfg.Network == nil || cfg.Volumes == nil:
		return nil, fmt.Errorf("agent: the configuration lacks a driver or the client")
	case cfg.Settings.LogDir != "" && within(cfg.Settings.LogDir, cfg.DataDir):
		return nil, fmt.Errorf("podLogsDir: %s lies within %s, which is the node's own", cfg.Settings.LogDir, cfg.DataDir)
	case !cfg.PodCIDR.IsValid() || !cfg.NodeAddress.IsValid():
		return nil, fmt.Errorf("agent: the configuration lacks the node's address or pod prefix")
	}
	cfg.Images = hostImages{cfg.Images}
	cfg.Hostname = cmp.Or(cfg.Hostname, cfg.NodeName)
	cfg.LogDir = cmp.Or(cfg.LogDir, filepath.Join(cfg.DataDir, "logs"))
	cfg.ClusterDomain = cmp.Or(cfg.ClusterDomain, "cluster.local")
	cfg.ResolvConf = cmp.Or(cfg.ResolvConf, cfg.Settings.ResolvConf, "/etc/resolv.conf")
	cfg.PressureTransition = cmp.Or(cfg.PressureTransition, cfg.Settings.PressureTransition, defaultTransition)
	cfg.MaxPods = cmp.Or(cfg.MaxPods, cfg.Settings.MaxPods)
	if cfg.NodeTaints == nil {
		cfg.NodeTaints = cfg.Settings.Taints
	}
	if cfg.Eviction == nil {
		var err error
		if cfg.Eviction, err = ParseEviction(cfg.Settings.EvictionHard); err != nil {
			return nil, err
		}
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	a := &Agent{
		cfg: cfg, log: cfg.Log, pods: map[types.UID]*podState{}, deferred: map[types.UID]bool{}, order: newOrder(), taken: newLedger(), tally: newTally(), ids: newIDRanges(cfg.Instance, cfg.Settings.IDsPerPod), ready: make(chan struct{}),
	}
	var err error
	if a.allot, err = newAllotKeeper(a, &a.cfg.Settings); err != nil {
		return nil, err
	}
	a.cfg.Containers = countedRuntime{a.cfg.Containers, a.tally.ops}
	a.events = newRecorder(&a.cfg)
	a.status = newStatusWriter(a)
	if a.pulls, err = newPuller(a); err != nil {
		return nil, err
	}
	a.prober = newProber(a)
	a.watches = newWatches(a)
	a.plane = newPlane(a)
	a.node = newNodeKeeper(a)
	if a.pressure, err = newPressure(a); err != nil {
		return nil, err
	}
	_, kept := a.node.kept()
	if err := a.allot.checkReserved(kept); err != nil {
		return nil, err
	}
	a.locals = newLocals(a)
	a.shutdown = newShutdown(a)
	a.statics = newStatics(a)
	all := client.ListOptions{}
	scope := func(r api.Resource) api.Scope { return api.Scope{Resource: r, Cluster: cfg.Cluster} }
	a.services = newMirror(cfg.Client, scope(serviceResource), all, a.log, func(_, _ runtime.Object, _ api.Revision) { a.plane.touch() })
	a.slices = newMirror(cfg.Client, scope(sliceResource), all, a.log, func(_, _ runtime.Object, _ api.Revision) { a.plane.touch() })
	a.podsSeen = newMirror(cfg.Client, scope(podResource), client.ListOptions{FieldSelector: "spec.nodeName=" + cfg.NodeName}, a.log, a.podChanged)
	return a, nil
}

// Ready is closed when the agent has taken over what ran before and works.
func (a *Agent) Ready() <-chan struct{} { return a.ready }

// Run does the agent's work until ctx ends. Containers keep running. The error is why it could not begin.
func (a *Agent) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	a.life = ctx
	a.queue = workqueue.NewTypedDelayingQueueWithConfig(workqueue.TypedDelayingQueueConfig[types.UID]{
		Queue: workqueue.NewTypedWithConfig(workqueue.TypedQueueConfig[types.UID]{Queue: a.order}),
	})
	defer a.work.Wait()
	defer a.queue.ShutDown()
	defer cancel()
	if err := a.begin(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	close(a.ready)
	<-ctx.Done()
	return nil
}

// begin takes over what is there, and starts everything.
func (a *Agent) begin(ctx context.Context) error {
	found, err := a.observe(ctx)
	if err != nil {
		return err
	}
	if err := a.node.boundPods(ctx); err != nil {
		return err
	}
	a.start(func() { a.events.run(ctx) })
	a.start(func() { a.services.run(ctx) })
	a.start(func() { a.slices.run(ctx) })
	if err := a.node.register(ctx); err != nil {
		return err
	}
	for _, m := range []*mirror{a.services, a.slices} {
		if err := wait(ctx, m.synced); err != nil {
			return err
		}
	}
	// Pods come first, then what was found is given to them, and only then does anybody act.
	a.start(func() { a.podsSeen.run(ctx) })
	if err := wait(ctx, a.podsSeen.synced); err != nil {
		return err
	}
	a.statics.reconcile(ctx)
	a.adopt(ctx, found)
	if err := a.allot.writeFiles(a.cfg.DataDir); err != nil {
		return err
	}
	a.start(func() { a.follow(ctx) })
	a.start(func() { a.status.run(ctx) })
	a.start(func() { a.prober.run(ctx) })
	a.start(func() { a.plane.run(ctx) })
	a.start(func() { a.node.run(ctx) })
	a.start(func() { a.collect(ctx) })
	a.start(func() { a.pressure.run(ctx) })
	a.start(func() { a.locals.mirror.run(ctx) })
	a.start(func() { a.locals.run(ctx) })
	a.start(func() { a.statics.run(ctx) })
	if a.cfg.DRA != nil {
		a.start(func() { a.reconcileClaims(ctx) })
	}
	if a.allot != nil {
		a.start(func() { a.allot.run(ctx) })
	}
	for range workers {
		a.start(func() { a.worker(ctx) })
	}
	return nil
}

// start runs f beside the agent and lets Run wait for it.
func (a *Agent) start(f func()) { a.work.Go(f) }

func wait(ctx context.Context, done <-chan struct{}) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-done:
		return nil
	}
}

// wakeAt queues a pod for a time; the zero time is never.
func (a *Agent) wakeAt(uid types.UID, at time.Time) {
	if !at.IsZero() {
		a.queue.AddAfter(uid, max(at.Sub(a.cfg.Clock()), 0))
	}
}

// podOf is what is known of a pod, nil if nothing.
func (a *Agent) podOf(uid types.UID) *podState {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.pods[uid]
}

// podChanged takes in a change of a pod of this node. A pod with the name of another, but a UID of its own, is another.
func (a *Agent) podChanged(old, now runtime.Object, rev api.Revision) {
	was, _ := old.(*corev1.Pod)
	is, _ := now.(*corev1.Pod)
	if was != nil && isMirror(was) && (is == nil || !isMirror(is)) {
		a.statics.changed(was, nil, rev)
		was = nil
	}
	if is != nil && isMirror(is) {
		a.statics.changed(was, is, rev)
		return
	}
	if was != nil && (is == nil || is.UID != was.UID) {
		if ps := a.podOf(was.UID); ps != nil {
			ps.change(func() { ps.gone = true })
			a.queue.Add(was.UID)
		}
	}
	if is == nil {
		return
	}
	ps := a.podOf(is.UID)
	if ps == nil {
		ps = newPodState(a.life, is, rev, a.cfg.Clock())
		ps.refused = a.refuse(a.life, is, false) // may ask the API: not under the lock
		a.mu.Lock()
		a.pods[is.UID] = ps
		a.mu.Unlock()
	}
	ps.take(is, rev)
	a.queue.Add(is.UID)
}

// forget drops a pod of which nothing is left anywhere.
func (a *Agent) forget(ps *podState) {
	a.mu.Lock()
	delete(a.pods, ps.uid)
	delete(a.deferred, ps.uid)
	a.mu.Unlock()
	a.taken.release(ps.uid)
	a.tally.forget(ps)
	a.allot.release(ps.uid)
	a.freed()
	if a.cfg.Devices != nil {
		a.cfg.Devices.Release(string(ps.uid))
	}
	ps.giveUp()
	a.order.forget(ps.uid)
	a.watches.drop(ps.uid)
	a.prober.set(ps, nil)
	a.status.forget(ps.uid)
	a.pulls.forget(ps.uid)
	a.removeLogs(ps.current())
	if ps.static {
		a.statics.touch()
	}
}
