package firewall

import (
	"net/netip"

	"github.com/google/nftables/binaryutil"
	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/plan/dataplane"
)

// words are the parts of rules that depend on the family: where an address lies in a packet, and how many registers it
// takes. There are sixteen registers of 32 bits, and an IPv6 address takes four of them, so their use is laid out with
// care; A is the number of registers of an address:
//
//	key of the affinity set:    client (A), group (2)
//	key of members, endpoints:            group (2), endpoint (A+1) or index (1)
//	frontend:                                                     (A+2), at the end
//
// What is looked up may overwrite the frontend by which it was found.
type words struct {
	// regs is A, family NFPROTO_IPV4 or _IPV6.
	regs   uint32
	family uint32
	// source and dest are the offsets of the addresses in the network header.
	source, dest uint32
	// unreachable is the code of the ICMP answer that makes connect(2) fail with ECONNREFUSED.
	unreachable uint8
}

func words4() words {
	return words{regs: 1, family: unix.NFPROTO_IPV4, source: 12, dest: 16, unreachable: 3}
}

func words6() words {
	return words{regs: 4, family: unix.NFPROTO_IPV6, source: 8, dest: 24, unreachable: 4}
}

// Registers are numbered from NFT_REG32_00.
const (
	reg0       = uint32(unix.NFT_REG32_00)
	registers  = 16
	verdictReg = uint32(unix.NFT_REG_VERDICT)
)

// client, group, endpoint and front are the first registers of these. An index or a class lies where an endpoint would.
func (w words) client() uint32   { return reg0 }
func (w words) group() uint32    { return reg0 + w.regs }
func (w words) endpoint() uint32 { return w.group() + 2 }
func (w words) front() uint32    { return reg0 + registers - w.regs - 2 }

// bytes is the length of an address.
func (w words) bytes() uint32 { return 4 * w.regs }

// frontend loads (address, protocol, port) of the destination into registers from at on.
func (w words) frontend(at uint32) exprs {
	return exprs{
		w.destAddr(at),
		&expr.Meta{Key: expr.MetaKeyL4PROTO, Register: at + w.regs},
		// The destination port is at offset 2 for all three protocols.
		&expr.Payload{DestRegister: at + w.regs + 1, Base: expr.PayloadBaseTransportHeader, Offset: 2, Len: 2},
	}
}

// originalFrontend loads the destination that the client asked for, before translation.
func (w words) originalFrontend(at uint32) exprs {
	const original = 0 // IP_CT_DIR_ORIGINAL
	return exprs{
		&expr.Ct{Key: expr.CtKeyDST, Register: at, Direction: original},
		&expr.Meta{Key: expr.MetaKeyL4PROTO, Register: at + w.regs},
		&expr.Ct{Key: expr.CtKeyPROTODST, Register: at + w.regs + 1, Direction: original},
	}
}

func (w words) sourceAddr(reg uint32) expr.Any {
	return &expr.Payload{DestRegister: reg, Base: expr.PayloadBaseNetworkHeader, Offset: w.source, Len: w.bytes()}
}

func (w words) destAddr(reg uint32) expr.Any {
	return &expr.Payload{DestRegister: reg, Base: expr.PayloadBaseNetworkHeader, Offset: w.dest, Len: w.bytes()}
}

// from and to compare an address of the packet with a prefix.
func (w words) from(p netip.Prefix, op expr.CmpOp) exprs { return w.prefix(w.sourceAddr(reg0), p, op) }
func (w words) to(p netip.Prefix, op expr.CmpOp) exprs   { return w.prefix(w.destAddr(reg0), p, op) }

func (w words) prefix(load expr.Any, p netip.Prefix, op expr.CmpOp) exprs {
	mask := make([]byte, w.bytes())
	for i := range p.Bits() {
		mask[i/8] |= 0x80 >> (i % 8)
	}
	return exprs{
		load,
		&expr.Bitwise{SourceRegister: reg0, DestRegister: reg0, Len: w.bytes(), Mask: mask, Xor: make([]byte, w.bytes())},
		&expr.Cmp{Op: op, Register: reg0, Data: p.Masked().Addr().AsSlice()},
	}
}

// snat makes an address the source.
func (w words) snat(addr netip.Addr) exprs {
	return exprs{
		&expr.Immediate{Register: reg0, Data: addr.AsSlice()},
		&expr.NAT{Type: expr.NATTypeSourceNAT, Family: w.family, RegAddrMin: reg0},
	}
}

// dnat sends the connection to the endpoint in its registers.
func (w words) dnat() expr.Any {
	return &expr.NAT{Type: expr.NATTypeDestNAT, Family: w.family, RegAddrMin: w.endpoint(), RegProtoMin: w.endpoint() + w.regs}
}

// groupOf finds the group of a frontend. No entry ends the rule.
func (w words) groupOf(frontends dataplane.Set) exprs {
	return append(w.frontend(w.front()), lookup(w.front(), w.group(), frontends.String()))
}

// classOf finds the class of a frontend's group. No entry ends the rule.
func (w words) classOf(frontends dataplane.Set) exprs {
	return append(w.groupOf(frontends), lookup(w.group(), w.endpoint(), dataplane.Groups.String()))
}

// protocolIs matches one protocol.
func protocolIs(p byte) exprs {
	return exprs{
		&expr.Meta{Key: expr.MetaKeyL4PROTO, Register: reg0},
		&expr.Cmp{Op: expr.CmpOpEq, Register: reg0, Data: []byte{p}},
	}
}

func ctBit(key expr.CtKey, bit uint32) exprs {
	return exprs{
		&expr.Ct{Key: key, Register: reg0},
		&expr.Bitwise{SourceRegister: reg0, DestRegister: reg0, Len: 4, Mask: binaryutil.NativeEndian.PutUint32(bit), Xor: make([]byte, 4)},
		&expr.Cmp{Op: expr.CmpOpNeq, Register: reg0, Data: make([]byte, 4)},
	}
}
