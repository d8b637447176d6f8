package schema

import (
	"fmt"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/managedfields"
)

// replicasUnset is what an absent spec.replicas shows as to whoever changes a Scale, as upstream: setting it is enough,
// leaving it is refused.
const replicasUnset = -2147483648

// customScaleOf is ScaleOf for custom kinds.
func (k *Kind) customScaleOf(internal runtime.Object) (*autoscalingv1.Scale, error) {
	u, err := asCustom(k, internal)
	if err != nil {
		return nil, err
	}
	paths := k.custom.scale
	if paths == nil {
		return nil, fmt.Errorf("schema: %s cannot be scaled", k.Resource)
	}
	want, found, err := unstructured.NestedInt64(u.Object, splitPath(paths.replicas)...)
	if err != nil {
		return nil, err
	}
	if !found {
		want = replicasUnset
	}
	actual, _, err := unstructured.NestedInt64(u.Object, splitPath(paths.actual)...)
	if err != nil {
		return nil, err
	}
	selector := ""
	if paths.selector != "" {
		if selector, _, err = unstructured.NestedString(u.Object, splitPath(paths.selector)...); err != nil {
			return nil, err
		}
	}
	books, err := k.customScaleBooks(u)
	if err != nil {
		return nil, err
	}
	managed, err := books.ToSubresource()
	if err != nil {
		return nil, fmt.Errorf("schema: managed fields of %s %s/%s: %w", k.Resource, u.GetNamespace(), u.GetName(), err)
	}
	return &autoscalingv1.Scale{
		ObjectMeta: metav1.ObjectMeta{Name: u.GetName(), Namespace: u.GetNamespace(), UID: u.GetUID(),
			ResourceVersion: u.GetResourceVersion(), CreationTimestamp: u.GetCreationTimestamp(), ManagedFields: managed},
		Spec:   autoscalingv1.ScaleSpec{Replicas: int32(want)},
		Status: autoscalingv1.ScaleStatus{Replicas: int32(actual), Selector: selector},
	}, nil
}

// customScaleBooks keeps the owners of replicas in the words of Scale.
func (k *Kind) customScaleBooks(u *unstructured.Unstructured) (*managedfields.ScaleHandler, error) {
	read, err := k.custom.def.laws.forReading()
	if err != nil {
		return nil, err
	}
	return managedfields.NewScaleHandler(u.GetManagedFields(), k.GVK("").GroupVersion(), read.replicas), nil
}

// ShownScale is a Scale as it is answered: of a custom object that does not say how many replicas it wants there is none.
func (s *Schema) ShownScale(k *Kind, scale *autoscalingv1.Scale) error {
	if k.custom != nil && scale.Spec.Replicas == replicasUnset {
		return apierrors.NewInternalError(fmt.Errorf("the spec replicas field %q does not exist", k.custom.scale.replicas))
	}
	return nil
}

// applyCustomScale is ApplyScale for custom kinds. What the number of replicas may be, the strategy says.
func (k *Kind) applyCustomScale(internal runtime.Object, scale *autoscalingv1.Scale) error {
	u, err := asCustom(k, internal)
	if err != nil {
		return err
	}
	if err := k.checkScaleUID(scale.UID, u.GetUID(), u.GetName()); err != nil {
		return err
	}
	if scale.Spec.Replicas == replicasUnset {
		return apierrors.NewBadRequest(fmt.Sprintf("the spec replicas field %q cannot be empty", k.custom.scale.replicas))
	}
	books, err := k.customScaleBooks(u)
	if err != nil {
		return err
	}
	managed, err := books.ToParent(scale.ManagedFields)
	if err != nil {
		return fmt.Errorf("schema: managed fields of %s %s/%s: %w", k.Resource, u.GetNamespace(), u.GetName(), err)
	}
	if err := unstructured.SetNestedField(u.Object, int64(scale.Spec.Replicas), splitPath(k.custom.scale.replicas)...); err != nil {
		return apierrors.NewBadRequest(err.Error())
	}
	u.SetResourceVersion(scale.ResourceVersion)
	u.SetManagedFields(managed)
	return nil
}
