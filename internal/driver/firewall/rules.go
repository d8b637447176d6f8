package firewall

import (
	"github.com/google/nftables"
	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/plan/dataplane"
)

// exprs is a rule under construction.
type exprs []expr.Any

// rules queues the rules of the fixed part.
func (l *layout) rules(conn *nftables.Conn) {
	add := func(chain string, e exprs) {
		conn.AddRule(&nftables.Rule{Table: l.table, Chain: &nftables.Chain{Table: l.table, Name: chain}, Exprs: e})
	}
	pods, cluster := l.PodCIDR, l.cluster()

	// Translation of the destination. Only the first packet of a connection comes here.
	add(chainNatPre, join(l.from(pods, expr.CmpOpNeq), l.classOf(dataplane.External), vmap(l.endpoint(), outsideSet)))
	add(chainNatPre, join(l.classOf(dataplane.Services), vmap(l.endpoint(), classesSet)))
	add(chainNatOut, join(l.classOf(dataplane.Services), vmap(l.endpoint(), classesSet)))

	// What cannot be translated is refused before that. Replies and running connections pass.
	for _, chain := range []string{chainFilterPre, chainFilterOut} {
		add(chain, join(newConnection(), l.frontend(reg0), exprs{member(reg0, dataplane.Guarded.String())}, verdict(expr.VerdictJump, chainGuard)))
	}
	add(chainFilterPre, join(newConnection(), l.from(pods, expr.CmpOpNeq), l.classOf(dataplane.External), vmap(l.endpoint(), refusedSet)))
	for _, chain := range []string{chainFilterPre, chainFilterOut} {
		add(chain, join(newConnection(), l.classOf(dataplane.Services), vmap(l.endpoint(), refusedSet)))
		add(chain, join(newConnection(), l.to(l.ServiceCIDR, expr.CmpOpEq), verdict(expr.VerdictJump, chainUnknown)))
	}
	add(chainGuard, join(l.frontend(reg0), exprs{l.sourceAddr(reg0 + l.regs + 2), member(reg0, dataplane.Sources.String())}, verdict(expr.VerdictReturn, "")))
	add(chainGuard, verdict(expr.VerdictDrop, ""))
	add(chainUnknown, join(l.groupOf(dataplane.Services), verdict(expr.VerdictReturn, "")))
	add(chainUnknown, verdict(expr.VerdictJump, chainReject))
	add(chainReject, join(protocolIs(unix.IPPROTO_TCP), exprs{&expr.Reject{Type: unix.NFT_REJECT_TCP_RST}}))
	add(chainReject, exprs{&expr.Reject{Type: unix.NFT_REJECT_ICMP_UNREACH, Code: l.unreachable}})

	// Translation of the source.
	add(chainNatPost, join(translated(), exprs{l.sourceAddr(reg0), l.destAddr(reg0 + l.regs), member(reg0, dataplane.Hairpins.String())}, l.snat(l.NodeAddress)))
	add(chainNatPost, join(translated(), l.originalFrontend(reg0), exprs{member(reg0, dataplane.Masquerade.String())}, verdict(expr.VerdictGoto, chainMasquerade)))
	add(chainNatPost, join(l.from(pods, expr.CmpOpEq), l.to(cluster, expr.CmpOpNeq), exprs{&expr.Masq{}}))
	add(chainMasquerade, join(l.to(pods, expr.CmpOpEq), l.snat(l.NodeAddress)))
	add(chainMasquerade, exprs{&expr.Masq{}})
}

// newConnection matches the first packet of a connection.
func newConnection() exprs { return ctBit(expr.CtKeySTATE, expr.CtStateBitNEW) }

// translated matches connections whose destination was translated.
func translated() exprs {
	const statusDNAT = 0x20 // IPS_DST_NAT
	return ctBit(expr.CtKeySTATUS, statusDNAT)
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

func join(parts ...exprs) exprs {
	var all exprs
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}
