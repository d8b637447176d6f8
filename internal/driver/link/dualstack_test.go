package link

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"

	"github.com/vishvananda/netlink"

	"gantry.dev/gantry/internal/nettest"
)

// dualConfig is testConfig with addresses of both families.
func dualConfig(t *testing.T, n byte) Config {
	t.Helper()
	nettest.Need(t)
	if _, err := os.Stat(forwardingFile(uplink{allLinks, true})); errors.Is(err, os.ErrNotExist) {
		nettest.Forward6(t) // older kernels forward for the whole machine only
	}
	cfg := testConfig(n)
	cfg.Families = append(cfg.Families, Family{
		NodeAddress: netip.MustParseAddr(fmt.Sprintf("fd00:%d:0:2::1", n)),
		PodCIDR:     netip.MustParsePrefix(fmt.Sprintf("fd00:%d::/64", n)),
		ServiceCIDR: netip.MustParsePrefix(fmt.Sprintf("fd00:%d:0:1::/112", n)),
	})
	return cfg
}

func attachBoth(t *testing.T, n *Network, uid, ip4, ip6 string) *nettest.Namespace {
	t.Helper()
	ns := nettest.New(t)
	pod := Pod{UID: uid, Addresses: []netip.Addr{netip.MustParseAddr(ip4), netip.MustParseAddr(ip6)}, Netns: ns.FD()}
	for range 2 { // twice is once
		if err := n.AttachPod(t.Context(), pod); err != nil {
			t.Fatal(err)
		}
	}
	return ns
}

// Pods of both families reach each other, the host and a machine outside in both; what nobody has is unreachable at once;
// and all of it goes again.
func TestDualStack(t *testing.T) {
	nettest.Need(t)
	outside := nettest.Outside(t, "up6", "2001:db8:1::1/64", "2001:db8:1::2/64")
	nettest.Serve(t, outside, "world", "[2001:db8:1::2]:80")
	outside.Do(t, func() error {
		l, err := netlink.LinkByName("eth0")
		if err != nil {
			return err
		}
		return netlink.RouteReplace(&netlink.Route{LinkIndex: l.Attrs().Index, Gw: net.ParseIP("2001:db8:1::1")})
	})
	before := state(t)
	n := setup(t, dualConfig(t, 1))
	a, b := attachBoth(t, n, "uid-a", "10.1.0.1", "fd00:1::1"), attachBoth(t, n, "uid-b", "10.1.0.2", "fd00:1::2")
	for _, addr := range []string{"10.1.0.1:80", "[fd00:1::1]:80"} {
		nettest.Serve(t, a, "a", addr)
	}
	for _, addr := range []string{"10.1.255.254:80", "[fd00:1:0:2::1]:80"} {
		nettest.Serve(t, nil, "host", addr)
	}
	for _, network := range []string{"tcp", "udp"} {
		wantAnswer(t, b, network, "10.1.0.1:80", "a", "10.1.0.2")
		wantAnswer(t, b, network, "[fd00:1::1]:80", "a", "fd00:1::2")
		wantAnswer(t, a, network, "[fd00:1::1]:80", "a", "fd00:1::1")
		wantAnswer(t, b, network, "[fd00:1:0:2::1]:80", "host", "fd00:1::2")
		wantAnswer(t, nil, network, "[fd00:1::1]:80", "a", "fd00:1:0:2::1")
	}
	if _, _, err := nettest.Ask(t, b, "tcp", "[fd00:1::99]:80"); err == nil || strings.Contains(err.Error(), "timeout") {
		t.Errorf("connect to an unused address: %v, want an immediate refusal", err)
	}
	// By the uplink and back: nobody translates here, so the machine outside has a route.
	wantAnswer(t, b, "tcp", "[2001:db8:1::2]:80", "world", "fd00:1::2")

	if err := n.RouteAddresses([]netip.Addr{netip.MustParseAddr("203.0.113.9"), netip.MustParseAddr("2001:db8:7::9")}); err != nil {
		t.Fatal(err)
	}
	routes, err := Taken()
	if err != nil || !strings.Contains(fmt.Sprint(routes), "2001:db8:7::9/128") || !strings.Contains(fmt.Sprint(routes), "203.0.113.9/32") {
		t.Errorf("routes %v, %v", routes, err)
	}
	if err := n.RouteAddresses(nil); err != nil {
		t.Fatal(err)
	}
	if routes, err = Taken(); err != nil || strings.Contains(fmt.Sprint(routes), "2001:db8:7::9/128") {
		t.Errorf("routes %v, %v", routes, err)
	}
	wantAnswer(t, b, "tcp", "[fd00:1::1]:80", "a", "") // what is ours stayed

	found, err := n.Observe()
	if err != nil || len(found) != 2 {
		t.Fatalf("observed %v, %v", found, err)
	}
	for _, f := range found {
		if len(f.Addresses) != 2 || !f.Addresses[0].Is4() || !f.Addresses[1].Is6() {
			t.Errorf("observed %v", f)
		}
	}
	if err := n.AttachPod(t.Context(), Pod{UID: "uid-c", Addresses: []netip.Addr{netip.MustParseAddr("fd00:9::1")}, Netns: a.FD()}); err == nil {
		t.Error("an address outside of the node's prefix was taken")
	}
	if err := Cleanup("test1"); err != nil {
		t.Fatal(err)
	}
	if after := state(t); after != before {
		t.Errorf("cleanup left:\n%s\nbefore:\n%s", after, before)
	}
}

func TestFamiliesThatDoNotFit(t *testing.T) {
	nettest.Need(t)
	for name, change := range map[string]func(*Config){
		"none":                   func(c *Config) { c.Families = nil },
		"twice the same":         func(c *Config) { c.Families[1] = c.Families[0] },
		"ranges of another":      func(c *Config) { c.Families[1].PodCIDR = c.Families[0].PodCIDR },
		"an address in a range":  func(c *Config) { c.Families[1].NodeAddress = c.Families[1].PodCIDR.Addr().Next() },
		"IPv4 in the IPv6 dress": func(c *Config) { c.Families[1].NodeAddress = netip.MustParseAddr("::ffff:10.1.2.3") },
	} {
		cfg := dualConfig(t, 1)
		change(&cfg)
		if n, err := Setup(t.Context(), cfg); err == nil {
			t.Errorf("%s: taken", name)
			_ = errors.Join(n.Close(), Cleanup(cfg.Instance)) // the error above is what counts
		}
	}
}

// A pod without an IPv6 address has a link without IPv6 on the host's side: the kernel keeps one list of the routes of all
// that have it, and walks it for each that comes up or goes down.
func TestLinkOfAnIPv4PodIsWithoutIPv6(t *testing.T) {
	n := setup(t, dualConfig(t, 3))
	attach(t, n, "uid-four", "10.3.0.4")
	attachBoth(t, n, "uid-both", "10.3.0.5", "fd00:3::5")
	for uid, want := range map[string]string{"uid-four": "1", "uid-both": "0"} {
		got, err := os.ReadFile("/proc/sys/net/ipv6/conf/" + podLink(n.cfg.Instance, uid) + "/disable_ipv6")
		if err != nil {
			t.Fatal(err)
		}
		if strings.TrimSpace(string(got)) != want {
			t.Errorf("disable_ipv6 of the link of %s is %s, want %s", uid, got, want)
		}
	}
}
