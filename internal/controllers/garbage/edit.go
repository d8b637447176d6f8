package garbage

import (
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view"
)

// edited is a write of an object's metadata, with the revision that was seen as precondition.
func edited(s *view.Snapshot, key api.Key, why string, edit func(metav1.Object)) client.Write {
	obj := s.Object(key).DeepCopyObject()
	edit(obj.(metav1.Object))
	return plan.Update(key, obj, why)
}

func unfinalized(s *view.Snapshot, key api.Key, finalizer string) client.Write {
	return edited(s, key, "its dependents are settled", func(m metav1.Object) {
		m.SetFinalizers(slices.DeleteFunc(m.GetFinalizers(), func(f string) bool { return f == finalizer }))
	})
}

func (c collector) cut(s *view.Snapshot, key api.Key, which func(metav1.OwnerReference) bool, why string) client.Write {
	return edited(s, key, why, func(m metav1.Object) { m.SetOwnerReferences(slices.DeleteFunc(m.GetOwnerReferences(), which)) })
}

func unblocked(s *view.Snapshot, key api.Key) client.Write {
	return edited(s, key, "break a circle of owners that wait for each other", func(m metav1.Object) {
		refs := slices.Clone(m.GetOwnerReferences())
		for i := range refs {
			no := false
			refs[i].BlockOwnerDeletion = &no
		}
		m.SetOwnerReferences(refs)
	})
}

// strayed tells of a reference into another namespace, which can own nothing.
func strayed(s *view.Snapshot, key api.Key, ref metav1.OwnerReference) reconcile.Event {
	return reconcile.Event{Object: s.Object(key), Warning: true, Reason: "OwnerRefInvalidNamespace",
		Message: fmt.Sprintf("ownerRef [%s/%s, namespace: %s, name: %s, uid: %s] does not exist in namespace %q",
			ref.APIVersion, ref.Kind, key.Namespace, ref.Name, ref.UID, key.Namespace)}
}
