package dnsrecords

import (
	"iter"
	"net/netip"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// endpoint is one ready endpoint of a slice.
type endpoint struct {
	addr     netip.Addr
	hostname string // lower case; made of the address if it has none
	slice    *discoveryv1.EndpointSlice
}

// endpoints yields the ready endpoints of all slices, of both families. Unready ones of a Service with publishNotReadyAddresses are
// marked ready by whoever makes the slices.
func (s *service) endpoints() iter.Seq[endpoint] {
	return func(yield func(endpoint) bool) {
		for _, slice := range s.slices {
			if slice.AddressType != discoveryv1.AddressTypeIPv4 && slice.AddressType != discoveryv1.AddressTypeIPv6 {
				continue
			}
			for i := range slice.Endpoints {
				ep := &slice.Endpoints[i]
				if ep.Conditions.Ready != nil && !*ep.Conditions.Ready || len(ep.Addresses) == 0 {
					continue
				}
				addr, err := netip.ParseAddr(ep.Addresses[0])
				if err != nil || addr.Is4() != (slice.AddressType == discoveryv1.AddressTypeIPv4) {
					continue
				}
				name := dashed(addr)
				if ep.Hostname != nil && *ep.Hostname != "" {
					name = strings.ToLower(*ep.Hostname)
				}
				if !yield(endpoint{addr, name, slice}) {
					return
				}
			}
		}
	}
}

// servicePort is a named port.
type servicePort struct {
	name, protocol string // lower case
	number         uint16
}

// ports yields the named ports of the Service; only those have SRV records.
func (s *service) ports() iter.Seq[servicePort] {
	return func(yield func(servicePort) bool) {
		for _, p := range s.Spec.Ports {
			if p.Name != "" && !yield(servicePort{strings.ToLower(p.Name), protocolName(p.Protocol), uint16(p.Port)}) {
				return
			}
		}
	}
}

// port finds the number that a port of the Service has at an endpoint.
func (e endpoint) port(want servicePort) (uint16, bool) {
	for _, p := range e.slice.Ports {
		var protocol corev1.Protocol
		if p.Protocol != nil {
			protocol = *p.Protocol
		}
		if p.Name != nil && strings.EqualFold(*p.Name, want.name) && protocolName(protocol) == want.protocol && p.Port != nil {
			return uint16(*p.Port), true
		}
	}
	return 0, false
}

func protocolName(p corev1.Protocol) string {
	if p == "" {
		p = corev1.ProtocolTCP
	}
	return strings.ToLower(string(p))
}
