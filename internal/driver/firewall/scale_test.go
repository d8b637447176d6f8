package firewall

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"

	"gantry.dev/gantry/internal/nettest"
	"gantry.dev/gantry/internal/plan/dataplane"
)

// bigConfig has room for many services.
func bigConfig() Config {
	cfg := config()
	cfg.Families[0].PodCIDR, cfg.Families[0].ServiceCIDR = netip.MustParsePrefix("10.1.0.0/17"), netip.MustParsePrefix("10.2.0.0/16")
	return cfg
}

// bigBed has n services with three endpoints each.
func bigBed(n int) (*bed, dataplane.Input) {
	b := &bed{}
	pod := netip.MustParseAddr("10.1.0.0")
	for i := range n {
		var ips []string
		for range 3 {
			pod = pod.Next()
			ips = append(ips, pod.String())
		}
		b.service(fmt.Sprintf("s%d", i), fmt.Sprintf("10.2.%d.%d", i/250, i%250+1), ips...)
	}
	return b, dataplane.Input{Services: b.services, Slices: b.slices, NodeName: "n1", PodCIDRs: []netip.Prefix{bigConfig().Families[0].PodCIDR},
		NodeAddresses: []netip.Addr{netip.MustParseAddr(nodeIP)}}
}

// BenchmarkOneEndpoint is the time from a changed slice to the kernel's acknowledgement with 10,000 services (of two
// ports each) present.
func BenchmarkOneEndpoint(b *testing.B) {
	fw := open(b, bigConfig())
	bed, in := bigBed(10_000)
	builder := dataplane.NewBuilder()
	if err := fw.Apply(context.Background(), builder.Build(in)); err != nil {
		b.Fatal(err)
	}
	one, two := bed.slices[77], slice("s77", "10.1.0.1", "10.1.0.2")
	for i := 0; b.Loop(); i++ {
		in.Slices[77] = one
		if i%2 == 0 {
			in.Slices[77] = two
		}
		if err := fw.Apply(context.Background(), builder.Build(in)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFill is the time to bring 10,000 services into an empty table.
func BenchmarkFill(b *testing.B) {
	_, in := bigBed(10_000)
	want := dataplane.Build(in)
	for b.Loop() {
		b.StopTimer()
		nettest.Need(b)
		fw, err := Open(bigConfig())
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if err := fw.Apply(context.Background(), want); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := fw.Close(); err != nil {
			b.Fatal(err)
		}
		if err := Cleanup("test"); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

// TestManyServices has more elements than fit into one message or transaction.
func TestManyServices(t *testing.T) {
	fw := open(t, bigConfig())
	_, in := bigBed(1_000)
	for _, want := range []dataplane.Desired{dataplane.Build(in), {}} {
		if err := fw.Apply(context.Background(), want); err != nil {
			t.Fatal(err)
		}
		have, err := fw.Observe()
		if err != nil {
			t.Fatal(err)
		}
		if left := dataplane.Diff(have, want); len(left) > 0 {
			t.Fatalf("%d changes are left, the first is %v", len(left), left[0])
		}
	}
}

// FuzzLoads changes random services step by step: the kernel takes every step, and holds what was wanted. Workers share a
// network namespace: fuzz with -parallel 1.
func FuzzLoads(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		fw := open(t, bigConfig())
		r := rand.New(rand.NewPCG(seed, 1))
		builder := dataplane.NewBuilder()
		const steps = 6
		for range steps {
			in := randomInput(r)
			want := builder.Build(in)
			if fresh := dataplane.Build(in); fresh.String() != want.String() {
				t.Fatalf("builder says\n%s\nbuilt from scratch it is\n%s", want, fresh)
			}
			if err := fw.Apply(context.Background(), want); err != nil {
				t.Fatalf("%v\n%s", err, want)
			}
			have, err := fw.Observe()
			if err != nil {
				t.Fatal(err)
			}
			if left := dataplane.Diff(have, want); len(left) > 0 {
				t.Fatalf("%d changes are left, the first is %v\n%s", len(left), left[0], want)
			}
		}
	})
}

// randomInput is a small world in which addresses clash often.
func randomInput(r *rand.Rand) dataplane.Input {
	b := &bed{}
	pick := func(max int) []string {
		var ips []string
		for range r.IntN(max + 1) {
			ips = append(ips, fmt.Sprintf("10.1.0.%d", 1+r.IntN(6)))
		}
		return ips
	}
	for i := range r.IntN(6) {
		svc := b.service(fmt.Sprintf("s%d", i), fmt.Sprintf("10.2.0.%d", 1+r.IntN(8)), pick(5)...)
		if r.IntN(3) == 0 {
			svc.Spec.SessionAffinity = corev1.ServiceAffinityClientIP
			timeout := int32(1 + r.IntN(86400))
			svc.Spec.SessionAffinityConfig = &corev1.SessionAffinityConfig{ClientIP: &corev1.ClientIPConfig{TimeoutSeconds: &timeout}}
		}
		if r.IntN(2) == 0 {
			svc.Spec.Type = corev1.ServiceTypeNodePort
			svc.Spec.Ports[0].NodePort = int32(30000 + r.IntN(4))
		}
		if r.IntN(3) == 0 {
			svc.Spec.ExternalTrafficPolicy = corev1.ServiceExternalTrafficPolicyLocal
		}
		if r.IntN(3) == 0 {
			local := corev1.ServiceInternalTrafficPolicyLocal
			svc.Spec.InternalTrafficPolicy = &local
		}
		if r.IntN(3) == 0 {
			svc.Spec.ExternalIPs = []string{fmt.Sprintf("203.0.113.%d", 1+r.IntN(3)), "10.2.0.3"}
		}
		if r.IntN(4) == 0 {
			svc.Spec.Ports[1].Protocol = corev1.ProtocolSCTP
		}
		for _, s := range b.slices {
			for j := range s.Endpoints {
				if r.IntN(4) == 0 {
					elsewhere, yes := "n2", true
					no := false
					s.Endpoints[j].NodeName = &elsewhere
					s.Endpoints[j].Conditions = discoveryv1.EndpointConditions{Ready: &no, Serving: &yes, Terminating: &yes}
				}
			}
		}
	}
	for i := range r.IntN(3) {
		b.ports = append(b.ports, dataplane.HostPort{Pod: fmt.Sprintf("default/p%d", i), PodIP: netip.MustParseAddr("10.1.0.1"),
			HostPort: uint16(30000 + r.IntN(3)), ContainerPort: 80, Protocol: corev1.ProtocolTCP})
	}
	return dataplane.Input{Services: b.services, Slices: b.slices, HostPorts: b.ports, NodeName: "n1", PodCIDRs: []netip.Prefix{bigConfig().Families[0].PodCIDR},
		NodeAddresses: []netip.Addr{netip.MustParseAddr(nodeIP)}}
}
