package servicecidr

import (
	"net/netip"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// grace is how long an address that nobody holds is left alone, upstream's figure.
const grace = time.Minute

// left are the addresses that a Service held before it changed or went.
func left(s *view.Snapshot, ev store.Event) (keys []api.Key) {
	if ev.Prev == nil {
		return nil
	}
	for _, ip := range held(view.Of[corev1.Service](s, ev.Prev)) {
		keys = append(keys, api.Key{Resource: addresses, Cluster: ev.Record.Key.Cluster, Name: ip})
	}
	return keys
}

// held are the addresses of a Service.
func held(svc *corev1.Service) (out []string) {
	for _, ip := range svc.Spec.ClusterIPs {
		if _, err := netip.ParseAddr(ip); err == nil {
			out = append(out, ip)
		}
	}
	return out
}

func repair(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
	var p reconcile.Plan
	a, there := view.Get[networkingv1.IPAddress](s, key)
	if !there {
		if svc := holder(s, key); svc != nil {
			p.Writes = append(p.Writes, plan.Create(key, address(key.Name, svc), "service "+svc.Namespace+"/"+svc.Name+" has this address"))
		}
		return p, nil
	}
	ref := a.Spec.ParentRef
	if a.DeletionTimestamp != nil || a.Labels[networkingv1.LabelManagedBy] != allocator || ref == nil || ref.Resource != services.Name {
		return p, nil
	}
	svc, ok := view.Get[corev1.Service](s, api.Key{Resource: services, Cluster: key.Cluster, Namespace: ref.Namespace, Name: ref.Name})
	if ok && slices.Contains(held(svc), key.Name) {
		return p, nil
	}
	if until := a.CreationTimestamp.Add(grace); now.Before(until) {
		p.Again = until
		return p, nil
	}
	p.Writes = append(p.Writes, plan.DeleteUnchanged(key, a, "no service has this address"))
	return p, nil
}

// holder is the Service that has an address.
func holder(s *view.Snapshot, key api.Key) *corev1.Service {
	for svc := range view.List[corev1.Service](s, api.Scope{Resource: services, Cluster: key.Cluster}) {
		if slices.Contains(svc.Spec.ClusterIPs, key.Name) {
			return svc
		}
	}
	return nil
}

// address is the IPAddress of a Service as the registry makes it.
func address(ip string, svc *corev1.Service) *networkingv1.IPAddress {
	family := corev1.IPv6Protocol
	if addr, err := netip.ParseAddr(ip); err == nil && addr.Is4() {
		family = corev1.IPv4Protocol
	}
	return &networkingv1.IPAddress{
		ObjectMeta: metav1.ObjectMeta{Name: ip, Labels: map[string]string{networkingv1.LabelIPAddressFamily: string(family), networkingv1.LabelManagedBy: allocator}},
		Spec:       networkingv1.IPAddressSpec{ParentRef: &networkingv1.ParentReference{Resource: services.Name, Namespace: svc.Namespace, Name: svc.Name}},
	}
}
