package schema

import (
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/registry/apps/deployment"
	"k8s.io/kubernetes/pkg/registry/apps/replicaset"
	"k8s.io/kubernetes/pkg/registry/coordination/lease"
	"k8s.io/kubernetes/pkg/registry/core/event"
	"k8s.io/kubernetes/pkg/registry/discovery/endpointslice"
	"k8s.io/kubernetes/pkg/registry/policy/poddisruptionbudget"
	"k8s.io/kubernetes/pkg/registry/rbac/clusterrole"
	"k8s.io/kubernetes/pkg/registry/rbac/clusterrolebinding"
	"k8s.io/kubernetes/pkg/registry/rbac/role"
	"k8s.io/kubernetes/pkg/registry/rbac/rolebinding"
	"k8s.io/kubernetes/pkg/registry/scheduling/priorityclass"

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

func appsKinds() []*Kind {
	v1 := []string{"v1"}
	return []*Kind{
		{
			Resource: api.Resource{Group: "apps", Name: "deployments"}, Kind: "Deployment", Singular: "deployment",
			ShortNames: []string{"deploy"}, Categories: []string{"all"}, Namespaced: true, Versions: v1, Verbs: allVerbs,
			Strategy: deployment.Strategy,
			Subresources: subs(
				bodySub("scale", scaleGVK, updateVerbs...),
				ownSub("status", deployment.StatusStrategy, updateVerbs...)),
		}, {
			Resource: api.Resource{Group: "apps", Name: "replicasets"}, Kind: "ReplicaSet", Singular: "replicaset",
			ShortNames: []string{"rs"}, Categories: []string{"all"}, Namespaced: true, Versions: v1, Verbs: allVerbs,
			Strategy: replicaset.Strategy, fields: replicaSetFields,
			Subresources: subs(
				bodySub("scale", scaleGVK, updateVerbs...),
				ownSub("status", replicaset.StatusStrategy, updateVerbs...)),
		},
	}
}

// eventsKinds serve the records of core Events in the newer shape.
func eventsKinds() []*Kind {
	return []*Kind{{
		Resource: api.Resource{Group: "events.k8s.io", Name: "events"}, StoreAs: inCore("events"), Kind: "Event",
		Singular: "event", ShortNames: []string{"ev"}, Namespaced: true, Versions: []string{"v1"},
		Storage: schema.GroupVersion{Version: "v1"}, Verbs: allVerbs, Strategy: event.Strategy, fields: eventFields,
	}}
}

func policyKinds() []*Kind {
	return []*Kind{{
		Resource: api.Resource{Group: "policy", Name: "poddisruptionbudgets"}, Kind: "PodDisruptionBudget",
		Singular: "poddisruptionbudget", ShortNames: []string{"pdb"}, Namespaced: true, Versions: []string{"v1"},
		Verbs: allVerbs, Strategy: poddisruptionbudget.Strategy,
		Subresources: subs(ownSub("status", poddisruptionbudget.StatusStrategy, updateVerbs...)),
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

func schedulingKinds() []*Kind {
	return []*Kind{{
		Resource: api.Resource{Group: "scheduling.k8s.io", Name: "priorityclasses"}, Kind: "PriorityClass",
		Singular: "priorityclass", ShortNames: []string{"pc"}, Versions: []string{"v1"}, Verbs: allVerbs,
		Strategy: priorityclass.Strategy,
	}}
}

func coordinationKinds() []*Kind {
	return []*Kind{{
		Resource: api.Resource{Group: "coordination.k8s.io", Name: "leases"}, Kind: "Lease", Singular: "lease",
		Namespaced: true, Versions: []string{"v1"}, Verbs: allVerbs, Strategy: lease.Strategy,
	}}
}

func discoveryKinds() []*Kind {
	return []*Kind{{
		Resource: api.Resource{Group: "discovery.k8s.io", Name: "endpointslices"}, Kind: "EndpointSlice",
		Singular: "endpointslice", Namespaced: true, Versions: []string{"v1"}, Verbs: allVerbs,
		Strategy: endpointslice.Strategy,
	}}
}
