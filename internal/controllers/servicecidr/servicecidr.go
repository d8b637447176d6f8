// Package servicecidr looks after the ranges of service addresses and after the addresses.
//
// One controller says of every ServiceCIDR whether addresses are taken from it, and holds one that is being deleted until
// no address would lie in no range any more. It reads ServiceCIDRs and IPAddresses, and writes the finalizer and the
// condition Ready of ServiceCIDRs.
//
// The other repairs what users did to IPAddresses by hand: one that no Service holds goes, one that a Service holds comes
// back. Services and their addresses change in one transaction, so that nothing else makes such.
package servicecidr

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

var (
	ranges    = api.Resource{Group: networkingv1.GroupName, Name: "servicecidrs"}
	addresses = api.Resource{Group: networkingv1.GroupName, Name: "ipaddresses"}
	services  = api.Resource{Name: "services"}
)

const (
	// finalizer holds a range while addresses depend on it.
	finalizer = "networking.k8s.io/service-cidr-finalizer"
	// allocator is the value of the label by which the registry's addresses are known.
	allocator = "ipallocator.k8s.io"
)

// Controllers are the rows of this package.
func Controllers() []reconcile.Controller {
	return []reconcile.Controller{
		{
			Name: "service-cidr-controller", Plan: decide,
			Watches: map[api.Resource]reconcile.Trigger{ranges: related, addresses: ending},
			Writes:  []string{"servicecidrs.networking.k8s.io:metadata.finalizers[" + finalizer + "]", "servicecidrs.networking.k8s.io/status:conditions[Ready]"},
		},
		{
			Name: "ipallocator-repair-controller", Plan: repair,
			Watches: map[api.Resource]reconcile.Trigger{addresses: reconcile.Self, services: left},
			Writes:  []string{"ipaddresses.networking.k8s.io{of Services}:metadata.name,metadata.labels,spec"},
		},
	}
}

// related are the range itself and those that end, which it may contain.
func related(s *view.Snapshot, ev store.Event) []api.Key {
	return append(ending(s, ev), ev.Record.Key)
}

// ending are the ranges that are being deleted: what they wait for may have changed. There are a few in a cluster.
func ending(s *view.Snapshot, ev store.Event) (keys []api.Key) {
	for r := range view.List[networkingv1.ServiceCIDR](s, api.Scope{Resource: ranges, Cluster: ev.Record.Key.Cluster}) {
		if r.DeletionTimestamp != nil {
			keys = append(keys, api.Key{Resource: ranges, Cluster: ev.Record.Key.Cluster, Name: r.Name})
		}
	}
	return keys
}

func decide(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
	var p reconcile.Plan
	r, ok := view.Get[networkingv1.ServiceCIDR](s, key)
	if !ok {
		return p, nil
	}
	held := slices.Contains(r.Finalizers, finalizer)
	if r.DeletionTimestamp != nil {
		switch blocker := orphan(s, key, r); {
		case !held:
		case blocker != "":
			p.Note = "address " + blocker + " lies in no other range"
			setReady(&p, key, r, now, metav1.ConditionFalse, networkingv1.ServiceCIDRReasonTerminating,
				"There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR")
		default:
			next := r.DeepCopy()
			next.Finalizers = slices.DeleteFunc(next.Finalizers, func(f string) bool { return f == finalizer })
			p.Writes = append(p.Writes, plan.Update(key, next, "no address depends on it"))
		}
		return p, nil
	}
	if !held {
		next := r.DeepCopy()
		next.Finalizers = append(next.Finalizers, finalizer)
		p.Writes = append(p.Writes, plan.Update(key, next, "its addresses must not lose it"))
		return p, nil
	}
	setReady(&p, key, r, now, metav1.ConditionTrue, "", "Kubernetes Service CIDR is ready")
	return p, nil
}

// setReady writes the condition, unless it says the same already. Who made the cluster has spoken of its first range in
// other words, which stay.
func setReady(p *reconcile.Plan, key api.Key, r *networkingv1.ServiceCIDR, now time.Time, status metav1.ConditionStatus, reason, message string) {
	have := meta.FindStatusCondition(r.Status.Conditions, networkingv1.ServiceCIDRConditionReady)
	if have != nil && have.Status == status && have.Reason == reason {
		return
	}
	next := r.DeepCopy()
	meta.SetStatusCondition(&next.Status.Conditions, metav1.Condition{Type: networkingv1.ServiceCIDRConditionReady, Status: status, Reason: reason, Message: message, LastTransitionTime: metav1.NewTime(now)})
	p.Writes = append(p.Writes, plan.UpdateStatus(key, next, message))
}

// orphan is an address that would lie in no range without r, or empty.
func orphan(s *view.Snapshot, key api.Key, r *networkingv1.ServiceCIDR) string {
	mine, others := prefixes(r), []netip.Prefix(nil)
	for o := range view.List[networkingv1.ServiceCIDR](s, api.Scope{Resource: ranges, Cluster: key.Cluster}) {
		if o.Name != r.Name {
			others = append(others, prefixes(o)...)
		}
	}
	within := func(in []netip.Prefix, ip netip.Addr) bool {
		return slices.ContainsFunc(in, func(p netip.Prefix) bool { return p.Contains(ip) })
	}
	for a := range view.List[networkingv1.IPAddress](s, api.Scope{Resource: addresses, Cluster: key.Cluster}) {
		ip, err := netip.ParseAddr(a.Name)
		if err == nil && a.Labels[networkingv1.LabelManagedBy] == allocator && within(mine, ip) && !within(others, ip) {
			return a.Name
		}
	}
	return ""
}

func prefixes(r *networkingv1.ServiceCIDR) (out []netip.Prefix) {
	for _, text := range r.Spec.CIDRs {
		if p, err := netip.ParsePrefix(text); err == nil {
			out = append(out, p.Masked())
		}
	}
	slices.SortFunc(out, func(a, b netip.Prefix) int { return cmp.Compare(a.Bits(), b.Bits()) })
	return out
}
