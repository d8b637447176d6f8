package history

import (
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

func template(image string) *corev1.PodTemplateSpec {
	user := int64(1<<53 + 1) // a number that a float would not keep
	return &corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"b": "2", "a": "1"}},
		Spec: corev1.PodSpec{SecurityContext: &corev1.PodSecurityContext{RunAsUser: &user}, Containers: []corev1.Container{{Name: "c", Image: image}}}}
}

func TestPatchAndBack(t *testing.T) {
	in := template("x:1")
	patch, err := Patch(in)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"spec":{"template":{"$patch":"replace","metadata":{"labels":{"a":"1","b":"2"}},"spec":{"containers":[{"image":"x:1","name":"c","resources":{}}],"securityContext":{"runAsUser":9007199254740993}}}}}`; string(patch) != want {
		t.Errorf("patch %s\n want %s", patch, want)
	}
	rev := &appsv1.ControllerRevision{Data: runtime.RawExtension{Raw: patch}}
	out, err := Template(rev)
	if err != nil || !equality.Semantic.DeepEqual(in, out) {
		t.Errorf("came back as %v, %v", out, err)
	}
	spelled := &appsv1.ControllerRevision{Data: runtime.RawExtension{Raw: []byte(strings.Replace(string(patch), `"metadata":{`, `"metadata":{"creationTimestamp":null,`, 1))}}
	other, err := Patch(template("x:2"))
	if err != nil {
		t.Fatal(err)
	}
	if !Holds(rev, patch) || Holds(spelled, patch) || !Means(spelled, patch) || Means(spelled, other) {
		t.Error("what a revision holds and means is confused")
	}
	for _, bad := range []string{"", "[]", `{"spec":{}}`, `{"spec":{"template":7}}`} {
		if _, err := Template(&appsv1.ControllerRevision{ObjectMeta: metav1.ObjectMeta{Name: "r-1"}, Data: runtime.RawExtension{Raw: []byte(bad)}}); err == nil || !strings.Contains(err.Error(), "ControllerRevision r-1") {
			t.Errorf("of %q: %v", bad, err)
		}
	}
}

func TestNames(t *testing.T) {
	if got := Name(strings.Repeat("x", 300), "hash"); len(got) != maxBase+5 || !strings.HasSuffix(got, "x-hash") {
		t.Errorf("name %s", got)
	}
	n, again := int32(1), TemplateHash(template("x"), nil)
	if DataHash([]byte("d"), 0) == DataHash([]byte("d"), 1) || TemplateHash(template("x"), nil) == TemplateHash(template("x"), &n) || TemplateHash(template("x"), nil) != again {
		t.Error("collisions make no other name, or the same template another")
	}
}

func TestOrderAndSurplus(t *testing.T) {
	at := func(name string, number, age int64) *appsv1.ControllerRevision {
		return &appsv1.ControllerRevision{ObjectMeta: metav1.ObjectMeta{Name: name, CreationTimestamp: metav1.NewTime(time.Unix(100-age, 0))}, Revision: number}
	}
	revs := []*appsv1.ControllerRevision{at("d", 3, 0), at("c", 1, 1), at("b", 1, 1), at("a", 1, 0), at("e", 2, 9)}
	Sort(revs)
	names := func(revs []*appsv1.ControllerRevision) (s string) {
		for _, r := range revs {
			s += r.Name
		}
		return s
	}
	if got := names(revs); got != "bcaed" {
		t.Errorf("sorted %s", got)
	}
	if Next(revs) != 4 || Next(nil) != 1 {
		t.Error("next number")
	}
	live := func(r *appsv1.ControllerRevision) bool { return r.Name == "c" }
	for limit, want := range map[int]string{-1: "", 0: "baed", 3: "b", 4: ""} {
		if got := names(Surplus(revs, limit, live)); got != want {
			t.Errorf("beyond %d: %s, want %s", limit, got, want)
		}
	}
}

// The hashes are those that kube-controller-manager 1.36.3 makes of the same template: computed there, written down here.
func TestHashesAreUpstreams(t *testing.T) {
	in := template("x:1")
	*in.Spec.SecurityContext.RunAsUser = 1000
	patch, err := Patch(in)
	if err != nil {
		t.Fatal(err)
	}
	zero, one := int32(0), int32(1)
	for got, want := range map[string]string{
		TemplateHash(in, nil): "78f498f44b", TemplateHash(in, &zero): "5b78477dc4", TemplateHash(in, &one): "7644bfb747",
		DataHash(patch, 0): "754f565c88", DataHash(patch, 1): "754f565c89",
	} {
		if got != want {
			t.Errorf("hash %s, want %s", got, want)
		}
	}
}
