package registry_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apiserver/pkg/authentication/user"
	"sigs.k8s.io/yaml"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/registry"
	"gantry.dev/gantry/internal/schema"
)

const definition = `
metadata: {name: lamps.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: lamps, singular: lamp, kind: Lamp, listKind: LampList}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {a: {type: string, default: x}}}}}}}
`

func definitionKey(c api.Cluster) api.Key {
	return api.Key{Resource: schema.Definitions, Cluster: c, Name: "lamps.example.com"}
}

// define makes the definition, and establishes it as the controller does.
func (h *house) define(c api.Cluster) {
	h.t.Helper()
	crd := &apiextensionsv1.CustomResourceDefinition{}
	if err := yaml.UnmarshalStrict([]byte(definition), crd); err != nil {
		h.t.Fatal(err)
	}
	res := h.write(client.Write{Verb: client.Create, Key: definitionKey(c), Object: crd})
	if res.Err != nil {
		h.t.Fatal(res.Err)
	}
	crd = res.Object.(*apiextensionsv1.CustomResourceDefinition).DeepCopy()
	crd.Status.AcceptedNames = crd.Spec.Names
	for _, t := range []apiextensionsv1.CustomResourceDefinitionConditionType{apiextensionsv1.NamesAccepted, apiextensionsv1.Established} {
		crd.Status.Conditions = append(crd.Status.Conditions, apiextensionsv1.CustomResourceDefinitionCondition{Type: t, Status: apiextensionsv1.ConditionTrue})
	}
	if res := h.write(client.Write{Verb: client.Update, Subresource: "status", Key: definitionKey(c), Object: crd}); res.Err != nil {
		h.t.Fatal(res.Err)
	}
}

// lamps is a request for the kind as it is served now, or one without kind.
func (h *house) lamps(c api.Cluster, name string) registry.Request {
	h.t.Helper()
	k, err := h.r.Lookup(context.Background(), c, "example.com", "v1", "lamps")
	if err != nil {
		h.t.Fatal(err)
	}
	return registry.Request{Cluster: c, Kind: k, Version: "v1", Namespace: "default", Name: name, User: &user.DefaultInfo{Name: "test"}, FieldManager: "test"}
}

// light creates a lamp.
func (h *house) light(q registry.Request, name, finalizers string) error {
	obj, _, err := h.r.Law.DecodeRequest(q.Kind, "", "v1", "", []byte(`{"apiVersion":"example.com/v1","kind":"Lamp","metadata":{"name":"`+name+`","finalizers":[`+finalizers+`]},"spec":{}}`), schema.Strict)
	if err != nil {
		return err
	}
	_, err = h.r.Create(context.Background(), q, obj, registry.WriteOptions{})
	return err
}

// TestCustomKinds: a kind is served from the moment at which its definition says so, in its own cluster, until it is gone.
func TestCustomKinds(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	if h.lamps(api.Host, "").Kind != nil {
		t.Fatal("a kind is served that nobody has defined")
	}
	h.define(api.Host)
	q := h.lamps(api.Host, "")
	if q.Kind == nil || h.lamps("other", "").Kind != nil {
		t.Fatalf("served here: %v, elsewhere: %v", q.Kind, h.lamps("other", "").Kind)
	}
	if err := h.light(q, "a", ""); err != nil {
		t.Fatal(err)
	}
	if err := h.light(q, "a", ""); !apierrors.IsAlreadyExists(err) {
		t.Errorf("a second create: %v", err)
	}
	one := h.lamps(api.Host, "a")
	out, err := h.r.Patch(ctx, one, types.MergePatchType, []byte(`{"spec":{"a":"y"}}`), nil, registry.WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	again, err := h.r.Patch(ctx, one, types.MergePatchType, []byte(`{"spec":{"a":"y"}}`), nil, registry.WriteOptions{})
	if err != nil || again.Rev != 0 || again.Rec.Rev != out.Rec.Rev {
		t.Errorf("a patch that changes nothing wrote revision %d after %d: %v", again.Rec.Rev, out.Rec.Rev, err)
	}
	m, err := h.r.Law.Meta(one.Kind, out.Rec)
	if err != nil || m.Generation != 2 || m.UID == "" {
		t.Errorf("%+v, %v", m, err)
	}
	// One of Gantry's own parts needs no definition in its hands.
	res := h.write(client.Write{Verb: client.Patch, Key: api.Key{Resource: one.Kind.Resource, Cluster: api.Host, Namespace: "default", Name: "a"},
		PatchType: types.MergePatchType, Patch: []byte(`{"metadata":{"labels":{"by":"part"}}}`)})
	if res.Err != nil {
		t.Error(res.Err)
	}
	page, err := h.r.List(ctx, q, registry.ListOptions{})
	if err != nil || len(page.Records) != 1 {
		t.Errorf("%d records, %v", len(page.Records), err)
	}
}

// TestDefinitionEnds: nothing is created once the definition is going, and it goes when its finalizer does.
func TestDefinitionEnds(t *testing.T) {
	h := newHouse(t)
	h.define(api.Host)
	q := h.lamps(api.Host, "")
	w, err := h.r.Watch(context.Background(), q, registry.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Stop()
	if _, err := w.Next(context.Background()); err != nil { // the initial state
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() {
		_, err := w.Next(context.Background()) // nothing happens to objects
		ended <- err
	}()
	res := h.write(client.Write{Verb: client.Delete, Key: definitionKey(api.Host)})
	if res.Err != nil {
		t.Fatal(res.Err)
	}
	obj, err := h.c.Get(context.Background(), definitionKey(api.Host))
	if err != nil {
		t.Fatal(err)
	}
	crd := obj.(*apiextensionsv1.CustomResourceDefinition).DeepCopy()
	if crd.DeletionTimestamp == nil || len(crd.Finalizers) != 1 || crd.Status.Conditions[2].Type != apiextensionsv1.Terminating {
		t.Errorf("%+v %+v", crd.ObjectMeta, crd.Status)
	}
	if err := h.light(q, "late", ""); !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), "terminating") {
		t.Errorf("a create under an ending definition: %v", err)
	}
	if h.lamps(api.Host, "").Kind == nil {
		t.Error("an ending kind is not served, so that nobody could remove finalizers")
	}
	crd.Finalizers = nil
	if res := h.write(client.Write{Verb: client.Update, Subresource: "status", Key: definitionKey(api.Host), Object: crd}); res.Err != nil {
		t.Fatal(res.Err)
	}
	if err := h.light(q, "later", ""); !apierrors.IsNotFound(err) {
		t.Errorf("a create by a row of the past: %v", err)
	}
	if h.lamps(api.Host, "").Kind != nil {
		t.Error("a kind without definition is served")
	}
	if err := <-ended; !errors.Is(err, registry.ErrKindChanged) {
		t.Errorf("its quiet watch ended with %v", err)
	}
	if set, err := h.r.Custom(api.Host); set != nil || err != nil {
		t.Errorf("%v, %v", set, err)
	}
}

// TestWatchOfChangedKind ends: what it would show is no longer what a list shows.
func TestWatchOfChangedKind(t *testing.T) {
	h := newHouse(t)
	h.define(api.Host)
	q := h.lamps(api.Host, "")
	if err := h.light(q, "a", ""); err != nil {
		t.Fatal(err)
	}
	w, err := h.r.Watch(context.Background(), q, registry.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Stop()
	if b, err := w.Next(context.Background()); err != nil || len(b.Events) != 1 {
		t.Fatalf("%+v, %v", b, err)
	}
	res := h.write(client.Write{Verb: client.Patch, Key: definitionKey(api.Host), PatchType: types.JSONPatchType,
		Patch: []byte(`[{"op":"replace","path":"/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/a/default","value":"z"}]`)})
	if res.Err != nil {
		t.Fatal(res.Err)
	}
	if err := h.light(h.lamps(api.Host, ""), "b", ""); err != nil {
		t.Fatal(err)
	}
	if b, err := w.Next(context.Background()); !errors.Is(err, registry.ErrKindChanged) {
		t.Errorf("%+v, %v", b, err)
	}
}
