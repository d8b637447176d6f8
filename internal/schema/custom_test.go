package schema

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	genericapirequest "k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"sigs.k8s.io/yaml"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// lamps is a definition with two versions: v1 stores, v2 adds a default.
const lamps = `
metadata: {name: lamps.example.com, uid: u, generation: 1}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: lamps, singular: lamp, kind: Lamp, listKind: LampList, shortNames: [l]}
  conversion: {strategy: None}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}, scale: {specReplicasPath: .spec.bulbs, statusReplicasPath: .status.bulbs}}
    selectableFields: [{jsonPath: .spec.color}]
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            x-kubernetes-validations: [{rule: "self.bulbs <= 3", message: too bright}]
            properties:
              color: {type: string, default: white}
              bulbs: {type: integer, default: 1}
              rooms: {type: array, x-kubernetes-list-type: set, items: {type: string}}
              nothing: {type: string, nullable: false}
              any: {type: object, x-kubernetes-preserve-unknown-fields: true}
          status: {type: object, properties: {bulbs: {type: integer}}}
  - name: v2
    served: true
    storage: false
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {color: {type: string}, watts: {type: integer, default: 60}}}}}}
`

// defined is the record of an established definition.
func defined(t testing.TB, s *Schema, text string, rev api.Revision) *store.Record {
	t.Helper()
	crd := &apiextensionsv1.CustomResourceDefinition{}
	if err := yaml.UnmarshalStrict([]byte(text), crd); err != nil {
		t.Fatal(err)
	}
	crd.Status.AcceptedNames = crd.Spec.Names
	crd.Status.Conditions = []apiextensionsv1.CustomResourceDefinitionCondition{
		{Type: apiextensionsv1.NamesAccepted, Status: apiextensionsv1.ConditionTrue}, {Type: apiextensionsv1.Established, Status: apiextensionsv1.ConditionTrue}}
	k := s.Kind(Definitions)
	internal, err := s.FromTyped(k, crd)
	if err != nil {
		t.Fatal(err)
	}
	body, _, err := s.Encode(k, internal)
	if err != nil {
		t.Fatal(err)
	}
	return &store.Record{Key: api.Key{Resource: Definitions, Cluster: api.Host, Name: crd.Name}, Rev: rev, Created: 1, Body: body}
}

func customOf(t testing.TB, s *Schema, prev *Custom, recs ...*store.Record) *Custom {
	t.Helper()
	c, err := s.NewCustom(prev, recs)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// lamp decodes a JSON object of a version and encodes it as record.
func lamp(t testing.TB, s *Schema, k *Kind, text string) *store.Record {
	t.Helper()
	obj, _, err := s.DecodeRequest(k, "", k.Versions[0], "", []byte(text), Strict)
	if err != nil {
		t.Fatal(err)
	}
	body, memo, err := s.Encode(k, obj)
	if err != nil {
		t.Fatal(err)
	}
	rec := &store.Record{Key: api.Key{Resource: k.StoreAs, Cluster: api.Host, Namespace: "n", Name: "a"}, Rev: 7, Created: 7, Body: body}
	rec.Memo.Store(memo)
	return rec
}

func served(t testing.TB, s *Schema, k *Kind, rec *store.Record) string {
	t.Helper()
	b, err := s.AppendObject(nil, k, rec, Form{Version: k.Versions[0]})
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(b))
}

func TestCustomDecode(t *testing.T) {
	s := newSchema(t)
	k := customOf(t, s, nil, defined(t, s, lamps, 2)).Lookup("example.com", "v1", "lamps")
	const head = `"apiVersion":"example.com/v1","kind":"Lamp","metadata":{"name":"a"}`
	for _, c := range []struct{ name, contentType, body, want, warning, strict string }{
		{"defaults", "", `{` + head + `,"spec":{}}`, `{` + head + `,"spec":{"bulbs":1,"color":"white"}}`, "", ""},
		{"no spec", "", `{` + head + `}`, `{` + head + `}`, "", ""},
		{"pruning", "", `{` + head + `,"spec":{"x":1,"any":{"y":2}},"z":3}`, `{` + head + `,"spec":{"any":{"y":2},"bulbs":1,"color":"white"}}`, `unknown field "spec.x"`, `unknown field "z"`},
		{"null", "", `{` + head + `,"spec":{"color":null,"nothing":null}}`, `{` + head + `,"spec":{"bulbs":1,"color":"white"}}`, "", ""},
		{"duplicate", "", `{` + head + `,"spec":{"color":"a","color":"b"}}`, `{` + head + `,"spec":{"bulbs":1,"color":"b"}}`, `duplicate field "spec.color"`, `duplicate field "spec.color"`},
		{"YAML", "application/yaml", "{" + head + ", spec: {bulbs: 2}}", `{` + head + `,"spec":{"bulbs":2,"color":"white"}}`, "", ""},
		{"metadata", "", `{"apiVersion":"example.com/v1","kind":"Lamp","metadata":{"name":"a","odd":1,"labels":{"a":"b"}}}`, `{"apiVersion":"example.com/v1","kind":"Lamp","metadata":{"labels":{"a":"b"},"name":"a"}}`, `unknown field "metadata.odd"`, `unknown field "metadata.odd"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			obj, warnings, err := s.DecodeRequest(k, "", "v1", c.contentType, []byte(c.body), Warn)
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(obj.(*unstructured.Unstructured).Object)
			if err != nil || string(got) != c.want {
				t.Errorf("got  %s\nwant %s (%v)", got, c.want, err)
			}
			if all := strings.Join(warnings, "; "); !strings.Contains(all, c.warning) || c.warning == "" && all != "" {
				t.Errorf("warnings %q, want %q", all, c.warning)
			}
			if _, _, err := s.DecodeRequest(k, "", "v1", c.contentType, []byte(c.body), Strict); (err != nil) != (c.strict != "") || err != nil && !strings.Contains(err.Error(), c.strict) {
				t.Errorf("strict: %v, want %q", err, c.strict)
			}
		})
	}
	for body, want := range map[string]string{
		"": "unrecognized", "[]": "cannot unmarshal", `{"kind":"Lamp"}`: "does not match", `{"apiVersion":"example.com/v1"}`: "Kind",
		`{"apiVersion":"example.com/v2","kind":"Lamp"}`:               "does not match the expected API version",
		`{` + head[:len(head)-len(`{"name":"a"}`)] + `{"name":1}}`:    "ObjectMeta.name",
		`{"apiVersion":"example.com/v1","kind":"Lamp","metadata":[]}`: "ObjectMeta",
	} {
		if _, _, err := s.DecodeRequest(k, "", "v1", "", []byte(body), Warn); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", body, err, want)
		}
	}
	if _, _, err := s.DecodeRequest(k, "", "v1", "application/vnd.kubernetes.protobuf", []byte("k8s\x00"), Warn); err == nil {
		t.Error("protobuf was taken")
	}
}

func TestCustomLaw(t *testing.T) {
	s := newSchema(t)
	k := customOf(t, s, nil, defined(t, s, lamps, 2)).Lookup("example.com", "v1", "lamps")
	ctx := genericapirequest.WithNamespace(context.Background(), "n")
	for spec, want := range map[string]string{`{}`: "", `{"bulbs":4}`: "too bright", `{"bulbs":"x"}`: "must be of type integer", `{"rooms":["a","a"]}`: "Duplicate value"} {
		obj, _, err := s.DecodeRequest(k, "", "v1", "", []byte(`{"apiVersion":"example.com/v1","kind":"Lamp","metadata":{"name":"a","namespace":"n","uid":"u","creationTimestamp":"2026-01-01T00:00:00Z"},"spec":`+spec+`,"status":{"bulbs":9}}`), Strict)
		if err != nil {
			t.Fatal(err)
		}
		err = rest.BeforeCreate(k.Strategy, ctx, obj)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", spec, err, want)
		}
		if _, ok := obj.(*unstructured.Unstructured).Object["status"]; ok {
			t.Error("a create set the status")
		}
	}
}

func TestCustomForms(t *testing.T) {
	s := newSchema(t)
	c := customOf(t, s, nil, defined(t, s, lamps, 2))
	v1, v2 := c.Lookup("example.com", "v1", "lamps"), c.Lookup("example.com", "v2", "lamps")
	rec := lamp(t, s, v1, `{"apiVersion":"example.com/v1","kind":"Lamp","metadata":{"name":"a","namespace":"n","uid":"u"},"spec":{"color":"red"}}`)
	for i := range 2 { // from what is kept, and as after a restart
		if got, want := served(t, s, v1, rec), `{"kind":"Lamp","apiVersion":"example.com/v1","metadata":{"resourceVersion":"7","name":"a","namespace":"n","uid":"u"},"spec":{"bulbs":1,"color":"red"}}`; got != want && i == 0 {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if got := served(t, s, v2, rec); !strings.Contains(got, `"apiVersion":"example.com/v2"`) || strings.Contains(got, "bulbs") {
			t.Errorf("as v2: %s", got)
		}
		rec = &store.Record{Key: rec.Key, Rev: rec.Rev, Created: rec.Created, Body: rec.Body}
	}
	if _, err := s.AppendObject(nil, v1, rec, Form{Version: "v1", Media: Protobuf}); err == nil {
		t.Error("a custom object has a protobuf form")
	}
	part, err := s.AppendObject(nil, v1, rec, Form{Version: "v1", Media: Protobuf, As: PartialMeta})
	if err != nil || !strings.Contains(string(part), "PartialObjectMetadata") {
		t.Errorf("metadata: %q, %v", part, err)
	}
	m, err := s.Meta(v1, rec)
	if err != nil {
		t.Fatal(err)
	}
	for sel, want := range map[string]bool{"spec.color=red": true, "spec.color!=red": false, "metadata.namespace=n": true, "metadata.name=b": false} {
		f, err := v1.FieldSelector(sel)
		if err != nil || f.Matches(m.Fields) != want {
			t.Errorf("%s: %v, want %v", sel, err, want)
		}
	}
	if _, err := v1.FieldSelector("spec.bulbs=1"); err == nil {
		t.Error("every field is selectable")
	}
	if m, err = s.Meta(Foreign(v1.Resource), rec); err != nil || m.UID != "u" || !fields.OneTermEqualSelector("metadata.namespace", "n").Matches(m.Fields) {
		t.Errorf("without its definition: %+v, %v", m, err)
	}
}

// TestCustomReuse: what was compiled stays through changes of the status and goes with the specification.
func TestCustomReuse(t *testing.T) {
	s := newSchema(t)
	rec := defined(t, s, lamps, 2)
	first := customOf(t, s, nil, rec)
	k := first.Lookup("example.com", "v1", "lamps")
	old := lamp(t, s, k, `{"apiVersion":"example.com/v1","kind":"Lamp","metadata":{"name":"a"},"spec":{}}`)
	if same := customOf(t, s, first, rec); same.Lookup("example.com", "v1", "lamps") != k {
		t.Error("an unchanged definition has new rows")
	}
	status := customOf(t, s, first, defined(t, s, lamps, 3))
	if status.Lookup("example.com", "v1", "lamps").custom.def.laws != k.custom.def.laws {
		t.Error("a change of the status compiles anew")
	}
	changed := customOf(t, s, status, defined(t, s, strings.NewReplacer("generation: 1", "generation: 2", "default: white", "default: blue").Replace(lamps), 4))
	k2 := changed.Lookup("example.com", "v1", "lamps")
	if got := served(t, s, k2, old); !strings.Contains(got, `"color":"white"`) {
		t.Errorf("a stored default changed: %s", got)
	}
	bare := &store.Record{Key: old.Key, Rev: 8, Body: []byte("v1\n" + `{"metadata":{"name":"a"},"spec":{}}`)}
	if got := served(t, s, k2, bare) + served(t, s, k, bare); !strings.Contains(got, `"blue"`) || !strings.Contains(got, `"white"`) {
		t.Errorf("defaults at reading: %s", got)
	}
	if gone := customOf(t, s, changed); gone.Lookup("example.com", "v1", "lamps") != nil || len(gone.Kinds()) != 0 {
		t.Error("a deleted definition is served")
	}
	if (*Custom)(nil).Kind(k.Resource) != nil || (*Custom)(nil).KindFor(k.GVK("")) != nil {
		t.Error("a nil table has kinds")
	}
}

func TestCustomScale(t *testing.T) {
	s := newSchema(t)
	k := customOf(t, s, nil, defined(t, s, lamps, 2)).Lookup("example.com", "v1", "lamps")
	u := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "example.com/v1", "kind": "Lamp", "metadata": map[string]any{"name": "a"}, "spec": map[string]any{"bulbs": int64(2)}}}
	sc, err := s.ScaleOf(k, u)
	if err != nil || sc.Spec.Replicas != 2 {
		t.Fatalf("%+v, %v", sc, err)
	}
	sc.Spec.Replicas = 3
	if err := s.ApplyScale(k, u, sc); err != nil {
		t.Fatal(err)
	}
	if n, _, _ := unstructured.NestedInt64(u.Object, "spec", "bulbs"); n != 3 {
		t.Errorf("%d bulbs, want 3", n)
	}
	delete(u.Object, "spec")
	if sc, err = s.ScaleOf(k, u); err != nil || s.ShownScale(k, sc) == nil {
		t.Errorf("an object without replicas shows %+v, %v", sc, err)
	}
	if err := s.ApplyScale(k, u, sc); err == nil {
		t.Error("absent replicas were written")
	}
}

// poster is a conversion webhook that answers what its function makes of the review.
type poster func(*apiextensionsv1.ConversionReview)

func (p poster) Post(_ context.Context, _ api.Cluster, to api.Webhook, body []byte) ([]byte, error) {
	var r apiextensionsv1.ConversionReview
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, err
	}
	if to.URL != "https://convert.example.com" {
		return nil, errors.New("another target: " + to.URL)
	}
	p(&r)
	return json.Marshal(&r)
}

func TestCustomWebhook(t *testing.T) {
	s := newSchema(t)
	text := strings.Replace(lamps, "conversion: {strategy: None}", `conversion: {strategy: Webhook, webhook: {conversionReviewVersions: [v1], clientConfig: {url: "https://convert.example.com"}}}`, 1)
	c := customOf(t, s, nil, defined(t, s, text, 2))
	v1, v2 := c.Lookup("example.com", "v1", "lamps"), c.Lookup("example.com", "v2", "lamps")
	if !v2.NeedsBinding() {
		t.Fatal("nothing says that a webhook converts")
	}
	rec := lamp(t, s, v1, `{"apiVersion":"example.com/v1","kind":"Lamp","metadata":{"name":"a","namespace":"n","uid":"u"},"spec":{"color":"red"}}`)
	answer := func(edit func(u *unstructured.Unstructured)) poster {
		return func(r *apiextensionsv1.ConversionReview) {
			r.Response = &apiextensionsv1.ConversionResponse{UID: r.Request.UID, Result: metav1.Status{Status: metav1.StatusSuccess}}
			for _, o := range r.Request.Objects {
				u := &unstructured.Unstructured{}
				if err := u.UnmarshalJSON(o.Raw); err != nil {
					t.Error(err)
				}
				u.SetAPIVersion(r.Request.DesiredAPIVersion)
				edit(u)
				r.Response.ConvertedObjects = append(r.Response.ConvertedObjects, runtime.RawExtension{Object: u})
			}
		}
	}
	for _, c := range []struct {
		name string
		p    poster
		want string // "" succeeds
	}{
		{"other uid", answer(func(u *unstructured.Unstructured) { u.SetUID("v") }), "must have the same UID"},
		{"other version", answer(func(u *unstructured.Unstructured) { u.SetAPIVersion("example.com/v3") }), "invalid groupVersion"},
		{"bad label", answer(func(u *unstructured.Unstructured) { u.SetLabels(map[string]string{"a b": ""}) }), "metadata.labels"},
		{"refusal", func(r *apiextensionsv1.ConversionReview) {
			r.Response = &apiextensionsv1.ConversionResponse{UID: r.Request.UID, Result: metav1.Status{Status: metav1.StatusFailure, Message: "no"}}
		}, "failed: no"},
		{"other question", func(r *apiextensionsv1.ConversionReview) {
			r.Response = &apiextensionsv1.ConversionResponse{UID: "x", Result: metav1.Status{Status: metav1.StatusSuccess}}
		}, "expected response.uid"},
		{"nothing", func(*apiextensionsv1.ConversionReview) {}, "no response"},
		{"no objects", func(r *apiextensionsv1.ConversionReview) {
			r.Response = &apiextensionsv1.ConversionResponse{UID: r.Request.UID, Result: metav1.Status{Status: metav1.StatusSuccess}}
		}, "returned 0 objects, expected 1"},
		{"success", answer(func(u *unstructured.Unstructured) {
			_ = unstructured.SetNestedField(u.Object, int64(40), "spec", "watts")
			u.SetLabels(map[string]string{"converted": "yes"})
			u.SetFinalizers([]string{"not/taken"})
		}), ""},
	} {
		k := v2.Bound(context.Background(), api.Host, c.p)
		b, err := s.AppendObject(nil, k, rec, Form{Version: "v2"})
		switch {
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		case c.want == "" && (err != nil || !strings.Contains(string(b), `"watts":40`) || !strings.Contains(string(b), `"converted":"yes"`) || strings.Contains(string(b), "taken")):
			t.Errorf("%s: %s, %v", c.name, b, err)
		}
	}
	// What was converted once is remembered.
	if b, err := s.AppendObject(nil, v2, rec, Form{Version: "v2"}); err != nil || !strings.Contains(string(b), `"watts":40`) {
		t.Errorf("%s, %v", b, err)
	}
	if _, err := s.Internal(v2, &store.Record{Key: rec.Key, Rev: 9, Body: rec.Body}); err == nil || !strings.Contains(err.Error(), "webhooks are not available") {
		t.Errorf("without a poster: %v", err)
	}
}

// FuzzCustomObject: whatever a client sends is refused or comes back as it was stored.
func FuzzCustomObject(f *testing.F) {
	s := newSchema(f)
	k := customOf(f, s, nil, defined(f, s, lamps, 2)).Lookup("example.com", "v1", "lamps")
	for _, body := range []string{`{"spec":{"any":{"a":[1,1.5,null,"\u2028"]}}}`, `{"metadata":{"labels":{"a":"b"}},"status":{}}`, `{"spec":[]}`, `{"metadata":{"managedFields":[{}]}}`} {
		f.Add([]byte(`{"apiVersion":"example.com/v1","kind":"Lamp",` + body[1:]))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		obj, _, err := s.DecodeRequest(k, "", "v1", "", body, Warn)
		if err != nil {
			return
		}
		u := obj.(*unstructured.Unstructured)
		if u.GetKind() != "Lamp" {
			return // validation refuses it
		}
		u.SetGeneration(1) // as the strategy does
		stored, _, err := s.Encode(k, obj)
		if err != nil {
			t.Fatalf("%s was taken and cannot be stored: %v", body, err)
		}
		rec := &store.Record{Body: stored}
		back, err := s.Internal(k, rec)
		if err != nil {
			t.Fatalf("%s was stored as %s and cannot be read: %v", body, stored, err)
		}
		again, _, err := s.Encode(k, back)
		if err != nil || string(again) != string(stored) {
			t.Fatalf("%s came back as %s: %v", stored, again, err)
		}
	})
}

// FuzzDefinition: no schema that a client sends makes validation panic, and one that is taken can be compiled.
func FuzzDefinition(f *testing.F) {
	s := newSchema(f)
	kind := s.Kind(Definitions)
	for _, schema := range []string{`{"type":"object"}`, `{"type":"object","properties":{"a":{"type":"array","items":{"type":"string"}}}}`,
		`{"type":"object","x-kubernetes-validations":[{"rule":"self.metadata.name.size() < 3"}]}`, `{"$ref":"#/x"}`, `{"type":"object","additionalProperties":{"type":"integer","default":1}}`, `{"type":"object","properties":{"a":{"pattern":"("}}}`} {
		f.Add([]byte(schema))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if !json.Valid(text) {
			return
		}
		body := `{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"as.example.com"},"spec":{"group":"example.com","scope":"Cluster","names":{"plural":"as","singular":"a","kind":"A","listKind":"AList"},"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":` + string(text) + `}}]}}`
		obj, _, err := s.DecodeRequest(kind, "", "v1", "", []byte(body), Warn)
		if err != nil {
			return
		}
		if len(kind.Strategy.Validate(context.Background(), obj)) > 0 {
			return
		}
		typed, err := s.ToTyped(kind, obj)
		if err != nil {
			t.Fatal(err)
		}
		crd := typed.(*apiextensionsv1.CustomResourceDefinition)
		crd.UID = types.UID("u")
		y, err := yaml.Marshal(crd)
		if err != nil {
			t.Fatal(err)
		}
		k := customOf(t, s, nil, defined(t, s, string(y), 2)).Lookup("example.com", "v1", "as")
		if _, err := k.forWriting(); err != nil {
			t.Fatalf("%s is valid and cannot be compiled: %v", text, err)
		}
	})
}

// BenchmarkDefinitions measures what a cluster with 1,000 definitions pays when one of them changes.
func BenchmarkDefinitions(b *testing.B) {
	s := newSchema(b)
	var recs []*store.Record
	for i := range 1000 {
		name := "lamps" + strings.Repeat("x", i%7) + string(rune('a'+i/40%26)) + string(rune('a'+i%40%26)) + string(rune('a'+i/26/26))
		text := strings.NewReplacer("lamps", name, "uid: u", "uid: u"+name, "kind: Lamp", "kind: L"+name).Replace(lamps)
		recs = append(recs, defined(b, s, text, api.Revision(i+2)))
	}
	c := customOf(b, s, nil, recs...)
	b.ReportAllocs()
	for b.Loop() {
		recs[500] = &store.Record{Key: recs[500].Key, Rev: recs[500].Rev + 1000, Body: recs[500].Body}
		c = customOf(b, s, c, recs...)
	}
}
