package endpoints

import (
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// HintByDistribution marks the ready endpoints with the zones and nodes that should use them, as trafficDistribution asks.
func HintByDistribution(svc *corev1.Service, backends []Backend) {
	d := svc.Spec.TrafficDistribution
	if d == nil {
		return
	}
	for i := range backends {
		e := &backends[i].Endpoint
		if e.Conditions.Ready == nil || !*e.Conditions.Ready {
			continue
		}
		h := &discoveryv1.EndpointHints{}
		switch *d {
		case corev1.ServiceTrafficDistributionPreferSameNode:
			if e.NodeName != nil {
				h.ForNodes = []discoveryv1.ForNode{{Name: *e.NodeName}}
			}
			fallthrough
		case corev1.ServiceTrafficDistributionPreferClose, corev1.ServiceTrafficDistributionPreferSameZone:
			if e.Zone != nil {
				h.ForZones = []discoveryv1.ForZone{{Name: *e.Zone}}
			}
		}
		if h.ForNodes != nil || h.ForZones != nil {
			e.Hints = h
		}
	}
}
