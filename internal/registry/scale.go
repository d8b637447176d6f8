package registry

import (
	"context"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
)

// GetScale reads the scale subresource.
func (r *Registry) GetScale(_ context.Context, q Request) (*autoscalingv1.Scale, error) {
	rec, err := r.current(&q)
	if err != nil {
		return nil, err
	}
	typed, err := r.Law.Typed(q.Kind, rec)
	if err != nil {
		return nil, apierrors.NewInternalError(err)
	}
	return scaleOf(typed)
}

// UpdateScale sets the number of replicas.
func (r *Registry) UpdateScale(ctx context.Context, q Request, s *autoscalingv1.Scale, o WriteOptions) (*autoscalingv1.Scale, error) {
	return r.scale(ctx, q, o, func(*autoscalingv1.Scale) (*autoscalingv1.Scale, error) { return s.DeepCopy(), nil })
}

// PatchScale patches the scale subresource with a JSON, merge or strategic patch.
func (r *Registry) PatchScale(ctx context.Context, q Request, pt types.PatchType, patch []byte, o WriteOptions) (*autoscalingv1.Scale, error) {
	if pt == types.ApplyPatchType || pt == types.ApplyCBORPatchType {
		return nil, apierrors.NewGenericServerResponse(415, "patch", q.resource(), q.Name, "apply patches of the scale subresource are not supported yet; use a merge patch", 0, true)
	}
	return r.scale(ctx, q, o, func(live *autoscalingv1.Scale) (*autoscalingv1.Scale, error) {
		obj, err := r.Law.FromTyped(q.Kind, live)
		if err != nil {
			return nil, apierrors.NewInternalError(err)
		}
		if obj, _, err = r.Law.Patch(q.Kind, "scale", q.Version, obj, pt, patch, o.FieldValidation); err != nil {
			return nil, err
		}
		return toScale(r.Law, q.Kind, obj)
	})
}

func toScale(law *schema.Schema, k *schema.Kind, obj runtime.Object) (*autoscalingv1.Scale, error) {
	typed, err := law.ToTyped(k, obj)
	if err != nil {
		return nil, apierrors.NewInternalError(err)
	}
	s, ok := typed.(*autoscalingv1.Scale)
	if !ok {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("the body must be an autoscaling/v1 Scale, not %T", typed))
	}
	return s, nil
}

func (r *Registry) scale(ctx context.Context, q Request, o WriteOptions, edit func(*autoscalingv1.Scale) (*autoscalingv1.Scale, error)) (*autoscalingv1.Scale, error) {
	q.Subresource = "scale"
	out, err := r.one(ctx, func() (*pending, error) {
		rec, err := r.current(&q)
		if err != nil {
			return nil, err
		}
		typed, err := r.Law.Typed(q.Kind, rec)
		if err != nil {
			return nil, apierrors.NewInternalError(err)
		}
		live, err := scaleOf(typed)
		if err != nil {
			return nil, err
		}
		want, err := edit(live.DeepCopy())
		if err != nil {
			return nil, err
		}
		rigid, err := checkScale(&q, want, live)
		if err != nil {
			return nil, err
		}
		parent := typed.DeepCopyObject()
		setReplicas(parent, want.Spec.Replicas)
		return r.replaceTyped(ctx, &q, parent, rec, rigid, o)
	})
	if err != nil {
		return nil, err
	}
	typed, err := r.Law.Typed(q.Kind, out.Rec)
	if err != nil {
		return nil, apierrors.NewInternalError(err)
	}
	return scaleOf(typed)
}

// replaceTyped is replace for a typed object, through the main strategy.
func (r *Registry) replaceTyped(ctx context.Context, q *Request, typed runtime.Object, rec *store.Record, rigid bool, o WriteOptions) (*pending, error) {
	obj, err := r.Law.FromTyped(q.Kind, typed)
	if err != nil {
		return nil, apierrors.NewInternalError(err)
	}
	old, err := r.Law.Internal(q.Kind, rec)
	if err != nil {
		return nil, apierrors.NewInternalError(err)
	}
	return r.replace(ctx, q, q.Kind.Strategy, obj, old, rec, rigid, o)
}

func checkScale(q *Request, want, live *autoscalingv1.Scale) (rigid bool, err error) {
	gk := kschema.GroupKind{Group: "autoscaling", Kind: "Scale"}
	if want.Name != "" && want.Name != q.Name {
		return false, apierrors.NewBadRequest(fmt.Sprintf("the name of the object (%s) does not match the name on the URL (%s)", want.Name, q.Name))
	}
	if want.Spec.Replicas < 0 {
		return false, apierrors.NewInvalid(gk, q.Name, field.ErrorList{field.Invalid(field.NewPath("spec", "replicas"), want.Spec.Replicas, "must be greater than or equal to 0")})
	}
	if want.UID != "" && want.UID != live.UID {
		return false, apierrors.NewConflict(q.resource(), q.Name, fmt.Errorf("Precondition failed: UID in precondition: %v, UID in object meta: %v", want.UID, live.UID))
	}
	if want.ResourceVersion != "" && want.ResourceVersion != live.ResourceVersion {
		return false, apierrors.NewConflict(q.resource(), q.Name, errModified)
	}
	return want.ResourceVersion != "", nil
}

// scaleOf is the Scale of an object that has one.
func scaleOf(typed runtime.Object) (*autoscalingv1.Scale, error) {
	s := &autoscalingv1.Scale{}
	var m *metav1.ObjectMeta
	var sel *metav1.LabelSelector
	switch o := typed.(type) {
	case *appsv1.Deployment:
		m, sel, s.Spec.Replicas, s.Status.Replicas = &o.ObjectMeta, o.Spec.Selector, replicas(o.Spec.Replicas), o.Status.Replicas
	case *appsv1.ReplicaSet:
		m, sel, s.Spec.Replicas, s.Status.Replicas = &o.ObjectMeta, o.Spec.Selector, replicas(o.Spec.Replicas), o.Status.Replicas
	default:
		return nil, apierrors.NewInternalError(fmt.Errorf("%T has no scale subresource", typed))
	}
	selector, err := metav1.LabelSelectorAsSelector(sel)
	if err != nil {
		return nil, apierrors.NewInternalError(fmt.Errorf("selector of %s: %w", m.Name, err))
	}
	s.ObjectMeta = metav1.ObjectMeta{Name: m.Name, Namespace: m.Namespace, UID: m.UID, ResourceVersion: m.ResourceVersion, CreationTimestamp: m.CreationTimestamp}
	s.Status.Selector = selector.String()
	return s, nil
}

func replicas(n *int32) int32 {
	if n == nil {
		return 1
	}
	return *n
}

func setReplicas(typed runtime.Object, n int32) {
	switch o := typed.(type) {
	case *appsv1.Deployment:
		o.Spec.Replicas = &n
	case *appsv1.ReplicaSet:
		o.Spec.Replicas = &n
	}
}
