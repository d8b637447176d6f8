package dataplane

import (
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// external is one address of a port by which it is reached from outside.
type external struct {
	netip.AddrPort
	// sources, if not nil, are the only ones that may.
	sources []netip.Prefix
	// balanced marks a load balancer's address.
	balanced bool
}

// externalAddresses are node ports, external IPs and load balancer addresses of a port.
func (s *serviceBuild) externalAddresses(p *corev1.ServicePort) []external {
	var out []external
	if p.NodePort != 0 {
		for _, addr := range s.node.addresses { // those of families that the Service does not have go with these
			out = append(out, external{AddrPort: netip.AddrPortFrom(addr, uint16(p.NodePort))})
		}
	}
	for _, ip := range s.svc.Spec.ExternalIPs {
		if addr, ok := s.allowed("external IP", ip, s.node.forbidden); ok {
			out = append(out, external{AddrPort: netip.AddrPortFrom(addr, uint16(p.Port))})
		}
	}
	if s.svc.Spec.Type == corev1.ServiceTypeLoadBalancer {
		for _, in := range s.svc.Status.LoadBalancer.Ingress {
			if in.IP == "" || (in.IPMode != nil && *in.IPMode == corev1.LoadBalancerIPModeProxy) {
				continue
			}
			addr, ok := s.allowed("load balancer address", in.IP, s.node.forbiddenBalanced)
			if !ok {
				continue
			}
			sources, ok := s.sources(addr)
			if ok {
				out = append(out, external{netip.AddrPortFrom(addr, uint16(p.Port)), sources, true})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b external) int { return a.Compare(b.AddrPort) })
	return slices.CompactFunc(out, func(a, b external) bool { return a.AddrPort == b.AddrPort })
}

// allowed parses an address that forbidden has nothing against.
func (s *serviceBuild) allowed(what, ip string, forbidden func(netip.Addr) string) (netip.Addr, bool) {
	addr, ok := s.address(what, ip)
	if !ok {
		return addr, false
	}
	if !s.serves(addr) {
		s.refuse("%s %s: the Service has no ClusterIP of family %s", what, ip, family(addr))
		return addr, false
	}
	if reason := forbidden(addr); reason != "" {
		s.refuse("%s %s: %s", what, ip, reason)
		return addr, false
	}
	return addr, true
}

// sources are the prefixes of spec.loadBalancerSourceRanges of an address's family, those left out that lie in another; nil
// for everywhere. An address of which no range is of its family is refused: open to all is not what was asked for.
func (s *serviceBuild) sources(addr netip.Addr) (out []netip.Prefix, ok bool) {
	if len(s.svc.Spec.LoadBalancerSourceRanges) == 0 {
		return nil, true
	}
	for _, text := range s.svc.Spec.LoadBalancerSourceRanges {
		if p, err := netip.ParsePrefix(text); err == nil && p.Addr().Is4() == addr.Is4() {
			out = append(out, p.Masked())
		}
	}
	if len(out) == 0 {
		s.refuse("load balancer address %s: none of loadBalancerSourceRanges is an %s range", addr, family(addr))
		return nil, false
	}
	slices.SortFunc(out, func(a, b netip.Prefix) int { return a.Bits() - b.Bits() })
	var kept []netip.Prefix
	for _, p := range out {
		if !slices.ContainsFunc(kept, p.Overlaps) {
			kept = append(kept, p)
		}
	}
	if kept[0].Bits() == 0 {
		return nil, true
	}
	slices.SortFunc(kept, netip.Prefix.Compare)
	return kept, true
}

// forbidden says why an address may not be captured; empty if it may.
func (n *node) forbidden(addr netip.Addr) string {
	switch {
	case addr.IsLoopback(), addr.IsUnspecified(), addr.IsMulticast(), addr.IsLinkLocalUnicast():
		return "is not an address that a network can reach"
	case slices.Contains(n.addresses, addr), n.local(addr):
		return "belongs to this node"
	}
	for _, p := range n.reserved {
		if p.Contains(addr) {
			return "lies in " + p.String() + ", a network of this host"
		}
	}
	return ""
}

// forbiddenBalanced is forbidden for an address of a load balancer, which may lie in a network where it is announced.
func (n *node) forbiddenBalanced(addr netip.Addr) string {
	if slices.Contains(n.own, addr) {
		return "belongs to this host"
	}
	if slices.ContainsFunc(n.announced, func(p netip.Prefix) bool { return p.Contains(addr) }) {
		return ""
	}
	return n.forbidden(addr)
}
