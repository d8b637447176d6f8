// Package endpointslice keeps the EndpointSlices of Services with selectors: which pods answer, where, and whether they
// are ready, serving or terminating.
//
// It reads Services, Pods and Nodes (for zones) and writes EndpointSlices that carry its managed-by label; slices of
// others are left alone. The default/kubernetes Service has no selector and is not its business.
package endpointslice

import (
	"maps"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/endpoints"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// Manager is the value of the managed-by label on our slices: upstream's, which kubectl and meshes know.
const Manager = "endpointslice-controller.k8s.io"

// Controller is the row of this controller.
func Controller() reconcile.Controller {
	return reconcile.Controller{
		Name:     "endpoint-slice-controller",
		Plan:     decide,
		Why:      why,
		Counters: []reconcile.Counter{{Name: changes, Help: "Number of EndpointSlice changes", Labels: []string{"operation"}}},
		Watches: map[api.Resource]reconcile.Trigger{
			plan.Services:       reconcile.Self,
			plan.Pods:           plan.ServicesOfPod,
			plan.EndpointSlices: sliceChanged,
			plan.Nodes:          nodeChanged,
		},
		Writes: []string{"endpointslices.discovery.k8s.io{of Services}:endpoints,ports,metadata.labels"},
	}
}

func sliceChanged(s *view.Snapshot, ev store.Event) []api.Key {
	m := s.Meta(ev.Record)
	name := m.Labels[discoveryv1.LabelServiceName]
	if name == "" && ev.Prev != nil {
		name = s.Meta(ev.Prev).Labels[discoveryv1.LabelServiceName]
	}
	if name == "" {
		return nil
	}
	return []api.Key{plan.Beside(ev.Record.Key, plan.Services, name)}
}

func decide(s *view.Snapshot, key api.Key, _ time.Time) (reconcile.Plan, error) {
	var p reconcile.Plan
	svc, ok := view.Get[corev1.Service](s, key)
	if !ok || svc.DeletionTimestamp != nil || svc.Spec.Type == corev1.ServiceTypeExternalName || len(svc.Spec.Selector) == 0 {
		if !ok { // owned slices go with their owner; this is for the moment before the collector comes
			left, _ := mine(s, key, nil)
			for _, sl := range left {
				p.Writes = append(p.Writes, plan.Delete(plan.Beside(key, plan.EndpointSlices, sl.Name), sl, "the service is gone"))
			}
		}
		return p, nil
	}
	have, strange := mine(s, key, svc)
	for _, sl := range strange {
		p.Writes = append(p.Writes, plan.Delete(plan.Beside(key, plan.EndpointSlices, sl.Name), sl, "it belongs to an earlier service of this name"))
	}
	pods := plan.ServicePods(s, key, svc)
	zone := func(node string) (string, bool) {
		n, ok := view.Get[corev1.Node](s, api.Key{Resource: plan.Nodes, Cluster: key.Cluster, Name: node})
		if !ok {
			return "", false
		}
		return n.Labels[corev1.LabelTopologyZone], true
	}
	families := endpoints.Families(svc)
	byFamily := map[discoveryv1.AddressType][]*discoveryv1.EndpointSlice{}
	for _, sl := range have {
		byFamily[sl.AddressType] = append(byFamily[sl.AddressType], sl)
	}
	taken := map[string]bool{}
	var zones endpoints.Zones
	if endpoints.ByTopology(svc) {
		zones = endpoints.ZonesOf(view.List[corev1.Node](s, api.Scope{Resource: plan.Nodes, Cluster: key.Cluster}))
	}
	for _, f := range families {
		backends := endpoints.Backends(svc, pods, f, zone)
		hint(&p, svc, f, backends, zones, byFamily[f])
		ch := endpoints.Pack(endpoints.Want{Family: f, Labels: sliceLabels(svc), Backends: backends}, byFamily[f])
		delete(byFamily, f)
		write(&p, s, key, svc, ch, taken)
	}
	for _, stale := range byFamily { // families that the service no longer has
		write(&p, s, key, svc, endpoints.Changes{Delete: stale}, taken)
	}
	return p, nil
}

// changes is upstream's metric of writes of slices.
const changes = "endpoint_slice_controller_changes"

// counted counts the last write of a plan.
func counted(p *reconcile.Plan, operation string) {
	p.Counts = append(p.Counts, reconcile.Count{Counter: changes, Values: []string{operation}, Of: len(p.Writes)})
}

func write(p *reconcile.Plan, s *view.Snapshot, key api.Key, svc *corev1.Service, ch endpoints.Changes, taken map[string]bool) {
	// Updates come first: what moves to a new slice is never missing from all of them.
	for _, sl := range ch.Update {
		p.Writes = append(p.Writes, plan.Update(plan.Beside(key, plan.EndpointSlices, sl.Name), sl, "endpoints changed"))
		counted(p, "update")
	}
	n := 0
	for _, sl := range ch.Create {
		sl.Namespace = key.Namespace
		sl.OwnerReferences = []metav1.OwnerReference{plan.ControllerRef(svc, "v1", "Service")}
		for sl.Name = ""; sl.Name == ""; n++ {
			name := endpoints.SliceName(svc, n)
			if s.Record(plan.Beside(key, plan.EndpointSlices, name)) == nil && !taken[name] {
				sl.Name, taken[name] = name, true
			}
		}
		p.Writes = append(p.Writes, plan.Create(plan.Beside(key, plan.EndpointSlices, sl.Name), sl, "more endpoints"))
		counted(p, "create")
	}
	for _, sl := range ch.Delete {
		p.Writes = append(p.Writes, plan.Delete(plan.Beside(key, plan.EndpointSlices, sl.Name), sl, "empty"))
		counted(p, "delete")
	}
}

// mine are the slices of a Service that we manage, in key order; strange are those whose owner is another Service.
func mine(s *view.Snapshot, key api.Key, svc *corev1.Service) (out, strange []*discoveryv1.EndpointSlice) {
	for rec := range s.Records(plan.Around(key, plan.EndpointSlices)) {
		m := s.Meta(rec)
		if m.Labels[discoveryv1.LabelServiceName] != key.Name || m.Labels[discoveryv1.LabelManagedBy] != Manager {
			continue
		}
		sl := view.Of[discoveryv1.EndpointSlice](s, rec)
		if ref := view.ControllerOf(m); svc != nil && ref != nil && ref.UID != svc.UID {
			strange = append(strange, sl)
			continue
		}
		out = append(out, sl)
	}
	return out, strange
}

// sliceLabels are the Service's own labels and those by which a slice is found.
func sliceLabels(svc *corev1.Service) map[string]string {
	l := maps.Clone(svc.Labels)
	if l == nil {
		l = map[string]string{}
	}
	delete(l, corev1.IsHeadlessService)
	if svc.Spec.ClusterIP == corev1.ClusterIPNone || svc.Spec.ClusterIP == "" {
		l[corev1.IsHeadlessService] = ""
	}
	l[discoveryv1.LabelServiceName] = svc.Name
	l[discoveryv1.LabelManagedBy] = Manager
	return l
}
