package scheduler_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/gang"
	"gantry.dev/gantry/internal/scheduler"
	"gantry.dev/gantry/internal/store/disk"
	"gantry.dev/gantry/internal/view"
)

// begin starts a scheduler over the house's store, and returns what stops it.
func (h *house) begin(through func(client.Interface) client.Interface) (stop func()) {
	follow := scheduler.Resources()
	if h.law.Kind(gang.Native) != nil {
		follow = append(follow, gang.Native)
	}
	v := view.New(h.law, h.st, follow)
	s := scheduler.New(scheduler.Config{View: v, Client: through(h.c), Events: h, Clock: time.Now, Extenders: h.extenders, Gangs: h.law.Enabled(gang.Gate), Log: slog.New(slog.DiscardHandler)})
	h.sched = s
	ctx, cancel := context.WithCancel(h.ctx)
	var wg sync.WaitGroup
	wg.Go(func() { _ = v.Run(ctx) })
	if _, err := v.AtLeast(ctx, h.st.Revision()); err != nil {
		h.t.Fatal(err)
	}
	wg.Go(func() { _ = s.Run(ctx) })
	stop = sync.OnceFunc(func() { cancel(); wg.Wait() })
	h.t.Cleanup(stop)
	return stop
}

func plainly(c client.Interface) client.Interface { return c }

// rival does something once before the scheduler's first bindings are committed.
type rival struct {
	client.Interface
	once sync.Once
	act  func(binds []client.Write)
}

func (r *rival) Apply(ctx context.Context, writes []client.Write) []client.Result {
	if len(writes) > 1 && writes[0].Verb == client.Bind {
		r.once.Do(func() { r.act(writes) })
	}
	return r.Interface.Apply(ctx, writes)
}

// fits fails the test if a node of 10 CPUs carries more than 10 pods of one.
func (h *house) fits(pods []*corev1.Pod) {
	h.t.Helper()
	load := map[string]int{}
	for _, p := range pods {
		if load[p.Spec.NodeName]++; load[p.Spec.NodeName] > 10 {
			h.t.Errorf("more than 10 pods on %s", p.Spec.NodeName)
		}
	}
}

func hundred(n int) (w []client.Write) {
	for i := range n {
		w = append(w, pod(fmt.Sprintf("p%03d", i), "1"))
	}
	return w
}

// Another binder takes one pod of a batch, and deletes another: that costs these two and not the batch.
func TestConflictCostsOnePod(t *testing.T) {
	h := newIdleHouse(t)
	for i := range 10 {
		h.node(fmt.Sprintf("n%d", i), "10")
	}
	h.node("other", "10")
	h.write(hundred(90)...)
	var took, gone string
	h.begin(func(c client.Interface) client.Interface {
		return &rival{Interface: c, act: func(binds []client.Write) {
			took, gone = binds[0].Key.Name, binds[1].Key.Name
			h.write(client.Write{Verb: client.Bind, Key: binds[0].Key, Node: "other"})
			h.write(client.Write{Verb: client.Delete, Key: binds[1].Key})
		}}
	})
	pods := h.until(func(pods []*corev1.Pod) bool { return len(pods) == 89 && allBound(pods) })
	h.fits(pods)
	for _, p := range pods {
		if p.Name == took && p.Spec.NodeName != "other" {
			t.Errorf("%s was bound twice, now to %s", took, p.Spec.NodeName)
		}
		if p.Name == gone {
			t.Errorf("%s is back", gone)
		}
	}
}

// A pod that is made anew under its name, between the decision and its commit, is another pod: the decision is not for it.
func TestDecisionIsForOnePodNotForItsName(t *testing.T) {
	h := newIdleHouse(t)
	h.node("n1", "10")
	h.write(hundred(4)...)
	var name string
	h.begin(func(c client.Interface) client.Interface {
		return &rival{Interface: c, act: func(binds []client.Write) {
			name = binds[0].Key.Name
			h.write(client.Write{Verb: client.Delete, Key: binds[0].Key})
			h.write(pod(name, "100"))
		}}
	})
	pods := h.until(func(pods []*corev1.Pod) bool {
		judged := func(p *corev1.Pod) bool {
			c := plan.PodCondition(p, corev1.PodScheduled)
			return p.Spec.NodeName != "" || c != nil && c.Reason == corev1.PodReasonUnschedulable
		}
		return len(pods) == 4 && !slices.ContainsFunc(pods, func(p *corev1.Pod) bool { return !judged(p) })
	})
	for _, p := range pods {
		if (p.Spec.NodeName == "") != (p.Name == name) {
			t.Errorf("%s, which asks for %s CPUs, is on %q of 10", p.Name, p.Spec.Containers[0].Resources.Requests.Cpu(), p.Spec.NodeName)
		}
	}
}

// binds notes of which pods bindings were tried.
type binds struct {
	client.Interface
	mu    sync.Mutex
	tried map[string]bool
}

func (b *binds) Apply(ctx context.Context, writes []client.Write) []client.Result {
	b.mu.Lock()
	for _, w := range writes {
		if w.Verb == client.Bind {
			b.tried[w.Key.Name] = true
		}
	}
	b.mu.Unlock()
	return b.Interface.Apply(ctx, writes)
}

// The scheduler dies when half of a batch is committed. The next one carries on from the store.
func TestRestartInTheMiddleOfABatch(t *testing.T) {
	h := newIdleHouse(t)
	for i := range 10 {
		h.node(fmt.Sprintf("n%d", i), "10")
	}
	h.write(hundred(100)...)
	half, dead := make(chan struct{}), make(chan struct{})
	stop := h.begin(func(c client.Interface) client.Interface {
		return &rival{Interface: c, act: func(binds []client.Write) {
			c.Apply(h.ctx, binds[:len(binds)/2])
			close(half)
			<-dead
		}}
	})
	<-half
	bound := map[string]string{}
	for _, p := range h.until(func([]*corev1.Pod) bool { return true }) {
		bound[p.Name] = p.Spec.NodeName
	}
	ended := make(chan struct{})
	go func() { stop(); close(ended) }() // the first sees its end as soon as its commit returns
	h.begin(plainly)
	pods := h.until(allBound)
	close(dead)
	<-ended
	h.fits(pods)
	for _, p := range pods {
		if was := bound[p.Name]; was != "" && p.Spec.NodeName != was {
			t.Errorf("%s was bound to %s and is on %s", p.Name, was, p.Spec.NodeName)
		}
	}
}

// Gated pods and pods that are being deleted are never bound, nor is it tried: the API would refuse it, but room would be kept for
// them. A gate that falls is enough.
func TestGatedAndDeletedPodsAreNotBound(t *testing.T) {
	h := newIdleHouse(t)
	h.node("n1", "10")
	gated := pod("gated", "1")
	gated.Object.(*corev1.Pod).Spec.SchedulingGates = []corev1.PodSchedulingGate{{Name: "example.com/hold"}}
	going := pod("going", "1")
	going.Object.(*corev1.Pod).Finalizers = []string{"example.com/hold"}
	h.write(gated, going, pod("plain", "1"))
	h.write(client.Write{Verb: client.Delete, Key: podKey("going")})
	seen := &binds{tried: map[string]bool{}}
	h.begin(func(c client.Interface) client.Interface { seen.Interface = c; return seen })
	tried := func(name string) bool {
		seen.mu.Lock()
		defer seen.mu.Unlock()
		return seen.tried[name]
	}
	bound := func(name string) bool {
		obj, err := h.c.Get(h.ctx, podKey(name))
		if err != nil {
			t.Fatal(err)
		}
		return obj.(*corev1.Pod).Spec.NodeName != ""
	}
	h.until(func([]*corev1.Pod) bool { return bound("plain") })
	if bound("gated") || bound("going") || tried("gated") || tried("going") { // all were decided about together
		t.Error("a pod was bound that must not be, or it was tried")
	}
	obj, err := h.c.Get(h.ctx, podKey("gated"))
	if err != nil {
		t.Fatal(err)
	}
	free := obj.(*corev1.Pod).DeepCopy()
	free.Spec.SchedulingGates = nil
	h.write(client.Write{Verb: client.Update, Key: podKey("gated"), Object: free})
	h.until(func([]*corev1.Pod) bool { return bound("gated") })
	if bound("going") || tried("going") {
		t.Error("a pod was bound that is being deleted, or it was tried")
	}
}

// BenchmarkBacklog binds pods that were there before the scheduler: "created first, then the scheduler started", durably on a
// real disk, until a watcher has seen them all.
func BenchmarkBacklog(b *testing.B) {
	const pods, nodes = 5000, 5000
	for b.Loop() {
		b.StopTimer()
		st, err := disk.Open(b.TempDir(), disk.Options{})
		if err != nil {
			b.Fatal(err)
		}
		h := newHouseOn(b, st, 10*time.Minute)
		for i := range nodes {
			h.node(fmt.Sprintf("n%d", i), "10")
		}
		h.write(hundred(pods)...)
		b.StartTimer()
		stop := h.begin(plainly)
		h.until(allBound)
		b.StopTimer()
		stop()
		b.StartTimer()
	}
	b.ReportMetric(pods*float64(b.N)/b.Elapsed().Seconds(), "pods/s")
}
