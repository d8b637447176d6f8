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
	b := p.Masked().Addr().AsSlice()
	for i := p.Bits(); i < 8*len(b); i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	return b
}

// prefixOf is the prefix from one address to another.
func prefixOf(first, last []byte) netip.Prefix {
	same := 0
	for i := range first {
		n := bits.LeadingZeros8(first[i] ^ last[i])
		same += n
		if n < 8 {
			break
		}
	}
	return netip.PrefixFrom(ip(first), same)
}

func groupBytes(b []byte, g dataplane.GroupID) []byte {
	return binary.BigEndian.AppendUint64(b, uint64(g))
}

func endpointBytes(b []byte, addr netip.Addr, port uint16) []byte {
	b = append(b, addr.AsSlice()...)
	b = binary.BigEndian.AppendUint16(b, port)
	return append(b, 0, 0)
}

// decode reads an element as the kernel reports it. size is the length of an address: 4 or 16.
func decode(set dataplane.Set, se nftables.SetElement, size int) (dataplane.Element, error) {
	e := dataplane.Element{Set: set}
	key, val := se.Key, se.Val
	front := size + 8
	sizes := map[dataplane.Set][2]int{
		dataplane.Services: {front, 8}, dataplane.External: {front, 8}, dataplane.Masquerade: {front, 0}, dataplane.Groups: {8, 4},
		dataplane.Endpoints: {12, size + 4}, dataplane.Members: {8 + size + 4, 0}, dataplane.Hairpins: {2 * size, 0},
		dataplane.Guarded: {front, 0}, dataplane.Sources: {front + size, 0},
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
		e.Source = prefixOf(key[front:], last[front:])
		fallthrough
	case dataplane.Services, dataplane.External, dataplane.Masquerade, dataplane.Guarded:
		e.Addr, e.Protocol, e.Port = ip(key[:size]), dataplane.Protocol(key[size]), binary.BigEndian.Uint16(key[size+4:])
		if set == dataplane.Services || set == dataplane.External {
			e.Group = dataplane.GroupID(binary.BigEndian.Uint64(val))
		}
	case dataplane.Groups:
		e.Group = dataplane.GroupID(binary.BigEndian.Uint64(key))
		e.Class = classOf(binary.NativeEndian.Uint32(val))
	case dataplane.Endpoints:
		e.Group, e.Index = dataplane.GroupID(binary.BigEndian.Uint64(key)), binary.NativeEndian.Uint32(key[8:])
		e.Addr, e.Port = ip(val[:size]), binary.BigEndian.Uint16(val[size:])
	case dataplane.Members:
		e.Group = dataplane.GroupID(binary.BigEndian.Uint64(key))
		e.Addr, e.Port = ip(key[8:8+size]), binary.BigEndian.Uint16(key[8+size:])
	default:
		e.Addr = ip(key[:size])
	}
	return e, nil
}

// ip is an address of four or sixteen bytes.
func ip(b []byte) netip.Addr {
	a, _ := netip.AddrFromSlice(b)
	return a
}
