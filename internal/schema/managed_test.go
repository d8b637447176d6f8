package schema

import (
	"cmp"
	"fmt"
	"math/rand"
	"reflect"
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// withoutTimes is what must be equal: the library stamps entries with the real clock.
func withoutTimes(t *testing.T, obj runtime.Object) []metav1.ManagedFieldsEntry {
	t.Helper()
	m, err := metaOf(obj)
	if err != nil {
		t.Fatal(err)
	}
	var out []metav1.ManagedFieldsEntry
	for _, e := range m.ManagedFields {
		e.Time = nil
		out = append(out, e)
	}
	// The library sorts by the real clock's seconds, which may end between two calls.
	slices.SortFunc(out, func(a, b metav1.ManagedFieldsEntry) int {
		return cmp.Or(cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.Manager, b.Manager), cmp.Compare(a.Subresource, b.Subresource), cmp.Compare(a.APIVersion, b.APIVersion))
	})
	return out
}

// mutate replaces some top-level fields and parts of metadata of obj by those of other.
func mutate(r *rand.Rand, obj, other runtime.Object) {
	ov, tv := reflect.ValueOf(obj).Elem(), reflect.ValueOf(other).Elem()
	for i := range ov.NumField() {
		if name := ov.Type().Field(i).Name; name != "TypeMeta" && name != "ObjectMeta" && r.Intn(2) == 0 {
			ov.Field(i).Set(tv.Field(i))
		}
	}
	om, _ := metaOf(obj)
	tm, _ := metaOf(other)
	if r.Intn(3) == 0 {
		om.Labels = tm.Labels
	}
	if r.Intn(3) == 0 {
		om.Annotations = map[string]string{"changed": fmt.Sprint(r.Int())}
	}
	if r.Intn(3) == 0 {
		om.Finalizers = nil
	}
}

// TestUpdateManagedEqualsLibrary runs random histories of random objects by several managers, main resource and
// subresources, through the library and through the shortcut; both must record the same owners after every step.
func TestUpdateManagedEqualsLibrary(t *testing.T) {
	s := newSchema(t)
	for _, k := range storedKinds(s) {
		t.Run(k.Resource.String(), func(t *testing.T) {
			r := rand.New(rand.NewSource(41))
			var objs []runtime.Object
			for _, rec := range randomRecords(t, s, k, 41, 6) {
				obj, err := s.Internal(k, rec)
				if err != nil {
					t.Fatal(err)
				}
				m, _ := metaOf(obj)
				m.ManagedFields, m.Name, m.Namespace, m.OwnerReferences = nil, "a", "b", nil
				objs = append(objs, obj)
			}
			live, err := s.NewInternal(k)
			if err != nil {
				t.Fatal(err)
			}
			parts := append([]string{""}, strategySubs(k)...)
			for step := range 12 {
				next := objs[step%len(objs)].DeepCopyObject()
				if step > 0 {
					next = live.DeepCopyObject()
					mutate(r, next, objs[step%len(objs)].DeepCopyObject())
				}
				sub, manager := "", fmt.Sprint("m", r.Intn(3))
				if step > 0 {
					sub = parts[r.Intn(len(parts))]
				}
				types, err := s.managers.types()
				if err != nil {
					t.Fatal(err)
				}
				m, err := s.newManager(k, sub, k.Versions[0], types)
				if err != nil {
					t.Fatal(err)
				}
				want := m.UpdateNoErrors(live.DeepCopyObject(), next.DeepCopyObject(), manager)
				got, err := s.UpdateManaged(k, sub, k.Versions[0], live.DeepCopyObject(), next, manager)
				if err != nil {
					t.Fatal(err)
				}
				if g, w := withoutTimes(t, got), withoutTimes(t, want); !reflect.DeepEqual(g, w) {
					t.Fatalf("step %d, %s by %s:\n got  %.1500v\n want %.1500v", step, sub, manager, g, w)
				}
				gm, _ := metaOf(got)
				wm, _ := metaOf(want)
				gm.ManagedFields = wm.ManagedFields
				if !reflect.DeepEqual(got, want) {
					t.Fatalf("step %d: the object itself was changed", step)
				}
				live = got
			}
		})
	}
}
