package openapi

import (
	"encoding/json"
	"testing"

	openapi_v2 "github.com/google/gnostic-models/openapiv2"
	openapi_v3 "github.com/google/gnostic-models/openapiv3"
	"google.golang.org/protobuf/proto"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

type operation struct {
	Parameters []struct{ Name string }
	GVK        struct{ Kind string } `json:"x-kubernetes-group-version-kind"`
}

type paths map[string]map[string]json.RawMessage

// validates reports whether the patch operation of a path takes fieldValidation. kubectl looks there before it leaves
// validation to the server.
func (p paths) validates(t *testing.T, path string) bool {
	t.Helper()
	var op operation
	if err := json.Unmarshal(p[path]["patch"], &op); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	for _, param := range op.Parameters {
		if param.Name == "fieldValidation" {
			return true
		}
	}
	return false
}

func document(t *testing.T, gz []byte, into any) {
	t.Helper()
	b, err := Gunzip(gz)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
}

func TestDocumentsLetKubectlValidate(t *testing.T) {
	const pod = "/api/v1/namespaces/{namespace}/pods/{name}"
	var v3 struct {
		Paths      paths
		Components struct{ Schemas map[string]json.RawMessage }
	}
	gz, _, ok := V3("api/v1")
	if !ok {
		t.Fatal("no document of api/v1")
	}
	document(t, gz, &v3)
	if !v3.Paths.validates(t, pod) {
		t.Error("v3: pods' patch has no fieldValidation")
	}
	for _, name := range []string{"io.k8s.api.core.v1.Pod", "io.k8s.api.core.v1.Container", "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"} {
		if v3.Components.Schemas[name] == nil {
			t.Errorf("v3: no schema %s", name)
		}
	}
	if _, _, ok := V3("apis/storage.k8s.io/v1beta1"); ok {
		t.Error("v3: documents what is not served")
	}
	plain, err := Gunzip(gz)
	if err != nil {
		t.Fatal(err)
	}
	pb3, err := Protobuf(plain)
	if err != nil {
		t.Fatal(err)
	}
	doc3 := &openapi_v3.Document{}
	if err := proto.Unmarshal(pb3, doc3); err != nil || len(doc3.GetComponents().GetSchemas().GetAdditionalProperties()) != len(v3.Components.Schemas) {
		t.Errorf("v3 protobuf: %v, %d schemas, JSON has %d", err, len(doc3.GetComponents().GetSchemas().GetAdditionalProperties()), len(v3.Components.Schemas))
	}

	var v2 struct {
		Paths       paths
		Definitions map[string]json.RawMessage
	}
	gz, _, err = V2(false)
	if err != nil {
		t.Fatal(err)
	}
	document(t, gz, &v2)
	if !v2.Paths.validates(t, pod) || v2.Definitions["io.k8s.api.core.v1.Pod"] == nil {
		t.Error("v2: pods are not documented")
	}
	gz, _, err = V2(true)
	if err != nil {
		t.Fatal(err)
	}
	pb, err := Gunzip(gz)
	if err != nil {
		t.Fatal(err)
	}
	doc := &openapi_v2.Document{}
	if err := proto.Unmarshal(pb, doc); err != nil || len(doc.GetDefinitions().GetAdditionalProperties()) != len(v2.Definitions) {
		t.Errorf("v2 protobuf: %v, %d definitions, JSON has %d", err, len(doc.GetDefinitions().GetAdditionalProperties()), len(v2.Definitions))
	}
}

// TestTypeConverter: a known kind is typed by its own rules, an unknown one is refused with the error that field
// managers take for "nobody serves this version".
func TestTypeConverter(t *testing.T) {
	c, err := TypeConverter()
	if err != nil {
		t.Fatal(err)
	}
	obj := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "Service", "metadata": map[string]any{"name": "a"},
		"spec": map[string]any{"ports": []any{map[string]any{"port": int64(80)}}}}}
	v, err := c.ObjectToTyped(obj)
	if err != nil {
		t.Fatal(err)
	}
	set, err := v.ToFieldSet()
	if err != nil {
		t.Fatal(err)
	}
	b, err := set.ToJSON()
	if err != nil {
		t.Fatal(err)
	}
	// The key of a port has two fields; the protocol that is not said is the default one.
	if want := `{"f:apiVersion":{},"f:kind":{},"f:metadata":{"f:name":{}},"f:spec":{"f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:port":{}}}}}`; string(b) != want {
		t.Errorf("fields %s, want %s", b, want)
	}
	obj.SetAPIVersion("v0")
	if _, err := c.ObjectToTyped(obj); !runtime.IsNotRegisteredError(err) {
		t.Errorf("unknown version: %v", err)
	}
}

func TestUnknownDocument(t *testing.T) {
	for _, path := range []string{"", "api/v2", "../v2", "apis/apps/v1/../v1"} {
		if _, _, ok := V3(path); ok {
			t.Errorf("%q is served", path)
		}
	}
}
