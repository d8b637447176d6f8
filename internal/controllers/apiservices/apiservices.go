// Package apiservices keeps the Available condition of APIServices, by which the API server decides whether it sends
// requests on to an extension server: its Service must be there with the port and a ready endpoint, and its discovery
// must answer.
//
// It reads APIServices, Services, EndpointSlices and the outcome of calls that it does not make, and writes the status of
// APIServices.
package apiservices

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apiregistrationv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

const (
	// calling is how soon a plan asks again whether a call has come to an end.
	calling = 100 * time.Millisecond
	// failing and passing are how soon it asks for a further call: upstream checks all again every 30 s, and those that fail
	// with growing pauses.
	failing = 2 * time.Second
	passing = 30 * time.Second
)

// Check tells what the last call of a path of an extension server has given, nil for an answer with success, and how
// long ago that was. It returns at once; where there is no outcome, or one that is old, it sees to it that there will be.
type Check func(c api.Cluster, to api.Webhook, path string) (outcome error, known bool)

func resource() api.Resource {
	return api.Resource{Group: apiregistrationv1.GroupName, Name: "apiservices"}
}

// New is the row of this controller.
func New(check Check) reconcile.Controller {
	return reconcile.Controller{
		Name: "apiservice-status-available-controller",
		Plan: func(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
			return decide(s, key, now, check)
		},
		Watches: map[api.Resource]reconcile.Trigger{
			resource(): reconcile.Self,
			plan.Services: func(s *view.Snapshot, ev store.Event) []api.Key {
				return behind(s, ev, ev.Record.Key.Name)
			},
			plan.EndpointSlices: func(s *view.Snapshot, ev store.Event) []api.Key {
				return behind(s, ev, s.Meta(ev.Record).Labels[discoveryv1.LabelServiceName])
			},
		},
		Writes: []string{"apiservices.apiregistration.k8s.io/status"},
	}
}

// behind are the APIServices whose server stands behind a Service of the event's namespace.
func behind(s *view.Snapshot, ev store.Event, service string) (keys []api.Key) {
	for a := range view.List[apiregistrationv1.APIService](s, api.Scope{Resource: resource(), Cluster: ev.Record.Key.Cluster}) {
		if ref := a.Spec.Service; ref != nil && ref.Namespace == ev.Record.Key.Namespace && ref.Name == service {
			keys = append(keys, plan.KeyOf(ev.Record.Key.Cluster, resource(), a))
		}
	}
	return keys
}

func decide(s *view.Snapshot, key api.Key, now time.Time, check Check) (reconcile.Plan, error) {
	var p reconcile.Plan
	a, ok := view.Get[apiregistrationv1.APIService](s, key)
	if !ok || a.DeletionTimestamp != nil {
		return p, nil
	}
	c := apiregistrationv1.APIServiceCondition{Type: apiregistrationv1.Available, Status: apiregistrationv1.ConditionTrue,
		Reason: "Local", Message: "Local APIServices are always available"}
	if a.Spec.Service != nil {
		found, again := judge(s, key.Cluster, a, check)
		if again != 0 {
			p.Again = now.Add(again)
		}
		if found == nil {
			return p, nil // the first call is under way
		}
		c.Status, c.Reason, c.Message = found.status, found.reason, found.message
	}
	if next, changed := withCondition(a, c, now); changed {
		p.Writes = append(p.Writes, plan.UpdateStatus(key, next, c.Message))
	}
	return p, nil
}

type verdict struct {
	status          apiregistrationv1.ConditionStatus
	reason, message string
}

func no(reason, format string, args ...any) *verdict {
	return &verdict{apiregistrationv1.ConditionFalse, reason, fmt.Sprintf(format, args...)}
}

// judge looks at what an extension server needs, in upstream's order. A nil verdict means that it is not known yet; again
// is when to look once more though nothing may have changed.
func judge(s *view.Snapshot, c api.Cluster, a *apiregistrationv1.APIService, check Check) (_ *verdict, again time.Duration) {
	ref, port := a.Spec.Service, int32(443)
	if ref.Port != nil {
		port = *ref.Port
	}
	svc, ok := view.Get[corev1.Service](s, api.Key{Resource: plan.Services, Cluster: c, Namespace: ref.Namespace, Name: ref.Name})
	if !ok {
		return no("ServiceNotFound", "service/%s in %q is not present", ref.Name, ref.Namespace), 0
	}
	if svc.Spec.Type == corev1.ServiceTypeClusterIP {
		if v := endpoints(s, c, svc, port); v != nil {
			return v, 0
		}
	}
	path := "/apis/" + a.Spec.Group + "/" + a.Spec.Version
	if a.Spec.Group == "" {
		path = "/api/" + a.Spec.Version
	}
	to := api.Webhook{Namespace: ref.Namespace, Name: ref.Name, Port: port, CABundle: a.Spec.CABundle, Insecure: a.Spec.InsecureSkipTLSVerify}
	switch err, known := check(c, to, path); {
	case !known:
		return nil, calling
	case err != nil:
		return no("FailedDiscoveryCheck", "%v", err), failing
	}
	return &verdict{apiregistrationv1.ConditionTrue, "Passed", "all checks passed"}, passing
}

// endpoints says what is wrong with the endpoints of a Service for one of its ports; nil if nothing is.
func endpoints(s *view.Snapshot, c api.Cluster, svc *corev1.Service, port int32) *verdict {
	name, found := "", false
	for _, p := range svc.Spec.Ports {
		if p.Port == port {
			name, found = p.Name, true
			break
		}
	}
	if !found {
		return no("ServicePortError", "service/%s in %q is not listening on port %d", svc.Name, svc.Namespace, port)
	}
	there := false
	for slice := range view.List[discoveryv1.EndpointSlice](s, api.Scope{Resource: plan.EndpointSlices, Cluster: c, Namespace: svc.Namespace}) {
		if slice.Labels[discoveryv1.LabelServiceName] != svc.Name {
			continue
		}
		there = true
		if serves(slice, name) {
			return nil
		}
	}
	if !there {
		return no("EndpointsNotFound", "cannot find endpointslices for service/%s in %q", svc.Name, svc.Namespace)
	}
	return no("MissingEndpoints", "endpointslices for service/%s in %q have no addresses with port name %q", svc.Name, svc.Namespace, name)
}

// serves reports whether a slice has a ready endpoint and the port.
func serves(slice *discoveryv1.EndpointSlice, port string) bool {
	ready := false
	for _, e := range slice.Endpoints {
		ready = ready || e.Conditions.Ready == nil || *e.Conditions.Ready
	}
	for _, p := range slice.Ports {
		if ready && p.Name != nil && *p.Name == port && p.Port != nil {
			return true
		}
	}
	return false
}

// withCondition returns a copy that has the condition; changed is false where it is there already.
func withCondition(a *apiregistrationv1.APIService, c apiregistrationv1.APIServiceCondition, now time.Time) (_ *apiregistrationv1.APIService, changed bool) {
	c.LastTransitionTime = metav1.NewTime(now)
	for i, old := range a.Status.Conditions {
		if old.Type != c.Type {
			continue
		}
		if old.Status == c.Status {
			c.LastTransitionTime = old.LastTransitionTime
		}
		if old == c {
			return a, false
		}
		next := a.DeepCopy()
		next.Status.Conditions[i] = c
		return next, true
	}
	next := a.DeepCopy()
	next.Status.Conditions = append(next.Status.Conditions, c)
	return next, true
}
