package ipam

import "net/netip"

// PoolLimit bounds the addresses that are looked at in one prefix of a Pool: a /16. The rest of a larger one is never given.
const PoolLimit = 1 << 16

// Pool is a set of prefixes from which addresses are given one by one.
type Pool []netip.Prefix

// Has reports whether an address may be given.
func (p Pool) Has(a netip.Addr) bool {
	for _, r := range p {
		if r.Contains(a) && !atEdge(r, a) {
			return true
		}
	}
	return false
}

// First is the lowest address that is not taken, the prefixes in their order.
func (p Pool) First(taken func(netip.Addr) bool) (netip.Addr, bool) {
	for _, r := range p {
		n := 0
		for a := r.Masked().Addr(); a.IsValid() && r.Contains(a) && n < PoolLimit; a = a.Next() {
			n++
			if !atEdge(r, a) && !taken(a) {
				return a, true
			}
		}
	}
	return netip.Addr{}, false
}

// atEdge reports whether an address is the network's own or its broadcast address, or of IPv6 the one by which routers are
// found; prefixes of one or two hosts have none.
func atEdge(r netip.Prefix, a netip.Addr) bool {
	if a.BitLen()-r.Bits() <= 1 {
		return false
	}
	return a == r.Masked().Addr() || a.Is4() && !r.Contains(a.Next())
}
