package firewall

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"testing"

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
	return Config{
		Instance:    "test",
		PodCIDR:     netip.MustParsePrefix("10.1.0.0/24"),
		ServiceCIDR: netip.MustParsePrefix(services),
		NodeAddress: netip.MustParseAddr(nodeIP),
	}
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
		NodeAddresses: []netip.Addr{netip.MustParseAddr(nodeIP)}, PodCIDR: config().PodCIDR,
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
