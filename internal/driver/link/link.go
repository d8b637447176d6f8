// Package link makes the links, addresses and routes of a node by netlink: the interface that carries the node's own
// address, and one routed veth per pod.
//
// It reads and writes the network namespace in which it runs and the namespaces of pods that are handed to it by
// descriptor. It keeps no file: what has to be remembered (whose link it is, what a host setting was before) stands in
// the alias of the link, so it survives a kill -9 and does not survive a reboot, exactly like what it is about. It
// writes no packet rules (driver/firewall), chooses no addresses (plan/ipam) and starts no processes.
//
// # Wiring
//
// There is no bridge. A pod has eth0 with a /32, a default route through 169.254.1.1, which exists nowhere, and a
// permanent neighbour entry that gives it the MAC of the host's end; the host has a /32 route and a permanent
// neighbour entry for the pod. Nothing is ever resolved by ARP. Every name is made from the instance id and the pod's
// UID, so that a scan after a crash tells what belongs to nobody.
package link

import (
	"errors"
	"net/netip"
)

// ErrIPv6 is returned where an IPv6 address is given.
var ErrIPv6 = errors.New("link: IPv6 is not supported yet")

// Config describes the network of one node of one instance.
type Config struct {
	// Instance is the instance id; it is part of every name in the kernel.
	Instance string
	// NodeAddress is put on an interface of ours as a /32. Pods reach the API server, DNS and node ports there.
	NodeAddress netip.Addr
	// PodCIDR is the node's prefix of pod addresses. Unused addresses of it are unreachable, not sent to the uplink.
	PodCIDR netip.Prefix
	// ServiceCIDR is routed to an interface of ours, so that a ClusterIP never leaves by the uplink.
	ServiceCIDR netip.Prefix
	// MTU of pod links; zero takes that of the host's default route, or 1500 without one.
	MTU int
}

// Pod is one attachment.
type Pod struct {
	UID     string
	Address netip.Addr
	// Netns is a descriptor of the pod's network namespace.
	Netns int
}

// Attachment is what exists in the kernel for a pod.
type Attachment struct {
	// PodUID is empty for a link that was cut off half made; DetachLink removes it.
	PodUID string
	// Link is the name of the host's end.
	Link string
	// Address is the pod's address, the zero Addr when the host route is missing.
	Address netip.Addr
}
