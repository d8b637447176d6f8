package schema

import (
	"slices"

	flowcontrolv1 "k8s.io/api/flowcontrol/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	flowbootstrap "k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap"
	"k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac/bootstrappolicy"
)

// BootstrapPolicy is upstream's bootstrap RBAC policy: the cluster roles and bindings that every cluster has, and the
// roles and bindings of kube-system and kube-public, which carry their namespaces. ClusterRoles with an aggregation rule
// come without rules. Nobody may change what is returned.
type BootstrapPolicy struct {
	ClusterRoles        []*rbacv1.ClusterRole
	ClusterRoleBindings []*rbacv1.ClusterRoleBinding
	Roles               []*rbacv1.Role
	RoleBindings        []*rbacv1.RoleBinding
}

// BootstrapPolicy returns the policy as of the pinned release.
func (s *Schema) BootstrapPolicy() BootstrapPolicy {
	var p BootstrapPolicy
	for _, r := range append(bootstrappolicy.ClusterRoles(), bootstrappolicy.ControllerRoles()...) {
		p.ClusterRoles = append(p.ClusterRoles, &r)
	}
	for _, b := range append(bootstrappolicy.ClusterRoleBindings(), bootstrappolicy.ControllerRoleBindings()...) {
		p.ClusterRoleBindings = append(p.ClusterRoleBindings, &b)
	}
	for ns, roles := range bootstrappolicy.NamespaceRoles() {
		for _, r := range roles {
			r.Namespace = ns
			p.Roles = append(p.Roles, &r)
		}
	}
	for ns, bindings := range bootstrappolicy.NamespaceRoleBindings() {
		for _, b := range bindings {
			b.Namespace = ns
			p.RoleBindings = append(p.RoleBindings, &b)
		}
	}
	return p
}

// BootstrapFlow is upstream's bootstrap configuration of priority and fairness: what must be there and what is
// suggested. Nobody may change what is returned.
type BootstrapFlow struct {
	PriorityLevels []*flowcontrolv1.PriorityLevelConfiguration
	FlowSchemas    []*flowcontrolv1.FlowSchema
}

// BootstrapFlow returns the configuration as of the pinned release.
func (s *Schema) BootstrapFlow() BootstrapFlow {
	return BootstrapFlow{
		PriorityLevels: slices.Concat(flowbootstrap.MandatoryPriorityLevelConfigurations, flowbootstrap.SuggestedPriorityLevelConfigurations),
		FlowSchemas:    slices.Concat(flowbootstrap.MandatoryFlowSchemas, flowbootstrap.SuggestedFlowSchemas),
	}
}
