package firewall

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"net/netip"

	"github.com/google/nftables"

	"gantry.dev/gantry/internal/plan/dataplane"
)

// The kernel's form of elements: parts in network byte order, each padded to four bytes, except for the numbers that
// the rules compute (index, class), which are in the byte order of the machine.

// encode makes the kernel's form of an element.
func encode(e dataplane.Element) nftables.SetElement {
	switch e.Set {
	case dataplane.Services, dataplane.External:
		return nftables.SetElement{Key: frontKey(e), Val: groupBytes(nil, e.Group)}
	case dataplane.Masquerade, dataplane.Guarded:
		return nftables.SetElement{Key: frontKey(e)}
	case dataplane.Sources:
		// An interval in its last part: all other parts are the same at both ends.
		return nftables.SetElement{Key: append(frontKey(e), e.Source.Addr().AsSlice()...), KeyEnd: append(frontKey(e), lastAddr(e.Source)...)}
	case dataplane.Groups:
		return nftables.SetElement{Key: groupBytes(nil, e.Group), Val: classKey(e.Class)}
	case dataplane.Endpoints:
		return nftables.SetElement{
			Key: binary.NativeEndian.AppendUint32(groupBytes(nil, e.Group), e.Index),
			Val: endpointBytes(nil, e.Addr, e.Port),
		}
	case dataplane.Members:
		return nftables.SetElement{Key: endpointBytes(groupBytes(nil, e.Group), e.Addr, e.Port)}
	default: // Hairpins
		ip := e.Addr.AsSlice()
		return nftables.SetElement{Key: append(ip, ip...)}
	}
}

func frontKey(e dataplane.Element) []byte {
	b := append(e.Addr.AsSlice(), byte(e.Protocol), 0, 0, 0)
	b = binary.BigEndian.AppendUint16(b, e.Port)
	return append(b, 0, 0)
}

// lastAddr is the highest address of a prefix.
func lastAddr(p netip.Prefix) []byte {
	b := p.Masked().Addr().As4()
	n := binary.BigEndian.Uint32(b[:]) | uint32(1<<(32-p.Bits())-1)
	return binary.BigEndian.AppendUint32(nil, n)
}

// prefixOf is the prefix from one address to another.
func prefixOf(first, last []byte) netip.Prefix {
	differ := binary.BigEndian.Uint32(first) ^ binary.BigEndian.Uint32(last)
	return netip.PrefixFrom(ip(first), bits.LeadingZeros32(differ))
}

func groupBytes(b []byte, g dataplane.GroupID) []byte {
	return binary.BigEndian.AppendUint64(b, uint64(g))
}

func endpointBytes(b []byte, addr netip.Addr, port uint16) []byte {
	b = append(b, addr.AsSlice()...)
	b = binary.BigEndian.AppendUint16(b, port)
	return append(b, 0, 0)
}

// decode reads an element as the kernel reports it.
func decode(set dataplane.Set, se nftables.SetElement) (dataplane.Element, error) {
	e := dataplane.Element{Set: set}
	key, val := se.Key, se.Val
	sizes := map[dataplane.Set][2]int{
		dataplane.Services: {12, 8}, dataplane.External: {12, 8}, dataplane.Masquerade: {12, 0}, dataplane.Groups: {8, 4},
		dataplane.Endpoints: {12, 8}, dataplane.Members: {16, 0}, dataplane.Hairpins: {8, 0}, dataplane.Guarded: {12, 0}, dataplane.Sources: {16, 0},
	}
	if len(key) != sizes[set][0] || len(val) < sizes[set][1] {
		return e, fmt.Errorf("element of set %s has %d and %d bytes, want %v", set, len(key), len(val), sizes[set])
	}
	switch set {
	case dataplane.Sources:
		last := se.KeyEnd
		if len(last) == 0 {
			last = key // an interval of one address
		}
		if len(last) != len(key) {
			return e, fmt.Errorf("element of set %s ends with %d bytes, want %d", set, len(last), len(key))
		}
		e.Source = prefixOf(key[12:], last[12:])
		fallthrough
	case dataplane.Services, dataplane.External, dataplane.Masquerade, dataplane.Guarded:
		e.Addr, e.Protocol, e.Port = ip(key), dataplane.Protocol(key[4]), binary.BigEndian.Uint16(key[8:])
		if set == dataplane.Services || set == dataplane.External {
			e.Group = dataplane.GroupID(binary.BigEndian.Uint64(val))
		}
	case dataplane.Groups:
		e.Group = dataplane.GroupID(binary.BigEndian.Uint64(key))
		e.Class = classOf(binary.NativeEndian.Uint32(val))
	case dataplane.Endpoints:
		e.Group, e.Index = dataplane.GroupID(binary.BigEndian.Uint64(key)), binary.NativeEndian.Uint32(key[8:])
		e.Addr, e.Port = ip(val), binary.BigEndian.Uint16(val[4:])
	case dataplane.Members:
		e.Group = dataplane.GroupID(binary.BigEndian.Uint64(key))
		e.Addr, e.Port = ip(key[8:]), binary.BigEndian.Uint16(key[12:])
	default:
		e.Addr = ip(key)
	}
	return e, nil
}

func ip(b []byte) netip.Addr { return netip.AddrFrom4([4]byte(b[:4])) }
