package schema

import (
	"fmt"
	"slices"
	"sync"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/apiserver/pkg/registry/rest"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/schema/openapi"
)

// managers holds the field managers made so far and the types that they merge by.
type managers struct {
	types  func() (*openapi.Converter, error)
	made   sync.Map // managerKey → *managedfields.FieldManager
	empty  sync.Map // schema.GroupVersionKind → runtime.Object, empty and never changed: what a create is compared with
	shapes shapes
	known  ownersMemo
}

type managerKey struct {
	resource     api.Resource
	sub, version string
}

func newManagers() *managers {
	return &managers{types: sync.OnceValues(openapi.TypeConverter)}
}

// Manager returns upstream's field manager for the kind, or for one of its subresources, in a served version: it
// tracks who owns which field, and merges server-side applies. It is made at its first use; the first of all also
// reads the embedded type descriptions (see Warm).
func (s *Schema) Manager(k *Kind, sub, version string) (*managedfields.FieldManager, error) {
	if k.customBodied(sub) {
		return k.customManager(sub)
	}
	key := managerKey{k.Resource, sub, version}
	if k.custom != nil {
		key = managerKey{sub: sub} // Scale is the same for all of them, in all clusters
	}
	if m, ok := s.managers.made.Load(key); ok {
		return m.(*managedfields.FieldManager), nil
	}
	types, err := s.managers.types()
	if err != nil {
		return nil, fmt.Errorf("schema: type descriptions: %w", err)
	}
	m, err := s.newManager(k, sub, version, ownable{types})
	if err != nil {
		return nil, err
	}
	got, _ := s.managers.made.LoadOrStore(key, m)
	return got.(*managedfields.FieldManager), nil
}

func (s *Schema) newManager(k *Kind, sub, version string, types managedfields.TypeConverter) (*managedfields.FieldManager, error) {
	gvk := k.bodyGVK(sub, version)
	hub := schema.GroupVersion{Group: gvk.Group, Version: runtime.APIVersionInternal}
	m, err := managedfields.NewDefaultFieldManager(types, runtime.UnsafeObjectConvertor(s.scheme), s.scheme, s.scheme, gvk, hub, sub, k.resetFields(sub))
	if err != nil {
		return nil, fmt.Errorf("schema: field manager of %s/%s: %w", k.Resource, sub, err)
	}
	return m, nil
}

// nothing is an empty object of a kind. All creates share it.
func (m *managers) nothing(scheme *runtime.Scheme, gvk schema.GroupVersionKind) (runtime.Object, error) {
	if obj, ok := m.empty.Load(gvk); ok {
		return obj.(runtime.Object), nil
	}
	obj, err := scheme.New(gvk)
	if err != nil {
		return nil, err
	}
	obj.GetObjectKind().SetGroupVersionKind(gvk)
	got, _ := m.empty.LoadOrStore(gvk, obj)
	return got.(runtime.Object), nil
}

// Warm reads what is otherwise read at the first write: call it in the background once the server answers.
func (s *Schema) Warm() error {
	_, err := s.managers.types()
	return err
}

// unfiltered are subresources whose storages upstream gives no reset fields although their strategies have some: who
// writes more through them than they cover is recorded as its owner.
var unfiltered = []string{"ephemeralcontainers", "resize"}

// resetFields are the fields that the strategy will overwrite: a writer does not come to own them.
func (k *Kind) resetFields(sub string) map[fieldpath.APIVersion]fieldpath.Filter {
	var st any = k.Strategy
	if slices.Contains(unfiltered, sub) {
		return nil
	}
	if sub != "" {
		st = nil
		if r := k.Subresources[sub]; r != nil && r.Strategy != nil {
			st = r.Strategy
		}
	}
	switch r := st.(type) {
	case rest.ResetFieldsFilterStrategy:
		return r.GetResetFieldsFilter()
	case rest.ResetFieldsStrategy:
		return fieldpath.NewExcludeFilterSetMap(r.GetResetFields())
	}
	return nil
}
