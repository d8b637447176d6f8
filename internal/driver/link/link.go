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
// There is no bridge. A pod has eth0 with a single address of each family of the node, a default route of each through a
// next hop that exists nowhere (169.254.1.1, fe80::1), and permanent neighbour entries that give these the MAC of the host's
// end; the host has a route of one address and a permanent neighbour entry for each of the pod's. Nothing is ever resolved
// by ARP or neighbour discovery, and IPv6 addresses are used at once, without looking for others that have them. Every name
// is made from the instance id and the pod's UID, so that a scan after a crash tells what belongs to nobody.
package link

import (
	"fmt"
	"net/netip"
)

// Config describes the network of one node of one instance.
type Config struct {
	// Instance is the instance id; it is part of every name in the kernel.
	Instance string
	// Families are the node's: one, or one of IPv4 and one of IPv6.
	Families []Family
	// MTU of pod links; zero takes that of the host's default route, or 1500 without one.
	MTU int
}

// Family are the addresses of the node in one family.
type Family struct {
	// NodeAddress is put on an interface of ours, alone. Pods reach the API server, DNS and node ports there.
	NodeAddress netip.Addr
	// PodCIDR is the node's prefix of pod addresses. Unused addresses of it are unreachable, not sent to the uplink.
	PodCIDR netip.Prefix
	// ServiceCIDR is routed to an interface of ours, so that a ClusterIP never leaves by the uplink.
	ServiceCIDR netip.Prefix
}

func (f Family) is6() bool { return f.NodeAddress.Is6() }

// overlaps reports whether a prefix has addresses of ours.
func (f Family) overlaps(p netip.Prefix) bool {
	return p.Overlaps(f.PodCIDR) || p.Overlaps(f.ServiceCIDR) || p.Contains(f.NodeAddress)
}

func (c Config) check() error {
	if c.Instance == "" || len(c.Instance) > maxInstance {
		return fmt.Errorf("instance id %q has to have 1 to %d characters", c.Instance, maxInstance)
	}
	seen := map[bool]bool{}
	for _, f := range c.Families {
		if !f.NodeAddress.IsValid() || f.NodeAddress.Is4In6() || seen[f.is6()] {
			return fmt.Errorf("node address %s: want one of each family", f.NodeAddress)
		}
		seen[f.is6()] = true
		for _, p := range []netip.Prefix{f.PodCIDR, f.ServiceCIDR} {
			if !p.IsValid() || p.Addr().Is6() != f.is6() {
				return fmt.Errorf("range %s is not of the family of node address %s", p, f.NodeAddress)
			}
			if p.Contains(f.NodeAddress) {
				return fmt.Errorf("node address %s lies in the range %s", f.NodeAddress, p)
			}
		}
	}
	if len(seen) == 0 {
		return fmt.Errorf("no address family is given")
	}
	return nil
}

// of is the node's family of an address.
func (c Config) of(a netip.Addr) (Family, error) {
	for _, f := range c.Families {
		if f.is6() == a.Is6() {
			return f, nil
		}
	}
	return Family{}, fmt.Errorf("address %s: this node has no address of its family", a)
}

// Pod is one attachment.
type Pod struct {
	UID string
	// Addresses are one of each family at most; the first is the pod's main one.
	Addresses []netip.Addr
	// Netns is a descriptor of the pod's network namespace.
	Netns int
}

// Attachment is what exists in the kernel for a pod.
type Attachment struct {
	// PodUID is empty for a link that was cut off half made; DetachLink removes it.
	PodUID string
	// Link is the name of the host's end.
	Link string
	// Addresses are those of the pod to which the host has a route, IPv4 first.
	Addresses []netip.Addr
}
