package schema

import (
	"fmt"
	"maps"
	"reflect"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Equal labels and owners become one; whatever is shared, everybody gets what he gave.
func TestAlike(t *testing.T) {
	a := newAlike()
	same := func(x, y map[string]string) bool { return reflect.ValueOf(x).Pointer() == reflect.ValueOf(y).Pointer() }
	one := a.shareLabels(map[string]string{"app": "web", "tier": "a"})
	if !same(one, a.shareLabels(map[string]string{"tier": "a", "app": "web"})) {
		t.Error("equal labels are kept twice")
	}
	yes, no := true, false
	owner := func(controller *bool) []metav1.OwnerReference {
		return []metav1.OwnerReference{{UID: "u", Name: "n", Kind: "k", APIVersion: "v1", Controller: controller}}
	}
	first := a.shareOwners(owner(&yes))
	if got := a.shareOwners(owner(&no)); *got[0].Controller {
		t.Error("owners with other flags are taken for the same")
	}
	if *first[0].Controller != true || a.shareOwners(nil) != nil || a.shareLabels(map[string]string{}) != nil {
		t.Error("what was given is not what came back")
	}
	for i := range 3 * alikeKept {
		l := map[string]string{"n": fmt.Sprint(i), fmt.Sprint(i): "n"}
		if got := a.shareLabels(maps.Clone(l)); !maps.Equal(got, l) {
			t.Fatalf("%v became %v", l, got)
		}
	}
	if len(a.labels) > alikeKept {
		t.Errorf("%d labels are remembered, more than %d", len(a.labels), alikeKept)
	}
}
