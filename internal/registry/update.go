package registry

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/warning"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

var errModified = errors.New("the object has been modified; please apply your changes to the latest version and try again")

// Update replaces an object, or the part of it that the subresource of the request covers. internal is owned by the
// callee. Where upstream's strategy allows it, an update creates.
func (r *Registry) Update(ctx context.Context, q Request, internal runtime.Object, o WriteOptions) (Outcome, error) {
	return r.one(ctx, r.update(ctx, q, internal, o))
}

func (r *Registry) update(ctx context.Context, q Request, internal runtime.Object, o WriteOptions) attempt {
	next := o.objects(internal)
	return func() (*pending, error) {
		strategy, err := updateStrategy(&q)
		if err != nil {
			return nil, err
		}
		obj, err := next()
		if err != nil {
			return nil, err
		}
		m, err := meta.Accessor(obj)
		if err != nil {
			return nil, apierrors.NewInternalError(fmt.Errorf("reading metadata of a %s: %w", q.Kind.Kind, err))
		}
		if err := checkName(&q, m); err != nil {
			return nil, err
		}
		rec := r.Store.Get(q.Key())
		if rec == nil {
			if !strategy.AllowCreateOnUpdate() || q.Subresource != "" {
				return nil, apierrors.NewNotFound(q.resource(), q.Name)
			}
			if m.GetResourceVersion() != "" && m.GetResourceVersion() != "0" || m.GetUID() != "" {
				return nil, apierrors.NewNotFound(q.resource(), q.Name)
			}
			m.SetName(q.Name)
			return r.create(ctx, q, obj, WriteOptions{DryRun: o.DryRun, FieldValidation: o.FieldValidation})()
		}
		old, err := r.Law.Internal(q.Kind, rec)
		if err != nil {
			return nil, apierrors.NewInternalError(fmt.Errorf("reading %s: %w", q.Key(), err))
		}
		m.SetName(q.Name)
		rigid, err := checkVersion(&q, strategy, m, rec)
		if err != nil {
			return nil, err
		}
		q.unversioned = m.GetResourceVersion() == ""
		return r.replace(ctx, &q, strategy, obj, old, rec, rigid, o)
	}
}

// checkName says whether the object of an update is the one that its request is about.
func checkName(q *Request, m metav1.Object) error {
	switch m.GetName() {
	case q.Name:
		return nil
	case "":
		return apierrors.NewBadRequest(fmt.Sprintf("the name of the object (%s based on URL) was undeterminable: name must be provided", q.Name))
	}
	return apierrors.NewBadRequest(fmt.Sprintf("the name of the object (%s) does not match the name on the URL (%s)", m.GetName(), q.Name))
}

// replace prepares the write of obj over old, which was read from rec.
func (r *Registry) replace(ctx context.Context, q *Request, strategy rest.RESTUpdateStrategy, obj, old runtime.Object, rec *store.Record, rigid bool, o WriteOptions) (_ *pending, err error) {
	warnings := &warningList{}
	defer func() { err = warnings.with(err) }()
	ctx = warning.WithWarningRecorder(r.context(ctx, q), warnings)
	p := &pending{key: rec.Key, rigid: rigid}
	p.onLost = func(current *store.Record) error {
		if current == nil { // deleted meanwhile
			return apierrors.NewNotFound(q.resource(), q.Name)
		}
		return apierrors.NewConflict(q.resource(), q.Name, errModified)
	}
	p.guard(p.key, rec.Rev)
	nm, _ := meta.Accessor(obj)
	om, _ := meta.Accessor(old)
	if uid := nm.GetUID(); uid != "" && uid != om.GetUID() {
		return nil, apierrors.NewConflict(q.resource(), q.Name, fmt.Errorf("Precondition failed: UID in precondition: %v, UID in object meta: %v", uid, om.GetUID()))
	}
	if !q.unversioned {
		nm.SetResourceVersion(om.GetResourceVersion())
	}
	if err := rest.EnsureObjectNamespaceMatchesRequestNamespace(rest.ExpectedNamespaceForScope(q.Namespace, q.Kind.Namespaced), nm); err != nil {
		return nil, err
	}
	typed, err := r.manage(q, q.Subresource, old, obj)
	if err != nil {
		return nil, err
	}
	st := &step{q: q, op: admission.Update, obj: obj, made: typed, old: old, dryRun: o.DryRun, p: p}
	if err := r.mutate(ctx, st); err != nil {
		return nil, err
	}
	nm.SetResourceVersion(om.GetResourceVersion()) // as upstream, rules that mutate see none if the client sent none
	if q.Kind.Resource == services && q.Subresource == "" {
		var err error
		if obj, err = r.services.update(q, obj, old, p, r.Law); err != nil {
			return nil, err
		}
	}
	stamp := q.Kind.Stamp(obj, old)
	if err := rest.BeforeUpdate(strategy, ctx, obj, old); err != nil {
		return nil, err
	}
	if stamp != nil {
		stamp(metav1.NewTime(r.now()))
	}
	if q.finalizer != nil {
		if om.GetDeletionTimestamp() != nil && !q.finalizer.Off {
			return nil, apierrors.NewConflict(q.resource(), q.Name, fmt.Errorf("it is being deleted, no finalizer %s can be put on it", q.finalizer.Name))
		}
		m, _ := meta.Accessor(obj)
		q.finalizer.Change(m)
	}
	if err := r.checkEscalation(ctx, q, obj, old); err != nil {
		return nil, err
	}
	st.obj = obj
	if err := r.validate(ctx, st); err != nil {
		return nil, err
	}
	nm, _ = meta.Accessor(obj)
	nm.SetResourceVersion("")
	p.warnings = warnings.list
	p.deleted = lastFinalizerGone(q, nm, om, obj, r)
	if p.deleted {
		r.released(q, obj, p)
	}
	return r.finish(q, p, obj, st.typed(), rec, o.DryRun)
}

// lastFinalizerGone says whether this update ends a deletion that only waited for finalizers.
func lastFinalizerGone(q *Request, nm, om metav1.Object, obj runtime.Object, r *Registry) bool {
	if om.GetDeletionTimestamp() == nil || len(nm.GetFinalizers()) > 0 {
		return false
	}
	if q.Kind.Resource == namespaces {
		typed, err := r.Law.ToTyped(q.Kind, obj)
		return err == nil && namespaceFinalized(typed)
	}
	grace := om.GetDeletionGracePeriodSeconds()
	return grace == nil || *grace == 0
}

// checkVersion decides about resourceVersion: rigid means that the caller named the version that it has seen.
func checkVersion(q *Request, strategy rest.RESTUpdateStrategy, m metav1.Object, rec *store.Record) (rigid bool, err error) {
	rv := m.GetResourceVersion()
	if rv == "" || rv == "0" {
		if !strategy.AllowUnconditionalUpdate() {
			gr := q.resource() // upstream names the resource where others name the kind
			return false, apierrors.NewInvalid(kschema.GroupKind{Group: gr.Group, Kind: gr.Resource}, q.Name, field.ErrorList{
				field.Invalid(field.NewPath("metadata", "resourceVersion"), 0, "must be specified for an update")})
		}
		return false, nil
	}
	rev, err := parseRevision(rv)
	if err != nil {
		return false, apierrors.NewInvalid(kindOf(q), q.Name, field.ErrorList{
			field.Invalid(field.NewPath("metadata", "resourceVersion"), rv, err.Error())})
	}
	if rev != rec.Rev {
		return false, apierrors.NewConflict(q.resource(), q.Name, errModified)
	}
	return true, nil
}

func parseRevision(s string) (api.Revision, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("must be a number as the API handed it out")
	}
	return api.Revision(n), nil
}

func updateStrategy(q *Request) (rest.RESTUpdateStrategy, error) {
	if q.Subresource == "" {
		return q.Kind.Strategy, nil
	}
	sub := q.Kind.Subresources[q.Subresource]
	if sub == nil || sub.Strategy == nil {
		return nil, apierrors.NewMethodNotSupported(q.resource(), "update of subresource "+q.Subresource)
	}
	return sub.Strategy, nil
}
