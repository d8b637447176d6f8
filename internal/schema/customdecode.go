package schema

import (
	"fmt"
	"mime"

	"k8s.io/apiextensions-apiserver/pkg/crdserverscheme"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apiserver/pkg/endpoints/handlers/negotiation"
	kjson "sigs.k8s.io/json"
)

// customBodied reports whether the body of a subresource is the custom kind itself, and not Scale.
func (k *Kind) customBodied(sub string) bool {
	return k.custom != nil && (sub == "" || k.Subresources[sub] == nil || k.Subresources[sub].own)
}

// decodeCustom is DecodeRequest for custom kinds.
func (s *Schema) decodeCustom(k *Kind, contentType string, body []byte, fv FieldValidation) (runtime.Object, []string, error) {
	isYAML := false
	if contentType != "" {
		switch media, _, _ := mime.ParseMediaType(contentType); media {
		case runtime.ContentTypeJSON:
		case runtime.ContentTypeYAML:
			isYAML = true
		default:
			return nil, nil, negotiation.NewUnsupportedMediaTypeError([]string{runtime.ContentTypeJSON, runtime.ContentTypeYAML, runtime.ContentTypeProtobuf}) // as upstream words it
		}
	}
	want := k.GVK("")
	typer := crdserverscheme.NewUnstructuredObjectTyper()
	ser := json.NewSerializerWithOptions(json.DefaultMetaFactory, customCreator{}, typer, json.SerializerOptions{Yaml: isYAML, Strict: fv != Ignore})
	u := &unstructured.Unstructured{}
	var strict []error
	_, got, err := ser.Decode(body, &want, u)
	if err != nil {
		se, ok := runtime.AsStrictDecodingError(err)
		if !ok {
			return nil, nil, decodeError(want, got, body, err)
		}
		strict = se.Errors()
	}
	if gv := got.GroupVersion(); gv != want.GroupVersion() {
		return nil, nil, apierrors.NewBadRequest(fmt.Sprintf(
			"the API version in the data (%s) does not match the expected API version (%s)", gv, want.GroupVersion()))
	}
	unknown, err := k.shape(u, fv)
	if err != nil {
		return nil, nil, decodeError(want, got, body, err)
	}
	strict = append(strict, unknown...)
	if fv == Strict && len(strict) > 0 {
		return nil, nil, decodeError(want, got, body, runtime.NewStrictDecodingError(strict))
	}
	return u, strictWarnings(strict), nil
}

// shape brings what a client sent into the shape of the schema, with defaults, and tells what the schema does not know.
func (k *Kind) shape(u *unstructured.Unstructured, fv FieldValidation) (unknown []error, err error) {
	pruned, err := k.coerce(u, coercion{report: fv != Ignore})
	if err != nil {
		return nil, err
	}
	for _, path := range pruned {
		unknown = append(unknown, fmt.Errorf("unknown field %q", path))
	}
	return unknown, k.defaults(u)
}

// patchCustom is Patch for custom kinds. There are no strategic merge patches: nothing says how lists are merged.
func (s *Schema) patchCustom(k *Kind, live runtime.Object, pt types.PatchType, patch []byte, fv FieldValidation) (runtime.Object, []string, error) {
	if pt != types.JSONPatchType && pt != types.MergePatchType {
		return nil, nil, negotiation.NewUnsupportedMediaTypeError([]string{string(types.JSONPatchType), string(types.MergePatchType), string(types.ApplyYAMLPatchType)})
	}
	doc, err := encodeJSON(live)
	if err != nil {
		return nil, nil, fmt.Errorf("schema: patching %s: %w", k.Kind, err)
	}
	patched, strict, err := applyJSON(doc, pt, patch, fv)
	if err != nil {
		return nil, nil, err
	}
	u := &unstructured.Unstructured{}
	if err := u.UnmarshalJSON(patched); err != nil {
		return nil, nil, invalidPatch(text(patched), err)
	}
	if fv != Ignore { // values that a patch brings are still as they were written
		twice, err := kjson.UnmarshalStrict(patched, &map[string]any{})
		if err != nil {
			return nil, nil, invalidPatch(text(patched), err)
		}
		strict = append(strict, twice...)
	}
	unknown, err := k.shape(u, fv)
	if err != nil {
		return nil, nil, invalidPatch(text(patched), err)
	}
	warnings, err := judge(text(patched), append(strict, unknown...), fv)
	return u, warnings, err
}

// customCreator makes unstructured objects of any kind, for upstream's libraries.
type customCreator struct{}

// New implements runtime.ObjectCreater.
func (customCreator) New(gvk schema.GroupVersionKind) (runtime.Object, error) {
	u := &unstructured.Unstructured{}
	u.SetGroupVersionKind(gvk)
	return u, nil
}
