package schema

import (
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/registry/core/event"
	"k8s.io/kubernetes/pkg/registry/rbac/clusterrole"
	"k8s.io/kubernetes/pkg/registry/rbac/clusterrolebinding"
	"k8s.io/kubernetes/pkg/registry/rbac/role"
	"k8s.io/kubernetes/pkg/registry/rbac/rolebinding"

	"gantry.dev/gantry/internal/api"
)

var (
	allVerbs = []string{"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"}
	// noCollectionDelete is for namespaces: upstream does not offer to delete them all at once.
	noCollectionDelete = []string{"create", "delete", "get", "list", "patch", "update", "watch"}
	updateVerbs        = []string{"get", "patch", "update"}
	proxyVerbs         = []string{"create", "delete", "get", "patch", "update"}
	scaleGVK           = schema.GroupVersionKind{Group: "autoscaling", Version: "v1", Kind: "Scale"}
)

// subs files subresources by name.
func subs(list ...*Subresource) map[string]*Subresource {
	m := make(map[string]*Subresource, len(list))
	for _, s := range list {
		m[s.Name] = s
	}
	return m
}

// ownSub is a subresource whose body is the parent's kind.
func ownSub(name string, st rest.RESTUpdateStrategy, verbs ...string) *Subresource {
	return &Subresource{Name: name, Strategy: st, Verbs: verbs, own: true}
}

// bodySub is a subresource with a kind of its own, or with options that have no body.
func bodySub(name string, gvk schema.GroupVersionKind, verbs ...string) *Subresource {
	return &Subresource{Name: name, GVK: gvk, Verbs: verbs}
}

// eventsKinds serve the records of core Events in the newer shape.
func eventsKinds() []*Kind {
	return []*Kind{{
		Resource: api.Resource{Group: "events.k8s.io", Name: "events"}, StoreAs: inCore("events"), Kind: "Event",
		Singular: "event", ShortNames: []string{"ev"}, Namespaced: true, Versions: []string{"v1"},
		Storage: schema.GroupVersion{Version: "v1"}, Verbs: allVerbs, Strategy: event.Strategy, fields: eventFields,
	}}
}

func rbacKinds() []*Kind {
	const group = "rbac.authorization.k8s.io"
	v1 := []string{"v1"}
	return []*Kind{
		{
			Resource: api.Resource{Group: group, Name: "clusterrolebindings"}, Kind: "ClusterRoleBinding",
			Singular: "clusterrolebinding", Versions: v1, Verbs: allVerbs, Strategy: clusterrolebinding.Strategy,
		}, {
			Resource: api.Resource{Group: group, Name: "clusterroles"}, Kind: "ClusterRole",
			Singular: "clusterrole", Versions: v1, Verbs: allVerbs, Strategy: clusterrole.Strategy,
			plain: true,
		}, {
			Resource: api.Resource{Group: group, Name: "rolebindings"}, Kind: "RoleBinding",
			Singular: "rolebinding", Namespaced: true, Versions: v1, Verbs: allVerbs, Strategy: rolebinding.Strategy,
		}, {
			Resource: api.Resource{Group: group, Name: "roles"}, Kind: "Role",
			Singular: "role", Namespaced: true, Versions: v1, Verbs: allVerbs, Strategy: role.Strategy,
			plain: true,
		},
	}
}
