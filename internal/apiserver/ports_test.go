package apiserver

import (
	"context"
	"crypto/rand"
	"iter"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	flowcontrolv1 "k8s.io/api/flowcontrol/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/authz"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/registry"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/store/disk"
	"gantry.dev/gantry/internal/token"
)

// tokenIssuer signs the tokens that the registry grants. It implements registry.TokenIssuer.
type tokenIssuer struct {
	Keys  *token.Keys
	Clock client.Clock
}

var _ registry.TokenIssuer = tokenIssuer{}

// Issue implements registry.TokenIssuer.
func (i tokenIssuer) Issue(_ context.Context, c api.Cluster, sa types.NamespacedName, uid types.UID, bound *registry.Bound, tr *authenticationv1.TokenRequest) error {
	claims := token.Claims{Namespace: sa.Namespace, Account: token.Ref{Name: sa.Name, UID: string(uid)}}
	if bound != nil {
		ref := &token.Ref{Name: bound.Name, UID: string(bound.UID)}
		switch bound.Kind {
		case "Pod":
			claims.Pod = ref
			if bound.Node != nil {
				claims.Node = &token.Ref{Name: bound.Node.Name, UID: string(bound.Node.UID)}
			}
		case "Secret":
			claims.Secret = ref
		case "Node":
			claims.Node = ref
		}
	}
	if len(tr.Spec.Audiences) == 0 {
		tr.Spec.Audiences = []string{token.IssuerOf(c)}
	}
	now, life := i.Clock(), time.Duration(*tr.Spec.ExpirationSeconds)*time.Second
	raw, err := i.Keys.Issue(c, claims, tr.Spec.Audiences, now, life, rand.Reader)
	if err != nil {
		return err
	}
	tr.Status = authenticationv1.TokenRequestStatus{Token: raw, ExpirationTimestamp: metav1.NewTime(now.Add(life).Truncate(time.Second))}
	return nil
}

// boundObjects answers what tokens are bound to, from the store. It implements token.Objects.
type boundObjects struct {
	Law   *schema.Schema
	Store store.Store
}

var _ token.Objects = boundObjects{}

// Lookup implements token.Objects.
func (b boundObjects) Lookup(key api.Key) (uid string, deleted time.Time, ok bool) {
	k, rec := b.Law.Kind(key.Resource), b.Store.Get(key)
	if k == nil || rec == nil {
		return "", time.Time{}, false
	}
	m, err := b.Law.Meta(k, rec)
	if err != nil { // what cannot be read cannot vouch for anybody
		return "", time.Time{}, false
	}
	if m.DeletionTimestamp != nil {
		deleted = m.DeletionTimestamp.Time
	}
	return string(m.UID), deleted, true
}

// storePolicies reads RBAC straight from the store, so that tests need not wait for a view.
type storePolicies struct {
	law   *schema.Schema
	store *disk.Store
}

func (p storePolicies) Version(api.Cluster) uint64 { return uint64(p.store.Revision()) }

func (p storePolicies) Objects(c api.Cluster) (authz.Objects, uint64) {
	version := p.Version(c)
	return authz.Objects{Roles: all[rbacv1.Role](p, c, rbacResource("roles")), RoleBindings: all[rbacv1.RoleBinding](p, c, rbacResource("rolebindings")),
		ClusterRoles: all[rbacv1.ClusterRole](p, c, rbacResource("clusterroles")), ClusterRoleBindings: all[rbacv1.ClusterRoleBinding](p, c, rbacResource("clusterrolebindings"))}, version
}

func all[T any](p storePolicies, c api.Cluster, r api.Resource) (out []*T) {
	page, err := p.store.Range(store.Range{Scope: api.Scope{Resource: r, Cluster: c}})
	if err != nil {
		panic(err)
	}
	for _, rec := range page.Records {
		obj, err := p.law.Typed(p.law.Kind(r), rec)
		if err != nil {
			panic(err)
		}
		out = append(out, any(obj).(*T))
	}
	return out
}

// storeFlows does so with the configuration of priority and fairness.
type storeFlows struct{ storePolicies }

func (p storeFlows) Objects(c api.Cluster) ([]*flowcontrolv1.FlowSchema, []*flowcontrolv1.PriorityLevelConfiguration, uint64) {
	v := p.Version(c)
	return all[flowcontrolv1.FlowSchema](p.storePolicies, c, api.Resource{Group: flowcontrolv1.GroupName, Name: "flowschemas"}),
		all[flowcontrolv1.PriorityLevelConfiguration](p.storePolicies, c, api.Resource{Group: flowcontrolv1.GroupName, Name: "prioritylevelconfigurations"}), v
}

// Relations knows no pods: the node authorizer has its own tests.
func (p storePolicies) Relations(api.Cluster) authz.Relations { return noRelations{} }

type noRelations struct{}

func (noRelations) PodsOn(string) iter.Seq[*corev1.Pod]                { return func(func(*corev1.Pod) bool) {} }
func (noRelations) Claim(string, string) *corev1.PersistentVolumeClaim { return nil }
func (noRelations) Volume(string) *corev1.PersistentVolume             { return nil }
func (noRelations) AttachedTo(string) string                           { return "" }
func (noRelations) SliceOf(string) string                              { return "" }

func rbacResource(name string) api.Resource { return api.Resource{Group: rbacv1.GroupName, Name: name} }
