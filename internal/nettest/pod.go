package nettest

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/vishvananda/netlink"
)

// Pod makes a namespace that is wired like a pod: a routed veth named link in the test's own namespace, ips (of one family or
// of both) as single addresses on eth0, everything else by the host. It does with simple means what driver/link does, for
// tests of other packages.
func Pod(t testing.TB, link string, ips ...string) *Namespace {
	t.Helper()
	ns := New(t)
	host := net.HardwareAddr{2, 0, 0, 0, 0, 1}
	err := netlink.LinkAdd(&netlink.Veth{
		LinkAttrs:     netlink.LinkAttrs{Name: link, HardwareAddr: host},
		PeerName:      "eth0",
		PeerNamespace: netlink.NsFd(ns.FD()),
	})
	if err != nil {
		t.Fatalf("make link %s: %v", link, err)
	}
	var mac net.HardwareAddr
	ns.Do(t, func() error {
		for _, ip := range ips {
			eth0, err := configure("eth0", single(ip))
			if err != nil {
				return err
			}
			mac = eth0.Attrs().HardwareAddr
			index := eth0.Attrs().Index
			gateway := net.IPv4(169, 254, 1, 1)
			if is6(ip) {
				gateway = net.ParseIP("fe80::1")
			}
			if err := netlink.NeighSet(&netlink.Neigh{LinkIndex: index, IP: gateway, HardwareAddr: host, State: netlink.NUD_PERMANENT}); err != nil {
				return fmt.Errorf("add the gateway as neighbour: %w", err)
			}
			if err := netlink.RouteAdd(&netlink.Route{LinkIndex: index, Gw: gateway, Flags: int(netlink.FLAG_ONLINK)}); err != nil {
				return fmt.Errorf("add the default route of %s: %w", ip, err)
			}
		}
		return nil
	})
	l, err := netlink.LinkByName(link)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = netlink.LinkDel(l) }) // the namespace may have taken it along
	if err := netlink.LinkSetUp(l); err != nil {
		t.Fatalf("bring up %s: %v", link, err)
	}
	for _, ip := range ips {
		addr := net.ParseIP(ip)
		if err := netlink.NeighSet(&netlink.Neigh{LinkIndex: l.Attrs().Index, IP: addr, HardwareAddr: mac, State: netlink.NUD_PERMANENT}); err != nil {
			t.Fatalf("neighbour %s on %s: %v", ip, link, err)
		}
		route := netlink.Route{LinkIndex: l.Attrs().Index, Scope: netlink.SCOPE_LINK, Dst: netlink.NewIPNet(addr)}
		if err := netlink.RouteAdd(&route); err != nil {
			t.Fatalf("route %s: %v", ip, err)
		}
		if is6(ip) {
			Forward6(t)
		} else {
			Forward(t, link)
		}
	}
	carries(t, ns, "eth0")
	return ns
}

func is6(ip string) bool { return strings.Contains(ip, ":") }

// single is the prefix of one address.
func single(ip string) string {
	if is6(ip) {
		return ip + "/128"
	}
	return ip + "/32"
}

// Node gives the test's own namespace the address of a node, and a route for a range of service addresses of its family.
func Node(t testing.TB, link, ip, services string) {
	t.Helper()
	if err := netlink.LinkAdd(&netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: link}, PeerName: link + "p"}); err != nil {
		t.Fatalf("make link %s: %v", link, err)
	}
	l, err := configure(link, single(ip))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = netlink.LinkDel(l) }) // gone is good
	if err := netlink.LinkSetARPOff(l); err != nil {
		t.Fatal(err)
	}
	peer, err := netlink.LinkByName(link + "p")
	if err != nil {
		t.Fatal(err)
	}
	if err := netlink.LinkSetUp(peer); err != nil {
		t.Fatal(err)
	}
	carries(t, nil, link)
	_, dst, err := net.ParseCIDR(services)
	if err != nil {
		t.Fatal(err)
	}
	if err := netlink.RouteAdd(&netlink.Route{LinkIndex: l.Attrs().Index, Scope: netlink.SCOPE_LINK, Dst: dst, Src: net.ParseIP(ip)}); err != nil {
		t.Fatalf("route %s: %v", services, err)
	}
}
