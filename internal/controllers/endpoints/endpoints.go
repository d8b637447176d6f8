// Package endpoints keeps the Endpoints objects of Services with selectors, for clients that do not read EndpointSlices.
//
// It reads Services and Pods and writes Endpoints of the same name. Endpoints of Services without selector are their
// makers' own.
package endpoints

import (
	"maps"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/endpoints"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

const (
	managedBy = "endpoints.kubernetes.io/managed-by"
	manager   = "endpoint-controller"
)

// Controller is the row of this controller.
func Controller() reconcile.Controller {
	return reconcile.Controller{
		Name: "endpoint-controller",
		Plan: decide,
		Watches: map[api.Resource]reconcile.Trigger{
			plan.Services: reconcile.Self,
			plan.Pods:     plan.ServicesOfPod,
			plan.Endpoints: func(_ *view.Snapshot, ev store.Event) []api.Key {
				return []api.Key{plan.Beside(ev.Record.Key, plan.Services, ev.Record.Key.Name)}
			},
		},
		Writes: []string{"endpoints:subsets,metadata.labels,metadata.annotations"},
	}
}

func decide(s *view.Snapshot, key api.Key, _ time.Time) (reconcile.Plan, error) {
	var p reconcile.Plan
	epKey := plan.Beside(key, plan.Endpoints, key.Name)
	old, exists := view.Get[corev1.Endpoints](s, epKey)
	svc, ok := view.Get[corev1.Service](s, key)
	if !ok {
		// Endpoints have no owner: they go with their service, but only if we made them.
		if exists && old.Labels[managedBy] == manager {
			p.Writes = append(p.Writes, plan.Delete(epKey, old, "the service is gone"))
		}
		return p, nil
	}
	if svc.Spec.Type == corev1.ServiceTypeExternalName || len(svc.Spec.Selector) == 0 {
		return p, nil
	}
	subsets, truncated := endpoints.Subsets(svc, plan.ServicePods(s, key, svc))
	want := &corev1.Endpoints{}
	if exists {
		want = old.DeepCopy()
	}
	want.Name, want.Namespace = key.Name, key.Namespace
	want.Subsets = subsets
	want.Labels = maps.Clone(svc.Labels)
	if want.Labels == nil {
		want.Labels = map[string]string{}
	}
	want.Labels[managedBy] = manager
	if svc.Spec.ClusterIP == corev1.ClusterIPNone {
		want.Labels[corev1.IsHeadlessService] = ""
	} else {
		delete(want.Labels, corev1.IsHeadlessService)
	}
	if truncated {
		if want.Annotations == nil {
			want.Annotations = map[string]string{}
		}
		want.Annotations[corev1.EndpointsOverCapacity] = "truncated"
	} else {
		delete(want.Annotations, corev1.EndpointsOverCapacity)
	}
	switch {
	case !exists:
		p.Writes = append(p.Writes, plan.Create(epKey, want, "first endpoints"))
	case !equality.Semantic.DeepEqual(old, want):
		p.Writes = append(p.Writes, plan.Update(epKey, want, "endpoints changed"))
	}
	return p, nil
}
