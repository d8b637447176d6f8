package registry

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// carryOver copies allocations that an update left out although the Service still needs them.
func carryOver(svc, old *corev1.Service) {
	if wantsClusterIP(svc) && wantsClusterIP(old) {
		if svc.Spec.ClusterIP == "" {
			svc.Spec.ClusterIP = old.Spec.ClusterIP
		}
		if len(svc.Spec.ClusterIPs) == 0 {
			svc.Spec.ClusterIPs = slices.Clone(old.Spec.ClusterIPs)
		}
	}
	if wantsNodePorts(svc) && wantsNodePorts(old) {
		carryPorts(svc.Spec.Ports, old.Spec.Ports)
	}
	if wantsHealthPort(svc) && wantsHealthPort(old) && svc.Spec.HealthCheckNodePort == 0 {
		svc.Spec.HealthCheckNodePort = old.Spec.HealthCheckNodePort
	}
}

// normalizeClusterIPs keeps the singular and the plural field together for clients that know only the singular one.
func normalizeClusterIPs(svc, old *corev1.Service) {
	n, o := &svc.Spec, &old.Spec
	if n.ClusterIP == o.ClusterIP {
		if len(n.ClusterIPs) == 0 {
			n.ClusterIPs = slices.Clone(o.ClusterIPs)
		}
		return
	}
	if !slices.Equal(n.ClusterIPs, o.ClusterIPs) {
		return // both were changed: validation says whether they fit
	}
	if n.ClusterIPs = nil; n.ClusterIP != "" {
		n.ClusterIPs = []string{n.ClusterIP}
	}
}

// carryPorts gives ports that name no node port the one that the port of their name has, unless another port took it.
func carryPorts(ports, old []corev1.ServicePort) {
	byName, had, kept := map[string]int32{}, map[int32]bool{}, map[int32]bool{}
	for _, p := range old {
		byName[p.Name], had[p.NodePort] = p.NodePort, true
	}
	for _, p := range ports {
		kept[p.NodePort] = p.NodePort != 0 && had[p.NodePort]
	}
	for i := range ports {
		if want := byName[ports[i].Name]; ports[i].NodePort == 0 && !kept[want] {
			ports[i].NodePort = want
		}
	}
}

// dropPorts clears the node ports of a Service that can have none any more, unless its client asked for new ones: what is
// allocated must not depend on what the strategy clears afterwards.
func dropPorts(svc, old *corev1.Service) {
	if !hasNodePorts(old) || hasNodePorts(svc) {
		return
	}
	for _, p := range svc.Spec.Ports {
		if p.NodePort != 0 && !slices.ContainsFunc(old.Spec.Ports, func(o corev1.ServicePort) bool { return o.NodePort == p.NodePort }) {
			return
		}
	}
	for i := range svc.Spec.Ports {
		svc.Spec.Ports[i].NodePort = 0
	}
}
