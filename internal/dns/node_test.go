package dns

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/miekg/dns"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/driver/firewall"
	"gantry.dev/gantry/internal/driver/link"
	"gantry.dev/gantry/internal/driver/loopback"
	"gantry.dev/gantry/internal/nettest"
	"gantry.dev/gantry/internal/plan/dataplane"
	"gantry.dev/gantry/internal/plan/dnsrecords"
	"gantry.dev/gantry/internal/plan/ipam"
)

// TestNode is the whole network of a node: ranges are chosen, pods attached, a Service programmed, its name resolved by a
// pod at the node's address, and its node port answers on 127.0.0.1. Then all of it goes away.
func TestNode(t *testing.T) {
	nettest.Need(t)
	ctx := context.Background()
	taken := must(link.Taken())(t)
	ranges := must(ipam.ChooseRanges(taken))(t)
	network := must(link.Setup(ctx, link.Config{Instance: "node-test", Families: []link.Family{{NodeAddress: ranges.Node, PodCIDR: ranges.Pods, ServiceCIDR: ranges.Services}}}))(t)
	t.Cleanup(func() {
		if err := errors.Join(network.Close(), link.Cleanup("node-test")); err != nil {
			t.Error(err)
		}
		if left := must(link.Taken())(t); fmt.Sprint(left) != fmt.Sprint(taken) {
			t.Errorf("addresses and routes left behind: %v, before: %v", left, taken)
		}
	})
	fw := must(firewall.Open(firewall.Config{Instance: "node-test", Families: []firewall.Family{{PodCIDR: ranges.Pods, ServiceCIDR: ranges.Services, NodeAddress: ranges.Node}}}))(t)
	t.Cleanup(func() {
		if err := errors.Join(fw.Close(), firewall.Cleanup("node-test")); err != nil {
			t.Error(err)
		}
	})
	alloc := must(ipam.NewAllocator(ranges.Pods, nil))(t)
	pod := func(uid string) (*nettest.Namespace, string) {
		ns, ip := nettest.New(t), must(alloc.Next())(t)
		if err := network.AttachPod(ctx, link.Pod{UID: uid, Addresses: []netip.Addr{ip}, Netns: ns.FD()}); err != nil {
			t.Fatal(err)
		}
		nettest.Serve(t, ns, uid, ip.String()+":8080")
		return ns, ip.String()
	}
	client, clientIP := pod("client")
	_, serverIP := pod("server")

	clusterIP := ranges.Services.Addr().Next().Next()
	svc, slice := webService(clusterIP.String(), serverIP)
	want := dataplane.Build(dataplane.Input{Services: []*corev1.Service{svc}, Slices: []*discoveryv1.EndpointSlice{slice},
		NodeName: "n1", NodeAddresses: []netip.Addr{ranges.Node}, PodCIDRs: []netip.Prefix{ranges.Pods}})
	if err := fw.Apply(ctx, want); err != nil {
		t.Fatal(err)
	}
	forward := loopback.New(slog.New(slog.DiscardHandler))
	t.Cleanup(func() {
		if err := forward.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := forward.Apply(ctx, want.Loopback()); err != nil {
		t.Fatal(err)
	}
	nameserver := net.JoinHostPort(ranges.Node.String(), "53")
	names := startAt(t, nameserver)
	names.Set(dnsrecords.Build(dnsrecords.Input{Services: []*corev1.Service{svc}, Slices: []*discoveryv1.EndpointSlice{slice},
		Ranges: []netip.Prefix{ranges.Pods, ranges.Services}}))

	var resolved string
	client.Do(t, func() error {
		req := new(dns.Msg).SetQuestion("web.default.svc.cluster.local.", dns.TypeA)
		c := dns.Client{Timeout: patience, Dialer: &net.Dialer{Timeout: 5 * time.Second}}
		resp, _, err := c.Exchange(req, nameserver)
		if err == nil {
			resolved = text(resp)
		}
		return err
	})
	if resolved != "NOERROR "+clusterIP.String() {
		t.Fatalf("the pod resolved %q", resolved)
	}
	for _, c := range []struct {
		from         *nettest.Namespace
		addr, client string
	}{
		{client, clusterIP.String() + ":80", clientIP},
		{nil, clusterIP.String() + ":80", ranges.Node.String()},
		{nil, ranges.Node.String() + ":30080", ranges.Node.String()},
		{nil, "127.0.0.1:30080", ranges.Node.String()},
	} {
		name, seen, err := nettest.Ask(t, c.from, "tcp", c.addr)
		if err != nil || name != "server" || seen != c.client {
			t.Errorf("%s: answered by %q to %q (%v), want server to %s", c.addr, name, seen, err, c.client)
		}
	}
}

func webService(clusterIP, endpoint string) (*corev1.Service, *discoveryv1.EndpointSlice) {
	port, node := int32(8080), "n1"
	svc := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "web"}, Spec: corev1.ServiceSpec{
		Type: corev1.ServiceTypeNodePort, ClusterIP: clusterIP,
		Ports: []corev1.ServicePort{{Port: 80, NodePort: 30080, Protocol: corev1.ProtocolTCP}}}}
	slice := &discoveryv1.EndpointSlice{
		ObjectMeta:  metav1.ObjectMeta{Namespace: "default", Name: "web-a", Labels: map[string]string{discoveryv1.LabelServiceName: "web"}},
		AddressType: discoveryv1.AddressTypeIPv4, Ports: []discoveryv1.EndpointPort{{Port: &port}},
		Endpoints: []discoveryv1.Endpoint{{Addresses: []string{endpoint}, NodeName: &node}},
	}
	return svc, slice
}

// must makes a test end at an error.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
