// Package loadbalancer gives Services of type LoadBalancer addresses out of a pool, where no cloud does, on bare metal: one of
// each family that the Service has and the pool knows.
//
// It reads Services and writes status.loadBalancer of those without a load balancer class. That packets for the address
// are forwarded is the dataplane's work, which goes by the status; that they come to the node is the network's (route the
// pool to it). Addresses that are not of the pool were written by somebody else and stay.
//
// Nobody keeps a list of what is taken: the statuses are the list. Every plan lays out the whole pool in an order that does
// not change, oldest service first, and writes its own service's part. So two plans on one snapshot cannot give an address
// to two; if plans on different snapshots do, the younger service gives it up again.
package loadbalancer

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/ipam"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// Pools are the pools of clusters; a cluster without one leaves its Services to somebody else.
type Pools func(api.Cluster) ipam.Pool

// New is the row of this controller.
func New(pools Pools) reconcile.Controller {
	return reconcile.Controller{
		Name: "service-lb-controller", Plan: pools.decide,
		Watches: map[api.Resource]reconcile.Trigger{plan.Services: serviceChanged},
		Writes:  []string{"services/status:loadBalancer"},
	}
}

// serviceChanged wakes the service, and with it those that hold or want an address if that may be different now.
func serviceChanged(s *view.Snapshot, ev store.Event) []api.Key {
	was, is := view.Of[corev1.Service](s, ev.Prev), view.Of[corev1.Service](s, ev.Record)
	if ev.Type == store.Delete {
		was, is = is, nil
	}
	if !balanced(was) && !balanced(is) && len(held(was)) == 0 && len(held(is)) == 0 {
		return nil
	}
	var keys []api.Key
	if is != nil {
		keys = append(keys, ev.Record.Key)
	}
	if slices.Equal(held(was), held(is)) {
		return keys
	}
	for svc := range view.List[corev1.Service](s, all(ev.Record.Key.Cluster)) {
		if k := plan.KeyOf(ev.Record.Key.Cluster, plan.Services, svc); balanced(svc) && k != ev.Record.Key {
			keys = append(keys, k)
		}
	}
	return keys
}

func all(c api.Cluster) api.Scope { return api.Scope{Resource: plan.Services, Cluster: c} }

// balanced reports whether a service is ours to serve.
func balanced(svc *corev1.Service) bool {
	return svc != nil && svc.Spec.Type == corev1.ServiceTypeLoadBalancer && svc.Spec.LoadBalancerClass == nil && svc.DeletionTimestamp == nil
}

// held are the addresses in the status of a service.
func held(svc *corev1.Service) (out []netip.Addr) {
	if svc == nil {
		return nil
	}
	for _, in := range svc.Status.LoadBalancer.Ingress {
		if a, err := netip.ParseAddr(in.IP); err == nil {
			out = append(out, a)
		}
	}
	return out
}

func (pools Pools) decide(s *view.Snapshot, key api.Key, _ time.Time) (p reconcile.Plan, err error) {
	svc, ok := view.Get[corev1.Service](s, key)
	pool := pools(key.Cluster)
	if !ok {
		return p, nil
	}
	if len(pool) == 0 {
		if balanced(svc) && len(svc.Status.LoadBalancer.Ingress) == 0 {
			p.Note = "there is no pool of addresses: start with --load-balancer-pool, or let another controller write the status"
		}
		return p, nil
	}
	var want []netip.Addr
	if balanced(svc) {
		var why error
		if want, why = addresses(s, key.Cluster, pool, svc); why != nil {
			p.Events = append(p.Events, reconcile.Event{Object: svc, Warning: true, Reason: "SyncLoadBalancerFailed", Message: "Error syncing load balancer: " + why.Error()})
			p.Note = why.Error()
		}
	}
	fresh := svc.DeepCopy()
	in := slices.DeleteFunc(fresh.Status.LoadBalancer.Ingress, func(i corev1.LoadBalancerIngress) bool {
		a, err := netip.ParseAddr(i.IP)
		return err == nil && pool.Has(a) && !slices.Contains(want, a)
	})
	come := slices.DeleteFunc(slices.Clone(want), func(a netip.Addr) bool { return slices.Contains(held(svc), a) })
	for _, a := range come {
		vip := corev1.LoadBalancerIPModeVIP
		in = append(in, corev1.LoadBalancerIngress{IP: a.String(), IPMode: &vip})
	}
	if len(in) == len(svc.Status.LoadBalancer.Ingress) && len(come) == 0 {
		return p, nil
	}
	fresh.Status.LoadBalancer.Ingress = in
	why := "gives its address back"
	if len(want) > 0 {
		why = fmt.Sprintf("gets %v", want)
	}
	p.Writes = append(p.Writes, plan.UpdateStatus(key, fresh, why))
	if len(want) > 0 {
		p.Events = append(p.Events, reconcile.Event{Object: svc, Reason: "EnsuredLoadBalancer", Message: "Ensured load balancer", Of: len(p.Writes)})
	}
	return p, nil
}

// addresses are those that a service gets: one of each of its families of which the pool has some. What keeps it from one that
// it could have is why.
func addresses(s *view.Snapshot, c api.Cluster, pool ipam.Pool, svc *corev1.Service) (out []netip.Addr, why error) {
	known := false
	for _, f := range families(svc) {
		part := slices.DeleteFunc(slices.Clone(pool), func(p netip.Prefix) bool { return p.Addr().Is4() != (f == corev1.IPv4Protocol) })
		if len(part) == 0 {
			continue
		}
		known = true
		a, err := layOut(s, c, part, f)(svc)
		if a.IsValid() {
			out = append(out, a)
		}
		why = cmp.Or(why, err)
	}
	if asked := svc.Spec.LoadBalancerIP; asked != "" && known && len(out) == 0 && why == nil {
		why = fmt.Errorf("spec.loadBalancerIP %s is of none of the Service's families", asked)
	}
	if !known {
		why = fmt.Errorf("the pool %v has no address of family %v", pool, families(svc))
	}
	return out, why
}

// families are those of a service; one that says nothing is of IPv4.
func families(svc *corev1.Service) []corev1.IPFamily {
	if len(svc.Spec.IPFamilies) == 0 {
		return []corev1.IPFamily{corev1.IPv4Protocol}
	}
	return svc.Spec.IPFamilies
}

// layOut gives the pool, which is of one family, to the services of a cluster that have it: first those keep theirs that have one, then those get one that ask for
// it by name, then the others, each in the order of age. The result tells a service's address, or why it has none.
func layOut(s *view.Snapshot, c api.Cluster, pool ipam.Pool, family corev1.IPFamily) func(*corev1.Service) (netip.Addr, error) {
	var svcs []*corev1.Service
	for svc := range view.List[corev1.Service](s, all(c)) {
		if balanced(svc) && slices.Contains(families(svc), family) {
			svcs = append(svcs, svc)
		}
	}
	slices.SortFunc(svcs, func(a, b *corev1.Service) int {
		return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time), strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
	})
	owner, has, refused := map[netip.Addr]*corev1.Service{}, map[string]netip.Addr{}, map[string]error{}
	name := func(svc *corev1.Service) string { return svc.Namespace + "/" + svc.Name }
	give := func(svc *corev1.Service, a netip.Addr) {
		owner[a], has[name(svc)] = svc, a
	}
	for _, svc := range svcs {
		asked := svc.Spec.LoadBalancerIP
		for _, a := range held(svc) {
			if pool.Has(a) && owner[a] == nil && (asked == "" || asked == a.String()) {
				give(svc, a)
				break
			}
		}
	}
	for _, svc := range svcs {
		asked := svc.Spec.LoadBalancerIP
		if _, ok := has[name(svc)]; ok || asked == "" {
			continue
		}
		a, err := netip.ParseAddr(asked)
		switch {
		case err != nil:
			refused[name(svc)] = fmt.Errorf("spec.loadBalancerIP %q is not an address", asked)
		case a.Is4() != (family == corev1.IPv4Protocol): // asked of the other family
		case !pool.Has(a):
			refused[name(svc)] = fmt.Errorf("spec.loadBalancerIP %s is not in the pool %v", asked, pool)
		case owner[a] != nil:
			refused[name(svc)] = fmt.Errorf("spec.loadBalancerIP %s belongs to service %s", asked, name(owner[a]))
		default:
			give(svc, a)
		}
	}
	for _, svc := range svcs {
		if _, ok := has[name(svc)]; ok || svc.Spec.LoadBalancerIP != "" {
			continue
		}
		a, ok := pool.First(func(a netip.Addr) bool { return owner[a] != nil })
		if !ok {
			refused[name(svc)] = fmt.Errorf("all addresses of the pool %v are taken", pool)
			continue
		}
		give(svc, a)
	}
	return func(svc *corev1.Service) (netip.Addr, error) { return has[name(svc)], refused[name(svc)] }
}
