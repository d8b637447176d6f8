package app

import (
	"context"
	"crypto/rand"
	"iter"
	"sync"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	flowcontrolv1 "k8s.io/api/flowcontrol/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	resourcev1 "k8s.io/api/resource/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/authz"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/client/events"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/registry"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/token"
	"gantry.dev/gantry/internal/view"
)

const rbac = "rbac.authorization.k8s.io"

var (
	podsResource        = api.Resource{Name: "pods"}
	claimsResource      = api.Resource{Name: "persistentvolumeclaims"}
	volumesResource     = api.Resource{Name: "persistentvolumes"}
	attachmentsResource = api.Resource{Group: "storage.k8s.io", Name: "volumeattachments"}
	deviceSlices        = api.Resource{Group: "resource.k8s.io", Name: "resourceslices"}
	roles               = api.Resource{Group: rbac, Name: "roles"}
	roleBindings        = api.Resource{Group: rbac, Name: "rolebindings"}
	clusterRoles        = api.Resource{Group: rbac, Name: "clusterroles"}
	clusterRoleBindings = api.Resource{Group: rbac, Name: "clusterrolebindings"}
	flowSchemas         = api.Resource{Group: flowcontrolv1.GroupName, Name: "flowschemas"}
	priorityLevels      = api.Resource{Group: flowcontrolv1.GroupName, Name: "prioritylevelconfigurations"}
)

// versions count the changes of some resources by cluster, for what is made of a cluster's objects and kept.
type versions struct {
	mu sync.RWMutex
	of map[api.Cluster]uint64
}

func (p *versions) follow(v *view.View, resources ...api.Resource) {
	p.of = map[api.Cluster]uint64{}
	for _, r := range resources {
		v.Follow(r, p.changed)
	}
}

func (p *versions) changed(events []store.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range events {
		p.of[events[i].Record.Key.Cluster]++
	}
}

// Version implements authz.Source and fair.Source.
func (p *versions) Version(c api.Cluster) uint64 {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.of[c]
}

// flowSource feeds priority and fairness from the view.
type flowSource struct {
	versions
	view *view.View
}

func newFlowSource(v *view.View) *flowSource {
	p := &flowSource{view: v}
	p.follow(v, flowSchemas, priorityLevels)
	return p
}

// Objects implements fair.Source.
func (p *flowSource) Objects(c api.Cluster) ([]*flowcontrolv1.FlowSchema, []*flowcontrolv1.PriorityLevelConfiguration, uint64) {
	v := p.Version(c) // first: the snapshot may be newer, never older
	s := p.view.Snapshot()
	return all[flowcontrolv1.FlowSchema](s, flowSchemas, c), all[flowcontrolv1.PriorityLevelConfiguration](s, priorityLevels, c), v
}

// policySource feeds the authorizer from the view.
type policySource struct {
	versions
	view *view.View
}

func newPolicySource(v *view.View) *policySource {
	p := &policySource{view: v}
	p.follow(v, roles, roleBindings, clusterRoles, clusterRoleBindings)
	return p
}

// Objects implements authz.Source.
func (p *policySource) Objects(c api.Cluster) (authz.Objects, uint64) {
	v := p.Version(c) // first: the snapshot may be newer, never older
	s := p.view.Snapshot()
	return authz.Objects{
		Roles:               all[rbacv1.Role](s, roles, c),
		RoleBindings:        all[rbacv1.RoleBinding](s, roleBindings, c),
		ClusterRoles:        all[rbacv1.ClusterRole](s, clusterRoles, c),
		ClusterRoleBindings: all[rbacv1.ClusterRoleBinding](s, clusterRoleBindings, c),
	}, v
}

func all[T any, P interface {
	*T
	runtime.Object
}](s *view.Snapshot, r api.Resource, c api.Cluster) (out []*T) {
	for o := range view.List[T, P](s, api.Scope{Resource: r, Cluster: c}) {
		out = append(out, o)
	}
	return out
}

// Relations implements authz.Source.
func (p *policySource) Relations(c api.Cluster) authz.Relations {
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

func (r relations) AttachedTo(attachment string) string {
	a, ok := view.Get[storagev1.VolumeAttachment](r.s, api.Key{Resource: attachmentsResource, Cluster: r.c, Name: attachment})
	if !ok {
		return ""
	}
	return a.Spec.NodeName
}

func (r relations) SliceOf(slice string) string {
	o, ok := view.Get[resourcev1.ResourceSlice](r.s, api.Key{Resource: deviceSlices, Cluster: r.c, Name: slice})
	if !ok || o.Spec.NodeName == nil {
		return ""
	}
	return *o.Spec.NodeName
}

// tokenObjects says what tokens are bound to, from the store: a token must end with its object, not a moment later.
type tokenObjects struct {
	law *schema.Schema
	st  store.Store
}

// Lookup implements token.Objects.
func (o tokenObjects) Lookup(key api.Key) (string, time.Time, bool) {
	k, rec := o.law.Kind(key.Resource), o.st.Get(key)
	if k == nil || rec == nil {
		return "", time.Time{}, false
	}
	m, err := o.law.Meta(k, rec)
	if err != nil {
		return "", time.Time{}, false
	}
	var deleted time.Time
	if m.DeletionTimestamp != nil {
		deleted = m.DeletionTimestamp.Time
	}
	return string(m.UID), deleted, true
}

// tokenIssuer signs for the registry.
type tokenIssuer struct {
	keys  *token.Keys
	clock client.Clock
}

const (
	// podTokenLife is what upstream gives to the token in a pod that asked for warnAfter seconds: clients that do not
	// reload it go on for a year, and are found by the warning.
	podTokenLife  = 365 * 24 * time.Hour
	podTokenAsked = 3607
)

// Issue implements registry.TokenIssuer.
func (t tokenIssuer) Issue(_ context.Context, c api.Cluster, sa types.NamespacedName, uid types.UID, b *registry.Bound, tr *authenticationv1.TokenRequest) error {
	claims := token.Claims{Namespace: sa.Namespace, Account: token.Ref{Name: sa.Name, UID: string(uid)}}
	if b != nil {
		ref := &token.Ref{Name: b.Name, UID: string(b.UID)}
		switch b.Kind {
		case "Pod":
			claims.Pod = ref
			if b.Node != nil {
				claims.Node = &token.Ref{Name: b.Node.Name, UID: string(b.Node.UID)}
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
	now := t.clock()
	life := time.Duration(*tr.Spec.ExpirationSeconds) * time.Second
	tr.Status.ExpirationTimestamp = metav1.NewTime(now.Add(life))
	if *tr.Spec.ExpirationSeconds == podTokenAsked && claims.Pod != nil {
		claims.WarnAfter = token.Date(now.Add(life))
		life = podTokenLife
	}
	raw, err := t.keys.Issue(c, claims, tr.Spec.Audiences, now, life, rand.Reader)
	tr.Status.Token = raw
	return err
}

// planEvents turns the events of plans into notes.
type planEvents struct {
	law *schema.Schema
	rec *events.Recorder
}

// Record implements reconcile.Recorder.
func (p planEvents) Record(_ context.Context, controller string, cluster api.Cluster, evs []reconcile.Event) {
	for _, e := range evs {
		p.rec.Say(events.Note{Cluster: cluster, Component: controller, About: reference(p.law, e.Object), Warning: e.Warning, Reason: e.Reason, Message: e.Message})
	}
}

// reference names a typed object as events do.
func reference(law *schema.Schema, obj runtime.Object) corev1.ObjectReference {
	m, ok := obj.(metav1.Object)
	k := law.KindOf(obj)
	if !ok || k == nil {
		return corev1.ObjectReference{}
	}
	gvk := k.GVK("")
	return corev1.ObjectReference{APIVersion: gvk.GroupVersion().String(), Kind: gvk.Kind, Namespace: m.GetNamespace(), Name: m.GetName(), UID: m.GetUID(), ResourceVersion: m.GetResourceVersion()}
}
