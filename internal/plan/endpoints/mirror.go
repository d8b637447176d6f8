package endpoints

import (
	"maps"
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/types"
)

// MaxMirrored bounds the addresses that are mirrored of one subset; upstream's --mirroring-max-endpoints-per-subset. There
// is one slice per ports and family, as large as that: a mirror keeps the shape of what its user wrote.
const MaxMirrored = 1000

// Mirrored is what became of an Endpoints object's addresses.
type Mirrored struct {
	Changes
	Invalid int // addresses that are none
	Skipped int // all that were left out, the invalid ones included
}

// Mirror brings slices to what an Endpoints object says. labels are those that every slice has besides the object's own.
func Mirror(ep *corev1.Endpoints, labels map[string]string, have []*discoveryv1.EndpointSlice) (m Mirrored) {
	all := maps.Clone(ep.Labels)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, labels)
	notes := maps.Clone(ep.Annotations)
	delete(notes, corev1.EndpointsLastChangeTriggerTime)
	delete(notes, corev1.LastAppliedConfigAnnotation)

	want := m.reflect(ep)
	byKey := map[string][]*discoveryv1.EndpointSlice{}
	for _, s := range have {
		k := string(s.AddressType) + portsKey(s.Ports)
		if want[k] == nil || len(byKey[k]) > 0 {
			m.Delete = append(m.Delete, s)
			continue
		}
		byKey[k] = append(byKey[k], s)
	}
	for _, k := range slices.Sorted(maps.Keys(want)) {
		w := want[k]
		w.Labels, w.Annotations = all, notes
		if len(byKey[k]) == 0 {
			m.Create = append(m.Create, w)
			continue
		}
		old := byKey[k][0]
		if maps.Equal(old.Labels, w.Labels) && maps.Equal(old.Annotations, w.Annotations) && equality.Semantic.DeepEqual(old.Endpoints, w.Endpoints) {
			continue
		}
		fresh := old.DeepCopy()
		fresh.Labels, fresh.Annotations, fresh.Endpoints = w.Labels, w.Annotations, w.Endpoints
		m.Update = append(m.Update, fresh)
	}
	return m
}

// reflect sorts the addresses into slices by ports and family.
func (m *Mirrored) reflect(ep *corev1.Endpoints) map[string]*discoveryv1.EndpointSlice {
	type place struct {
		slice, ip string
		uid       types.UID
	}
	out, seen := map[string]*discoveryv1.EndpointSlice{}, map[place]bool{}
	for i := range ep.Subsets {
		ss := &ep.Subsets[i]
		ports := []discoveryv1.EndpointPort{}
		for _, p := range ss.Ports {
			ports = append(ports, discoveryv1.EndpointPort{Name: &p.Name, Port: &p.Port, Protocol: &p.Protocol, AppProtocol: p.AppProtocol})
		}
		added := 0
		add := func(addresses []corev1.EndpointAddress, ready bool) {
			for _, a := range addresses {
				ip, err := netip.ParseAddr(a.IP)
				switch {
				case added >= MaxMirrored:
					m.Skipped++
					continue
				case err != nil:
					m.Invalid++
					m.Skipped++
					continue
				}
				added++
				ip = ip.Unmap()
				family := discoveryv1.AddressTypeIPv4
				if ip.Is6() {
					family = discoveryv1.AddressTypeIPv6
				}
				k := string(family) + portsKey(ports)
				at := place{slice: k, ip: ip.String()}
				if a.TargetRef != nil {
					at.uid = a.TargetRef.UID
				}
				if seen[at] {
					continue
				}
				seen[at] = true
				if out[k] == nil {
					out[k] = &discoveryv1.EndpointSlice{AddressType: family, Ports: ports}
				}
				if len(out[k].Endpoints) == MaxMirrored { // of several subsets with the same ports
					m.Skipped++
					continue
				}
				e := discoveryv1.Endpoint{Addresses: []string{ip.String()}, Conditions: discoveryv1.EndpointConditions{Ready: &ready},
					TargetRef: a.TargetRef, NodeName: a.NodeName}
				if a.Hostname != "" {
					e.Hostname = &a.Hostname
				}
				out[k].Endpoints = append(out[k].Endpoints, e)
			}
		}
		add(ss.Addresses, true)
		add(ss.NotReadyAddresses, false)
	}
	return out
}
