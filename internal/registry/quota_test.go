package registry_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/registry"
)

func quotaOf(name string, hard ...string) *corev1.ResourceQuota {
	q := &corev1.ResourceQuota{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "default"}, Spec: corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{}}}
	for i := 0; i < len(hard); i += 2 {
		q.Spec.Hard[corev1.ResourceName(hard[i])] = resource.MustParse(hard[i+1])
	}
	return q
}

func (h *house) used(quota string) map[string]string {
	h.t.Helper()
	obj, err := h.c.Get(context.Background(), key("resourcequotas", quota))
	if err != nil {
		h.t.Fatal(err)
	}
	out := map[string]string{}
	for name, q := range obj.(*corev1.ResourceQuota).Status.Used {
		out[string(name)] = q.String()
	}
	return out
}

func (h *house) wantUsed(quota string, want ...string) {
	h.t.Helper()
	got := h.used(quota)
	for i := 0; i < len(want); i += 2 {
		if got[want[i]] != want[i+1] {
			h.t.Fatalf("quota %s: %s used %q, want %s; all: %v", quota, want[i], got[want[i]], want[i+1], got)
		}
	}
}

func (h *house) remove(res, name string) {
	h.t.Helper()
	now := int64(0)
	w := client.Write{Verb: client.Delete, Key: key(res, name), Delete: metav1.DeleteOptions{GracePeriodSeconds: &now}}
	if err := h.write(w).Err; err != nil {
		h.t.Fatalf("delete %s/%s: %v", res, name, err)
	}
}

func sized(name, cpu string) *corev1.Pod {
	p := pod(name)
	p.Spec.Containers[0].Resources.Requests = corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(cpu)}
	return p
}

// Never more than the quota allows, however many try at once; used is exactly what is there, and comes back.
func TestQuotaIsExactUnderConcurrency(t *testing.T) {
	h := newHouse(t)
	const limit, writers = 20, 64
	h.create(quotaOf("q", "pods", fmt.Sprint(limit), "count/configmaps", "7"))
	var wg sync.WaitGroup
	var taken atomic.Int64
	for i := range writers {
		wg.Go(func() {
			switch err := h.try(pod(fmt.Sprintf("p%d", i))).Err; {
			case err == nil:
				taken.Add(1)
			case !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), "exceeded quota: q, requested: pods=1, used: pods=20, limited: pods=20"):
				t.Errorf("pod %d: %v", i, err)
			}
		})
		wg.Go(func() {
			h.try(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("c%d", i), Namespace: "default"}})
		})
	}
	wg.Wait()
	if n := taken.Load(); n != limit {
		t.Fatalf("%d pods were let in, want %d", n, limit)
	}
	h.wantUsed("q", "pods", "20", "count/configmaps", "7")

	// While some go, others come: the sum stays right and within the limit.
	for i := range writers {
		wg.Go(func() {
			now := int64(0)
			h.write(client.Write{Verb: client.Delete, Key: key("pods", fmt.Sprintf("p%d", i)), Delete: metav1.DeleteOptions{GracePeriodSeconds: &now}})
		})
		wg.Go(func() { h.try(pod(fmt.Sprintf("again%d", i))) })
	}
	wg.Wait()
	page, err := h.r.List(context.Background(), h.request("pods"), registry.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(page.Records); n > limit {
		t.Fatalf("%d pods, the limit is %d", n, limit)
	}
	h.wantUsed("q", "pods", fmt.Sprint(len(page.Records)))
}

func TestQuotaChargesAPlanAtOnce(t *testing.T) {
	h := newHouse(t)
	h.create(quotaOf("q", "pods", "600"))
	writes := make([]client.Write, 700)
	for i := range writes {
		writes[i] = client.Write{Verb: client.Create, Object: pod(fmt.Sprintf("p%d", i)), Key: key("pods", fmt.Sprintf("p%d", i))}
	}
	ok := 0
	for _, res := range h.c.Apply(context.Background(), writes) {
		if res.Err == nil {
			ok++
		}
	}
	if ok != 600 {
		t.Fatalf("%d of 700 pods were let in, want 600", ok)
	}
	h.wantUsed("q", "pods", "600")
}

func TestQuotaCounts(t *testing.T) {
	h := newHouse(t)
	h.create(pod("before")) // what is there when a quota comes is counted
	h.create(quotaOf("objects", "pods", "3", "services.nodeports", "2", "services.loadbalancers", "0", "secrets", "1", "count/deployments.apps", "0"))
	h.create(sized("a", "100m"))
	h.wantUsed("objects", "pods", "2")

	np := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: "np", Namespace: "default"},
		Spec: corev1.ServiceSpec{Type: corev1.ServiceTypeNodePort, Ports: []corev1.ServicePort{{Port: 80, Name: "a"}, {Port: 81, Name: "b"}}}}
	svc := h.create(np).(*corev1.Service).DeepCopy()
	h.wantUsed("objects", "services.nodeports", "2")
	svc.Spec.Type = corev1.ServiceTypeLoadBalancer
	err := h.write(client.Write{Verb: client.Update, Object: svc, Key: key("services", "np")}).Err
	if err == nil || !strings.Contains(err.Error(), "exceeded quota: objects, requested: services.loadbalancers=1, used: services.loadbalancers=0, limited: services.loadbalancers=0") {
		t.Fatalf("a service became a load balancer: %v", err)
	}
	svc = svc.DeepCopy()
	svc.Spec.Type = corev1.ServiceTypeClusterIP
	svc.Spec.Ports[0].NodePort, svc.Spec.Ports[1].NodePort = 0, 0
	if err := h.write(client.Write{Verb: client.Update, Object: svc, Key: key("services", "np")}).Err; err != nil {
		t.Fatal(err)
	}
	h.wantUsed("objects", "services.nodeports", "0")
	h.create(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "s", Namespace: "default"}})
	if err := h.try(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "s2", Namespace: "default"}}).Err; !apierrors.IsForbidden(err) {
		t.Fatalf("a second secret: %v", err)
	}
	h.remove("secrets", "s")
	h.wantUsed("objects", "secrets", "0")

	// A pod that has ended gives back what it needed to run.
	patch := []byte(`{"status":{"phase":"Succeeded"}}`)
	if err := h.write(client.Write{Verb: client.Patch, Key: key("pods", "a"), Subresource: "status", PatchType: types.MergePatchType, Patch: patch}).Err; err != nil {
		t.Fatal(err)
	}
	h.wantUsed("objects", "pods", "1")
	h.remove("pods", "a")
	h.wantUsed("objects", "pods", "1")
}

func TestQuotaOfComputeAndScopes(t *testing.T) {
	h := newHouse(t)
	h.create(quotaOf("cpu", "requests.cpu", "500m"))
	best := quotaOf("best", "pods", "1")
	best.Spec.Scopes = []corev1.ResourceQuotaScope{corev1.ResourceQuotaScopeBestEffort}
	for _, c := range []struct {
		name string
		pod  *corev1.Pod
		want string
	}{
		{"no request", pod("none"), "failed quota: cpu: must specify requests.cpu for: c"},
		{"too much", sized("big", "501m"), "exceeded quota: cpu, requested: requests.cpu=501m, used: requests.cpu=0, limited: requests.cpu=500m"},
		{"fits", sized("fits", "400m"), ""},
		{"no more", sized("more", "200m"), "exceeded quota: cpu, requested: requests.cpu=200m, used: requests.cpu=400m, limited: requests.cpu=500m"},
	} {
		err := h.try(c.pod).Err
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Fatalf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	h.wantUsed("cpu", "requests.cpu", "400m")
	h.remove("resourcequotas", "cpu")
	h.create(best)
	h.create(sized("sized", "1"))
	h.create(pod("best1"))
	if err := h.try(pod("best2")).Err; !apierrors.IsForbidden(err) {
		t.Fatalf("a second best-effort pod: %v", err)
	}
	h.wantUsed("best", "pods", "1")
}

func TestQuotaDryRunChargesNothing(t *testing.T) {
	h := newHouse(t)
	h.create(quotaOf("q", "configmaps", "1"))
	h.create(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "a", Namespace: "default"}})
	obj, err := law.FromTyped(h.request("configmaps").Kind, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "b", Namespace: "default"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.r.Create(context.Background(), h.request("configmaps"), obj.DeepCopyObject(), registry.WriteOptions{DryRun: true}); !apierrors.IsForbidden(err) {
		t.Fatalf("dry run over the quota: %v", err)
	}
	h.remove("configmaps", "a")
	if _, err := h.r.Create(context.Background(), h.request("configmaps"), obj, registry.WriteOptions{DryRun: true}); err != nil {
		t.Fatal(err)
	}
	h.wantUsed("q", "configmaps", "0")
}

// Whatever is written at the same time, what a quota says is used is what there is.
func TestQuotaStaysExact(t *testing.T) {
	h := newHouse(t)
	h.create(quotaOf("q", "pods", "40", "requests.cpu", "2"))
	h.create(quotaOf("r", "count/pods", "60"))
	const writers, steps = 8, 60
	var wg sync.WaitGroup
	for i := range writers {
		rnd := rand.New(rand.NewPCG(1, uint64(i)))
		wg.Go(func() {
			for n := range steps {
				name := fmt.Sprintf("p%d", rnd.IntN(50))
				switch rnd.IntN(6) {
				case 0, 1, 2:
					h.try(sized(name, fmt.Sprintf("%dm", 10+rnd.IntN(90))))
				case 3:
					now := int64(0)
					h.write(client.Write{Verb: client.Delete, Key: key("pods", name), Delete: metav1.DeleteOptions{GracePeriodSeconds: &now}})
				case 4:
					h.write(client.Write{Verb: client.Patch, Key: key("pods", name), Subresource: "status", PatchType: types.MergePatchType, Patch: []byte(`{"status":{"phase":"Failed"}}`)})
				case 5: // the limits change under way
					h.write(client.Write{Verb: client.Patch, Key: key("resourcequotas", "q"), PatchType: types.MergePatchType,
						Patch: fmt.Appendf(nil, `{"spec":{"hard":{"pods":"%d"}}}`, 30+n%20)})
				}
			}
		})
	}
	wg.Wait()
	h.try(sized("last", "1m")) // counts what was left uncounted by a change of the limits
	page, err := h.r.List(context.Background(), h.request("pods"), registry.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	running, cpu := 0, resource.Quantity{}
	for _, rec := range page.Records {
		obj, err := law.Typed(law.Kind(rec.Key.Resource), rec)
		if err != nil {
			t.Fatal(err)
		}
		if p := obj.(*corev1.Pod); p.Status.Phase != corev1.PodFailed {
			running++
			cpu.Add(*p.Spec.Containers[0].Resources.Requests.Cpu())
		}
	}
	if running == 0 {
		t.Fatal("no pod was let in")
	}
	h.wantUsed("q", "pods", fmt.Sprint(running), "requests.cpu", cpu.String())
	h.wantUsed("r", "count/pods", fmt.Sprint(len(page.Records)))
}

// However an object goes, what it used comes back when it is gone, and not before.
func TestQuotaGetsBack(t *testing.T) {
	h := newHouse(t)
	h.create(quotaOf("q", "count/pods", "3", "resourcequotas", "1"))
	held := sized("held", "1m")
	held.Finalizers = []string{"example.com/hold"}
	h.create(held)
	h.create(sized("evicted", "1m"))
	h.wantUsed("q", "count/pods", "2", "resourcequotas", "1")
	h.remove("pods", "held")
	h.wantUsed("q", "count/pods", "2")
	patch := client.Write{Verb: client.Patch, Key: key("pods", "held"), PatchType: types.MergePatchType, Patch: []byte(`{"metadata":{"finalizers":null}}`)}
	if err := h.write(patch).Err; err != nil {
		t.Fatal(err)
	}
	h.wantUsed("q", "count/pods", "1")
	if err := h.write(client.Write{Verb: client.Evict, Key: key("pods", "evicted")}).Err; err != nil {
		t.Fatal(err)
	}
	h.wantUsed("q", "count/pods", "0")
	if err := h.try(quotaOf("second", "pods", "1")).Err; !apierrors.IsForbidden(err) {
		t.Fatalf("a second quota: %v", err)
	}
	h.remove("resourcequotas", "q")
	h.create(quotaOf("second", "pods", "1", "resourcequotas", "1"))
	h.wantUsed("second")
}

// A limit that is lowered below what is used lets nothing in, and everything out.
func TestQuotaBelowUse(t *testing.T) {
	h := newHouse(t)
	h.create(quotaOf("q", "count/secrets", "3"))
	secret := func(name string) *corev1.Secret {
		return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "default"}}
	}
	for _, name := range []string{"a", "b", "c"} {
		h.create(secret(name))
	}
	lower := client.Write{Verb: client.Patch, Key: key("resourcequotas", "q"), PatchType: types.MergePatchType, Patch: []byte(`{"spec":{"hard":{"count/secrets":"1"}}}`)}
	if err := h.write(lower).Err; err != nil {
		t.Fatal(err)
	}
	err := h.try(secret("d")).Err
	if err == nil || !strings.Contains(err.Error(), "exceeded quota: q, requested: count/secrets=1, used: count/secrets=3, limited: count/secrets=1") {
		t.Fatalf("over the new limit: %v", err)
	}
	h.remove("secrets", "a")
	h.wantUsed("q", "count/secrets", "2")
	h.remove("secrets", "b")
	h.remove("secrets", "c")
	h.create(secret("d"))
	h.wantUsed("q", "count/secrets", "1")
}
