package schema

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
)

// customManager is Manager for custom kinds: made for each call, because conversions may need the request that the row is
// bound to. The types that it merges by are compiled once.
func (k *Kind) customManager(sub string) (*managedfields.FieldManager, error) {
	if k.custom.def == nil {
		return nil, fmt.Errorf("schema: %s has no definition here", k.Resource)
	}
	types, err := k.custom.def.laws.mergeTypes()
	if err != nil {
		return nil, err
	}
	gvk := k.GVK("")
	m, err := managedfields.NewDefaultCRDFieldManager(types, customConvertor{k}, customDefaulter{k}, customCreator{}, gvk, gvk.GroupVersion(), sub, k.resetFields(sub))
	if err != nil {
		return nil, fmt.Errorf("schema: field manager of %s/%s: %w", k.Resource, sub, err)
	}
	return m, nil
}

// updateCustomManaged is UpdateManaged for custom kinds.
func (k *Kind) updateCustomManaged(sub string, live, obj runtime.Object, manager string, now time.Time) error {
	m, err := k.customManager(sub)
	if err != nil {
		return err
	}
	a, err := asCustom(k, live)
	if err != nil {
		return err
	}
	b, err := asCustom(k, obj)
	if err != nil {
		return err
	}
	out, ok := m.UpdateNoErrors(withOwnMetadata(a), withOwnMetadata(b), manager).(*unstructured.Unstructured)
	if !ok {
		return errors.New("schema: the field manager returned no custom object")
	}
	before := slices.Concat(b.GetManagedFields(), a.GetManagedFields())
	b.SetManagedFields(entries(timeless(out.GetManagedFields(), before), before, now))
	return nil
}

// withOwnMetadata is a copy of an object whose metadata may be changed: the library takes managed fields out.
func withOwnMetadata(u *unstructured.Unstructured) *unstructured.Unstructured {
	obj := maps.Clone(u.Object)
	if m, ok := obj["metadata"].(map[string]any); ok {
		obj["metadata"] = maps.Clone(m)
	}
	return &unstructured.Unstructured{Object: obj}
}

// customConvertor converts between the versions of a custom kind, for upstream's libraries.
type customConvertor struct{ kind *Kind }

var _ runtime.ObjectConvertor = customConvertor{}

// Convert implements runtime.ObjectConvertor.
func (c customConvertor) Convert(in, out, _ any) error {
	to, ok := out.(*unstructured.Unstructured)
	if !ok {
		return fmt.Errorf("schema: cannot convert a %T to a %T", in, out)
	}
	from, ok := in.(*unstructured.Unstructured)
	if !ok {
		return fmt.Errorf("schema: cannot convert a %T to a %T", in, out)
	}
	got, err := c.kind.convertTo(from.DeepCopy(), to.GroupVersionKind().Version)
	if err == nil {
		to.SetUnstructuredContent(got.Object)
	}
	return err
}

// ConvertToVersion implements runtime.ObjectConvertor.
func (c customConvertor) ConvertToVersion(in runtime.Object, gv runtime.GroupVersioner) (runtime.Object, error) {
	u, ok := in.(*unstructured.Unstructured)
	if !ok {
		return nil, fmt.Errorf("schema: cannot convert a %T", in)
	}
	from := u.GroupVersionKind()
	to, ok := gv.KindForGroupVersionKinds([]schema.GroupVersionKind{from})
	if !ok {
		return nil, fmt.Errorf("%v is unstructured and is not suitable for converting to %q", from, gv)
	}
	if to.GroupVersion() == from.GroupVersion() {
		return u, nil
	}
	if c.kind.InVersion(to.Version) == nil {
		// The field manager drops owners in versions that nobody serves; it knows them by this error.
		return nil, runtime.NewNotRegisteredErrForKind("custom kinds", to)
	}
	return c.kind.convertTo(u.DeepCopy(), to.Version)
}

// ConvertFieldLabel implements runtime.ObjectConvertor.
func (c customConvertor) ConvertFieldLabel(_ schema.GroupVersionKind, label, _ string) (string, string, error) {
	return "", "", fmt.Errorf("field label not supported: %s", label)
}

// customDefaulter applies the defaults of a custom kind, for upstream's libraries.
type customDefaulter struct{ kind *Kind }

// Default implements runtime.ObjectDefaulter. Laws that cannot be compiled have been refused before.
func (d customDefaulter) Default(obj runtime.Object) {
	if u, ok := obj.(*unstructured.Unstructured); ok {
		_ = d.kind.defaults(u)
	}
}
