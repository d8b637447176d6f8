package simnode

import (
	"encoding/binary"
	"hash/fnv"
	"net/netip"
)

// Simulated pods have addresses of the shared range of RFC 6598, simulated nodes of that of RFC 2544, which is for benchmarks:
// no packet is ever sent to them.
var (
	podNetwork  = netip.MustParsePrefix("100.64.0.0/10") // never changed
	hostNetwork = netip.MustParsePrefix("198.18.0.0/15") // never changed
)

// addresses gives each address of a network to one pod at a time, going round, so that an address that was freed rests.
type addresses struct {
	base, size uint32
	next       uint32
	used       map[uint32]struct{}
}

func newAddresses(p netip.Prefix) addresses {
	b := p.Addr().As4()
	return addresses{base: binary.BigEndian.Uint32(b[:]), size: 1 << (32 - p.Bits()), used: map[uint32]struct{}{}}
}

// take gives out an address, "" if none is left.
func (a *addresses) take() string {
	if len(a.used) >= int(a.size)-2 { // neither the first nor the last
		return ""
	}
	for {
		a.next = a.next%(a.size-2) + 1
		if _, ok := a.used[a.next]; !ok {
			a.used[a.next] = struct{}{}
			return text(a.base + a.next)
		}
	}
}

// keep notes an address that is in use; it returns "" for one that is not of this network.
func (a *addresses) keep(ip string) string {
	if n, ok := a.number(ip); ok {
		a.used[n] = struct{}{}
		return ip
	}
	return ""
}

func (a *addresses) release(ip string) {
	if n, ok := a.number(ip); ok {
		delete(a.used, n)
	}
}

func (a *addresses) number(ip string) (uint32, bool) {
	at, err := netip.ParseAddr(ip)
	if err != nil || !at.Is4() {
		return 0, false
	}
	b := at.As4()
	n := binary.BigEndian.Uint32(b[:]) - a.base
	return n, n < a.size
}

func text(n uint32) string {
	return netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, n))).String()
}

// hostIP is the address of a simulated node that has none. Two nodes may have the same: it is for show, as nobody can
// reach a machine that is none.
func hostIP(name string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name)) // a hash never fails
	b := hostNetwork.Addr().As4()
	size := uint32(1) << (32 - hostNetwork.Bits())
	return text(binary.BigEndian.Uint32(b[:]) + h.Sum32()%size)
}
