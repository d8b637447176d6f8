package devices

import (
	"maps"
	"slices"

	resourceapi "k8s.io/api/resource/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/dynamic-resource-allocation/structured"
	"k8s.io/utils/ptr"
)

// Who holds which devices: what claims say, and what is about to be written into them.

func nameOf(c *resourceapi.ResourceClaim) types.NamespacedName {
	return types.NamespacedName{Namespace: c.Namespace, Name: c.Name}
}

// Keeps reports whether a claim with these finalizers and owners, made for a pod, is ended by the controller of claims once the pod is gone: in
// one write with its devices. The collector of garbage leaves it alone.
func Keeps(finalizers []string, owners []metav1.OwnerReference) bool {
	return len(owners) == 1 && owners[0].APIVersion == "v1" && owners[0].Kind == "Pod" && ptr.Deref(owners[0].Controller, false) && !ptr.Deref(owners[0].BlockOwnerDeletion, false) &&
		slices.Contains(finalizers, resourceapi.Finalizer)
}

// SetClaim takes in a claim as it is now. freed says that devices may be free which were not.
func (w *World) SetClaim(c *resourceapi.ResourceClaim) (freed bool) {
	if old := w.claims[nameOf(c)]; old != nil && old.UID != c.UID { // deleted and made anew between two looks
		freed = w.drop(old.UID)
	}
	w.claims[nameOf(c)] = c
	if pod, ok := madeForPod(c); ok {
		w.made[pod] = nameOf(c)
	}
	if c.Status.Allocation != nil {
		w.flying.Delete(c.UID)
		w.hold(c.UID, c.Status.Allocation)
		return freed
	}
	if w.flying.Has(c.UID) {
		return freed // what the claim says is older than the decision
	}
	return w.drop(c.UID) || freed
}

// RemoveClaim takes a claim away, with what is decided for it.
func (w *World) RemoveClaim(name types.NamespacedName) (freed bool) {
	c := w.claims[name]
	if c == nil {
		return false
	}
	delete(w.claims, name)
	if pod, ok := madeForPod(c); ok && w.made[pod] == name {
		delete(w.made, pod)
	}
	w.flying.Delete(c.UID)
	return w.drop(c.UID)
}

// Claim is a claim as it was last told of; nil if there is none.
func (w *World) Claim(namespace, name string) *resourceapi.ResourceClaim {
	return w.claims[types.NamespacedName{Namespace: namespace, Name: name}]
}

// Became says that what was decided for a claim that did not exist is that of another now, which was made for it.
func (w *World) Became(was, is types.UID) {
	a := w.held[was]
	if was == is || a == nil || !w.flying.Has(was) {
		return
	}
	delete(w.held, was)
	w.flying.Delete(was)
	w.drop(is)
	w.held[is] = a
	w.flying.Insert(is)
}

// Release forgets an allocation that was decided and did not come to be.
func (w *World) Release(claim types.UID) {
	if w.flying.Has(claim) {
		w.flying.Delete(claim)
		w.drop(claim)
	}
}

// hold counts the devices of an allocation as taken by a claim.
func (w *World) hold(claim types.UID, a *resourceapi.AllocationResult) {
	if have := w.held[claim]; have == a {
		return
	} else if have != nil && slices.EqualFunc(have.Devices.Results, a.Devices.Results, sameShare) {
		w.held[claim] = a // it is what was decided, as it was written
		return
	}
	w.drop(claim)
	w.held[claim] = a
	w.count(a, true)
}

// sameShare reports whether two results take the same of the same device.
func sameShare(a, b resourceapi.DeviceRequestAllocationResult) bool {
	return a.Driver == b.Driver && a.Pool == b.Pool && a.Device == b.Device && ptr.Equal(a.AdminAccess, b.AdminAccess) && ptr.Equal(a.ShareID, b.ShareID) &&
		maps.EqualFunc(a.ConsumedCapacity, b.ConsumedCapacity, func(x, y resource.Quantity) bool { return x.Cmp(y) == 0 })
}

// drop gives back what a claim holds, and reports whether it held anything.
func (w *World) drop(claim types.UID) bool {
	a := w.held[claim]
	if a == nil {
		return false
	}
	delete(w.held, claim)
	w.count(a, false)
	return true
}

// count enters the devices of an allocation, or strikes them out. Devices with administrative access are nobody's; shares of
// a device count by their capacity.
func (w *World) count(a *resourceapi.AllocationResult, in bool) {
	for i := range a.Devices.Results {
		r := &a.Devices.Results[i]
		if r.AdminAccess != nil && *r.AdminAccess {
			continue
		}
		w.touch(poolID{r.Driver, r.Pool})
		id := structured.MakeDeviceID(r.Driver, r.Pool, r.Device)
		switch {
		case r.ShareID == nil && in:
			w.state.AllocatedDevices.Insert(id)
		case r.ShareID == nil:
			w.state.AllocatedDevices.Delete(id)
		case in:
			w.state.AllocatedSharedDeviceIDs.Insert(structured.MakeSharedDeviceID(id, r.ShareID))
			w.state.AggregatedCapacity.Insert(structured.NewDeviceConsumedCapacity(id, r.ConsumedCapacity))
		default:
			w.state.AllocatedSharedDeviceIDs.Delete(structured.MakeSharedDeviceID(id, r.ShareID))
			w.state.AggregatedCapacity.Remove(structured.NewDeviceConsumedCapacity(id, r.ConsumedCapacity))
		}
	}
}
