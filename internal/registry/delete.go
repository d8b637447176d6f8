package registry

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/warning"

	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
)

// Delete ends an object's life by upstream's rules: at once, gracefully (pods on a node), or when its finalizers are gone.
// Outcome.Deleted tells whether it is gone.
func (r *Registry) Delete(ctx context.Context, q Request, opts *metav1.DeleteOptions) (Outcome, error) {
	return r.one(ctx, r.delete(ctx, q, opts))
}

func (r *Registry) delete(ctx context.Context, q Request, opts *metav1.DeleteOptions) attempt {
	return func() (_ *pending, err error) {
		opts := deleteOptions(opts)
		if errs := metav1validation.ValidateDeleteOptions(opts); len(errs) > 0 {
			return nil, apierrors.NewInvalid(kschema.GroupKind{Group: metav1.GroupName, Kind: "DeleteOptions"}, "", errs)
		}
		warnings := &warningList{}
		defer func() { err = warnings.with(err) }()
		ctx := warning.WithWarningRecorder(r.context(ctx, &q), warnings)
		warnDelete(ctx, &q, opts)
		rec, err := r.current(&q)
		if err != nil {
			return nil, err
		}
		obj, shared, err := r.condemned(&q, rec)
		if err != nil {
			return nil, apierrors.NewInternalError(fmt.Errorf("reading %s: %w", rec.Key, err))
		}
		p := &pending{key: rec.Key}
		p.guard(p.key, rec.Rev)
		dry := len(opts.DryRun) > 0
		st := &step{q: &q, op: admission.Delete, old: obj, opts: opts, dryRun: dry, p: p}
		if !q.admitted {
			if _, err := r.mutateDynamic(ctx, st); err != nil { // mutating webhooks hear of deletes, too
				return nil, err
			}
		}
		if err := r.validate(ctx, st); err != nil {
			return nil, err
		}
		if err := r.mayDelete(&q, rec); err != nil {
			return nil, err
		}
		p.warnings = warnings.list
		if q.Kind.Resource == namespaces {
			return r.deleteNamespace(&q, p, obj, rec, opts)
		}
		if om, err := meta.Accessor(obj); err == nil && q.Kind.Resource == schema.Definitions && om.GetDeletionTimestamp() == nil {
			return r.deleteDefinition(&q, p, obj, rec, opts)
		}
		graceful, inProgress, err := q.Kind.BeforeDelete(ctx, obj, r.now(), opts)
		if err != nil {
			return nil, err
		}
		if inProgress {
			p.settled, p.rec = true, rec
			return p, nil
		}
		m, _ := meta.Accessor(obj)
		setCollectorFinalizers(m, opts, q.Kind.CollectorDefault(ctx))
		if q.finalizer != nil {
			q.finalizer.Change(m)
		}
		switch {
		case graceful && *opts.GracePeriodSeconds > 0:
		case len(m.GetFinalizers()) > 0:
			r.markDeleting(m)
		default:
			r.remove(&q, p, obj)
		}
		m.SetResourceVersion("")
		if shared != nil {
			return r.finishPod(&q, p, obj, shared, rec, dry)
		}
		return r.finish(&q, p, obj, nil, rec, dry)
	}
}

// condemned reads what is to be deleted, as an internal object of which only the metadata is changed. Of pods, which go in
// crowds, the rest is shared with all readers: shared is then the typed object.
func (r *Registry) condemned(q *Request, rec *store.Record) (obj, shared runtime.Object, err error) {
	if q.Kind.Resource == pods {
		return r.Law.Shared(q.Kind, rec)
	}
	obj, err = r.Law.Internal(q.Kind, rec)
	return obj, nil, err
}

// finishPod finishes the delete of a pod of which the metadata in obj has changed, and gives it the mark of the request.
func (r *Registry) finishPod(q *Request, p *pending, obj, shared runtime.Object, rec *store.Record, dry bool) (*pending, error) {
	typed, err := schema.WithMeta(shared, obj)
	if err != nil {
		return nil, apierrors.NewInternalError(err)
	}
	if pod := typed.(*corev1.Pod); q.mark != nil {
		pod.Status.Conditions = slices.Clone(pod.Status.Conditions)
		setCondition(pod, *q.mark, r.now())
	}
	return r.finishShared(q, p, typed, rec, dry)
}

// remove makes p the final delete of obj and gives back what the object held.
func (r *Registry) remove(q *Request, p *pending, obj runtime.Object) {
	p.deleted = true
	r.released(q, obj, p)
}

// deleteOptions copies the options: deciding writes into them, and an attempt may run more than once.
func deleteOptions(opts *metav1.DeleteOptions) *metav1.DeleteOptions {
	if opts == nil {
		return &metav1.DeleteOptions{}
	}
	return opts.DeepCopy()
}

// markDeleting is for objects whose finalizers hold them back.
func (r *Registry) markDeleting(m metav1.Object) {
	if m.GetDeletionTimestamp() == nil && m.GetGeneration() > 0 {
		m.SetGeneration(m.GetGeneration() + 1)
	}
	now := metav1.NewTime(r.now())
	if t := m.GetDeletionTimestamp(); t == nil || t.After(now.Time) {
		m.SetDeletionTimestamp(&now)
	}
	zero := int64(0)
	m.SetDeletionGracePeriodSeconds(&zero)
}

// setCollectorFinalizers writes down for the garbage collector what shall happen to dependents: as the options say, else
// the object's finalizers, else the kind's default.
func setCollectorFinalizers(m metav1.Object, opts *metav1.DeleteOptions, byDefault rest.GarbageCollectionPolicy) {
	var want string
	switch {
	case byDefault == rest.Unsupported: // objects of this kind have no dependents
	case opts.OrphanDependents != nil: // deprecated, still sent by old clients
		if *opts.OrphanDependents {
			want = metav1.FinalizerOrphanDependents
		}
	case opts.PropagationPolicy != nil:
		switch *opts.PropagationPolicy {
		case metav1.DeletePropagationOrphan:
			want = metav1.FinalizerOrphanDependents
		case metav1.DeletePropagationForeground:
			want = metav1.FinalizerDeleteDependents
		}
	case byDefault != rest.OrphanDependents || slices.ContainsFunc(m.GetFinalizers(), collectorFinalizer):
		return // what the object's finalizers say stands
	default:
		want = metav1.FinalizerOrphanDependents
	}
	fins := slices.DeleteFunc(slices.Clone(m.GetFinalizers()), collectorFinalizer)
	if want != "" {
		fins = append(fins, want)
	}
	if !slices.Equal(fins, m.GetFinalizers()) {
		m.SetFinalizers(fins)
	}
}

func collectorFinalizer(f string) bool {
	return f == metav1.FinalizerOrphanDependents || f == metav1.FinalizerDeleteDependents
}

// deleteNamespace begins a namespace's end; the namespace controller empties it and removes the finalizer in its spec.
func (r *Registry) deleteNamespace(q *Request, p *pending, obj runtime.Object, rec *store.Record, opts *metav1.DeleteOptions) (*pending, error) {
	m, _ := meta.Accessor(obj)
	if err := checkPreconditions(q, m, opts); err != nil {
		return nil, err
	}
	typed, err := r.Law.ToTyped(q.Kind, obj)
	if err != nil {
		return nil, apierrors.NewInternalError(err)
	}
	ns := typed.(*corev1.Namespace)
	switch {
	case ns.DeletionTimestamp == nil:
		now := metav1.NewTime(r.now())
		ns.DeletionTimestamp = &now
		ns.Status.Phase = corev1.NamespaceTerminating
		setCollectorFinalizers(ns, opts, rest.DeleteDependents)
	case !namespaceFinalized(ns):
		p.settled, p.rec = true, rec
		return p, nil
	}
	if namespaceFinalized(ns) {
		p.deleted = true
	}
	ns.ResourceVersion = ""
	if obj, err = r.Law.FromTyped(q.Kind, ns); err != nil {
		return nil, apierrors.NewInternalError(err)
	}
	return r.finish(q, p, obj, nil, rec, len(opts.DryRun) > 0)
}

func checkPreconditions(q *Request, m metav1.Object, opts *metav1.DeleteOptions) error {
	pre := opts.Preconditions
	if pre == nil {
		return nil
	}
	if pre.UID != nil && *pre.UID != m.GetUID() {
		return apierrors.NewConflict(q.resource(), q.Name, fmt.Errorf("Precondition failed: UID in precondition: %v, UID in object meta: %v", *pre.UID, m.GetUID()))
	}
	if pre.ResourceVersion != nil && *pre.ResourceVersion != m.GetResourceVersion() {
		return apierrors.NewConflict(q.resource(), q.Name, fmt.Errorf("Precondition failed: ResourceVersion in precondition: %v, ResourceVersion in object meta: %v", *pre.ResourceVersion, m.GetResourceVersion()))
	}
	return nil
}

// namespaceFinalized says whether nothing holds a deleted namespace back.
func namespaceFinalized(typed runtime.Object) bool {
	ns, ok := typed.(*corev1.Namespace)
	return ok && ns.DeletionTimestamp != nil && len(ns.Spec.Finalizers) == 0 && len(ns.Finalizers) == 0
}

// deleteBatch bounds the deletes of a collection that are committed together.
const deleteBatch = 256

// DeleteCollection deletes what a list would show and returns that list: each object by itself; objects that vanish meanwhile are success.
func (r *Registry) DeleteCollection(ctx context.Context, q Request, opts *metav1.DeleteOptions, l ListOptions) (Page, error) {
	page, err := r.List(ctx, q, l)
	if err != nil {
		return Page{}, err
	}
	warnDelete(ctx, &q, deleteOptions(opts))
	for chunk := range slices.Chunk(page.Records, deleteBatch) {
		attempts := make([]attempt, len(chunk))
		for i, rec := range chunk {
			one := q
			one.Namespace, one.Name, one.unnamed = rec.Key.Namespace, rec.Key.Name, true
			attempts[i] = r.delete(ctx, one, opts)
		}
		for _, d := range r.run(ctx, r.width(q.Cluster, q.resource()), attempts) {
			for _, text := range d.Warnings {
				warning.AddWarning(ctx, "", text)
			}
			if d.err != nil && !apierrors.IsNotFound(d.err) {
				return Page{}, d.err
			}
		}
	}
	return page, nil
}
