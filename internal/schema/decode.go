package schema

import (
	"encoding/hex"
	"fmt"
	"mime"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metainternal "k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/endpoints/handlers/negotiation"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
)

// FieldValidation says what happens to unknown and duplicate fields of a request.
type FieldValidation uint8

// The directives of the fieldValidation query parameter. Warn is the default of clients that send none.
const (
	Warn FieldValidation = iota
	Ignore
	Strict
)

// ParseFieldValidation reads the query parameter.
func ParseFieldValidation(directive string) (FieldValidation, error) {
	switch directive {
	case "", metav1.FieldValidationWarn:
		return Warn, nil
	case metav1.FieldValidationIgnore:
		return Ignore, nil
	case metav1.FieldValidationStrict:
		return Strict, nil
	}
	return Warn, apierrors.NewBadRequest(fmt.Sprintf("fieldValidation: Unsupported value: %q: supported values: %q, %q, %q",
		directive, metav1.FieldValidationIgnore, metav1.FieldValidationWarn, metav1.FieldValidationStrict))
}

// errorExcerpt bounds how much of an unrecognizable body an error repeats.
const errorExcerpt = 30

// DecodeRequest decodes a request body (JSON, YAML or protobuf) for the kind or its subresource into the internal
// form with defaults applied. It checks that the body is of the kind and version that the request addresses.
// Bodies of subresources with a kind of their own (Scale, Binding, Eviction, TokenRequest) and of virtual kinds come
// back in internal form too; ToTyped makes them readable.
func (s *Schema) DecodeRequest(k *Kind, sub, version, contentType string, body []byte, fv FieldValidation) (internal runtime.Object, warnings []string, err error) {
	if k.customBodied(sub) {
		return s.decodeCustom(k, contentType, body, fv)
	}
	want := k.bodyGVK(sub, version)
	if contentType == "" || contentType == runtime.ContentTypeJSON {
		if obj := s.decodeJSON(want, body); obj != nil {
			return obj, nil, nil
		}
	}
	return s.decodeAny(want, contentType, body, fv)
}

// decodeJSON is the fast path of nearly all requests: JSON of exactly the expected kind, without a field that is unknown or
// comes twice, so that every kind of field validation comes to the same. Upstream's decoder reads the document twice, once to
// learn its kind. It returns nil for all others, so that decodeAny words what there is to say.
func (s *Schema) decodeJSON(want schema.GroupVersionKind, body []byte) runtime.Object {
	typed, err := s.scheme.New(want)
	if err != nil || !s.json.Decode(body, typed) {
		return nil
	}
	said, ok := typed.GetObjectKind().(*metav1.TypeMeta) // as it was sent: a version of nonsense parses to none
	if !ok || said.Kind != "" && said.Kind != want.Kind || said.APIVersion != "" && said.APIVersion != want.GroupVersion().String() {
		return nil
	}
	s.scheme.Default(typed)
	obj, err := s.toHub(want, typed)
	if err != nil {
		return nil
	}
	return obj
}

// decodeAny is upstream's way: any media type, any registered version.
func (s *Schema) decodeAny(want schema.GroupVersionKind, contentType string, body []byte, fv FieldValidation) (internal runtime.Object, warnings []string, err error) {
	ser, err := serializerFor(contentType, fv != Ignore)
	if err != nil {
		return nil, nil, err
	}
	into, err := s.scheme.New(want.GroupKind().WithVersion(runtime.APIVersionInternal))
	if err != nil {
		return nil, nil, apierrors.NewInternalError(fmt.Errorf("schema: %s: %w", want, err))
	}
	hub := schema.GroupVersion{Group: want.Group, Version: runtime.APIVersionInternal}
	obj, got, err := legacyscheme.Codecs.DecoderToVersion(ser, hub).Decode(body, &want, into)
	if err != nil {
		strict, isStrict := runtime.AsStrictDecodingError(err)
		if !isStrict || obj == nil || fv != Warn {
			return nil, nil, decodeError(want, got, body, err)
		}
		warnings = strictWarnings(strict.Errors())
	}
	if gv := got.GroupVersion(); gv != want.GroupVersion() && !acceptsAlso(want, *got) {
		return nil, nil, apierrors.NewBadRequest(fmt.Sprintf(
			"the API version in the data (%s) does not match the expected API version (%s)", gv, want.GroupVersion()))
	}
	return obj, warnings, nil
}

// acceptsAlso lets through the one older body that upstream still accepts: evictions of policy/v1beta1.
func acceptsAlso(want, got schema.GroupVersionKind) bool {
	return want.Kind == "Eviction" && got.Group == want.Group && got.Version == "v1beta1"
}

// decodeError words a failure as upstream does.
func decodeError(want schema.GroupVersionKind, got *schema.GroupVersionKind, body []byte, err error) error {
	if got != nil && got.Kind != "" {
		return apierrors.NewBadRequest(fmt.Sprintf("%s in version %q cannot be handled as a %s: %v", got.Kind, got.Version, want.Kind, err))
	}
	return apierrors.NewBadRequest(fmt.Sprintf("the object provided is unrecognized (must be of type %s): %v (%s)", want.Kind, err, excerpt(body)))
}

// excerpt shows the start of a body that nothing could read.
func excerpt(body []byte) string {
	more := ""
	shown := body
	if len(body) > errorExcerpt {
		shown, more = body[:errorExcerpt], " ..."
	}
	switch {
	case len(body) == 0:
		return "<empty>"
	case body[0] == '{':
		return string(shown) + more
	default:
		return hex.EncodeToString(shown) + more
	}
}

// strictWarnings turns strict decoding errors into one warning each. The YAML decoder packs several into one text.
func strictWarnings(errs []error) []string {
	var out []string
	for _, e := range errs {
		text := e.Error()
		for _, prefix := range []string{"error converting YAML to JSON: yaml: unmarshal errors:\n", "yaml: unmarshal errors:\n"} {
			text = strings.TrimPrefix(text, prefix)
		}
		for line := range strings.SplitSeq(text, "\n") {
			out = append(out, strings.TrimSpace(line))
		}
	}
	return out
}

// serializerFor finds upstream's serializer of a Content-Type; none means JSON.
func serializerFor(contentType string, strict bool) (runtime.Serializer, error) {
	if contentType == "" {
		contentType = runtime.ContentTypeJSON
	}
	supported := legacyscheme.Codecs.SupportedMediaTypes()
	media, _, err := mime.ParseMediaType(contentType)
	if err == nil {
		if info, ok := runtime.SerializerInfoForMediaType(supported, media); ok {
			if strict && info.StrictSerializer != nil {
				return info.StrictSerializer, nil
			}
			return info.Serializer, nil
		}
	}
	types, _ := negotiation.MediaTypesForSerializer(legacyscheme.Codecs)
	return nil, negotiation.NewUnsupportedMediaTypeError(types)
}

// DecodeDeleteOptions decodes the body of a DELETE; an empty body gives empty options.
func (s *Schema) DecodeDeleteOptions(contentType string, body []byte) (*metav1.DeleteOptions, error) {
	opts := &metav1.DeleteOptions{}
	if len(body) == 0 {
		return opts, nil
	}
	media, _, err := mime.ParseMediaType(contentType)
	if contentType == "" {
		media, err = runtime.ContentTypeJSON, nil
	}
	info, ok := runtime.SerializerInfoForMediaType(metainternal.Codecs.SupportedMediaTypes(), media)
	if err != nil || !ok {
		types, _ := negotiation.MediaTypesForSerializer(legacyscheme.Codecs)
		return nil, negotiation.NewUnsupportedMediaTypeError(types)
	}
	ser := info.Serializer
	gvk := metav1.SchemeGroupVersion.WithKind("DeleteOptions")
	gvk.Group = "" // what most clients say; any group's own is taken, as upstream does
	obj, _, err := metainternal.Codecs.DecoderToVersion(ser, gvk.GroupVersion()).Decode(body, &gvk, opts)
	if err != nil {
		return nil, apierrors.NewBadRequest(err.Error())
	}
	if obj != opts {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("decoded object cannot be converted to DeleteOptions: it is a %T", obj))
	}
	opts.IgnoreStoreReadErrorWithClusterBreakingPotential = nil // as upstream by default: no object here is unreadable
	return opts, nil
}
