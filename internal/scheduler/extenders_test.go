package scheduler_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	corev1 "k8s.io/api/core/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	schedulingv1alpha2 "k8s.io/api/scheduling/v1alpha2"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	configv1 "k8s.io/kube-scheduler/config/v1"
	extenderv1 "k8s.io/kube-scheduler/extender/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/driver/extender"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/gang"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store/disk"
)

// oracle is an extender: a real HTTP server that answers with fixed opinions.
type oracle struct {
	mu     sync.Mutex
	calls  []string
	sees   []string          // nodes of the last filter call
	refuse map[string]string // nodes, and why
	like   map[string]int64
	broken bool
	h      *house
}

func (o *oracle) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	verb := strings.TrimPrefix(r.URL.Path, "/x/")
	o.calls = append(o.calls, verb)
	if o.broken {
		http.Error(w, "no", http.StatusInternalServerError)
		return
	}
	var answer any
	switch verb {
	case "filter":
		var in extenderv1.ExtenderArgs
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		o.sees = *in.NodeNames
		kept, failed := []string{}, extenderv1.FailedNodesMap{}
		for _, name := range o.sees {
			if why, no := o.refuse[name]; no {
				failed[name] = why
			} else {
				kept = append(kept, name)
			}
		}
		answer = extenderv1.ExtenderFilterResult{NodeNames: &kept, FailedNodes: failed}
	case "prioritize":
		out := extenderv1.HostPriorityList{}
		for host, score := range o.like {
			out = append(out, extenderv1.HostPriority{Host: host, Score: score})
		}
		answer = out
	case "preempt":
		var in extenderv1.ExtenderPreemptionArgs
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		for name := range o.refuse {
			delete(in.NodeNameToMetaVictims, name)
		}
		answer = extenderv1.ExtenderPreemptionResult{NodeNameToMetaVictims: in.NodeNameToMetaVictims}
	case "bind":
		var in extenderv1.ExtenderBindingArgs
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		var res extenderv1.ExtenderBindingResult
		uid := in.PodUID
		if err := o.h.c.Apply(o.h.ctx, []client.Write{{Verb: client.Bind, Key: podKey(in.PodName), Node: in.Node,
			Delete: metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &uid}}}})[0].Err; err != nil {
			res.Error = err.Error()
		}
		answer = res
	}
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		panic(err)
	}
}

func (o *oracle) change(f func(*oracle)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	f(o)
}

// consulting makes a house with nodes a, b and c whose scheduler asks an oracle.
func consulting(t *testing.T, cfg configv1.Extender) (*house, *oracle) {
	return consultingIn(t, newIdleHouse(t), cfg)
}

func consultingIn(t *testing.T, h *house, cfg configv1.Extender) (*house, *oracle) {
	o := &oracle{h: h, refuse: map[string]string{}, like: map[string]int64{}}
	srv := httptest.NewTLSServer(o)
	t.Cleanup(srv.Close)
	cfg.URLPrefix, cfg.EnableHTTPS, cfg.NodeCacheCapable = srv.URL+"/x", true, true
	e, err := extender.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	h.extenders = []*extender.Extender{e}
	h.begin(func(c client.Interface) client.Interface { return c })
	for _, n := range []string{"a", "b", "c"} {
		h.node(n, "4")
	}
	return h, o
}

// An extender takes nodes away, prefers others, and binds.
func TestExtender(t *testing.T) {
	h, o := consulting(t, configv1.Extender{FilterVerb: "filter", PrioritizeVerb: "prioritize", Weight: 1, BindVerb: "bind"})
	o.change(func(o *oracle) { o.refuse["a"], o.like["b"], o.like["c"] = "not a", 1, 10 })
	h.write(pod("p", "1"))
	if on := h.bound("p"); on != "c" {
		t.Errorf("p is on %q, want c", on)
	}
	o.change(func(o *oracle) {
		if !slices.Equal(o.calls, []string{"filter", "prioritize", "bind"}) || !slices.Equal(o.sees, []string{"a", "b", "c"}) {
			t.Errorf("calls %v with nodes %v", o.calls, o.sees)
		}
		o.refuse["b"], o.refuse["c"] = "not b or c", "not b or c"
	})
	h.write(pod("q", "1"))
	if got := h.refused("q"); !strings.HasPrefix(got, "0/3 nodes are available: 1 not a, 2 not b or c. ") {
		t.Errorf("q: %s", got)
	}
	h.write(pod("big", "9")) // no node takes it: nothing to ask
	if got := h.refused("big"); !strings.HasPrefix(got, "0/3 nodes are available: 3 Insufficient cpu. ") {
		t.Errorf("big: %s", got)
	}
}

// A broken extender fails the scheduling of pods that are its business, and is tried again; one that can be done without does not.
func TestExtenderFails(t *testing.T) {
	h, o := consulting(t, configv1.Extender{FilterVerb: "filter", ManagedResources: []configv1.ExtenderManagedResource{{Name: "example.com/x", IgnoredByScheduler: true}}})
	o.change(func(o *oracle) { o.broken = true })
	h.write(pod("other", "1"))
	h.bound("other")
	o.change(func(o *oracle) {
		if len(o.calls) != 0 {
			t.Errorf("asked about a pod that is none of its business: %v", o.calls)
		}
	})
	for _, n := range []string{"a", "b", "c"} {
		h.offer(n, "example.com/x", "5")
	}
	add[corev1.Pod](h, plan.Pods, "{metadata: {name: p, namespace: default}, spec: {containers: [{name: c, image: i, resources: {limits: {example.com/x: 1}}}]}}")
	if got := h.refused("p"); !strings.Contains(got, "failed filter with extender at URL") {
		t.Errorf("p: %s", got)
	}
	o.change(func(o *oracle) { o.broken = false })
	h.bound("p")
}

func TestExtenderIgnorable(t *testing.T) {
	h, o := consulting(t, configv1.Extender{FilterVerb: "filter", Ignorable: true})
	o.change(func(o *oracle) { o.broken = true })
	h.write(pod("p", "1"))
	h.bound("p")
}

// An extender says on which node pods may be asked to leave.
func TestExtenderPreempts(t *testing.T) {
	h, o := consulting(t, configv1.Extender{PreemptVerb: "preempt"})
	for _, name := range []string{"l1", "l2", "l3"} {
		h.write(pod(name, "3"))
		h.bound(name)
	}
	o.change(func(o *oracle) { o.refuse["a"], o.refuse["c"] = "no", "no" })
	h.important("p", "3")
	h.until(func(pods []*corev1.Pod) bool {
		return slices.ContainsFunc(pods, func(p *corev1.Pod) bool { return p.Name == "p" && p.Status.NominatedNodeName == "b" })
	})
}

// offer has a node have more of a resource.
func (h *house) offer(node, resourceName, amount string) {
	h.t.Helper()
	key := api.Key{Resource: plan.Nodes, Cluster: api.Host, Name: node}
	obj, err := h.c.Get(h.ctx, key)
	if err != nil {
		h.t.Fatal(err)
	}
	n := obj.(*corev1.Node).DeepCopy()
	n.Status.Allocatable[corev1.ResourceName(resourceName)] = resource.MustParse(amount)
	n.Status.Capacity = n.Status.Allocatable
	h.write(plan.UpdateStatus(key, n, ""))
}

// important is a pod that others have to leave for.
func (h *house) important(name, cpu string) {
	h.t.Helper()
	h.write(plan.Create(api.Key{Resource: plan.PriorityClasses, Cluster: api.Host, Name: "high"},
		&schedulingv1.PriorityClass{ObjectMeta: metav1.ObjectMeta{Name: "high"}, Value: 1000}, ""))
	w := pod(name, cpu)
	w.Object.(*corev1.Pod).Spec.PriorityClassName = "high"
	w.Object.(*corev1.Pod).Spec.Priority = new(int32(1000))
	h.write(w)
}

// gang is a group of pods of three CPUs each, of a priority if it is not 0.
func (h *house) gang(name string, n, priority int32) {
	h.t.Helper()
	key := api.Key{Resource: gang.Native, Cluster: api.Host, Namespace: "default", Name: name}
	group := &schedulingv1alpha2.PodGroup{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name},
		Spec: schedulingv1alpha2.PodGroupSpec{SchedulingPolicy: schedulingv1alpha2.PodGroupSchedulingPolicy{Gang: &schedulingv1alpha2.GangSchedulingPolicy{MinCount: n}}}}
	if priority != 0 {
		group.Spec.Priority, group.Spec.PriorityClassName = &priority, "high"
	}
	h.write(plan.Create(key, group, ""))
	for i := range n {
		w := pod(fmt.Sprintf("%s-%d", name, i), "3")
		spec := &w.Object.(*corev1.Pod).Spec
		spec.SchedulingGroup = &corev1.PodSchedulingGroup{PodGroupName: &name}
		if priority != 0 {
			spec.Priority, spec.PriorityClassName = &priority, "high"
		}
		h.write(w)
	}
}

// An extender says for whom of a gang others may leave: where it lets one of two have a node, nobody leaves; a gang of one has that node.
func TestExtenderOfGangsVictims(t *testing.T) {
	t.Cleanup(func() { _, _ = schema.New() }) // gates are the process's
	st, err := disk.Open("db", disk.Options{FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	h, o := consultingIn(t, newHouseOf(t, st, 20*time.Second, schema.AllFeatures()), configv1.Extender{PreemptVerb: "preempt"})
	for _, name := range []string{"l1", "l2", "l3"} {
		h.write(pod(name, "3"))
		h.bound(name)
	}
	h.write(plan.Create(api.Key{Resource: plan.PriorityClasses, Cluster: api.Host, Name: "high"}, &schedulingv1.PriorityClass{ObjectMeta: metav1.ObjectMeta{Name: "high"}, Value: 1000}, ""))
	o.change(func(o *oracle) { o.refuse["a"], o.refuse["c"] = "no", "no" })
	h.gang("pair", 2, 1000)
	h.refused("pair-0")
	h.refused("pair-1")
	h.until(func(pods []*corev1.Pod) bool {
		for _, p := range pods {
			if p.DeletionTimestamp != nil || p.Status.NominatedNodeName != "" {
				t.Errorf("%s is leaving, or waits for %q", p.Name, p.Status.NominatedNodeName)
			}
		}
		return len(pods) == 5
	})
	h.gang("one", 1, 1000)
	h.until(func(pods []*corev1.Pod) bool {
		return slices.ContainsFunc(pods, func(p *corev1.Pod) bool { return p.Name == "one-0" && p.Status.NominatedNodeName == "b" })
	})
}

// Extenders have their say about every pod of a gang before it is decided as a whole.
func TestExtenderOfGang(t *testing.T) {
	t.Cleanup(func() { _, _ = schema.New() }) // gates are the process's
	st, err := disk.Open("db", disk.Options{FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	h, o := consultingIn(t, newHouseOf(t, st, 20*time.Second, schema.AllFeatures()), configv1.Extender{FilterVerb: "filter", PrioritizeVerb: "prioritize", Weight: 1})
	o.change(func(o *oracle) { o.refuse["a"], o.like["b"], o.like["c"] = "not a", 1, 10 })
	h.gang("two", 2, 0) // on b and c
	on := map[string]bool{h.bound("two-0"): true, h.bound("two-1"): true}
	if !on["b"] || !on["c"] {
		t.Errorf("the gang is on %v, want b and c", on)
	}
	o.change(func(o *oracle) {
		if n := len(o.calls); n != 4 {
			t.Errorf("calls %v", o.calls)
		}
		clear(o.refuse)
		o.refuse["b"], o.refuse["c"] = "taken", "taken"
	})
	h.gang("more", 2, 0) // one has room on a, where the extender lets it
	if got := h.refused("more-1"); !strings.Contains(got, "Insufficient cpu") {
		t.Errorf("more-1: %s", got)
	}
	if got := h.refused("more-0"); !strings.Contains(got, "waiting for minCount pods from a gang to be scheduled") {
		t.Errorf("more-0: %s", got)
	}
}
