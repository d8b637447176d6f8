package devices

import (
	"fmt"
	"slices"
	"time"

	resourceapi "k8s.io/api/resource/v1"
	"k8s.io/apimachinery/pkg/api/meta"
)

// Binding conditions: devices that have to be made ready, for example attached to the node, before the pod may be bound.

// statusOf is what a driver says of a device that a claim has; nil if it says nothing.
func statusOf(c *resourceapi.ResourceClaim, r *resourceapi.DeviceRequestAllocationResult) *resourceapi.AllocatedDeviceStatus {
	for i := range c.Status.Devices {
		if d := &c.Status.Devices[i]; d.Driver == r.Driver && d.Pool == r.Pool && d.Device == r.Device {
			return d
		}
	}
	return nil
}

// ready reports whether all devices of a claim are; an error says that one never will be.
func ready(c *resourceapi.ResourceClaim) (bool, error) {
	if c.Status.Allocation == nil {
		return false, nil
	}
	all := true
	for i := range c.Status.Allocation.Devices.Results {
		r := &c.Status.Allocation.Devices.Results[i]
		if len(r.BindingConditions) == 0 {
			continue
		}
		st := statusOf(c, r)
		if st == nil {
			all = false
			continue
		}
		for _, name := range r.BindingFailureConditions {
			if meta.IsStatusConditionTrue(st.Conditions, name) {
				cond := meta.FindStatusCondition(st.Conditions, name)
				return false, fmt.Errorf("device binding failed: claim=%s, reason=%s, message=%q", c.Name, cond.Reason, cond.Message)
			}
		}
		for _, name := range r.BindingConditions {
			all = all && meta.IsStatusConditionTrue(st.Conditions, name)
		}
	}
	return all, nil
}

// broken reports whether the devices of an allocated claim failed to become ready, or did not in time.
func broken(c *resourceapi.ResourceClaim, now time.Time, wait time.Duration) bool {
	ok, err := ready(c)
	if ok || err != nil {
		return err != nil
	}
	since := c.Status.Allocation.AllocationTimestamp
	return since != nil && since.Add(wait).Before(now)
}

// Ready reports whether all devices of a pod's claims are; an error says that they never will be, or not in time.
func (n *Needs) Ready() (bool, error) {
	if n.Err != nil {
		return false, n.Err
	}
	if n.Refusal != "" {
		return false, fmt.Errorf("%s", n.Refusal)
	}
	all := true
	for i := range n.claims {
		c := &n.claims[i]
		if n.special && i == len(n.claims)-1 && !n.made {
			continue
		}
		ok, err := ready(c.ResourceClaim)
		switch {
		case err != nil:
			return false, err
		case c.broken:
			return false, fmt.Errorf("device binding timeout: claim=%s", c.Name)
		}
		all = all && ok
	}
	return all, nil
}

// conditional reports whether an allocation has devices that have to become ready.
func conditional(a *resourceapi.AllocationResult) bool {
	return slices.ContainsFunc(a.Devices.Results, func(r resourceapi.DeviceRequestAllocationResult) bool { return len(r.BindingConditions) > 0 })
}
