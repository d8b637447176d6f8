package link

import (
	"encoding/binary"
	"net"
	"net/netip"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

const (
	// devconfForwarding is IPV4_DEVCONF_FORWARDING.
	devconfForwarding = 1
	// devconfAcceptRedirects and devconfSendRedirects are the IPV4_DEVCONF_* numbers of these names.
	devconfAcceptRedirects, devconfSendRedirects = 4, 5
	// addrGenNone is IN6_ADDR_GEN_MODE_NONE: no link-local address, so no duplicate address detection and no
	// multicast reports on thousands of links.
	addrGenNone = 1
	// skipStats is RTEXT_FILTER_SKIP_STATS.
	skipStats = 1 << 3
)

// veth describes one end of a pair.
type veth struct {
	name string
	mac  net.HardwareAddr
	// netns is a descriptor, or -1 for the namespace of the socket.
	netns int
}

// createVeth makes a pair, both ends down.
func createVeth(a, b veth, mtu int) *nl.NetlinkRequest {
	req := nl.NewNetlinkRequest(unix.RTM_NEWLINK, unix.NLM_F_CREATE|unix.NLM_F_EXCL)
	req.AddData(nl.NewIfInfomsg(unix.AF_UNSPEC))
	for _, attr := range a.attributes(mtu) {
		req.AddData(attr)
	}
	info := nl.NewRtAttr(unix.IFLA_LINKINFO, nil)
	info.AddRtAttr(nl.IFLA_INFO_KIND, nl.NonZeroTerminated("veth"))
	peer := info.AddRtAttr(nl.IFLA_INFO_DATA, nil).AddRtAttr(nl.VETH_INFO_PEER, nil)
	nl.NewIfInfomsgChild(peer, unix.AF_UNSPEC)
	for _, attr := range b.attributes(mtu) {
		peer.AddChild(attr)
	}
	req.AddData(info)
	return req
}

func (v veth) attributes(mtu int) []*nl.RtAttr {
	attrs := []*nl.RtAttr{
		nl.NewRtAttr(unix.IFLA_IFNAME, nl.ZeroTerminated(v.name)),
		nl.NewRtAttr(unix.IFLA_MTU, nl.Uint32Attr(uint32(mtu))),
		// One queue: thousands of pairs on a few cores.
		nl.NewRtAttr(unix.IFLA_NUM_TX_QUEUES, nl.Uint32Attr(1)),
		nl.NewRtAttr(unix.IFLA_NUM_RX_QUEUES, nl.Uint32Attr(1)),
	}
	if v.mac != nil {
		attrs = append(attrs, nl.NewRtAttr(unix.IFLA_ADDRESS, v.mac))
	}
	if v.netns >= 0 {
		attrs = append(attrs, nl.NewRtAttr(unix.IFLA_NET_NS_FD, nl.Uint32Attr(uint32(v.netns))))
	}
	return attrs
}

// prepareLink sets what has to be there before a link is up: no IPv6 addresses, and for the host's ends (alias given)
// forwarding of what comes in by this link, no ICMP redirects, and the alias that says whose it is.
// ipv6 says whether the kernel has IPv6 at all.
func prepareLink(name, alias string, ipv6 bool) *nl.NetlinkRequest {
	req := nl.NewNetlinkRequest(unix.RTM_SETLINK, 0)
	req.AddData(nl.NewIfInfomsg(unix.AF_UNSPEC))
	req.AddData(nl.NewRtAttr(unix.IFLA_IFNAME, nl.ZeroTerminated(name)))
	spec := nl.NewRtAttr(unix.IFLA_AF_SPEC, nil)
	if ipv6 {
		spec.AddRtAttr(unix.AF_INET6, nil).AddRtAttr(unix.IFLA_INET6_ADDR_GEN_MODE, nl.Uint8Attr(addrGenNone))
	}
	if alias != "" {
		req.AddData(nl.NewRtAttr(unix.IFLA_IFALIAS, []byte(alias)))
		conf := spec.AddRtAttr(unix.AF_INET, nil).AddRtAttr(iflaInetConf, nil)
		conf.AddRtAttr(devconfForwarding, nl.Uint32Attr(1))
		conf.AddRtAttr(devconfAcceptRedirects, nl.Uint32Attr(0))
		conf.AddRtAttr(devconfSendRedirects, nl.Uint32Attr(0))
	}
	req.AddData(spec)
	return req
}

// iflaInetConf is IFLA_INET_CONF, the only attribute of AF_INET in IFLA_AF_SPEC.
const iflaInetConf = 1

// setAlias replaces a link's alias.
func setAlias(name, alias string) *nl.NetlinkRequest {
	req := nl.NewNetlinkRequest(unix.RTM_SETLINK, 0)
	req.AddData(nl.NewIfInfomsg(unix.AF_UNSPEC))
	req.AddData(nl.NewRtAttr(unix.IFLA_IFNAME, nl.ZeroTerminated(name)))
	req.AddData(nl.NewRtAttr(unix.IFLA_IFALIAS, []byte(alias)))
	return req
}

// upLink brings a link up, by name. extra are further IFF_ flags.
func upLink(name string, extra uint32) *nl.NetlinkRequest {
	req := nl.NewNetlinkRequest(unix.RTM_SETLINK, 0)
	msg := nl.NewIfInfomsg(unix.AF_UNSPEC)
	msg.Flags, msg.Change = unix.IFF_UP|extra, unix.IFF_UP|extra
	req.AddData(msg)
	req.AddData(nl.NewRtAttr(unix.IFLA_IFNAME, nl.ZeroTerminated(name)))
	return req
}

// getLink asks for a link by name, without statistics.
func getLink(name string) *nl.NetlinkRequest {
	req := nl.NewNetlinkRequest(unix.RTM_GETLINK, 0)
	req.AddData(nl.NewIfInfomsg(unix.AF_UNSPEC))
	req.AddData(nl.NewRtAttr(unix.IFLA_IFNAME, nl.ZeroTerminated(name)))
	req.AddData(nl.NewRtAttr(unix.IFLA_EXT_MASK, nl.Uint32Attr(skipStats)))
	return req
}

// familyOf is that of an address of four or sixteen bytes.
func familyOf(ip []byte) uint8 {
	if len(ip) == net.IPv4len {
		return unix.AF_INET
	}
	return unix.AF_INET6
}

// addAddress gives a link one address, which counts as unique without being looked for.
func addAddress(index int32, ip []byte) *nl.NetlinkRequest {
	req := nl.NewNetlinkRequest(unix.RTM_NEWADDR, unix.NLM_F_CREATE|unix.NLM_F_REPLACE)
	msg := nl.NewIfAddrmsg(int(familyOf(ip)))
	msg.Prefixlen, msg.Index = uint8(8*len(ip)), uint32(index)
	if familyOf(ip) == unix.AF_INET6 {
		msg.IfAddrmsg.Flags = unix.IFA_F_NODAD
	}
	req.AddData(msg)
	req.AddData(nl.NewRtAttr(unix.IFA_LOCAL, ip))
	req.AddData(nl.NewRtAttr(unix.IFA_ADDRESS, ip))
	return req
}

// addNeighbour makes a permanent entry, so that nothing is resolved and nothing is collected.
func addNeighbour(index int32, ip []byte, mac net.HardwareAddr) *nl.NetlinkRequest {
	req := nl.NewNetlinkRequest(unix.RTM_NEWNEIGH, unix.NLM_F_CREATE|unix.NLM_F_REPLACE)
	req.AddData(&neighbour{index: index, family: familyOf(ip)})
	req.AddData(nl.NewRtAttr(unix.NDA_DST, ip))
	req.AddData(nl.NewRtAttr(unix.NDA_LLADDR, mac))
	return req
}

// neighbour is struct ndmsg for a permanent entry.
type neighbour struct {
	index  int32
	family uint8
}

// Len is the size of struct ndmsg.
func (n *neighbour) Len() int { return unix.SizeofNdMsg }

// Serialize is struct ndmsg in memory.
func (n *neighbour) Serialize() []byte {
	b := []byte{n.family, 0, 0, 0}
	b = binary.NativeEndian.AppendUint32(b, uint32(n.index))
	b = binary.NativeEndian.AppendUint16(b, unix.NUD_PERMANENT)
	return append(b, 0, 0) // no flags, no type
}

// route is one entry of the main table.
type route struct {
	family uint8
	// dst of nil is the default route.
	dst  []byte
	bits uint8
	// index of the outgoing link; zero makes the destination unreachable.
	index int32
	// via is a next hop that counts as on the link, src the preferred source; both may be nil.
	via, src []byte
	metric   int
}

// to is a route to a prefix.
func to(p netip.Prefix) route {
	dst := p.Masked().Addr().AsSlice()
	return route{family: familyOf(dst), dst: dst, bits: uint8(p.Bits())}
}

func (r route) add() *nl.NetlinkRequest {
	req := nl.NewNetlinkRequest(unix.RTM_NEWROUTE, unix.NLM_F_CREATE|unix.NLM_F_REPLACE)
	msg := nl.NewRtMsg()
	msg.Family, msg.Table, msg.Protocol = r.family, unix.RT_TABLE_MAIN, routeProtocol
	msg.Dst_len, msg.Scope, msg.Type = r.bits, unix.RT_SCOPE_LINK, unix.RTN_UNICAST
	if r.via != nil {
		msg.Scope, msg.Flags = unix.RT_SCOPE_UNIVERSE, unix.RTNH_F_ONLINK
	}
	if r.index == 0 {
		msg.Scope, msg.Type = unix.RT_SCOPE_UNIVERSE, unix.RTN_UNREACHABLE
	}
	req.AddData(msg)
	if r.dst != nil {
		req.AddData(nl.NewRtAttr(unix.RTA_DST, r.dst))
	}
	if r.index != 0 {
		req.AddData(nl.NewRtAttr(unix.RTA_OIF, nl.Uint32Attr(uint32(r.index))))
	}
	if r.via != nil {
		req.AddData(nl.NewRtAttr(unix.RTA_GATEWAY, r.via))
	}
	if r.src != nil {
		req.AddData(nl.NewRtAttr(unix.RTA_PREFSRC, r.src))
	}
	if r.metric != 0 {
		req.AddData(nl.NewRtAttr(unix.RTA_PRIORITY, nl.Uint32Attr(uint32(r.metric))))
	}
	return req
}
