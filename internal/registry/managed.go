package registry

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// manage records in managedFields that the request's manager wrote obj over live. live is nil for a create. typed is obj in
// the storage version if that has been made on the way, else nil.
func (r *Registry) manage(q *Request, sub string, live, obj runtime.Object) (typed runtime.Object, err error) {
	if q.FieldManager == "" {
		return nil, nil
	}
	if live == nil && q.Kind.IsCustom() {
		if live, err = r.Law.NewLive(q.Kind, q.Version); err != nil {
			return nil, apierrors.NewInternalError(err)
		}
	}
	versioned, err := r.Law.UpdateManaged(q.Kind, sub, q.Version, live, obj, q.FieldManager, r.now())
	if err != nil {
		return nil, apierrors.NewInternalError(fmt.Errorf("field owners of %s: %w", q.Kind.Resource, err))
	}
	if q.Kind.GVK(q.Version).GroupVersion() == q.Kind.Storage {
		typed = versioned
	}
	return typed, nil
}

// stampManaged gives entries that changed the injected time, and keeps the old time of those that did not: upstream's
// library reads the real clock, and a no-op must stay one.
func (r *Registry) stampManaged(m metav1.Object, old []metav1.ManagedFieldsEntry) {
	now := metav1.NewTime(r.now())
	entries := m.GetManagedFields()
	for i := range entries {
		e := &entries[i]
		if e.Time == nil {
			continue // an apply that changed nothing but the owners
		}
		e.Time = &now
		for j := range old {
			o := &old[j]
			if o.Manager == e.Manager && o.Operation == e.Operation && o.APIVersion == e.APIVersion && o.Subresource == e.Subresource &&
				equality.Semantic.DeepEqual(o.FieldsV1, e.FieldsV1) {
				e.Time = o.Time
			}
		}
	}
	m.SetManagedFields(entries)
}
