// Package endpoints decides which pods stand behind a Service, and packs them into EndpointSlices and Endpoints. It is
// pure; packages controllers/endpointslice and controllers/endpoints turn it into writes.
package endpoints

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"

	"gantry.dev/gantry/internal/plan"
)

// Backend is one pod behind a Service, for one address family.
type Backend struct {
	Pod      *corev1.Pod
	Endpoint discoveryv1.Endpoint
	Ports    []discoveryv1.EndpointPort
}

// NodeZone tells the zone of a node; ok is false if there is no such node.
type NodeZone func(node string) (zone string, ok bool)

// Backends returns the pods of a Service that have an address of the family, in no particular order. The pods are those
// that its selector matches.
func Backends(svc *corev1.Service, pods []*corev1.Pod, family discoveryv1.AddressType, zone NodeZone) []Backend {
	var out []Backend
	for _, p := range pods {
		if plan.Terminated(p) {
			continue
		}
		addrs := addresses(p, family)
		if len(addrs) == 0 {
			continue
		}
		z, ok := zone(p.Spec.NodeName)
		if !ok && !svc.Spec.PublishNotReadyAddresses {
			continue // a pod of a lost node; when the node comes the service is planned again
		}
		out = append(out, Backend{Pod: p, Ports: Ports(svc, p), Endpoint: endpoint(svc, p, addrs, z)})
	}
	return out
}

func endpoint(svc *corev1.Service, p *corev1.Pod, addrs []string, zone string) discoveryv1.Endpoint {
	serving, terminating := plan.Ready(p), p.DeletionTimestamp != nil
	ready := svc.Spec.PublishNotReadyAddresses || serving && !terminating
	e := discoveryv1.Endpoint{
		Addresses:  addrs,
		Conditions: discoveryv1.EndpointConditions{Ready: &ready, Serving: &serving, Terminating: &terminating},
		TargetRef:  &corev1.ObjectReference{Kind: "Pod", Namespace: p.Namespace, Name: p.Name, UID: p.UID},
	}
	if p.Spec.NodeName != "" {
		node := p.Spec.NodeName
		e.NodeName = &node
	}
	if zone != "" {
		e.Zone = &zone
	}
	if host := Hostname(svc, p); host != "" {
		e.Hostname = &host
	}
	return e
}

// Hostname is the name under which a pod is known in a headless Service, or "".
func Hostname(svc *corev1.Service, p *corev1.Pod) string {
	if p.Spec.Subdomain == svc.Name && p.Namespace == svc.Namespace {
		return p.Spec.Hostname
	}
	return ""
}

// addresses returns the pod's addresses of a family.
func addresses(p *corev1.Pod, family discoveryv1.AddressType) []string {
	var out []string
	ips := p.Status.PodIPs
	if len(ips) == 0 && p.Status.PodIP != "" {
		ips = []corev1.PodIP{{IP: p.Status.PodIP}}
	}
	for _, ip := range ips {
		if a, err := netip.ParseAddr(ip.IP); err == nil && (family == discoveryv1.AddressTypeIPv4) == a.Is4() {
			out = append(out, ip.IP)
		}
	}
	return out
}

// Ports are the ports of a Service on one pod; a named target port that the pod does not have is left out.
func Ports(svc *corev1.Service, p *corev1.Pod) []discoveryv1.EndpointPort {
	out := []discoveryv1.EndpointPort{}
	for i := range svc.Spec.Ports {
		sp := &svc.Spec.Ports[i]
		n, ok := TargetPort(p, sp)
		if !ok {
			continue
		}
		name, proto := sp.Name, sp.Protocol
		out = append(out, discoveryv1.EndpointPort{Name: &name, Port: &n, Protocol: &proto, AppProtocol: sp.AppProtocol})
	}
	return out
}

// TargetPort finds the container port that a Service's port leads to on one pod.
func TargetPort(p *corev1.Pod, sp *corev1.ServicePort) (int32, bool) {
	name := sp.TargetPort.StrVal
	if name == "" {
		return sp.TargetPort.IntVal, true
	}
	for _, c := range p.Spec.Containers {
		for _, cp := range c.Ports {
			if cp.Name == name && protocol(cp.Protocol) == protocol(sp.Protocol) {
				return cp.ContainerPort, true
			}
		}
	}
	for _, c := range p.Spec.InitContainers {
		if c.RestartPolicy == nil || *c.RestartPolicy != corev1.ContainerRestartPolicyAlways {
			continue // only sidecars live long enough to serve
		}
		for _, cp := range c.Ports {
			if cp.Name == name && protocol(cp.Protocol) == protocol(sp.Protocol) {
				return cp.ContainerPort, true
			}
		}
	}
	return 0, false
}

func protocol(p corev1.Protocol) corev1.Protocol { return cmp.Or(p, corev1.ProtocolTCP) }

// Families are the address types that a Service wants slices for.
func Families(svc *corev1.Service) []discoveryv1.AddressType {
	var out []discoveryv1.AddressType
	for _, f := range svc.Spec.IPFamilies {
		switch f {
		case corev1.IPv4Protocol:
			out = append(out, discoveryv1.AddressTypeIPv4)
		case corev1.IPv6Protocol:
			out = append(out, discoveryv1.AddressTypeIPv6)
		}
	}
	switch {
	case len(out) > 0:
	case svc.Spec.ClusterIP == "" || svc.Spec.ClusterIP == corev1.ClusterIPNone: // nobody has said yet: whatever pods have
		out = append(out, discoveryv1.AddressTypeIPv4, discoveryv1.AddressTypeIPv6)
	case strings.Contains(svc.Spec.ClusterIP, ":"):
		out = append(out, discoveryv1.AddressTypeIPv6)
	default:
		out = append(out, discoveryv1.AddressTypeIPv4)
	}
	return slices.Compact(out)
}
