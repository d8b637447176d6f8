package dataplane

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"

	"gantry.dev/gantry/internal/plan"
)

// Builder builds Desired states one after another. It looks only at what came and went since the last call, recognised
// by pointer (objects are immutable), so one changed endpoint costs one service. That is cheap when the lists come in the
// same order each time; any order gives the same answer. A Builder belongs to one goroutine.
type Builder struct {
	// The last input.
	node     node
	services []*corev1.Service
	slices   []*discoveryv1.EndpointSlice
	ports    []HostPort

	owners   map[ownerKey]*entry
	slicesOf map[ownerKey][]*discoveryv1.EndpointSlice
	// order holds the entries sorted by owner; nil when owners came or went.
	order  []*entry
	claims claims
}

// ownerKey is a Service, or a pod with host ports (its "namespace/name" in pod).
type ownerKey struct{ namespace, name, pod string }

// entry is what is known about one owner.
type entry struct {
	key   ownerKey
	owner string
	svc   *corev1.Service
	ports []HostPort
	// raw is what the owner asks for, rules what it gets: raw without the frontends that belong to others.
	raw, rules *Rules
	// refused are the owner's own faults, lost what others had first.
	refused, lost []string
}

// NewBuilder makes an empty Builder.
func NewBuilder() *Builder {
	return &Builder{
		owners:   make(map[ownerKey]*entry),
		slicesOf: make(map[ownerKey][]*discoveryv1.EndpointSlice),
		claims:   make(claims),
	}
}

// Build decides the whole state. Earlier results stay valid. The lists of the input are copied, not kept.
func (b *Builder) Build(in Input) Desired {
	dirty := make(map[*entry]bool)
	contested := make(map[claimKey]bool)
	b.takeServices(in.Services, dirty, contested)
	b.takeSlices(in.Slices, dirty)
	b.takeHostPorts(in.HostPorts, dirty, contested)
	if now := (node{in.NodeName, in.NodeZone, in.NodeAddresses, in.PodCIDRs, in.Reserved, in.Announced, in.HostAddresses}); !b.node.equal(&now) {
		b.node = node{now.name, now.zone, slices.Clone(now.addresses), slices.Clone(now.podCIDRs), slices.Clone(now.reserved),
			slices.Clone(now.announced), slices.Clone(now.own)}
		for _, e := range b.owners {
			dirty[e] = true
		}
	}
	for e := range dirty {
		if b.owners[e.key] == e {
			b.decide(e, contested)
		}
	}
	b.settle(contested)
	return b.desired()
}

func (b *Builder) takeServices(now []*corev1.Service, dirty map[*entry]bool, contested map[claimKey]bool) {
	gone, come := plan.Difference(b.services, now)
	for _, svc := range gone {
		if e := b.owners[serviceKey(svc)]; e != nil && e.svc == svc {
			e.svc = nil
			dirty[e] = true
		}
	}
	for _, svc := range come {
		if forwarded(svc) {
			e := b.at(serviceKey(svc), serviceOwner(svc.Namespace, svc.Name))
			e.svc = svc
			dirty[e] = true
		}
	}
	for _, svc := range gone {
		if e := b.owners[serviceKey(svc)]; e != nil && e.svc == nil {
			b.drop(e, contested)
		}
	}
	b.services = slices.Clone(now)
}

func serviceKey(svc *corev1.Service) ownerKey {
	return ownerKey{namespace: svc.Namespace, name: svc.Name}
}

func (b *Builder) takeSlices(now []*discoveryv1.EndpointSlice, dirty map[*entry]bool) {
	gone, come := plan.Difference(b.slices, now)
	key := func(s *discoveryv1.EndpointSlice) ownerKey {
		return ownerKey{namespace: s.Namespace, name: s.Labels[discoveryv1.LabelServiceName]}
	}
	for _, s := range gone {
		k := key(s)
		left := slices.DeleteFunc(slices.Clone(b.slicesOf[k]), func(o *discoveryv1.EndpointSlice) bool { return o == s })
		if b.slicesOf[k] = left; len(left) == 0 {
			delete(b.slicesOf, k)
		}
		if e := b.owners[k]; e != nil {
			dirty[e] = true
		}
	}
	for _, s := range come {
		k := key(s)
		// In the order of names, whatever that of the input is.
		i, _ := slices.BinarySearchFunc(b.slicesOf[k], s, func(a, b *discoveryv1.EndpointSlice) int { return strings.Compare(a.Name, b.Name) })
		b.slicesOf[k] = slices.Insert(b.slicesOf[k], i, s)
		if e := b.owners[k]; e != nil {
			dirty[e] = true
		}
	}
	b.slices = slices.Clone(now)
}

func (b *Builder) takeHostPorts(now []HostPort, dirty map[*entry]bool, contested map[claimKey]bool) {
	now = slices.Clone(now)
	slices.SortFunc(now, func(a, b HostPort) int {
		return cmp.Or(strings.Compare(a.Pod, b.Pod), cmp.Compare(a.HostPort, b.HostPort), cmp.Compare(a.Protocol, b.Protocol), a.HostIP.Compare(b.HostIP), a.PodIP.Compare(b.PodIP))
	})
	if slices.Equal(b.ports, now) {
		return
	}
	group := func(ports []HostPort) map[string][]HostPort {
		byPod := make(map[string][]HostPort)
		for _, p := range ports {
			byPod[p.Pod] = append(byPod[p.Pod], p)
		}
		return byPod
	}
	before, after := group(b.ports), group(now)
	b.ports = now
	for pod := range before {
		if after[pod] == nil {
			b.drop(b.owners[ownerKey{pod: pod}], contested)
		}
	}
	for pod, ports := range after {
		if !slices.Equal(before[pod], ports) {
			e := b.at(ownerKey{pod: pod}, podOwner(pod))
			e.ports = ports
			dirty[e] = true
		}
	}
}

// at finds or makes the entry of an owner.
func (b *Builder) at(key ownerKey, owner string) *entry {
	e := b.owners[key]
	if e == nil {
		e = &entry{key: key, owner: owner}
		b.owners[key] = e
		b.order = nil
	}
	return e
}

func (b *Builder) drop(e *entry, contested map[claimKey]bool) {
	b.claims.withdraw(e, contested)
	delete(b.owners, e.key)
	b.order = nil
}

// decide makes the rules of one owner anew and puts its frontends up for settlement.
func (b *Builder) decide(e *entry, contested map[claimKey]bool) {
	b.claims.withdraw(e, contested)
	if e.svc != nil {
		e.raw, e.refused = serviceRules(&b.node, e.svc, b.slicesOf[e.key])
	} else {
		e.raw, e.refused = podRules(&b.node, e.key.pod, e.ports)
	}
	e.rules, e.lost = e.raw, nil
	b.claims.enter(e, contested)
}

func (b *Builder) desired() Desired {
	if b.order == nil {
		for _, e := range b.owners {
			b.order = append(b.order, e)
		}
		slices.SortFunc(b.order, func(a, b *entry) int { return strings.Compare(a.owner, b.owner) })
	}
	d := Desired{Rules: make([]*Rules, 0, len(b.order))}
	for _, e := range b.order {
		if len(e.rules.Groups)+len(e.rules.Loopback) > 0 {
			d.Rules = append(d.Rules, e.rules)
		}
		for _, reason := range e.refused {
			d.Refusals = append(d.Refusals, Refusal{e.owner, reason})
		}
		for _, reason := range e.lost {
			d.Refusals = append(d.Refusals, Refusal{e.owner, reason})
		}
	}
	return d
}

func sortLoopback(ports []LoopbackPort) {
	slices.SortFunc(ports, func(a, b LoopbackPort) int {
		return cmp.Or(cmp.Compare(a.Protocol, b.Protocol), cmp.Compare(a.Port, b.Port), a.Target.Compare(b.Target))
	})
}
