package viewtest

import (
	"fmt"
	"reflect"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// mergeParts gives obj those parts of cur that a write to the subresource may not change: the status for a write to the
// object, everything else but annotations for a write to its status. A changed spec is a new generation.
func mergeParts(sub string, cur, obj runtime.Object) error {
	o, c := reflect.ValueOf(obj).Elem(), reflect.ValueOf(cur.DeepCopyObject()).Elem()
	status := o.FieldByName("Status")
	switch sub {
	case "status", "approval":
		if !status.IsValid() {
			return fmt.Errorf("viewtest: %T has no status", obj)
		}
		keep, notes := reflect.ValueOf(status.Interface()), obj.(metav1.Object).GetAnnotations()
		o.Set(c)
		o.FieldByName("Status").Set(keep)
		obj.(metav1.Object).SetAnnotations(notes) // as upstream's strategies: a status write may annotate
		return nil
	case "", "finalize":
		if status.IsValid() {
			status.Set(c.FieldByName("Status"))
		}
		if spec := o.FieldByName("Spec"); spec.IsValid() && sub == "" && !equality.Semantic.DeepEqual(spec.Interface(), c.FieldByName("Spec").Interface()) {
			m := obj.(metav1.Object)
			m.SetGeneration(m.GetGeneration() + 1)
		}
		return nil
	default:
		return fmt.Errorf("viewtest: subresource %q is not implemented", sub)
	}
}
