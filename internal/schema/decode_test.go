package schema

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"gantry.dev/gantry/internal/api"
)

// TestDecodeWording pins the texts that clients show and scripts match. They are kube-apiserver's.
func TestDecodeWording(t *testing.T) {
	s := newSchema(t)
	const cm, yaml, json = "configmaps", "application/yaml", "application/json"
	for name, c := range map[string]struct {
		resource, sub, contentType, body string
		fv                               FieldValidation
		err                              string
		code                             int32
		warnings                         []string
	}{
		"no kind": {resource: cm, contentType: json, body: `{"metadata":{"name":"a"}}`, fv: Strict},
		"unknown field, strict": {resource: cm, contentType: json, body: `{"apiVersion":"v1","kind":"ConfigMap","foo":1}`, fv: Strict, code: 400,
			err: `ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "foo"`},
		"unknown and duplicate field, strict": {resource: "pods", contentType: json, fv: Strict, code: 400,
			body: `{"apiVersion":"v1","kind":"Pod","spec":{"foo":1,"nodeName":"a","nodeName":"b"}}`,
			err:  `Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.foo", duplicate field "spec.nodeName"`},
		"unknown and duplicate field, warn": {resource: "pods", contentType: json, fv: Warn,
			body:     `{"apiVersion":"v1","kind":"Pod","spec":{"foo":1,"nodeName":"a","nodeName":"b"}}`,
			warnings: []string{`unknown field "spec.foo"`, `duplicate field "spec.nodeName"`}},
		"unknown field, ignore": {resource: "pods", contentType: json, fv: Ignore, body: `{"apiVersion":"v1","kind":"Pod","foo":1}`},
		"duplicate field in YAML, warn": {resource: cm, contentType: yaml, body: "data:\n  a: b\n  a: c\n", fv: Warn,
			warnings: []string{`line 3: key "a" already set in map`}},
		"wrong kind": {resource: cm, contentType: json, body: `{"apiVersion":"v1","kind":"Secret"}`, code: 400,
			err: `Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion`},
		"wrong version": {resource: "deployments.apps", contentType: json, body: `{"apiVersion":"apps/v1beta1","kind":"Deployment"}`, code: 400,
			err: `the API version in the data (apps/v1beta1) does not match the expected API version (apps/v1)`},
		"wrong type": {resource: cm, contentType: json, body: `{"apiVersion":"v1","kind":"ConfigMap","data":{"a":1}}`, code: 400,
			err: `ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string`},
		"no JSON": {resource: cm, contentType: json, body: `{`, code: 400,
			err: `the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: unexpected end of JSON input ({)`},
		"no media type": {resource: cm, contentType: "text/plain", body: `{}`, code: 415,
			err: `the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf`},
		"scale":                         {resource: "deployments.apps", sub: "scale", contentType: json, body: `{"kind":"Scale","apiVersion":"autoscaling/v1","spec":{"replicas":3}}`, fv: Strict},
		"eviction of the older version": {resource: "pods", sub: "eviction", contentType: json, body: `{"kind":"Eviction","apiVersion":"policy/v1beta1","metadata":{"name":"a"}}`},
		"token request":                 {resource: "serviceaccounts", sub: "token", contentType: json, body: `{"kind":"TokenRequest","apiVersion":"authentication.k8s.io/v1","spec":{"audiences":["a"]}}`},
		"binding":                       {resource: "pods", sub: "binding", contentType: json, body: `{"kind":"Binding","apiVersion":"v1","target":{"name":"n"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			res := api.Resource{Name: c.resource}
			if r, g, ok := strings.Cut(c.resource, "."); ok {
				res = api.Resource{Group: g, Name: r}
			}
			k := s.Kind(res)
			obj, warnings, err := s.DecodeRequest(k, c.sub, "v1", c.contentType, []byte(c.body), c.fv)
			if c.err == "" {
				if err != nil {
					t.Fatal(err)
				}
				if _, err := s.ToTyped(k, obj); err != nil {
					t.Fatal(err)
				}
			} else if err == nil || err.Error() != c.err {
				t.Fatalf("error\n got  %v\n want %s", err, c.err)
			}
			if got := code(err); got != c.code {
				t.Errorf("code %d, want %d", got, c.code)
			}
			if !reflect.DeepEqual(warnings, c.warnings) {
				t.Errorf("warnings %q, want %q", warnings, c.warnings)
			}
		})
	}
}

func code(err error) int32 {
	if st, ok := err.(apierrors.APIStatus); ok {
		return st.Status().Code
	}
	return 0
}

// TestDeepNesting: a body of nothing but brackets is refused, not a crash.
func TestDeepNesting(t *testing.T) {
	s, k := pods(t)
	deep := []byte(`{"apiVersion":"v1","kind":"Pod","spec":` + strings.Repeat(`{"a":`, 1<<20))
	for _, contentType := range []string{"application/json", "application/yaml"} {
		if _, _, err := s.DecodeRequest(k, "", "v1", contentType, deep, Strict); err == nil {
			t.Errorf("%s: deep nesting was accepted", contentType)
		}
	}
}

// sameDecoding holds the fast path against upstream's decoder.
func sameDecoding(t *testing.T, s *Schema, k *Kind, body []byte, fv FieldValidation) {
	t.Helper()
	fast, fastWarn, fastErr := s.DecodeRequest(k, "", k.Versions[0], "application/json", body, fv)
	slow, slowWarn, slowErr := s.decodeAny(k.GVK(""), "application/json", body, fv)
	if fmt.Sprint(fastErr) != fmt.Sprint(slowErr) {
		t.Fatalf("errors differ:\n fast %v\n slow %v", fastErr, slowErr)
	}
	if !reflect.DeepEqual(fast, slow) || len(fastWarn) != len(slowWarn) || (len(fastWarn) > 0 && !reflect.DeepEqual(fastWarn, slowWarn)) {
		t.Fatalf("results differ for %s:\n fast %v %q\n slow %v %q", body, fast, fastWarn, slow, slowWarn)
	}
}

func TestDecodeFastPathEqualsUpstream(t *testing.T) {
	s := newSchema(t)
	for _, k := range storedKinds(s) {
		for _, rec := range randomRecords(t, s, k, 3, 8) {
			body, err := s.AppendObject(nil, k, rec, Form{Version: k.Versions[0]})
			if err != nil {
				t.Fatal(err)
			}
			sameDecoding(t, s, k, body, Strict)
			sameDecoding(t, s, k, bytes.Replace(body, []byte(`"metadata":{`), []byte(`"nobody":1,"metadata":{"name":"x",`), 1), Warn)
		}
	}
	_, k := pods(t)
	for _, body := range []string{``, `null`, `[]`, `{}`, `{"kind":5}`, `{"kind":""}`, `{"KIND":"Pod"}`, `{"apiVersion":"v1"}`, `{"kind":"Pod"} x`} {
		for _, fv := range []FieldValidation{Ignore, Warn, Strict} {
			sameDecoding(t, s, k, []byte(body), fv)
		}
	}
}

// FuzzDecode: no body crashes the decoder, and the fast path agrees with upstream's.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(podJSON))
	f.Add([]byte(`{"kind":"Pod","spec":{"containers":[{"env":[{"name":1}]}],"foo":{}}}`))
	s, err := New()
	if err != nil {
		f.Fatal(err)
	}
	k := s.Kind(api.Resource{Name: "pods"})
	f.Fuzz(func(t *testing.T, body []byte) {
		sameDecoding(t, s, k, body, Warn)
		sameDecoding(t, s, k, body, Strict)
		_, _, _ = s.DecodeRequest(k, "", "v1", "application/yaml", body, Warn)
		_, _, _ = s.DecodeRequest(k, "", "v1", runtime.ContentTypeProtobuf, body, Warn)
	})
}

// TestDecodeProtobuf: what we serve, we read.
func TestDecodeProtobuf(t *testing.T) {
	s, k := pods(t)
	rec := podRecord(t, s, k)
	body, err := s.AppendObject(nil, k, rec, Form{Media: Protobuf, Version: "v1"})
	if err != nil {
		t.Fatal(err)
	}
	obj, _, err := s.DecodeRequest(k, "", "v1", runtime.ContentTypeProtobuf, body, Strict)
	if err != nil {
		t.Fatal(err)
	}
	want, err := s.Internal(k, rec)
	if err != nil || !reflect.DeepEqual(obj, want) {
		t.Fatalf("got %v, want %v, %v", obj, want, err)
	}
}

func TestDecodeDeleteOptions(t *testing.T) {
	s := newSchema(t)
	for _, body := range []string{``, `{"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":5}`, `{"gracePeriodSeconds":5,"kind":"DeleteOptions","apiVersion":"apps/v1"}`} {
		opts, err := s.DecodeDeleteOptions("application/json", []byte(body))
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		if body != "" && (opts.GracePeriodSeconds == nil || *opts.GracePeriodSeconds != 5) {
			t.Errorf("%s: got %v", body, opts)
		}
	}
	pb, err := s.EncodeAny(&metav1.DeleteOptions{GracePeriodSeconds: seconds(5)}, Protobuf, metav1.SchemeGroupVersion)
	if err != nil {
		t.Fatal(err)
	}
	if opts, err := s.DecodeDeleteOptions(runtime.ContentTypeProtobuf, pb); err != nil || *opts.GracePeriodSeconds != 5 {
		t.Errorf("protobuf: %v %v", opts, err)
	}
}
