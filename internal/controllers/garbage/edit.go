package garbage

import (
	"encoding/json"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/view"
)

// edited is a write of an object's metadata, with the revision that was seen as precondition. Custom objects are patched:
// what else is in them depends on their version, of which the view knows nothing.
func edited(s *view.Snapshot, key api.Key, why string, edit func(metav1.Object)) client.Write {
	if s.IsCustom(key.Resource) {
		return patched(s, key, why, edit)
	}
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

func patched(s *view.Snapshot, key api.Key, why string, edit func(metav1.Object)) client.Write {
	rec := s.Record(key)
	m := s.Meta(rec)
	part := &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Finalizers: slices.Clone(m.Finalizers), OwnerReferences: slices.Clone(m.Owners)}}
	edit(part)
	// Lists are replaced as a whole, also by nothing.
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"uid": m.UID, "resourceVersion": schema.RevisionString(rec.Rev),
		"finalizers": part.Finalizers, "ownerReferences": part.OwnerReferences}})
	if err != nil {
		panic(err) // strings and booleans always encode
	}
	return client.Write{Verb: client.Patch, Key: key, Patch: patch, PatchType: types.MergePatchType, Why: why}
}

// strayed tells of a reference into another namespace, which can own nothing. Events are about typed objects; a custom
// object says it in its references only.
func strayed(p *reconcile.Plan, s *view.Snapshot, key api.Key, ref metav1.OwnerReference) {
	if s.IsCustom(key.Resource) {
		return
	}
	p.Events = append(p.Events, reconcile.Event{Object: s.Object(key), Warning: true, Reason: "OwnerRefInvalidNamespace",
		Message: fmt.Sprintf("ownerRef [%s/%s, namespace: %s, name: %s, uid: %s] does not exist in namespace %q",
			ref.APIVersion, ref.Kind, key.Namespace, ref.Name, ref.UID, key.Namespace)})
}
