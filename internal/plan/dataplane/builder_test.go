package dataplane

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// world changes a little at a time.
type world struct {
	r  *rand.Rand
	in Input
}

func newWorld(seed uint64) *world {
	return &world{r: rand.New(rand.NewPCG(seed, 7)), in: Input{NodeName: "n1", PodCIDRs: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/24")}}}
}

func (w *world) step() {
	name := fmt.Sprintf("s%d", w.r.IntN(5))
	switch w.r.IntN(6) {
	case 0, 1:
		w.in.Services = slices.DeleteFunc(slices.Clone(w.in.Services), func(s *corev1.Service) bool { return s.Name == name })
		svc := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "d", Name: name}}
		svc.Spec.ClusterIP = [...]string{"None", "10.9.0.1", "10.9.0.2", "10.9.0.3"}[w.r.IntN(4)]
		svc.Spec.ExternalIPs = [][]string{nil, {"10.9.0.1"}, {"203.0.113.1", "10.9.0.2"}}[w.r.IntN(3)]
		svc.Spec.Ports = []corev1.ServicePort{{Port: 80, Protocol: corev1.ProtocolTCP}}
		w.in.Services = append(w.in.Services, svc)
	case 2:
		w.in.Services = slices.DeleteFunc(slices.Clone(w.in.Services), func(s *corev1.Service) bool { return s.Name == name })
	case 3, 4:
		id := fmt.Sprintf("%s-%d", name, w.r.IntN(2))
		w.in.Slices = slices.DeleteFunc(slices.Clone(w.in.Slices), func(s *discoveryv1.EndpointSlice) bool { return s.Name == id })
		if w.r.IntN(4) > 0 {
			port := int32(80)
			s := &discoveryv1.EndpointSlice{AddressType: discoveryv1.AddressTypeIPv4, Ports: []discoveryv1.EndpointPort{{Port: &port}}}
			s.Namespace, s.Name, s.Labels = "d", id, map[string]string{discoveryv1.LabelServiceName: name}
			for range w.r.IntN(3) {
				s.Endpoints = append(s.Endpoints, discoveryv1.Endpoint{Addresses: []string{fmt.Sprintf("10.1.0.%d", 1+w.r.IntN(4))}})
			}
			w.in.Slices = append(w.in.Slices, s)
		}
	case 5:
		w.in.HostPorts = nil
		for range w.r.IntN(3) {
			w.in.HostPorts = append(w.in.HostPorts, HostPort{Pod: fmt.Sprintf("d/p%d", w.r.IntN(2)), PodIP: netip.MustParseAddr("10.1.0.1"),
				HostIP: netip.MustParseAddr("203.0.113.1"), HostPort: uint16(80 + w.r.IntN(2)), ContainerPort: 80})
		}
		w.in.NodeAddresses = [][]netip.Addr{nil, {netip.MustParseAddr("10.1.255.254")}}[w.r.IntN(2)]
		w.r.Shuffle(len(w.in.Services), func(i, j int) {
			w.in.Services = slices.Clone(w.in.Services)
			w.in.Services[i], w.in.Services[j] = w.in.Services[j], w.in.Services[i]
		})
	}
}

// TestBuilderNeverDiffersFromBuild: whatever changes, the builder says what a build from scratch says, and the ledger's
// changes lead from each state to the next.
func TestBuilderNeverDiffersFromBuild(t *testing.T) {
	for seed := range uint64(50) {
		w, b := newWorld(seed), NewBuilder()
		ledger := NewLedger(Desired{})
		kernel := make(map[Element]Element) // by key
		for step := range 60 {
			w.step()
			got := b.Build(w.in)
			if want := Build(w.in); got.String() != want.String() {
				t.Fatalf("seed %d step %d: got\n%s\nwant\n%s", seed, step, got, want)
			}
			for _, c := range ledger.Advance(got) {
				key := c.Key()
				if old, ok := kernel[key]; ok != c.Delete || c.Delete && old != c.Element {
					t.Fatalf("seed %d step %d: %v, but the kernel has %v", seed, step, c, old)
				}
				if kernel[key] = c.Element; c.Delete {
					delete(kernel, key)
				}
			}
			if left := Diff(slices.Collect(maps.Values(kernel)), got); len(left) > 0 {
				t.Fatalf("seed %d step %d: left to do: %v", seed, step, left)
			}
		}
	}
}

func BenchmarkBuildOneChange(b *testing.B) {
	in := Input{NodeName: "n1", PodCIDRs: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}}
	port := int32(80)
	make := func(i int, ip string) *discoveryv1.EndpointSlice {
		s := &discoveryv1.EndpointSlice{AddressType: discoveryv1.AddressTypeIPv4, Ports: []discoveryv1.EndpointPort{{Port: &port}},
			Endpoints: []discoveryv1.Endpoint{{Addresses: []string{ip}}}}
		s.Namespace, s.Name, s.Labels = "d", fmt.Sprintf("s%d-x", i), map[string]string{discoveryv1.LabelServiceName: fmt.Sprintf("s%d", i)}
		return s
	}
	for i := range 10_000 {
		svc := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "d", Name: fmt.Sprintf("s%d", i)}}
		svc.Spec.ClusterIP, svc.Spec.Ports = fmt.Sprintf("10.9.%d.%d", i/250, i%250), []corev1.ServicePort{{Port: 80}}
		in.Services = append(in.Services, svc)
		in.Slices = append(in.Slices, make(i, "10.1.0.1"))
	}
	builder := NewBuilder()
	ledger := NewLedger(builder.Build(in))
	two := [2]*discoveryv1.EndpointSlice{make(77, "10.1.0.2"), make(77, "10.1.0.3")}
	for i := 0; b.Loop(); i++ {
		in.Slices[77] = two[i%2]
		ledger.Advance(builder.Build(in))
	}
}
