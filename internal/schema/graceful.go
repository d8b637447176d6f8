package schema

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/registry/core/pod"
)

// podGraceful is upstream's rule for pods: the asked period, else the pod's own; none for a pod that no node runs or
// that has ended.
func podGraceful(ctx context.Context, internal runtime.Object, _ time.Time, opts *metav1.DeleteOptions) bool {
	return pod.Strategy.CheckGracefulDelete(ctx, internal, opts)
}

// BeforeDelete is upstream's rest.BeforeDelete with the clock as an argument. It checks the preconditions, and marks
// the internal object and opts for a graceful delete. graceful: the changed object is to be stored and somebody else
// finishes the delete. pending: a graceful delete is under way already and nothing is to be done. Neither: delete now;
// upstream calls a period of zero graceful too, and its store then deletes at once.
func (k *Kind) BeforeDelete(ctx context.Context, internal runtime.Object, now time.Time, opts *metav1.DeleteOptions) (graceful, pending bool, err error) {
	if u, ok := internal.(*unstructured.Unstructured); ok { // custom kinds are never graceful
		return false, false, k.checkPreconditions(&metav1.ObjectMeta{Name: u.GetName(), UID: u.GetUID(), ResourceVersion: u.GetResourceVersion()}, opts)
	}
	m, err := metaOf(internal)
	if err != nil {
		return false, false, err
	}
	if err := k.checkPreconditions(m, opts); err != nil {
		return false, false, err
	}
	if opts.GracePeriodSeconds != nil && *opts.GracePeriodSeconds < 0 {
		opts.GracePeriodSeconds = seconds(1) // a negative period means "as soon as is still graceful"
	}
	if k.Graceful == nil {
		return false, false, nil
	}
	if m.DeletionTimestamp != nil {
		return shorten(m, now, opts)
	}
	if !k.Graceful(ctx, internal, now, opts) {
		return false, false, nil
	}
	if opts.GracePeriodSeconds == nil {
		return false, false, apierrors.NewInternalError(fmt.Errorf("schema: %s: graceful delete without a period", k.Resource))
	}
	at := metav1.NewTime(now.Add(time.Duration(*opts.GracePeriodSeconds) * time.Second))
	m.DeletionTimestamp = &at
	m.DeletionGracePeriodSeconds = seconds(*opts.GracePeriodSeconds)
	if m.Generation > 0 {
		m.Generation++ // the spec's reader must act on the deletion
	}
	return *opts.GracePeriodSeconds != 0, false, nil
}

// CollectorDefault is what happens to the dependents of a deleted object of the kind when nobody says: for jobs of
// batch/v1 and replication controllers they stay, for compatibility. It needs the context of a strategy.
func (k *Kind) CollectorDefault(ctx context.Context) rest.GarbageCollectionPolicy {
	if st, ok := k.Strategy.(rest.GarbageCollectionDeleteStrategy); ok {
		return st.DefaultGarbageCollectionPolicy(ctx)
	}
	return rest.DeleteDependents
}

// checkPreconditions words a refusal with what upstream calls the resource here: the kind.
func (k *Kind) checkPreconditions(m *metav1.ObjectMeta, opts *metav1.DeleteOptions) error {
	p := opts.Preconditions
	if p == nil {
		return nil
	}
	gr := schema.GroupResource{Group: k.Resource.Group, Resource: k.Kind}
	if p.UID != nil && *p.UID != m.UID {
		return apierrors.NewConflict(gr, m.Name, fmt.Errorf(
			"the UID in the precondition (%s) does not match the UID in record (%s). The object might have been deleted and then recreated", *p.UID, m.UID))
	}
	if p.ResourceVersion != nil && *p.ResourceVersion != m.ResourceVersion {
		return apierrors.NewConflict(gr, m.Name, fmt.Errorf(
			"the ResourceVersion in the precondition (%s) does not match the ResourceVersion in record (%s). The object might have been modified", *p.ResourceVersion, m.ResourceVersion))
	}
	return nil
}

// shorten handles a delete of an object that is being deleted: its period can only get shorter.
func shorten(m *metav1.ObjectMeta, now time.Time, opts *metav1.DeleteOptions) (graceful, pending bool, err error) {
	old := m.DeletionGracePeriodSeconds
	if old == nil || *old == 0 {
		return false, false, nil // the second step of an earlier delete was lost; finish it
	}
	if opts.GracePeriodSeconds == nil {
		opts.GracePeriodSeconds = seconds(*old)
		return false, true, nil
	}
	period := *opts.GracePeriodSeconds
	if period >= *old {
		return false, true, nil
	}
	at := metav1.NewTime(m.DeletionTimestamp.Add(time.Duration(period-*old) * time.Second))
	if at.Time.Before(now) {
		at = metav1.NewTime(now) // never into the past
		if period != 0 {
			period = 1 // still graceful: the node ends it, not we
		}
	}
	m.DeletionTimestamp, m.DeletionGracePeriodSeconds = &at, &period
	return period != 0, false, nil
}

func seconds(s int64) *int64 { return &s }
