// Package ipam decides addresses: which ranges an instance takes on a machine (ChooseRanges) and which address of a
// node's prefix a pod gets (Allocator). It is pure: what is in use comes in as arguments, nothing is remembered beyond
// the values handed out, and an Allocator is rebuilt after a restart from what is observed.
package ipam

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/netip"
)

// Ranges are the address ranges of one instance in one family.
type Ranges struct {
	// Pods is the cluster's pod range, Services that of ClusterIPs. They do not overlap.
	Pods, Services netip.Prefix
	// Node is the address of this node that is reachable from pods, outside of both ranges.
	Node netip.Addr
}

// ErrNoRange is returned when every candidate collides with something in use.
var ErrNoRange = errors.New("ipam: no free address range")

const (
	// candidates is how many /15 blocks of 10.0.0.0/8 are tried.
	candidates = 128
	// firstCandidate starts at 10.96.0.0, away from the low 10.x that offices, clouds and VPNs use.
	firstCandidate = 48
)

// ChooseRanges picks ranges that overlap nothing in taken (the routes and addresses of the host, other instances'
// ranges among them). Each instance gets a /15 of 10.0.0.0/8: the lower /16 for pods, the upper for services, whose
// last but one address is the node's. The same taken gives the same answer.
func ChooseRanges(taken []netip.Prefix) (Ranges, error) {
	for i := range candidates {
		second := byte((firstCandidate + i) % candidates * 2)
		block := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, second, 0, 0}), 15)
		if overlapsAny(block, taken) {
			continue
		}
		return Ranges{
			Pods:     netip.PrefixFrom(netip.AddrFrom4([4]byte{10, second, 0, 0}), 16),
			Services: netip.PrefixFrom(netip.AddrFrom4([4]byte{10, second + 1, 0, 0}), 17),
			Node:     netip.AddrFrom4([4]byte{10, second + 1, 255, 254}),
		}, nil
	}
	return Ranges{}, fmt.Errorf("%w: %d blocks of 10.0.0.0/8 collide with %d routes and addresses", ErrNoRange, candidates, len(taken))
}

// serviceBits6 is the length of an IPv6 service range: upstream takes no larger ones than /108.
const serviceBits6 = 112

// ChooseRanges6 picks IPv6 ranges that overlap nothing in taken: a unique local prefix (RFC 4193) whose 40 bits follow from
// the instance's id, so that two instances, also on two machines, do not choose the same.
func ChooseRanges6(taken []netip.Prefix, instance string) (Ranges, error) {
	for i := range candidates {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", instance, i))
		at := func(subnet, host byte) netip.Addr {
			b := [16]byte{0: 0xfd, 7: subnet, 15: host}
			copy(b[1:6], sum[:])
			return netip.AddrFrom16(b)
		}
		if overlapsAny(netip.PrefixFrom(at(0, 0), 48), taken) {
			continue
		}
		return Ranges{Pods: netip.PrefixFrom(at(0, 0), 64), Services: netip.PrefixFrom(at(1, 0), serviceBits6), Node: at(2, 1)}, nil
	}
	return Ranges{}, fmt.Errorf("%w: %d unique local prefixes collide with %d routes and addresses", ErrNoRange, candidates, len(taken))
}

func overlapsAny(p netip.Prefix, taken []netip.Prefix) bool {
	for _, t := range taken {
		// A default route collides with nothing: everything is more specific.
		if t.Bits() > 0 && t.Overlaps(p) {
			return true
		}
	}
	return false
}
