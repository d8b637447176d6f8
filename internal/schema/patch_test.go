package schema

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
)

func TestPatch(t *testing.T) {
	s, k := pods(t)
	rec := podRecord(t, s, k)
	for name, c := range map[string]struct {
		pt       types.PatchType
		patch    string
		fv       FieldValidation
		check    func(*corev1.Pod) string
		err      string
		code     int32
		warnings int
	}{
		"json": {pt: types.JSONPatchType, patch: `[{"op":"replace","path":"/spec/containers/0/image","value":"new"}]`,
			check: func(p *corev1.Pod) string { return p.Spec.Containers[0].Image }},
		"json test fails":  {pt: types.JSONPatchType, patch: `[{"op":"test","path":"/spec/nodeName","value":"x"}]`, code: 422, err: "the server rejected our request due to an error in our request"},
		"json not a patch": {pt: types.JSONPatchType, patch: `{}`, code: 400, err: "decoding patch"},
		"json too many": {pt: types.JSONPatchType, fv: Ignore, code: 413, err: "The allowed maximum operations in a JSON patch is 10000, got 10001",
			patch: "[" + strings.TrimSuffix(strings.Repeat(`{"op":"test","path":"/kind","value":"Pod"},`, maxPatchOperations+1), ",") + "]"},
		"merge": {pt: types.MergePatchType, patch: `{"metadata":{"labels":{"app":null,"new":"x"}}}`,
			check: func(p *corev1.Pod) string {
				if p.Labels["app"] == "" && p.Labels["tier"] == "front" && p.Labels["new"] == "x" {
					return "new"
				}
				return "old"
			}},
		"merge replaces lists": {pt: types.MergePatchType, patch: `{"spec":{"containers":[{"name":"new","image":"x"}]}}`,
			check: func(p *corev1.Pod) string { return p.Spec.Containers[0].Name }},
		"merge garbage":        {pt: types.MergePatchType, patch: `x`, code: 400, err: "error decoding patch"},
		"merge unknown strict": {pt: types.MergePatchType, patch: `{"spec":{"foo":1}}`, fv: Strict, code: 422, err: `strict decoding error: unknown field "spec.foo"`},
		"merge unknown warn": {pt: types.MergePatchType, patch: `{"spec":{"foo":1,"nodeName":"new"}}`, fv: Warn, warnings: 1,
			check: func(p *corev1.Pod) string { return p.Spec.NodeName }},
		"strategic merges by name": {pt: types.StrategicMergePatchType, patch: `{"spec":{"containers":[{"name":"log","image":"new"}]}}`,
			check: func(p *corev1.Pod) string {
				if len(p.Spec.Containers) != 2 {
					return "lost one"
				}
				return p.Spec.Containers[1].Image
			}},
		"strategic delete": {pt: types.StrategicMergePatchType, patch: `{"spec":{"containers":[{"name":"log","$patch":"delete"}],"nodeName":"new"}}`,
			check: func(p *corev1.Pod) string {
				if len(p.Spec.Containers) != 1 {
					return "kept"
				}
				return p.Spec.NodeName
			}},
		"strategic defaults": {pt: types.StrategicMergePatchType, patch: `{"spec":{"containers":[{"name":"new","image":"x"}]}}`,
			check: func(p *corev1.Pod) string {
				if p.Spec.Containers[0].TerminationMessagePath != "/dev/termination-log" {
					return "no defaults"
				}
				return p.Spec.Containers[0].Name
			}},
		"strategic unknown strict": {pt: types.StrategicMergePatchType, patch: `{"spec":{"foo":1}}`, fv: Strict, code: 422, err: `unknown field "spec.foo"`},
		"strategic wrong type":     {pt: types.StrategicMergePatchType, patch: `{"spec":{"nodeName":5}}`, code: 422, err: "patch"},
		"strategic garbage":        {pt: types.StrategicMergePatchType, patch: `[`, code: 400, err: "unexpected end"},
		"strategic no key":         {pt: types.StrategicMergePatchType, patch: `{"spec":{"containers":[{"image":"x"}]}}`, code: 400, err: "does not contain declared merge key: name"},
		"unknown type":             {pt: "application/x", code: 415, err: "patch type"},
	} {
		t.Run(name, func(t *testing.T) {
			live, err := s.Internal(k, rec)
			if err != nil {
				t.Fatal(err)
			}
			before := live.DeepCopyObject()
			obj, warnings, err := s.Patch(k, "", "v1", live, c.pt, []byte(c.patch), c.fv)
			if !reflect.DeepEqual(before, live) {
				t.Error("the live object was changed")
			}
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) || code(err) != c.code {
					t.Fatalf("got %v (%d), want %s (%d)", err, code(err), c.err, c.code)
				}
				return
			}
			if err != nil || len(warnings) != c.warnings {
				t.Fatal(err, warnings)
			}
			typed, err := s.ToTyped(k, obj)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.check(typed.(*corev1.Pod)); got != "new" {
				t.Errorf("got %q", got)
			}
		})
	}
}

// FuzzPatch: no patch crashes, and none changes the live object.
func FuzzPatch(f *testing.F) {
	f.Add(`[{"op":"add","path":"/metadata/labels/a","value":"b"}]`, 0)
	f.Add(`{"spec":{"containers":[{"name":"log","$patch":"delete"}]}}`, 2)
	f.Add(`{"spec":{"$setElementOrder/containers":[{"name":"log"}],"$retainKeys":["a"]}}`, 2)
	s, err := New()
	if err != nil {
		f.Fatal(err)
	}
	k := s.Kind(api.Resource{Name: "pods"})
	rec := podRecord(f, s, k)
	kinds := []types.PatchType{types.JSONPatchType, types.MergePatchType, types.StrategicMergePatchType}
	f.Fuzz(func(t *testing.T, patch string, kind int) {
		live, err := s.Internal(k, rec)
		if err != nil {
			t.Fatal(err)
		}
		_, _, _ = s.Patch(k, "", "v1", live, kinds[uint(kind)%3], []byte(patch), Warn)
		body, _, err := s.Encode(k, live)
		if err != nil || !bytes.Equal(body, rec.Body) {
			t.Fatalf("patch %q changed the live object: %v", patch, err)
		}
	})
}

func deploymentObject(t testing.TB, s *Schema) (*Kind, runtime.Object) {
	t.Helper()
	k := s.Kind(api.Resource{Group: "apps", Name: "deployments"})
	obj, _, err := s.DecodeRequest(k, "", "v1", "application/yaml", []byte(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default, uid: u1}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1"}]}
`), Strict)
	if err != nil {
		t.Fatal(err)
	}
	return k, obj
}

// owners lists "manager/operation/subresource" of an object's managed fields that own a path, as JSON text.
func owners(t *testing.T, obj runtime.Object, field string) []string {
	t.Helper()
	m, err := metaOf(obj)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range m.ManagedFields {
		if e.FieldsV1 != nil && strings.Contains(string(e.FieldsV1.GetRawBytes()), field) {
			out = append(out, e.Manager+"/"+string(e.Operation)+"/"+e.Subresource)
		}
	}
	return out
}

// TestServerSideApply follows an object through create by kubectl, apply by another manager with a conflict, and a
// forced apply.
func TestServerSideApply(t *testing.T) {
	s := newSchema(t)
	k, obj := deploymentObject(t, s)
	m, err := s.Manager(k, "", "v1")
	if err != nil {
		t.Fatal(err)
	}
	empty, err := s.NewInternal(k)
	if err != nil {
		t.Fatal(err)
	}
	live := m.UpdateNoErrors(empty, obj, "creator")
	if got := owners(t, live, `"f:replicas"`); len(got) != 1 || got[0] != "creator/Update/" {
		t.Fatalf("owners of replicas after create: %v", got)
	}
	patch, err := s.DecodeApply([]byte("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: default}\nspec: {replicas: 5}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Apply(live.DeepCopyObject(), patch, "applier", false); err == nil || code(err) != 409 ||
		!strings.Contains(err.Error(), `conflict with "creator" using apps/v1: .spec.replicas`) {
		t.Fatalf("apply without force: %v", err)
	}
	applied, err := m.Apply(live, patch, "applier", true)
	if err != nil {
		t.Fatal(err)
	}
	typed, err := s.ToTyped(k, applied)
	if err != nil {
		t.Fatal(err)
	}
	if d := typed.(*appsv1.Deployment); *d.Spec.Replicas != 5 || d.Spec.Template.Spec.Containers[0].Image != "nginx:1" {
		t.Fatalf("applied: %v", d.Spec)
	}
	if got := owners(t, applied, `"f:replicas"`); len(got) != 1 || got[0] != "applier/Apply/" {
		t.Fatalf("owners of replicas after apply: %v", got)
	}
}

// TestResetFieldsAreNotOwned: what the status strategy will throw away is not recorded as owned.
func TestResetFieldsAreNotOwned(t *testing.T) {
	s := newSchema(t)
	k, obj := deploymentObject(t, s)
	create, err := s.Manager(k, "", "v1")
	if err != nil {
		t.Fatal(err)
	}
	empty, err := s.NewInternal(k)
	if err != nil {
		t.Fatal(err)
	}
	obj = create.UpdateNoErrors(empty, obj, "creator")
	m, err := s.Manager(k, "status", "v1")
	if err != nil {
		t.Fatal(err)
	}
	next, _, err := s.Patch(k, "status", "v1", obj, types.MergePatchType, []byte(`{"spec":{"replicas":9},"status":{"replicas":1}}`), Strict)
	if err != nil {
		t.Fatal(err)
	}
	got := m.UpdateNoErrors(obj, next, "controller")
	if o := owners(t, got, `"f:spec"`); len(o) != 1 || o[0] != "creator/Update/" {
		t.Errorf("owners of spec: %v", o)
	}
	if o := owners(t, got, `"f:status"`); len(o) != 1 || o[0] != "controller/Update/status" {
		t.Errorf("owners of status: %v", o)
	}
}

// TestManagersOfAllKinds: every row and subresource that is written has a manager that can handle an empty object.
func TestManagersOfAllKinds(t *testing.T) {
	s := newSchema(t)
	for _, k := range storedKinds(s) {
		for _, rec := range randomRecords(t, s, k, 5, 1) {
			live, err := s.Internal(k, rec)
			if err != nil {
				t.Fatal(err)
			}
			lm, _ := metaOf(live)
			lm.ManagedFields = nil
			empty, _ := s.NewInternal(k)
			for _, sub := range append([]string{""}, strategySubs(k)...) {
				m, err := s.Manager(k, sub, k.Versions[0])
				if err != nil {
					t.Fatal(err)
				}
				if _, err := m.Update(empty, live.DeepCopyObject(), "x"); err != nil {
					t.Errorf("%s/%s: %v", k.Resource, sub, err)
				}
			}
		}
	}
}

func strategySubs(k *Kind) (out []string) {
	for name, sub := range k.Subresources {
		if sub.Strategy != nil {
			out = append(out, name)
		}
	}
	return out
}

func TestScale(t *testing.T) {
	s := newSchema(t)
	k, obj := deploymentObject(t, s)
	m, err := s.Manager(k, "", "v1")
	if err != nil {
		t.Fatal(err)
	}
	empty, _ := s.NewInternal(k)
	obj = m.UpdateNoErrors(empty, obj, "creator")
	scale, err := s.ScaleOf(k, obj)
	if err != nil {
		t.Fatal(err)
	}
	if scale.Spec.Replicas != 2 || scale.Status.Selector != "app=web" || scale.UID != "u1" {
		t.Fatalf("scale: %+v", scale)
	}
	// kubectl scale: a merge patch on the subresource, with the owners tracked in Scale's words.
	live, err := s.FromTyped(k, scale.DeepCopy())
	if err != nil {
		t.Fatal(err)
	}
	next, _, err := s.Patch(k, "scale", "v1", live, types.MergePatchType, []byte(`{"spec":{"replicas":7}}`), Strict)
	if err != nil {
		t.Fatal(err)
	}
	sm, err := s.Manager(k, "scale", "v1")
	if err != nil {
		t.Fatal(err)
	}
	typed, err := s.ToTyped(k, sm.UpdateNoErrors(live, next, "kubectl"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.ApplyScale(k, obj, typed.(*autoscalingv1.Scale)); err != nil {
		t.Fatal(err)
	}
	if got := owners(t, obj, `"f:replicas"`); len(got) != 1 || got[0] != "kubectl/Update/scale" {
		t.Errorf("owners of replicas: %v", got)
	}
	after, err := s.ScaleOf(k, obj)
	if err != nil || after.Spec.Replicas != 7 {
		t.Fatalf("after: %+v, %v", after, err)
	}
	for _, c := range []struct {
		change func(*autoscalingv1.Scale)
		code   int32
	}{
		{func(s *autoscalingv1.Scale) { s.Spec.Replicas = -1 }, 422},
		{func(s *autoscalingv1.Scale) { s.UID = "other" }, 409},
	} {
		bad := after.DeepCopy()
		c.change(bad)
		if err := s.ApplyScale(k, obj, bad); code(err) != c.code {
			t.Errorf("got %v, want code %d", err, c.code)
		}
	}
	if b, err := s.EncodeAny(after, JSON, autoscalingv1.SchemeGroupVersion); err != nil || !bytes.HasPrefix(b, []byte(`{"kind":"Scale","apiVersion":"autoscaling/v1"`)) {
		t.Errorf("encoded: %s, %v", b, err)
	}
}

func TestEncodeAny(t *testing.T) {
	s := newSchema(t)
	st := &metav1.Status{Status: "Failure", Code: 404}
	b, err := s.EncodeAny(st, JSON, appsv1.SchemeGroupVersion)
	if err != nil || !strings.HasPrefix(string(b), `{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure"`) {
		t.Errorf("%s, %v", b, err)
	}
	if st.Kind != "" {
		t.Error("EncodeAny changed its argument")
	}
	frame, err := s.AppendWatchAny(nil, Error, st, JSON, appsv1.SchemeGroupVersion)
	if err != nil || !json.Valid(frame) {
		t.Errorf("%s, %v", frame, err)
	}
	if _, err := s.EncodeAny(&metav1.Table{TypeMeta: metav1.TypeMeta{Kind: "Table", APIVersion: "meta.k8s.io/v1"}}, Protobuf, metav1.SchemeGroupVersion); code(err) != 406 {
		t.Errorf("Table as protobuf: %v", err)
	}
}
