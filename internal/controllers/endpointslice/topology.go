package endpointslice

import (
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/endpoints"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// nodeChanged wakes the Services that a change of a node can concern: if its zone became known or changed, those of all
// namespaces with pods there (to ask each pod for its Services would cost more than planning some of them for nothing);
// if the shares of zones may have changed, those that are dealt out by them.
func nodeChanged(s *view.Snapshot, ev store.Event) []api.Key {
	was, is := view.Of[corev1.Node](s, ev.Prev), view.Of[corev1.Node](s, ev.Record)
	if ev.Type == store.Delete {
		is = nil
	}
	var keys []api.Key
	if was == nil || is == nil || zoneOf(was) != zoneOf(is) {
		seen := map[string]bool{}
		for p := range view.OnNode[corev1.Pod](s, plan.Pods, ev.Record.Key.Cluster, ev.Record.Key.Name) {
			if seen[p.Namespace] {
				continue
			}
			seen[p.Namespace] = true
			for rec := range s.Records(plan.Around(plan.KeyOf(ev.Record.Key.Cluster, plan.Pods, p), plan.Services)) {
				keys = append(keys, rec.Key)
			}
		}
	}
	if weighs(was) != weighs(is) {
		for svc := range view.List[corev1.Service](s, api.Scope{Resource: plan.Services, Cluster: ev.Record.Key.Cluster}) {
			if endpoints.ByTopology(svc) {
				keys = append(keys, plan.KeyOf(ev.Record.Key.Cluster, plan.Services, svc))
			}
		}
	}
	return keys
}

func zoneOf(n *corev1.Node) string { return n.Labels[corev1.LabelTopologyZone] }

// weight is what a node adds to the shares of zones.
type weight struct {
	zone string
	cpu  int64
}

func weighs(n *corev1.Node) weight {
	if n == nil || !endpoints.CarriesWork(n) {
		return weight{}
	}
	return weight{zoneOf(n), n.Status.Allocatable.Cpu().MilliValue()}
}

// hint marks endpoints as the Service asks, and tells its owner when that begins, ends, or cannot be done.
func hint(p *reconcile.Plan, svc *corev1.Service, f discoveryv1.AddressType, backends []endpoints.Backend, zones endpoints.Zones, have []*discoveryv1.EndpointSlice) {
	tell := func(warning bool, reason, message string) {
		p.Events = append(p.Events, reconcile.Event{Object: svc, Warning: warning, Reason: reason, Message: message + ", addressType: " + string(f)})
	}
	if endpoints.ByTopology(svc) {
		switch problem := endpoints.HintByTopology(backends, zones, have); {
		case problem != "":
			tell(true, "TopologyAwareHintsDisabled", problem)
			p.Note = problem
		case !anyHint(have):
			tell(false, "TopologyAwareHintsEnabled", "Topology Aware Hints has been enabled")
		}
		return
	}
	endpoints.HintByDistribution(svc, backends)
	if svc.Spec.TrafficDistribution == nil && anyHint(have) {
		tell(true, "TopologyAwareHintsDisabled", "Topology Aware Hints has been disabled")
	}
}

func anyHint(have []*discoveryv1.EndpointSlice) bool {
	for _, s := range have {
		for i := range s.Endpoints {
			if s.Endpoints[i].Hints != nil {
				return true
			}
		}
	}
	return false
}
