// Package elasticquota keeps the status of ElasticQuotas: what the pods use that count in them, or in quotas below them. It reads
// the quotas and the pods of their namespaces, writes the status of the quotas, and says which cannot be understood. It does
// nothing in clusters that do not define the kind.
package elasticquota

import (
	"fmt"
	"maps"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/component-helpers/resource"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/fairshare"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// Controller is the row of this controller.
func Controller() reconcile.Controller {
	return reconcile.Controller{
		Name: "elasticquota-controller", Plan: decide,
		Watches: map[api.Resource]reconcile.Trigger{plan.Pods: podChanged, view.Custom: quotaChanged},
		Writes:  []string{"elasticquotas.scheduling.x-k8s.io/status"},
	}
}

// quotaChanged wakes a quota and those above it.
func quotaChanged(s *view.Snapshot, ev store.Event) []api.Key {
	if ev.Record.Key.Resource != fairshare.Quotas {
		return nil
	}
	keys := above(s, ev.Record.Key, nil)
	if len(keys) == 0 {
		keys = append(keys, ev.Record.Key) // it cannot be understood, which has to be said
	}
	if ev.Prev != nil { // it may have had another parent
		if q := read(view.Of[unstructured.Unstructured](s, ev.Prev)); q != nil && q.Parent != "" {
			keys = above(s, keyOf(ev.Record.Key.Cluster, q.Parent), keys)
		}
	}
	return keys
}

// podChanged wakes the quotas of a pod's namespace and those above them when a pod takes or frees something.
func podChanged(s *view.Snapshot, ev store.Event) []api.Key {
	now, was := counts(s, ev.Record) && ev.Type == store.Put, counts(s, ev.Prev)
	if !now && !was {
		return nil
	}
	var keys []api.Key
	for rec := range s.Records(plan.Around(ev.Record.Key, fairshare.Quotas)) {
		keys = above(s, rec.Key, keys)
	}
	return keys
}

// counts reports whether a pod has a node and has not ended; its metadata tells.
func counts(s *view.Snapshot, rec *store.Record) bool {
	if rec == nil {
		return false
	}
	f := s.Meta(rec).Fields
	phase := corev1.PodPhase(f.Get("status.phase"))
	return f.Get("spec.nodeName") != "" && phase != corev1.PodSucceeded && phase != corev1.PodFailed
}

// above adds a quota and those above it to keys, each once, as far as they can be understood.
func above(s *view.Snapshot, key api.Key, keys []api.Key) []api.Key {
	for !slices.Contains(keys, key) {
		obj, ok := s.Object(key).(*unstructured.Unstructured)
		if !ok {
			return keys
		}
		q := read(obj)
		if q == nil {
			return keys
		}
		if keys = append(keys, key); q.Parent == "" {
			return keys
		}
		key = keyOf(key.Cluster, q.Parent)
	}
	return keys
}

func keyOf(c api.Cluster, name string) api.Key {
	for i := range name {
		if name[i] == '/' {
			return api.Key{Resource: fairshare.Quotas, Cluster: c, Namespace: name[:i], Name: name[i+1:]}
		}
	}
	return api.Key{Resource: fairshare.Quotas, Cluster: c, Name: name}
}

// read is the quota of an object, nil if it cannot be understood.
func read(obj *unstructured.Unstructured) *fairshare.Quota {
	q, _, err := fairshare.Parse(obj)
	if err != nil {
		return nil
	}
	return q
}

func decide(s *view.Snapshot, key api.Key, _ time.Time) (reconcile.Plan, error) {
	obj, ok := s.Object(key).(*unstructured.Unstructured)
	if !ok || obj.GetDeletionTimestamp() != nil {
		return reconcile.Plan{}, nil
	}
	own, eq, err := fairshare.Parse(obj)
	if err != nil {
		return reconcile.Plan{Note: err.Error(), Events: []reconcile.Event{{Object: obj, Warning: true, Reason: "InvalidQuota", Message: err.Error()}}}, nil
	}
	used := tree(s, key.Cluster, own.Name).Used(own.Name)
	show := plan.Amounts{corev1.ResourceCPU: used[corev1.ResourceCPU], corev1.ResourceMemory: used[corev1.ResourceMemory]}
	for _, named := range []plan.Amounts{own.Min, own.Max} {
		for r := range named {
			show[r] = used[r]
		}
	}
	next := fairshare.Status{Used: corev1.ResourceList{}}
	for _, r := range slices.Sorted(maps.Keys(show)) {
		next.Used[r] = plan.Quantity(r, show[r])
	}
	note := fmt.Sprintf("uses cpu %s, memory %s", next.Used.Cpu(), next.Used.Memory())
	if equality.Semantic.DeepEqual(next, eq.Status) {
		return reconcile.Plan{Note: note}, nil
	}
	fresh := obj.DeepCopy()
	status, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&next)
	if err != nil {
		return reconcile.Plan{}, fmt.Errorf("status of elastic quota %s: %w", key, err)
	}
	fresh.Object["status"] = status
	return reconcile.Plan{Writes: []client.Write{plan.UpdateStatus(key, fresh, "what is used")}, Note: note}, nil
}

// tree is who uses how much of a quota.
func tree(s *view.Snapshot, c api.Cluster, of string) *fairshare.Tree {
	var quotas []*fairshare.Quota
	for obj := range view.List[unstructured.Unstructured](s, api.Scope{Resource: fairshare.Quotas, Cluster: c}) {
		if q := read(obj); q != nil {
			quotas = append(quotas, q)
		}
	}
	shape := fairshare.New(quotas, nil, func(string) plan.Amounts { return nil })
	return fairshare.New(quotas, nil, func(leaf string) plan.Amounts {
		sum := plan.Amounts{}
		if !shape.Below(leaf, of) {
			return sum
		}
		for rec := range s.Records(api.Scope{Resource: plan.Pods, Cluster: c, Namespace: keyOf(c, leaf).Namespace}) {
			if !counts(s, rec) {
				continue
			}
			if p := view.Of[corev1.Pod](s, rec); shape.QueueOf(p) == leaf {
				sum.Add(plan.AmountsOf(resource.PodRequests(p, resource.PodResourcesOptions{UseStatusResources: true})), 1)
				sum[corev1.ResourcePods]++
			}
		}
		return sum
	})
}
