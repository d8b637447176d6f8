package apiserver

import (
	"iter"
	"slices"
	"sync"
	"sync/atomic"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/authz"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// Policies gives the authorizer its objects from a view. It implements authz.Source.
type Policies struct {
	view     *view.View
	versions sync.Map // api.Cluster → *atomic.Uint64
}

var _ authz.Source = (*Policies)(nil)

var (
	rolesResource               = api.Resource{Group: rbacv1.GroupName, Name: "roles"}
	roleBindingsResource        = api.Resource{Group: rbacv1.GroupName, Name: "rolebindings"}
	clusterRolesResource        = api.Resource{Group: rbacv1.GroupName, Name: "clusterroles"}
	clusterRoleBindingsResource = api.Resource{Group: rbacv1.GroupName, Name: "clusterrolebindings"}
	podsResource                = api.Resource{Name: "pods"}
	claimsResource              = api.Resource{Name: "persistentvolumeclaims"}
	volumesResource             = api.Resource{Name: "persistentvolumes"}
)

// NewPolicies follows the RBAC objects of a view. It must be called before the view runs.
func NewPolicies(v *view.View) *Policies {
	p := &Policies{view: v}
	for _, r := range []api.Resource{rolesResource, roleBindingsResource, clusterRolesResource, clusterRoleBindingsResource} {
		v.Follow(r, func(events []store.Event) {
			for i := range events {
				p.version(events[i].Record.Key.Cluster).Add(1)
			}
		})
	}
	return p
}

func (p *Policies) version(c api.Cluster) *atomic.Uint64 {
	if n, ok := p.versions.Load(c); ok {
		return n.(*atomic.Uint64)
	}
	n, _ := p.versions.LoadOrStore(c, new(atomic.Uint64))
	return n.(*atomic.Uint64)
}

// Version implements authz.Source. Clusters without a single RBAC object of their own take no room.
func (p *Policies) Version(c api.Cluster) uint64 {
	if n, ok := p.versions.Load(c); ok {
		return n.(*atomic.Uint64).Load()
	}
	return 0
}

// Objects implements authz.Source. The view counts a change after it has taken it in, so the objects are at least as new
// as the version read before them.
func (p *Policies) Objects(c api.Cluster) (authz.Objects, uint64) {
	version := p.Version(c)
	s := p.view.Snapshot()
	scope := func(r api.Resource) api.Scope { return api.Scope{Resource: r, Cluster: c} }
	return authz.Objects{
		Roles:               slices.Collect(view.List[rbacv1.Role](s, scope(rolesResource))),
		RoleBindings:        slices.Collect(view.List[rbacv1.RoleBinding](s, scope(roleBindingsResource))),
		ClusterRoles:        slices.Collect(view.List[rbacv1.ClusterRole](s, scope(clusterRolesResource))),
		ClusterRoleBindings: slices.Collect(view.List[rbacv1.ClusterRoleBinding](s, scope(clusterRoleBindingsResource))),
	}, version
}

// Relations implements authz.Source.
func (p *Policies) Relations(c api.Cluster) authz.Relations {
	return relations{p.view.Snapshot(), c}
}

type relations struct {
	s *view.Snapshot
	c api.Cluster
}

func (r relations) PodsOn(node string) iter.Seq[*corev1.Pod] {
	return view.OnNode[corev1.Pod](r.s, podsResource, r.c, node)
}

func (r relations) Claim(namespace, name string) *corev1.PersistentVolumeClaim {
	c, _ := view.Get[corev1.PersistentVolumeClaim](r.s, api.Key{Resource: claimsResource, Cluster: r.c, Namespace: namespace, Name: name})
	return c
}

func (r relations) Volume(name string) *corev1.PersistentVolume {
	v, _ := view.Get[corev1.PersistentVolume](r.s, api.Key{Resource: volumesResource, Cluster: r.c, Name: name})
	return v
}
