package schema

import (
	"cmp"
	"fmt"
	"math/rand"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	core "k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/resource"

	"gantry.dev/gantry/internal/api"
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
				got := next
				versioned, err := s.UpdateManaged(k, sub, k.Versions[0], live.DeepCopyObject(), got, manager, time.Unix(int64(step), 0))
				if err != nil {
					t.Fatal(err)
				}
				if versioned != nil {
					again, err := s.convert(got.DeepCopyObject(), k.GVK("").GroupVersion())
					if err != nil {
						t.Fatal(err)
					}
					if !reflect.DeepEqual(versioned, again) {
						t.Fatalf("step %d: what came back is not the object in its version:\n got  %.1500v\n want %.1500v", step, versioned, again)
					}
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

// disturb changes something of a value, somewhere in it: a few values for every field, so that the same change comes
// again with other values around it.
func disturb(r *rand.Rand, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		switch {
		case v.IsNil():
			v.Set(reflect.New(v.Type().Elem()))
		case r.Intn(4) == 0:
			v.SetZero()
		default:
			disturb(r, v.Elem())
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[runtime.RawExtension]() {
			v.Set(reflect.ValueOf([]runtime.RawExtension{{Raw: []byte(`{"a":1}`)}, {Raw: []byte(`{"b":[2]}`)}, {}}[r.Intn(3)]))
			return
		}
		if f := v.FieldByName("IP"); f.IsValid() && f.Kind() == reflect.String && v.NumField() <= 2 && r.Intn(4) > 0 { // PodIP, HostAlias
			f.SetString([]string{"10.0.0.2", "10.0.0.10", "10.0.0.9", "fd00::1"}[r.Intn(4)])
			return
		}
		if v.Type() == reflect.TypeFor[intstr.IntOrString]() {
			v.Set(reflect.ValueOf([]intstr.IntOrString{intstr.FromInt32(1), intstr.FromString("a"), {}}[r.Intn(3)]))
			return
		}
		for range 4 {
			if f := v.Field(r.Intn(max(1, v.NumField()))); f.CanSet() {
				disturb(r, f)
				return
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.Set(reflect.MakeSlice(v.Type(), r.Intn(3), 4))
			return
		}
		n := v.Len()
		switch c := r.Intn(6); {
		case c == 0 || n == 0:
			v.Set(reflect.Append(v, reflect.New(v.Type().Elem()).Elem()))
			disturb(r, v.Index(n))
		case c == 1:
			v.Set(v.Slice(0, n-1))
		case c == 2:
			v.SetZero()
		case c == 3 && n > 1: // another order
			v.Set(reflect.AppendSlice(reflect.MakeSlice(v.Type(), 0, n), v))
			reflect.Swapper(v.Interface())(0, n-1)
		default:
			v.Set(reflect.AppendSlice(reflect.MakeSlice(v.Type(), 0, n), v))
			disturb(r, v.Index(r.Intn(n)))
		}
	case reflect.Map:
		m := reflect.MakeMap(v.Type())
		for it := v.MapRange(); it.Next(); {
			if r.Intn(4) > 0 {
				m.SetMapIndex(it.Key(), it.Value())
			}
		}
		if v.Type().Key().Kind() == reflect.String && r.Intn(2) == 0 {
			e := reflect.New(v.Type().Elem()).Elem()
			disturb(r, e)
			m.SetMapIndex(reflect.ValueOf([]string{"a", "b"}[r.Intn(2)]).Convert(v.Type().Key()), e)
		}
		v.Set(m)
	case reflect.String:
		v.SetString([]string{"", "a", "b", "c"}[r.Intn(4)])
	case reflect.Int32, reflect.Int64, reflect.Int:
		v.SetInt(int64(r.Intn(4)))
	case reflect.Bool:
		v.SetBool(!v.Bool())
	}
}

// TestSameDifferenceSameOwners is what the memo relies on: whenever two writes have one key, the library gives both
// the same owners. Writes are small random changes anywhere in random objects, so that keys come again.
func TestSameDifferenceSameOwners(t *testing.T) {
	s := newSchema(t)
	types, err := s.managers.types()
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, k := range storedKinds(s) {
		t.Run(k.Resource.String(), func(t *testing.T) {
			r := rand.New(rand.NewSource(7))
			seen := map[differenceKey][]owner{}
			var bases []runtime.Object
			for _, rec := range randomRecords(t, s, k, 7, 3) {
				obj, err := s.Internal(k, rec)
				if err != nil {
					t.Fatal(err)
				}
				bases = append(bases, obj)
			}
			m, err := s.newManager(k, "", k.Versions[0], types)
			if err != nil {
				t.Fatal(err)
			}
			gv := k.bodyGVK("", k.Versions[0]).GroupVersion()
			hits := 0
			for i := range 300 {
				live, err := s.scheme.ConvertToVersion(bases[i%len(bases)], gv)
				if err != nil {
					t.Fatal(err)
				}
				lm, _ := metaOf(live)
				lm.ManagedFields, lm.UID = nil, "u"
				if i%5 == 0 {
					disturb(r, reflect.ValueOf(live).Elem())
				}
				if i%2 == 0 {
					lm.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "other", Operation: "Update", APIVersion: gv.String(), FieldsType: "FieldsV1",
						FieldsV1: &metav1.FieldsV1{Raw: []byte(`{"f:spec":{".":{},"f:replicas":{}},"f:data":{},"f:metadata":{"f:labels":{"f:a":{}}}}`)}}}
				}
				obj := live.DeepCopyObject()
				for range 1 + r.Intn(2) {
					v := reflect.ValueOf(obj).Elem()
					f := v.Field(1 + r.Intn(v.NumField()-1))
					if i%3 == 0 && v.NumField() > 2 {
						f = v.Field(2 + r.Intn(v.NumField()-2))
					}
					disturb(r, f)
				}
				om, _ := metaOf(obj)
				om.ManagedFields = nil
				if i%4 == 0 {
					lm.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "kubelet", Operation: "Update", APIVersion: gv.String(), FieldsType: "FieldsV1", Subresource: "status",
						FieldsV1: &metav1.FieldsV1{Raw: fmt.Appendf(nil, `{"f:status":{"f:podIPs":{".":{},"k:{\"ip\":\"10.0.0.%d\"}":{".":{},"f:ip":{}}}}}`, []int{2, 9, 10}[r.Intn(3)])}}}
				}
				key, at, ok := s.differenceKey(k, "", k.Versions[0], live, obj, "me")
				if !ok {
					continue
				}
				before := lm.ManagedFields
				out, _ := metaOf(m.UpdateNoErrors(live, obj.DeepCopyObject(), "me"))
				got := at.each(timeless(out.ManagedFields, before), at.hide)
				if want, ok := seen[key]; !ok {
					seen[key] = got
				} else if hits++; !reflect.DeepEqual(got, want) {
					t.Fatalf("one key, two answers:\n%s\n%s", listed(got), listed(want))
				}
			}
			total += hits
			t.Logf("%d keys, %d came again", len(seen), hits)
		})
	}
	if total == 0 {
		t.Error("no key came twice: the test shows nothing")
	}
}

// TestPodsShareOwners writes the statuses of two pods that differ in their addresses: the second must be asked of nobody, and say its own.
func TestPodsShareOwners(t *testing.T) {
	s := newSchema(t)
	k := s.Kind(api.Resource{Name: "pods"})
	for i, ip := range []string{"10.0.0.9", "10.0.0.10", "fd00::1"} {
		created := metav1.ManagedFieldsEntry{Manager: "kubectl", Operation: "Update", APIVersion: "v1", FieldsType: "FieldsV1", FieldsV1: &metav1.FieldsV1{Raw: []byte(`{"f:spec":{"f:restartPolicy":{}}}`)}}
		live := &core.Pod{ObjectMeta: metav1.ObjectMeta{Name: "p", Namespace: "n", UID: "u", ManagedFields: []metav1.ManagedFieldsEntry{created}}}
		for step, change := range []func(*core.Pod){
			func(p *core.Pod) { p.Status.PodIPs = []core.PodIP{{IP: ip}} },
			func(p *core.Pod) { p.Status.Phase = core.PodRunning },
		} {
			obj := live.DeepCopy()
			change(obj)
			want := obj.DeepCopy()
			if _, err := s.UpdateManaged(k, "status", "v1", live.DeepCopy(), obj, "kubelet", time.Unix(9, 0)); err != nil {
				t.Fatal(err)
			}
			if len(obj.ManagedFields) != 2 {
				t.Fatalf("pod %d, write %d has owners %v", i, step, obj.ManagedFields)
			}
			if raw := string(obj.ManagedFields[1].FieldsV1.Raw); !strings.Contains(raw, `"k:{\"ip\":\"`+ip+`\"}"`) {
				t.Errorf("pod %d, write %d has owners %s", i, step, raw)
			}
			m, err := s.Manager(k, "status", "v1")
			if err != nil {
				t.Fatal(err)
			}
			if w := withoutTimes(t, m.UpdateNoErrors(live.DeepCopy(), want, "kubelet")); !reflect.DeepEqual(withoutTimes(t, obj), w) {
				t.Errorf("pod %d, write %d:\n got  %v\n want %v", i, step, obj.ManagedFields, w)
			}
			live = obj
		}
	}
	if n := len(s.managers.known.young); n != 2 {
		t.Errorf("the library was asked %d times for two differences", n)
	}
}

// TestClaimsShareOwners reserves two claims for pods of their own, and gives them back: what was asked for the first serves the second.
func TestClaimsShareOwners(t *testing.T) {
	s := newSchema(t)
	k := s.Kind(api.Resource{Group: "resource.k8s.io", Name: "resourceclaims"})
	version := k.Storage.Version
	asked := 0
	for i, uids := range [][]types.UID{{"0a", "9b"}, {"77", "78"}, {"c0ffee", "d0"}} {
		owner := metav1.OwnerReference{APIVersion: "v1", Kind: "Pod", Name: "p", UID: uids[0]}
		live := &resource.ResourceClaim{ObjectMeta: metav1.ObjectMeta{Name: "c", Namespace: "n", UID: "u"}}
		for step, change := range []struct {
			sub string
			do  func(*resource.ResourceClaim)
		}{
			{"", func(c *resource.ResourceClaim) { c.OwnerReferences = []metav1.OwnerReference{owner} }},
			{"status", func(c *resource.ResourceClaim) {
				c.Status.ReservedFor = []resource.ResourceClaimConsumerReference{{Resource: "pods", Name: "q", UID: uids[1]}, {Resource: "pods", Name: "p", UID: uids[0]}}
			}},
			{"status", func(c *resource.ResourceClaim) { c.Status.ReservedFor = c.Status.ReservedFor[:1] }},
			{"status", func(c *resource.ResourceClaim) { c.Status.ReservedFor = nil }},
		} {
			obj := live.DeepCopy()
			change.do(obj)
			want := obj.DeepCopy()
			if _, err := s.UpdateManaged(k, change.sub, version, live.DeepCopy(), obj, "scheduler", time.Unix(9, 0)); err != nil {
				t.Fatal(err)
			}
			m, err := s.Manager(k, change.sub, version)
			if err != nil {
				t.Fatal(err)
			}
			if w := withoutTimes(t, m.UpdateNoErrors(live.DeepCopy(), want, "scheduler")); !reflect.DeepEqual(withoutTimes(t, obj), w) {
				t.Errorf("claim %d, write %d:\n got  %v\n want %v", i, step, obj.ManagedFields, w)
			}
			live = obj
		}
		if i == 0 {
			asked = len(s.managers.known.young)
		}
	}
	// Of two pods it matters which is first by name: two orders of them, which the claims have.
	if n := len(s.managers.known.young); n > 2*asked {
		t.Errorf("the library was asked %d times, %d for the first claim", n, asked)
	}
}

func listed(list []owner) string {
	var sb strings.Builder
	for _, o := range list {
		fmt.Fprintf(&sb, "%s fresh=%t %s\n", o.entry.Manager, o.fresh, o.entry.FieldsV1.Raw)
	}
	return sb.String()
}

// TestOwnersMemoIsBounded fills the memo with more than it may hold.
func TestOwnersMemoIsBounded(t *testing.T) {
	var m ownersMemo
	of := func(n int) []owner {
		return []owner{{entry: metav1.ManagedFieldsEntry{FieldsV1: &metav1.FieldsV1{Raw: make([]byte, n)}}}}
	}
	key := func(i int) (k differenceKey) {
		k[0], k[1], k[2] = byte(i), byte(i>>8), byte(i>>16)
		return k
	}
	m.put(key(1<<20), of(maxOwnersBytes+1))
	if _, ok := m.get(key(1 << 20)); ok {
		t.Error("owners beyond the bound were kept")
	}
	for i := range 5000 {
		m.put(key(i), of(i%20<<10))
		if _, ok := m.get(key(i)); !ok {
			t.Fatalf("%d was forgotten at once", i)
		}
		if len(m.young) > maxRemembered || m.bytes > maxRememberedBytes {
			t.Fatalf("a generation of %d entries, %d bytes", len(m.young), m.bytes)
		}
	}
	if _, ok := m.get(key(0)); ok {
		t.Error("what nobody asked for is still there")
	}
}
