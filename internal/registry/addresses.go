package registry

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"net/netip"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"gantry.dev/gantry/internal/api"
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
	cidr netip.Prefix
	st   store.Store
	// static is how many addresses at the start of the range are left for those who ask for one by name (KEP-3070).
	static uint32
	uid    func() types.UID
}

func newServiceAllocator(cidr string, st store.Store, uid func() types.UID) (*serviceAllocator, error) {
	p, err := netip.ParsePrefix(cidr)
	if err != nil || !p.Addr().Is4() || p.Bits() > 28 {
		return nil, fmt.Errorf("registry: service range %q must be an IPv4 prefix of at most 28 bits", cidr)
	}
	size := uint32(1) << (32 - p.Bits())
	return &serviceAllocator{cidr: p.Masked(), st: st, static: min(max(16, size/16), 256), uid: uid}, nil
}

func (a *serviceAllocator) ipKey(c api.Cluster, ip string) api.Key {
	return api.Key{Resource: ipAddresses, Cluster: c, Name: ip}
}

func (a *serviceAllocator) portKey(c api.Cluster, port int32) api.Key {
	return api.Key{Resource: nodePorts, Cluster: c, Name: strconv.Itoa(int(port))}
}

// allocate makes p take what svc needs and old does not have, and give back what only old has.
func (a *serviceAllocator) allocate(q *Request, svc, old *corev1.Service, p *pending) field.ErrorList {
	if err := a.allocateIP(q, svc, old, p); err != nil {
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

func (a *serviceAllocator) allocateIP(q *Request, svc, old *corev1.Service, p *pending) *field.Error {
	had := ""
	if old != nil && wantsClusterIP(old) && !headless(old) {
		had = old.Spec.ClusterIP
	}
	switch {
	case !wantsClusterIP(svc) || headless(svc):
	case svc.Spec.ClusterIP == "":
		ip, ok := a.freeIP(q)
		if !ok {
			return field.InternalError(field.NewPath("spec", "clusterIPs").Index(0), fmt.Errorf("failed to allocate a serviceIP: range is full"))
		}
		svc.Spec.ClusterIP, svc.Spec.ClusterIPs = ip, []string{ip}
		a.take(a.ipKey(q.Cluster, ip), a.addressRecord(svc, ip), p)
	case svc.Spec.ClusterIP != had:
		ip := svc.Spec.ClusterIP
		path := field.NewPath("spec", "clusterIPs").Index(0)
		addr, err := netip.ParseAddr(ip)
		if err != nil {
			return nil // validation words it
		}
		if !a.cidr.Contains(addr) {
			return field.Invalid(path, svc.Spec.ClusterIPs, fmt.Sprintf("failed to allocate IP %s: the provided IP (%s) is not in the valid range. The range of valid IPs is %s", ip, ip, a.cidr))
		}
		if a.st.Get(a.ipKey(q.Cluster, ip)) != nil {
			return field.Invalid(path, svc.Spec.ClusterIPs, fmt.Sprintf("failed to allocate IP %s: provided IP is already allocated", ip))
		}
		a.take(a.ipKey(q.Cluster, ip), a.addressRecord(svc, ip), p)
	}
	if had != "" && svc.Spec.ClusterIP != had {
		a.give(a.ipKey(q.Cluster, had), p)
	}
	return nil
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

// freeIP probes from a place that chance chose. The network address, the first one (default/kubernetes) and the last are
// never handed out, the static band only when the rest is full.
func (a *serviceAllocator) freeIP(q *Request) (string, bool) {
	size := uint32(1)<<(32-a.cidr.Bits()) - 1 // without the broadcast address
	dynamic := size - a.static
	for i := range min(size, maxProbes) {
		n := a.static + (a.chance(q)+i)%dynamic
		if i >= dynamic {
			n = 2 + (i-dynamic)%(a.static-2)
		}
		if ip := a.nth(n); a.st.Get(a.ipKey(q.Cluster, ip)) == nil {
			return ip, true
		}
	}
	return "", false
}

func (a *serviceAllocator) nth(n uint32) string {
	base := a.cidr.Addr().As4()
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], binary.BigEndian.Uint32(base[:])+n)
	return netip.AddrFrom4(b).String()
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
	o.Labels = map[string]string{networkingv1.LabelIPAddressFamily: string(corev1.IPv4Protocol), networkingv1.LabelManagedBy: "ipallocator.k8s.io"}
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
	if wantsClusterIP(svc) && !headless(svc) && svc.Spec.ClusterIP != "" {
		r.services.give(r.services.ipKey(q.Cluster, svc.Spec.ClusterIP), p)
	}
	for _, port := range portsOf(svc) {
		r.services.give(r.services.portKey(q.Cluster, port), p)
	}
}

func kindOf(q *Request) kschema.GroupKind {
	return kschema.GroupKind{Group: q.Kind.Resource.Group, Kind: q.Kind.Kind}
}
