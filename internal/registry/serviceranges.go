package registry

import (
	"math/big"
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/meta"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

var serviceCIDRs = api.Resource{Group: "networking.k8s.io", Name: "servicecidrs"}

// serviceRange is a range from which addresses may be taken now.
type serviceRange struct {
	netip.Prefix
	// rec is the ServiceCIDR that says so; nil for a range that the server was started with and that has no object yet.
	rec *store.Record
}

// hold ties a write to the range's being open: a ServiceCIDR whose deletion has begun gives no address any more, so that
// whoever clears it away sees all addresses of it.
func (r *serviceRange) hold(p *pending) {
	if r.rec != nil {
		p.guard(r.rec.Key, r.rec.Rev)
	}
}

// ranges are the open ranges of a cluster: those of ServiceCIDRs that are ready and not ending. The server's own come first.
func (a *serviceAllocator) ranges(c api.Cluster) (out []serviceRange) {
	page, err := a.st.Range(store.Range{Scope: api.Scope{Resource: serviceCIDRs, Cluster: c}})
	if err != nil {
		return nil // the store is closed: nothing will be written
	}
	named := map[netip.Prefix]bool{}
	for _, rec := range page.Records {
		obj, err := a.law.Typed(a.law.Kind(serviceCIDRs), rec)
		sc, ok := obj.(*networkingv1.ServiceCIDR)
		if err != nil || !ok {
			continue
		}
		ready := sc.DeletionTimestamp == nil && meta.IsStatusConditionTrue(sc.Status.Conditions, networkingv1.ServiceCIDRConditionReady)
		ready = ready || sc.DeletionTimestamp == nil && a.fresh(sc)
		for _, text := range sc.Spec.CIDRs {
			p, err := netip.ParsePrefix(text)
			if err != nil {
				continue
			}
			named[p.Masked()] = true
			if ready {
				out = append(out, serviceRange{p.Masked(), rec})
			}
		}
	}
	for _, p := range a.given {
		if !named[p] {
			out = append(out, serviceRange{p, nil})
		}
	}
	slices.SortStableFunc(out, func(x, y serviceRange) int { return a.rank(x) - a.rank(y) })
	return out
}

// fresh says whether an object is that of the server's own ranges before anybody has judged it: a cluster begins with
// Services, which need addresses.
func (a *serviceAllocator) fresh(sc *networkingv1.ServiceCIDR) bool {
	return len(sc.Status.Conditions) == 0 && len(sc.Spec.CIDRs) > 0 && sc.Spec.CIDRs[0] == a.given[0].String()
}

func (a *serviceAllocator) rank(r serviceRange) int {
	if slices.Contains(a.given, r.Prefix) {
		return 0
	}
	return 1
}

// rangeOf is an open range that holds an address, or nil.
func (a *serviceAllocator) rangeOf(c api.Cluster, ip netip.Addr) *serviceRange {
	for _, r := range a.ranges(c) {
		if r.Contains(ip) {
			return &r
		}
	}
	return nil
}

// gives says whether an address of a range is for Services: not the network's own, nor IPv4's last, the broadcast address.
func (r *serviceRange) gives(ip netip.Addr) bool {
	return ip != r.Masked().Addr() && (ip.Is6() || r.Contains(ip.Next()))
}

// freeIP finds a free address of a family, and the range that it is of; empty if all are full.
func (a *serviceAllocator) freeIP(q *Request, family corev1.IPFamily, p *pending) (string, *serviceRange) {
	for _, r := range a.ranges(q.Cluster) {
		if familyOf(r.Addr()) != family {
			continue
		}
		if ip := a.freeIn(q, r.Prefix, p); ip != "" {
			return ip, &r
		}
	}
	return "", nil
}

// maxHosts bounds the addresses of a range that are handed out: 2^32 are more Services than any cluster has.
const maxHosts = 1 << 32

// freeIn probes from a place that chance chose. The network address is never handed out, nor IPv4's last; the static band
// at the beginning, which is left for those who ask for an address by name (KEP-3070), only when the rest is full.
func (a *serviceAllocator) freeIn(q *Request, in netip.Prefix, p *pending) string {
	size := uint64(maxHosts)
	if host := in.Addr().BitLen() - in.Bits(); host < 32 {
		size = 1 << host
	}
	if in.Addr().Is4() {
		size-- // the broadcast address
	}
	static := min(max(16, size/16), 256)
	dynamic := size - static
	for i := range min(size-1, maxProbes) {
		n := static + (uint64(a.chance(q))+i)%dynamic
		if i >= dynamic {
			n = 1 + (i-dynamic)%(static-1)
		}
		ip := nth(in, n)
		if key := a.ipKey(q.Cluster, ip); !p.has(key) && a.st.Get(key) == nil {
			return ip
		}
	}
	return ""
}

// nth is the n-th address of a range.
func nth(in netip.Prefix, n uint64) string {
	sum := new(big.Int).SetBytes(in.Masked().Addr().AsSlice())
	sum.Add(sum, new(big.Int).SetUint64(n))
	b := make([]byte, in.Addr().BitLen()/8)
	addr, _ := netip.AddrFromSlice(sum.FillBytes(b)) // n lies within the range
	return addr.String()
}

func familyOf(ip netip.Addr) corev1.IPFamily {
	if ip.Is4() {
		return corev1.IPv4Protocol
	}
	return corev1.IPv6Protocol
}

// families are those of which Services can have addresses, the default one first.
func (a *serviceAllocator) families() (out []corev1.IPFamily) {
	for _, p := range a.given {
		out = append(out, familyOf(p.Addr()))
	}
	return out
}
