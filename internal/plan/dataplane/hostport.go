package dataplane

import (
	"fmt"
	"net/netip"
	"slices"
)

// podRules decides what the host ports of one pod contribute.
func podRules(n *node, pod string, ports []HostPort) (*Rules, []string) {
	r := &Rules{Owner: podOwner(pod)}
	var refused []string
	for _, p := range ports {
		protocol, err := protocolOf(p.Protocol)
		addrs, loopback, reason := n.hostAddresses(p.HostIP, p.PodIP)
		if err != nil || reason != "" {
			if err != nil {
				reason = err.Error()
			}
			refused = append(refused, fmt.Sprintf("host port %d: %s", p.HostPort, reason))
			continue
		}
		target := netip.AddrPortFrom(p.PodIP, p.ContainerPort)
		name := fmt.Sprintf("pod/%s:%d/%s", pod, p.HostPort, protocol)
		if p.HostIP.IsValid() && !p.HostIP.IsUnspecified() {
			name = fmt.Sprintf("pod/%s:%s:%d/%s", pod, p.HostIP, p.HostPort, protocol)
		}
		g := Group{Name: name, ID: groupID(name, protocol), Endpoints: []netip.AddrPort{target}}
		if p.PodIP.Is6() {
			g.Name += "/ipv6"
			g.ID = groupID(g.Name, protocol) | groupIs6
		}
		var used bool
		for _, a := range addrs {
			// A pod may ask for every address and for one of them: the first one counts.
			used = r.add(Frontend{Addr: a, Protocol: protocol, Port: p.HostPort, Group: g.ID}) || used
		}
		if used {
			r.Groups = append(r.Groups, g)
			r.Hairpins = append(r.Hairpins, p.PodIP)
		}
		if loopback && protocol != SCTP {
			r.Loopback = append(r.Loopback, LoopbackPort{Protocol: protocol, Port: p.HostPort, Target: target})
		}
	}
	slices.SortFunc(r.Hairpins, netip.Addr.Compare)
	r.Hairpins = slices.Compact(r.Hairpins)
	slices.Sort(refused)
	return r, refused
}

func podOwner(pod string) string { return "pod/" + pod }

// hostAddresses are the addresses on which a host port answers for an address of the pod, and whether it does on loopback.
func (n *node) hostAddresses(asked, podIP netip.Addr) (addrs []netip.Addr, loopback bool, refusal string) {
	switch {
	case !n.has(podIP):
		return nil, false, fmt.Sprintf("pod address %s: this node has no %s addresses", podIP, family(podIP))
	case asked.IsValid() && asked.Is4() != podIP.Is4():
		return nil, false, fmt.Sprintf("host address %s: the pod has no %s address", asked, family(asked))
	case !asked.IsValid() || asked.IsUnspecified():
		addrs = slices.DeleteFunc(slices.Clone(n.addresses), func(a netip.Addr) bool { return a.Is4() != podIP.Is4() })
		return addrs, podIP.Is4(), ""
	case asked.IsLoopback() && asked.Is6():
		return nil, false, "host address ::1: ports of the machine's own loopback are opened on 127.0.0.1 only"
	case asked.IsLoopback():
		return nil, true, ""
	case slices.Contains(n.addresses, asked):
		return []netip.Addr{asked}, false, ""
	}
	if reason := n.forbidden(asked); reason != "" {
		return nil, false, fmt.Sprintf("host address %s %s", asked, reason)
	}
	return []netip.Addr{asked}, false, ""
}
