package registry

import (
	"context"
	"errors"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/warning"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

var jobs = api.Resource{Group: "batch", Name: "jobs"}

// systemClasses are the priority classes that every cluster has.
var systemClasses = []string{"system-cluster-critical", "system-node-critical"}

// mayDelete holds the rules about deletes that upstream keeps in the storages of single kinds.
func (r *Registry) mayDelete(q *Request, rec *store.Record) error {
	switch q.Kind.Resource {
	case priorityClasses:
		if slices.Contains(systemClasses, q.Name) {
			return apierrors.NewForbidden(schedulingv1.Resource("priorityclasses"), q.Name, errors.New("this is a system priority class and cannot be deleted"))
		}
	case ipAddresses:
		return r.addressFree(q, rec)
	}
	return nil
}

// warnDelete says what a delete does that its client may not expect, whether or not there is something to delete.
func warnDelete(ctx context.Context, q *Request, opts *metav1.DeleteOptions) {
	if q.Kind.Resource == jobs && opts.PropagationPolicy == nil && opts.OrphanDependents == nil { // old clients still send it
		warning.AddWarning(ctx, "", "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning")
	}
}

// addressFree refuses to delete the object of an address that a Service holds: the object is the allocation, and
// without it the address would be handed out twice. (Upstream allows the delete, and repairs it within minutes.)
func (r *Registry) addressFree(q *Request, rec *store.Record) error {
	obj, err := r.Law.Typed(q.Kind, rec)
	if err != nil {
		return apierrors.NewInternalError(fmt.Errorf("reading %s: %w", rec.Key, err))
	}
	ref := obj.(*networkingv1.IPAddress).Spec.ParentRef
	if ref == nil || ref.Group != "" || ref.Resource != services.Name {
		return nil
	}
	svc, ok := lookup{r, q.Cluster}.get(services, ref.Namespace, ref.Name).(*corev1.Service)
	if !ok || !slices.Contains(svc.Spec.ClusterIPs, q.Name) {
		return nil
	}
	return apierrors.NewForbidden(q.resource(), q.Name, fmt.Errorf("Service %s/%s still holds this address; delete the Service instead", ref.Namespace, ref.Name))
}
