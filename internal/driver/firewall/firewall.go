// Package firewall puts the rules of plan/dataplane into the kernel with nftables, by netlink only.
//
// It owns exactly one table, "gantry-<instance>", in each of the families ip and ip6 that the node has, and touches nothing
// outside of them, apart from deleting conntrack entries of UDP flows whose endpoint is gone. Its base chains have policy
// accept and match only addresses of the instance. It keeps in memory what it applied last and sends the difference; the
// kernel is dumped only when that memory is missing (start) or in doubt (after an error).
package firewall

import (
	"fmt"
	"net/netip"
)

// Config is the fixed part of the tables.
type Config struct {
	// Instance is the instance id; the tables are "gantry-" + Instance.
	Instance string
	// Families are the node's: one, or one of IPv4 and one of IPv6.
	Families []Family
}

// Family are the addresses of the node in one family.
type Family struct {
	// PodCIDR is the node's own pod prefix: what leaves it for the outside gets the node's address.
	PodCIDR netip.Prefix
	// ClusterCIDR holds the pods of all nodes; traffic to it keeps its source. Zero means PodCIDR.
	ClusterCIDR netip.Prefix
	// ServiceCIDR holds the ClusterIPs; a packet to one that is no frontend is rejected.
	ServiceCIDR netip.Prefix
	// NodeAddress is the source that hairpin and masqueraded connections to local pods get.
	NodeAddress netip.Addr
}

func (c Config) check() error {
	if len(c.Families) == 0 {
		return fmt.Errorf("no address family is given")
	}
	seen := map[bool]bool{}
	for _, f := range c.Families {
		v4 := f.NodeAddress.Is4()
		for _, p := range []netip.Prefix{f.PodCIDR, f.ServiceCIDR, f.cluster()} {
			if !p.IsValid() || !f.NodeAddress.IsValid() || p.Addr().Is4() != v4 {
				return fmt.Errorf("range %s and node address %s are not of one family", p, f.NodeAddress)
			}
		}
		if seen[v4] {
			return fmt.Errorf("node address %s: there is another one of its family", f.NodeAddress)
		}
		seen[v4] = true
	}
	return nil
}

// cluster holds the pods of all nodes.
func (f Family) cluster() netip.Prefix {
	if f.ClusterCIDR.IsValid() {
		return f.ClusterCIDR
	}
	return f.PodCIDR
}
