package schema

import (
	"fmt"
	"reflect"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"sigs.k8s.io/structured-merge-diff/v6/typed"
)

// UpdateManaged records in obj's managed fields what manager changed against live at the time now: the library's
// UpdateNoErrors, at a part of its price. live is nil for a create of a built-in kind; obj is changed. What comes back is obj
// in the requested version, which shares its memory, or nil if it is of no further use.
//
// Who owns what after a write depends on which fields differ, not on their values, and the same difference comes again
// and again: pods of one ReplicaSet are created alike, and a node's status updates touch the same fields each time. So
// the library is asked once per difference and its answer remembered. A pod's addresses and the UIDs of owners are keys of what is
// owned: places stand for them in what is remembered, see identities.
func (s *Schema) UpdateManaged(k *Kind, sub, version string, live, obj runtime.Object, manager string, now time.Time) (versioned runtime.Object, err error) {
	if k.customBodied(sub) {
		return nil, k.updateCustomManaged(sub, live, obj, manager, now)
	}
	// In the version that the manager compares in: there, conversions between parts (a deployment's rollback lies in
	// an annotation) have happened.
	gvk := k.bodyGVK(sub, version)
	gv := gvk.GroupVersion()
	var a runtime.Object
	if live == nil {
		a, err = s.managers.nothing(s.scheme, gvk)
	} else {
		a, err = s.scheme.UnsafeConvertToVersion(live, gv)
	}
	if err != nil {
		return nil, fmt.Errorf("schema: managed fields of %s: %w", k.Resource, err)
	}
	b, err := s.scheme.UnsafeConvertToVersion(obj, gv)
	if err != nil {
		return nil, fmt.Errorf("schema: managed fields of %s: %w", k.Resource, err)
	}
	am, err := metaOf(a)
	if err != nil {
		return nil, err
	}
	bm, err := metaOf(b)
	if err != nil {
		return nil, err
	}
	om, err := metaOf(obj)
	if err != nil {
		return nil, err
	}
	before := slices.Concat(bm.ManagedFields, am.ManagedFields)
	key, at, known := s.differenceKey(k, sub, version, a, b, manager)
	var after []owner
	if known {
		after, known = s.managers.known.get(key)
		after = at.each(after, at.show)
	}
	if !known {
		m, err := s.Manager(k, sub, version)
		if err != nil {
			return nil, err
		}
		a, b := withoutEqualParts(a, b)
		out, err := metaOf(m.UpdateNoErrors(a, b, manager))
		if err != nil {
			return nil, err
		}
		after = timeless(out.ManagedFields, before)
		if key != (differenceKey{}) {
			s.managers.known.put(key, at.each(after, at.hide))
		}
	}
	om.ManagedFields = entries(after, before, now)
	if !known { // the library has had it in hand
		return nil, nil
	}
	bm.ManagedFields = om.ManagedFields
	b.GetObjectKind().SetGroupVersionKind(schema.GroupVersionKind{})
	return b, nil
}

// withoutEqualParts returns shallow copies of two typed objects in which the top-level fields, and the parts of
// metadata that somebody can own, are empty where they are equal.
func withoutEqualParts(live, obj runtime.Object) (a, b runtime.Object) {
	if reflect.TypeOf(live) != reflect.TypeOf(obj) {
		return live, obj
	}
	a, b = shallowCopy(live), shallowCopy(obj)
	am, errA := metaOf(a)
	bm, errB := metaOf(b)
	if errA != nil || errB != nil {
		return live, obj
	}
	dropEqual(reflect.ValueOf(&am.Labels).Elem(), reflect.ValueOf(&bm.Labels).Elem())
	dropEqual(reflect.ValueOf(&am.Annotations).Elem(), reflect.ValueOf(&bm.Annotations).Elem())
	dropEqual(reflect.ValueOf(&am.Finalizers).Elem(), reflect.ValueOf(&bm.Finalizers).Elem())
	dropEqual(reflect.ValueOf(&am.OwnerReferences).Elem(), reflect.ValueOf(&bm.OwnerReferences).Elem())
	av, bv := reflect.ValueOf(a).Elem(), reflect.ValueOf(b).Elem()
	for i := range av.NumField() {
		switch av.Type().Field(i).Type {
		case reflect.TypeFor[metav1.TypeMeta](), reflect.TypeFor[metav1.ObjectMeta]():
		default:
			dropEqual(av.Field(i), bv.Field(i))
		}
	}
	return a, b
}

// dropEqual empties two values if they are equal. A list that is nil and one that is empty are not: JSON tells them
// apart.
func dropEqual(a, b reflect.Value) {
	if equality.Semantic.DeepEqualWithNilDifferentFromEmpty(a.Interface(), b.Interface()) {
		a.SetZero()
		b.SetZero()
	}
}

// ownable is the library's type converter without managed fields in the objects that it converts. Nobody can own
// them, the manager has decoded them before, and as free-form JSON they cost more than the rest of the object.
type ownable struct{ managedfields.TypeConverter }

// ObjectToTyped implements managedfields.TypeConverter.
func (c ownable) ObjectToTyped(obj runtime.Object, opts ...typed.ValidationOptions) (*typed.TypedValue, error) {
	if m, err := metaOf(obj); err == nil && len(m.ManagedFields) > 0 {
		obj = shallowCopy(obj)
		if m, err = metaOf(obj); err != nil {
			return nil, err
		}
		m.ManagedFields = nil
	}
	return c.TypeConverter.ObjectToTyped(obj, opts...)
}
