// Package quota keeps the status of ResourceQuotas where no write does: of those that are new or whose limits have
// changed, and of those in whose namespace a pod has ceased to count because its time to go is over.
//
// It reads ResourceQuotas and what they count, and writes their status. All other changes of what is used are written by
// the registry, in the transaction of the object that is counted; both carry the revision that they saw, so neither
// overwrites the other.
package quota

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	resourcev1 "k8s.io/api/resource/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/devices"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

var quotas = api.Resource{Name: "resourcequotas"}

// Controller is the row of this controller. Its keys are quotas, and namespaces in which pods are on their way out.
func Controller() reconcile.Controller {
	return reconcile.Controller{
		Name:    "resourcequota-controller",
		Plan:    decide,
		Why:     why,
		Watches: map[api.Resource]reconcile.Trigger{quotas: quotaChanged, plan.Pods: podChanged, devices.Claims: claimChanged},
		Writes:  []string{"resourcequotas/status"},
	}
}

// quotaChanged passes over the registry's own accounting.
func quotaChanged(s *view.Snapshot, ev store.Event) []api.Key {
	q, old := view.Of[corev1.ResourceQuota](s, ev.Record), view.Of[corev1.ResourceQuota](s, ev.Prev)
	if ev.Type == store.Delete || old != nil && schema.IsCounted(q) && equality.Semantic.DeepEqual(old.Spec, q.Spec) {
		return nil
	}
	return []api.Key{ev.Record.Key}
}

// podChanged wakes what a pod's going may concern: that of its grace, and that of the claim for its extended resources, which counts for those
// from then on that the pod counted for.
func podChanged(s *view.Snapshot, ev store.Event) []api.Key {
	if ev.Type != store.Delete {
		return podLeaves(s, ev)
	}
	if view.Of[corev1.Pod](s, ev.Record).Status.ExtendedResourceClaimStatus == nil {
		return nil
	}
	return limiting(s, ev.Record.Key)
}

// claimChanged wakes the quotas of extended resources where a claim that was made for those of a pod comes or goes.
func claimChanged(s *view.Snapshot, ev store.Event) []api.Key {
	if ev.Type != store.Delete && ev.Prev != nil {
		return nil
	}
	if _, ok := schema.MadeForPod(view.Of[resourcev1.ResourceClaim](s, ev.Record)); !ok {
		return nil
	}
	return limiting(s, ev.Record.Key)
}

// limiting are the quotas beside an object that limit extended resources.
func limiting(s *view.Snapshot, beside api.Key) (keys []api.Key) {
	for q := range view.List[corev1.ResourceQuota](s, plan.Around(beside, quotas)) {
		if schema.LimitsDevices(q) {
			keys = append(keys, plan.KeyOf(beside.Cluster, quotas, q))
		}
	}
	return keys
}

// deviceUse is what the snapshot has to say about devices.
func deviceUse(s *view.Snapshot, c api.Cluster) schema.Devices {
	return schema.Devices{
		Classes: view.List[resourcev1.DeviceClass](s, api.Scope{Resource: devices.Classes, Cluster: c}),
		Pod: func(namespace, name string) *corev1.Pod {
			pod, _ := view.Get[corev1.Pod](s, api.Key{Resource: plan.Pods, Cluster: c, Namespace: namespace, Name: name})
			return pod
		},
		Claims: func(namespace string, pod types.UID) (out []*resourcev1.ResourceClaim) {
			for claim := range view.OwnedBy[resourcev1.ResourceClaim](s, devices.Claims, c, string(pod)) {
				if _, ok := schema.MadeForPod(claim); ok && claim.Namespace == namespace {
					out = append(out, claim)
				}
			}
			return out
		},
	}
}

// podLeaves wakes a namespace with quotas when a pod's graceful deletion begins.
func podLeaves(s *view.Snapshot, ev store.Event) []api.Key {
	if ev.Type == store.Delete || s.Meta(ev.Record).DeletionTimestamp == nil || ev.Prev != nil && s.Meta(ev.Prev).DeletionTimestamp != nil {
		return nil
	}
	for range s.Records(plan.Around(ev.Record.Key, quotas)) {
		return []api.Key{plan.Namespace(ev.Record.Key)}
	}
	return nil
}

func decide(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
	var p reconcile.Plan
	if key.Resource == quotas {
		q, ok := view.Get[corev1.ResourceQuota](s, key)
		if !ok {
			return p, nil
		}
		if at := touched(q).Add(stragglers); now.Before(at) {
			p.Again = at
		}
		err := count(s, &p, key, q, now)
		return p, err
	}
	inside := api.Key{Cluster: key.Cluster, Namespace: key.Name}
	overdue := false
	for rec := range s.Records(plan.Around(inside, plan.Pods)) {
		m := s.Meta(rec)
		if m.DeletionTimestamp == nil || m.DeletionGrace == nil {
			continue
		}
		// Upstream's rule: the grace period once more after the time at which the pod should have been gone.
		at := m.DeletionTimestamp.Add(time.Duration(*m.DeletionGrace) * time.Second)
		if now.After(at) {
			overdue = true
		} else if next := at.Add(time.Millisecond); p.Again.IsZero() || next.Before(p.Again) {
			p.Again = next
		}
	}
	if !overdue {
		return p, nil
	}
	for q := range view.List[corev1.ResourceQuota](s, plan.Around(inside, quotas)) {
		if err := count(s, &p, plan.KeyOf(key.Cluster, quotas, q), q, now); err != nil {
			return p, err
		}
	}
	return p, nil
}

// stragglers is how long after a quota was made or changed it is counted once more: by then all writes are done that were
// prepared when it did not limit them yet.
const stragglers = time.Minute

// touched is when a quota was made or last written by a client.
func touched(q *corev1.ResourceQuota) time.Time {
	last := q.CreationTimestamp.Time
	for _, f := range q.ManagedFields {
		if f.Time != nil && f.Subresource == "" && f.Time.After(last) {
			last = f.Time.Time
		}
	}
	return last
}

// count plans a new status if what is used differs from what the quota says.
func count(s *view.Snapshot, p *reconcile.Plan, key api.Key, q *corev1.ResourceQuota, now time.Time) error {
	counters, err := schema.NewCounters(func() time.Time { return now })
	if err != nil {
		return err
	}
	if schema.LimitsDevices(q) {
		counters = counters.With(deviceUse(s, key.Cluster))
	}
	used, err := counters.Count(q, func(r api.Resource) (schema.Collection, error) { return collection(s, plan.Around(key, r)), nil })
	if err != nil {
		return err
	}
	status := corev1.ResourceQuotaStatus{Hard: q.Spec.Hard, Used: used}
	if equality.Semantic.DeepEqual(q.Status, status) {
		return nil
	}
	fresh := q.DeepCopy()
	fresh.Status = *status.DeepCopy()
	p.Writes = append(p.Writes, plan.UpdateStatus(key, fresh, "count what is used"))
	return nil
}

func collection(s *view.Snapshot, scope api.Scope) schema.Collection {
	recs := slices.Collect(s.Records(scope))
	return schema.Collection{Len: len(recs), Objects: func(yield func(runtime.Object, error) bool) {
		for _, rec := range recs {
			if !yield(s.Object(rec.Key), nil) {
				return
			}
		}
	}}
}
