// Package endpointslicemirroring keeps EndpointSlices that say what an Endpoints object says, for Services without a
// selector: users write Endpoints by hand, and everything that forwards reads slices only.
//
// It reads Endpoints and Services and writes the EndpointSlices that carry its managed-by label. An Endpoints object with the
// label endpointslice.kubernetes.io/skip-mirror, or one that old clients elect a leader on, has none.
package endpointslicemirroring

import (
	"fmt"
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

// Manager is the value of the managed-by label on our slices: upstream's.
const Manager = "endpointslicemirroring-controller.k8s.io"

// leaderAnnotation is where old clients keep the lease of an election; such an object leads nowhere and changes all the time.
const leaderAnnotation = "control-plane.alpha.kubernetes.io/leader"

// Controller is the row of this controller. Its keys are those of Endpoints.
func Controller() reconcile.Controller {
	return reconcile.Controller{
		Name: "endpointslice-mirroring-controller",
		Plan: decide,
		Watches: map[api.Resource]reconcile.Trigger{
			plan.Endpoints:      endpointsChanged,
			plan.Services:       serviceChanged,
			plan.EndpointSlices: sliceChanged,
		},
		Writes: []string{"endpointslices.discovery.k8s.io{of Endpoints}:endpoints,ports,metadata.labels,metadata.annotations"},
	}
}

// endpointsChanged passes over the objects that are made for Services with selectors, which are nearly all.
func endpointsChanged(s *view.Snapshot, ev store.Event) []api.Key {
	made := func(rec *store.Record) bool { return rec == nil || s.Meta(rec).Labels[managedBy] == byController }
	if made(ev.Record) && made(ev.Prev) {
		return nil
	}
	return []api.Key{ev.Record.Key}
}

const (
	managedBy    = "endpoints.kubernetes.io/managed-by"
	byController = "endpoint-controller"
)

// serviceChanged wakes the Endpoints of a Service that has no selector, or had none.
func serviceChanged(s *view.Snapshot, ev store.Event) []api.Key {
	selects := func(rec *store.Record) bool {
		return rec == nil || len(view.Of[corev1.Service](s, rec).Spec.Selector) > 0
	}
	if selects(ev.Record) && selects(ev.Prev) {
		return nil
	}
	return []api.Key{plan.Beside(ev.Record.Key, plan.Endpoints, ev.Record.Key.Name)}
}

func sliceChanged(s *view.Snapshot, ev store.Event) (keys []api.Key) {
	for _, rec := range []*store.Record{ev.Prev, ev.Record} {
		if rec == nil {
			continue
		}
		if l := s.Meta(rec).Labels; l[discoveryv1.LabelManagedBy] == Manager && l[discoveryv1.LabelServiceName] != "" {
			keys = append(keys, plan.Beside(rec.Key, plan.Endpoints, l[discoveryv1.LabelServiceName]))
		}
	}
	return keys
}

func decide(s *view.Snapshot, key api.Key, _ time.Time) (reconcile.Plan, error) {
	var p reconcile.Plan
	have := mine(s, key)
	ep, why := source(s, key)
	if ep == nil {
		p.Note = why
		for _, sl := range have {
			p.Writes = append(p.Writes, plan.Delete(plan.Beside(key, plan.EndpointSlices, sl.Name), sl, why))
		}
		return p, nil
	}
	m := endpoints.Mirror(ep, map[string]string{discoveryv1.LabelServiceName: ep.Name, discoveryv1.LabelManagedBy: Manager}, have)
	write(&p, s, key, ep, m.Changes)
	if len(p.Writes) == 0 {
		return p, nil // what there is to say has been said with the write
	}
	say := func(reason, format string, args ...any) {
		p.Events = append(p.Events, reconcile.Event{Object: ep, Warning: true, Reason: reason, Message: fmt.Sprintf(format, args...)})
	}
	if m.Invalid > 0 {
		say("InvalidIPAddress", "Skipped %d invalid IP addresses when mirroring to EndpointSlices", m.Invalid)
	}
	if m.Skipped > m.Invalid {
		say("TooManyAddressesToMirror", "A max of %d addresses can be mirrored to EndpointSlices per Endpoints subset. %d addresses were skipped", endpoints.MaxMirrored, m.Skipped)
	}
	return p, nil
}

// source is the object to mirror, or why there is none.
func source(s *view.Snapshot, key api.Key) (*corev1.Endpoints, string) {
	ep, ok := view.Get[corev1.Endpoints](s, key)
	switch {
	case !ok || ep.DeletionTimestamp != nil:
		return nil, "the endpoints are gone"
	case ep.Labels[discoveryv1.LabelSkipMirror] == "true":
		return nil, "not to be mirrored, says a label"
	case ep.Annotations[leaderAnnotation] != "":
		return nil, "a leader election, no endpoints"
	}
	svc, ok := view.Get[corev1.Service](s, plan.Beside(key, plan.Services, key.Name))
	switch {
	case !ok:
		return nil, "there is no service of that name"
	case len(svc.Spec.Selector) > 0:
		return nil, "the service selects its pods"
	}
	return ep, ""
}

func write(p *reconcile.Plan, s *view.Snapshot, key api.Key, ep *corev1.Endpoints, ch endpoints.Changes) {
	for _, sl := range ch.Update {
		p.Writes = append(p.Writes, plan.Update(plan.Beside(key, plan.EndpointSlices, sl.Name), sl, "endpoints changed"))
	}
	n := 0
	for _, sl := range ch.Create {
		sl.Namespace = key.Namespace
		sl.OwnerReferences = []metav1.OwnerReference{plan.ControllerRef(ep, "v1", "Endpoints")}
		for sl.Name == "" {
			name := endpoints.SliceName(ep, n)
			if s.Record(plan.Beside(key, plan.EndpointSlices, name)) == nil {
				sl.Name = name
			}
			n++
		}
		p.Writes = append(p.Writes, plan.Create(plan.Beside(key, plan.EndpointSlices, sl.Name), sl, "mirror"))
	}
	for _, sl := range ch.Delete {
		p.Writes = append(p.Writes, plan.Delete(plan.Beside(key, plan.EndpointSlices, sl.Name), sl, "no such ports or family any more"))
	}
}

// mine are the mirrors of an Endpoints object, in key order.
func mine(s *view.Snapshot, key api.Key) (out []*discoveryv1.EndpointSlice) {
	for rec := range s.Records(plan.Around(key, plan.EndpointSlices)) {
		l := s.Meta(rec).Labels
		if l[discoveryv1.LabelServiceName] == key.Name && l[discoveryv1.LabelManagedBy] == Manager {
			out = append(out, view.Of[discoveryv1.EndpointSlice](s, rec))
		}
	}
	return out
}
