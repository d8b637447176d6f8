package firewall

import (
	"net/netip"

	"github.com/google/nftables"
	"github.com/google/nftables/binaryutil"
	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/plan/dataplane"
)

// Registers are 32 bits wide and numbered from 8; the parts of a key lie in a row. A lookup of a frontend uses the first
// three, what is found goes behind them.
const (
	verdictReg = unix.NFT_REG_VERDICT
	reg0       = unix.NFT_REG32_00 + iota - 1
	reg1
	reg2
	reg3
	reg4
	reg5
	reg6
	reg7
	reg8
	reg9
)

// exprs is a rule under construction.
type exprs []expr.Any

// rules queues the rules of the fixed part.
func (l *layout) rules(conn *nftables.Conn) {
	add := func(chain string, e exprs) {
		conn.AddRule(&nftables.Rule{Table: l.table, Chain: &nftables.Chain{Table: l.table, Name: chain}, Exprs: e})
	}
	pods, services := l.cfg.PodCIDR, l.cfg.ServiceCIDR
	cluster := l.cfg.ClusterCIDR
	if !cluster.IsValid() {
		cluster = pods
	}

	// Translation of the destination. Only the first packet of a connection comes here.
	add(chainNatPre, join(source(pods, expr.CmpOpNeq), frontend(), l.lookupClass(dataplane.External), vmap(reg5, outsideSet)))
	add(chainNatPre, join(frontend(), l.lookupClass(dataplane.Services), vmap(reg5, classesSet)))
	add(chainNatOut, join(frontend(), l.lookupClass(dataplane.Services), vmap(reg5, classesSet)))

	// What cannot be translated is refused before that. Replies and running connections pass.
	for _, chain := range []string{chainFilterPre, chainFilterOut} {
		add(chain, join(newConnection(), frontend(), exprs{member(reg0, dataplane.Guarded.String())}, verdict(expr.VerdictJump, chainGuard)))
	}
	add(chainFilterPre, join(newConnection(), source(pods, expr.CmpOpNeq), frontend(), l.lookupClass(dataplane.External), vmap(reg5, refusedSet)))
	for _, chain := range []string{chainFilterPre, chainFilterOut} {
		add(chain, join(newConnection(), frontend(), l.lookupClass(dataplane.Services), vmap(reg5, refusedSet)))
		add(chain, join(newConnection(), destination(services, expr.CmpOpEq), verdict(expr.VerdictJump, chainUnknown)))
	}
	add(chainGuard, join(frontend(), exprs{sourceAddr(reg3), member(reg0, dataplane.Sources.String())}, verdict(expr.VerdictReturn, "")))
	add(chainGuard, verdict(expr.VerdictDrop, ""))
	add(chainUnknown, join(frontend(), exprs{lookup(reg0, reg3, dataplane.Services.String())}, verdict(expr.VerdictReturn, "")))
	add(chainUnknown, verdict(expr.VerdictJump, chainReject))
	add(chainReject, join(protocolIs(unix.IPPROTO_TCP), exprs{&expr.Reject{Type: unix.NFT_REJECT_TCP_RST}}))
	add(chainReject, exprs{&expr.Reject{Type: unix.NFT_REJECT_ICMP_UNREACH, Code: icmpPortUnreachable}})

	// Translation of the source.
	add(chainNatPost, join(translated(), exprs{sourceAddr(reg0), destAddr(reg1), member(reg0, dataplane.Hairpins.String())}, snat(l.cfg.NodeAddress)))
	add(chainNatPost, join(translated(), originalFrontend(), exprs{member(reg0, dataplane.Masquerade.String())}, verdict(expr.VerdictGoto, chainMasquerade)))
	add(chainNatPost, join(source(pods, expr.CmpOpEq), destination(cluster, expr.CmpOpNeq), exprs{&expr.Masq{}}))
	add(chainMasquerade, join(destination(pods, expr.CmpOpEq), snat(l.cfg.NodeAddress)))
	add(chainMasquerade, exprs{&expr.Masq{}})
}

// icmpPortUnreachable is the code of the answer that makes connect(2) fail with ECONNREFUSED.
const icmpPortUnreachable = 3

// lookupClass continues frontend(): the group goes to registers 3 and 4, its class to 5. No entry ends the rule.
func (l *layout) lookupClass(frontends dataplane.Set) exprs {
	return exprs{
		lookup(reg0, reg3, frontends.String()),
		lookup(reg3, reg5, dataplane.Groups.String()),
	}
}

// frontend loads (address, protocol, port) of the destination into registers 0 to 2.
func frontend() exprs {
	return exprs{
		destAddr(reg0),
		&expr.Meta{Key: expr.MetaKeyL4PROTO, Register: reg1},
		// The destination port is at offset 2 for all three protocols.
		&expr.Payload{DestRegister: reg2, Base: expr.PayloadBaseTransportHeader, Offset: 2, Len: 2},
	}
}

// originalFrontend loads the destination that the client asked for, before translation, into registers 0 to 2.
func originalFrontend() exprs {
	const original = 0 // IP_CT_DIR_ORIGINAL
	return exprs{
		&expr.Ct{Key: expr.CtKeyDST, Register: reg0, Direction: original},
		&expr.Meta{Key: expr.MetaKeyL4PROTO, Register: reg1},
		&expr.Ct{Key: expr.CtKeyPROTODST, Register: reg2, Direction: original},
	}
}

func sourceAddr(reg uint32) expr.Any {
	return &expr.Payload{DestRegister: reg, Base: expr.PayloadBaseNetworkHeader, Offset: 12, Len: 4}
}

func destAddr(reg uint32) expr.Any {
	return &expr.Payload{DestRegister: reg, Base: expr.PayloadBaseNetworkHeader, Offset: 16, Len: 4}
}

// source and destination compare an address with a prefix.
func source(p netip.Prefix, op expr.CmpOp) exprs      { return prefix(sourceAddr(reg0), p, op) }
func destination(p netip.Prefix, op expr.CmpOp) exprs { return prefix(destAddr(reg0), p, op) }

func prefix(load expr.Any, p netip.Prefix, op expr.CmpOp) exprs {
	mask := binaryutil.BigEndian.PutUint32(^uint32(0) << (32 - p.Bits()))
	return exprs{
		load,
		&expr.Bitwise{SourceRegister: reg0, DestRegister: reg0, Len: 4, Mask: mask, Xor: make([]byte, 4)},
		&expr.Cmp{Op: op, Register: reg0, Data: p.Masked().Addr().AsSlice()},
	}
}

func protocolIs(p byte) exprs {
	return exprs{
		&expr.Meta{Key: expr.MetaKeyL4PROTO, Register: reg0},
		&expr.Cmp{Op: expr.CmpOpEq, Register: reg0, Data: []byte{p}},
	}
}

// newConnection matches the first packet of a connection.
func newConnection() exprs { return ctBit(expr.CtKeySTATE, expr.CtStateBitNEW) }

// translated matches connections whose destination was translated.
func translated() exprs {
	const statusDNAT = 0x20 // IPS_DST_NAT
	return ctBit(expr.CtKeySTATUS, statusDNAT)
}

func ctBit(key expr.CtKey, bit uint32) exprs {
	return exprs{
		&expr.Ct{Key: key, Register: reg0},
		&expr.Bitwise{SourceRegister: reg0, DestRegister: reg0, Len: 4, Mask: binaryutil.NativeEndian.PutUint32(bit), Xor: make([]byte, 4)},
		&expr.Cmp{Op: expr.CmpOpNeq, Register: reg0, Data: make([]byte, 4)},
	}
}

// lookup reads a map; no entry ends the rule.
func lookup(key, value uint32, set string) expr.Any {
	return &expr.Lookup{SourceRegister: key, DestRegister: value, IsDestRegSet: true, SetName: set}
}

// member ends the rule unless the key is in the set.
func member(key uint32, set string) expr.Any {
	return &expr.Lookup{SourceRegister: key, SetName: set}
}

// vmap goes where a verdict map says.
func vmap(key uint32, set string) exprs {
	return exprs{lookup(key, verdictReg, set)}
}

func verdict(kind expr.VerdictKind, chain string) exprs {
	return exprs{&expr.Verdict{Kind: kind, Chain: chain}}
}

func snat(addr netip.Addr) exprs {
	return exprs{
		&expr.Immediate{Register: reg0, Data: addr.AsSlice()},
		&expr.NAT{Type: expr.NATTypeSourceNAT, Family: unix.NFPROTO_IPV4, RegAddrMin: reg0},
	}
}

// dnat sends the connection to the endpoint in two registers.
func dnat(addr uint32) expr.Any {
	return &expr.NAT{Type: expr.NATTypeDestNAT, Family: unix.NFPROTO_IPV4, RegAddrMin: addr, RegProtoMin: addr + 1}
}

func join(parts ...exprs) exprs {
	var all exprs
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}
