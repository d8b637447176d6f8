package registry

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	netutils "k8s.io/utils/net"

	"gantry.dev/gantry/internal/schema"
)

// maxFamilies is how many families there are.
const maxFamilies = 2

// setFamilies sets ipFamilies and ipFamilyPolicy by upstream's rules: a policy that nobody names stays what it was, or is
// SingleStack; families follow from the addresses asked for, else from what the cluster has. old is nil for a create.
func (a *serviceAllocator) setFamilies(svc, old *corev1.Service) (errs field.ErrorList) {
	spec := &svc.Spec
	if spec.Type == corev1.ServiceTypeExternalName || old != nil && stillPrefersDual(svc, old) {
		return nil // validation refuses families of an ExternalName
	}
	bare := headless(svc) && len(spec.Selector) == 0
	if spec.IPFamilyPolicy == nil {
		policy := corev1.IPFamilyPolicySingleStack
		switch {
		case old != nil && old.Spec.IPFamilyPolicy != nil:
			policy = *old.Spec.IPFamilyPolicy
		case bare:
			policy = corev1.IPFamilyPolicyRequireDualStack
		}
		spec.IPFamilyPolicy = &policy
	}
	if errs := schema.ServiceAddressErrors(svc, old); len(errs) > 0 {
		return errs
	}
	single := *spec.IPFamilyPolicy == corev1.IPFamilyPolicySingleStack
	if old != nil {
		errs = append(errs, shrink(svc, old, single)...)
	}
	if single {
		errs = append(errs, onlyOne(svc)...)
	}
	if errs = append(errs, a.infer(svc)...); len(errs) > 0 {
		return errs
	}
	have := a.families()
	if !bare {
		if *spec.IPFamilyPolicy == corev1.IPFamilyPolicyRequireDualStack && len(have) < maxFamilies {
			errs = append(errs, field.Invalid(policyPath(), spec.IPFamilyPolicy, "this cluster is not configured for dual-stack services"))
		}
		for i, f := range spec.IPFamilies {
			if !slices.Contains(have, f) {
				errs = append(errs, field.Invalid(field.NewPath("spec", "ipFamilies").Index(i), f, "not configured on this cluster"))
			}
		}
		if len(errs) > 0 {
			return errs
		}
	}
	if len(spec.IPFamilies) == 0 {
		spec.IPFamilies = []corev1.IPFamily{have[0]}
	}
	if !single && len(spec.IPFamilies) == 1 && (bare || len(have) == maxFamilies) {
		other := corev1.IPv6Protocol
		if spec.IPFamilies[0] == other {
			other = corev1.IPv4Protocol
		}
		spec.IPFamilies = append(spec.IPFamilies, other)
	}
	return nil
}

func policyPath() *field.Path { return field.NewPath("spec", "ipFamilyPolicy") }

// stillPrefersDual says that an update changes nothing about a Service that takes what families there are: it is neither
// upgraded nor downgraded because the cluster has changed.
func stillPrefersDual(svc, old *corev1.Service) bool {
	prefers := func(s *corev1.Service) bool { return *s.Spec.IPFamilyPolicy == corev1.IPFamilyPolicyPreferDualStack }
	return svc.Spec.IPFamilyPolicy != nil && prefers(svc) && (old.Spec.IPFamilyPolicy == nil || prefers(old)) && svc.Spec.Type == old.Spec.Type &&
		slices.Equal(svc.Spec.ClusterIPs, old.Spec.ClusterIPs) && slices.Equal(svc.Spec.IPFamilies, old.Spec.IPFamilies)
}

// shrink lets go of the second family when the policy says so, and refuses to when it does not.
func shrink(svc, old *corev1.Service, single bool) (errs field.ErrorList) {
	n, o := &svc.Spec, &old.Spec
	if single {
		if len(n.ClusterIPs) > 1 && slices.Equal(n.ClusterIPs, o.ClusterIPs) {
			n.ClusterIPs = n.ClusterIPs[:1]
		}
		if len(n.IPFamilies) > 1 && slices.Equal(n.IPFamilies, o.IPFamilies) {
			n.IPFamilies = n.IPFamilies[:1]
		}
		return nil
	}
	if len(n.ClusterIPs) > 0 && len(n.ClusterIPs) < len(o.ClusterIPs) {
		errs = append(errs, field.Invalid(policyPath(), n.IPFamilyPolicy, "must be 'SingleStack' to release the secondary cluster IP"))
	}
	if len(n.IPFamilies) > 0 && len(n.IPFamilies) < len(o.IPFamilies) {
		errs = append(errs, field.Invalid(policyPath(), n.IPFamilyPolicy, "must be 'SingleStack' to release the secondary IP family"))
	}
	return errs
}

func onlyOne(svc *corev1.Service) (errs field.ErrorList) {
	if len(svc.Spec.ClusterIPs) == 2 {
		errs = append(errs, field.Invalid(policyPath(), svc.Spec.IPFamilyPolicy, "must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified"))
	}
	if len(svc.Spec.IPFamilies) == 2 {
		errs = append(errs, field.Invalid(policyPath(), svc.Spec.IPFamilyPolicy, "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified"))
	}
	return errs
}

// infer adds the families of addresses that were asked for.
func (a *serviceAllocator) infer(svc *corev1.Service) (errs field.ErrorList) {
	for i, ip := range svc.Spec.ClusterIPs {
		if ip == corev1.ClusterIPNone {
			return errs
		}
		if i < len(svc.Spec.IPFamilies) {
			continue // they have been checked to fit
		}
		f := corev1.IPv4Protocol
		if netutils.IsIPv6String(ip) {
			f = corev1.IPv6Protocol
		}
		if !slices.Contains(a.families(), f) {
			errs = append(errs, field.Invalid(field.NewPath("spec", "clusterIPs").Index(i), svc.Spec.ClusterIPs, fmt.Sprintf("%s is not configured on this cluster", f)))
			continue
		}
		svc.Spec.IPFamilies = append(svc.Spec.IPFamilies, f)
	}
	return errs
}
