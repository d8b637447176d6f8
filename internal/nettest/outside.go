package nettest

import (
	"fmt"
	"net"
	"os"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// Outside makes a namespace that acts as another machine: a link joins it to the test's own namespace, whose default
// route leads through it. here and there are the addresses of the two ends, like "198.51.100.1/24".
func Outside(t testing.TB, link, here, there string) *Namespace {
	t.Helper()
	ns := New(t)
	err := netlink.LinkAdd(&netlink.Veth{
		LinkAttrs:     netlink.LinkAttrs{Name: link},
		PeerName:      "eth0",
		PeerNamespace: netlink.NsFd(ns.FD()),
	})
	if err != nil {
		t.Fatalf("make link %s: %v", link, err)
	}
	l, err := configure(link, here)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = netlink.LinkDel(l) }) // the namespace may have taken it along
	ns.Do(t, func() error { _, err := configure("eth0", there); return err })
	carries(t, nil, link)
	gw, _, err := net.ParseCIDR(there)
	if err != nil {
		t.Fatal(err)
	}
	if err := netlink.RouteReplace(&netlink.Route{LinkIndex: l.Attrs().Index, Gw: gw}); err != nil {
		t.Fatalf("route through %s: %v", link, err)
	}
	return ns
}

// carries waits until a link gives packets to its other end: the one that came up first loses what is sent before the
// kernel has noticed.
func carries(t testing.TB, ns *Namespace, link string) {
	t.Helper()
	wait := func() error {
		for end := time.Now().Add(patience); time.Now().Before(end); {
			l, err := netlink.LinkByName(link)
			if err != nil {
				return err
			}
			if l.Attrs().RawFlags&unix.IFF_RUNNING != 0 {
				return nil
			}
			<-time.After(time.Millisecond)
		}
		return fmt.Errorf("link %s does not carry packets", link)
	}
	if ns != nil {
		ns.Do(t, wait)
	} else if err := wait(); err != nil {
		t.Fatal(err)
	}
}

func configure(link, addr string) (netlink.Link, error) {
	l, err := netlink.LinkByName(link)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", link, err)
	}
	a, err := netlink.ParseAddr(addr)
	if err != nil {
		return nil, err
	}
	if a.IP.To4() == nil {
		a.Flags = unix.IFA_F_NODAD // nobody else is there, and the address is to be used at once
	}
	if err := netlink.AddrAdd(l, a); err != nil {
		return nil, fmt.Errorf("give %s the address %s: %w", link, addr, err)
	}
	return l, netlink.LinkSetUp(l)
}

// Forward lets a link of the test's own namespace forward what comes in by it.
func Forward(t testing.TB, link string) {
	t.Helper()
	Need(t)
	if err := os.WriteFile("/proc/sys/net/ipv4/conf/"+link+"/forwarding", []byte("1"), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Forward6 lets the test's own namespace forward IPv6.
func Forward6(t testing.TB) {
	t.Helper()
	Need(t)
	if err := os.WriteFile("/proc/sys/net/ipv6/conf/all/forwarding", []byte("1"), 0o644); err != nil {
		t.Fatal(err)
	}
}
