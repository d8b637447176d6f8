package agent

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/plan/dataplane"
	"gantry.dev/gantry/internal/plan/dnsrecords"
)

// planeRetry is the pause after rules could not be applied.
const planeRetry = time.Second

// plane keeps the node's packet rules, loopback listeners and DNS zone as services and endpoint slices want them. It
// works on change only; what changes while it works is one change.
type plane struct {
	a     *Agent
	dirty chan struct{}
	rules *dataplane.Builder
	zones *dnsrecords.Builder

	mu        sync.Mutex
	hostPorts map[types.UID][]dataplane.HostPort
	refusals  map[string]string
}

func newPlane(a *Agent) *plane {
	return &plane{
		a: a, dirty: make(chan struct{}, 1), rules: dataplane.NewBuilder(), zones: dnsrecords.NewBuilder(),
		hostPorts: map[types.UID][]dataplane.HostPort{}, refusals: map[string]string{},
	}
}

// touch asks for another look.
func (l *plane) touch() {
	select {
	case l.dirty <- struct{}{}:
	default:
	}
}

// run applies changes until ctx ends.
func (l *plane) run(ctx context.Context) {
	l.touch()
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.dirty:
		}
		if err := l.apply(ctx); err != nil && ctx.Err() == nil {
			l.a.log.Warn("applying the node's packet rules, will try again", "err", err)
			pause(ctx, planeRetry)
			l.touch()
		}
	}
}

func (l *plane) apply(ctx context.Context) error {
	services := listOf[corev1.Service](l.a.services)
	slicesOf := listOf[discoveryv1.EndpointSlice](l.a.slices)
	if l.a.cfg.DNS != nil {
		l.a.cfg.DNS.Set(l.zones.Build(dnsrecords.Input{
			Domain: l.a.cfg.ClusterDomain, Services: services, Slices: slicesOf, Serial: serial(services, slicesOf),
			Ranges: slices.Concat(l.a.cfg.podCIDRs(), l.a.cfg.serviceCIDRs()),
		}))
	}
	if l.a.cfg.Firewall == nil {
		return nil
	}
	var announced []netip.Prefix
	var own []netip.Addr
	if l.a.cfg.Announcer != nil {
		var err error
		if announced, own, err = l.a.cfg.Announcer.Networks(); err != nil {
			return err
		}
	}
	want := l.rules.Build(dataplane.Input{
		Announced: announced, HostAddresses: own,
		Services: services, Slices: slicesOf, NodeName: l.a.cfg.NodeName, NodeZone: l.a.node.zone(),
		NodeAddresses: append(l.a.cfg.nodeAddresses(), l.a.cfg.ExtraAddresses...),
		PodCIDRs:      l.a.cfg.podCIDRs(), Reserved: l.a.cfg.Reserved, HostPorts: l.ports(),
	})
	l.tell(want.Refusals)
	if err := l.a.cfg.Firewall.Apply(ctx, want); err != nil {
		return err
	}
	if err := l.a.cfg.Network.RouteAddresses(want.Announce()); err != nil {
		return err
	}
	if l.a.cfg.Announcer != nil {
		// Only what is forwarded is answered for; a link that is down must not stop the rest.
		if err := l.a.cfg.Announcer.Apply(ctx, want.Announce()); err != nil && ctx.Err() == nil {
			l.a.log.Warn("announcing load balancer addresses", "err", err)
		}
	}
	if l.a.cfg.Loopback == nil {
		return nil
	}
	// A port of the machine that somebody else holds must not stop the rules; it is tried again with the next change.
	if err := l.a.cfg.Loopback.Apply(ctx, want.Loopback()); err != nil && ctx.Err() == nil {
		l.a.log.Warn("opening node ports on 127.0.0.1", "err", err)
	}
	return nil
}

// tell records refusals as events on the services that they are about, once each.
func (l *plane) tell(refusals []dataplane.Refusal) {
	now := map[string]string{}
	for _, r := range refusals {
		now[r.Owner] = r.Reason
		if l.refusals[r.Owner] == r.Reason {
			continue
		}
		kind, rest, _ := strings.Cut(r.Owner, "/")
		namespace, name, _ := strings.Cut(rest, "/")
		if kind == "service" {
			l.a.events.record(corev1.ObjectReference{APIVersion: "v1", Kind: "Service", Namespace: namespace, Name: name}, true, "ProxyRefused", r.Reason)
		}
		l.a.log.Warn("a part of the dataplane was refused", "owner", r.Owner, "reason", r.Reason)
	}
	l.refusals = now
}

// pod notes the host ports of a pod, which answer while it has an address and has not ended.
func (l *plane) pod(uid types.UID, p *corev1.Pod, st corev1.PodStatus) {
	var ports []dataplane.HostPort
	var ips []netip.Addr
	for _, at := range st.PodIPs {
		if ip, err := netip.ParseAddr(at.IP); err == nil {
			ips = append(ips, ip)
		}
	}
	if len(ips) > 0 && !p.Spec.HostNetwork && st.Phase != corev1.PodSucceeded && st.Phase != corev1.PodFailed {
		ports = hostPortsOf(p, ips)
	}
	l.mu.Lock()
	same := slices.Equal(l.hostPorts[uid], ports)
	if len(ports) == 0 {
		delete(l.hostPorts, uid)
	} else {
		l.hostPorts[uid] = ports
	}
	l.mu.Unlock()
	if !same {
		l.touch()
	}
}

// hostPortsOf are the host ports of a pod: for each of its addresses, or for the one of the family of the address that is
// asked for. Where it has none of that, its main one says so.
func hostPortsOf(p *corev1.Pod, ips []netip.Addr) []dataplane.HostPort {
	var ports []dataplane.HostPort
	for _, list := range [][]corev1.Container{p.Spec.InitContainers, p.Spec.Containers} {
		for _, c := range list {
			for _, port := range c.Ports {
				if port.HostPort == 0 {
					continue
				}
				// An address that cannot be read is one that validation let through: every address then.
				host, _ := netip.ParseAddr(port.HostIP)
				to := ips
				if host.IsValid() {
					i := slices.IndexFunc(ips, func(a netip.Addr) bool { return a.Is4() == host.Is4() })
					to = ips[max(i, 0):][:1]
				}
				for _, ip := range to {
					ports = append(ports, dataplane.HostPort{
						Pod: p.Namespace + "/" + p.Name, PodIP: ip, HostIP: host, HostPort: uint16(port.HostPort),
						ContainerPort: uint16(port.ContainerPort), Protocol: port.Protocol,
					})
				}
			}
		}
	}
	return ports
}

func (l *plane) ports() []dataplane.HostPort {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []dataplane.HostPort
	for _, ports := range l.hostPorts {
		all = append(all, ports...)
	}
	return all
}

// serial grows with the newest object of a zone; that is all that a SOA record asks of it.
func serial(services []*corev1.Service, endpoints []*discoveryv1.EndpointSlice) uint32 {
	var newest uint64
	for _, s := range services {
		newest = max(newest, uint64(revisionOf(s.ResourceVersion)))
	}
	for _, s := range endpoints {
		newest = max(newest, uint64(revisionOf(s.ResourceVersion)))
	}
	return uint32(newest)
}
