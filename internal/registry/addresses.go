package registry

import (
	"fmt"
	"hash/fnv"
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"
	netutils "k8s.io/utils/net"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
)

// The records that stand for an allocation. They are ordinary keys of the store: taking one is a guarded write in the
// transaction of the Service.
var (
	ipAddresses = api.Resource{Group: "networking.k8s.io", Name: "ipaddresses"}
	nodePorts   = api.Resource{Group: api.Private, Name: "nodeports"} // not served
)

// maxProbes bounds the search for a free address; a range that is fuller than this finds is called full.
const maxProbes = 4096

// serviceAllocator hands out cluster IPs and node ports.
type serviceAllocator struct {
	// given are the ranges that the server was started with, at most one of a family; the first is of the default family.
	given []netip.Prefix
	st    store.Store
	law   *schema.Schema
	uid   func() types.UID
}

// newServiceAllocator takes one range, or two of different families with a comma.
func newServiceAllocator(cidrs string, law *schema.Schema, st store.Store, uid func() types.UID) (*serviceAllocator, error) {
	a := &serviceAllocator{law: law, st: st, uid: uid}
	for one := range strings.SplitSeq(cidrs, ",") {
		p, err := netip.ParsePrefix(one)
		if err != nil || p.Addr().Is4() && p.Bits() > 28 || p.Addr().Is6() && p.Bits() > 124 {
			return nil, fmt.Errorf("registry: service range %q must be a prefix that leaves four bits at least", one)
		}
		if slices.ContainsFunc(a.given, func(o netip.Prefix) bool { return familyOf(o.Addr()) == familyOf(p.Addr()) }) || len(a.given) == 2 {
			return nil, fmt.Errorf("registry: service ranges %q must be one, or one of IPv4 and one of IPv6", cidrs)
		}
		a.given = append(a.given, p.Masked())
	}
	return a, nil
}

func (a *serviceAllocator) ipKey(c api.Cluster, ip string) api.Key {
	return api.Key{Resource: ipAddresses, Cluster: c, Name: ip}
}

// allocate makes p take what svc needs and old does not have, and give back what only old has. old is nil for a create.
func (a *serviceAllocator) allocate(q *Request, svc, old *corev1.Service, p *pending) error {
	if err := a.allocateIPs(q, svc, old, p); err != nil {
		return err
	}
	return a.allocatePorts(q, svc, old, p)
}

// allocateIPs gives a Service an address of each of its families, and an update those that it newly needs.
func (a *serviceAllocator) allocateIPs(q *Request, svc, old *corev1.Service, p *pending) error {
	first := 0 // the first of the addresses that may be new
	switch {
	case old == nil || !wantsClusterIP(old):
	case headless(old) || len(svc.Spec.IPFamilies) != maxFamilies || len(old.Spec.IPFamilies) != 1:
		first = maxFamilies
	default:
		first = 1
	}
	if first < maxFamilies && wantsClusterIP(svc) && (first > 0 || !headless(svc)) { // what has become headless is refused later
		for len(svc.Spec.ClusterIPs) < len(svc.Spec.IPFamilies) {
			svc.Spec.ClusterIPs = append(svc.Spec.ClusterIPs, "") // any
		}
		for i := first; i < len(svc.Spec.IPFamilies); i++ {
			if err := a.allocateIP(q, svc, i, p); err != nil {
				return err
			}
		}
	}
	now := addressesOf(svc)
	for _, ip := range addressesOf(old) {
		if !slices.Contains(now, ip) {
			a.give(a.ipKey(q.Cluster, ip), p)
		}
	}
	return nil
}

// allocateIP takes the i-th address of a Service: the one that it asks for, or any.
func (a *serviceAllocator) allocateIP(q *Request, svc *corev1.Service, i int, p *pending) error {
	ip := &svc.Spec.ClusterIPs[i]
	if *ip == "" {
		free, from := a.freeIP(q, svc.Spec.IPFamilies[i], p)
		if free == "" {
			return apierrors.NewInternalError(fmt.Errorf("failed to allocate a serviceIP for Service %q: range is full", svc.Name))
		}
		*ip = free
		from.hold(p)
		a.take(a.ipKey(q.Cluster, free), a.addressRecord(svc, free), p)
	} else if err := a.named(q, svc, *ip, p); err != nil {
		return err
	}
	if i == 0 {
		svc.Spec.ClusterIP = *ip
	}
	return nil
}

// named takes the address that a Service asks for. Its form has been checked.
func (a *serviceAllocator) named(q *Request, svc *corev1.Service, ip string, p *pending) error {
	refuse := func(why string) error {
		return apierrors.NewInvalid(kindOf(q), svc.Name, field.ErrorList{field.Invalid(field.NewPath("spec", "clusterIPs"), svc.Spec.ClusterIPs, fmt.Sprintf("failed to allocate IP %s: %s", ip, why))})
	}
	parsed := netutils.ParseIPSloppy(ip) // as upstream: an old client's 10.0.0.010 is 10.0.0.10
	addr, ok := netip.AddrFromSlice(parsed)
	if !ok {
		return apierrors.NewInternalError(fmt.Errorf("failed to parse service IP %q", ip))
	}
	addr = addr.Unmap()
	from := a.rangeOf(q.Cluster, addr)
	switch {
	case from == nil || !from.gives(addr):
		return refuse("the provided network does not match the current range")
	case a.st.Get(a.ipKey(q.Cluster, addr.String())) != nil:
		return refuse("provided IP is already allocated")
	}
	from.hold(p)
	a.take(a.ipKey(q.Cluster, addr.String()), a.addressRecord(svc, addr.String()), p)
	return nil
}

// addressesOf lists the addresses that a Service holds.
func addressesOf(svc *corev1.Service) []string {
	if svc == nil || !wantsClusterIP(svc) || headless(svc) {
		return nil
	}
	if len(svc.Spec.ClusterIPs) == 0 && svc.Spec.ClusterIP != "" {
		return []string{svc.Spec.ClusterIP}
	}
	return slices.DeleteFunc(slices.Clone(svc.Spec.ClusterIPs), func(ip string) bool { return ip == "" })
}

// take adds the guarded write of an allocation. Two protocols of one Service may share a port.
func (a *serviceAllocator) take(key api.Key, body []byte, p *pending) {
	if !p.has(key) {
		p.guard(key, 0)
		p.txn.Ops = append(p.txn.Ops, store.Op{Key: key, Body: body})
	}
}

func (a *serviceAllocator) give(key api.Key, p *pending) {
	if rec := a.st.Get(key); rec != nil {
		p.guard(key, rec.Rev)
		p.txn.Ops = append(p.txn.Ops, store.Op{Key: key, Delete: true})
	}
}

func (p *pending) has(key api.Key) bool {
	return slices.ContainsFunc(p.txn.Ops, func(o store.Op) bool { return o.Key == key })
}

// chance spreads allocations: the Service's own UID is random enough, and a retry of the same attempt has another one.
func (a *serviceAllocator) chance(q *Request) uint32 {
	h := fnv.New32a()
	fmt.Fprintf(h, "%s/%s/%s/%d", q.Cluster, q.Namespace, q.Name, a.st.Revision())
	return h.Sum32()
}

// addressRecord is the IPAddress object of an allocation in its stored form.
func (a *serviceAllocator) addressRecord(svc *corev1.Service, ip string) []byte {
	o := networkingv1.IPAddress{Spec: networkingv1.IPAddressSpec{ParentRef: &networkingv1.ParentReference{Resource: "services", Namespace: svc.Namespace, Name: svc.Name}}}
	o.Name, o.UID, o.CreationTimestamp = ip, a.uid(), svc.CreationTimestamp
	o.Labels = map[string]string{networkingv1.LabelIPAddressFamily: string(familyOf(netip.MustParseAddr(ip))), networkingv1.LabelManagedBy: "ipallocator.k8s.io"}
	b, err := o.Marshal()
	if err != nil {
		panic(err) // strings always encode
	}
	return b
}

// released makes p give back what a deleted object held.
func (r *Registry) released(q *Request, obj runtime.Object, p *pending) {
	if q.Kind.Resource != services {
		return
	}
	svc, err := serviceOf(q, obj.DeepCopyObject(), r.Law)
	if err != nil {
		return
	}
	for _, ip := range addressesOf(svc) {
		r.services.give(r.services.ipKey(q.Cluster, ip), p)
	}
	for _, port := range portsOf(svc) {
		r.services.give(r.services.portKey(q.Cluster, port), p)
	}
}

func kindOf(q *Request) kschema.GroupKind {
	return kschema.GroupKind{Group: q.Kind.Resource.Group, Kind: q.Kind.Kind}
}
