package schema

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"
	kjson "sigs.k8s.io/json"
)

// callWebhook has objects converted outside, all by one call, and checks what comes back as upstream does. The two versions of
// ConversionReview have the same fields.
func (k *Kind) callWebhook(w *conversionWebhook, in []*unstructured.Unstructured, to schema.GroupVersion) ([]*unstructured.Unstructured, error) {
	if k.remote == nil || k.remote.poster == nil {
		return nil, errors.New("webhooks are not available here")
	}
	i := slices.IndexFunc(w.reviews, func(v string) bool { return v == "v1" || v == "v1beta1" })
	if i < 0 {
		return nil, errors.New("no supported conversion review versions")
	}
	version := w.reviews[i]
	review := apiextensionsv1.ConversionReview{Request: &apiextensionsv1.ConversionRequest{DesiredAPIVersion: to.String()}}
	review.SetGroupVersionKind(schema.GroupVersionKind{Group: apiextensionsv1.GroupName, Version: version, Kind: "ConversionReview"})
	hash := sha256.New()
	for _, u := range in {
		raw, err := u.MarshalJSON()
		if err != nil {
			return nil, err
		}
		hash.Write(raw)
		review.Request.Objects = append(review.Request.Objects, runtime.RawExtension{Raw: raw})
	}
	// The UID only ties an answer to its question, so it may be made of the question.
	sum := hash.Sum([]byte(to.String()))[len(to.String()):]
	review.Request.UID = types.UID(fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16]))
	body, err := json.Marshal(&review)
	if err != nil {
		return nil, err
	}
	answer, err := k.remote.poster.Post(k.remote.ctx, k.remote.cluster, w.target, body)
	if err != nil {
		return nil, err
	}
	raws, err := judgeReview(answer, version, review.Request.UID)
	if err != nil {
		return nil, err
	}
	if len(raws) != len(in) {
		return nil, fmt.Errorf("returned %d objects, expected %d", len(raws), len(in))
	}
	out := make([]*unstructured.Unstructured, len(in))
	for i, raw := range raws {
		if out[i], err = takeConverted(in[i], raw.Raw, to); err != nil {
			return nil, fmt.Errorf("invalid converted object at index %d: %w", i, err)
		}
	}
	return out, nil
}

// judgeReview reads a webhook's answer.
func judgeReview(answer []byte, version string, uid types.UID) ([]runtime.RawExtension, error) {
	var got apiextensionsv1.ConversionReview
	if err := kjson.UnmarshalCaseSensitivePreserveInts(answer, &got); err != nil {
		return nil, fmt.Errorf("the answer is no ConversionReview: %w", err)
	}
	want := schema.GroupVersionKind{Group: apiextensionsv1.GroupName, Version: version, Kind: "ConversionReview"}
	switch r := got.Response; {
	case version == "v1" && got.GroupVersionKind() != want:
		return nil, fmt.Errorf("expected webhook response of %v, got %v", want, got.GroupVersionKind())
	case r == nil:
		return nil, errors.New("no response provided")
	case version == "v1" && r.UID != uid:
		return nil, fmt.Errorf("expected response.uid=%q, got %q", uid, r.UID)
	case r.Result.Status == metav1.StatusSuccess:
		return r.ConvertedObjects, nil
	case r.Result.Message != "":
		return nil, errors.New(r.Result.Message)
	default:
		return nil, fmt.Errorf("response.result.status was '%s', not 'Success'", r.Result.Status)
	}
}

// takeConverted checks one converted object. A webhook may change labels and annotations and nothing else of metadata.
func takeConverted(in *unstructured.Unstructured, raw []byte, to schema.GroupVersion) (*unstructured.Unstructured, error) {
	out := &unstructured.Unstructured{}
	if err := out.UnmarshalJSON(raw); err != nil {
		return nil, err
	}
	if got := out.GroupVersionKind().GroupVersion(); got != to {
		return nil, fmt.Errorf("invalid groupVersion (expected %v, received %v)", to, got)
	}
	for _, m := range []struct{ field, want, got string }{
		{"kind", in.GetKind(), out.GetKind()}, {"name", in.GetName(), out.GetName()},
		{"namespace", in.GetNamespace(), out.GetNamespace()}, {"UID", string(in.GetUID()), string(out.GetUID())},
	} {
		if m.want != m.got {
			return nil, fmt.Errorf("must have the same %s: %v != %v", m.field, m.want, m.got)
		}
	}
	return out, restoreMeta(in, out)
}

func restoreMeta(in, out *unstructured.Unstructured) error {
	said, ok := out.Object["metadata"].(map[string]any)
	if !ok {
		return fmt.Errorf("invalid metadata of type %T in converted object", out.Object["metadata"])
	}
	meta, _ := runtime.DeepCopyJSONValue(in.Object["metadata"]).(map[string]any)
	if meta == nil {
		meta = map[string]any{}
	}
	out.Object["metadata"] = meta
	for _, name := range []string{"labels", "annotations"} {
		if said[name] == nil {
			delete(meta, name)
			continue
		}
		texts, ok := said[name].(map[string]any)
		if !ok {
			return fmt.Errorf("invalid metadata.%s of type %T in converted object", name, said[name])
		}
		if err := checkTexts(name, texts); err != nil {
			return err
		}
		meta[name] = texts
	}
	return nil
}

// checkTexts validates labels or annotations that a webhook returned.
func checkTexts(name string, texts map[string]any) error {
	all := make(map[string]string, len(texts))
	for k, v := range texts {
		s, ok := v.(string)
		if !ok {
			return fmt.Errorf("metadata.%s[%s] must be a string, but is %T in converted object", name, k, v)
		}
		all[k] = s
	}
	path := field.NewPath("metadata", name)
	if name == "labels" {
		return metav1validation.ValidateLabels(all, path).ToAggregate()
	}
	return apivalidation.ValidateAnnotations(all, path).ToAggregate()
}
