package scheduler_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	corev1 "k8s.io/api/core/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/driver/extender"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/registry"
	"gantry.dev/gantry/internal/scheduler"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store/disk"
)

// house is a scheduler over a real registry, view and store in memory.
type house struct {
	t   testing.TB
	ctx context.Context
	c   client.Interface
	law *schema.Schema
	st  *disk.Store
	// extenders are those of the scheduler.
	extenders []*extender.Extender
	sched     *scheduler.Scheduler // that was begun last

	mu     sync.Mutex
	events []string
	rung   chan struct{} // has a token when events have come
}

func (h *house) Record(_ context.Context, _ string, _ api.Cluster, events []reconcile.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range events {
		h.events = append(h.events, e.Reason+": "+e.Message)
	}
	select {
	case h.rung <- struct{}{}:
	default:
	}
}

// told waits until at least n events have been recorded: they come after the writes that they are about.
func (h *house) told(n int) []string {
	h.t.Helper()
	for {
		h.mu.Lock()
		events := slices.Clone(h.events)
		h.mu.Unlock()
		if len(events) >= n {
			return events
		}
		select {
		case <-h.rung:
		case <-h.ctx.Done():
			h.t.Fatalf("want %d events, have %q", n, events)
		}
	}
}

func newHouse(t testing.TB) *house {
	return newHouseWith(t, func(c client.Interface) client.Interface { return c })
}

// newHouseWith makes a house whose scheduler writes through another client.
func newHouseWith(t testing.TB, through func(client.Interface) client.Interface) *house {
	h := newIdleHouse(t)
	h.begin(through)
	return h
}

// newIdleHouse makes a house without a scheduler.
func newIdleHouse(t testing.TB) *house {
	st, err := disk.Open("db", disk.Options{FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	return newHouseOn(t, st, 20*time.Second)
}

// newHouseOn makes a house without a scheduler over a store, which it closes.
func newHouseOn(t testing.TB, st *disk.Store, patience time.Duration) *house {
	return newHouseOf(t, st, patience, schema.Features{})
}

// newHouseOf is newHouseOn with features of upstream that are off by default.
func newHouseOf(t testing.TB, st *disk.Store, patience time.Duration, on schema.Features) *house {
	law, err := schema.NewWith(on)
	if err != nil {
		t.Fatal(err)
	}
	var n atomic.Int64
	reg, err := registry.New(registry.Config{Law: law, Store: st, Clock: time.Now, ServiceCIDR: "10.43.0.0/16",
		UID:    func() types.UID { return types.UID(fmt.Sprintf("uid-%d", n.Add(1))) },
		Suffix: func() string { return fmt.Sprintf("%05d", n.Add(1)) }})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	h := &house{t: t, ctx: ctx, rung: make(chan struct{}, 1), c: reg.Client(&user.DefaultInfo{Name: "test"}, "test"), law: law, st: st}
	t.Cleanup(func() { // schedulers are begun later, and so stopped before
		cancel()
		st.Close()
	})
	h.write(plan.Create(api.Key{Resource: plan.Namespaces, Cluster: api.Host, Name: "default"}, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "default"}}, ""))
	h.write(plan.Create(api.Key{Resource: plan.ServiceAccounts, Cluster: api.Host, Namespace: "default", Name: "default"}, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "default", Namespace: "default"}}, ""))
	return h
}

func (h *house) write(w ...client.Write) {
	h.t.Helper()
	for i, r := range h.c.Apply(h.ctx, w) {
		if r.Err != nil {
			h.t.Fatalf("writing %s: %v", w[i].Key, r.Err)
		}
	}
}

func (h *house) node(name, cpu string) {
	h.t.Helper()
	key := api.Key{Resource: plan.Nodes, Cluster: api.Host, Name: name}
	n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{corev1.LabelHostname: name}}}
	h.write(plan.Create(key, n, ""))
	n = n.DeepCopy()
	h.write(plan.Update(key, n.DeepCopy(), "")) // without the taint that new nodes get
	n.Status.Allocatable = corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(cpu), corev1.ResourceMemory: resource.MustParse("64Gi"), corev1.ResourcePods: resource.MustParse("20000")}
	n.Status.Capacity = n.Status.Allocatable
	h.write(plan.UpdateStatus(key, n, ""))
}

func podKey(name string) api.Key {
	return api.Key{Resource: plan.Pods, Cluster: api.Host, Namespace: "default", Name: name}
}

func pod(name, cpu string) client.Write {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "default"}}
	p.Spec.Containers = []corev1.Container{{Name: "c", Image: "i", Resources: corev1.ResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(cpu)}}}}
	return plan.Create(podKey(name), p, "")
}

// until waits until all pods satisfy ok, following the watch.
func (h *house) until(ok func(pods []*corev1.Pod) bool) []*corev1.Pod {
	h.t.Helper()
	scope := api.Scope{Resource: plan.Pods, Cluster: api.Host}
	objs, rev, err := h.c.List(h.ctx, scope, client.ListOptions{})
	if err != nil {
		h.t.Fatal(err)
	}
	w, err := h.c.Watch(h.ctx, scope, rev, client.ListOptions{})
	if err != nil {
		h.t.Fatal(err)
	}
	defer w.Stop()
	now := map[string]*corev1.Pod{}
	for _, o := range objs {
		now[o.(*corev1.Pod).Name] = o.(*corev1.Pod)
	}
	for {
		var list []*corev1.Pod
		for _, p := range now {
			list = append(list, p)
		}
		slices.SortFunc(list, func(a, b *corev1.Pod) int { return strings.Compare(a.Name, b.Name) })
		if ok(list) {
			return list
		}
		events, _, err := w.Next(h.ctx)
		if err != nil {
			h.t.Fatalf("waiting: %v; %d pods, events %q", err, len(list), h.events)
		}
		for _, e := range events {
			p := e.Object.(*corev1.Pod)
			if e.Type == client.Deleted {
				delete(now, p.Name)
			} else {
				now[p.Name] = p
			}
		}
	}
}

func allBound(pods []*corev1.Pod) bool {
	return !slices.ContainsFunc(pods, func(p *corev1.Pod) bool { return p.Spec.NodeName == "" })
}

func TestBindsAndTells(t *testing.T) {
	h := newHouse(t)
	h.node("n1", "4")
	h.write(pod("a", "1"))
	p := h.until(allBound)[0]
	if p.Spec.NodeName != "n1" {
		t.Errorf("bound to %q", p.Spec.NodeName)
	}
	if c := plan.PodCondition(p, corev1.PodScheduled); c == nil || c.Status != corev1.ConditionTrue {
		t.Errorf("PodScheduled %v", c)
	}
}

func TestRefusedPodsWaitForWhatHelps(t *testing.T) {
	h := newHouse(t)
	h.write(pod("early", "1"))
	refused := func(message string) func([]*corev1.Pod) bool {
		return func(pods []*corev1.Pod) bool {
			return slices.ContainsFunc(pods, func(p *corev1.Pod) bool {
				c := plan.PodCondition(p, corev1.PodScheduled)
				return c != nil && c.Status == corev1.ConditionFalse && c.Reason == "Unschedulable" && strings.HasPrefix(c.Message, message)
			})
		}
	}
	h.until(refused("no nodes available to schedule pods"))
	h.node("n1", "1")
	h.until(allBound)
	h.write(pod("late", "1"))
	h.until(refused("0/1 nodes are available: 1 Insufficient cpu."))
	early, err := h.c.Get(h.ctx, podKey("early"))
	if err != nil {
		t.Fatal(err)
	}
	del := plan.Delete(podKey("early"), early.(*corev1.Pod), "")
	del.Delete.GracePeriodSeconds = new(int64)
	h.write(del)
	h.until(allBound)
	if events := h.told(4); !strings.HasPrefix(events[0], "FailedScheduling: ") {
		t.Errorf("events %q", events)
	}
}

// A pod of higher priority has another leave, is told to wait for its node, and gets it.
func TestPreemption(t *testing.T) {
	h := newHouse(t)
	h.node("n1", "1")
	h.write(plan.Create(api.Key{Resource: api.Resource{Group: "scheduling.k8s.io", Name: "priorityclasses"}, Cluster: api.Host, Name: "high"},
		&schedulingv1.PriorityClass{ObjectMeta: metav1.ObjectMeta{Name: "high"}, Value: 1000}, ""))
	h.write(pod("low", "1"))
	h.until(allBound)
	high := pod("high", "1")
	high.Object.(*corev1.Pod).Spec.PriorityClassName = "high"
	high.Object.(*corev1.Pod).Spec.Priority = new(int32(1000))
	h.write(high)
	pods := h.until(func(pods []*corev1.Pod) bool {
		return len(pods) == 2 && pods[0].Status.NominatedNodeName == "n1" && pods[1].DeletionTimestamp != nil
	})
	if c := plan.PodCondition(pods[1], corev1.DisruptionTarget); c == nil || c.Reason != corev1.PodReasonPreemptionByScheduler {
		t.Errorf("the victim is not told why: %+v", pods[1].Status.Conditions)
	}
	now := plan.Delete(podKey("low"), pods[1], "")
	now.Delete.GracePeriodSeconds = new(int64)
	h.write(now)
	h.until(func(pods []*corev1.Pod) bool {
		return len(pods) == 1 && pods[0].Spec.NodeName == "n1" && pods[0].Status.NominatedNodeName == ""
	})
}

func TestManyPodsFillNodesExactly(t *testing.T) {
	h := newHouse(t)
	for i := range 10 {
		h.node(fmt.Sprintf("n%d", i), "10")
	}
	var w []client.Write
	for i := range 100 {
		w = append(w, pod(fmt.Sprintf("p%03d", i), "1"))
	}
	h.write(w...)
	load := map[string]int{}
	for _, p := range h.until(allBound) {
		load[p.Spec.NodeName]++
	}
	for n, k := range load {
		if k != 10 {
			t.Errorf("%s has %d pods of 1 CPU on 10", n, k)
		}
	}
}

// The webhooks of one cluster hang. Its pods wait, those of the other do not.
func TestOneClustersWebhookHoldsUpNobodyElse(t *testing.T) {
	open := make(chan struct{})
	h := newHouseWith(t, func(c client.Interface) client.Interface { return patientClient{c, "slow", open} })
	in := func(w client.Write) client.Write { w.Key.Cluster = "slow"; return w }
	h.write(in(plan.Create(api.Key{Resource: plan.Namespaces, Name: "default"}, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "default"}}, "")))
	h.write(in(plan.Create(api.Key{Resource: plan.ServiceAccounts, Namespace: "default", Name: "default"}, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "default", Namespace: "default"}}, "")))
	h.write(in(pod("a", "1")), in(pod("b", "1")))
	h.node("n1", "4")
	h.write(pod("a", "1"), pod("b", "1"))
	h.until(allBound)
	if objs, _, err := h.c.List(h.ctx, api.Scope{Resource: plan.Pods, Cluster: "slow"}, client.ListOptions{}); err != nil || plan.PodCondition(objs[0].(*corev1.Pod), corev1.PodScheduled) != nil {
		t.Fatalf("the slow cluster was not slow: %v, %v", objs, err)
	}
	h.write(in(pod("c", "1"))) // while the others are away
	close(open)
	w, err := h.c.Watch(h.ctx, api.Scope{Resource: plan.Pods, Cluster: "slow"}, 0, client.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Stop()
	for told := map[string]bool{}; len(told) < 3; {
		events, _, err := w.Next(h.ctx)
		if err != nil {
			t.Fatalf("told of %v: %v", told, err)
		}
		for _, e := range events {
			if p := e.Object.(*corev1.Pod); plan.PodCondition(p, corev1.PodScheduled) != nil {
				told[p.Name] = true
			}
		}
	}
}

func BenchmarkSchedule(b *testing.B) {
	const pods = 1000
	for b.Loop() {
		b.StopTimer()
		h := newHouse(b)
		for i := range 100 {
			h.node(fmt.Sprintf("n%d", i), "100")
		}
		var w []client.Write
		for i := range pods {
			w = append(w, pod(fmt.Sprintf("p%04d", i), "1"))
		}
		b.StartTimer()
		h.write(w...)
		h.until(allBound)
	}
	b.ReportMetric(pods*float64(b.N)/b.Elapsed().Seconds(), "pods/s")
}

// patientClient says of the writes of one cluster that they may have to wait, and lets them.
type patientClient struct {
	client.Interface
	slow api.Cluster
	open chan struct{}
}

// MayWait implements client.Waiter.
func (p patientClient) MayWait(key api.Key) bool { return key.Cluster == p.slow }

func (p patientClient) Apply(ctx context.Context, w []client.Write) []client.Result {
	if w[0].Key.Cluster == p.slow {
		select {
		case <-p.open:
		case <-ctx.Done():
		}
	}
	return p.Interface.Apply(ctx, w)
}
