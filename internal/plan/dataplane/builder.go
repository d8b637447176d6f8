package dataplane

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// Builder builds Desired states one after another and reuses the Rules of owners whose objects are the same (by
// pointer: they are immutable), so that one changed endpoint costs one service. The zero value is not usable; a Builder
// belongs to one goroutine.
type Builder struct {
	node   node
	owners map[ownerKey]*entry
	// order holds the entries sorted by owner; it is made again when owners come or go.
	order  []*entry
	claims claims
	round  uint64
}

// ownerKey is a Service, or a pod with host ports (its name in pod).
type ownerKey struct{ namespace, name, pod string }

// entry is what is known about one owner.
type entry struct {
	owner string
	// seen is the last round in which the owner was there.
	seen uint64
	// dirty says that raw does not fit the object.
	dirty bool
	// The input of raw, and that of the round under way.
	svc               *corev1.Service
	slices, newSlices []*discoveryv1.EndpointSlice
	ports, newPorts   []HostPort
	// raw is what the owner asks for, rules what it gets: raw without the frontends that belong to others.
	raw, rules *Rules
	refused    []string
	lost       []string
}

// NewBuilder makes an empty Builder.
func NewBuilder() *Builder {
	return &Builder{owners: make(map[ownerKey]*entry), claims: make(claims)}
}

// Build decides the whole state. Earlier results stay valid.
func (b *Builder) Build(in Input) Desired {
	b.round++
	now := node{name: in.NodeName, addresses: in.NodeAddresses, podCIDR: in.PodCIDR, reserved: in.Reserved}
	sameNode := b.node.equal(&now)
	if !sameNode {
		b.node = node{now.name, slices.Clone(now.addresses), now.podCIDR, slices.Clone(now.reserved)}
	}
	changed := b.takeServices(in, sameNode)
	changed = append(changed, b.takeHostPorts(in, sameNode)...)
	contested := make(map[claimKey]bool)
	if n := len(b.owners); n != len(b.order) || b.anyGone() {
		b.dropGone(contested)
	}
	for _, e := range changed {
		b.decide(e, contested)
	}
	b.settle(contested)
	return b.desired()
}

// takeServices notes the input of every Service and returns the owners whose input is new.
func (b *Builder) takeServices(in Input, sameNode bool) []*entry {
	for _, svc := range in.Services {
		if forwarded(svc) {
			e := b.at(ownerKey{namespace: svc.Namespace, name: svc.Name})
			if e.svc != svc {
				e.svc, e.dirty = svc, true
			}
		}
	}
	for _, slice := range in.Slices {
		e := b.owners[ownerKey{namespace: slice.Namespace, name: slice.Labels[discoveryv1.LabelServiceName]}]
		if e != nil && e.seen == b.round {
			e.newSlices = append(e.newSlices, slice)
		}
	}
	var changed []*entry
	for _, e := range b.owners {
		if e.svc == nil || e.seen != b.round {
			continue
		}
		if e.dirty || !sameNode || !slices.Equal(e.slices, e.newSlices) {
			changed = append(changed, e)
		}
		e.slices, e.newSlices = e.newSlices, e.slices[:0]
	}
	return changed
}

// takeHostPorts does the same for pods.
func (b *Builder) takeHostPorts(in Input, sameNode bool) []*entry {
	var pods []*entry
	for _, p := range in.HostPorts {
		e := b.at(ownerKey{pod: p.Pod})
		if len(e.newPorts) == 0 {
			pods = append(pods, e)
		}
		e.newPorts = append(e.newPorts, p)
	}
	var changed []*entry
	for _, e := range pods {
		slices.SortFunc(e.newPorts, func(a, b HostPort) int {
			return cmp.Or(cmp.Compare(a.HostPort, b.HostPort), cmp.Compare(a.Protocol, b.Protocol), a.HostIP.Compare(b.HostIP))
		})
		if e.dirty || !sameNode || !slices.Equal(e.ports, e.newPorts) {
			changed = append(changed, e)
		}
		e.ports, e.newPorts = e.newPorts, e.ports[:0]
	}
	return changed
}

// at finds or makes the entry of an owner and marks it as seen.
func (b *Builder) at(key ownerKey) *entry {
	e := b.owners[key]
	if e == nil {
		e = &entry{owner: serviceOwner(key.namespace, key.name), dirty: true}
		if key.pod != "" {
			e.owner = podOwner(key.pod)
		}
		b.owners[key] = e
	}
	e.seen = b.round
	return e
}

// decide makes the rules of one owner anew and puts its frontends up for settlement.
func (b *Builder) decide(e *entry, contested map[claimKey]bool) {
	b.claims.withdraw(e, contested)
	e.dirty = false
	if e.svc != nil {
		e.raw, e.refused = serviceRules(&b.node, e.svc, e.slices)
	} else {
		e.raw, e.refused = podRules(&b.node, strings.TrimPrefix(e.owner, podOwner("")), e.ports)
	}
	e.rules, e.lost = e.raw, nil
	b.claims.enter(e, contested)
}

func (b *Builder) anyGone() bool {
	return slices.ContainsFunc(b.order, func(e *entry) bool { return e.seen != b.round })
}

// dropGone forgets owners that are not there any more and sorts the others.
func (b *Builder) dropGone(contested map[claimKey]bool) {
	b.order = b.order[:0:0]
	for key, e := range b.owners {
		if e.seen != b.round {
			b.claims.withdraw(e, contested)
			delete(b.owners, key)
			continue
		}
		b.order = append(b.order, e)
	}
	slices.SortFunc(b.order, func(a, b *entry) int { return strings.Compare(a.owner, b.owner) })
}

func (b *Builder) desired() Desired {
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
