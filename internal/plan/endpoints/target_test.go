package endpoints

import (
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
)

func TestTargets(t *testing.T) {
	slice := func(family discoveryv1.AddressType, port string, number int32, ready *bool, addrs ...string) *discoveryv1.EndpointSlice {
		s := &discoveryv1.EndpointSlice{AddressType: family, Ports: []discoveryv1.EndpointPort{{Name: &port, Port: &number}}}
		for _, a := range addrs {
			s.Endpoints = append(s.Endpoints, discoveryv1.Endpoint{Addresses: []string{a}, Conditions: discoveryv1.EndpointConditions{Ready: ready}})
		}
		return s
	}
	svc := func(spec corev1.ServiceSpec) *corev1.Service {
		return &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: "hook"}, Spec: spec}
	}
	two := corev1.ServiceSpec{IPFamilies: []corev1.IPFamily{corev1.IPv4Protocol},
		Ports: []corev1.ServicePort{{Name: "https", Port: 443}, {Name: "metrics", Port: 9090}}}
	for _, c := range []struct {
		name   string
		svc    *corev1.Service
		slices []*discoveryv1.EndpointSlice
		port   int32
		want   []string
		err    string
	}{
		{"ready ones of the named port and the primary family", svc(two), []*discoveryv1.EndpointSlice{
			slice(discoveryv1.AddressTypeIPv6, "https", 8443, ptr.To(true), "fd00::1"),
			slice(discoveryv1.AddressTypeIPv4, "https", 8443, nil, "10.0.0.1", "10.0.0.2"),
			slice(discoveryv1.AddressTypeIPv4, "https", 8443, ptr.To(false), "10.0.0.3"),
			slice(discoveryv1.AddressTypeIPv4, "metrics", 9, ptr.To(true), "10.0.0.4")},
			443, []string{"10.0.0.1:8443", "10.0.0.2:8443"}, ""},
		{"the other family if need be", svc(two), []*discoveryv1.EndpointSlice{slice(discoveryv1.AddressTypeIPv6, "https", 8443, ptr.To(true), "fd00::1")},
			443, []string{"[fd00::1]:8443"}, ""},
		{"outside name", svc(corev1.ServiceSpec{Type: corev1.ServiceTypeExternalName, ExternalName: "hook.example.com"}), nil, 443,
			[]string{"hook.example.com:443"}, ""},
		{"no such port", svc(two), nil, 80, nil, `no service port 80 found for service "hook"`},
		{"nobody is ready", svc(two), []*discoveryv1.EndpointSlice{slice(discoveryv1.AddressTypeIPv4, "https", 1, ptr.To(false), "10.0.0.3")}, 443,
			nil, `no endpoints available for service "hook"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Targets(c.svc, c.slices, c.port)
			if err != nil && err.Error() != c.err || err == nil && c.err != "" {
				t.Fatalf("got error %v, want %q", err, c.err)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
