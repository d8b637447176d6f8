package devices

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
	"k8s.io/dynamic-resource-allocation/resourceclaim"
)

// Needs is what the claims of a pending pod, and its extended resources that devices stand for, mean for its place.
type Needs struct {
	// Refusal, if not empty, is why no node will do. Unmade says that the pod only waits for claims to be made from its
	// templates: that is no news.
	Refusal string
	Unmade  bool
	// Err is what is wrong with a claim or class, so that nothing can be decided.
	Err error
	// Extended are the extended resources, and how much of them, that are devices where a node does not offer them itself.
	Extended map[corev1.ResourceName]int64

	world  *World
	limits Limits
	pod    *corev1.Pod
	claims []claim
	// special says that the last of claims is for the extended resources; made, that it exists.
	special, made bool
	last          *asking // nil before the first
}

// asking is what a node was asked for last.
type asking struct {
	wanted     []corev1.ResourceName // those of the extended resources that it does not offer
	generation int                   // of the classes
	special    *resourceapi.ResourceClaim
	uses       []corev1.ContainerExtendedResourceRequest
	question   string // "" before it is asked
}

// claim is one claim of the pod.
type claim struct {
	*resourceapi.ResourceClaim
	reachable *nodeaffinity.NodeSelector // from where its devices can be used; nil for everywhere
	broken    bool                       // it is allocated, and its devices will not become ready
}

// Limits are how long devices may take to become ready, and how long the search for them on one node; 0 is as long as it takes.
type Limits struct{ Wait, Search time.Duration }

// NeedsOf gathers what a pod needs; nil for nothing.
func (w *World) NeedsOf(p *corev1.Pod, now time.Time, l Limits) *Needs {
	extended := w.extendedOf(p)
	if len(p.Spec.ResourceClaims) == 0 && extended == nil {
		return nil
	}
	n := &Needs{world: w, pod: p, Extended: extended, limits: l}
	for i := range p.Spec.ResourceClaims {
		name, owned, err := resourceclaim.Name(p, &p.Spec.ResourceClaims[i])
		switch {
		case errors.Is(err, resourceclaim.ErrClaimNotFound):
			n.Refusal, n.Unmade = err.Error(), true
			return n
		case err != nil:
			n.Refusal = err.Error()
			return n
		case name == nil:
			continue // it is known not to be needed
		}
		c := w.Claim(p.Namespace, *name)
		if n.Refusal = unusable(p, c, *name, owned); n.Refusal != "" {
			return n
		}
		if !slices.ContainsFunc(n.claims, func(have claim) bool { return have.ResourceClaim == c }) { // it may be named twice
			n.claims = append(n.claims, claim{ResourceClaim: c})
		}
	}
	if extended != nil {
		c, made := w.extendedClaim(p)
		n.claims, n.special, n.made = append(n.claims, claim{ResourceClaim: c}), true, made
	}
	for i := range n.claims {
		if n.Refusal, n.Err = n.look(&n.claims[i], now, l.Wait); n.Refusal != "" || n.Err != nil {
			return n
		}
	}
	return n
}

// unusable says why a pod cannot have a claim, in upstream's words where it has some.
func unusable(p *corev1.Pod, c *resourceapi.ResourceClaim, name string, owned bool) string {
	switch {
	case c == nil:
		return fmt.Sprintf("could not find ResourceClaim %q", p.Namespace+"/"+name)
	case c.DeletionTimestamp != nil:
		return fmt.Sprintf("resourceclaim %q is being deleted", name)
	case owned:
		if err := resourceclaim.IsForPod(p, c, false); err != nil {
			return err.Error()
		}
	}
	return ""
}

// look checks one claim for what is true on all nodes.
func (n *Needs) look(c *claim, now time.Time, wait time.Duration) (refusal string, err error) {
	if a := c.Status.Allocation; a != nil {
		if !resourceclaim.CanBeReserved(c.ResourceClaim) && !resourceclaim.IsReservedForPod(n.pod, c.ResourceClaim, false) {
			return "resourceclaim in use", nil
		}
		c.broken = broken(c.ResourceClaim, now, wait)
		if a.NodeSelector != nil {
			if c.reachable, err = nodeaffinity.NewNodeSelector(a.NodeSelector); err != nil {
				return "", fmt.Errorf("resource claim %s/%s: node selector of its allocation: %w", c.Namespace, c.Name, err)
			}
		}
		return "", nil
	}
	if refusal = n.flies(c); refusal != "" {
		return refusal, nil
	}
	for i := range c.Spec.Devices.Requests {
		r := &c.Spec.Devices.Requests[i]
		switch {
		case r.Exactly != nil:
			refusal, err = n.classOf(r.Exactly.DeviceClassName, r.Name)
		case len(r.FirstAvailable) > 0:
			for j := range r.FirstAvailable {
				if refusal, err = n.classOf(r.FirstAvailable[j].DeviceClassName, r.Name+"/"+r.FirstAvailable[j].Name); refusal != "" || err != nil {
					break
				}
			}
		default:
			refusal = fmt.Sprintf("resource claim %s/%s, request %s: unknown request type", c.Namespace, c.Name, r.Name)
		}
		if refusal != "" || err != nil {
			return refusal, err
		}
	}
	return "", nil
}

func (n *Needs) classOf(class, request string) (refusal string, err error) {
	switch {
	case class == "":
		return "", fmt.Errorf("request %s: unsupported request type", request)
	case n.world.classes[class] == nil:
		return fmt.Sprintf("request %s: device class %s does not exist", request, class), nil
	}
	return "", nil
}

// Waits says why the pod has to wait for what has been decided for others since; "" if it has not.
func (n *Needs) Waits() string {
	for i := range n.claims {
		if why := n.flies(&n.claims[i]); why != "" {
			return why
		}
	}
	return ""
}

// flies says that the devices of a claim are being written into it for another pod.
func (n *Needs) flies(c *claim) string {
	if c.Status.Allocation != nil || !n.world.flying.Has(c.UID) {
		return ""
	}
	return fmt.Sprintf("resource claim %s/%s is in the process of being allocated", c.Namespace, c.Name)
}

// Key is the same for pods whose claims mean the same for their place.
func (n *Needs) Key() string {
	var b strings.Builder
	str := func(s string) { b.Write(spell([]byte(s))) }
	for i := range n.claims {
		c := &n.claims[i]
		if c.Status.Allocation != nil || n.special && n.made && i == len(n.claims)-1 {
			str(string(c.UID) + "@" + c.ResourceVersion + strconv.FormatBool(c.broken))
			continue
		}
		raw, err := c.Spec.Marshal()
		if err != nil { // cannot happen to what was read from the store; a key of its own is safe
			raw = []byte(c.UID)
		}
		str(string(raw))
	}
	if n.special {
		for _, ct := range containersOf(n.pod) { // which requests are made depends on every container
			str(strconv.FormatBool(ct.passes))
			for _, name := range slices.Sorted(maps.Keys(n.Extended)) {
				amount, request := ct.asks(name)
				if amount > 0 {
					str(string(name) + request + strconv.FormatInt(amount, 10))
				}
			}
		}
	}
	return b.String()
}

// Prefers reports whether some devices are better than others, so that nodes compare.
func (n *Needs) Prefers() bool {
	for _, c := range n.claims {
		for i := range c.Spec.Devices.Requests {
			if len(c.Spec.Devices.Requests[i].FirstAvailable) > 0 {
				return true
			}
		}
	}
	return false
}

// spell writes bytes so that others may follow.
func spell(b []byte) []byte {
	return append(append(strconv.AppendInt(nil, int64(len(b)), 10), ':'), b...)
}
