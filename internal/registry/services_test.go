package registry_test

import (
	"net/netip"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"gantry.dev/gantry/internal/client"
)

// change updates a Service with what a function makes of it.
func (h *house) change(svc *corev1.Service, edit func(*corev1.Service)) (*corev1.Service, error) {
	next := svc.DeepCopy()
	edit(next)
	res := h.write(client.Write{Verb: client.Update, Key: key("services", svc.Name), Object: next})
	if res.Err != nil {
		return nil, res.Err
	}
	return res.Object.(*corev1.Service), nil
}

// TestServiceOfTwoFamilies: a Service takes its second address when it asks for both families and gives it back when it wants one.
func TestServiceOfTwoFamilies(t *testing.T) {
	h := newHouseOf(t, "10.43.0.0/24,fd00:43::/112")
	s := h.create(service("s")).(*corev1.Service)
	if len(s.Spec.ClusterIPs) != 1 || *s.Spec.IPFamilyPolicy != corev1.IPFamilyPolicySingleStack {
		t.Fatalf("a Service that says nothing: %v %s", s.Spec.ClusterIPs, *s.Spec.IPFamilyPolicy)
	}
	policy := func(p corev1.IPFamilyPolicy) func(*corev1.Service) {
		return func(s *corev1.Service) { s.Spec.IPFamilyPolicy = &p }
	}
	both, err := h.change(s, policy(corev1.IPFamilyPolicyPreferDualStack))
	if err != nil || len(both.Spec.ClusterIPs) != 2 || both.Spec.ClusterIPs[0] != s.Spec.ClusterIP {
		t.Fatalf("with both families: %v, %v", both, err)
	}
	second := both.Spec.ClusterIPs[1]
	if a, err := netip.ParseAddr(second); err != nil || !netip.MustParsePrefix("fd00:43::/112").Contains(a) {
		t.Errorf("the second address is %q", second)
	}
	six := service("six")
	six.Spec.IPFamilies, six.Spec.ClusterIP = []corev1.IPFamily{corev1.IPv6Protocol}, second
	if err := h.try(six.DeepCopy()).Err; err == nil || !strings.Contains(err.Error(), "provided IP is already allocated") {
		t.Errorf("an address in use: %v", err)
	}
	if one, err := h.change(both, policy(corev1.IPFamilyPolicySingleStack)); err != nil || len(one.Spec.ClusterIPs) != 1 {
		t.Fatalf("back to one family: %v, %v", one, err)
	}
	h.create(six)
}

// TestNodePortsComeBack: whatever a Service has done with its ports, nothing of it is held when it is gone.
func TestNodePortsComeBack(t *testing.T) {
	no := false
	for name, edit := range map[string]func(*corev1.Service){
		"asked for": func(s *corev1.Service) {},
		"shared by protocols": func(s *corev1.Service) {
			s.Spec.Ports = []corev1.ServicePort{{Name: "t", Port: 80, NodePort: 30001}, {Name: "u", Port: 80, NodePort: 30001, Protocol: corev1.ProtocolUDP}}
		},
		"of a load balancer without": func(s *corev1.Service) {
			s.Spec.Type, s.Spec.AllocateLoadBalancerNodePorts = corev1.ServiceTypeLoadBalancer, &no
		},
		"that become a load balancer's own": func(s *corev1.Service) {
			s.Spec.Type, s.Spec.ExternalTrafficPolicy, s.Spec.HealthCheckNodePort = corev1.ServiceTypeLoadBalancer, corev1.ServiceExternalTrafficPolicyLocal, 30002
		},
		"dropped": func(s *corev1.Service) { s.Spec.Type = corev1.ServiceTypeClusterIP },
		"left for the health port": func(s *corev1.Service) {
			s.Spec.Type, s.Spec.ExternalTrafficPolicy, s.Spec.HealthCheckNodePort = corev1.ServiceTypeLoadBalancer, corev1.ServiceExternalTrafficPolicyLocal, 30001
			s.Spec.Ports[0].NodePort = 30003
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			s := service("s")
			s.Spec.Ports[0].NodePort = 30001
			if _, err := h.change(h.create(s.DeepCopy()).(*corev1.Service), edit); err != nil && !apierrors.IsInternalError(err) {
				t.Fatal(err)
			}
			if res := h.write(client.Write{Verb: client.Delete, Key: key("services", "s")}); res.Err != nil {
				t.Fatal(res.Err)
			}
			all := service("all")
			all.Spec.Ports = []corev1.ServicePort{{Name: "a", Port: 1, NodePort: 30001}, {Name: "b", Port: 2, NodePort: 30002}, {Name: "c", Port: 3, NodePort: 30003}}
			h.create(all)
		})
	}
}
