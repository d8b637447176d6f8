// Package dataplane decides what a node's packet rules have to be: from Services, EndpointSlices and host ports it
// makes one value, Desired, and from two such values the difference between them.
//
// It reads API objects that come in as arguments and writes nothing; driver/firewall puts the result into nftables,
// driver/loopback listens for the node ports on 127.0.0.1. It is not an IPAM (plan/ipam) and knows no kernel.
//
// # The model
//
// The rules are data in a few maps, not a chain per service, so a change costs what has changed:
//
//	frontend (address, protocol, port) → group      where traffic is sent to
//	group → class (number of endpoints, affinity)   how one of them is chosen
//	(group, index) → endpoint                       which one it is
//
// A ClusterIP, a NodePort and an external address of the same service port share a group. Groups are identified by a
// hash of their name, so that what is found in the kernel after a restart can be compared without any memory.
package dataplane

import (
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// Input is everything that the rules of a node depend on. The objects are shared with others and are not changed.
type Input struct {
	Services []*corev1.Service
	Slices   []*discoveryv1.EndpointSlice
	// NodeName says which endpoints are local; it and NodeZone (its topology.kubernetes.io/zone, or empty) say for which
	// ones the hints of endpoints speak.
	NodeName, NodeZone string
	// NodeAddresses are the addresses of the node on which NodePorts and host ports answer, of both families where the node
	// has both. Loopback does not belong here (see Desired.Loopback).
	NodeAddresses []netip.Addr
	// PodCIDRs are the node's own prefixes, one of each family that the node has: an endpoint in one may be its own client
	// (hairpin). What is of a family that the node does not have is refused.
	PodCIDRs []netip.Prefix
	// Reserved are prefixes that no externalIP, load balancer address or hostIP may capture: the host's own
	// subnets. A service that asks for one is refused, so that nobody can take over the machine's ssh port.
	// NodeAddresses are exempt for hostPorts.
	Reserved []netip.Prefix
	// Announced are networks of this host on whose links load balancer addresses are announced: such an address may lie in
	// one, although that is reserved, unless it is one of the host's own.
	Announced []netip.Prefix
	// HostAddresses are the host's own addresses in those networks.
	HostAddresses []netip.Addr
	// HostPorts are the ports that pods on this node publish.
	HostPorts []HostPort
}

// HostPort is one published container port of a running pod with an address of its own. A pod with two addresses has two of
// each.
type HostPort struct {
	// Pod is "namespace/name", for names and refusals.
	Pod   string
	PodIP netip.Addr
	// HostIP is the address asked for; the zero Addr means every node address of the family of PodIP, as do 0.0.0.0 and ::.
	HostIP        netip.Addr
	HostPort      uint16
	ContainerPort uint16
	Protocol      corev1.Protocol
}

// Protocol is the IP protocol number that a rule matches.
type Protocol uint8

// The protocols that a Service can have.
const (
	TCP  Protocol = 6
	UDP  Protocol = 17
	SCTP Protocol = 132
)

// Scope says whose packets a frontend applies to.
type Scope uint8

const (
	// Everyone: packets from pods, from the host and from outside.
	Everyone Scope = iota
	// Outside: only packets that come from neither a pod nor the host; it goes before Everyone.
	Outside
)

// GroupID is the identity of a group in the kernel: a hash of its name, its protocol, and the family of its addresses.
type GroupID uint64

// groupIs6 marks groups of IPv6 addresses. It is no part of the number of a protocol that a Service can have.
const groupIs6 GroupID = 0x40

// Protocol is that of the port to which the group belongs.
func (id GroupID) Protocol() Protocol { return Protocol(id & 0xff &^ groupIs6) }

// Is6 reports whether the group is one of IPv6 addresses.
func (id GroupID) Is6() bool { return id&groupIs6 != 0 }

// Frontend is one address that is translated.
type Frontend struct {
	Scope    Scope
	Addr     netip.Addr
	Protocol Protocol
	Port     uint16
	// Group is where it leads to.
	Group GroupID
	// Masquerade makes the node the source of what comes in here, so that the answer passes the node again.
	Masquerade bool
	// Sources, if not nil, are the only ones from which it may be reached; they do not overlap.
	Sources []netip.Prefix
}

// Action says what happens to a new connection to a group.
type Action uint8

const (
	// Forward sends it to one of the endpoints.
	Forward Action = iota
	// Reject answers at once that nobody is there.
	Reject
	// Drop says nothing: endpoints exist, but the traffic policy forbids them on this node.
	Drop
)

// Group is a set of endpoints among which new connections are spread.
type Group struct {
	// Name is "namespace/service:port", with "/ipv6" for the IPv6 endpoints and "/local" for those of this node only;
	// "pod/..." for a host port.
	Name   string
	ID     GroupID
	Action Action
	// AffinitySeconds keeps a client at its endpoint for so long after its last connection; zero spreads each
	// connection anew.
	AffinitySeconds uint32
	// Endpoints are sorted and distinct; empty unless Action is Forward.
	Endpoints []netip.AddrPort
}

// Rules are what one owner (a Service or a pod with host ports) contributes. They are immutable: Builder hands out the
// same pointer for as long as nothing has changed for the owner.
type Rules struct {
	// Owner is "service/namespace/name" or "pod/namespace/name".
	Owner     string
	Frontends []Frontend
	Groups    []Group
	// Hairpins are local endpoints: packets that one sends to itself through a frontend need another source.
	Hairpins []netip.Addr
	// Loopback are the node ports and host ports of this owner that answer on 127.0.0.1 too.
	Loopback []LoopbackPort
	// Announce are the load balancer addresses of this owner that this node answers for: those that it forwards, unless
	// only local endpoints count and there is none.
	Announce []netip.Addr
}

// LoopbackPort asks for a listener on 127.0.0.1:Port that leads to Target.
type LoopbackPort struct {
	Protocol Protocol
	// Port is a node port or a host port.
	Port uint16
	// Target is an address that the rules translate, so that the choice of an endpoint stays with them.
	Target netip.AddrPort
}

// Refusal says what could not be programmed for an owner, and why.
type Refusal struct {
	Owner  string
	Reason string
}

// Desired is the whole wanted state of a node, in canonical order: two inputs that mean the same give equal text.
type Desired struct {
	// Rules are sorted by owner; owners without rules do not appear.
	Rules []*Rules
	// Refusals are sorted.
	Refusals []Refusal
}

// Loopback lists the ports that need a listener on 127.0.0.1, sorted by protocol and port.
func (d Desired) Loopback() []LoopbackPort {
	var ports []LoopbackPort
	for _, r := range d.Rules {
		ports = append(ports, r.Loopback...)
	}
	sortLoopback(ports)
	return ports
}

// Announce lists the load balancer addresses that this node answers for, sorted.
func (d Desired) Announce() []netip.Addr {
	var out []netip.Addr
	for _, r := range d.Rules {
		out = append(out, r.Announce...)
	}
	slices.SortFunc(out, netip.Addr.Compare)
	return slices.Compact(out)
}

// Build decides the whole state from scratch. For repeated calls use a Builder, which gives the same answer.
func Build(in Input) Desired {
	return NewBuilder().Build(in)
}
