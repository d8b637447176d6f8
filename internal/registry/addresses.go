package registry

import (
	"fmt"
	"hash/fnv"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"

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

const (
	firstNodePort, lastNodePort = 30000, 32767
	// maxProbes bounds the search for a free address; a range that is fuller than this finds is called full.
	maxProbes = 4096
)

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

func (a *serviceAllocator) portKey(c api.Cluster, port int32) api.Key {
	return api.Key{Resource: nodePorts, Cluster: c, Name: strconv.Itoa(int(port))}
}

// allocate makes p take what svc needs and old does not have, and give back what only old has.
func (a *serviceAllocator) allocate(q *Request, svc, old *corev1.Service, p *pending) field.ErrorList {
	if err := a.allocateIPs(q, svc, old, p); err != nil {
		return field.ErrorList{err}
	}
	had := portsOf(old)
	if wantsNodePorts(svc) {
		for i := range svc.Spec.Ports {
			sp := &svc.Spec.Ports[i]
			path := field.NewPath("spec", "ports").Index(i).Child("nodePort")
			if err := a.allocatePort(q, svc, &sp.NodePort, had, path, p); err != nil {
				return field.ErrorList{err}
			}
		}
	}
	if wantsHealthPort(svc) {
		if err := a.allocatePort(q, svc, &svc.Spec.HealthCheckNodePort, had, field.NewPath("spec", "healthCheckNodePort"), p); err != nil {
			return field.ErrorList{err}
		}
	}
	now := portsOf(svc)
	for _, port := range had {
		if !slices.Contains(now, port) {
			a.give(a.portKey(q.Cluster, port), p)
		}
	}
	return nil
}

// allocateIPs gives a Service an address of each of its families.
func (a *serviceAllocator) allocateIPs(q *Request, svc, old *corev1.Service, p *pending) *field.Error {
	had := addressesOf(old)
	path := field.NewPath("spec", "clusterIPs")
	if wantsClusterIP(svc) && !headless(svc) {
		for i, family := range svc.Spec.IPFamilies {
			if i < len(svc.Spec.ClusterIPs) && svc.Spec.ClusterIPs[i] != "" {
				if err := a.named(q, svc, svc.Spec.ClusterIPs[i], had, path, p); err != nil {
					return err
				}
				continue
			}
			ip, from := a.freeIP(q, family, p)
			if ip == "" {
				return field.InternalError(path.Index(i), fmt.Errorf("failed to allocate a serviceIP: range is full"))
			}
			svc.Spec.ClusterIPs = append(svc.Spec.ClusterIPs[:i], ip)
			from.hold(p)
			a.take(a.ipKey(q.Cluster, ip), a.addressRecord(svc, ip), p)
		}
		if len(svc.Spec.ClusterIPs) > 0 {
			svc.Spec.ClusterIP = svc.Spec.ClusterIPs[0]
		}
	}
	now := addressesOf(svc)
	for _, ip := range had {
		if !slices.Contains(now, ip) {
			a.give(a.ipKey(q.Cluster, ip), p)
		}
	}
	return nil
}

// named takes the address that a Service asks for.
func (a *serviceAllocator) named(q *Request, svc *corev1.Service, ip string, had []string, path *field.Path, p *pending) *field.Error {
	addr, err := netip.ParseAddr(ip)
	if err != nil || slices.Contains(had, ip) {
		return nil // validation words it
	}
	from := a.rangeOf(q.Cluster, addr)
	if from == nil {
		return field.Invalid(path, svc.Spec.ClusterIPs, fmt.Sprintf("failed to allocate IP %s: the provided network does not match the current range", ip))
	}
	if a.st.Get(a.ipKey(q.Cluster, addr.String())) != nil {
		return field.Invalid(path, svc.Spec.ClusterIPs, fmt.Sprintf("failed to allocate IP %s: provided IP is already allocated", ip))
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

func (a *serviceAllocator) allocatePort(q *Request, svc *corev1.Service, port *int32, had []int32, path *field.Path, p *pending) *field.Error {
	switch {
	case *port == 0:
		free, ok := a.freePort(q, p)
		if !ok {
			return field.InternalError(path, fmt.Errorf("failed to allocate a nodePort: range is full"))
		}
		*port = free
	case slices.Contains(had, *port):
		return nil
	case *port < firstNodePort || *port > lastNodePort:
		return field.Invalid(path, *port, fmt.Sprintf("provided port is not in the valid range. The range of valid ports is %d-%d", firstNodePort, lastNodePort))
	case a.st.Get(a.portKey(q.Cluster, *port)) != nil:
		return field.Invalid(path, *port, "provided port is already allocated")
	}
	a.take(a.portKey(q.Cluster, *port), []byte(svc.Namespace+"/"+svc.Name), p)
	return nil
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

// portsOf lists the ports that a Service holds.
func portsOf(svc *corev1.Service) (out []int32) {
	if svc == nil {
		return nil
	}
	if wantsNodePorts(svc) {
		for i := range svc.Spec.Ports {
			if n := svc.Spec.Ports[i].NodePort; n != 0 && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	if wantsHealthPort(svc) && svc.Spec.HealthCheckNodePort != 0 {
		out = append(out, svc.Spec.HealthCheckNodePort)
	}
	return out
}

// staticNodePorts is the band at the start of the port range that dynamic allocation leaves alone (KEP-3668).
const staticNodePorts = 86

func (a *serviceAllocator) freePort(q *Request, p *pending) (int32, bool) {
	const dynamic = lastNodePort - firstNodePort + 1 - staticNodePorts
	start := a.chance(q)
	for i := range uint32(dynamic) {
		port := int32(firstNodePort + staticNodePorts + (start+i)%dynamic)
		if key := a.portKey(q.Cluster, port); !p.has(key) && a.st.Get(key) == nil {
			return port, true
		}
	}
	return 0, false
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
