// Package resourceclaim makes claims for devices from the templates that pods name, and takes claims back from pods that are
// done with them, as upstream's resourceclaim controller does: a claim that nobody uses any more loses its devices, and one
// that was made for a pod goes with it.
//
// It reads Pods, ResourceClaims and ResourceClaimTemplates. It creates claims, writes status.resourceClaimStatuses of pods,
// and of claims status.reservedFor (to take pods out; to put those in that were bound without the scheduler) and
// status.allocation (to clear it).
package resourceclaim

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
	"k8s.io/dynamic-resource-allocation/resourceclaim"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/devices"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// Controller is the row of this controller. Its keys are pods and claims.
func Controller() reconcile.Controller {
	return reconcile.Controller{
		Name: "resource_claim", // upstream's name, which is the source of its events
		Plan: func(s *view.Snapshot, key api.Key, _ time.Time) (reconcile.Plan, error) {
			if key.Resource == devices.Claims {
				return decideClaim(s, key)
			}
			return decidePod(s, key)
		},
		Refused: refused,
		Watches: map[api.Resource]reconcile.Trigger{plan.Pods: podChanged, devices.Claims: claimChanged, devices.Templates: templateChanged},
		Writes: []string{"resourceclaims.resource.k8s.io{of Pods}:metadata.name", "resourceclaims.resource.k8s.io/status:reservedFor,allocation",
			"pods/status:resourceClaimStatuses"},
	}
}

// podChanged wakes the pod and, when it may be done with them, its claims. Most pods have none.
func podChanged(s *view.Snapshot, ev store.Event) []api.Key {
	var keys []api.Key
	if ev.Type == store.Delete { // also of claims that it was not told of
		for claim := range view.OwnedBy[resourceapi.ResourceClaim](s, devices.Claims, ev.Record.Key.Cluster, string(s.Meta(ev.Record).UID)) {
			keys = append(keys, plan.KeyOf(ev.Record.Key.Cluster, devices.Claims, claim))
		}
	}
	pod := view.Of[corev1.Pod](s, ev.Record)
	if len(pod.Spec.ResourceClaims) == 0 && pod.Status.ExtendedResourceClaimStatus == nil {
		return keys
	}
	if ev.Type != store.Delete && !done(pod) {
		return []api.Key{ev.Record.Key}
	}
	for i := range pod.Spec.ResourceClaims {
		if name, _, err := resourceclaim.Name(pod, &pod.Spec.ResourceClaims[i]); err == nil && name != nil {
			keys = append(keys, plan.Beside(ev.Record.Key, devices.Claims, *name))
		}
	}
	if st := pod.Status.ExtendedResourceClaimStatus; st != nil {
		keys = append(keys, plan.Beside(ev.Record.Key, devices.Claims, st.ResourceClaimName))
	}
	return keys
}

// claimChanged wakes the claim and the pod that it was made for; pods that a node was chosen for by somebody else learn that
// a claim of theirs has got its devices.
func claimChanged(s *view.Snapshot, ev store.Event) []api.Key {
	key := ev.Record.Key
	claim, old := view.Of[resourceapi.ResourceClaim](s, ev.Record), view.Of[resourceapi.ResourceClaim](s, ev.Prev)
	keys := []api.Key{key}
	if ref := view.ControllerOf(s.Meta(ev.Record)); ref != nil {
		if ref.Kind == "Pod" {
			keys = append(keys, plan.Beside(key, plan.Pods, ref.Name))
		}
		return keys
	}
	if claim.Status.Allocation == nil || old != nil && old.Status.Allocation != nil {
		return keys
	}
	for pod := range view.List[corev1.Pod](s, plan.Around(key, plan.Pods)) {
		if pod.Spec.NodeName != "" && names(pod, key.Name) {
			keys = append(keys, plan.KeyOf(key.Cluster, plan.Pods, pod))
		}
	}
	return keys
}

// names reports whether a pod names a claim itself.
func names(pod *corev1.Pod, claim string) bool {
	for i := range pod.Spec.ResourceClaims {
		if n := pod.Spec.ResourceClaims[i].ResourceClaimName; n != nil && *n == claim {
			return true
		}
	}
	return false
}

// templateChanged wakes the pods that wait for a template.
func templateChanged(s *view.Snapshot, ev store.Event) (keys []api.Key) {
	if ev.Type == store.Delete || ev.Prev != nil { // templates do not change
		return nil
	}
	for pod := range view.List[corev1.Pod](s, plan.Around(ev.Record.Key, plan.Pods)) {
		for i := range pod.Spec.ResourceClaims {
			if t := pod.Spec.ResourceClaims[i].ResourceClaimTemplateName; t != nil && *t == ev.Record.Key.Name {
				keys = append(keys, plan.KeyOf(ev.Record.Key.Cluster, plan.Pods, pod))
				break
			}
		}
	}
	return keys
}

// done reports whether a pod will not run any more.
func done(pod *corev1.Pod) bool {
	return plan.Terminated(pod) || pod.DeletionTimestamp != nil && pod.Spec.NodeName == ""
}
