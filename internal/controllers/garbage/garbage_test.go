package garbage

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view/viewtest"
)

// family is a world of config maps that own each other: "b<a" says that a owns b, "b<!a" that it also blocks a's deletion.
func family(t *testing.T, spec string) (*viewtest.World, reconcile.Controller) {
	w := viewtest.New(t)
	for _, word := range strings.Fields(spec) {
		name, owners, _ := strings.Cut(word, "<")
		cm := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "default", UID: types.UID(name)}}
		for _, o := range strings.FieldsFunc(owners, func(r rune) bool { return r == ',' }) {
			o, block := strings.CutPrefix(o, "!")
			cm.OwnerReferences = append(cm.OwnerReferences, metav1.OwnerReference{APIVersion: "v1", Kind: "ConfigMap", Name: o, UID: types.UID(o), BlockOwnerDeletion: &block})
		}
		w.Put(cm)
	}
	return w, New([]api.Resource{plan.ConfigMaps, plan.Secrets, plan.Nodes})
}

// show is the family in the same notation; "-" marks an object that is being deleted.
func show(w *viewtest.World) string {
	var out []string
	for _, cm := range viewtest.All[corev1.ConfigMap](w, plan.ConfigMaps) {
		s := cm.Name
		if cm.DeletionTimestamp != nil {
			s += "-"
		}
		for i, r := range cm.OwnerReferences {
			s += map[bool]string{true: "<", false: ","}[i == 0] + r.Name
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func del(name string, policy metav1.DeletionPropagation) client.Write {
	return client.Write{Verb: client.Delete, Key: api.Key{Resource: plan.ConfigMaps, Cluster: api.Host, Namespace: "default", Name: name}, Delete: metav1.DeleteOptions{PropagationPolicy: &policy}}
}

func TestThreeWaysOfDeleting(t *testing.T) {
	for _, tc := range []struct {
		name, spec, del string
		policy          metav1.DeletionPropagation
		want            string
	}{
		{"background", "a b<a c<b other", "a", metav1.DeletePropagationBackground, "other"},
		{"orphan", "a b<a c<b", "a", metav1.DeletePropagationOrphan, "b c<b"},
		{"foreground", "a b<!a c<!b other", "a", metav1.DeletePropagationForeground, "other"},
		{"foreground without blocking", "a b<a", "a", metav1.DeletePropagationForeground, ""},
		{"a second owner keeps it", "a z b<a,z", "a", metav1.DeletePropagationBackground, "b<z z"},
		{"a second owner keeps it in foreground", "a z b<!a,z", "a", metav1.DeletePropagationForeground, "b<z z"},
		{"absent owner", "b<ghost", "", "", ""},
		{"circle in foreground", "a<!c b<!a c<!b", "a", metav1.DeletePropagationForeground, ""},
		{"nobody is deleted", "a b<a c<b", "", "", "a b<a c<b"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w, ctl := family(t, tc.spec)
			w.Settle(ctl)
			if tc.del != "" {
				w.Apply(del(tc.del, tc.policy))
				w.Settle(ctl)
			}
			if got := show(w); got != tc.want {
				t.Errorf("left %q, want %q", got, tc.want)
			}
		})
	}
}

func TestForegroundWaitsForBlockedDependents(t *testing.T) {
	w, ctl := family(t, "a b<!a")
	b := viewtest.Get[corev1.ConfigMap](w, plan.ConfigMaps, "default", "b")
	b.Finalizers = []string{"example.com/hold"}
	w.Put(b)
	w.Settle(ctl)
	w.Apply(del("a", metav1.DeletePropagationForeground))
	w.Settle(ctl)
	if got := show(w); got != "a- b-<a" {
		t.Fatalf("held: %q", got)
	}
	b = viewtest.Get[corev1.ConfigMap](w, plan.ConfigMaps, "default", "b")
	b.Finalizers = nil
	w.Apply(plan.Update(w.Key(b), b, "let go"))
	w.Settle(ctl)
	if got := show(w); got != "" {
		t.Errorf("let go: %q", got)
	}
}

func TestOwnerInAnotherNamespaceIsNone(t *testing.T) {
	w, ctl := family(t, "b<a")
	w.Put(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "a", Namespace: "elsewhere", UID: "a"}})
	told, _ := w.Settle(ctl)
	if !slices.ContainsFunc(told, func(s string) bool {
		return s == `b Warning OwnerRefInvalidNamespace: ownerRef [v1/ConfigMap, namespace: default, name: a, uid: a] does not exist in namespace "default"`
	}) {
		t.Errorf("told %q", told)
	}
	if got := show(w); got != "a" {
		t.Errorf("left %q", got)
	}
}

func TestSameNameIsNotTheSameOwner(t *testing.T) {
	w, ctl := family(t, "a b<a")
	a := viewtest.Get[corev1.ConfigMap](w, plan.ConfigMaps, "default", "a")
	w.Remove(w.Key(a))
	a.UID = "a2"
	w.Put(a)
	w.Settle(ctl)
	if got := show(w); got != "a" {
		t.Errorf("left %q", got)
	}
}

func TestUnknownKindsAreLeftAlone(t *testing.T) {
	w, ctl := family(t, "b")
	b := viewtest.Get[corev1.ConfigMap](w, plan.ConfigMaps, "default", "b")
	b.OwnerReferences = []metav1.OwnerReference{{APIVersion: "example.com/v1", Kind: "Widget", Name: "w", UID: "w"}}
	w.Put(b)
	w.Settle(ctl)
	if got := show(w); got != "b<w" {
		t.Errorf("left %q", got)
	}
}

func TestLargeFamiliesGoInBatches(t *testing.T) {
	spec := []string{"a"}
	for i := range 2*batch + 10 {
		spec = append(spec, fmt.Sprintf("d%d<a", i))
	}
	w, ctl := family(t, strings.Join(spec, " "))
	w.Events = nil
	w.Apply(del("a", metav1.DeletePropagationOrphan))
	w.Settle(ctl)
	got := show(w)
	if strings.Contains(got, "<") || strings.HasPrefix(got, "a ") {
		t.Errorf("left with owners: %.80s", got)
	}
}
