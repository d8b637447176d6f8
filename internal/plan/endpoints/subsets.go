package endpoints

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/plan"
)

// MaxSubsetAddresses bounds the addresses of an Endpoints object, which every node reads as a whole. Upstream's figure.
const MaxSubsetAddresses = 1000

// Subsets packs the pods of a Service into the subsets of an Endpoints object: addresses with the same ports together,
// in canonical order. truncated says that there were more than MaxSubsetAddresses.
func Subsets(svc *corev1.Service, pods []*corev1.Pod) (subsets []corev1.EndpointSubset, truncated bool) {
	group := map[string]*corev1.EndpointSubset{}
	for _, p := range pods {
		if plan.Terminated(p) || p.DeletionTimestamp != nil && !svc.Spec.PublishNotReadyAddresses {
			continue
		}
		var ip string
		for _, f := range Families(svc)[:1] {
			if a := addresses(p, f); len(a) > 0 {
				ip = a[0]
			}
		}
		if ip == "" {
			continue
		}
		addr := corev1.EndpointAddress{IP: ip, Hostname: Hostname(svc, p),
			TargetRef: &corev1.ObjectReference{Kind: "Pod", Namespace: p.Namespace, Name: p.Name, UID: p.UID}}
		if p.Spec.NodeName != "" {
			node := p.Spec.NodeName
			addr.NodeName = &node
		}
		ports := Ports(svc, p)
		if len(ports) == 0 && len(svc.Spec.Ports) > 0 {
			continue
		}
		k := portsKey(ports)
		ss := group[k]
		if ss == nil {
			ss = &corev1.EndpointSubset{}
			for _, ep := range ports {
				ss.Ports = append(ss.Ports, corev1.EndpointPort{Name: deref(ep.Name), Port: deref(ep.Port), Protocol: deref(ep.Protocol), AppProtocol: ep.AppProtocol})
			}
			slices.SortFunc(ss.Ports, func(a, b corev1.EndpointPort) int {
				return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.Port, b.Port), strings.Compare(string(a.Protocol), string(b.Protocol)))
			})
			group[k] = ss
		}
		if svc.Spec.PublishNotReadyAddresses || plan.Ready(p) {
			ss.Addresses = append(ss.Addresses, addr)
		} else {
			ss.NotReadyAddresses = append(ss.NotReadyAddresses, addr)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(group)) {
		ss := group[k]
		sortAddresses(ss.Addresses)
		sortAddresses(ss.NotReadyAddresses)
		subsets = append(subsets, *ss)
	}
	return truncate(subsets)
}

func sortAddresses(a []corev1.EndpointAddress) {
	slices.SortFunc(a, func(x, y corev1.EndpointAddress) int {
		return cmp.Or(strings.Compare(x.IP, y.IP), strings.Compare(string(x.TargetRef.UID), string(y.TargetRef.UID)))
	})
}

// truncate cuts what is over capacity as upstream does: not ready addresses first; of those that are cut each subset keeps
// its part, rounded up until there is no room left.
func truncate(subsets []corev1.EndpointSubset) ([]corev1.EndpointSubset, bool) {
	ready, not := 0, 0
	for i := range subsets {
		ready, not = ready+len(subsets[i].Addresses), not+len(subsets[i].NotReadyAddresses)
	}
	if ready+not <= MaxSubsetAddresses {
		return subsets, false
	}
	room, total := MaxSubsetAddresses-ready, not
	if ready > MaxSubsetAddresses {
		room, total = MaxSubsetAddresses, ready
	}
	left := room
	for i := range subsets {
		list := &subsets[i].NotReadyAddresses
		if ready > MaxSubsetAddresses {
			*list, list = nil, &subsets[i].Addresses
		}
		n := min(left, (len(*list)*room+total-1)/max(total, 1), len(*list))
		left -= n
		if *list = (*list)[:n]; n == 0 {
			*list = nil
		}
	}
	return slices.DeleteFunc(subsets, func(s corev1.EndpointSubset) bool { return len(s.Addresses)+len(s.NotReadyAddresses) == 0 }), true
}
