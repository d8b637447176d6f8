package scheduler

import (
	"context"
	"iter"
	"time"

	corev1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/devices"
	"gantry.dev/gantry/internal/plan/schedule"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// within is the clock of the pure search.
func within(limit time.Duration) (context.Context, context.CancelFunc) {
	if limit == 0 {
		return context.WithCancel(context.Background())
	}
	return context.WithTimeout(context.Background(), limit)
}

// world is the cluster's devices. Clusters that have none, and no pod that wants any, have no world.
func (c *cluster) world() *devices.World {
	if c.devices == nil {
		c.devices, c.written = devices.New(c.selectors, within), map[api.Key]api.Revision{}
	}
	return c.devices
}

// takeDevice takes in a change of a claim for devices, a class or a slice of them.
func (c *cluster) takeDevice(s *view.Snapshot, ev *store.Event) {
	w, key, gone := c.world(), ev.Record.Key, ev.Type == store.Delete
	switch key.Resource {
	case devices.Slices:
		if gone {
			w.RemoveSlice(key.Name)
		} else {
			w.SetSlice(view.Of[resourceapi.ResourceSlice](s, ev.Record))
		}
		c.wake(schedule.HelpDevices)
	case devices.Classes:
		if gone {
			w.RemoveClass(key.Name)
		} else {
			w.SetClass(view.Of[resourceapi.DeviceClass](s, ev.Record))
		}
		c.wake(schedule.HelpDevices)
	case devices.Claims:
		if rev, ok := c.written[key]; ok {
			if ev.Record.Rev < rev && !gone {
				return // older than what we wrote
			}
			delete(c.written, key)
		}
		freed := false
		if gone {
			freed = w.RemoveClaim(types.NamespacedName{Namespace: key.Namespace, Name: key.Name})
		} else {
			freed = w.SetClaim(view.Of[resourceapi.ResourceClaim](s, ev.Record))
		}
		if freed {
			c.wake(schedule.HelpDevices)
		} else {
			c.wakeUsers(key)
		}
		for _, r := range c.reserved {
			r.stale = r.stale || r.devices
		}
	}
	c.devicesStir()
}

// devicesStir tells the brain on which nodes devices look different.
func (c *cluster) devicesStir() {
	if all, nodes := c.devices.Touched(); all || len(nodes) > 0 {
		c.state.DevicesChanged(all, nodes)
	}
}

// wakeUsers lets the refused pods try again that use a claim.
func (c *cluster) wakeUsers(claim api.Key) {
	users := c.claimants[claim]
	delete(c.claimants, claim)
	for key := range users {
		if w := c.refused.get(key); w != nil && w.help&schedule.HelpDevices != 0 {
			c.refused.remove(key)
			c.pending[key] = w
		}
	}
}

// awaitClaims has a refused pod found by the claims that it uses.
func (c *cluster) awaitClaims(w *waiting) {
	for claim := range claimsUsed(w) {
		if c.claimants == nil {
			c.claimants = map[api.Key]map[api.Key]bool{}
		}
		if c.claimants[claim] == nil {
			c.claimants[claim] = map[api.Key]bool{}
		}
		c.claimants[claim][w.key] = true
	}
}

// forgetClaims has a pod that is gone not be found any more.
func (c *cluster) forgetClaims(w *waiting) {
	for claim := range claimsUsed(w) {
		if delete(c.claimants[claim], w.key); len(c.claimants[claim]) == 0 {
			delete(c.claimants, claim)
		}
	}
}

// claimsUsed ranges over the claims for devices that a pod uses, as far as their names are known.
func claimsUsed(w *waiting) iter.Seq[api.Key] {
	return func(yield func(api.Key) bool) {
		for i := range w.pod.Spec.ResourceClaims {
			pc := &w.pod.Spec.ResourceClaims[i]
			name := pc.ResourceClaimName
			for k := range w.pod.Status.ResourceClaimStatuses {
				if st := &w.pod.Status.ResourceClaimStatuses[k]; name == nil && st.Name == pc.Name {
					name = st.ResourceClaimName
				}
			}
			if name != nil && !yield(plan.Beside(w.key, devices.Claims, *name)) {
				return
			}
		}
	}
}

// deviceNeeds gathers what the claims of a pod for devices need; nil for nothing, and where nobody looks at them.
func (c *cluster) deviceNeeds(p *corev1.Pod, now time.Time) *devices.Needs {
	if len(p.Spec.ResourceClaims) == 0 && c.devices == nil {
		return nil
	}
	prof := c.profile(p)
	if !prof.Asks(schedule.DynamicResources) {
		return nil
	}
	return c.world().NeedsOf(p, now, devices.Limits{Wait: prof.DeviceWait, Search: prof.DeviceSearch})
}

// devicesOf are the needs in the form that the brain reads. took is told what the pod gets.
func (c *cluster) devicesOf(p *corev1.Pod, n *devices.Needs, took func(*devices.Booking)) *schedule.Devices {
	out := &schedule.Devices{Key: n.Key(), Extended: n.Extended, Prefers: n.Prefers(),
		Refusal: func() string {
			if n.Refusal != "" {
				return n.Refusal
			}
			return n.Waits()
		},
		Check: func(node *corev1.Node) (string, int64, error) {
			if n.Err != nil {
				return "", 0, n.Err
			}
			return n.Check(node)
		},
		Idle: func(node *corev1.Node) string {
			switch claim, remove := n.Idle(node); {
			case claim == nil:
				return ""
			case remove:
				return "deletion of ResourceClaim completed"
			default:
				return "deallocation of ResourceClaim completed"
			}
		}}
	if took != nil {
		out.Take = func(node *corev1.Node) error {
			b, err := n.Take(node)
			if err != nil {
				return err
			}
			took(b)
			c.devicesStir()
			return nil
		}
		out.GiveBack = func() {
			n.GiveBack()
			took(nil)
			c.devicesStir()
		}
	}
	return out
}

// giveBack has the devices of a refused pod given back that keep it from others.
func (s *Scheduler) giveBack(d *decision, c *cluster, p *corev1.Pod, node string) {
	n := d.devices[p.UID]
	on, ok := view.Get[corev1.Node](s.View.Snapshot(), api.Key{Resource: plan.Nodes, Cluster: c.id, Name: node})
	if n == nil || !ok {
		return
	}
	claim, remove := n.Idle(on)
	if claim == nil {
		return
	}
	key := plan.KeyOf(c.id, devices.Claims, claim)
	if !remove {
		d.add(plan.UpdateStatus(key, devices.Freed(claim), "other devices for "+p.Name), c.tellFailure(s, p, "deallocating claim"))
		return
	}
	d.add(plan.Update(key, devices.Unheld(claim), "devices of an attempt that failed"), c.tellFailure(s, p, "releasing claim"))
	d.then().add(plan.Delete(key, claim, "devices of an attempt that failed"), c.tellFailure(s, p, "deleting claim"))
}
