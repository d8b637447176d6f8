package dataplane

import (
	"fmt"
	"iter"
	"net/netip"
)

// Set names a map or set in the kernel.
type Set uint8

// The sets, in the order in which they have to be filled: what is referred to comes first.
const (
	// Endpoints: (group, index) → endpoint.
	Endpoints Set = iota
	// Members: (group, endpoint), for groups with affinity: a remembered choice is good only while it is in here.
	Members
	// Hairpins: (pod, pod), pods that may be their own client.
	Hairpins
	// Groups: group → class.
	Groups
	// Masquerade: (address, protocol, port) whose connections get the node as source.
	Masquerade
	// Sources: (address, protocol, port, range), from where guarded addresses may be reached.
	Sources
	// Guarded: (address, protocol, port), addresses that only Sources may reach.
	Guarded
	// External: (address, protocol, port) → group, for packets from outside.
	External
	// Services: (address, protocol, port) → group, for everyone.
	Services
	setCount
)

// String is the set's name in the kernel.
func (s Set) String() string {
	return [...]string{"endpoints", "members", "hairpins", "groups", "masquerade", "sources", "guarded", "external", "services"}[s]
}

// Sets lists all sets in the order in which they have to be filled.
func Sets() iter.Seq[Set] {
	return func(yield func(Set) bool) {
		for s := range setCount {
			if !yield(s) {
				return
			}
		}
	}
}

// Class is the way in which a group treats a new connection. All groups of one class share their rules.
type Class struct {
	Action Action
	// Endpoints is their number, for Forward.
	Endpoints uint16
	// AffinitySeconds is zero for no affinity.
	AffinitySeconds uint32
}

// String is short and unique: "3", "3-affinity-10800", "reject", "drop".
func (c Class) String() string {
	switch {
	case c.Action == Reject:
		return "reject"
	case c.Action == Drop:
		return "drop"
	case c.AffinitySeconds > 0:
		return fmt.Sprintf("%d-affinity-%d", c.Endpoints, c.AffinitySeconds)
	}
	return fmt.Sprint(c.Endpoints)
}

// Element is one entry of a set. Which fields count depends on the set; the others are zero.
type Element struct {
	Set Set
	// Addr, Protocol and Port are the frontend of Services, External, Masquerade, Guarded and Sources (key), the endpoint of Endpoints
	// (value) and Members (key), the pod of Hairpins (key).
	Addr     netip.Addr
	Protocol Protocol
	Port     uint16
	// Group is the value of Services and External and part of the key of Groups, Endpoints and Members.
	Group GroupID
	// Index is part of the key of Endpoints.
	Index uint32
	// Class is the value of Groups.
	Class Class
	// Source is part of the key of Sources.
	Source netip.Prefix
}

// Is6 reports whether the element belongs to the IPv6 half of the rules.
func (e Element) Is6() bool {
	if e.Set == Groups || e.Set == Endpoints || e.Set == Members {
		return e.Group.Is6()
	}
	return e.Addr.Is6()
}

// Key returns the element without its value: two elements of a set with equal keys exclude each other.
func (e Element) Key() Element {
	switch e.Set {
	case Services, External:
		e.Group = 0
	case Endpoints:
		e.Addr, e.Port = netip.Addr{}, 0
	case Groups:
		e.Class = Class{}
	case Members, Hairpins, Masquerade, Guarded, Sources:
	}
	return e
}

// String is one line of a golden.
func (e Element) String() string {
	front := fmt.Sprintf("%s %s/%s", e.Set, netip.AddrPortFrom(e.Addr, e.Port), e.Protocol)
	switch e.Set {
	case Services, External:
		return fmt.Sprintf("%s -> %016x", front, e.Group)
	case Masquerade, Guarded:
		return front
	case Sources:
		return fmt.Sprintf("%s from %s", front, e.Source)
	case Groups:
		return fmt.Sprintf("%s %016x -> %s", e.Set, e.Group, e.Class)
	case Endpoints:
		return fmt.Sprintf("%s %016x %d -> %s", e.Set, e.Group, e.Index, netip.AddrPortFrom(e.Addr, e.Port))
	case Members:
		return fmt.Sprintf("%s %016x %s", e.Set, e.Group, netip.AddrPortFrom(e.Addr, e.Port))
	default:
		return fmt.Sprintf("%s %s", e.Set, e.Addr)
	}
}

// Class of the group.
func (g *Group) Class() Class {
	if g.Action != Forward {
		return Class{Action: g.Action}
	}
	return Class{Endpoints: uint16(len(g.Endpoints)), AffinitySeconds: g.AffinitySeconds}
}

// Elements yields all that the rules put into sets. Hairpins may come from several owners.
func (r *Rules) Elements() iter.Seq[Element] {
	return func(yield func(Element) bool) {
		for i := range r.Groups {
			if !r.Groups[i].elements(yield) {
				return
			}
		}
		for _, pod := range r.Hairpins {
			if !yield(Element{Set: Hairpins, Addr: pod}) {
				return
			}
		}
		for _, f := range r.Frontends {
			if f.Masquerade && !yield(Element{Set: Masquerade, Addr: f.Addr, Protocol: f.Protocol, Port: f.Port}) {
				return
			}
			if f.Scope == Everyone && !f.guard(yield) {
				return
			}
			set := Services
			if f.Scope == Outside {
				set = External
			}
			if !yield(Element{Set: set, Addr: f.Addr, Protocol: f.Protocol, Port: f.Port, Group: f.Group}) {
				return
			}
		}
	}
}

// guard yields what keeps strangers from a frontend, once for both of its scopes.
func (f *Frontend) guard(yield func(Element) bool) bool {
	for _, src := range f.Sources {
		if !yield(Element{Set: Sources, Addr: f.Addr, Protocol: f.Protocol, Port: f.Port, Source: src}) {
			return false
		}
	}
	return f.Sources == nil || yield(Element{Set: Guarded, Addr: f.Addr, Protocol: f.Protocol, Port: f.Port})
}

func (g *Group) elements(yield func(Element) bool) bool {
	for i, ep := range g.Endpoints {
		if !yield(Element{Set: Endpoints, Group: g.ID, Index: uint32(i), Addr: ep.Addr(), Port: ep.Port()}) {
			return false
		}
		if g.AffinitySeconds > 0 && !yield(Element{Set: Members, Group: g.ID, Addr: ep.Addr(), Port: ep.Port()}) {
			return false
		}
	}
	return yield(Element{Set: Groups, Group: g.ID, Class: g.Class()})
}
