package dnsrecords

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/tidwall/btree"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"

	"gantry.dev/gantry/internal/plan"
)

// Build makes a zone from scratch. For repeated calls use a Builder, which gives the same answers.
func Build(in Input) *Zone { return NewBuilder().Build(in) }

// Builder makes zones one after another. It looks only at objects that came and went since the last call, recognised by
// pointer (objects are immutable). A Builder belongs to one goroutine.
type Builder struct {
	services []*corev1.Service
	slices   []*discoveryv1.EndpointSlice
	// names and reverse are copied (in constant time, sharing their nodes) into each zone.
	names   *btree.Map[string, *service]
	reverse *btree.Map[string, []*service]
	// slicesOf also holds slices of Services that are not there.
	slicesOf map[string][]*discoveryv1.EndpointSlice
}

// service is a Service with its slices. It is immutable.
type service struct {
	*corev1.Service
	slices []*discoveryv1.EndpointSlice
}

// NewBuilder makes an empty Builder.
func NewBuilder() *Builder {
	return &Builder{
		names:    new(btree.Map[string, *service]),
		reverse:  new(btree.Map[string, []*service]),
		slicesOf: make(map[string][]*discoveryv1.EndpointSlice),
	}
}

// nameKey orders services by namespace, then name: "namespace/name".
func nameKey(namespace, name string) string { return namespace + "/" + name }

// Build makes the zone for an input. Earlier zones stay valid. The lists of the input are copied, not kept.
func (b *Builder) Build(in Input) *Zone {
	dirty := make(map[string]bool)
	now := make(map[string]*corev1.Service)
	gone, come := plan.Difference(b.services, in.Services)
	for _, svc := range gone {
		key := nameKey(svc.Namespace, svc.Name)
		dirty[key], now[key] = true, nil
	}
	for _, svc := range come {
		key := nameKey(svc.Namespace, svc.Name)
		dirty[key], now[key] = true, svc
	}
	b.takeSlices(in.Slices, dirty)
	for key := range dirty {
		old, _ := b.names.Get(key)
		svc, changed := now[key]
		if !changed && old != nil {
			svc = old.Service
		}
		b.replace(key, old, svc)
	}
	b.services, b.slices = slices.Clone(in.Services), slices.Clone(in.Slices)
	return newZone(in, b.names.Copy(), b.reverse.Copy())
}

func (b *Builder) takeSlices(now []*discoveryv1.EndpointSlice, dirty map[string]bool) {
	gone, come := plan.Difference(b.slices, now)
	key := func(s *discoveryv1.EndpointSlice) string {
		return nameKey(s.Namespace, s.Labels[discoveryv1.LabelServiceName])
	}
	for _, s := range gone {
		k := key(s)
		left := slices.DeleteFunc(slices.Clone(b.slicesOf[k]), func(o *discoveryv1.EndpointSlice) bool { return o == s })
		if b.slicesOf[k] = left; len(left) == 0 {
			delete(b.slicesOf, k)
		}
		dirty[k] = true
	}
	for _, s := range come {
		k := key(s)
		// A list that a zone may hold is not changed.
		b.slicesOf[k] = append(slices.Clone(b.slicesOf[k]), s)
		slices.SortFunc(b.slicesOf[k], func(a, b *discoveryv1.EndpointSlice) int { return strings.Compare(a.Name, b.Name) })
		dirty[k] = true
	}
}

// replace puts a service in the place of an old one; either may be nil.
func (b *Builder) replace(key string, old *service, svc *corev1.Service) {
	if old != nil {
		b.names.Delete(key)
		for addr := range old.addresses() {
			owners, _ := b.reverse.Get(addr)
			left := slices.DeleteFunc(slices.Clone(owners), func(s *service) bool { return s == old })
			if len(left) == 0 {
				b.reverse.Delete(addr)
			} else {
				b.reverse.Set(addr, left)
			}
		}
	}
	if svc == nil {
		return
	}
	s := &service{Service: svc, slices: b.slicesOf[key]}
	b.names.Set(key, s)
	for addr := range s.addresses() {
		owners, _ := b.reverse.Get(addr)
		owners = append(slices.Clone(owners), s)
		slices.SortFunc(owners, func(a, b *service) int {
			return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
		})
		b.reverse.Set(addr, owners)
	}
}

// addresses are those for which a reverse name leads to the service.
func (s *service) addresses() map[string]bool {
	found := make(map[string]bool)
	for _, ip := range s.clusterIPs() {
		found[ip.String()] = true
	}
	if s.headless() {
		for ep := range s.endpoints() {
			found[ep.addr.String()] = true
		}
	}
	return found
}

func (s *service) headless() bool { return s.Spec.ClusterIP == corev1.ClusterIPNone }

func (s *service) external() bool { return s.Spec.Type == corev1.ServiceTypeExternalName }

// clusterIPs are the service's addresses.
func (s *service) clusterIPs() []netip.Addr {
	if s.headless() || s.external() {
		return nil
	}
	list := s.Spec.ClusterIPs
	if len(list) == 0 {
		list = []string{s.Spec.ClusterIP}
	}
	var out []netip.Addr
	for _, ip := range list {
		if addr, err := netip.ParseAddr(ip); err == nil {
			out = append(out, addr)
		}
	}
	return out
}
