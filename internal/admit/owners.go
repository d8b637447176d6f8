package admit

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/authorization/authorizer"
)

// ownersChange looks at metadata alone.
func ownersChange(a admission.Attributes, _ Lookup) bool {
	m, old := metaOf(a.GetObject()), metaOf(a.GetOldObject())
	switch {
	case m == nil: // a body without metadata
		return false
	case old == nil:
		return len(m.GetOwnerReferences()) > 0
	}
	return !equality.Semantic.DeepEqual(m.GetOwnerReferences(), old.GetOwnerReferences()) &&
		len(m.GetOwnerReferences())+len(old.GetOwnerReferences()) > 0
}

// mayOwn is OwnerReferencesPermissionEnforcement: who gives an object an owner gives it to the garbage collector, and who
// blocks an owner's deletion must be allowed to hold it with a finalizer.
func mayOwn(_ context.Context, w *Write) error {
	if w.GetOperation() != admission.Create {
		ok, reason := w.Access(authorizer.AttributesRecord{User: w.GetUserInfo(), Verb: "delete", Namespace: w.GetNamespace(),
			APIGroup: w.GetResource().Group, APIVersion: w.GetResource().Version, Resource: w.GetResource().Resource,
			Subresource: w.GetSubresource(), Name: w.GetName(), ResourceRequest: true})
		if !ok {
			return w.forbid(fmt.Errorf("cannot set an ownerRef on a resource you can't delete: %v, <nil>", reason))
		}
	}
	blocking := newlyBlocking(metaOf(w.GetObject()), metaOf(w.GetOldObject()))
	if len(blocking) == 0 {
		return nil
	}
	if ok, _ := w.Access(authorizer.AttributesRecord{User: w.GetUserInfo(), Verb: "update", APIGroup: "*", APIVersion: "*", Resource: "*",
		Subresource: "finalizers", Name: "*", ResourceRequest: true}); ok {
		return nil
	}
	for _, ref := range blocking {
		if err := w.mayFinalize(ref); err != nil {
			return w.forbid(err)
		}
	}
	return nil
}

// mayFinalize asks for all resources that the owner may be one of.
func (w *Write) mayFinalize(ref metav1.OwnerReference) error {
	gv, err := kschema.ParseGroupVersion(ref.APIVersion)
	served := w.Serving(gv.WithKind(ref.Kind))
	if err == nil && len(served) == 0 {
		err = fmt.Errorf("no matches for kind %q in version %q", ref.Kind, ref.APIVersion)
	}
	if err != nil {
		return fmt.Errorf("cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion %s Kind %s: %w", ref.APIVersion, ref.Kind, err)
	}
	for _, s := range served {
		at := authorizer.AttributesRecord{User: w.GetUserInfo(), Verb: "update", APIGroup: s.Resource.Group, APIVersion: s.Resource.Version,
			Resource: s.Resource.Resource, Subresource: "finalizers", Name: ref.Name, ResourceRequest: true}
		if s.Namespaced {
			at.Namespace = w.GetNamespace() // an owner is in the namespace of its dependents
		}
		if ok, reason := w.Access(at); !ok {
			return fmt.Errorf("cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: %v, <nil>", reason)
		}
	}
	return nil
}

// newlyBlocking are the references that block their owner's deletion and have not done so before.
func newlyBlocking(m, old metav1.Object) (out []metav1.OwnerReference) {
	blocked := map[types.UID]bool{}
	if old != nil {
		for _, ref := range old.GetOwnerReferences() {
			blocked[ref.UID] = ref.BlockOwnerDeletion != nil && *ref.BlockOwnerDeletion
		}
	}
	for _, ref := range m.GetOwnerReferences() {
		if ref.BlockOwnerDeletion != nil && *ref.BlockOwnerDeletion && !blocked[ref.UID] {
			out = append(out, ref)
		}
	}
	return out
}
