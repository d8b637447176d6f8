// Package simnode runs nodes without machines: every Node with the class "sim" is kept ready, and the pods that are bound to
// it live their lives by plan/simpod without a container. It serves tests of scale: `gantry server --sim-nodes N` makes N
// such nodes; nodes of other sizes, labels and taints are made with kubectl, in any cluster, by giving them the label.
//
// It reads Nodes and Pods from the view. It makes the numbered nodes, writes the conditions and addresses of simulated nodes, the status
// of their pods, removes pods that have ended on request, and renews one Lease per cluster for all of its simulated
// nodes, or one each for those that want one of their own. It keeps no state that the API does not have but the addresses in use, and starts nothing for clusters without such nodes.
package simnode

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/simpod"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

const (
	// writeBatch bounds the writes of one round: one durable step, after which the others get their turn.
	writeBatch = 1024
	// retry is the pause after a write that failed for another reason than that the object has changed.
	retry = time.Second
)

// Config is what the simulated nodes work with.
type Config struct {
	View   *view.View
	Client client.Interface
	Clock  client.Clock
	Log    *slog.Logger
	// Course is how the lives of pods go that do not say otherwise by annotations.
	Course simpod.Course
	// Nodes is how many numbered nodes the host cluster has at least.
	Nodes int
	// OwnLeases has each of them renew a Lease of its own: a write for every node in every ten seconds.
	OwnLeases bool
}

// Nodes runs the simulated nodes of all clusters in one goroutine; another makes the numbered ones.
type Nodes struct {
	Config

	mu    sync.Mutex
	inbox []store.Event
	wake  chan struct{}

	// of the goroutine of Run
	clusters map[api.Cluster]*cluster
	alarms   alarms
}

// cluster is the simulated nodes of a cluster and their pods.
type cluster struct {
	id    api.Cluster
	nodes map[string]*node
	pods  map[api.Key]*pod
	ips   addresses
	// dirty are pods and nodes to be looked at.
	dirty map[api.Key]struct{}
	lease lease
}

type node struct {
	ip   string
	pods map[api.Key]struct{} // nil until there is one
	seen api.Revision         // of our last write
	due  time.Time            // when its own lease is to be renewed, if it has one
}

// pod is a pod on a simulated node.
type pod struct {
	node string
	ip   string
	seen api.Revision // of our last write: older states of the pod tell nothing
	at   time.Time    // of its alarm; zero for none
}

// New makes the simulator and registers it with the view. Call it before the view runs.
func New(c Config) *Nodes {
	n := &Nodes{Config: c, wake: make(chan struct{}, 1), clusters: map[api.Cluster]*cluster{}}
	for _, r := range []api.Resource{plan.Nodes, plan.Pods} {
		c.View.Follow(r, n.note)
	}
	return n
}

// note is called in the view's goroutine.
func (n *Nodes) note(events []store.Event) {
	n.mu.Lock()
	n.inbox = append(n.inbox, events...)
	n.mu.Unlock()
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

// Run simulates until ctx ends.
func (n *Nodes) Run(ctx context.Context) error {
	var enlisting sync.WaitGroup
	enlisting.Go(func() { n.enlist(ctx) }) // beside the rounds: the first nodes want to be heard of before the last are made
	defer enlisting.Wait()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		next := n.round(ctx)
		timer.Stop()
		if !next.IsZero() {
			timer.Reset(max(0, next.Sub(n.Clock())))
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-n.wake:
		case <-timer.C:
		}
	}
}

// round takes in what has changed and does all that is due. next is when something will be.
func (n *Nodes) round(ctx context.Context) (next time.Time) {
	n.drain()
	now := n.Clock()
	for key := range n.alarms.due(now) {
		if c := n.clusters[key.Cluster]; c != nil {
			c.stir(key)
		}
	}
	for _, c := range n.clusters {
		n.work(ctx, c)
		next = plan.Sooner(next, n.beat(ctx, c))
	}
	return plan.Sooner(next, n.alarms.next())
}

// drain takes in what the view has told, in order.
func (n *Nodes) drain() {
	n.mu.Lock()
	events := n.inbox
	n.inbox = nil
	n.mu.Unlock()
	if len(n.clusters) == 0 && !slices.ContainsFunc(events, func(ev store.Event) bool { return ev.Record.Key.Resource == plan.Nodes }) {
		return // no simulated nodes, no pods on them: a snapshot has its price
	}
	s := n.View.Snapshot()
	for i := range events {
		if events[i].Record.Key.Resource == plan.Nodes {
			n.takeNode(s, &events[i])
		} else {
			n.takePod(s, &events[i])
		}
	}
}

func (n *Nodes) takeNode(s *view.Snapshot, ev *store.Event) {
	key := ev.Record.Key
	c := n.clusters[key.Cluster]
	obj := view.Of[corev1.Node](s, ev.Record)
	if ev.Type == store.Delete || obj.Labels[plan.NodeClassLabel] != plan.SimClass {
		if c != nil && c.nodes[key.Name] != nil {
			c.drop(key.Name)
		}
		return
	}
	if c == nil {
		c = &cluster{id: key.Cluster, nodes: map[string]*node{}, pods: map[api.Key]*pod{}, dirty: map[api.Key]struct{}{}, ips: newAddresses(podNetwork)}
		n.clusters[key.Cluster] = c
	}
	if c.nodes[key.Name] == nil {
		c.nodes[key.Name] = &node{}
		if plan.LeaseOf(obj) == key.Name {
			c.stir(leaseKey(c.id, key.Name))
		}
		for p := range view.OnNode[corev1.Pod](s, plan.Pods, key.Cluster, key.Name) { // that were bound before the node was ours
			c.add(plan.KeyOf(key.Cluster, plan.Pods, p), p)
		}
	}
	c.stir(key)
}

func (n *Nodes) takePod(s *view.Snapshot, ev *store.Event) {
	key := ev.Record.Key
	c := n.clusters[key.Cluster]
	if c == nil {
		return
	}
	if ev.Type == store.Delete {
		c.forget(key)
		return
	}
	p := view.Of[corev1.Pod](s, ev.Record)
	if p.Spec.NodeName == "" || c.nodes[p.Spec.NodeName] == nil {
		if c.pods[key] != nil {
			c.forget(key) // made anew under its name
		}
		return
	}
	c.add(key, p)
}

// add notes a pod of a simulated node, or that it has changed.
func (c *cluster) add(key api.Key, p *corev1.Pod) {
	if old := c.pods[key]; old == nil || old.node != p.Spec.NodeName {
		c.forget(key)
		c.pods[key] = &pod{node: p.Spec.NodeName, ip: c.ips.keep(p.Status.PodIP)}
		n := c.nodes[p.Spec.NodeName]
		if n.pods == nil {
			n.pods = map[api.Key]struct{}{}
		}
		n.pods[key] = struct{}{}
	}
	c.stir(key)
}

func (c *cluster) forget(key api.Key) {
	p := c.pods[key]
	if p == nil {
		return
	}
	c.ips.release(p.ip)
	if n := c.nodes[p.node]; n != nil {
		delete(n.pods, key)
	}
	delete(c.pods, key)
	delete(c.dirty, key)
}

// drop forgets a node that is gone or simulated no more.
func (c *cluster) drop(name string) {
	for key := range c.nodes[name].pods {
		c.forget(key)
	}
	delete(c.nodes, name)
}

func (c *cluster) stir(key api.Key) { c.dirty[key] = struct{}{} }

// empty says that there is nothing to simulate: such a cluster costs nothing.
func (c *cluster) empty() bool { return len(c.nodes) == 0 }
