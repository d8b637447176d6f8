package simnode_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/registry"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/simnode"
	"gantry.dev/gantry/internal/store/disk"
	"gantry.dev/gantry/internal/view"
)

// world is simulated nodes over a real registry, view and store in memory.
type world struct {
	t   *testing.T
	ctx context.Context
	c   client.Interface
	v   *view.View
	law *schema.Schema
	st  *disk.Store
	// clock is the simulator's.
	clock client.Clock
	// own has numbered nodes renew leases of their own.
	own bool
}

func newWorld(t *testing.T) *world {
	law, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	st, err := disk.Open("db", disk.Options{FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	var n atomic.Int64
	reg, err := registry.New(registry.Config{Law: law, Store: st, Clock: time.Now, ServiceCIDR: "10.43.0.0/16",
		UID:    func() types.UID { return types.UID(fmt.Sprintf("uid-%d", n.Add(1))) },
		Suffix: func() string { return fmt.Sprintf("%05d", n.Add(1)) }})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	w := &world{t: t, ctx: ctx, c: reg.Client(&user.DefaultInfo{Name: "test"}, "test"), law: law, st: st, clock: time.Now}
	for _, ns := range []string{"default", corev1.NamespaceNodeLease} {
		w.write(plan.Create(key(plan.Namespaces, "", ns), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ns}}, ""))
	}
	w.write(plan.Create(key(plan.ServiceAccounts, "default", "default"), &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "default", Namespace: "default"}}, ""))
	return w
}

// run starts a simulator and returns what stops it.
func (w *world) run(nodes int) (stop func()) {
	v := view.New(w.law, w.st, []api.Resource{plan.Nodes, plan.Pods, plan.Leases})
	s := simnode.New(simnode.Config{View: v, Client: w.c, Clock: w.clock, Log: slog.New(slog.DiscardHandler), Nodes: nodes, OwnLeases: w.own})
	ctx, cancel := context.WithCancel(w.ctx)
	var wg sync.WaitGroup
	wg.Go(func() { _ = v.Run(ctx) })
	if _, err := v.AtLeast(ctx, w.st.Revision()); err != nil {
		w.t.Fatal(err)
	}
	wg.Go(func() { _ = s.Run(ctx) })
	stop = sync.OnceFunc(func() { cancel(); wg.Wait() })
	w.t.Cleanup(stop)
	w.v = v
	return stop
}

func key(r api.Resource, ns, name string) api.Key {
	return api.Key{Resource: r, Cluster: api.Host, Namespace: ns, Name: name}
}

func (w *world) write(ws ...client.Write) {
	w.t.Helper()
	for _, res := range w.c.Apply(w.ctx, ws) {
		if res.Err != nil {
			w.t.Fatal(res.Err)
		}
	}
}

// until waits for a snapshot in which ok holds.
func (w *world) until(what string, ok func(*view.Snapshot) bool) {
	w.t.Helper()
	for rev := api.Revision(1); ; rev++ {
		s, err := w.v.AtLeast(w.ctx, rev)
		if err != nil {
			w.t.Fatalf("%s: %v", what, err)
		}
		if ok(s) {
			return
		}
		rev = s.Rev()
	}
}

func pod(name string, edit func(*corev1.Pod)) *corev1.Pod {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "default"}, Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Image: "i"}}}}
	if edit != nil {
		edit(p)
	}
	return p
}

func (w *world) bind(node string, p *corev1.Pod) {
	w.t.Helper()
	k := key(plan.Pods, p.Namespace, p.Name)
	w.write(plan.Create(k, p, ""))
	w.write(client.Write{Verb: client.Bind, Key: k, Node: node})
}

func podOf(s *view.Snapshot, name string) *corev1.Pod {
	p, _ := view.Get[corev1.Pod](s, key(plan.Pods, "default", name))
	return p
}

func isReady(name string) func(*view.Snapshot) bool {
	return func(s *view.Snapshot) bool { p := podOf(s, name); return p != nil && plan.Ready(p) }
}

func TestPodsLiveOnNumberedNodes(t *testing.T) {
	w := newWorld(t)
	w.run(3)
	w.until("three nodes", func(s *view.Snapshot) bool {
		n := 0
		for range view.List[corev1.Node](s, api.Scope{Resource: plan.Nodes, Cluster: api.Host}) {
			n++
		}
		return n == 3
	})
	w.bind("sim-000001", pod("a", nil))
	w.bind("sim-000002", pod("b", nil))
	w.bind("sim-000002", pod("done", func(p *corev1.Pod) { p.Spec.RestartPolicy = corev1.RestartPolicyNever }))
	w.until("a is ready", isReady("a"))
	w.until("b is ready", isReady("b"))
	w.until("a pod that ends", func(s *view.Snapshot) bool { return podOf(s, "done").Status.Phase == corev1.PodSucceeded })
	a, b := podOf(w.v.Snapshot(), "a"), podOf(w.v.Snapshot(), "b")
	if a.Status.PodIP == "" || a.Status.PodIP == b.Status.PodIP || a.Status.HostIP == "" {
		t.Errorf("addresses %q and %q on %q", a.Status.PodIP, b.Status.PodIP, a.Status.HostIP)
	}
	w.write(plan.Delete(key(plan.Pods, "default", "a"), a, ""))
	w.until("a is gone", func(s *view.Snapshot) bool { return podOf(s, "a") == nil })
	if _, err := w.c.Get(w.ctx, key(plan.Leases, corev1.NamespaceNodeLease, plan.SimLease)); err != nil {
		t.Errorf("the nodes' lease: %v", err)
	}
}

// TestLeaseIsRenewed: the clock is the test's, so that a renewal is due in every round.
func TestLeaseIsRenewed(t *testing.T) {
	w := newWorld(t)
	var ticks atomic.Int64
	start := time.Now()
	w.clock = func() time.Time { return start.Add(time.Duration(ticks.Add(1)) * time.Minute) }
	w.run(1)
	renewed := func() time.Time {
		l, ok := view.Get[coordinationv1.Lease](w.v.Snapshot(), key(plan.Leases, corev1.NamespaceNodeLease, plan.SimLease))
		if !ok {
			return time.Time{}
		}
		return l.Spec.RenewTime.Time
	}
	w.until("a lease", func(*view.Snapshot) bool { return !renewed().IsZero() })
	first := renewed()
	w.bind("sim-000000", pod("a", nil)) // something to wake it
	w.until("a newer lease", func(*view.Snapshot) bool { return renewed().After(first) })
}

func TestNodesOfUsersAreSimulatedByTheirLabel(t *testing.T) {
	w := newWorld(t)
	w.run(0)
	node := func(name string, labels map[string]string) {
		list := corev1.ResourceList{corev1.ResourcePods: resource.MustParse("3")}
		w.write(plan.Create(key(plan.Nodes, "", name), &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}, Status: corev1.NodeStatus{Capacity: list}}, ""))
	}
	node("real", nil)
	w.bind("real", pod("on-real", nil))
	node("mine", map[string]string{plan.NodeClassLabel: plan.SimClass})
	w.bind("mine", pod("on-mine", nil))
	w.until("the pod on the simulated node", isReady("on-mine"))
	n, _ := view.Get[corev1.Node](w.v.Snapshot(), key(plan.Nodes, "", "mine"))
	if got := n.Status.Conditions[len(n.Status.Conditions)-1]; got.Type != corev1.NodeReady || got.Status != corev1.ConditionTrue {
		t.Errorf("conditions %+v", n.Status.Conditions)
	}
	if p := podOf(w.v.Snapshot(), "on-real"); p.Status.StartTime != nil {
		t.Errorf("a pod of another node was started: %+v", p.Status)
	}
}

func TestSimulatorCanBeKilledAtAnyTime(t *testing.T) {
	w := newWorld(t)
	stop := w.run(1)
	w.until("the node", func(s *view.Snapshot) bool { return s.Record(key(plan.Nodes, "", "sim-000000")) != nil })
	w.bind("sim-000000", pod("a", nil))
	w.until("a is ready", isReady("a"))
	ip := podOf(w.v.Snapshot(), "a").Status.PodIP
	stop()
	w.bind("sim-000000", pod("b", nil))
	w.write(plan.Delete(key(plan.Pods, "default", "a"), podOf(w.v.Snapshot(), "a"), ""))
	w.run(1)
	w.until("b is ready, a gone", func(s *view.Snapshot) bool { return isReady("b")(s) && podOf(s, "a") == nil })
	if b := podOf(w.v.Snapshot(), "b"); b.Status.PodIP == ip {
		t.Errorf("b has the address %s of a, which was in use", ip)
	}
}

// TestNodesWithLeasesOfTheirOwn: each is renewed by itself, belongs to its node, and says for nobody else that it lives.
func TestNodesWithLeasesOfTheirOwn(t *testing.T) {
	w := newWorld(t)
	var ticks atomic.Int64
	start := time.Now()
	w.clock = func() time.Time { return start.Add(time.Duration(ticks.Add(1)) * time.Minute) }
	w.own = true
	w.run(2)
	renewed := func(name string) (at time.Time) {
		if l, ok := view.Get[coordinationv1.Lease](w.v.Snapshot(), key(plan.Leases, corev1.NamespaceNodeLease, name)); ok {
			if len(l.OwnerReferences) != 1 || l.OwnerReferences[0].Name != name {
				t.Fatalf("lease %s belongs to %v", name, l.OwnerReferences)
			}
			at = l.Spec.RenewTime.Time
		}
		return at
	}
	var first [2]time.Time
	w.until("two leases", func(*view.Snapshot) bool {
		first = [2]time.Time{renewed("sim-000000"), renewed("sim-000001")}
		return !first[0].IsZero() && !first[1].IsZero()
	})
	w.bind("sim-000000", pod("a", nil)) // something to wake it
	w.until("newer leases", func(*view.Snapshot) bool {
		return renewed("sim-000000").After(first[0]) && renewed("sim-000001").After(first[1])
	})
}
