package registry

import (
	"context"
	"fmt"
	"slices"
	"sync"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
)

// customs holds the tables of custom kinds, for the clusters that define any. A table is pulled: whoever looks a kind up
// asks the store whether the definitions have changed, so that a write is seen by the very next request, and nothing runs
// for clusters that nobody asks about.
type customs struct {
	mu     sync.RWMutex
	tables map[api.Cluster]*customTable
}

type customTable struct {
	mu  sync.Mutex
	rev api.Revision // Store.Changed when the table was made
	set *schema.Custom
}

// Custom is the table of the custom kinds of a cluster as of now; nil if it defines none.
func (r *Registry) Custom(c api.Cluster) (*schema.Custom, error) {
	rev := r.Store.Changed(schema.Definitions, c)
	r.customs.mu.RLock()
	t := r.customs.tables[c]
	r.customs.mu.RUnlock()
	if t == nil {
		if rev == 0 {
			return nil, nil
		}
		t = r.customs.add(c)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.rev == rev {
		return t.set, nil
	}
	page, err := r.Store.Range(store.Range{Scope: api.Scope{Resource: schema.Definitions, Cluster: c}})
	if err != nil {
		return nil, rangeError(err)
	}
	if len(page.Records) == 0 {
		t.set, t.rev = nil, rev
		return nil, nil
	}
	set, err := r.Law.NewCustom(t.set, page.Records)
	if err != nil {
		return nil, apierrors.NewInternalError(fmt.Errorf("reading the custom kinds of cluster %s: %w", c, err))
	}
	t.set, t.rev = set, rev
	return set, nil
}

func (cs *customs) add(c api.Cluster) *customTable {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if cs.tables == nil {
		cs.tables = map[api.Cluster]*customTable{}
	}
	if cs.tables[c] == nil {
		cs.tables[c] = &customTable{}
	}
	return cs.tables[c]
}

// Lookup finds the kind of a resource as a URL names it, in what the cluster serves; nil if it serves none. The row is good
// for one request: conversions that need a webhook live as long as ctx.
func (r *Registry) Lookup(ctx context.Context, c api.Cluster, group, version, resource string) (*schema.Kind, error) {
	if k := r.Law.Lookup(group, version, resource); k != nil {
		return k, nil
	}
	set, err := r.Custom(c)
	if err != nil {
		return nil, err
	}
	return r.boundKind(ctx, c, set.Lookup(group, version, resource)), nil
}

// KindOf finds the kind of a resource in the version in which it is stored, for Gantry's own parts.
func (r *Registry) KindOf(ctx context.Context, c api.Cluster, res api.Resource) (*schema.Kind, error) {
	if k := r.Law.Kind(res); k != nil {
		return k, nil
	}
	set, err := r.Custom(c)
	if err != nil {
		return nil, err
	}
	k := set.Kind(res)
	if k == nil {
		return nil, apierrors.NewNotFound(groupResource(res), "")
	}
	return r.boundKind(ctx, c, k), nil
}

// KindFor finds a kind by its group, version and kind, or nil.
func (r *Registry) KindFor(ctx context.Context, c api.Cluster, gvk kschema.GroupVersionKind) (*schema.Kind, error) {
	if k := r.Law.KindFor(gvk); k != nil {
		return k, nil
	}
	set, err := r.Custom(c)
	if err != nil {
		return nil, err
	}
	return r.boundKind(ctx, c, set.KindFor(gvk)), nil
}

func (r *Registry) boundKind(ctx context.Context, c api.Cluster, k *schema.Kind) *schema.Kind {
	if k != nil && k.NeedsBinding() {
		return k.Bound(ctx, c, r.Webhooks)
	}
	return k
}

// again looks the custom kind of a request up as it is now; nil if it is no longer served. While that cannot be read, what
// was is taken to hold.
func (r *Registry) again(q *Request) *schema.Kind {
	set, err := r.Custom(q.Cluster)
	if err != nil {
		return q.Kind
	}
	return set.Lookup(q.Kind.Resource.Group, q.Kind.Versions[0], q.Kind.Resource.Name)
}

// definitionOpen requires that the definition of a new custom object is there and not ending, at commit: else the object
// would outlive its kind.
func (r *Registry) definitionOpen(q *Request, p *pending) error {
	if !q.Kind.IsCustom() {
		return nil
	}
	key := api.Key{Resource: schema.Definitions, Cluster: q.Cluster, Name: q.Kind.Definition()}
	rec := r.Store.Get(key)
	if rec == nil {
		return apierrors.NewNotFound(q.resource(), q.Name)
	}
	m, err := r.Law.Meta(r.Law.Kind(schema.Definitions), rec)
	if err != nil {
		return apierrors.NewInternalError(err)
	}
	if m.DeletionTimestamp != nil {
		return apierrors.NewForbidden(q.resource(), q.Name, fmt.Errorf("create not allowed while custom resource definition is terminating"))
	}
	p.guard(key, rec.Rev)
	return nil
}

// deleteDefinition begins the end of a definition: a finalizer keeps it until its objects are gone.
func (r *Registry) deleteDefinition(q *Request, p *pending, obj runtime.Object, rec *store.Record, opts *metav1.DeleteOptions) (*pending, error) {
	m, err := meta.Accessor(obj)
	if err != nil {
		return nil, apierrors.NewInternalError(err)
	}
	if err := checkPreconditions(q, m, opts); err != nil {
		return nil, err
	}
	typed, err := r.Law.ToTyped(q.Kind, obj)
	if err != nil {
		return nil, apierrors.NewInternalError(err)
	}
	crd := typed.(*apiextensionsv1.CustomResourceDefinition)
	now := metav1.NewTime(r.now())
	crd.DeletionTimestamp = &now
	crd.ResourceVersion = ""
	if f := apiextensionsv1.CustomResourceCleanupFinalizer; !slices.Contains(crd.Finalizers, f) {
		crd.Finalizers = append(crd.Finalizers, f)
	}
	ending := apiextensionsv1.CustomResourceDefinitionCondition{Type: apiextensionsv1.Terminating, Status: apiextensionsv1.ConditionTrue,
		LastTransitionTime: now, Reason: "InstanceDeletionPending", Message: "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon"}
	crd.Status.Conditions = append(crd.Status.Conditions, ending)
	if obj, err = r.Law.FromTyped(q.Kind, crd); err != nil {
		return nil, apierrors.NewInternalError(err)
	}
	return r.finish(q, p, obj, nil, rec, len(opts.DryRun) > 0)
}
