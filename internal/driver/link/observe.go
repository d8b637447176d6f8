package link

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// Observe lists the pod links of this instance, sorted by name.
func (n *Network) Observe() ([]Attachment, error) {
	links, err := listLinks()
	if err != nil {
		return nil, fmt.Errorf("list links: %w", err)
	}
	routes, err := ourRoutes()
	if err != nil {
		return nil, err
	}
	addresses := make(map[int][]netip.Addr)
	for _, r := range routes {
		if r.Dst == nil || r.LinkIndex == 0 {
			continue
		}
		if addr, ok := addrOf(r.Dst.IP); ok {
			addresses[r.LinkIndex] = append(addresses[r.LinkIndex], addr)
		}
	}
	var found []Attachment
	for _, l := range links {
		name := l.Attrs().Name
		uid, foreign := parsePodAlias(l.Attrs().Alias, n.cfg.Instance)
		if !isPodLink(n.cfg.Instance, name) || foreign {
			continue
		}
		found = append(found, Attachment{PodUID: uid, Link: name, Addresses: addresses[l.Attrs().Index]})
	}
	slices.SortFunc(found, func(a, b Attachment) int { return strings.Compare(a.Link, b.Link) })
	return found, nil
}

// isPodLink reports whether a name has the form of an instance's pod links.
func isPodLink(instance, name string) bool {
	rest, ok := strings.CutPrefix(name, instancePrefix(instance))
	return ok && len(rest) == podChars
}

// parsePodAlias returns the pod that an alias names; it is empty for a link that was cut off half made. foreign says
// that the alias belongs to another instance (whose name happens to have the same hash) or to somebody else.
func parsePodAlias(alias, instance string) (uid string, foreign bool) {
	if alias == "" {
		return "", false
	}
	uid, ok := strings.CutPrefix(alias, podAlias(instance, ""))
	if !ok {
		return "", true
	}
	return uid, false
}

// ourRoutes are the routes of all instances on this machine.
func ourRoutes() ([]netlink.Route, error) {
	routes, err := listRoutes(&netlink.Route{Protocol: routeProtocol, Table: unix.RT_TABLE_MAIN},
		netlink.RT_FILTER_PROTOCOL|netlink.RT_FILTER_TABLE)
	if err != nil {
		return nil, fmt.Errorf("list our routes: %w", err)
	}
	return routes, nil
}

// Taken lists the prefixes in use on this host: addresses, and routes of every table. It is the input of
// ipam.ChooseRanges.
func Taken() ([]netip.Prefix, error) {
	routes, err := listRoutes(&netlink.Route{Table: unix.RT_TABLE_UNSPEC}, netlink.RT_FILTER_TABLE)
	if err != nil {
		return nil, fmt.Errorf("list routes: %w", err)
	}
	addrs, err := listAddresses(nil)
	if err != nil {
		return nil, fmt.Errorf("list addresses: %w", err)
	}
	var taken []netip.Prefix
	for _, r := range routes {
		if r.Dst == nil {
			continue
		}
		taken = appendPrefix(taken, r.Dst.IP, r.Dst.Mask)
	}
	for _, a := range addrs {
		taken = appendPrefix(taken, a.IP, a.Mask)
		if a.Peer != nil {
			taken = appendPrefix(taken, a.Peer.IP, a.Peer.Mask)
		}
	}
	slices.SortFunc(taken, func(a, b netip.Prefix) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(taken), nil
}

// addrOf is an address as netlink gives it: four bytes, or sixteen for either family.
func addrOf(ip []byte) (netip.Addr, bool) {
	addr, ok := netip.AddrFromSlice(ip)
	return addr.Unmap(), ok
}

func appendPrefix(to []netip.Prefix, ip, mask []byte) []netip.Prefix {
	addr, ok := addrOf(ip)
	// Every link has IPv6's link-local network, and every machine its multicast groups: they collide with nothing.
	if !ok || addr.Is6() && (addr.IsLinkLocalUnicast() || addr.IsMulticast()) {
		return to
	}
	ones := 0
	for _, b := range mask {
		for ; b&0x80 != 0; b <<= 1 {
			ones++
		}
	}
	return append(to, netip.PrefixFrom(addr, ones).Masked())
}

// HostNetworks lists the networks to which the host itself is attached, by links that are no Gantry's. No service may
// capture an address in them: it is the Reserved of plan/dataplane.
func HostNetworks() ([]netip.Prefix, error) {
	links, err := listLinks()
	if err != nil {
		return nil, fmt.Errorf("list links: %w", err)
	}
	var found []netip.Prefix
	for _, l := range links {
		if strings.HasPrefix(l.Attrs().Alias, aliasWord+" ") {
			continue
		}
		addrs, err := listAddresses(l)
		if err != nil {
			return nil, fmt.Errorf("list addresses of %s: %w", l.Attrs().Name, err)
		}
		for _, a := range addrs {
			found = appendPrefix(found, a.IP, a.Mask)
		}
	}
	slices.SortFunc(found, func(a, b netip.Prefix) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(found), nil
}
