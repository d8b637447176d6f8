package schema

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/mergepatch"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	kjson "sigs.k8s.io/json"
)

// maxPatchOperations bounds a JSON patch, as upstream does: each operation may walk the whole object.
const maxPatchOperations = 10000

// Patch applies a JSON, merge or strategic merge patch to the live internal object, in the version that the client
// addressed, and returns the new internal object with defaults. live is not changed. For a subresource with a body of
// its own (scale) live is that body. Server-side apply is DecodeApply and Manager.
func (s *Schema) Patch(k *Kind, sub, version string, live runtime.Object, pt types.PatchType, patch []byte, fv FieldValidation) (runtime.Object, []string, error) {
	if k.customBodied(sub) {
		return s.patchCustom(k, live, pt, patch, fv)
	}
	gvk := k.bodyGVK(sub, version)
	switch pt {
	case types.JSONPatchType, types.MergePatchType:
		return s.patchJSON(gvk, live, pt, patch, fv)
	case types.StrategicMergePatchType:
		return s.patchStrategic(gvk, live, patch, fv)
	}
	return nil, nil, apierrors.NewGenericServerResponse(http.StatusUnsupportedMediaType, "patch", k.GroupResource(), "",
		fmt.Sprintf("schema: no patch type %q", pt), 0, false)
}

// emptied is an empty object of the same type: what a decoder that gave up has left behind is of no use.
func emptied(obj runtime.Object) runtime.Object {
	return reflect.New(reflect.TypeOf(obj).Elem()).Interface().(runtime.Object)
}

func (s *Schema) patchJSON(gvk schema.GroupVersionKind, live runtime.Object, pt types.PatchType, patch []byte, fv FieldValidation) (runtime.Object, []string, error) {
	versioned, err := s.scheme.UnsafeConvertToVersion(live, gvk.GroupVersion())
	if err != nil {
		return nil, nil, fmt.Errorf("schema: patching %s: %w", gvk.Kind, err)
	}
	if pt == types.MergePatchType {
		if out := s.mergePart(gvk, versioned, patch); out != nil {
			return out, nil, nil
		}
	}
	doc, err := s.encodeJSON(versioned)
	if err != nil {
		return nil, nil, fmt.Errorf("schema: patching %s: %w", gvk.Kind, err)
	}
	patched, strictErrs, err := applyJSON(doc, pt, patch, fv)
	if err != nil {
		return nil, nil, err
	}
	ser, err := serializerFor(runtime.ContentTypeJSON, fv != Ignore)
	if err != nil {
		return nil, nil, err
	}
	into, err := s.scheme.New(gvk.GroupKind().WithVersion(runtime.APIVersionInternal))
	if err != nil {
		return nil, nil, fmt.Errorf("schema: %s: %w", gvk, err)
	}
	hub := schema.GroupVersion{Group: gvk.Group, Version: runtime.APIVersionInternal}
	err = runtime.DecodeInto(legacyscheme.Codecs.DecoderToVersion(ser, hub), patched, into)
	if err != nil {
		strict, ok := runtime.AsStrictDecodingError(err)
		if !ok {
			return nil, nil, invalidPatch(text(patched), err)
		}
		strictErrs = append(strictErrs, strict.Errors()...)
	}
	warnings, err := judge(text(patched), strictErrs, fv)
	return into, warnings, err
}

// mergePart is the short way of nearly all merge patches. It returns nil for everything that is not plain success, so
// that the long way words the refusal.
func (s *Schema) mergePart(gvk schema.GroupVersionKind, versioned runtime.Object, patch []byte) runtime.Object {
	named := map[string]any{}
	if strict, err := kjson.UnmarshalStrict(patch, &named); err != nil || len(strict) > 0 {
		return nil
	}
	part := s.tops.part(versioned, named)
	if part == nil {
		return nil
	}
	doc, err := s.encodeJSON(part)
	if err != nil {
		return nil
	}
	patched, err := jsonpatch.MergePatch(doc, patch)
	if err != nil {
		return nil
	}
	into, err := s.scheme.New(gvk)
	if err != nil {
		return nil
	}
	if !s.json.Decode(patched, into) {
		into = emptied(into)
		if strict, err := kjson.UnmarshalStrict(patched, into); err != nil || len(strict) > 0 {
			return nil
		}
	}
	s.tops.fillRest(into, versioned, named)
	s.scheme.Default(into)
	out, err := s.toInternal(into)
	if err != nil {
		return nil
	}
	return out
}

// applyJSON applies a patch to a JSON document. Duplicate and unknown fields of the patch itself are reported.
func applyJSON(doc []byte, pt types.PatchType, patch []byte, fv FieldValidation) (patched []byte, strict []error, err error) {
	if pt == types.MergePatchType {
		if fv != Ignore {
			if strict, err = kjson.UnmarshalStrict(patch, &map[string]any{}); err != nil {
				return nil, nil, apierrors.NewBadRequest(fmt.Sprintf("error decoding patch: %v", err))
			}
		}
		patched, err = jsonpatch.MergePatch(doc, patch)
		if errors.Is(err, jsonpatch.ErrBadJSONPatch) {
			return nil, nil, apierrors.NewBadRequest(err.Error())
		}
		return patched, strict, err
	}
	if fv != Ignore {
		var ops []struct {
			Op    string `json:"op"`
			Path  string `json:"path"`
			From  string `json:"from"`
			Value any    `json:"value"`
		}
		if strict, err = kjson.UnmarshalStrict(patch, &ops); err != nil {
			return nil, nil, apierrors.NewBadRequest(fmt.Sprintf("error decoding patch: %v", err))
		}
		for i, e := range strict {
			strict[i] = fmt.Errorf("json patch %w", e)
		}
	}
	ops, err := jsonpatch.DecodePatch(patch)
	if err != nil {
		return nil, nil, apierrors.NewBadRequest(err.Error())
	}
	if len(ops) > maxPatchOperations {
		return nil, nil, apierrors.NewRequestEntityTooLargeError(fmt.Sprintf(
			"The allowed maximum operations in a JSON patch is %d, got %d", maxPatchOperations, len(ops)))
	}
	patched, err = ops.Apply(doc)
	if err != nil {
		return nil, nil, unprocessable(err)
	}
	return patched, strict, nil
}

// shown and text are how an error repeats a patch; most patches are in none.
type shown map[string]any

func (s shown) String() string { return fmt.Sprintf("%+v", map[string]any(s)) }

type text []byte

func (t text) String() string { return string(t) }

// judge turns strict errors into warnings or a refusal.
func judge(patch fmt.Stringer, strictErrs []error, fv FieldValidation) ([]string, error) {
	if len(strictErrs) == 0 {
		return nil, nil
	}
	if fv == Strict {
		return nil, invalidPatch(patch, runtime.NewStrictDecodingError(strictErrs))
	}
	return strictWarnings(strictErrs), nil
}

func invalidPatch(patch fmt.Stringer, err error) error {
	return apierrors.NewInvalid(schema.GroupKind{}, "", field.ErrorList{field.Invalid(field.NewPath("patch"), patch.String(), err.Error())})
}

func unprocessable(err error) error {
	return apierrors.NewGenericServerResponse(http.StatusUnprocessableEntity, "", schema.GroupResource{}, "", err.Error(), 0, false)
}

// strategicError gives the library's errors upstream's HTTP codes.
func strategicError(err error) error {
	switch err {
	case mergepatch.ErrBadJSONDoc, mergepatch.ErrBadPatchFormatForPrimitiveList, mergepatch.ErrBadPatchFormatForRetainKeys,
		mergepatch.ErrBadPatchFormatForSetElementOrderList, mergepatch.ErrUnsupportedStrategicMergePatchFormat:
		return apierrors.NewBadRequest(err.Error())
	case mergepatch.ErrNoListOfLists, mergepatch.ErrPatchContentNotMatchRetainKeys:
		return unprocessable(err)
	}
	return apierrors.NewBadRequest(err.Error()) // upstream answers 500 for what is the patch's fault
}

// DecodeApply decodes an apply patch (YAML or JSON) into the object that Manager's Apply wants. Unknown fields are refused
// by Apply, duplicate ones by JudgeApply.
func (s *Schema) DecodeApply(patch []byte) (*unstructured.Unstructured, error) {
	obj := &unstructured.Unstructured{Object: map[string]any{}}
	if err := yaml.Unmarshal(patch, &obj.Object); err != nil {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("error decoding YAML: %v", err))
	}
	return obj, nil
}

// JudgeApply finds the duplicate fields of an apply patch. As upstream, it is asked when the patch has been applied: what
// Apply refuses is told first.
func (s *Schema) JudgeApply(patch []byte, fv FieldValidation) ([]string, error) {
	if fv == Ignore {
		return nil, nil
	}
	err := yaml.UnmarshalStrict(patch, &map[string]any{})
	switch {
	case err == nil:
		return nil, nil
	case fv == Strict:
		return nil, apierrors.NewBadRequest(fmt.Sprintf("error strict decoding YAML: %v", err))
	}
	return strictWarnings([]error{err}), nil
}
