package sim_test

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	appsv1 "k8s.io/api/apps/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/app"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/registry"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/sim"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/store/disk"
	"gantry.dev/gantry/internal/view"
)

// No controller polls: in a cluster at rest nothing is planned but what a sign of life of a node or a timer that is due
// makes stale, and nothing is written. These are the timers of a cluster at rest:
//
//	node-lifecycle-controller   a node: when its lease will be too old
//	cronjob-controller          a cron job: its next time
//	deployment-controller       a deployment: once, when its last rollout would have taken too long
func TestNobodyPolls(t *testing.T) {
	const deployments = 2 // that a story has at its end, at most
	l := law(t)
	for _, story := range stories() {
		res := sim.Run(sim.Config{Law: l, Scenario: story()})
		if res.Err != nil {
			t.Fatal(res.Err)
		}
		name := story().Name
		if res.Idle.Writes > 0 {
			t.Errorf("%s: %d writes were planned while nothing happened", name, res.Idle.Writes)
		}
		for c := range res.Idle.Planned {
			if !slices.Contains([]string{"node-lifecycle-controller", "cronjob-controller", "deployment-controller"}, c) || c == "deployment-controller" && res.Idle.Planned[c] > deployments {
				t.Errorf("%s: %s planned %d keys while nothing happened", name, c, res.Idle.Planned[c])
			}
		}
		for _, a := range res.Idle.Alarms {
			switch {
			case a.Controller == "node-lifecycle-controller" && a.Key.Resource == plan.Nodes:
			case a.Controller == "cronjob-controller" && a.Key.Resource == plan.CronJobs:
			case a.Controller == "deployment-controller" && name == "lending": // its rollouts may take longer than the story
			default:
				t.Errorf("%s: %s waits for a time, %s from now, about %s", name, a.Controller, a.At.Sub(res.Idle.At), a.Key)
			}
		}
	}
}

// silent writes no events.
type silent struct{}

func (silent) Record(context.Context, string, api.Cluster, []reconcile.Event) {}

// BenchmarkIdle is a control plane with 100,000 pods at rest: what view and controllers need for them beside the store, the
// time until everything has been planned once after a start, and what they do when nothing happens (each op is a second).
func BenchmarkIdle(b *testing.B) {
	const pods, perSet, nodes = 100_000, 100, 200
	l := law(b)
	st, err := disk.Open("db", disk.Options{FS: vfs.NewMem()})
	if err != nil {
		b.Fatal(err)
	}
	defer st.Close()
	fill(b, l, st, pods, perSet, nodes)
	stored := heap()

	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	defer func() { cancel(); wg.Wait() }()
	reg, err := registry.New(registry.Config{Law: l, Store: st, Clock: time.Now, ServiceCIDR: "10.43.0.0/16",
		UID: func() types.UID { return "new" }, Suffix: func() string { return "xxxxx" }})
	if err != nil {
		b.Fatal(err)
	}
	v := view.New(l, st, app.Stored(l))
	own := reg.Client(&user.DefaultInfo{Name: user.KubeControllerManager}, "controllers")
	r, err := reconcile.NewRunner(v, own, silent{}, time.Now, slog.New(slog.DiscardHandler), sim.Controllers(l, time.Now()))
	if err != nil {
		b.Fatal(err)
	}
	before, start := cpu(), time.Now()
	wg.Go(func() { _ = v.Run(ctx) })
	wg.Go(func() { _ = r.Run(ctx) })
	if _, err := v.AtLeast(ctx, st.Revision()); err != nil {
		b.Fatal(err)
	}
	for !r.Idle() || v.Snapshot().Rev() < st.Revision() {
		runtime.Gosched()
	}
	took, used, rev, held := time.Since(start), cpu()-before, st.Revision(), heap()-stored
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	before = cpu()
	for b.Loop() {
		<-tick.C
	}
	idle := cpu() - before
	b.ReportMetric(took.Seconds(), "start-s")
	b.ReportMetric(used.Seconds(), "start-cpu-s")
	b.ReportMetric(float64(rev), "revisions")
	b.ReportMetric(float64(stored)/(1<<20), "store-MiB")
	b.ReportMetric(float64(held)/(1<<20), "MiB")
	b.ReportMetric(float64(idle.Microseconds())/float64(b.N), "idle-cpu-µs/s")
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}

// cpu is what the process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // cannot fail for ourselves
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// fill writes a cluster at rest: replica sets with their pods, on nodes that are alive.
func fill(b *testing.B, l *schema.Schema, st store.Store, pods, perSet, nodes int) {
	b.Helper()
	var txns []store.Txn
	add := func(r api.Resource, obj interface {
		kruntime.Object
		metav1.Object
	}) {
		m := obj
		m.SetUID(types.UID(fmt.Sprintf("%s-%s-%s", r.Name, m.GetNamespace(), m.GetName())))
		m.SetCreationTimestamp(metav1.Now())
		m.SetGeneration(1)
		body, memo, err := l.EncodeTyped(l.Kind(r), obj)
		if err != nil {
			b.Fatal(err)
		}
		txns = append(txns, store.Txn{Ops: []store.Op{{Key: plan.KeyOf(api.Host, r, obj), Body: body, Memo: memo}}})
	}
	now, yes := metav1.Now(), true
	for _, ns := range []string{"default", corev1.NamespaceNodeLease} {
		add(plan.Namespaces, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ns}, Spec: corev1.NamespaceSpec{Finalizers: []corev1.FinalizerName{corev1.FinalizerKubernetes}}})
	}
	for i := range nodes {
		name := fmt.Sprintf("n%d", i)
		n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{corev1.LabelHostname: name}}}
		n.Status.Conditions = []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue, LastHeartbeatTime: now, LastTransitionTime: now}}
		add(plan.Nodes, n)
		at := metav1.NewMicroTime(now.Add(time.Hour)) // alive for longer than this takes
		add(plan.Leases, &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Namespace: corev1.NamespaceNodeLease, Name: name}, Spec: coordinationv1.LeaseSpec{RenewTime: &at}})
	}
	for s := range pods / perSet {
		name := fmt.Sprintf("web-%d", s)
		size, none := int32(perSet), int32(0)
		labels := map[string]string{"app": name}
		spec := corev1.PodSpec{RestartPolicy: corev1.RestartPolicyAlways, Containers: []corev1.Container{{Name: "c", Image: "web:1", ImagePullPolicy: corev1.PullIfNotPresent}}}
		rs := &appsv1.ReplicaSet{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name}, Spec: appsv1.ReplicaSetSpec{Replicas: &size,
			Selector: &metav1.LabelSelector{MatchLabels: labels}, Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: spec}}}
		rs.Status = appsv1.ReplicaSetStatus{Replicas: size, FullyLabeledReplicas: size, ReadyReplicas: size, AvailableReplicas: size, TerminatingReplicas: &none, ObservedGeneration: 1}
		add(plan.ReplicaSets, rs)
		for i := range perSet {
			p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: fmt.Sprintf("%s-%d", name, i), Labels: labels,
				OwnerReferences: []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: name, UID: rs.UID, Controller: &yes, BlockOwnerDeletion: &yes}}}, Spec: spec}
			p.Spec.NodeName = fmt.Sprintf("n%d", (s*perSet+i)%nodes)
			p.Status = corev1.PodStatus{Phase: corev1.PodRunning, StartTime: &now, PodIP: fmt.Sprintf("10.%d.%d.%d", s/250, s%250, i),
				Conditions: []corev1.PodCondition{{Type: corev1.PodScheduled, Status: corev1.ConditionTrue, LastTransitionTime: now}, {Type: corev1.PodReady, Status: corev1.ConditionTrue, LastTransitionTime: now}}}
			add(plan.Pods, p)
		}
		if len(txns) > 2000 {
			commit(b, st, txns)
			txns = nil
		}
	}
	commit(b, st, txns)
}

func commit(b *testing.B, st store.Store, txns []store.Txn) {
	b.Helper()
	for _, res := range st.Commit(context.Background(), txns) {
		if res.Err != nil {
			b.Fatal(res.Err)
		}
	}
}
