package app

import (
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan/endpoints"
	"gantry.dev/gantry/internal/view"
)

var (
	servicesResource = api.Resource{Name: "services"}
	slicesResource   = api.Resource{Group: discoveryv1.GroupName, Name: "endpointslices"}
)

// serviceTargets finds the endpoints of a Service in the view, for webhooks and extension API servers.
func (s *Server) serviceTargets(c api.Cluster, namespace, name string, port int32) ([]string, error) {
	snap := s.view.Snapshot()
	svc, ok := view.Get[corev1.Service](snap, api.Key{Resource: servicesResource, Cluster: c, Namespace: namespace, Name: name})
	if !ok {
		return nil, apierrors.NewNotFound(kschema.GroupResource{Resource: "service"}, name)
	}
	var slices []*discoveryv1.EndpointSlice
	for sl := range view.List[discoveryv1.EndpointSlice](snap, api.Scope{Resource: slicesResource, Cluster: c, Namespace: namespace}) {
		if sl.Labels[discoveryv1.LabelServiceName] == name {
			slices = append(slices, sl)
		}
	}
	return endpoints.Targets(svc, slices, port)
}

// checkPolicy looks at the types of a policy's expressions, for the kinds that its cluster serves now.
func (s *Server) checkPolicy(c api.Cluster, policy *admissionregistrationv1.ValidatingAdmissionPolicy) ([]admissionregistrationv1.ExpressionWarning, error) {
	custom, err := s.reg.Custom(c)
	if err != nil {
		return nil, err
	}
	return s.law.CheckPolicy(policy, custom), nil
}
