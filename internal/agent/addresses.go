package agent

import (
	"net/netip"
	"slices"
	"sync"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/plan/ipam"
)

// addresses hands out pod addresses, one of each family of the node: an ipam.Allocator for each, behind a lock.
type addresses struct {
	mu     sync.Mutex
	allocs []*ipam.Allocator
}

// podCIDRs are the prefixes of the node's pods, the main family first.
func (c *Config) podCIDRs() []netip.Prefix {
	if !c.PodCIDR6.IsValid() {
		return []netip.Prefix{c.PodCIDR}
	}
	return []netip.Prefix{c.PodCIDR, c.PodCIDR6}
}

// nodeAddresses are the node's own, the main family first.
func (c *Config) nodeAddresses() []netip.Addr {
	if !c.NodeAddress6.IsValid() {
		return []netip.Addr{c.NodeAddress}
	}
	return []netip.Addr{c.NodeAddress, c.NodeAddress6}
}

// serviceCIDRs are the ranges of ClusterIPs.
func (c *Config) serviceCIDRs() []netip.Prefix {
	if !c.ServiceCIDR6.IsValid() {
		return []netip.Prefix{c.ServiceCIDR}
	}
	return []netip.Prefix{c.ServiceCIDR, c.ServiceCIDR6}
}

// newAddresses starts from those that are in use. Addresses outside of all prefixes are left over from another configuration;
// they are nobody's to give.
func newAddresses(prefixes []netip.Prefix, used []netip.Addr) (*addresses, error) {
	a := &addresses{}
	for _, p := range prefixes {
		mine := slices.DeleteFunc(slices.Clone(used), func(ip netip.Addr) bool { return !p.Contains(ip) })
		alloc, err := ipam.NewAllocator(p, mine)
		if err != nil {
			return nil, err
		}
		a.allocs = append(a.allocs, alloc)
	}
	return a, nil
}

// next takes an address of each family, or none.
func (a *addresses) next() (ips []netip.Addr, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, alloc := range a.allocs {
		ip, err := alloc.Next()
		if err != nil {
			a.freeLocked(ips)
			return nil, err
		}
		ips = append(ips, ip)
	}
	return ips, nil
}

func (a *addresses) free(ips []netip.Addr) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.freeLocked(ips)
}

func (a *addresses) freeLocked(ips []netip.Addr) {
	for _, ip := range ips {
		for _, alloc := range a.allocs {
			alloc.Free(ip) // what is not its own it does not know
		}
	}
}

// statusAddresses are the addresses in the node's status.
func (c *Config) statusAddresses() (out []corev1.NodeAddress) {
	for _, a := range c.nodeAddresses() {
		out = append(out, corev1.NodeAddress{Type: corev1.NodeInternalIP, Address: a.String()})
	}
	return append(out, corev1.NodeAddress{Type: corev1.NodeHostName, Address: c.Hostname})
}

func prefixTexts(prefixes []netip.Prefix) (out []string) {
	for _, p := range prefixes {
		out = append(out, p.String())
	}
	return out
}
