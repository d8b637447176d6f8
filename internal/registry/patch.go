package registry

import (
	"context"
	"fmt"
	"reflect"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/admission"

	"gantry.dev/gantry/internal/store"
)

// Patch changes an object by one of the four patch types. It is prepared anew on the newest state when another write
// comes between, unless the patch names a resourceVersion. An apply patch creates what is not there.
func (r *Registry) Patch(ctx context.Context, q Request, pt types.PatchType, patch []byte, force *bool, o WriteOptions) (Outcome, error) {
	return r.one(ctx, r.patch(ctx, q, pt, patch, force, o))
}

func (r *Registry) patch(ctx context.Context, q Request, pt types.PatchType, patch []byte, force *bool, o WriteOptions) attempt {
	return func() (*pending, error) {
		strategy, err := updateStrategy(&q)
		if err != nil {
			return nil, err
		}
		rec := r.Store.Get(q.Key())
		if pt == types.ApplyPatchType || pt == types.ApplyCBORPatchType {
			return r.apply(ctx, &q, rec, patch, force, o)
		}
		if rec == nil {
			return nil, apierrors.NewNotFound(q.resource(), q.Name)
		}
		old, err := r.Law.Internal(q.Kind, rec)
		if err != nil {
			return nil, apierrors.NewInternalError(fmt.Errorf("reading %s: %w", rec.Key, err))
		}
		live := old
		if !r.mayShare(&q) {
			live = old.DeepCopyObject()
		}
		obj, warnings, err := r.Law.Patch(q.Kind, q.Subresource, q.Version, live, pt, patch, o.FieldValidation)
		if err != nil {
			return nil, err
		}
		rigid, err := patchedVersion(&q, obj, rec)
		if err != nil {
			return nil, (&warningList{warnings}).with(err)
		}
		p, err := r.replace(ctx, &q, strategy, obj, old, rec, rigid, o)
		if err != nil {
			return nil, (&warningList{warnings}).with(err)
		}
		p.warnings = append(warnings, p.warnings...)
		return p, nil
	}
}

// mayShare says that a patched object may share with the live one what the patch does not touch. For the status of pods, the
// most frequent patch of all, upstream's strategy has both share their spec anyhow; but no rule must come between, which
// could change one and so the other.
func (r *Registry) mayShare(q *Request) bool {
	if q.Kind.Resource != pods || q.Subresource != "status" || r.ruled(q, admission.Update) {
		return false
	}
	b, err := r.rulebook(q.Cluster)
	return err == nil && b == nil
}

// patchedVersion says whether the patch itself set a resourceVersion, which then is a precondition.
func patchedVersion(q *Request, obj runtime.Object, rec *store.Record) (rigid bool, err error) {
	m, err := meta.Accessor(obj)
	if err != nil {
		return false, apierrors.NewInternalError(err)
	}
	if m.GetName() != q.Name {
		return false, apierrors.NewBadRequest(fmt.Sprintf("the name of the object (%s) does not match the name on the URL (%s)", m.GetName(), q.Name))
	}
	rv := m.GetResourceVersion()
	if rv == "" || rv == "0" {
		return false, nil
	}
	rev, err := parseRevision(rv)
	if err != nil {
		return false, apierrors.NewBadRequest(fmt.Sprintf("metadata.resourceVersion: %q %v", rv, err))
	}
	if rev != rec.Rev {
		return true, apierrors.NewConflict(q.resource(), q.Name, errModified)
	}
	return false, nil // it is the live one, patched or not: a lost race is simply prepared again
}

// apply is server-side apply.
func (r *Registry) apply(ctx context.Context, q *Request, rec *store.Record, patch []byte, force *bool, o WriteOptions) (*pending, error) {
	strategy, err := updateStrategy(q)
	if err != nil {
		return nil, err
	}
	if q.FieldManager == "" {
		return nil, apierrors.NewInvalid(kschema.GroupKind{Group: metav1.GroupName, Kind: "PatchOptions"}, "",
			field.ErrorList{field.Required(field.NewPath("fieldManager"), "is required for apply patch")})
	}
	applied, err := r.Law.DecodeApply(patch)
	if err != nil {
		return nil, err
	}
	if n := applied.GetName(); n != "" && n != q.Name {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("the name of the object (%s) does not match the name on the URL (%s)", n, q.Name))
	}
	fm, err := r.Law.Manager(q.Kind, q.Subresource, q.Version)
	if err != nil {
		return nil, apierrors.NewInternalError(fmt.Errorf("field manager of %s: %w", q.Kind.Resource, err))
	}
	var live runtime.Object
	var oldFields []metav1.ManagedFieldsEntry
	if rec == nil {
		if q.Subresource != "" {
			return nil, apierrors.NewNotFound(q.resource(), q.Name)
		}
		if live, err = r.Law.NewLive(q.Kind, q.Version); err != nil {
			return nil, apierrors.NewInternalError(err)
		}
		lm, _ := meta.Accessor(live)
		lm.SetName(q.Name)
		lm.SetNamespace(q.Namespace)
	} else {
		if live, err = r.Law.Internal(q.Kind, rec); err != nil {
			return nil, apierrors.NewInternalError(fmt.Errorf("reading %s: %w", q.Key(), err))
		}
		lm, _ := meta.Accessor(live)
		oldFields = lm.GetManagedFields()
		if rv := applied.GetResourceVersion(); rv != "" && rv != lm.GetResourceVersion() {
			return nil, apierrors.NewConflict(q.resource(), q.Name, errModified)
		}
	}
	obj, err := fm.Apply(live.DeepCopyObject(), applied, q.FieldManager, force != nil && *force)
	if err != nil {
		return nil, err
	}
	if rec == nil && applied.GetName() == "" {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("the name of the object (%s based on URL) was undeterminable: name must be provided", q.Name))
	}
	if rec == nil && !q.Kind.IsCustom() && reflect.TypeOf(obj) == reflect.TypeOf(live) {
		// Nothing but a name was applied: what comes back is the empty object of the request's version as it was.
		if obj, err = r.Law.FromTyped(q.Kind, obj); err != nil {
			return nil, apierrors.NewInternalError(err)
		}
	}
	warnings, err := r.Law.JudgeApply(patch, o.FieldValidation)
	if err != nil {
		return nil, err
	}
	m, err := meta.Accessor(obj)
	if err != nil {
		return nil, apierrors.NewInternalError(err)
	}
	r.stampManaged(m, oldFields)
	managed := *q
	managed.FieldManager = "" // Apply has kept the books already
	var p *pending
	if rec == nil {
		if uid := m.GetUID(); uid != "" {
			return nil, apierrors.NewConflict(q.resource(), q.Name, fmt.Errorf("uid mismatch: the provided object specified uid %s, and no existing object was found", uid))
		}
		m.SetResourceVersion("") // of what is not there, as upstream
		p, err = r.create(ctx, managed, obj, o)()
		if p != nil {
			p.rigid = false // somebody was faster: apply on top of that
		}
	} else {
		m.SetResourceVersion("")
		p, err = r.replace(ctx, &managed, strategy, obj, live, rec, false, o)
	}
	if err != nil {
		return nil, (&warningList{warnings}).with(err)
	}
	p.warnings = append(warnings, p.warnings...)
	return p, nil
}
