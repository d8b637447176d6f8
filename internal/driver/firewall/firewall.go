// Package firewall puts the rules of plan/dataplane into the kernel with nftables, by netlink only.
//
// It owns exactly one table, "gantry-<instance>" of family ip, and touches nothing outside of it, apart from deleting
// conntrack entries of UDP flows whose endpoint is gone. Its base chains have policy accept and match only addresses of
// the instance. It keeps in memory what it applied last and sends the difference; the kernel is dumped only when that
// memory is missing (start) or in doubt (after an error).
package firewall

import (
	"errors"
	"net/netip"
)

// ErrIPv6 is returned where an IPv6 address is given.
var ErrIPv6 = errors.New("firewall: IPv6 is not supported yet")

// Config is the fixed part of the table.
type Config struct {
	// Instance is the instance id; the table is "gantry-" + Instance.
	Instance string
	// PodCIDR is the node's own pod prefix: what leaves it for the outside gets the node's address.
	PodCIDR netip.Prefix
	// ClusterCIDR holds the pods of all nodes; traffic to it keeps its source. Zero means PodCIDR.
	ClusterCIDR netip.Prefix
	// ServiceCIDR holds the ClusterIPs; a packet to one that is no frontend is rejected.
	ServiceCIDR netip.Prefix
	// NodeAddress is the source that hairpin and masqueraded connections to local pods get.
	NodeAddress netip.Addr
}
