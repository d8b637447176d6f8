package registry

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"

	"gantry.dev/gantry/internal/schema"
)

// create fills in what a new Service leaves to the cluster: families, cluster IP, node ports. The allocations are ops of
// the same transaction as the Service, guarded by their absence: no address is ever handed out twice or leaked.
func (a *serviceAllocator) create(q *Request, obj runtime.Object, p *pending, law *schema.Schema) (runtime.Object, error) {
	svc, err := serviceOf(q, obj, law)
	if err != nil {
		return nil, err
	}
	if svc.Spec.ClusterIP != "" && len(svc.Spec.ClusterIPs) == 0 {
		svc.Spec.ClusterIPs = []string{svc.Spec.ClusterIP}
	}
	if errs := a.setFamilies(svc, nil); len(errs) > 0 {
		return nil, apierrors.NewInvalid(kindOf(q), svc.Name, errs)
	}
	if err := a.allocate(q, svc, nil, p); err != nil {
		return nil, err
	}
	dropUnneeded(svc)
	return law.FromTyped(q.Kind, svc)
}

// update carries over what an update leaves out, allocates what it newly needs and frees what it no longer does.
func (a *serviceAllocator) update(q *Request, obj, oldObj runtime.Object, p *pending, law *schema.Schema) (runtime.Object, error) {
	svc, err := serviceOf(q, obj, law)
	if err != nil {
		return nil, err
	}
	old, err := serviceOf(q, oldObj.DeepCopyObject(), law)
	if err != nil {
		return nil, err
	}
	carryOver(svc, old)
	normalizeClusterIPs(svc, old)
	if errs := a.setFamilies(svc, old); len(errs) > 0 {
		return nil, apierrors.NewInvalid(kindOf(q), svc.Name, errs)
	}
	dropPorts(svc, old)
	if err := a.allocate(q, svc, old, p); err != nil {
		return nil, err
	}
	dropUnneeded(svc)
	return law.FromTyped(q.Kind, svc)
}

// dropUnneeded leaves out the traffic policy of a Service that has no traffic of its own. Upstream stores it and hides it from
// everybody who reads.
func dropUnneeded(svc *corev1.Service) {
	if svc.Spec.Type == corev1.ServiceTypeExternalName {
		svc.Spec.InternalTrafficPolicy = nil
	}
}

func serviceOf(q *Request, obj runtime.Object, law *schema.Schema) (*corev1.Service, error) {
	typed, err := law.ToTyped(q.Kind, obj)
	if err != nil {
		return nil, apierrors.NewInternalError(err)
	}
	svc, ok := typed.(*corev1.Service)
	if !ok {
		return nil, apierrors.NewInternalError(fmt.Errorf("a service came as %T", typed))
	}
	return svc, nil
}

func headless(s *corev1.Service) bool { return s.Spec.ClusterIP == corev1.ClusterIPNone }

func wantsClusterIP(s *corev1.Service) bool {
	return s.Spec.Type != corev1.ServiceTypeExternalName
}

func wantsNodePorts(s *corev1.Service) bool {
	switch s.Spec.Type {
	case corev1.ServiceTypeNodePort:
		return true
	case corev1.ServiceTypeLoadBalancer:
		return s.Spec.AllocateLoadBalancerNodePorts == nil || *s.Spec.AllocateLoadBalancerNodePorts
	default:
		return false
	}
}

func wantsHealthPort(s *corev1.Service) bool {
	return s.Spec.Type == corev1.ServiceTypeLoadBalancer && s.Spec.ExternalTrafficPolicy == corev1.ServiceExternalTrafficPolicyLocal
}
