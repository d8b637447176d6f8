package firewall

import (
	"net"
	"net/netip"
	"testing"

	"github.com/vishvananda/netlink"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"

	"gantry.dev/gantry/internal/nettest"
	"gantry.dev/gantry/internal/plan/dataplane"
)

const (
	node6     = "fd00:0:0:2::1"
	services6 = "fd00:0:0:1::/112"
	front6    = "fd00:0:0:1::10"
)

// dualBed is a node of both families. Its pods are bed's, with an IPv6 address besides.
type dualBed struct{ *bed }

func dualConfig() Config {
	cfg := config()
	cfg.Families = append(cfg.Families, Family{
		PodCIDR: netip.MustParsePrefix("fd00::/64"), ServiceCIDR: netip.MustParsePrefix(services6), NodeAddress: netip.MustParseAddr(node6),
	})
	return cfg
}

func newDualBed(t testing.TB) *dualBed {
	t.Helper()
	nettest.Need(t)
	nettest.Node(t, "node0", nodeIP, services)
	nettest.Node(t, "node6", node6, services6)
	nettest.Forward6(t)
	return &dualBed{&bed{t: t, fw: open(t, dualConfig())}}
}

func (b *dualBed) pod(name, ip4, ip6 string) *nettest.Namespace {
	b.t.Helper()
	ns := nettest.Pod(b.t, name, ip4, ip6)
	nettest.Serve(b.t, ns, name, ip4+":8080")
	nettest.Serve(b.t, ns, name, "["+ip6+"]:8080")
	return ns
}

func (b *dualBed) desired() dataplane.Desired {
	return dataplane.Build(dataplane.Input{
		Services: b.services, Slices: b.slices, HostPorts: b.ports, NodeName: "n1",
		NodeAddresses: []netip.Addr{netip.MustParseAddr(nodeIP), netip.MustParseAddr(node6)},
		PodCIDRs:      []netip.Prefix{dualConfig().Families[0].PodCIDR, dualConfig().Families[1].PodCIDR},
	})
}

func (b *dualBed) apply() {
	b.t.Helper()
	if err := b.fw.Apply(b.t.Context(), b.desired()); err != nil {
		b.t.Fatal(err)
	}
	have, err := b.fw.Observe()
	if err != nil {
		b.t.Fatal(err)
	}
	if diff := dataplane.Diff(have, b.desired()); len(diff) > 0 {
		b.t.Errorf("the kernel differs by %v", diff)
	}
}

// service has both families, the endpoints of each in a slice of its own.
func (b *dualBed) service(name, ip4, ip6 string, endpoints4, endpoints6 []string) *corev1.Service {
	svc := b.bed.service(name, ip4, endpoints4...)
	svc.Spec.ClusterIPs = []string{ip4, ip6}
	six := slice(name, endpoints6...)
	six.Name, six.AddressType = name+"-6", discoveryv1.AddressTypeIPv6
	b.slices = append(b.slices, six)
	return svc
}

// Both families of a Service lead to its endpoints, from pods and from the host, back to itself, and also by affinity.
func TestDualStackService(t *testing.T) {
	b := newDualBed(t)
	client := b.pod("client", "10.1.0.9", "fd00::9")
	a := b.pod("a", "10.1.0.1", "fd00::1")
	b.pod("b", "10.1.0.2", "fd00::2")
	b.service("web", "10.1.128.10", front6, []string{"10.1.0.1", "10.1.0.2"}, []string{"fd00::1", "fd00::2"})
	b.service("self", "10.1.128.11", "fd00:0:0:1::11", []string{"10.1.0.1"}, []string{"fd00::1"})
	sticky := b.service("sticky", "10.1.128.12", "fd00:0:0:1::12", []string{"10.1.0.1", "10.1.0.2"}, []string{"fd00::1", "fd00::2"})
	sticky.Spec.SessionAffinity = corev1.ServiceAffinityClientIP
	b.service("none", "10.1.128.13", "fd00:0:0:1::13", nil, nil)
	b.apply()
	for _, network := range []string{"tcp", "udp"} {
		for who, from := range map[string]*nettest.Namespace{"pod": client, "host": nil} {
			for _, addr := range []string{"10.1.128.10:80", "[" + front6 + "]:80"} {
				seen := spread(t, from, network, addr, questions)
				if seen["a"] == 0 || seen["b"] == 0 {
					t.Errorf("%s to %s from the %s: answers came from %v, want both", network, addr, who, seen)
				}
			}
			wantRefused(t, from, network, "[fd00:0:0:1::13]:80") // no endpoints
			wantRefused(t, from, network, "[fd00:0:0:1::99]:80") // an address that nobody has
			if seen := spread(t, from, network, "[fd00:0:0:1::12]:80", questions/2); len(seen) != 1 {
				t.Errorf("%s from the %s with affinity: answers came from %v", network, who, seen)
			}
		}
		wantAnswer(t, a, network, "[fd00:0:0:1::11]:80", "a", node6)
		wantAnswer(t, a, network, "10.1.128.11:80", "a", nodeIP)
		wantAnswer(t, client, network, "[fd00:0:0:1::11]:80", "a", "fd00::9")
	}
	// What a second run finds is what there is to do.
	if err := b.fw.Close(); err != nil {
		t.Fatal(err)
	}
	b.fw = open(t, dualConfig())
	b.services, b.slices = b.services[1:], b.slices[2:]
	b.apply()
	wantRefused(t, client, "tcp", "["+front6+"]:80")
	wantAnswer(t, client, "tcp", "[fd00:0:0:1::11]:80", "a", "fd00::9")
}

// From outside: node ports with and without the node as source, source ranges, and pods that go out.
func TestDualStackOutside(t *testing.T) {
	b := newDualBed(t)
	outside := nettest.Outside(t, "up6", "2001:db8:1::1/64", "2001:db8:1::2/64")
	nettest.Serve(t, outside, "world", "[2001:db8:1::2]:8080")
	outside.Do(t, func() error {
		l, err := netlink.LinkByName("eth0")
		if err != nil {
			return err
		}
		return netlink.RouteReplace(&netlink.Route{LinkIndex: l.Attrs().Index, Gw: net.ParseIP("2001:db8:1::1")})
	})
	a := b.pod("a", "10.1.0.1", "fd00::1")
	svc := b.service("web", "10.1.128.10", front6, []string{"10.1.0.1"}, []string{"fd00::1"})
	svc.Spec.Type = corev1.ServiceTypeLoadBalancer
	svc.Spec.Ports[0].NodePort, svc.Spec.Ports[1].NodePort = 30080, 30080
	svc.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{{IP: "2001:db8:7::5"}}
	b.ports = []dataplane.HostPort{{Pod: "default/a", PodIP: netip.MustParseAddr("fd00::1"), HostPort: 8888, ContainerPort: 8080, Protocol: corev1.ProtocolTCP}}
	b.apply()
	for _, network := range []string{"tcp", "udp"} {
		wantAnswer(t, outside, network, "["+node6+"]:30080", "a", node6)
		wantAnswer(t, outside, network, "[2001:db8:7::5]:80", "a", node6)
	}
	wantAnswer(t, outside, "tcp", "["+node6+"]:8888", "a", "2001:db8:1::2")
	wantAnswer(t, a, "tcp", "[2001:db8:1::2]:8080", "world", "2001:db8:1::1")

	local := svc.DeepCopy()
	local.Spec.ExternalTrafficPolicy = corev1.ServiceExternalTrafficPolicyLocal
	local.Spec.LoadBalancerSourceRanges = []string{"10.0.0.0/8", "2001:db8:1::2/127"}
	b.services[0] = local
	b.apply()
	wantAnswer(t, outside, "tcp", "["+node6+"]:30080", "a", "2001:db8:1::2")
	wantAnswer(t, outside, "tcp", "[2001:db8:7::5]:80", "a", "2001:db8:1::2")

	closed := local.DeepCopy()
	closed.Spec.LoadBalancerSourceRanges = []string{"2001:db8:2::/48"}
	b.services[0] = closed
	b.apply()
	if name, _, err := nettest.Ask(t, outside, "tcp", "[2001:db8:7::5]:80"); err == nil {
		t.Errorf("%s answered to somebody outside of the source ranges", name)
	}
}
