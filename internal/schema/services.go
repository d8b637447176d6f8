package schema

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/core/validation"
)

// ServiceAddressErrors is upstream's look at the addresses and families of a Service before any are allocated: whether
// they have a form, and whether they fit each other. old is nil for a create.
func ServiceAddressErrors(svc, old *corev1.Service) field.ErrorList {
	inner := func(s *corev1.Service) *core.Service {
		if s == nil {
			return nil
		}
		return &core.Service{Spec: core.ServiceSpec{
			Type: core.ServiceType(s.Spec.Type), ClusterIP: s.Spec.ClusterIP, ClusterIPs: s.Spec.ClusterIPs,
			IPFamilies: families(s.Spec.IPFamilies), IPFamilyPolicy: (*core.IPFamilyPolicy)(s.Spec.IPFamilyPolicy),
		}}
	}
	return validation.ValidateServiceClusterIPsRelatedFields(inner(svc), inner(old))
}

func families(in []corev1.IPFamily) (out []core.IPFamily) {
	for _, f := range in {
		out = append(out, core.IPFamily(f))
	}
	return out
}
