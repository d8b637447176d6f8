package endpoints

import (
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/types"
)

// overload is how much more than its share an endpoint of a zone may get. Upstream's figure.
const overload = 0.2

// ByTopology reports whether a Service asks for endpoints to be shared out among zones by the CPUs there.
func ByTopology(svc *corev1.Service) bool {
	v, ok := svc.Annotations[corev1.DeprecatedAnnotationTopologyAwareHints]
	if !ok {
		v = svc.Annotations[corev1.AnnotationTopologyMode]
	}
	return v == "Auto" || v == "auto"
}

// Zones is the share of each zone in the CPUs of a cluster; nil if that cannot be told or there is one zone only.
type Zones map[string]float64

// ZonesOf adds up the CPUs of the ready nodes that carry work.
func ZonesOf(nodes iter.Seq[*corev1.Node]) Zones {
	cpus, total := map[string]int64{}, int64(0)
	for n := range nodes {
		if !CarriesWork(n) {
			continue
		}
		zone, cpu := n.Labels[corev1.LabelTopologyZone], n.Status.Allocatable.Cpu().MilliValue()
		if zone == "" || cpu == 0 {
			return nil // one node that cannot be counted makes all shares wrong
		}
		cpus[zone] += cpu
		total += cpu
	}
	if len(cpus) < 2 {
		return nil
	}
	z := Zones{}
	for zone, cpu := range cpus {
		z[zone] = float64(cpu) / float64(total)
	}
	return z
}

// CarriesWork reports whether a node counts for the shares of zones: it is ready, and no control plane.
func CarriesWork(n *corev1.Node) bool {
	for _, role := range []string{"node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"} {
		if _, ok := n.Labels[role]; ok {
			return false
		}
	}
	for _, c := range n.Status.Conditions {
		if c.Type == corev1.NodeReady {
			return c.Status == corev1.ConditionTrue
		}
	}
	return false
}

// share is how many endpoints a zone is to be given.
type share struct {
	least, most int
	ideal       float64
}

// shares deals n endpoints out, or says why that would overload some.
func (z Zones) shares(n int) (map[string]share, string) {
	switch {
	case len(z) == 0:
		return nil, "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes"
	case len(z) > n:
		return nil, fmt.Sprintf("Insufficient number of endpoints (%d endpoints, %d zones)", n, len(z))
	}
	out, sum := map[string]share{}, 0
	for zone, part := range z {
		ideal := part * float64(n)
		least := int(math.Ceil(ideal * (1 / (1 + overload))))
		out[zone] = share{least: least, ideal: max(ideal, float64(least))}
		sum += least
	}
	if sum > n {
		return nil, fmt.Sprintf("Unable to allocate minimum required endpoints to each zone without exceeding overload threshold (%d endpoints, %d zones)", n, len(z))
	}
	for zone, s := range out {
		s.most = s.least + n - sum
		out[zone] = s
	}
	return out, ""
}

// HintByTopology gives each ready endpoint the zone that shall use it, so that each zone's endpoints are as many as its CPUs
// ask for. Hints that slices have stay while no zone has too few or too many of them: a change of one endpoint does not
// move the others. If no such distribution exists no endpoint gets a hint, and the result says why, in upstream's words.
func HintByTopology(backends []Backend, zones Zones, have []*discoveryv1.EndpointSlice) (problem string) {
	var ready []*discoveryv1.Endpoint
	for i := range backends {
		if e := &backends[i].Endpoint; deref(e.Conditions.Ready) {
			ready = append(ready, e)
		}
	}
	want, problem := zones.shares(len(ready))
	if problem != "" {
		return problem
	}
	for _, e := range ready {
		if deref(e.Zone) == "" {
			return "One or more endpoints do not have a zone specified"
		}
	}
	given := hinted(have)
	to := make([]string, len(ready))
	for i, e := range ready {
		to[i] = *e.Zone
		if old := given[e.TargetRef.UID]; old != "" {
			to[i] = old
		}
	}
	if !balanced(to, want) {
		redistribute(ready, to, want)
	}
	for i, e := range ready {
		e.Hints = &discoveryv1.EndpointHints{ForZones: []discoveryv1.ForZone{{Name: to[i]}}}
	}
	return ""
}

// hinted are the zones that the endpoints of slices were meant for, by pod.
func hinted(have []*discoveryv1.EndpointSlice) map[types.UID]string {
	out := map[types.UID]string{}
	for _, s := range have {
		for i := range s.Endpoints {
			if e := &s.Endpoints[i]; e.TargetRef != nil && e.Hints != nil && len(e.Hints.ForZones) == 1 {
				out[e.TargetRef.UID] = e.Hints.ForZones[0].Name
			}
		}
	}
	return out
}

func count(to []string) map[string]int {
	n := map[string]int{}
	for _, zone := range to {
		n[zone]++
	}
	return n
}

// balanced reports whether each zone has what it needs and none has more than it may.
func balanced(to []string, want map[string]share) bool {
	n := count(to)
	for zone := range n {
		if _, ok := want[zone]; !ok {
			return false
		}
	}
	for zone, s := range want {
		if n[zone] < s.least || n[zone] > s.most {
			return false
		}
	}
	return true
}

// redistribute begins with every endpoint in its own zone and moves as few as it takes, upstream's way: from the zone
// that has most to give to the one that lacks most, while half an endpoint is at stake.
func redistribute(ready []*discoveryv1.Endpoint, to []string, want map[string]share) {
	for i, e := range ready {
		to[i] = *e.Zone
	}
	n := count(to)
	spare, lack := map[string]float64{}, map[string]float64{}
	for _, zone := range slices.Compact(slices.Sorted(chain(maps.Keys(n), maps.Keys(want)))) {
		switch d := float64(n[zone]) - want[zone].ideal; {
		case d > 0:
			spare[zone] = d
		case d < 0:
			lack[zone] = -d
		}
	}
	for {
		from, surplus := most(spare)
		dest, need := most(lack)
		if from == "" || dest == "" || surplus < 1 && need < 1 || surplus < 0.5 || need < 0.5 {
			return
		}
		to[slices.Index(to, from)] = dest
		spare[from]--
		lack[dest]--
	}
}

func chain(a, b iter.Seq[string]) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, seq := range []iter.Seq[string]{a, b} {
			for v := range seq {
				if !yield(v) {
					return
				}
			}
		}
	}
}

// most is the zone with the greatest number, of equal ones the first by name.
func most(zones map[string]float64) (zone string, n float64) {
	for _, z := range slices.Sorted(maps.Keys(zones)) {
		if zones[z] > n {
			zone, n = z, zones[z]
		}
	}
	return zone, n
}
