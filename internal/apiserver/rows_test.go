package apiserver

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"
)

//go:embed testdata/rows.yaml
var rowExamples string

// example is one object of testdata/rows.yaml.
type example struct {
	gvk  kschema.GroupVersionKind
	name string
	json map[string]any
}

func examples(t *testing.T) (out []example) {
	t.Helper()
	for doc := range strings.SplitSeq(rowExamples, "\n---\n") {
		var o map[string]any
		check(t, yaml.Unmarshal([]byte(doc), &o))
		gv, err := kschema.ParseGroupVersion(at(o, "apiVersion"))
		check(t, err)
		out = append(out, example{gv.WithKind(at(o, "kind")), at(o, "metadata.name"), o})
	}
	return out
}

// TestEveryRow takes one valid object of every stored kind, in every served version, through its life.
func TestEveryRow(t *testing.T) {
	d := newDoor(t)
	admin := d.admin()
	seen := map[kschema.GroupVersionKind]bool{}
	for _, ex := range examples(t) {
		seen[ex.gvk] = true
		k := d.law.KindFor(ex.gvk)
		if k == nil {
			t.Errorf("%s is not served", ex.gvk)
			continue
		}
		t.Run(ex.gvk.String(), func(t *testing.T) {
			base := "/api/" + ex.gvk.Version
			if ex.gvk.Group != "" {
				base = "/apis/" + ex.gvk.Group + "/" + ex.gvk.Version
			}
			if k.Namespaced {
				base += "/namespaces/default"
			}
			base += "/" + k.Resource.Name
			body, err := json.Marshal(ex.json)
			check(t, err)
			admin := admin
			admin.d = &door{t: t, url: d.url}

			dry := admin.must("POST", base+"?dryRun=All", string(body), 201)
			if at(dry, "metadata.uid") == "" {
				t.Error("a dry run has no uid")
			}
			admin.must("GET", base+"/"+ex.name, "", 404)
			made := admin.must("POST", base+"?fieldValidation=Strict", string(body), 201)
			if at(made, "kind") != ex.gvk.Kind || at(made, "metadata.uid") == "" || at(made, "metadata.resourceVersion") == "" {
				t.Errorf("created: %v", made)
			}
			again := admin.must("POST", base, string(body), 409)
			if at(again, "reason") != "AlreadyExists" {
				t.Errorf("creating twice: %v", again)
			}
			got := admin.must("GET", base+"/"+ex.name, "", 200)
			if fmt.Sprint(got) != fmt.Sprint(made) {
				t.Errorf("get differs from create:\n%v\n%v", got, made)
			}
			list := admin.must("GET", base, "", 200)
			if at(list, "kind") != k.ListKind || len(list["items"].([]any)) == 0 {
				t.Errorf("list: %.300v", list)
			}
			for _, accept := range []string{"application/vnd.kubernetes.protobuf", "application/yaml",
				"application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"} {
				if code, _, b := admin.with("Accept", accept).do("GET", base+"/"+ex.name, ""); code != 200 {
					t.Errorf("as %s: %d %s", accept, code, b)
				}
			}
			table := admin.with("Accept", "application/json;as=Table;g=meta.k8s.io;v=v1").must("GET", base+"/"+ex.name, "", 200)
			cells := table["rows"].([]any)[0].(map[string]any)["cells"].([]any)
			if !strings.Contains(fmt.Sprint(cells), ex.name) && ex.gvk.Kind != "Event" {
				t.Errorf("table: %v", cells)
			}
			updated := admin.must("PUT", base+"/"+ex.name, withLabel(t, got, "put", "1"), 200)
			if at(updated, "metadata.labels.put") != "1" || at(updated, "metadata.resourceVersion") == at(got, "metadata.resourceVersion") {
				t.Errorf("updated: %v", updated["metadata"])
			}
			stale := admin.must("PUT", base+"/"+ex.name, withLabel(t, got, "put", "2"), 409)
			if at(stale, "reason") != "Conflict" {
				t.Errorf("a stale update: %v", stale)
			}
			patched := admin.with("Content-Type", "application/merge-patch+json").must("PATCH", base+"/"+ex.name, `{"metadata":{"labels":{"merge":"1"}}}`, 200)
			strategic := admin.with("Content-Type", "application/strategic-merge-patch+json").must("PATCH", base+"/"+ex.name, `{"metadata":{"labels":{"strategic":"1"}}}`, 200)
			ops := admin.with("Content-Type", "application/json-patch+json").must("PATCH", base+"/"+ex.name, `[{"op":"add","path":"/metadata/labels/ops","value":"1"}]`, 200)
			if at(patched, "metadata.labels.merge")+at(strategic, "metadata.labels.strategic")+at(ops, "metadata.labels.ops") != "111" {
				t.Errorf("patched: %v %v %v", patched["metadata"], strategic["metadata"], ops["metadata"])
			}
			apply := fmt.Sprintf(`{"apiVersion":%q,"kind":%q,"metadata":{"name":%q,"labels":{"apply":"1"}}}`, ex.gvk.GroupVersion(), ex.gvk.Kind, ex.name)
			applied := admin.with("Content-Type", "application/apply-patch+yaml").must("PATCH", base+"/"+ex.name+"?fieldManager=rows", apply, 200)
			if at(applied, "metadata.labels.apply") != "1" || !strings.Contains(fmt.Sprint(applied["metadata"]), "manager:rows operation:Apply") {
				t.Errorf("applied: %v", applied["metadata"])
			}
			if k.Sub("status") != nil {
				admin.must("GET", base+"/"+ex.name+"/status", "", 200)
				admin.with("Content-Type", "application/merge-patch+json").must("PATCH", base+"/"+ex.name+"/status", `{"metadata":{"annotations":{"status":"1"}}}`, 200)
			}
			if selected := admin.must("GET", base+"?labelSelector=apply%3D1", "", 200); len(selected["items"].([]any)) != 1 {
				t.Errorf("selected by label: %v", selected)
			}
			wrong := admin.must("GET", base+"?fieldSelector=spec.nonsense%3D1", "", 400)
			if !strings.Contains(at(wrong, "message"), "not supported") && !strings.Contains(at(wrong, "message"), "is not a known field selector") {
				t.Errorf("an unknown field: %v", at(wrong, "message"))
			}
			admin.must("DELETE", base+"/"+ex.name+"?dryRun=All", "", 200)
			admin.must("DELETE", base+"/"+ex.name, `{"gracePeriodSeconds":0,"propagationPolicy":"Background"}`, 200)
		})
	}
	for _, k := range d.law.Kinds() {
		for _, v := range k.Versions {
			if !k.Virtual && !seen[k.GVK(v)] {
				t.Errorf("testdata/rows.yaml has no %s", k.GVK(v))
			}
		}
	}
}

func withLabel(t *testing.T, o map[string]any, key, value string) string {
	t.Helper()
	b, err := json.Marshal(o)
	check(t, err)
	var c map[string]any
	check(t, json.Unmarshal(b, &c))
	m := c["metadata"].(map[string]any)
	l, _ := m["labels"].(map[string]any)
	if l == nil {
		l = map[string]any{}
	}
	l[key] = value
	m["labels"] = l
	b, err = json.Marshal(c)
	check(t, err)
	return string(b)
}
