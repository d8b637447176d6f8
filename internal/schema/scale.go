package schema

import (
	"fmt"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/kubernetes/pkg/apis/apps"
	"k8s.io/kubernetes/pkg/apis/autoscaling"
	autoscalingvalidation "k8s.io/kubernetes/pkg/apis/autoscaling/validation"
	"k8s.io/kubernetes/pkg/apis/core"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
)

// scalable points at what Scale shows of an internal object.
type scalable struct {
	meta     *metav1.ObjectMeta
	replicas *int32
	actual   int32
	selector *metav1.LabelSelector
}

// scalableOf knows the kinds with a scale subresource.
func scalableOf(k *Kind, internal runtime.Object) (scalable, error) {
	switch o := internal.(type) {
	case *apps.Deployment:
		return scalable{&o.ObjectMeta, &o.Spec.Replicas, o.Status.Replicas, o.Spec.Selector}, nil
	case *apps.ReplicaSet:
		return scalable{&o.ObjectMeta, &o.Spec.Replicas, o.Status.Replicas, o.Spec.Selector}, nil
	case *apps.StatefulSet:
		return scalable{&o.ObjectMeta, &o.Spec.Replicas, o.Status.Replicas, o.Spec.Selector}, nil
	case *core.ReplicationController:
		if o.Spec.Replicas == nil {
			o.Spec.Replicas = new(int32)
		}
		return scalable{&o.ObjectMeta, o.Spec.Replicas, o.Status.Replicas, metav1.SetAsLabelSelector(o.Spec.Selector)}, nil
	}
	return scalable{}, fmt.Errorf("schema: %s cannot be scaled (%T)", k.Resource, internal)
}

// replicasPath says where each version of a scalable kind keeps what Scale calls spec.replicas.
func (k *Kind) replicasPath() managedfields.ResourcePathMappings {
	m := managedfields.ResourcePathMappings{}
	for _, v := range k.Versions {
		m[schema.GroupVersion{Group: k.Resource.Group, Version: v}.String()] = fieldpath.MakePathOrDie("spec", "replicas")
	}
	return m
}

// scaleManagedFields is the owner of replicas, in the words of the Scale kind. It leads back, too.
func (k *Kind) scaleManagedFields(m *metav1.ObjectMeta) *managedfields.ScaleHandler {
	return managedfields.NewScaleHandler(m.ManagedFields, schema.GroupVersion{Group: k.Resource.Group, Version: k.Versions[0]}, k.replicasPath())
}

// ScaleOf shows a scalable internal object as Scale, with the owners of replicas as managed fields: patch or apply it
// with the "scale" subresource's Patch and Manager (through FromTyped), then bring it back with ApplyScale.
func (s *Schema) ScaleOf(k *Kind, internal runtime.Object) (*autoscalingv1.Scale, error) {
	if k.custom != nil {
		return k.customScaleOf(internal)
	}
	sc, err := scalableOf(k, internal)
	if err != nil {
		return nil, err
	}
	selector, err := metav1.LabelSelectorAsSelector(sc.selector)
	if err != nil {
		return nil, fmt.Errorf("schema: selector of %s %s/%s: %w", k.Resource, sc.meta.Namespace, sc.meta.Name, err)
	}
	managed, err := k.scaleManagedFields(sc.meta).ToSubresource()
	if err != nil {
		return nil, fmt.Errorf("schema: managed fields of %s %s/%s: %w", k.Resource, sc.meta.Namespace, sc.meta.Name, err)
	}
	return &autoscalingv1.Scale{
		ObjectMeta: metav1.ObjectMeta{Name: sc.meta.Name, Namespace: sc.meta.Namespace, UID: sc.meta.UID,
			ResourceVersion: sc.meta.ResourceVersion, CreationTimestamp: sc.meta.CreationTimestamp, ManagedFields: managed},
		Spec:   autoscalingv1.ScaleSpec{Replicas: *sc.replicas},
		Status: autoscalingv1.ScaleStatus{Replicas: sc.actual, Selector: selector.String()},
	}, nil
}

// ApplyScale validates a changed Scale and writes it into the internal object: replicas, resourceVersion (empty for an
// unconditional update) and the owners of replicas.
func (s *Schema) ApplyScale(k *Kind, internal runtime.Object, scale *autoscalingv1.Scale) error {
	if k.custom != nil {
		return k.applyCustomScale(internal, scale)
	}
	sc, err := scalableOf(k, internal)
	if err != nil {
		return err
	}
	hub, err := s.toInternal(scale.DeepCopy())
	if err != nil {
		return fmt.Errorf("schema: scale of %s: %w", k.Resource, err)
	}
	if errs := autoscalingvalidation.ValidateScale(hub.(*autoscaling.Scale)); len(errs) > 0 {
		return apierrors.NewInvalid(autoscaling.Kind("Scale"), sc.meta.Name, errs)
	}
	if err := k.checkScaleUID(scale.UID, sc.meta.UID, sc.meta.Name); err != nil {
		return err
	}
	managed, err := k.scaleManagedFields(sc.meta).ToParent(scale.ManagedFields)
	if err != nil {
		return fmt.Errorf("schema: managed fields of %s %s/%s: %w", k.Resource, sc.meta.Namespace, sc.meta.Name, err)
	}
	*sc.replicas = scale.Spec.Replicas
	sc.meta.ResourceVersion = scale.ResourceVersion
	sc.meta.ManagedFields = managed
	return nil
}

// checkScaleUID refuses the Scale of another object of the same name.
func (k *Kind) checkScaleUID(want, is types.UID, name string) error {
	if want == "" || want == is {
		return nil
	}
	gr := k.GroupResource()
	gr.Resource += "/scale"
	return apierrors.NewConflict(gr, name, fmt.Errorf("Precondition failed: UID in precondition: %v, UID in object meta: %v", want, is))
}
