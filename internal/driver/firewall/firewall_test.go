package firewall

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/nftables"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"gantry.dev/gantry/internal/nettest"
	"gantry.dev/gantry/internal/plan/dataplane"
)

func TestMain(m *testing.M) { os.Exit(nettest.Main(m)) }

const (
	nodeIP   = "10.1.255.254"
	services = "10.1.128.0/24"
)

// bed is one node with its firewall.
type bed struct {
	t        testing.TB
	fw       *Firewall
	services []*corev1.Service
	slices   []*discoveryv1.EndpointSlice
	ports    []dataplane.HostPort
}

func config() Config {
	return Config{Instance: "test", Families: []Family{{
		PodCIDR:     netip.MustParsePrefix("10.1.0.0/24"),
		ServiceCIDR: netip.MustParsePrefix(services),
		NodeAddress: netip.MustParseAddr(nodeIP),
	}}}
}

func newBed(t testing.TB) *bed {
	t.Helper()
	nettest.Need(t)
	nettest.Node(t, "node0", nodeIP, services)
	return &bed{t: t, fw: open(t, config())}
}

func open(t testing.TB, cfg Config) *Firewall {
	t.Helper()
	nettest.Need(t)
	fw, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(fw.Close(), Cleanup(cfg.Instance)); err != nil {
			t.Error(err)
		}
	})
	return fw
}

// pod makes a pod that answers with its name on port 8080.
func (b *bed) pod(name, ip string) *nettest.Namespace {
	b.t.Helper()
	ns := nettest.Pod(b.t, name, ip)
	nettest.Serve(b.t, ns, name, ip+":8080")
	return ns
}

func (b *bed) apply() {
	b.t.Helper()
	if err := b.fw.Apply(context.Background(), b.desired()); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bed) desired() dataplane.Desired {
	return dataplane.Build(dataplane.Input{
		Services: b.services, Slices: b.slices, HostPorts: b.ports, NodeName: "n1",
		NodeAddresses: []netip.Addr{netip.MustParseAddr(nodeIP)}, PodCIDRs: []netip.Prefix{config().Families[0].PodCIDR},
	})
}

// service adds a Service with port 80 for both TCP and UDP.
func (b *bed) service(name, clusterIP string, endpoints ...string) *corev1.Service {
	svc := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name}, Spec: corev1.ServiceSpec{
		ClusterIP: clusterIP,
		Ports: []corev1.ServicePort{
			{Name: "tcp", Protocol: corev1.ProtocolTCP, Port: 80, TargetPort: intstr.FromInt32(8080)},
			{Name: "udp", Protocol: corev1.ProtocolUDP, Port: 80, TargetPort: intstr.FromInt32(8080)},
		},
	}}
	b.services = append(b.services, svc)
	b.slices = append(b.slices, slice(name, endpoints...))
	return svc
}

func slice(service string, endpoints ...string) *discoveryv1.EndpointSlice {
	port, tcp, udp, node := int32(8080), corev1.ProtocolTCP, corev1.ProtocolUDP, "n1"
	tcpName, udpName := "tcp", "udp"
	s := &discoveryv1.EndpointSlice{
		ObjectMeta:  metav1.ObjectMeta{Namespace: "default", Name: service + "-1", Labels: map[string]string{discoveryv1.LabelServiceName: service}},
		AddressType: discoveryv1.AddressTypeIPv4,
		Ports: []discoveryv1.EndpointPort{
			{Name: &tcpName, Protocol: &tcp, Port: &port}, {Name: &udpName, Protocol: &udp, Port: &port},
		},
	}
	for _, ip := range endpoints {
		s.Endpoints = append(s.Endpoints, discoveryv1.Endpoint{Addresses: []string{ip}, NodeName: &node})
	}
	return s
}

// spread asks n times and counts who answered.
func spread(t testing.TB, from *nettest.Namespace, network, addr string, n int) map[string]int {
	t.Helper()
	seen := make(map[string]int)
	for range n {
		name, _, err := nettest.Ask(t, from, network, addr)
		if err != nil {
			t.Fatalf("%s to %s: %v", network, addr, err)
		}
		seen[name]++
	}
	return seen
}

func wantAnswer(t testing.TB, from *nettest.Namespace, network, addr, name, client string) {
	t.Helper()
	gotName, gotClient, err := nettest.Ask(t, from, network, addr)
	if err != nil {
		t.Errorf("%s to %s: %v", network, addr, err)
	} else if gotName != name || client != "" && gotClient != client {
		t.Errorf("%s to %s: answered by %q to client %q, want %q to %q", network, addr, gotName, gotClient, name, client)
	}
}

// questions is how often a test asks to see two endpoints both answer; that it fails by chance has odds of 2^-39.
const questions = 40

func TestClusterIPSpreads(t *testing.T) {
	b := newBed(t)
	client := b.pod("client", "10.1.0.9")
	b.pod("a", "10.1.0.1")
	b.pod("b", "10.1.0.2")
	b.service("web", "10.1.128.10", "10.1.0.1", "10.1.0.2")
	b.apply()
	for _, network := range []string{"tcp", "udp"} {
		for who, from := range map[string]*nettest.Namespace{"pod": client, "host": nil} {
			seen := spread(t, from, network, "10.1.128.10:80", questions)
			if seen["a"] == 0 || seen["b"] == 0 {
				t.Errorf("%s from the %s: answers came from %v, want both", network, who, seen)
			}
		}
		wantAnswer(t, client, network, "10.1.0.1:8080", "a", "10.1.0.9")
	}
	if _, clientIP, _ := nettest.Ask(t, client, "tcp", "10.1.128.10:80"); clientIP != "10.1.0.9" {
		t.Errorf("the endpoint saw client %s, want the pod's address", clientIP)
	}
}

func TestHairpin(t *testing.T) {
	b := newBed(t)
	a := b.pod("a", "10.1.0.1")
	b.service("web", "10.1.128.10", "10.1.0.1")
	b.apply()
	for _, network := range []string{"tcp", "udp"} {
		wantAnswer(t, a, network, "10.1.128.10:80", "a", nodeIP)
	}
}

// wantRefused asks in vain: whoever connects is told at once.
func wantRefused(t testing.TB, from *nettest.Namespace, network, addr string) {
	t.Helper()
	want := unix.ECONNREFUSED
	if from == nil && network == "udp" {
		want = unix.EPERM // what sendto(2) says when a packet of this host is refused
	}
	if _, _, err := nettest.Ask(t, from, network, addr); !errors.Is(err, want) {
		t.Errorf("%s to %s: %v, want connection refused", network, addr, err)
	}
}

func TestNoEndpointsAreRefusedAtOnce(t *testing.T) {
	b := newBed(t)
	client := b.pod("client", "10.1.0.9")
	b.service("web", "10.1.128.10")
	b.apply()
	for _, from := range []*nettest.Namespace{client, nil} {
		for _, network := range []string{"tcp", "udp"} {
			wantRefused(t, from, network, "10.1.128.10:80")
			wantRefused(t, from, network, "10.1.128.10:81")  // a port that the service does not have
			wantRefused(t, from, network, "10.1.128.200:80") // an address that nobody has
		}
	}
}

func TestNodePortFromOutside(t *testing.T) {
	b := newBed(t)
	outside := nettest.Outside(t, "up0", "198.51.100.1/24", "198.51.100.2/24")
	nettest.Forward(t, "up0")
	routeVia(t, outside, nodeIP, "198.51.100.1")
	client := b.pod("client", "10.1.0.9")
	b.pod("a", "10.1.0.1")
	svc := b.service("web", "10.1.128.10", "10.1.0.1")
	svc.Spec.Type = corev1.ServiceTypeNodePort
	svc.Spec.Ports[0].NodePort, svc.Spec.Ports[1].NodePort = 30080, 30080
	b.apply()
	addr := nodeIP + ":30080"
	for _, network := range []string{"tcp", "udp"} {
		wantAnswer(t, outside, network, addr, "a", nodeIP)
		wantAnswer(t, client, network, addr, "a", "")
		wantAnswer(t, nil, network, addr, "a", "")
	}

	t.Run("policy Local keeps the client's address", func(t *testing.T) {
		local := svc.DeepCopy()
		local.Spec.ExternalTrafficPolicy = corev1.ServiceExternalTrafficPolicyLocal
		b.services[0] = local
		b.apply()
		wantAnswer(t, outside, "tcp", addr, "a", "198.51.100.2")
		wantAnswer(t, client, "tcp", addr, "a", "10.1.0.9")
		wantAnswer(t, nil, "tcp", addr, "a", nodeIP)
	})
	t.Run("no endpoints", func(t *testing.T) {
		b.slices[0] = slice("web")
		b.apply()
		wantRefused(t, outside, "tcp", addr)
	})
}

// A load balancer's address answers to the ranges that it names, also after a restart, and to nobody else.
func TestSourceRanges(t *testing.T) {
	b := newBed(t)
	outside := nettest.Outside(t, "up0", "198.51.100.1/24", "198.51.100.2/24")
	nettest.Forward(t, "up0")
	b.pod("web", "10.1.0.2")
	svc := b.service("web", "10.1.128.10", "10.1.0.2")
	svc.Spec.Type = corev1.ServiceTypeLoadBalancer
	svc.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{{IP: "203.0.113.5"}}
	outside.Do(t, func() error {
		l, err := netlink.LinkByName("eth0")
		if err != nil {
			return err
		}
		return netlink.RouteReplace(&netlink.Route{LinkIndex: l.Attrs().Index, Gw: net.ParseIP("198.51.100.1")})
	})
	reaches := func() bool {
		_, _, err := nettest.Ask(t, outside, "tcp", "203.0.113.5:80")
		return err == nil
	}
	for _, c := range []struct {
		ranges []string
		want   bool
	}{
		{nil, true},
		{[]string{"198.51.100.3/32", "192.0.2.0/24"}, false},
		{[]string{"198.51.100.2/31", "192.0.2.0/24"}, true},
		{[]string{"198.51.100.2/32"}, true},
		{[]string{"203.0.113.0/24"}, false},
		{[]string{"0.0.0.0/0"}, true},
	} {
		fresh := svc.DeepCopy()
		fresh.Spec.LoadBalancerSourceRanges = c.ranges
		b.services[0] = fresh
		b.apply()
		if got := reaches(); got != c.want {
			t.Errorf("source ranges %v: reached %t", c.ranges, got)
		}
		have, err := b.fw.Observe()
		if err != nil {
			t.Fatal(err)
		}
		if diff := dataplane.Diff(have, b.desired()); len(diff) > 0 {
			t.Errorf("source ranges %v: the kernel differs by %v", c.ranges, diff)
		}
	}
}

func TestHostPort(t *testing.T) {
	b := newBed(t)
	outside := nettest.Outside(t, "up0", "198.51.100.1/24", "198.51.100.2/24")
	nettest.Forward(t, "up0")
	routeVia(t, outside, nodeIP, "198.51.100.1")
	a := b.pod("a", "10.1.0.1")
	b.ports = []dataplane.HostPort{{Pod: "default/a", PodIP: netip.MustParseAddr("10.1.0.1"), HostPort: 8888, ContainerPort: 8080, Protocol: corev1.ProtocolTCP}}
	b.apply()
	wantAnswer(t, outside, "tcp", nodeIP+":8888", "a", "198.51.100.2")
	wantAnswer(t, nil, "tcp", nodeIP+":8888", "a", nodeIP)
	wantAnswer(t, a, "tcp", nodeIP+":8888", "a", nodeIP)
}

func TestEgressIsMasqueraded(t *testing.T) {
	b := newBed(t)
	outside := nettest.Outside(t, "up0", "198.51.100.1/24", "198.51.100.2/24")
	nettest.Forward(t, "up0")
	nettest.Serve(t, outside, "world", "198.51.100.2:8080")
	a := b.pod("a", "10.1.0.1")
	b.apply()
	wantAnswer(t, a, "tcp", "198.51.100.2:8080", "world", "198.51.100.1")
}

func TestSessionAffinity(t *testing.T) {
	b := newBed(t)
	client := b.pod("client", "10.1.0.9")
	b.pod("a", "10.1.0.1")
	b.pod("b", "10.1.0.2")
	svc := b.service("web", "10.1.128.10", "10.1.0.1", "10.1.0.2")
	svc.Spec.SessionAffinity = corev1.ServiceAffinityClientIP
	b.apply()
	seen := spread(t, client, "tcp", "10.1.128.10:80", questions/2)
	if len(seen) != 1 {
		t.Fatalf("one client was sent to %v, want one endpoint", seen)
	}
	// Its endpoint leaves: the client goes to the other one, and stays there when the first comes back.
	gone, other := "10.1.0.1", "10.1.0.2"
	if seen["b"] > 0 {
		gone, other = other, gone
	}
	b.slices[0] = slice("web", other)
	b.apply()
	after := spread(t, client, "tcp", "10.1.128.10:80", 3)
	b.slices[0] = slice("web", gone, other)
	b.apply()
	back := spread(t, client, "tcp", "10.1.128.10:80", questions/2)
	if len(after) != 1 || len(back) != 1 || fmt.Sprint(keys(after)) != fmt.Sprint(keys(back)) || fmt.Sprint(keys(after)) == fmt.Sprint(keys(seen)) {
		t.Errorf("answers before, without and after the return of the endpoint: %v, %v, %v", seen, after, back)
	}
}

func keys(m map[string]int) []string { return slices.Sorted(maps.Keys(m)) }

func TestUDPFollowsTheEndpoint(t *testing.T) {
	b := newBed(t)
	client := b.pod("client", "10.1.0.9")
	b.pod("a", "10.1.0.1")
	b.pod("b", "10.1.0.2")
	b.service("dns", "10.1.128.53", "10.1.0.1")
	b.apply()
	var conn net.Conn
	client.Do(t, func() (err error) {
		conn, err = net.Dial("udp4", "10.1.128.53:80")
		return err
	})
	defer conn.Close()
	ask := func() string {
		t.Helper()
		if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write([]byte("?")); err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, 100)
		n, err := conn.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		name, _, _ := strings.Cut(string(buf[:n]), " ")
		return name
	}
	if got := ask(); got != "a" {
		t.Fatalf("answered by %q, want a", got)
	}
	// The same socket, so the same flow for conntrack.
	b.slices[0] = slice("dns", "10.1.0.2")
	b.apply()
	b.fw.flows.wait()
	if got := ask(); got != "b" {
		t.Errorf("after the endpoint changed answered by %q, want b", got)
	}
}

func TestRestartFindsItsRules(t *testing.T) {
	b := newBed(t)
	client := b.pod("client", "10.1.0.9")
	b.pod("a", "10.1.0.1")
	svc := b.service("web", "10.1.128.10", "10.1.0.1")
	svc.Spec.SessionAffinity = corev1.ServiceAffinityClientIP
	b.service("empty", "10.1.128.11")
	b.ports = []dataplane.HostPort{{Pod: "default/a", PodIP: netip.MustParseAddr("10.1.0.1"), HostPort: 8888, ContainerPort: 8080}}
	b.apply()
	if err := b.fw.Close(); err != nil {
		t.Fatal(err)
	}
	wantAnswer(t, client, "tcp", "10.1.128.10:80", "a", "")
	b.fw = open(t, config())
	have, err := b.fw.Observe()
	if err != nil {
		t.Fatal(err)
	}
	if left := dataplane.Diff(have, b.desired()); len(left) > 0 || len(have) == 0 {
		t.Errorf("found %d elements, to do after the restart: %v", len(have), left)
	}
	// Something went away while nobody looked.
	b.services, b.slices = b.services[1:], b.slices[1:]
	b.apply()
	wantRefused(t, client, "tcp", "10.1.128.10:80")
	if have, err = b.fw.Observe(); err != nil || len(dataplane.Diff(have, b.desired())) > 0 {
		t.Errorf("after the restart there is still something to do (%v)", err)
	}
}

func TestTableOfAnotherLayoutIsReplaced(t *testing.T) {
	old := config()
	old.Families[0].PodCIDR = netip.MustParsePrefix("10.7.0.0/24")
	if err := open(t, old).Close(); err != nil {
		t.Fatal(err)
	}
	b := newBed(t)
	b.pod("a", "10.1.0.1")
	b.service("web", "10.1.128.10", "10.1.0.1")
	b.apply()
	wantAnswer(t, nil, "tcp", "10.1.128.10:80", "a", "")
}

func TestInstancesSideBySide(t *testing.T) {
	b := newBed(t)
	other := config()
	other.Instance = "other"
	other.Families[0].PodCIDR, other.Families[0].ServiceCIDR = netip.MustParsePrefix("10.2.0.0/24"), netip.MustParsePrefix("10.2.128.0/24")
	open(t, other)
	b.pod("a", "10.1.0.1")
	b.service("web", "10.1.128.10", "10.1.0.1")
	b.apply()
	for range 2 {
		if err := Cleanup("other"); err != nil {
			t.Fatal(err)
		}
	}
	wantAnswer(t, nil, "tcp", "10.1.128.10:80", "a", "")
	if err := Cleanup("test"); err != nil {
		t.Fatal(err)
	}
	conn, err := nftables.New()
	if err != nil {
		t.Fatal(err)
	}
	if tables, err := conn.ListTables(); err != nil || len(tables) > 0 {
		t.Errorf("cleanup left tables %v (%v)", tables, err)
	}
	// Apply makes good for what others removed, once it has noticed.
	b.service("two", "10.1.128.11", "10.1.0.1")
	if err := b.fw.Apply(context.Background(), b.desired()); err == nil {
		t.Error("changing a table that is gone succeeded")
	}
	b.apply()
	wantAnswer(t, nil, "tcp", "10.1.128.10:80", "a", "")
}

func TestForeignDropsAreNamed(t *testing.T) {
	open(t, config())
	conn, err := nftables.New()
	if err != nil {
		t.Fatal(err)
	}
	table := conn.AddTable(&nftables.Table{Name: "strict", Family: nftables.TableFamilyINet})
	drop := nftables.ChainPolicyDrop
	conn.AddChain(&nftables.Chain{Table: table, Name: "fwd", Type: nftables.ChainTypeFilter, Hooknum: nftables.ChainHookForward,
		Priority: nftables.ChainPriorityFilter, Policy: &drop})
	if err := conn.Flush(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		conn.DelTable(table)
		if err := conn.Flush(); err != nil {
			t.Error(err)
		}
	})
	got, err := ForeignDrops()
	if want := "[table inet strict, chain fwd: policy drop at hook forward]"; err != nil || fmt.Sprint(got) != want {
		t.Errorf("foreign drops %v (%v), want %s", got, err, want)
	}
}

func TestEndpointOnTheNode(t *testing.T) {
	b := newBed(t)
	client := b.pod("client", "10.1.0.9")
	nettest.Serve(t, nil, "api", nodeIP+":8080")
	b.service("kubernetes", "10.1.128.1", nodeIP)
	b.apply()
	wantAnswer(t, client, "tcp", "10.1.128.1:80", "api", "10.1.0.9")
	wantAnswer(t, nil, "tcp", "10.1.128.1:80", "api", "")
}

// routeVia gives a namespace a route to a host.
func routeVia(t testing.TB, ns *nettest.Namespace, ip, via string) {
	t.Helper()
	ns.Do(t, func() error {
		return netlink.RouteAdd(&netlink.Route{Dst: netlink.NewIPNet(net.ParseIP(ip)), Gw: net.ParseIP(via)})
	})
}
