package link

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"testing"

	"github.com/vishvananda/netlink"
	"golang.org/x/sync/errgroup"

	"gantry.dev/gantry/internal/nettest"
)

func TestMain(m *testing.M) { os.Exit(nettest.Main(m)) }

// testConfig is the n-th instance of a test.
func testConfig(n byte) Config {
	return Config{
		Instance: fmt.Sprintf("test%d", n),
		Families: []Family{{
			NodeAddress: netip.AddrFrom4([4]byte{10, n, 255, 254}),
			PodCIDR:     netip.PrefixFrom(netip.AddrFrom4([4]byte{10, n, 0, 0}), 24),
			ServiceCIDR: netip.PrefixFrom(netip.AddrFrom4([4]byte{10, n, 128, 0}), 24),
		}},
	}
}

func setup(t testing.TB, cfg Config) *Network {
	t.Helper()
	nettest.Need(t)
	n, err := Setup(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(n.Close(), Cleanup(cfg.Instance)); err != nil {
			t.Error(err)
		}
	})
	return n
}

func attach(t testing.TB, n *Network, uid, ip string) *nettest.Namespace {
	t.Helper()
	ns := nettest.New(t)
	if err := n.AttachPod(context.Background(), Pod{UID: uid, Addresses: []netip.Addr{netip.MustParseAddr(ip)}, Netns: ns.FD()}); err != nil {
		t.Fatal(err)
	}
	return ns
}

func wantAnswer(t *testing.T, from *nettest.Namespace, network, addr, name, client string) {
	t.Helper()
	gotName, gotClient, err := nettest.Ask(t, from, network, addr)
	if err != nil {
		t.Errorf("%s to %s: %v", network, addr, err)
	} else if gotName != name || client != "" && gotClient != client {
		t.Errorf("%s to %s: answered by %q to client %q, want %q to %q", network, addr, gotName, gotClient, name, client)
	}
}

func TestPodsReachEachOtherAndTheHost(t *testing.T) {
	n := setup(t, testConfig(1))
	a, b := attach(t, n, "uid-a", "10.1.0.1"), attach(t, n, "uid-b", "10.1.0.2")
	nettest.Serve(t, a, "a", "10.1.0.1:80")
	nettest.Serve(t, b, "b", "10.1.0.2:80")
	nettest.Serve(t, nil, "host", "10.1.255.254:80")
	for _, network := range []string{"tcp", "udp"} {
		wantAnswer(t, a, network, "10.1.0.2:80", "b", "10.1.0.1")
		wantAnswer(t, b, network, "10.1.0.1:80", "a", "10.1.0.2")
		wantAnswer(t, a, network, "10.1.0.1:80", "a", "10.1.0.1")
		wantAnswer(t, a, network, "10.1.255.254:80", "host", "10.1.0.1")
		wantAnswer(t, nil, network, "10.1.0.2:80", "b", "10.1.255.254")
	}
}

func TestUnusedPodAddressIsUnreachableAtOnce(t *testing.T) {
	n := setup(t, testConfig(1))
	a := attach(t, n, "uid-a", "10.1.0.1")
	for _, from := range []*nettest.Namespace{nil, a} {
		if _, _, err := nettest.Ask(t, from, "tcp", "10.1.0.99:80"); err == nil || strings.Contains(err.Error(), "timeout") {
			t.Errorf("connect to an unused address: %v, want an immediate refusal", err)
		}
	}
}

func TestAttachTwiceIsOnce(t *testing.T) {
	n := setup(t, testConfig(1))
	ns := attach(t, n, "uid-a", "10.1.0.1")
	pod := Pod{UID: "uid-a", Addresses: []netip.Addr{netip.MustParseAddr("10.1.0.1")}, Netns: ns.FD()}
	if err := n.AttachPod(context.Background(), pod); err != nil {
		t.Fatal(err)
	}
	nettest.Serve(t, ns, "a", "10.1.0.1:80")
	wantAnswer(t, nil, "tcp", "10.1.0.1:80", "a", "")

	t.Run("another namespace takes the link over", func(t *testing.T) {
		other := nettest.New(t)
		pod.Netns = other.FD()
		if err := n.AttachPod(context.Background(), pod); err != nil {
			t.Fatal(err)
		}
		nettest.Serve(t, other, "a2", "10.1.0.1:80")
		wantAnswer(t, nil, "tcp", "10.1.0.1:80", "a2", "")
	})
}

func TestObserveAndDetach(t *testing.T) {
	n := setup(t, testConfig(1))
	attach(t, n, "uid-a", "10.1.0.1")
	attach(t, n, "uid-b", "10.1.0.2")
	// What a crash right after the first message leaves.
	half := Pod{UID: "uid-half", Addresses: []netip.Addr{netip.MustParseAddr("10.1.0.3")}, Netns: nettest.New(t).FD()}
	if err := n.onHost(func(s *rtnl) error { return n.createPodLink(s, half) }); err != nil {
		t.Fatal(err)
	}
	found, err := n.Observe()
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]string)
	for _, a := range found {
		got[a.PodUID] = fmt.Sprint(a.Addresses)
		if a.PodUID == "" {
			if err := n.DetachLink(a.Link); err != nil {
				t.Fatal(err)
			}
		}
	}
	want := map[string]string{"uid-a": "[10.1.0.1]", "uid-b": "[10.1.0.2]", "": "[]"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("observed %v, want %v", got, want)
	}
	for range 2 {
		if err := n.DetachPod("uid-a"); err != nil {
			t.Fatal(err)
		}
	}
	if found, err = n.Observe(); err != nil || len(found) != 1 || found[0].PodUID != "uid-b" {
		t.Errorf("after detaching observed %v (%v), want uid-b only", found, err)
	}
	if err := n.DetachLink("lo"); err == nil {
		t.Error("DetachLink removed a link that is not ours")
	}
}

func TestManyAtOnce(t *testing.T) {
	n := setup(t, testConfig(1))
	const pods = 40
	var g errgroup.Group
	for i := range pods {
		ns := nettest.New(t)
		g.Go(func() error {
			return n.AttachPod(context.Background(), Pod{UID: fmt.Sprint(i), Addresses: []netip.Addr{netip.AddrFrom4([4]byte{10, 1, 0, byte(i + 1)})}, Netns: ns.FD()})
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	if found, err := n.Observe(); err != nil || len(found) != pods {
		t.Fatalf("observed %d pods (%v), want %d", len(found), err, pods)
	}
	for i := range pods - 2 {
		g.Go(func() error { return n.DetachPod(fmt.Sprint(i)) })
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	if found, err := n.Observe(); err != nil || len(found) != 2 {
		t.Fatalf("observed %v (%v), want the last two pods", found, err)
	}
}

func TestNamespaceOfOurOwn(t *testing.T) {
	n := setup(t, testConfig(1))
	file, err := NewNamespace()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := n.AttachPod(context.Background(), Pod{UID: "u", Addresses: []netip.Addr{netip.MustParseAddr("10.1.0.1")}, Netns: int(file.Fd())}); err != nil {
		t.Fatal(err)
	}
}

func TestRefusals(t *testing.T) {
	n := setup(t, testConfig(1))
	ns := nettest.New(t)
	for ip, want := range map[string]string{"10.9.0.1": "outside", "fd00::1": "no address of its family"} {
		err := n.AttachPod(context.Background(), Pod{UID: "u", Addresses: []netip.Addr{netip.MustParseAddr(ip)}, Netns: ns.FD()})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("attach with address %s: %v, want an error with %q", ip, err, want)
		}
	}
	bad := testConfig(2)
	bad.Families[0].NodeAddress = netip.MustParseAddr("10.2.0.9")
	if _, err := Setup(context.Background(), bad); err == nil {
		t.Error("a node address inside the pod range was accepted")
	}
}

func TestHostNetworksAreThoseOfOthers(t *testing.T) {
	nettest.Outside(t, "up0", "198.51.100.1/24", "198.51.100.2/24")
	setup(t, testConfig(1))
	got, err := HostNetworks()
	if want := "[127.0.0.0/8 198.51.100.0/24 ::1/128]"; err != nil || fmt.Sprint(got) != want {
		t.Errorf("host networks %v (%v), want %s", got, err, want)
	}
}

func TestRangesOfAnotherInstanceAreRefused(t *testing.T) {
	setup(t, testConfig(1))
	thief := testConfig(1)
	thief.Instance, thief.Families[0].NodeAddress = "thief", netip.MustParseAddr("10.9.255.254")
	if _, err := Setup(context.Background(), thief); err == nil || !strings.Contains(err.Error(), "another instance") {
		t.Errorf("the same ranges twice: %v", err)
	}
	// The rightful owner may start again.
	n, err := Setup(context.Background(), testConfig(1))
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
}

// state is everything that Cleanup has to bring back.
func state(t *testing.T) string {
	t.Helper()
	var s strings.Builder
	links, err := netlink.LinkList()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range links {
		for _, v6 := range []bool{false, true} {
			forwards, err := readForwarding(uplink{l.Attrs().Name, v6})
			if err != nil && !(v6 && errors.Is(err, os.ErrNotExist)) { // older kernels have none for IPv6
				t.Fatal(err)
			}
			fmt.Fprintln(&s, l.Attrs().Name, v6, forwards)
		}
	}
	taken, err := Taken()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(&s, taken)
	return s.String()
}

func TestCleanupLeavesNothing(t *testing.T) {
	nettest.Outside(t, "up0", "198.51.100.1/24", "198.51.100.2/24")
	before := state(t)
	one, two := setup(t, testConfig(1)), setup(t, testConfig(2))
	podOne, podTwo := attach(t, one, "uid-a", "10.1.0.1"), attach(t, two, "uid-a", "10.2.0.1")
	nettest.Serve(t, podOne, "one", "10.1.0.1:80")
	nettest.Serve(t, podTwo, "two", "10.2.0.1:80")
	wantAnswer(t, nil, "tcp", "10.1.0.1:80", "one", "")
	wantAnswer(t, podOne, "tcp", "10.2.0.1:80", "two", "")

	if err := Cleanup("test1"); err != nil {
		t.Fatal(err)
	}
	wantAnswer(t, nil, "tcp", "10.2.0.1:80", "two", "")
	if v, err := readForwarding(uplink{name: "up0"}); err != nil || v != "1" {
		t.Errorf("the uplink's forwarding is %q (%v) while the second instance needs it", v, err)
	}
	for range 2 {
		if err := Cleanup("test2"); err != nil {
			t.Fatal(err)
		}
	}
	if after := state(t); after != before {
		t.Errorf("cleanup left:\n%s\nbefore:\n%s", after, before)
	}
}

func TestForwardingOfOthersIsKept(t *testing.T) {
	nettest.Outside(t, "up0", "198.51.100.1/24", "198.51.100.2/24")
	setup(t, testConfig(1))
	// Another program switches forwarding on for the whole machine after us.
	if err := writeForwarding(uplink{name: allLinks}, "1"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = writeForwarding(uplink{name: allLinks}, "0") })
	if err := Cleanup("test1"); err != nil {
		t.Fatal(err)
	}
	if v, err := readForwarding(uplink{name: "up0"}); err != nil || v != "1" {
		t.Errorf("the uplink's forwarding is %q (%v), want it kept", v, err)
	}
}

func BenchmarkAttachDetach(b *testing.B) {
	n := setup(b, testConfig(1))
	ns := nettest.New(b)
	pod := Pod{UID: "u", Addresses: []netip.Addr{netip.MustParseAddr("10.1.0.1")}, Netns: ns.FD()}
	calls := n.Calls()
	for b.Loop() {
		if err := n.AttachPod(context.Background(), pod); err != nil {
			b.Fatal(err)
		}
		if err := n.DetachPod(pod.UID); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n.Calls()-calls)/float64(b.N), "rtnl/op")
}
