package registry_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/registry"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store/disk"
)

var (
	start = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	law   = func() *schema.Schema {
		s, err := schema.New()
		if err != nil {
			panic(err)
		}
		return s
	}()
)

// house is a registry over a store in memory, with sources of time and identity that count.
type house struct {
	t   testing.TB
	r   *registry.Registry
	c   client.Interface
	now time.Time
}

func newHouse(t testing.TB) *house { return newHouseOf(t, "10.43.0.0/24") }

// newHouseOf is a house whose Services have addresses of the ranges.
func newHouseOf(t testing.TB, ranges string) *house {
	st, err := disk.Open("db", disk.Options{FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	h := &house{t: t, now: start}
	var n atomic.Int64
	h.r, err = registry.New(registry.Config{Law: law, Store: st,
		Clock:       func() time.Time { return h.now },
		UID:         func() types.UID { return types.UID(fmt.Sprintf("uid-%d", n.Add(1))) },
		Suffix:      func() string { return fmt.Sprintf("%05d", n.Add(1)) },
		ServiceCIDR: ranges})
	if err != nil {
		t.Fatal(err)
	}
	h.c = h.r.Client(&user.DefaultInfo{Name: "test"}, "test")
	h.create(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "default"}})
	h.create(&corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "default", Namespace: "default"}})
	return h
}

func key(res, name string) api.Key {
	k := api.Key{Resource: api.Resource{Name: res}, Cluster: api.Host, Namespace: "default", Name: name}
	if res == "namespaces" {
		k.Namespace = ""
	}
	return k
}

func (h *house) write(w client.Write) client.Result {
	return h.c.Apply(context.Background(), []client.Write{w})[0]
}

func (h *house) try(obj runtime.Object) client.Result {
	k := law.KindOf(obj)
	m := obj.(metav1.Object)
	return h.write(client.Write{Verb: client.Create, Object: obj,
		Key: api.Key{Resource: k.Resource, Cluster: api.Host, Namespace: m.GetNamespace(), Name: m.GetName()}})
}

func (h *house) create(obj runtime.Object) runtime.Object {
	h.t.Helper()
	res := h.try(obj)
	if res.Err != nil {
		h.t.Fatalf("create %T: %v", obj, res.Err)
	}
	return res.Object
}

func (h *house) request(res string) registry.Request {
	k := law.Kind(api.Resource{Name: res})
	return registry.Request{Cluster: api.Host, Kind: k, Version: "v1", Namespace: "default", User: &user.DefaultInfo{Name: "test"}, FieldManager: "test"}
}

func pod(name string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "default", Labels: map[string]string{"app": "web"}},
		Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Image: "busybox"}}}}
}

// A pod that comes before the account of its namespace waits for it.
func TestPodWaitsForTheDefaultAccount(t *testing.T) {
	h := newHouse(t)
	h.create(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "fresh"}})
	p := pod("early")
	p.Namespace = "fresh"
	q := h.request("pods")
	q.Namespace = "fresh"
	obj, err := law.FromTyped(q.Kind, p)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := h.r.Create(context.Background(), q, obj, registry.WriteOptions{})
		done <- err
	}()
	h.create(&corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "default", Namespace: "fresh"}})
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func TestPodIsDefaultedAdmittedAndValidated(t *testing.T) {
	h := newHouse(t)
	p := h.create(pod("a")).(*corev1.Pod)
	if p.Spec.ServiceAccountName != "default" || len(p.Spec.Volumes) != 1 || len(p.Spec.Tolerations) != 2 || *p.Spec.Priority != 0 {
		t.Fatalf("admission left its work undone: %+v", p.Spec)
	}
	if p.Spec.RestartPolicy != corev1.RestartPolicyAlways || p.Status.QOSClass != corev1.PodQOSBestEffort || p.UID == "" || !p.CreationTimestamp.Time.Equal(start) {
		t.Fatalf("defaults or system fields are missing: %+v %+v", p.ObjectMeta, p.Status)
	}
	if len(p.ManagedFields) != 1 || p.ManagedFields[0].Manager != "test" || !p.ManagedFields[0].Time.Time.Equal(start) {
		t.Fatalf("managedFields: %+v", p.ManagedFields)
	}
	bad := pod("b")
	bad.Spec.Containers[0].Image = ""
	if err := h.try(bad).Err; !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), "spec.containers[0].image") {
		t.Fatalf("an invalid pod was answered with %v", err)
	}
	if err := h.try(pod("a")).Err; !apierrors.IsAlreadyExists(err) {
		t.Fatalf("a second create was answered with %v", err)
	}
	elsewhere := pod("c")
	elsewhere.Namespace = "nowhere"
	if err := h.try(elsewhere).Err; !apierrors.IsNotFound(err) {
		t.Fatalf("a create in a missing namespace was answered with %v", err)
	}
}

func TestUpdateHonoursResourceVersion(t *testing.T) {
	h := newHouse(t)
	cm := h.create(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "m", Namespace: "default"}, Data: map[string]string{"a": "1"}}).(*corev1.ConfigMap)
	next := cm.DeepCopy()
	next.Data["a"] = "2"
	up := client.Write{Verb: client.Update, Key: key("configmaps", "m"), Object: next}
	first := h.write(up)
	if first.Err != nil || first.Rev == 0 {
		t.Fatalf("update: %+v", first)
	}
	if again := h.write(up); !apierrors.IsConflict(again.Err) {
		t.Fatalf("an update on an old version was answered with %v", again.Err)
	}
	same := first.Object.(*corev1.ConfigMap).DeepCopy()
	if noop := h.write(client.Write{Verb: client.Update, Key: up.Key, Object: same}); noop.Err != nil || noop.Rev != 0 {
		t.Fatalf("an update that changes nothing must not write: %+v", noop)
	}
}

func TestPatchesOfAllFourTypes(t *testing.T) {
	h := newHouse(t)
	h.create(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "m", Namespace: "default"}, Data: map[string]string{"a": "1"}})
	for _, p := range []struct {
		pt    types.PatchType
		patch string
	}{
		{types.JSONPatchType, `[{"op":"add","path":"/data/b","value":"2"}]`},
		{types.MergePatchType, `{"data":{"c":"3"}}`},
		{types.StrategicMergePatchType, `{"data":{"d":"4"}}`},
		{types.ApplyPatchType, `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m"},"data":{"e":"5"}}`},
	} {
		if res := h.write(client.Write{Verb: client.Patch, Key: key("configmaps", "m"), PatchType: p.pt, Patch: []byte(p.patch)}); res.Err != nil {
			t.Fatalf("%s: %v", p.pt, res.Err)
		}
	}
	obj, err := h.c.Get(context.Background(), key("configmaps", "m"))
	if err != nil || len(obj.(*corev1.ConfigMap).Data) != 5 {
		t.Fatalf("after four patches: %v %v", obj, err)
	}
	if res := h.write(client.Write{Verb: client.Patch, Key: key("configmaps", "bare"), PatchType: types.ApplyPatchType,
		Patch: []byte(`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"bare"}}`)}); res.Err != nil {
		t.Errorf("applying nothing but a name: %v", res.Err)
	}
	res := h.write(client.Write{Verb: client.Patch, Key: key("configmaps", "new"), PatchType: types.ApplyPatchType,
		Patch: []byte(`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"new"},"data":{"e":"5"}}`)})
	if res.Err != nil || res.Object.(*corev1.ConfigMap).UID == "" {
		t.Fatalf("an apply must create: %+v", res)
	}
	q := h.request("configmaps")
	q.Name, q.FieldManager = "new", "other"
	_, err = h.r.Patch(context.Background(), q, types.ApplyPatchType, []byte(`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"new"},"data":{"e":"6"}}`), nil, registry.WriteOptions{})
	if !apierrors.IsConflict(err) {
		t.Fatalf("an apply over another manager's field was answered with %v", err)
	}
}

func TestGracefulDeletionAndFinalizers(t *testing.T) {
	h := newHouse(t)
	h.create(pod("a"))
	bind := h.write(client.Write{Verb: client.Bind, Key: key("pods", "a"), Node: "n1"})
	if bind.Err != nil {
		t.Fatal(bind.Err)
	}
	if again := h.write(client.Write{Verb: client.Bind, Key: key("pods", "a"), Node: "n2"}); !apierrors.IsConflict(again.Err) {
		t.Fatalf("a second binding was answered with %v", again.Err)
	}
	del := client.Write{Verb: client.Delete, Key: key("pods", "a")}
	if res := h.write(del); res.Err != nil || res.Object.(*corev1.Pod).DeletionTimestamp == nil || *res.Object.(*corev1.Pod).DeletionGracePeriodSeconds != 30 {
		t.Fatalf("a running pod must be deleted gracefully: %+v", res)
	}
	zero := int64(0)
	del.Delete.GracePeriodSeconds = &zero
	if res := h.write(del); res.Err != nil {
		t.Fatal(res.Err)
	}
	if _, err := h.c.Get(context.Background(), del.Key); !apierrors.IsNotFound(err) {
		t.Fatalf("after the final delete: %v", err)
	}

	cm := h.create(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "m", Namespace: "default", Finalizers: []string{"example.com/hold"}}}).(*corev1.ConfigMap)
	if res := h.write(client.Write{Verb: client.Delete, Key: key("configmaps", "m")}); res.Err != nil || res.Object.(*corev1.ConfigMap).DeletionTimestamp == nil {
		t.Fatalf("a finalizer must hold the object back: %+v", res)
	}
	free := cm.DeepCopy()
	free.Finalizers, free.ResourceVersion = nil, ""
	if res := h.write(client.Write{Verb: client.Update, Key: key("configmaps", "m"), Object: free}); res.Err != nil {
		t.Fatal(res.Err)
	}
	if _, err := h.c.Get(context.Background(), key("configmaps", "m")); !apierrors.IsNotFound(err) {
		t.Fatalf("after its last finalizer went: %v", err)
	}
}

func service(name string) *corev1.Service {
	return &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "default"},
		Spec: corev1.ServiceSpec{Selector: map[string]string{"app": "web"}, Type: corev1.ServiceTypeNodePort,
			Ports: []corev1.ServicePort{{Port: 80, TargetPort: intstr.FromInt32(8080)}}}}
}

func TestServiceAddressesAreUniqueAndComeBack(t *testing.T) {
	h := newHouse(t)
	seen := map[string]bool{}
	var writes []client.Write
	for i := range 40 { // one batch: allocations must see each other
		writes = append(writes, client.Write{Verb: client.Create, Object: service(fmt.Sprintf("s%d", i)), Key: key("services", fmt.Sprintf("s%d", i))})
	}
	for i, res := range h.c.Apply(context.Background(), writes) {
		if res.Err != nil {
			t.Fatalf("service %d: %v", i, res.Err)
		}
		s := res.Object.(*corev1.Service)
		id := fmt.Sprint(s.Spec.Ports[0].NodePort)
		if s.Spec.ClusterIP == "" || seen[s.Spec.ClusterIP] || seen[id] || s.Spec.Ports[0].NodePort < 30000 {
			t.Fatalf("service %d got %s and %s", i, s.Spec.ClusterIP, id)
		}
		seen[s.Spec.ClusterIP], seen[id] = true, true
	}
	obj, _ := h.c.Get(context.Background(), key("services", "s0"))
	taken := obj.(*corev1.Service)
	same := service("again")
	same.Spec.ClusterIP = taken.Spec.ClusterIP
	if err := h.try(same.DeepCopy()).Err; !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), "already allocated") {
		t.Fatalf("a taken address was answered with %v", err)
	}
	if res := h.write(client.Write{Verb: client.Delete, Key: key("services", "s0")}); res.Err != nil {
		t.Fatal(res.Err)
	}
	h.create(same)
}

func TestServiceUpdateKeepsWhatItLeavesOut(t *testing.T) {
	h := newHouse(t)
	s := h.create(service("s")).(*corev1.Service)
	bare := service("s")
	bare.Labels = map[string]string{"x": "y"}
	bare.ResourceVersion = s.ResourceVersion
	res := h.write(client.Write{Verb: client.Update, Key: key("services", "s"), Object: bare})
	if res.Err != nil {
		t.Fatal(res.Err)
	}
	got := res.Object.(*corev1.Service)
	if got.Spec.ClusterIP != s.Spec.ClusterIP || got.Spec.Ports[0].NodePort != s.Spec.Ports[0].NodePort {
		t.Fatalf("update lost allocations: %+v", got.Spec)
	}
	toExternal := got.DeepCopy()
	toExternal.Spec.Type, toExternal.Spec.ExternalName = corev1.ServiceTypeExternalName, "example.com"
	if res = h.write(client.Write{Verb: client.Update, Key: key("services", "s"), Object: toExternal}); res.Err != nil {
		t.Fatal(res.Err)
	}
	if policy := res.Object.(*corev1.Service).Spec.InternalTrafficPolicy; policy != nil {
		t.Errorf("an ExternalName keeps internalTrafficPolicy %s", *policy)
	}
	again := service("other")
	again.Spec.ClusterIP, again.Spec.Ports[0].NodePort = s.Spec.ClusterIP, s.Spec.Ports[0].NodePort
	h.create(again)
}

func TestEvictionChargesTheBudget(t *testing.T) {
	h := newHouse(t)
	for _, n := range []string{"a", "b"} {
		p := h.create(pod(n)).(*corev1.Pod).DeepCopy()
		p.Status.Phase = corev1.PodRunning
		p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
		if res := h.write(client.Write{Verb: client.Update, Subresource: "status", Key: key("pods", n), Object: p}); res.Err != nil {
			t.Fatal(res.Err)
		}
	}
	one := intstr.FromInt32(1)
	pdb := h.create(&policyv1.PodDisruptionBudget{ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "default"},
		Spec: policyv1.PodDisruptionBudgetSpec{MaxUnavailable: &one, Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}}}).(*policyv1.PodDisruptionBudget).DeepCopy()
	bkey := api.Key{Resource: api.Resource{Group: "policy", Name: "poddisruptionbudgets"}, Cluster: api.Host, Namespace: "default", Name: "web"}
	pdb.Status = policyv1.PodDisruptionBudgetStatus{ObservedGeneration: pdb.Generation, DisruptionsAllowed: 1, CurrentHealthy: 2, DesiredHealthy: 1, ExpectedPods: 2}
	if res := h.write(client.Write{Verb: client.Update, Subresource: "status", Key: bkey, Object: pdb}); res.Err != nil {
		t.Fatal(res.Err)
	}
	out := h.c.Apply(context.Background(), []client.Write{{Verb: client.Evict, Key: key("pods", "a")}, {Verb: client.Evict, Key: key("pods", "b")}})
	if out[0].Err != nil || !apierrors.IsTooManyRequests(out[1].Err) {
		t.Fatalf("two evictions under a budget of one: %v, %v", out[0].Err, out[1].Err)
	}
	obj, _ := h.c.Get(context.Background(), bkey)
	if got := obj.(*policyv1.PodDisruptionBudget).Status; got.DisruptionsAllowed != 0 || len(got.DisruptedPods) != 1 {
		t.Fatalf("budget after an eviction: %+v", got)
	}
}

func TestListPagesAtOneRevision(t *testing.T) {
	h := newHouse(t)
	for i := range 10 {
		cm := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("m%d", i), Namespace: "default", Labels: map[string]string{"odd": fmt.Sprint(i % 2)}}}
		h.create(cm)
	}
	for _, sel := range []string{"", "odd=1"} {
		o := registry.ListOptions{Limit: 2}
		if sel != "" {
			s, err := labels.Parse(sel)
			if err != nil {
				t.Fatal(err)
			}
			o.Labels = s
		}
		var names []string
		for n := 0; ; n++ {
			page, err := h.r.List(context.Background(), h.request("configmaps"), o)
			if err != nil {
				t.Fatal(err)
			}
			for _, rec := range page.Records {
				names = append(names, rec.Key.Name)
			}
			if o.Continue = page.Continue; o.Continue == "" {
				break
			}
			h.create(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("z%s%d", strings.ReplaceAll(sel, "=", ""), n), Namespace: "default", Labels: map[string]string{"odd": "1"}}})
		}
		want := 10
		if sel != "" {
			want = 5 + 4 // and what the first round added
		}
		if len(names) != want {
			t.Errorf("selector %q: pages held %v", sel, names)
		}
	}
}

func TestWatchSeesSelectorsComeAndGo(t *testing.T) {
	h := newHouse(t)
	sel, _ := labels.Parse("app=web")
	w, err := h.r.Watch(context.Background(), h.request("pods"), registry.ListOptions{Labels: sel})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Stop()
	h.create(pod("a"))
	for _, l := range []string{"db", "web"} {
		res := h.write(client.Write{Verb: client.Patch, Key: key("pods", "a"), PatchType: types.MergePatchType, Patch: []byte(`{"metadata":{"labels":{"app":"` + l + `"}}}`)})
		if res.Err != nil {
			t.Fatal(res.Err)
		}
	}
	h.write(client.Write{Verb: client.Delete, Key: key("pods", "a")})
	var got []client.EventType
	for len(got) < 4 {
		b, err := w.Next(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, ev := range b.Events {
			got = append(got, ev.Type)
		}
	}
	want := []client.EventType{client.Added, client.Deleted, client.Added, client.Deleted}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("events %v, want %v", got, want)
	}
}

// Patches of a scale that overtake each other are applied again, as those of objects are: none is refused.
func TestScalePatchesTogether(t *testing.T) {
	h := newHouse(t)
	labelsOf := map[string]string{"app": "web"}
	h.create(&appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "default"}, Spec: appsv1.DeploymentSpec{
		Selector: &metav1.LabelSelector{MatchLabels: labelsOf},
		Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labelsOf}, Spec: pod("x").Spec}}})
	q := h.request("deployments")
	q.Kind = law.Kind(api.Resource{Group: "apps", Name: "deployments"})
	q.Name = "web"
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			patch := fmt.Appendf(nil, `{"spec":{"replicas":%d}}`, i+2)
			if _, _, err := h.r.PatchScale(context.Background(), q, types.MergePatchType, patch, nil, registry.WriteOptions{}); err != nil {
				t.Errorf("%s: %v", patch, err)
			}
		})
	}
	wg.Wait()
	patch := []byte(`{"metadata":{"resourceVersion":"1"},"spec":{"replicas":1}}`)
	if _, _, err := h.r.PatchScale(context.Background(), q, types.MergePatchType, patch, nil, registry.WriteOptions{}); !apierrors.IsConflict(err) {
		t.Errorf("a patch for an old version was answered with %v", err)
	}
}

func TestScaleKeepsOwners(t *testing.T) {
	h := newHouse(t)
	one := int32(1)
	labelsOf := map[string]string{"app": "web"}
	h.create(&appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "default"}, Spec: appsv1.DeploymentSpec{Replicas: &one,
		Selector: &metav1.LabelSelector{MatchLabels: labelsOf},
		Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labelsOf}, Spec: pod("x").Spec}}})
	q := h.request("deployments")
	q.Kind = law.Kind(api.Resource{Group: "apps", Name: "deployments"})
	q.Name, q.FieldManager = "web", "scaler"
	s, _, err := h.r.PatchScale(context.Background(), q, types.MergePatchType, []byte(`{"spec":{"replicas":3}}`), nil, registry.WriteOptions{})
	if err != nil || s.Spec.Replicas != 3 || s.Status.Selector != "app=web" {
		t.Fatalf("scale: %+v %v", s, err)
	}
	s.Spec.Replicas = 5
	if s, err = h.r.UpdateScale(context.Background(), q, s, registry.WriteOptions{}); err != nil || s.Spec.Replicas != 5 {
		t.Fatalf("update of scale: %+v %v", s, err)
	}
	s.Spec.Replicas, s.ResourceVersion = 6, "1"
	if _, err = h.r.UpdateScale(context.Background(), q, s, registry.WriteOptions{}); !apierrors.IsConflict(err) {
		t.Fatalf("an old version was answered with %v", err)
	}
	obj, err := h.c.Get(context.Background(), api.Key{Resource: q.Kind.Resource, Cluster: api.Host, Namespace: "default", Name: "web"})
	if err != nil {
		t.Fatal(err)
	}
	var scaler bool
	for _, e := range obj.(*appsv1.Deployment).ManagedFields {
		scaler = scaler || e.Manager == "scaler" && e.Subresource == "scale"
	}
	if !scaler {
		t.Fatalf("managedFields do not name the scaler: %+v", obj.(*appsv1.Deployment).ManagedFields)
	}
}
