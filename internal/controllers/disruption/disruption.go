// Package disruption keeps the status of PodDisruptionBudgets, which the eviction subresource charges.
//
// It reads PodDisruptionBudgets, Pods and all that can be scaled, custom kinds too, and writes the status of budgets; its second row takes
// a DisruptionTarget condition back from pods that were not deleted after all. The registry writes the same status when it
// grants an eviction; both carry the revision that they saw, so neither overwrites the other.
package disruption

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/budget"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// Controller is the row that keeps budgets.
func Controller() reconcile.Controller {
	return reconcile.Controller{
		Name: "disruption-controller",
		Plan: decide,
		Why:  why,
		Watches: map[api.Resource]reconcile.Trigger{
			plan.Budgets: reconcile.Self, plan.Pods: podChanged, plan.ReplicaSets: scaleChanged, plan.Deployments: scaleChanged,
			plan.StatefulSets: scaleChanged, plan.ReplicationControllers: scaleChanged, view.Custom: scaleChanged,
		},
		Writes: []string{"poddisruptionbudgets.policy/status"},
	}
}

// podChanged wakes the budgets that cover a pod, before or after the change.
func podChanged(s *view.Snapshot, ev store.Event) []api.Key {
	if !s.Holds(plan.Around(ev.Record.Key, plan.Budgets)) {
		return nil // as in most namespaces: no pod is decoded for them
	}
	p, old := view.Of[corev1.Pod](s, ev.Record), view.Of[corev1.Pod](s, ev.Prev)
	if ev.Type == store.Put && old != nil && old.UID == p.UID && plan.Ready(old) == plan.Ready(p) &&
		(old.DeletionTimestamp == nil) == (p.DeletionTimestamp == nil) && labels.Equals(old.Labels, p.Labels) {
		return nil
	}
	var keys []api.Key
	for b := range view.List[policyv1.PodDisruptionBudget](s, plan.Around(ev.Record.Key, plan.Budgets)) {
		if plan.Selects(b.Spec.Selector, p.Labels) || old != nil && plan.Selects(b.Spec.Selector, old.Labels) {
			keys = append(keys, plan.Beside(ev.Record.Key, plan.Budgets, b.Name))
		}
	}
	return keys
}

func decide(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
	var p reconcile.Plan
	b, ok := view.Get[policyv1.PodDisruptionBudget](s, key)
	if !ok {
		return p, nil
	}
	pods := covered(s, key, b)
	say := func(warning bool, reason, format string, args ...any) {
		p.Events = append(p.Events, reconcile.Event{Object: b, Warning: warning, Reason: reason, Message: fmt.Sprintf(format, args...)})
	}
	fresh := b.DeepCopy()
	c, err := budget.Of(b, pods, func(ref metav1.OwnerReference) (types.UID, int32, bool, error) { return scale(s, key, ref) }, now)
	if err != nil {
		// Fail safe: a budget that cannot be counted allows nothing.
		fresh.Status.DisruptionsAllowed = 0
		fresh.Status.Conditions = budget.SetCondition(fresh.Status.Conditions, metav1.Condition{Type: policyv1.DisruptionAllowedCondition,
			Status: metav1.ConditionFalse, Reason: policyv1.SyncFailedReason, Message: err.Error(), ObservedGeneration: b.Status.ObservedGeneration}, now)
		say(true, "CalculateExpectedPodCountFailed", "Failed to calculate the number of expected pods: %v", err)
	} else {
		fresh.Status = c.Status
		fresh.Status.Conditions = budget.SetCondition(b.DeepCopy().Status.Conditions, budget.Allowed(&c.Status), now)
		p.Again = c.Again
		if len(pods) == 0 {
			say(false, "NoPods", "No matching pods found")
		}
		if len(c.Unmanaged) > 0 {
			say(true, "UnmanagedPods", "Pods selected by this PodDisruptionBudget (selector: %v) were found to be unmanaged. As a result, the status "+
				"of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set \".spec.minAvailable\" "+
				"field of the PDB to an integer value.", b.Spec.Selector)
		}
		for _, pod := range c.NotDeleted {
			p.Events = append(p.Events, reconcile.Event{Object: pod, Warning: true, Reason: "NotDeleted",
				Message: fmt.Sprintf("Pod was expected by PDB %s/%s to be deleted but it wasn't", b.Namespace, b.Name)})
		}
	}
	if equality.Semantic.DeepEqual(fresh.Status, b.Status) {
		p.Events = nil // said already
		return p, nil
	}
	p.Writes = append(p.Writes, plan.UpdateStatus(key, fresh, "count"))
	return p, nil
}

// covered are the pods that a budget selects; in policy/v1 an empty selector selects all, none selects nothing.
func covered(s *view.Snapshot, key api.Key, b *policyv1.PodDisruptionBudget) []*corev1.Pod {
	var out []*corev1.Pod
	for rec := range s.Records(plan.Around(key, plan.Pods)) {
		if plan.Selects(b.Spec.Selector, s.Meta(rec).Labels) {
			out = append(out, view.Of[corev1.Pod](s, rec))
		}
	}
	return out
}
