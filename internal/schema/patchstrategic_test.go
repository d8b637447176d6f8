package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/runtime"
)

// mergeKeys are the names by which lists of API types are merged: patches keep them.
var mergeKeys = map[string]bool{"name": true, "type": true, "ip": true, "uid": true, "key": true, "containerPort": true, "port": true, "mountPath": true, "devicePath": true, "topologyKey": true}

// somePatch makes a patch of an object's JSON: it leaves most out, changes and deletes some, and stirs lists.
func somePatch(rnd *rand.Rand, v any, depth int) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			switch {
			case mergeKeys[k] && depth > 2:
				out[k] = e
			case depth == 1 && rnd.Intn(3) > 0, rnd.Intn(2) == 0:
			case rnd.Intn(15) == 0:
				out[k] = nil
			default:
				out[k] = somePatch(rnd, e, depth+1)
			}
			if name, order := someOrder(rnd, e, out[k]); name != "" {
				out["$setElementOrder/"+k] = order
			}
		}
		if rnd.Intn(60) == 0 {
			out[fmt.Sprintf("extra%d", rnd.Intn(3))] = "x"
		}
		return out
	case []any:
		out := []any{}
		for _, i := range rnd.Perm(len(v)) {
			if rnd.Intn(4) > 0 {
				out = append(out, somePatch(rnd, v[i], depth+1))
			}
		}
		if m, ok := somePatch(rnd, first(v), depth+1).(map[string]any); ok && rnd.Intn(3) == 0 {
			for k, e := range m { // one that is not there
				if text, ok := e.(string); ok && mergeKeys[k] {
					m[k] = text + "-new"
				}
			}
			out = append(out, m)
		}
		return out
	case string:
		if rnd.Intn(3) == 0 {
			return v + "x"
		}
	case float64:
		return v + float64(rnd.Intn(2))
	case bool:
		return v != (rnd.Intn(2) == 0)
	}
	return v
}

// someOrder gives a list of objects an order by one of their fields, as clients do that compute patches: of what there is, sometimes
// of less, and mostly of what the patch adds.
func someOrder(rnd *rand.Rand, live, patch any) (name string, order []any) {
	list, ok := live.([]any)
	elem, isMap := first(list).(map[string]any)
	if !ok || !isMap || rnd.Intn(3) == 0 {
		return "", nil
	}
	for k := range elem {
		if mergeKeys[k] && (name == "" || rnd.Intn(2) == 0) {
			name = k
		}
	}
	added, _ := patch.([]any)
	if rnd.Intn(4) > 0 { // the patch's own order, then the rest: else it is refused
		list = append(slices.Clone(added), list...)
	}
	seen := map[any]bool{}
	for _, e := range list {
		m, _ := e.(map[string]any)
		if key := m[name]; key != nil && !seen[key] && rnd.Intn(20) > 0 {
			seen[key] = true
			order = append(order, map[string]any{name: key})
		}
	}
	return name, order
}

func first(list []any) any {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

// TestMergeEqualsLibrary patches random objects of all kinds: where the short way accepts a patch, the way through maps must
// come to the same object without a word, and the live object must be what it was.
func TestMergeEqualsLibrary(t *testing.T) {
	s := newSchema(t)
	rnd := rand.New(rand.NewSource(7))
	accepted, ordered, all := 0, 0, 0
	for _, k := range s.Kinds() {
		if k.Virtual {
			continue
		}
		gvk := k.storageGVK()
		for _, rec := range randomRecords(t, s, k, 41, 4) {
			versionedOf := func() runtime.Object {
				obj, err := s.Internal(k, rec)
				if err == nil {
					obj, err = s.scheme.UnsafeConvertToVersion(obj, k.Storage)
				}
				if err != nil {
					t.Fatal(err)
				}
				return obj
			}
			doc, err := encodeJSON(versionedOf())
			if err != nil {
				t.Fatal(err)
			}
			for range 25 {
				var tree any
				if err := json.Unmarshal(doc, &tree); err != nil {
					t.Fatal(err)
				}
				patch, err := json.Marshal(somePatch(rnd, tree, 1))
				if err != nil {
					t.Fatal(err)
				}
				all++
				live := versionedOf()
				got := shallowCopy(live)
				if !s.json.Merge(patch, got) {
					continue
				}
				accepted++
				if bytes.Contains(patch, []byte("$setElementOrder")) {
					ordered++
				}
				if !equality.Semantic.DeepEqual(live, versionedOf()) {
					t.Fatalf("%s: the patch changed the live object\n%s", k.Resource, patch)
				}
				want, warnings, err := s.patchMaps(gvk, versionedOf(), patch, Warn)
				if _, gotErr := s.toHub(gvk, got.DeepCopyObject()); err != nil && gotErr != nil {
					continue // the patch is good, but no conversion takes its outcome
				}
				if err != nil || len(warnings) > 0 {
					t.Fatalf("%s: %v %v\npatch %s\nof    %s", k.Resource, err, warnings, patch, doc)
				}
				s.scheme.Default(got)
				out, err := s.toHub(gvk, got)
				if err != nil {
					t.Fatal(err)
				}
				if !equality.Semantic.DeepEqual(out, want) {
					a, _ := s.ToTyped(k, out)
					b, _ := s.ToTyped(k, want)
					aj, _ := encodeJSON(a)
					bj, _ := encodeJSON(b)
					t.Fatalf("%s:\npatch %s\nof    %s\ngot   %s\nwant  %s", k.Resource, patch, doc, aj, bj)
				}
			}
		}
	}
	t.Logf("%d of %d accepted, %d of them with an order", accepted, all, ordered)
	if accepted < all/10 || ordered < 20 {
		t.Errorf("only %d of %d were accepted, %d with an order", accepted, all, ordered)
	}
}
