// Package controllers_test runs all controllers and the scheduler over the real registry, runner, view and store, with a
// kubelet of three lines: what the controllers write must pass the law, and together they must come to rest.
package controllers_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/controllers/cronjob"
	"gantry.dev/gantry/internal/controllers/daemonset"
	"gantry.dev/gantry/internal/controllers/deployment"
	"gantry.dev/gantry/internal/controllers/disruption"
	"gantry.dev/gantry/internal/controllers/endpoints"
	"gantry.dev/gantry/internal/controllers/endpointslice"
	"gantry.dev/gantry/internal/controllers/eviction"
	"gantry.dev/gantry/internal/controllers/expire"
	"gantry.dev/gantry/internal/controllers/garbage"
	"gantry.dev/gantry/internal/controllers/job"
	"gantry.dev/gantry/internal/controllers/namespace"
	"gantry.dev/gantry/internal/controllers/nodelifecycle"
	"gantry.dev/gantry/internal/controllers/podgc"
	"gantry.dev/gantry/internal/controllers/replicaset"
	"gantry.dev/gantry/internal/controllers/rootca"
	"gantry.dev/gantry/internal/controllers/serviceaccount"
	"gantry.dev/gantry/internal/controllers/statefulset"
	"gantry.dev/gantry/internal/controllers/ttlafterfinished"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/registry"
	"gantry.dev/gantry/internal/scheduler"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store/disk"
	"gantry.dev/gantry/internal/view"
)

// house is everything but nodes.
type house struct {
	t   *testing.T
	ctx context.Context
	c   client.Interface
	v   *view.View

	mu   sync.Mutex
	told []string
}

// Record implements reconcile.Recorder.
func (h *house) Record(_ context.Context, _ string, _ api.Cluster, events []reconcile.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range events {
		h.told = append(h.told, e.Reason+": "+e.Message)
	}
}

func newHouse(t *testing.T) *house {
	law, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	st, err := disk.Open("db", disk.Options{FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	var n atomic.Int64
	reg, err := registry.New(registry.Config{Law: law, Store: st, Clock: time.Now, ServiceCIDR: "10.43.0.0/16",
		UID:    func() types.UID { return types.UID(fmt.Sprintf("00000000-0000-0000-0000-%012d", n.Add(1))) },
		Suffix: func() string { return fmt.Sprintf("%05d", n.Add(1)) }})
	if err != nil {
		t.Fatal(err)
	}
	var stored, namespaced []api.Resource
	for _, k := range law.Kinds() {
		if k.Virtual || k.StoreAs != k.Resource {
			continue
		}
		stored = append(stored, k.Resource)
		if k.Namespaced {
			namespaced = append(namespaced, k.Resource)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	h := &house{t: t, ctx: ctx, v: view.New(law, st, stored), c: reg.Client(&user.DefaultInfo{Name: "test"}, "test")}
	log := slog.New(slog.DiscardHandler)
	r, err := reconcile.NewRunner(h.v, h.c, h, time.Now, log, []reconcile.Controller{
		namespace.New(namespaced, nil), serviceaccount.Controller(), rootca.New(func(api.Cluster) string { return "PEM" }),
		statefulset.Controller(), daemonset.Controller(), deployment.Controller(), replicaset.Controller(), endpointslice.Controller(), endpoints.Controller(),
		garbage.New(stored), nodelifecycle.New(nodelifecycle.Defaults()), eviction.Controller(),
		podgc.New(podgc.DefaultThreshold), disruption.Controller(), disruption.Stale(), expire.New(expire.DefaultTTL),
		cronjob.Controller(), ttlafterfinished.Controller(), job.Controllers(false)[0], job.Controllers(false)[1],
	})
	if err != nil {
		t.Fatal(err)
	}
	s := scheduler.New(scheduler.Config{View: h.v, Client: h.c, Events: h, Clock: time.Now, Log: log})
	var wg sync.WaitGroup
	for _, run := range []func(context.Context) error{h.v.Run, r.Run, s.Run, h.kubelet} {
		wg.Go(func() { _ = run(ctx) })
	}
	t.Cleanup(func() {
		cancel()
		wg.Wait()
		st.Close()
	})
	h.write(plan.Create(key(plan.Namespaces, "", "default"), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "default"}}, ""))
	h.until("default account", func(s *view.Snapshot) bool { return s.Record(key(plan.ServiceAccounts, "default", "default")) != nil })
	h.node("n1")
	return h
}

func key(r api.Resource, ns, name string) api.Key {
	return api.Key{Resource: r, Cluster: api.Host, Namespace: ns, Name: name}
}

func (h *house) write(w ...client.Write) {
	h.t.Helper()
	for i, r := range h.c.Apply(h.ctx, w) {
		if r.Err != nil {
			h.t.Fatalf("writing %s: %v", w[i].Key, r.Err)
		}
	}
}

// until waits for a state of the view, one revision after the other.
func (h *house) until(what string, ok func(s *view.Snapshot) bool) {
	h.t.Helper()
	rev := api.Revision(0)
	for {
		s, err := h.v.AtLeast(h.ctx, rev+1)
		if err != nil {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.t.Fatalf("waiting for %s: %v\ntold: %q", what, err, h.told)
		}
		if ok(s) {
			return
		}
		rev = s.Rev()
	}
}

func (h *house) node(name string) {
	h.t.Helper()
	n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{corev1.LabelHostname: name}}}
	h.write(plan.Create(key(plan.Nodes, "", name), n, ""))
	n = n.DeepCopy()
	n.Status.Allocatable = corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("64"), corev1.ResourceMemory: resource.MustParse("64Gi"), corev1.ResourcePods: resource.MustParse("20000")}
	n.Status.Capacity = n.Status.Allocatable
	n.Status.Conditions = []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue, LastHeartbeatTime: metav1.Now(), LastTransitionTime: metav1.Now()}}
	h.write(plan.UpdateStatus(key(plan.Nodes, "", name), n, ""))
}

// kubelet makes every bound pod ready and ends every pod that is being deleted.
func (h *house) kubelet(ctx context.Context) error {
	ips := map[types.UID]string{}
	for rev := api.Revision(0); ; {
		s, err := h.v.AtLeast(ctx, rev+1)
		if err != nil {
			return err
		}
		rev = s.Rev()
		var writes []client.Write
		for p := range view.List[corev1.Pod](s, api.Scope{Resource: plan.Pods, Cluster: api.Host}) {
			k := plan.KeyOf(api.Host, plan.Pods, p)
			switch {
			case p.Spec.NodeName == "":
			case p.DeletionTimestamp != nil:
				w := plan.Delete(k, p, "stopped")
				w.Delete.GracePeriodSeconds = new(int64)
				writes = append(writes, w)
			case plan.Terminated(p):
			case p.Labels[batchv1.JobNameLabel] != "":
				fresh := p.DeepCopy()
				work(fresh)
				writes = append(writes, plan.UpdateStatus(k, fresh, "has run"))
			case !plan.Ready(p):
				if ips[p.UID] == "" {
					ips[p.UID] = fmt.Sprintf("10.42.%d.%d", len(ips)/250, 2+len(ips)%250)
				}
				fresh := p.DeepCopy()
				fresh.Status.Phase, fresh.Status.PodIP, fresh.Status.PodIPs = corev1.PodRunning, ips[p.UID], []corev1.PodIP{{IP: ips[p.UID]}}
				plan.SetPodCondition(&fresh.Status, corev1.PodCondition{Type: corev1.PodReady, Status: corev1.ConditionTrue}, time.Now())
				writes = append(writes, plan.UpdateStatus(k, fresh, "runs"))
			}
		}
		h.c.Apply(ctx, writes) // what is refused is tried again on a newer snapshot
	}
}

func web(replicas int32) *appsv1.Deployment {
	l := map[string]string{"app": "web"}
	return &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "default"}, Spec: appsv1.DeploymentSpec{Replicas: &replicas,
		Selector: &metav1.LabelSelector{MatchLabels: l}, Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: l},
			Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Image: "web:1"}}}}}}
}

func complete(image string, n int32) func(*view.Snapshot) bool {
	return func(s *view.Snapshot) bool {
		d, ok := view.Get[appsv1.Deployment](s, key(plan.Deployments, "default", "web"))
		if !ok || d.Status.ObservedGeneration < d.Generation || d.Status.AvailableReplicas != n || d.Status.UpdatedReplicas != n || d.Status.Replicas != n {
			return false
		}
		pods := 0
		for p := range view.List[corev1.Pod](s, api.Scope{Resource: plan.Pods, Cluster: api.Host, Namespace: "default"}) {
			if p.Spec.Containers[0].Image != image {
				return false
			}
			pods++
		}
		return pods == int(n)
	}
}

func (h *house) change(f func(*appsv1.Deployment)) {
	h.t.Helper()
	obj, err := h.c.Get(h.ctx, key(plan.Deployments, "default", "web"))
	if err != nil {
		h.t.Fatal(err)
	}
	d := obj.(*appsv1.Deployment).DeepCopy()
	d.ResourceVersion = ""
	f(d)
	h.write(plan.Update(key(plan.Deployments, "default", "web"), d, ""))
}

func TestLifeOfADeployment(t *testing.T) {
	h := newHouse(t)
	port := corev1.ServicePort{Name: "http", Port: 80, TargetPort: intstr.FromInt32(8080), Protocol: corev1.ProtocolTCP}
	budget := intstr.FromInt32(2)
	h.write(
		plan.Create(key(plan.Services, "default", "web"), &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "default"}, Spec: corev1.ServiceSpec{Selector: map[string]string{"app": "web"}, Ports: []corev1.ServicePort{port}}}, ""),
		plan.Create(key(plan.Budgets, "default", "web"), &policyv1.PodDisruptionBudget{ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "default"}, Spec: policyv1.PodDisruptionBudgetSpec{MinAvailable: &budget, Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}}}, ""),
		plan.Create(key(plan.Deployments, "default", "web"), web(3), ""))
	h.until("three replicas", complete("web:1", 3))
	h.until("endpoints and budget", func(s *view.Snapshot) bool {
		ready := 0
		for sl := range view.List[discoveryv1.EndpointSlice](s, api.Scope{Resource: plan.EndpointSlices, Cluster: api.Host}) {
			ready += len(sl.Endpoints)
		}
		e, ok := view.Get[corev1.Endpoints](s, key(plan.Endpoints, "default", "web"))
		b, _ := view.Get[policyv1.PodDisruptionBudget](s, key(plan.Budgets, "default", "web"))
		return ready == 3 && ok && len(e.Subsets) == 1 && len(e.Subsets[0].Addresses) == 3 && b.Status.DisruptionsAllowed == 1
	})
	h.change(func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers[0].Image = "web:2" })
	h.until("the new image", complete("web:2", 3))
	h.change(func(d *appsv1.Deployment) { *d.Spec.Replicas = 40 })
	h.until("forty replicas", complete("web:2", 40))
	h.change(func(d *appsv1.Deployment) { *d.Spec.Replicas = 1 })
	h.until("one replica", complete("web:2", 1))
	h.change(func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers[0].Image = "web:1" })
	h.until("undone", complete("web:1", 1))
	d, _ := view.Get[appsv1.Deployment](h.v.Snapshot(), key(plan.Deployments, "default", "web"))
	if rev := d.Annotations["deployment.kubernetes.io/revision"]; rev != "3" {
		t.Errorf("revision %q", rev)
	}
}

// children counts what belongs to the deployment.
func children(s *view.Snapshot) (sets, pods int) {
	for range s.Records(api.Scope{Resource: plan.ReplicaSets, Cluster: api.Host}) {
		sets++
	}
	for range s.Records(api.Scope{Resource: plan.Pods, Cluster: api.Host}) {
		pods++
	}
	return sets, pods
}

func TestThreeWaysOfDeletingADeployment(t *testing.T) {
	for _, policy := range []metav1.DeletionPropagation{metav1.DeletePropagationBackground, metav1.DeletePropagationForeground, metav1.DeletePropagationOrphan} {
		t.Run(string(policy), func(t *testing.T) {
			h := newHouse(t)
			h.write(plan.Create(key(plan.Deployments, "default", "web"), web(3), ""))
			h.until("three replicas", complete("web:1", 3))
			h.write(client.Write{Verb: client.Delete, Key: key(plan.Deployments, "default", "web"), Delete: metav1.DeleteOptions{PropagationPolicy: &policy}})
			h.until("the end", func(s *view.Snapshot) bool {
				sets, pods := children(s)
				gone := s.Record(key(plan.Deployments, "default", "web")) == nil
				if policy != metav1.DeletePropagationOrphan {
					return gone && sets == 0 && pods == 0
				}
				for rs := range view.List[appsv1.ReplicaSet](s, api.Scope{Resource: plan.ReplicaSets, Cluster: api.Host}) {
					if len(rs.OwnerReferences) > 0 {
						return false
					}
				}
				return gone && sets == 1 && pods == 3
			})
		})
	}
}

func TestNamespaceTakesEverythingWithIt(t *testing.T) {
	h := newHouse(t)
	h.write(plan.Create(key(plan.Deployments, "default", "web"), web(3), ""))
	h.until("three replicas", complete("web:1", 3))
	h.write(plan.Create(key(plan.Namespaces, "", "shop"), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop"}}, ""))
	h.until("account and CA", func(s *view.Snapshot) bool {
		return s.Record(key(plan.ServiceAccounts, "shop", "default")) != nil && s.Record(key(plan.ConfigMaps, "shop", "kube-root-ca.crt")) != nil
	})
	d := web(3)
	d.Namespace = "shop"
	h.write(plan.Create(key(plan.Deployments, "shop", "web"), d, ""))
	h.until("pods in shop", func(s *view.Snapshot) bool {
		return len(slices.Collect(s.Records(api.Scope{Resource: plan.Pods, Cluster: api.Host, Namespace: "shop"}))) == 3
	})
	h.write(client.Write{Verb: client.Delete, Key: key(plan.Namespaces, "", "shop")})
	h.until("the namespace to go", func(s *view.Snapshot) bool { return s.Record(key(plan.Namespaces, "", "shop")) == nil })
	for r := range h.v.Snapshot().Resources() {
		for rec := range h.v.Snapshot().Records(api.Scope{Resource: r, Cluster: api.Host, Namespace: "shop"}) {
			t.Errorf("left behind: %s", rec.Key)
		}
	}
	if !complete("web:1", 3)(h.v.Snapshot()) {
		t.Error("the other namespace was touched")
	}
}
