package schema

import (
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac/bootstrappolicy"
)

// BootstrapPolicy is the RBAC policy that upstream gives to a new cluster: cluster roles and their bindings, the roles of
// controllers, and the few roles in system namespaces. The objects are the caller's.
func (s *Schema) BootstrapPolicy() []runtime.Object {
	var out []runtime.Object
	for _, r := range slices.Concat(bootstrappolicy.ClusterRoles(), bootstrappolicy.ControllerRoles()) {
		out = append(out, &r)
	}
	for _, b := range slices.Concat(bootstrappolicy.ClusterRoleBindings(), bootstrappolicy.ControllerRoleBindings()) {
		out = append(out, &b)
	}
	byNamespace(bootstrappolicy.NamespaceRoles(), func(r rbacv1.Role) { out = append(out, &r) })
	byNamespace(bootstrappolicy.NamespaceRoleBindings(), func(b rbacv1.RoleBinding) { out = append(out, &b) })
	return out
}

// byNamespace visits the values of a map in the order of its keys.
func byNamespace[T any](m map[string][]T, visit func(T)) {
	names := make([]string, 0, len(m))
	for ns := range m {
		names = append(names, ns)
	}
	slices.Sort(names)
	for _, ns := range names {
		for _, v := range m[ns] {
			visit(v)
		}
	}
}
