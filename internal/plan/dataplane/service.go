package dataplane

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// maxEndpoints bounds a group: the number has to fit into a class, and a numgen over more says nothing.
const maxEndpoints = 1<<15 - 1

// serviceProxyName is the label that hands a Service to another implementation.
const serviceProxyName = "service.kubernetes.io/service-proxy-name"

// node is the part of the input that all owners depend on.
type node struct {
	name, zone string
	addresses  []netip.Addr
	podCIDRs   []netip.Prefix
	reserved   []netip.Prefix
	// announced and own are the Announced and HostAddresses of the input.
	announced []netip.Prefix
	own       []netip.Addr
}

func (n *node) equal(o *node) bool {
	return n.name == o.name && n.zone == o.zone && slices.Equal(n.podCIDRs, o.podCIDRs) &&
		slices.Equal(n.addresses, o.addresses) && slices.Equal(n.reserved, o.reserved) &&
		slices.Equal(n.announced, o.announced) && slices.Equal(n.own, o.own)
}

// local reports whether an address is that of a pod of this node.
func (n *node) local(a netip.Addr) bool {
	return slices.ContainsFunc(n.podCIDRs, func(p netip.Prefix) bool { return p.Contains(a) })
}

// has reports whether the node has addresses of the family of a.
func (n *node) has(a netip.Addr) bool {
	return slices.ContainsFunc(n.podCIDRs, func(p netip.Prefix) bool { return p.Addr().Is4() == a.Is4() })
}

// forwarded reports whether a Service has addresses that the rules translate.
func forwarded(svc *corev1.Service) bool {
	_, foreign := svc.Labels[serviceProxyName]
	return svc.Spec.Type != corev1.ServiceTypeExternalName &&
		svc.Spec.ClusterIP != "" && svc.Spec.ClusterIP != corev1.ClusterIPNone && !foreign
}

// proxied are the slices that packets may be sent to: those labeled as a headless Service's are for DNS alone.
func proxied(all []*discoveryv1.EndpointSlice) []*discoveryv1.EndpointSlice {
	headless := func(s *discoveryv1.EndpointSlice) bool {
		_, labeled := s.Labels[corev1.IsHeadlessService]
		return labeled
	}
	if !slices.ContainsFunc(all, headless) {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), headless)
}

// serviceRules decides what one Service contributes. The second result are reasons for what it does not.
func serviceRules(n *node, svc *corev1.Service, epSlices []*discoveryv1.EndpointSlice) (*Rules, []string) {
	s := &serviceBuild{node: n, svc: svc, slices: proxied(epSlices), rules: &Rules{Owner: serviceOwner(svc.Namespace, svc.Name)}}
	s.addresses = s.clusterIPs()
	for i := range svc.Spec.Ports {
		s.port(&svc.Spec.Ports[i])
	}
	slices.SortFunc(s.rules.Hairpins, netip.Addr.Compare)
	s.rules.Hairpins = slices.Compact(s.rules.Hairpins)
	slices.SortFunc(s.rules.Announce, netip.Addr.Compare)
	s.rules.Announce = slices.Compact(s.rules.Announce)
	slices.Sort(s.refused)
	return s.rules, slices.Compact(s.refused)
}

func serviceOwner(namespace, name string) string { return "service/" + namespace + "/" + name }

// serviceBuild is one call of serviceRules.
type serviceBuild struct {
	node    *node
	svc     *corev1.Service
	slices  []*discoveryv1.EndpointSlice
	rules   *Rules
	refused []string
	// addresses are the ClusterIPs, at most one of each family. A family without one is none of the Service's.
	addresses []netip.Addr
}

func (s *serviceBuild) refuse(format string, args ...any) {
	s.refused = append(s.refused, fmt.Sprintf(format, args...))
}

// port adds the frontends and groups of one port of the Service, family by family.
func (s *serviceBuild) port(p *corev1.ServicePort) {
	protocol, err := protocolOf(p.Protocol)
	if err != nil {
		s.refuse("port %d: %v", p.Port, err)
		return
	}
	outer := s.externalAddresses(p)
	for _, addr := range s.addresses {
		s.familyPort(p, protocol, addr, slices.DeleteFunc(slices.Clone(outer), func(e external) bool { return e.Addr().Is4() != addr.Is4() }))
	}
	if p.NodePort != 0 && protocol != SCTP {
		s.loopback(p, protocol)
	}
}

// loopback asks for a listener on 127.0.0.1 for a node port.
func (s *serviceBuild) loopback(p *corev1.ServicePort, protocol Protocol) {
	for _, addr := range s.node.addresses {
		if s.serves(addr) {
			s.rules.Loopback = append(s.rules.Loopback, LoopbackPort{Protocol: protocol, Port: uint16(p.NodePort),
				Target: netip.AddrPortFrom(addr, uint16(p.NodePort))})
			return
		}
	}
}

// serves reports whether the Service has the family of an address.
func (s *serviceBuild) serves(a netip.Addr) bool {
	return slices.ContainsFunc(s.addresses, func(c netip.Addr) bool { return c.Is4() == a.Is4() })
}

// familyPort adds what one port has in the family of a ClusterIP. external are the port's other addresses in it.
func (s *serviceBuild) familyPort(p *corev1.ServicePort, protocol Protocol, clusterIP netip.Addr, outer []external) {
	spec := &s.svc.Spec
	internalLocal := spec.InternalTrafficPolicy != nil && *spec.InternalTrafficPolicy == corev1.ServiceInternalTrafficPolicyLocal
	externalLocal := spec.ExternalTrafficPolicy == corev1.ServiceExternalTrafficPolicyLocal

	suffix := ""
	if clusterIP.Is6() {
		suffix = "/ipv6"
	}
	all := s.candidates(p, clusterIP.Is4())
	cluster, local := choose(preferred(all)), choose(localOnly(all))
	clusterGroup := s.group(p, protocol, suffix, cluster, Reject)
	localGroup := s.group(p, protocol, suffix+"/local", local, Drop)
	if clusterIP.Is6() {
		clusterGroup.ID |= groupIs6
		localGroup.ID |= groupIs6
	}
	if len(cluster) == 0 {
		localGroup.Action = Reject
	}
	internalGroup := clusterGroup
	if internalLocal {
		internalGroup = localGroup
	}
	if !internalLocal || len(outer) > 0 {
		s.rules.Groups = append(s.rules.Groups, clusterGroup)
	}
	if internalLocal || (externalLocal && len(outer) > 0) {
		s.rules.Groups = append(s.rules.Groups, localGroup)
	}
	for _, ep := range slices.Concat(cluster, local) { // local ones may be others than hints prefer
		if s.node.local(ep.Addr()) {
			s.rules.Hairpins = append(s.rules.Hairpins, ep.Addr())
		}
	}

	front := func(f Frontend) {
		f.Protocol = protocol
		// A Service may name an address twice, as ClusterIP and as external IP: the first one counts.
		s.rules.add(f)
	}
	front(Frontend{Addr: clusterIP, Port: uint16(p.Port), Group: internalGroup.ID})
	for _, e := range outer {
		// From pods and from the node itself every endpoint is as good as for the ClusterIP, whatever the policy.
		front(Frontend{Addr: e.Addr(), Port: e.Port(), Group: clusterGroup.ID, Masquerade: !externalLocal, Sources: e.sources})
		if externalLocal {
			front(Frontend{Scope: Outside, Addr: e.Addr(), Port: e.Port(), Group: localGroup.ID, Sources: e.sources})
		}
		if e.balanced && (!externalLocal || len(local) > 0) {
			s.rules.Announce = append(s.rules.Announce, e.Addr())
		}
	}
}

func (s *serviceBuild) group(p *corev1.ServicePort, protocol Protocol, suffix string, eps []netip.AddrPort, empty Action) Group {
	name := s.svc.Namespace + "/" + s.svc.Name + ":" + cmp.Or(p.Name, fmt.Sprint(p.Port)) + suffix
	g := Group{Name: name, ID: groupID(name, protocol), Endpoints: eps}
	if len(eps) == 0 {
		g.Action = empty
	}
	if len(eps) > maxEndpoints {
		s.refuse("port %d: %d endpoints are more than the %d that one port can have", p.Port, len(eps), maxEndpoints)
		g.Endpoints = eps[:maxEndpoints]
	}
	if s.svc.Spec.SessionAffinity == corev1.ServiceAffinityClientIP {
		g.AffinitySeconds = uint32(corev1.DefaultClientIPServiceAffinitySeconds)
		if c := s.svc.Spec.SessionAffinityConfig; c != nil && c.ClientIP != nil && c.ClientIP.TimeoutSeconds != nil {
			g.AffinitySeconds = uint32(*c.ClientIP.TimeoutSeconds)
		}
	}
	return g
}

func (s *serviceBuild) clusterIPs() []netip.Addr {
	ips := s.svc.Spec.ClusterIPs
	if len(ips) == 0 {
		ips = []string{s.svc.Spec.ClusterIP}
	}
	var addrs []netip.Addr
	for _, ip := range ips {
		if addr, ok := s.address("cluster IP", ip); ok {
			addrs = append(addrs, addr)
		}
	}
	return addrs
}

// address parses an address of the object; one of a family that the node does not have is refused.
func (s *serviceBuild) address(what, ip string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		s.refuse("%s %q is not an address", what, ip)
		return addr, false
	}
	if addr = addr.Unmap(); !s.node.has(addr) {
		s.refuse("%s %s: this node has no %s addresses", what, ip, family(addr))
		return addr, false
	}
	return addr, true
}

// family is the name of an address's family.
func family(a netip.Addr) string {
	if a.Is4() {
		return "IPv4"
	}
	return "IPv6"
}

func protocolOf(p corev1.Protocol) (Protocol, error) {
	switch p {
	case corev1.ProtocolTCP, "":
		return TCP, nil
	case corev1.ProtocolUDP:
		return UDP, nil
	case corev1.ProtocolSCTP:
		return SCTP, nil
	}
	return 0, fmt.Errorf("protocol %q is not known", p)
}

// groupID is stable across restarts and machines: 56 bits of a hash of the name, and the protocol. Groups of IPv6 addresses
// are marked besides.
func groupID(name string, p Protocol) GroupID {
	sum := sha256.Sum256([]byte(name))
	return GroupID(binary.BigEndian.Uint64(sum[:])&^0xff | uint64(p))
}
