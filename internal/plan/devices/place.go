package devices

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/dynamic-resource-allocation/resourceclaim"
	"k8s.io/dynamic-resource-allocation/structured"
)

// Unavailable is what is said of a node that cannot use the devices that a claim has got already.
const Unavailable = "resourceclaim not available on the node"

// Booking is what is to be written for a pod that has got its place.
type Booking struct {
	Claims []Allotment
	// Uses are, for the claim of the pod's extended resources, which container uses which request.
	Uses []corev1.ContainerExtendedResourceRequest
	// Wait says that some of the devices have to become ready before the pod may be bound.
	Wait bool
}

// Allotment is a claim that is to be reserved for the pod, and the devices that it gets; nil if it has some already.
type Allotment struct {
	Claim      *resourceapi.ResourceClaim
	Allocation *resourceapi.AllocationResult
	// Made is false for a claim that is to be created.
	Made bool
}

// found is what the claims of a pod get on a node.
type found struct {
	claims  []*resourceapi.ResourceClaim // that are to be allocated
	results []resourceapi.AllocationResult
	special *resourceapi.ResourceClaim // the claim for extended resources as it is on this node; nil for none
	uses    []corev1.ContainerExtendedResourceRequest
}

// Check says why a node will not do, "" if it will; score is higher where devices come earlier in lists of alternatives. An
// error is about a claim or class, not about the node: nothing can be decided.
func (n *Needs) Check(node *corev1.Node) (why string, score int64, err error) {
	f, why, err := n.find(node, false)
	if why != "" || err != nil {
		return why, 0, err
	}
	return "", n.score(f), nil
}

// find looks for the devices that the pod gets on a node; exactly says that it will get them.
func (n *Needs) find(node *corev1.Node, exactly bool) (f *found, why string, err error) {
	f = &found{}
	var wanted []corev1.ResourceName
	if n.special {
		if n.made { // an earlier attempt came to nothing; what it got may not be right any more
			return nil, "cannot schedule extended resource claim", nil
		}
		wanted = slices.DeleteFunc(slices.Sorted(maps.Keys(n.Extended)), func(name corev1.ResourceName) bool {
			q := node.Status.Allocatable[name]
			return q.Value() > 0
		})
		if len(wanted) > 0 {
			f.special, f.uses = n.specialFor(wanted)
		}
	}
	away := false
	for i := range n.claims {
		c := &n.claims[i]
		special := n.special && i == len(n.claims)-1
		switch {
		case c.Status.Allocation != nil:
			away = away || c.broken || c.reachable != nil && !c.reachable.Match(node)
		case special && f.special != nil:
			f.claims = append(f.claims, f.special)
		case !special:
			f.claims = append(f.claims, c.ResourceClaim)
		}
	}
	if len(f.claims) > 0 {
		if f.results, why, err = n.world.allocate(node, f.claims, n.asked(f.claims, wanted), n.limits.Search, exactly); why != "" || err != nil {
			return nil, why, err
		}
	}
	if away {
		return nil, Unavailable, nil
	}
	return f, "", nil
}

// specialFor is the claim for those of the pod's extended resources that a node does not offer itself, and which container uses what.
func (n *Needs) specialFor(wanted []corev1.ResourceName) (*resourceapi.ResourceClaim, []corev1.ContainerExtendedResourceRequest) {
	n.settle(wanted)
	return n.last.special, n.last.uses
}

// asked is the question of the claims, given the extended resources that are wanted. Most nodes are asked the same as the one before.
func (n *Needs) asked(claims []*resourceapi.ResourceClaim, wanted []corev1.ResourceName) string {
	n.settle(wanted)
	if n.last.question == "" {
		n.last.question = n.world.question(claims)
	}
	return n.last.question
}

// settle begins anew with what is asked for, if it differs from what was asked for last.
func (n *Needs) settle(wanted []corev1.ResourceName) {
	if n.last != nil && n.last.generation == n.world.generation && slices.Equal(n.last.wanted, wanted) {
		return
	}
	n.last = &asking{wanted: wanted, generation: n.world.generation}
	if len(wanted) > 0 {
		n.last.special = n.claims[len(n.claims)-1].DeepCopy()
		n.last.special.Spec.Devices.Requests, n.last.uses = n.world.requests(n.pod, wanted)
	}
}

// search asks upstream's allocator, which may take so long at most.
func (w *World) search(node *corev1.Node, claims []*resourceapi.ResourceClaim, most time.Duration) (results []resourceapi.AllocationResult, why string, err error) {
	ctx, cancel := w.within(most)
	defer cancel()
	given, err := w.shortlist(ctx, node, claims)
	if err == nil {
		results, err = w.allocator(ctx, node, claims, given)
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return nil, "", fmt.Errorf("node %s: timed out trying to allocate devices", node.Name)
	case errors.Is(err, structured.ErrFailedAllocationOnNode):
		return nil, err.Error(), nil
	case err != nil:
		return nil, "", err
	case len(results) != len(claims):
		return nil, "cannot allocate all claims", nil
	}
	return results, "", nil
}

// allocator is upstream's search among slices.
func (w *World) allocator(ctx context.Context, node *corev1.Node, claims []*resourceapi.ResourceClaim, given []*resourceapi.ResourceSlice) ([]resourceapi.AllocationResult, error) {
	a, err := structured.NewAllocator(ctx, features, w.state, &lister{w, ctx, given}, given, w.selectors.compiled())
	if err != nil {
		return nil, err
	}
	return a.Allocate(ctx, node, claims)
}

// score is higher for alternatives that come earlier.
func (n *Needs) score(f *found) (score int64) {
	for i := range n.claims {
		a := n.claims[i].Status.Allocation
		for k := range f.claims {
			if f.claims[k] == n.claims[i].ResourceClaim {
				a = &f.results[k]
			}
		}
		if a == nil {
			continue
		}
		got := map[string]bool{}
		for k := range a.Devices.Results {
			got[a.Devices.Results[k].Request] = true
		}
		for k := range n.claims[i].Spec.Devices.Requests {
			r := &n.claims[i].Spec.Devices.Requests[k]
			for j := range r.FirstAvailable {
				if got[resourceclaim.CreateSubRequestRef(r.Name, r.FirstAvailable[j].Name)] {
					score += int64(resourceapi.FirstAvailableDeviceRequestMaxSize - j)
				}
			}
		}
	}
	return score
}

// Take decides for a node: the devices are the pod's from now on, until its claims say so or Release gives them back.
func (n *Needs) Take(node *corev1.Node) (*Booking, error) {
	f, why, err := n.find(node, true)
	if err == nil && why != "" {
		err = errors.New(why)
	}
	if err != nil {
		return nil, fmt.Errorf("devices for pod %s/%s on node %s: %w", n.pod.Namespace, n.pod.Name, node.Name, err)
	}
	b := &Booking{Uses: f.uses}
	for i := range n.claims {
		c := n.claims[i].ResourceClaim
		special := n.special && i == len(n.claims)-1
		if c.Status.Allocation != nil {
			if ok, _ := ready(c); !ok { // an error has been found before
				b.Wait = true
			}
			if !resourceclaim.IsReservedForPod(n.pod, c, false) {
				b.Claims = append(b.Claims, Allotment{Claim: c, Made: true})
			}
			continue
		}
		if special {
			if f.special == nil {
				continue
			}
			c = f.special
		}
		a := &f.results[slices.Index(f.claims, c)]
		n.world.flying.Insert(c.UID)
		n.world.hold(c.UID, a)
		b.Wait = b.Wait || conditional(a)
		b.Claims = append(b.Claims, Allotment{Claim: c, Allocation: a, Made: !special})
	}
	return b, nil
}

// GiveBack takes a decision of Take back that nothing has been written for.
func (n *Needs) GiveBack() {
	for i := range n.claims {
		n.world.Release(n.claims[i].UID)
	}
}

// Reserved is a claim with what an allotment says about it, and the reservation for the pod, written into its status.
func (a *Allotment) Reserved(c *resourceapi.ResourceClaim, p *corev1.Pod, now time.Time) *resourceapi.ResourceClaim {
	fresh := c.DeepCopy()
	if a.Allocation != nil {
		fresh.Status.Allocation = a.Allocation.DeepCopy()
	}
	if fresh.Status.Allocation != nil && fresh.Status.Allocation.AllocationTimestamp == nil {
		fresh.Status.Allocation.AllocationTimestamp = new(metav1.NewTime(now))
	}
	if !resourceclaim.IsReservedForPod(p, fresh, false) {
		fresh.Status.ReservedFor = append(fresh.Status.ReservedFor, resourceapi.ResourceClaimConsumerReference{Resource: "pods", Name: p.Name, UID: p.UID})
	}
	return fresh
}

// Idle finds a claim that keeps the pod from a node and that nobody uses: with its devices given back, others may be found
// that the pod can use. The claim of an earlier attempt for extended resources is to be deleted instead.
func (n *Needs) Idle(node *corev1.Node) (c *resourceapi.ResourceClaim, remove bool) {
	for i := range n.claims {
		c := &n.claims[i]
		if n.special && i == len(n.claims)-1 || c.Status.Allocation == nil || !c.broken && (c.reachable == nil || c.reachable.Match(node)) {
			continue
		}
		if r := c.Status.ReservedFor; len(r) == 0 || len(r) == 1 && r[0].UID == n.pod.UID {
			return c.ResourceClaim, false
		}
	}
	if n.special && n.made {
		return n.claims[len(n.claims)-1].ResourceClaim, true
	}
	return nil, false
}

// Freed is an idle claim without its devices.
func Freed(c *resourceapi.ResourceClaim) *resourceapi.ResourceClaim {
	fresh := c.DeepCopy()
	fresh.Status = resourceapi.ResourceClaimStatus{}
	return fresh
}

// Unheld is a claim that can be deleted: nothing holds it any more.
func Unheld(c *resourceapi.ResourceClaim) *resourceapi.ResourceClaim {
	fresh := c.DeepCopy()
	fresh.Finalizers = slices.DeleteFunc(fresh.Finalizers, func(f string) bool { return f == resourceapi.Finalizer })
	return fresh
}
