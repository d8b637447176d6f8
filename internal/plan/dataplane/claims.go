package dataplane

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// claimKey is an address that only one owner can have, whatever the scope.
type claimKey struct {
	addr     netip.Addr
	port     uint16
	protocol Protocol
}

// claims lists who wants which address. Nearly all have one claimant.
type claims map[claimKey][]*entry

func keyOf(f Frontend) claimKey { return claimKey{f.Addr, f.Port, f.Protocol} }

// add appends a frontend unless the owner has one with that address and scope already; it reports whether it did.
func (r *Rules) add(f Frontend) bool {
	if slices.ContainsFunc(r.Frontends, func(o Frontend) bool { return o.Scope == f.Scope && keyOf(o) == keyOf(f) }) {
		return false
	}
	r.Frontends = append(r.Frontends, f)
	return true
}

// enter adds the frontends of an owner and marks those that others want too.
func (c claims) enter(e *entry, contested map[claimKey]bool) {
	for _, f := range e.raw.Frontends {
		key := keyOf(f)
		if slices.Contains(c[key], e) {
			continue // the other scope of the same address
		}
		c[key] = append(c[key], e)
		if len(c[key]) > 1 {
			contested[key] = true
		}
	}
}

// withdraw takes back what an owner entered with the rules that it had.
func (c claims) withdraw(e *entry, contested map[claimKey]bool) {
	if e.raw == nil {
		return
	}
	for _, f := range e.raw.Frontends {
		key := keyOf(f)
		i := slices.Index(c[key], e)
		if i < 0 {
			continue
		}
		if len(c[key]) == 1 {
			delete(c, key)
			continue
		}
		c[key] = slices.Delete(c[key], i, i+1)
		contested[key] = true
	}
}

// winner is the owner that keeps an address: ClusterIPs go before node ports, these before external addresses, these
// before host ports; among equals the older object keeps what it has.
func (c claims) winner(key claimKey) *entry {
	return slices.MinFunc(c[key], func(a, b *entry) int {
		return cmp.Or(cmp.Compare(a.rank(key), b.rank(key)), cmp.Compare(a.born(), b.born()), strings.Compare(a.owner, b.owner))
	})
}

func (e *entry) rank(key claimKey) int {
	if e.svc == nil {
		return 3
	}
	ip := key.addr.String()
	if e.svc.Spec.ClusterIP == ip || slices.Contains(e.svc.Spec.ClusterIPs, ip) {
		return 0
	}
	for _, p := range e.svc.Spec.Ports {
		if uint16(p.NodePort) == key.port {
			return 1
		}
	}
	return 2
}

// born orders Services by age; pods with host ports only meet after the scheduler has made a mistake.
func (e *entry) born() int64 {
	if e.svc == nil {
		return 0
	}
	return e.svc.CreationTimestamp.Unix()
}

// settle gives every contested address to one owner and leaves the others without it.
func (b *Builder) settle(contested map[claimKey]bool) {
	touched := make(map[*entry]bool)
	for key := range contested {
		for _, e := range b.claims[key] {
			touched[e] = true
		}
	}
	for e := range touched {
		b.resolve(e)
	}
}

// resolve makes the rules that an owner gets from those that it asks for.
func (b *Builder) resolve(e *entry) {
	e.rules, e.lost = e.raw, nil
	for _, f := range e.raw.Frontends {
		if w := b.claims.winner(keyOf(f)); w != e {
			e.lost = append(e.lost, fmt.Sprintf("address %s/%s belongs to %s", netip.AddrPortFrom(f.Addr, f.Port), f.Protocol, w.owner))
		}
	}
	if e.lost == nil {
		return
	}
	slices.Sort(e.lost)
	e.lost = slices.Compact(e.lost)
	kept := *e.raw
	kept.Frontends = slices.DeleteFunc(slices.Clone(e.raw.Frontends), func(f Frontend) bool {
		return b.claims.winner(keyOf(f)) != e
	})
	kept.Loopback = slices.DeleteFunc(slices.Clone(e.raw.Loopback), func(p LoopbackPort) bool {
		return b.lostPort(e, p)
	})
	e.rules = &kept
}

// lostPort reports whether the port of a loopback listener went to another owner.
func (b *Builder) lostPort(e *entry, p LoopbackPort) bool {
	return slices.ContainsFunc(e.raw.Frontends, func(f Frontend) bool {
		return f.Port == p.Port && f.Protocol == p.Protocol && slices.Contains(b.node.addresses, f.Addr) && b.claims.winner(keyOf(f)) != e
	})
}
