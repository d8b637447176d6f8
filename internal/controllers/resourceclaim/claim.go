package resourceclaim

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/devices"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view"
)

// decideClaim takes a claim back from the pods that are done with it.
func decideClaim(s *view.Snapshot, key api.Key) (reconcile.Plan, error) {
	var p reconcile.Plan
	claim, ok := view.Get[resourceapi.ResourceClaim](s, key)
	if !ok {
		return p, nil
	}
	remaining := slices.DeleteFunc(slices.Clone(claim.Status.ReservedFor), func(r resourceapi.ResourceClaimConsumerReference) bool {
		return r.APIGroup == "" && r.Resource == "pods" && !uses(s, key, r)
	})
	held := slices.Contains(claim.Finalizers, resourceapi.Finalizer)
	unused := len(remaining) == 0
	doomed := unused && claim.DeletionTimestamp == nil && left(s, key, claim)
	if doomed && held && len(claim.Finalizers) == 1 {
		// It ends in one write, with the devices that it has, if nobody has been given them meanwhile.
		p.Writes = append(p.Writes, letGo(plan.DeleteUnchanged(key, claim, "its pod does not need it any more")))
		return p, nil
	}
	// Devices go with the last user. Those that nobody has used yet stay: a driver may have allocated them in advance.
	fewer := len(remaining) < len(claim.Status.ReservedFor)
	clear := held && unused && claim.Status.Allocation != nil && (fewer || claim.DeletionTimestamp != nil)
	switch {
	case fewer || clear:
		fresh := claim.DeepCopy()
		fresh.Status.ReservedFor = remaining
		if clear {
			fresh.Status.Allocation = nil
		}
		w := plan.UpdateStatus(key, fresh, "it has been used")
		if clear && claim.DeletionTimestamp != nil {
			w = letGo(w)
		}
		p.Writes = append(p.Writes, w)
	case held && unused && claim.DeletionTimestamp != nil:
		// Not before it is deleted, as upstream does with the last user: another scheduler may have put the finalizer there to
		// write devices next. On a claim without devices it holds up nothing.
		p.Writes = append(p.Writes, plan.Update(key, devices.Unheld(claim), "it has no devices any more"))
	}
	if doomed {
		p.Writes = append(p.Writes, plan.Delete(key, claim, "its pod does not need it any more"))
	}
	return p, nil
}

// letGo has a write take off the finalizer that keeps a claim while it has devices.
func letGo(w client.Write) client.Write {
	w.Finalizer = &client.Finalizer{Name: resourceapi.Finalizer, Off: true}
	return w
}

// left reports whether a claim was made for a pod that does not need it any more. One that no finalizer of ours keeps goes with its pod by the
// collector of garbage.
func left(s *view.Snapshot, key api.Key, claim *resourceapi.ResourceClaim) bool {
	owner := metav1.GetControllerOfNoCopy(claim)
	if owner == nil || owner.APIVersion != "v1" || owner.Kind != "Pod" {
		return false
	}
	pod, ok := view.Get[corev1.Pod](s, plan.Beside(key, plan.Pods, owner.Name))
	if !ok {
		return devices.Keeps(claim.Finalizers, claim.OwnerReferences)
	}
	return pod.UID != owner.UID || done(pod)
}

// uses reports whether a pod that a claim is reserved for may still need it.
func uses(s *view.Snapshot, key api.Key, r resourceapi.ResourceClaimConsumerReference) bool {
	pod, ok := view.Get[corev1.Pod](s, plan.Beside(key, plan.Pods, r.Name))
	return ok && pod.UID == r.UID && !done(pod)
}
