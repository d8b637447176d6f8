package registry

import (
	"context"
	"fmt"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apiserver/pkg/admission"

	"gantry.dev/gantry/internal/store"
)

// GetScale reads the scale subresource.
func (r *Registry) GetScale(_ context.Context, q Request) (*autoscalingv1.Scale, error) {
	rec, err := r.current(&q)
	if err != nil {
		return nil, err
	}
	s, err := r.scaleOf(&q, rec)
	if err != nil {
		return nil, err
	}
	return s, r.Law.ShownScale(q.Kind, s)
}

func (r *Registry) scaleOf(q *Request, rec *store.Record) (*autoscalingv1.Scale, error) {
	obj, err := r.Law.Internal(q.Kind, rec)
	if err != nil {
		return nil, apierrors.NewInternalError(fmt.Errorf("reading %s: %w", rec.Key, err))
	}
	s, err := r.Law.ScaleOf(q.Kind, obj)
	if err != nil {
		return nil, apierrors.NewInternalError(err)
	}
	s.ManagedFields = nil // upstream shows the owners with the object itself
	return s, nil
}

// editScale changes the internal Scale and returns the internal result with its owners recorded.
type editScale func(live runtime.Object) (runtime.Object, error)

// UpdateScale sets the number of replicas.
func (r *Registry) UpdateScale(ctx context.Context, q Request, s *autoscalingv1.Scale, o WriteOptions) (*autoscalingv1.Scale, error) {
	if err := checkName(&q, s); err != nil {
		return nil, err
	}
	return r.scale(ctx, q, o, s.ResourceVersion != "", func(live runtime.Object) (runtime.Object, error) {
		m, err := meta.Accessor(live)
		if err != nil {
			return nil, apierrors.NewInternalError(fmt.Errorf("reading metadata of a scale of %s: %w", q.Name, err))
		}
		if s.UID != "" && s.UID != m.GetUID() {
			return nil, apierrors.NewConflict(q.resource(), q.Name, fmt.Errorf("Precondition failed: UID in precondition: %v, UID in object meta: %v", s.UID, m.GetUID()))
		}
		obj, err := r.Law.FromTyped(q.Kind, s.DeepCopy())
		if err != nil {
			return nil, apierrors.NewInternalError(err)
		}
		_, err = r.manage(&q, "scale", live, obj)
		return obj, err
	})
}

// PatchScale patches the scale subresource with any of the four patch types.
func (r *Registry) PatchScale(ctx context.Context, q Request, pt types.PatchType, patch []byte, force *bool, o WriteOptions) (*autoscalingv1.Scale, []string, error) {
	var warnings []string // of the last attempt
	out, err := r.scale(ctx, q, o, false, func(live runtime.Object) (runtime.Object, error) {
		if pt == types.ApplyPatchType {
			applied, err := r.Law.DecodeApply(patch)
			if err != nil {
				return nil, err
			}
			fm, err := r.Law.Manager(q.Kind, "scale", q.Version)
			if err != nil {
				return nil, apierrors.NewInternalError(err)
			}
			obj, err := fm.Apply(live, applied, q.FieldManager, force != nil && *force)
			if err == nil {
				warnings, err = r.Law.JudgeApply(patch, o.FieldValidation)
			}
			return obj, err
		}
		obj, said, err := r.Law.Patch(q.Kind, "scale", q.Version, live.DeepCopyObject(), pt, patch, o.FieldValidation)
		warnings = said
		if err != nil {
			return nil, err
		}
		_, err = r.manage(&q, "scale", live, obj)
		return obj, err
	})
	return out, warnings, err
}

// scale writes an edited scale. A rigid edit is for one revision only; another is made again when the object has moved on,
// and names a revision in vain only if it is a patch that brings one.
func (r *Registry) scale(ctx context.Context, q Request, o WriteOptions, rigid bool, edit editScale) (*autoscalingv1.Scale, error) {
	out, err := r.one(ctx, func() (*pending, error) {
		rec, err := r.current(&q)
		if err != nil {
			return nil, err
		}
		old, err := r.Law.Internal(q.Kind, rec)
		if err != nil {
			return nil, apierrors.NewInternalError(fmt.Errorf("reading %s: %w", rec.Key, err))
		}
		want, err := r.scaled(&q, old.DeepCopyObject(), edit)
		if err != nil {
			return nil, err
		}
		live, err := r.Law.ScaleOf(q.Kind, old.DeepCopyObject())
		if err != nil {
			return nil, apierrors.NewInternalError(err)
		}
		if err := r.admitBody(r.context(ctx, &q), &q, admission.Update, want, live, o.DryRun); err != nil {
			return nil, err
		}
		obj := old.DeepCopyObject()
		if want.ResourceVersion != "" && want.ResourceVersion != FormatRevision(rec.Rev) {
			return nil, apierrors.NewConflict(q.resource(), q.Name, errModified)
		}
		if err := r.Law.ApplyScale(q.Kind, obj, want); err != nil {
			return nil, err
		}
		parent := q
		parent.FieldManager, parent.Subresource = "", "" // the books of the scale have been kept
		parent.admitted = true
		return r.replace(ctx, &parent, q.Kind.Strategy, obj, old, rec, rigid, o)
	})
	if err != nil {
		return nil, err
	}
	return r.scaleOf(&q, out.Rec)
}

// scaled is the Scale of an internal object after an edit.
func (r *Registry) scaled(q *Request, parent runtime.Object, edit editScale) (*autoscalingv1.Scale, error) {
	live, err := r.Law.ScaleOf(q.Kind, parent)
	if err != nil {
		return nil, apierrors.NewInternalError(err)
	}
	owners := live.ManagedFields
	obj, err := r.Law.FromTyped(q.Kind, live)
	if err != nil {
		return nil, apierrors.NewInternalError(err)
	}
	if obj, err = edit(obj); err != nil {
		return nil, err
	}
	typed, err := r.Law.ToTyped(q.Kind, obj)
	if err != nil {
		return nil, apierrors.NewInternalError(err)
	}
	s, ok := typed.(*autoscalingv1.Scale)
	if !ok {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("the body must be an autoscaling/v1 Scale, not %T", typed))
	}
	r.stampManaged(s, owners)
	return s, nil
}
