package schema

import (
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	kjson "sigs.k8s.io/json"
)

func (s *Schema) patchStrategic(gvk schema.GroupVersionKind, live runtime.Object, patch []byte, fv FieldValidation) (runtime.Object, []string, error) {
	versioned, err := s.scheme.UnsafeConvertToVersion(live, gvk.GroupVersion())
	if err != nil {
		return nil, nil, fmt.Errorf("schema: patching %s: %w", gvk.Kind, err)
	}
	// Most patches set fields and merge lists by key: they are applied to the object itself.
	if into := shallowCopy(versioned); s.json.Merge(patch, into) {
		s.scheme.Default(into)
		if out, err := s.toHub(gvk, into); err == nil {
			return out, nil, nil
		}
	}
	return s.patchMaps(gvk, versioned, patch, fv)
}

func (s *Schema) toHub(gvk schema.GroupVersionKind, obj runtime.Object) (runtime.Object, error) {
	out, err := s.scheme.UnsafeConvertToVersion(obj, schema.GroupVersion{Group: gvk.Group, Version: runtime.APIVersionInternal})
	if err != nil {
		return nil, fmt.Errorf("schema: patching %s: %w", gvk.Kind, err)
	}
	return out, nil
}

// patchMaps is the library's way: the named parts of the object become maps, into which the patch is merged.
func (s *Schema) patchMaps(gvk schema.GroupVersionKind, versioned runtime.Object, patch []byte, fv FieldValidation) (runtime.Object, []string, error) {
	patchMap := map[string]any{}
	var strictErrs []error
	var err error
	if fv == Ignore {
		err = kjson.UnmarshalCaseSensitivePreserveInts(patch, &patchMap)
	} else {
		strictErrs, err = kjson.UnmarshalStrict(patch, &patchMap)
	}
	if err != nil {
		return nil, nil, apierrors.NewBadRequest(err.Error())
	}
	part := s.tops.part(versioned, patchMap)
	from := part
	if part == nil {
		from = versioned
	}
	doc, err := runtime.DefaultUnstructuredConverter.ToUnstructured(from)
	if err != nil {
		return nil, nil, fmt.Errorf("schema: patching %s: %w", gvk.Kind, err)
	}
	into, err := s.scheme.New(gvk)
	if err != nil {
		return nil, nil, fmt.Errorf("schema: %s: %w", gvk, err)
	}
	patched, err := strategicpatch.StrategicMergeMapPatch(doc, patchMap, into)
	if err != nil {
		return nil, nil, strategicError(err)
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(patched, into, fv != Ignore); err != nil {
		strict, ok := runtime.AsStrictDecodingError(err)
		if !ok {
			return nil, nil, invalidPatch(shown(patchMap), err)
		}
		strictErrs = append(strictErrs, strict.Errors()...)
	}
	warnings, err := judge(shown(patchMap), strictErrs, fv)
	if err != nil {
		return nil, nil, err
	}
	if part != nil {
		s.tops.fillRest(into, versioned, patchMap)
	}
	s.scheme.Default(into)
	out, err := s.toHub(gvk, into)
	return out, warnings, err
}
