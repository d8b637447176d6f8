package plan

import (
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
)

// Object is a typed Kubernetes object.
type Object interface {
	runtime.Object
	metav1.Object
}

// ControllerRef returns the owner reference that makes owner the controller of a dependent.
func ControllerRef(owner metav1.Object, apiVersion, kind string) metav1.OwnerReference {
	yes := true
	return metav1.OwnerReference{APIVersion: apiVersion, Kind: kind, Name: owner.GetName(), UID: owner.GetUID(), Controller: &yes, BlockOwnerDeletion: &yes}
}

// Rev is the revision at which an object was read: its resourceVersion.
func Rev(obj metav1.Object) api.Revision {
	// The view sets resourceVersion from the revision itself; what does not parse fences against nothing.
	n, _ := strconv.ParseUint(obj.GetResourceVersion(), 10, 64)
	return api.Revision(n)
}

// Fenced makes a write depend on owner being unchanged since it was read.
func Fenced(w client.Write, key api.Key, owner metav1.Object) client.Write {
	w.Fence = append(w.Fence, client.Fence{Key: key, Rev: Rev(owner)})
	return w
}

// Claim decides which of the candidates belong to a controller: those that it controls and its selector matches.
// Orphans that match are adopted, controlled ones that no longer match are released; both are writes.
type Claim[T Object] struct {
	Owner    Object
	OwnerKey api.Key
	Ref      metav1.OwnerReference
	Selector labels.Selector
	Resource api.Resource // of the candidates
	CanAdopt func(T) bool // in addition to the selector; nil allows all
	Belongs  func(T) bool // what else makes a dependent the owner's, so that others are released; nil takes all
	Mine     []T
	Writes   []client.Write
}

// Consider takes one candidate of the owner's namespace.
func (c *Claim[T]) Consider(obj T) {
	matches := c.Selector.Matches(labels.Set(obj.GetLabels())) && (c.Belongs == nil || c.Belongs(obj))
	ref := metav1.GetControllerOf(obj)
	switch {
	case ref != nil && ref.UID != c.Owner.GetUID():
		return
	case ref != nil && matches:
		c.Mine = append(c.Mine, obj)
	case ref != nil:
		if c.Owner.GetDeletionTimestamp() == nil {
			c.Writes = append(c.Writes, c.reown(obj, "release: labels no longer match the selector", WithoutOwner(obj.GetOwnerReferences(), c.Owner.GetUID())))
		}
	case matches && c.Owner.GetDeletionTimestamp() == nil && obj.GetDeletionTimestamp() == nil && (c.CanAdopt == nil || c.CanAdopt(obj)):
		refs := append(WithoutOwner(obj.GetOwnerReferences(), c.Owner.GetUID()), c.Ref)
		c.Writes = append(c.Writes, Fenced(c.reown(obj, "adopt: labels match and nobody controls it", refs), c.OwnerKey, c.Owner))
		c.Mine = append(c.Mine, obj)
	}
}

func (c *Claim[T]) reown(obj T, why string, refs []metav1.OwnerReference) client.Write {
	fresh := obj.DeepCopyObject().(T)
	fresh.SetOwnerReferences(refs)
	return Update(KeyOf(c.OwnerKey.Cluster, c.Resource, obj), fresh, why)
}

// WithoutOwner returns a copy of refs without those to uid.
func WithoutOwner(refs []metav1.OwnerReference, uid types.UID) []metav1.OwnerReference {
	out := make([]metav1.OwnerReference, 0, len(refs))
	for _, r := range refs {
		if r.UID != uid {
			out = append(out, r)
		}
	}
	return out
}
