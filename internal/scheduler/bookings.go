package scheduler

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/devices"
	"gantry.dev/gantry/internal/plan/schedule"
	"gantry.dev/gantry/internal/reconcile"
)

// booking writes what a pod's claims for devices get into them, in up to three steps of which each is one commit for all pods of
// the batch: the claim itself, for extended resources, then finalizer, allocation and reservation, then the pod is bound. A step that fails gives back what is not written yet; what is written, a later attempt finds.
type booking struct {
	s       *Scheduler
	c       *cluster
	w       *waiting
	binding schedule.Binding
	volumes *needs
	*devices.Booking
	held   *reserved // if its gang waits for it
	left   int       // claims that are still to be written
	failed bool
	now    time.Time
}

// book begins to write a booking.
func (s *Scheduler) book(d *decision, c *cluster, b schedule.Binding, w *waiting, bk *devices.Booking, volumes *needs, now time.Time) {
	k := &booking{s: s, c: c, w: w, binding: b, volumes: volumes, Booking: bk, left: len(bk.Claims), now: now}
	if sq := c.gangOf(w); sq != nil {
		k.held = &reserved{w: w, node: b.Node, until: now.Add(c.profile(w.pod).DeviceWait), squad: sq, booking: true}
		c.reserved[w.key] = k.held
	}
	for i := range bk.Claims {
		a := &bk.Claims[i]
		key := plan.KeyOf(c.id, devices.Claims, a.Claim)
		switch {
		case !a.Made:
			fresh := a.Claim.DeepCopy()
			fresh.UID = ""
			d.add(plan.Create(key, fresh, "devices for the extended resources of "+w.pod.Name), k.prepared(d, a))
		default:
			k.allot(d, a, a.Claim)
		}
	}
	if k.left == 0 {
		k.finish(d)
	}
}

// prepared goes on with a claim that exists now.
func (k *booking) prepared(d *decision, a *devices.Allotment) func(client.Result) {
	return func(res client.Result) {
		if k.failed || k.fail(a, res.Err) {
			return
		}
		if claim, ok := res.Object.(*resourceapi.ResourceClaim); ok {
			k.allot(d.then(), a, claim)
		}
	}
}

// allot writes devices and reservation into a claim, with the finalizer that keeps it while it has devices.
func (k *booking) allot(d *decision, a *devices.Allotment, claim *resourceapi.ResourceClaim) {
	key := plan.KeyOf(k.c.id, devices.Claims, claim)
	w := plan.UpdateStatus(key, a.Reserved(claim, k.w.pod, k.now), "devices for "+k.w.pod.Name)
	if a.Allocation != nil && !slices.Contains(claim.Finalizers, resourceapi.Finalizer) {
		w.Finalizer = &client.Finalizer{Name: resourceapi.Finalizer}
	}
	d.add(w, func(res client.Result) {
		if res.Err == nil {
			if claim, ok := res.Object.(*resourceapi.ResourceClaim); ok {
				k.c.written[key] = res.Rev
				k.c.world().Became(a.Claim.UID, claim.UID)
				k.c.world().SetClaim(claim) // the claim says it from now on
				k.c.devicesStir()
				a.Claim, a.Made = claim, true
			}
		}
		if k.failed || k.fail(a, res.Err) {
			return
		}
		if k.left--; k.left == 0 {
			k.finish(d.then())
		}
	})
}

// fail gives up after a refused write, and reports whether there was one.
func (k *booking) fail(a *devices.Allotment, err error) bool {
	if err == nil {
		return false
	}
	k.failed = true
	for i := range k.Claims {
		k.c.world().Release(k.Claims[i].Claim.UID)
	}
	k.c.devicesStir()
	if !apierrors.IsConflict(err) && !apierrors.IsNotFound(err) {
		k.s.Log.Warn("allocation refused", "pod", k.w.key.String(), "claim", a.Claim.Name, "node", k.binding.Node, "err", err)
	}
	if k.c.reserved[k.w.key] == k.held {
		delete(k.c.reserved, k.w.key)
	}
	k.c.state.RemovePod(k.w.pod.UID)
	k.c.later(k.w, k.s.Clock())
	return true
}

// finish binds the pod, or has it wait for its devices and volumes.
func (k *booking) finish(d *decision) {
	if len(k.Uses) > 0 {
		claim := &k.Claims[len(k.Claims)-1] // the claim for extended resources is the last
		patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"uid": k.w.pod.UID},
			"status": map[string]any{"extendedResourceClaimStatus": corev1.PodExtendedResourceClaimStatus{ResourceClaimName: claim.Claim.Name, RequestMappings: k.Uses}}})
		if err != nil {
			k.fail(claim, fmt.Errorf("encoding the claim of a pod's extended resources: %w", err))
			return
		}
		d.add(client.Write{Verb: client.Patch, Key: k.w.key, Subresource: "status", Patch: patch, PatchType: types.MergePatchType, Why: "its extended resources are devices"},
			func(res client.Result) {
				if !k.fail(claim, res.Err) {
					k.place(d.then())
				}
			})
		return
	}
	k.place(d)
}

func (k *booking) place(d *decision) {
	if k.held != nil && k.c.reserved[k.w.key] != k.held {
		return // the gang has given up, or the pod is gone
	}
	switch {
	case k.held != nil && (k.volumes == nil || len(k.volumes.delayed) == 0):
		k.held.booking, k.held.devices, k.held.stale = false, true, true
	case k.Wait:
		k.c.reserved[k.w.key] = &reserved{w: k.w, node: k.binding.Node, until: k.now.Add(k.c.profile(k.w.pod).DeviceWait), stale: true, devices: true}
		d.say(k.w.pod, reconcile.Event{Object: k.w.pod, Reason: "BindingConditionsPending", Message: "waiting for binding conditions for device on node " + k.binding.Node})
	case k.volumes != nil && len(k.volumes.delayed) > 0:
		k.s.reserve(d, k.c, k.binding, k.w, k.volumes, k.now)
	default:
		k.s.bind(d, k.c, k.binding, k.w, 0)
	}
}

// tellFailure has a pod decided again when a write that should have helped it is refused.
func (c *cluster) tellFailure(s *Scheduler, p *corev1.Pod, what string) func(client.Result) {
	return func(res client.Result) {
		if res.Err == nil || apierrors.IsNotFound(res.Err) {
			return
		}
		if !apierrors.IsConflict(res.Err) {
			s.Log.Warn(what, "pod", p.Namespace+"/"+p.Name, "err", res.Err)
		}
		if w := c.refused.get(plan.KeyOf(c.id, plan.Pods, p)); w != nil {
			c.retry(w, s.Clock())
		}
	}
}
