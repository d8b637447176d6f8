package dataplane

import (
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// candidate is one endpoint of one port with what its conditions say.
type candidate struct {
	at                    netip.AddrPort
	ready, draining, here bool
	// byNode and byZone say whether it is meant for certain nodes or zones, mine and near whether ours is among them.
	byNode, mine, byZone, near bool
}

// candidates collects the endpoints of a port in one family from all slices of the Service, ready or not.
func (s *serviceBuild) candidates(p *corev1.ServicePort, v4 bool) []candidate {
	want := discoveryv1.AddressTypeIPv6
	if v4 {
		want = discoveryv1.AddressTypeIPv4
	}
	var found []candidate
	for _, slice := range s.slices {
		if slice.AddressType != want {
			continue
		}
		number, ok := portOf(slice, p)
		if !ok {
			continue
		}
		for i := range slice.Endpoints {
			ep := &slice.Endpoints[i]
			// Only the first address counts; consumers must treat the others as the same endpoint.
			if len(ep.Addresses) == 0 {
				continue
			}
			addr, err := netip.ParseAddr(ep.Addresses[0])
			if err != nil || addr.Is4() != v4 {
				s.refuse("endpoint address %q of slice %s is not an %s address", ep.Addresses[0], slice.Name, want)
				continue
			}
			c := ep.Conditions
			one := candidate{
				at:       netip.AddrPortFrom(addr, number),
				ready:    c.Ready == nil || *c.Ready,
				draining: (c.Serving == nil || *c.Serving) && c.Terminating != nil && *c.Terminating,
				here:     ep.NodeName != nil && *ep.NodeName == s.node.name,
			}
			if h := ep.Hints; h != nil {
				one.byNode, one.byZone = len(h.ForNodes) > 0, len(h.ForZones) > 0
				one.mine = slices.ContainsFunc(h.ForNodes, func(n discoveryv1.ForNode) bool { return n.Name == s.node.name })
				one.near = slices.ContainsFunc(h.ForZones, func(z discoveryv1.ForZone) bool { return z.Name == s.node.zone })
			}
			found = append(found, one)
		}
	}
	return found
}

// portOf finds the port of a slice that belongs to a port of the Service: they share the name.
func portOf(slice *discoveryv1.EndpointSlice, p *corev1.ServicePort) (uint16, bool) {
	for i := range slice.Ports {
		sp := &slice.Ports[i]
		name, protocol := "", corev1.ProtocolTCP
		if sp.Name != nil {
			name = *sp.Name
		}
		if sp.Protocol != nil {
			protocol = *sp.Protocol
		}
		want := p.Protocol
		if want == "" {
			want = corev1.ProtocolTCP
		}
		if name == p.Name && protocol == want && sp.Port != nil && *sp.Port > 0 && *sp.Port <= 65535 {
			return uint16(*sp.Port), true
		}
	}
	return 0, false
}

// preferred are the ready endpoints that hints mean for this node, or else for its zone. Hints count only if every ready
// endpoint has one and at least one is for us: otherwise somebody would get nothing, and all are returned.
func preferred(all []candidate) []candidate {
	ready := 0
	var byNode, mine, byZone, near int
	for _, c := range all {
		if !c.ready {
			continue
		}
		ready++
		byNode, mine, byZone, near = byNode+one(c.byNode), mine+one(c.mine), byZone+one(c.byZone), near+one(c.near)
	}
	var fits func(candidate) bool
	switch {
	case byNode == ready && mine > 0:
		fits = func(c candidate) bool { return c.mine }
	case byZone == ready && near > 0:
		fits = func(c candidate) bool { return c.near }
	default:
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return !c.ready || !fits(c) })
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

func localOnly(all []candidate) []candidate {
	var local []candidate
	for _, c := range all {
		if c.here {
			local = append(local, c)
		}
	}
	return local
}

// choose takes the ready ones; if there is none, those that are shutting down and still serve. The result is sorted and
// distinct.
func choose(all []candidate) []netip.AddrPort {
	pick := func(good func(candidate) bool) []netip.AddrPort {
		var eps []netip.AddrPort
		for _, c := range all {
			if good(c) {
				eps = append(eps, c.at)
			}
		}
		slices.SortFunc(eps, netip.AddrPort.Compare)
		return slices.Compact(eps)
	}
	if ready := pick(func(c candidate) bool { return c.ready }); len(ready) > 0 {
		return ready
	}
	return pick(func(c candidate) bool { return c.draining })
}
