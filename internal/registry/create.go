package registry

import (
	"context"
	"fmt"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/warning"

	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
)

// maxGeneratedBase is the length to which upstream cuts generateName before it adds five random characters.
const maxGeneratedBase = 58

// maxNameTries is how many generated names are tried before the create answers AlreadyExists, as upstream does.
const maxNameTries = 8

// Create stores a new object. internal is owned by the callee.
func (r *Registry) Create(ctx context.Context, q Request, internal runtime.Object, o WriteOptions) (Outcome, error) {
	return r.one(ctx, r.create(ctx, q, internal, o))
}

func (r *Registry) create(ctx context.Context, q Request, internal runtime.Object, o WriteOptions) attempt {
	tries := 0
	next := o.objects(internal)
	return func() (_ *pending, err error) {
		obj, err := next()
		if err != nil {
			return nil, err
		}
		m, err := meta.Accessor(obj)
		if err != nil {
			return nil, apierrors.NewInternalError(fmt.Errorf("reading metadata of a %s: %w", q.Kind.Kind, err))
		}
		q := q
		named := q.Name != ""
		if named && m.GetName() != q.Name {
			return nil, apierrors.NewBadRequest(fmt.Sprintf("the name of the object (%s) does not match the name on the URL (%s)", m.GetName(), q.Name))
		}
		q.Name = m.GetName()
		if err := rest.EnsureObjectNamespaceMatchesRequestNamespace(rest.ExpectedNamespaceForScope(q.Namespace, q.Kind.Namespaced), m); err != nil {
			return nil, err
		}
		warnings := &warningList{}
		defer func() { err = warnings.with(err) }()
		ctx := warning.WithWarningRecorder(r.context(ctx, &q), warnings)
		wipeSystemFields(m)

		p := &pending{created: true}
		p.onLost = func(*store.Record) error {
			if m.GetGenerateName() != "" { // even if there is a name that was chosen, as upstream
				return apierrors.NewGenerateNameConflict(q.resource(), q.Name, 1)
			}
			return apierrors.NewAlreadyExists(q.resource(), q.Name)
		}
		if err := r.namespaceOpen(ctx, &q, p, o.DryRun); err != nil {
			return nil, err
		}
		if err := r.definitionOpen(&q, p); err != nil {
			return nil, err
		}
		typed, err := r.manage(&q, "", nil, obj)
		if err != nil {
			return nil, err
		}
		st := &step{q: &q, op: admission.Create, obj: obj, made: typed, dryRun: o.DryRun, p: p}
		if err := r.mutate(ctx, st); err != nil {
			return nil, err
		}
		// Rules that mutate see, as upstream's, neither a generated name nor uid and time; and they may change the name.
		if named && m.GetName() != q.Name {
			return nil, apierrors.NewBadRequest(fmt.Sprintf("the name of the object (%s) does not match the name on the URL (%s)", m.GetName(), q.Name))
		}
		r.fillSystemFields(m)
		generated := m.GetName() == "" && m.GetGenerateName() != ""
		if generated {
			base := m.GetGenerateName()
			m.SetName(base[:min(len(base), maxGeneratedBase)] + r.Suffix())
			tries++
		}
		q.Name = strings.Clone(m.GetName()) // the key outlives the request
		p.key, p.rigid = q.Key(), !generated || tries >= maxNameTries
		p.guard(p.key, 0)
		if q.Kind.Resource == services {
			if r.Store.Get(p.key) != nil { // else the Service itself would be found to hold its address
				return nil, p.onLost(nil)
			}
			if obj, err = r.services.create(&q, obj, p, r.Law); err != nil {
				return nil, err
			}
		}
		stamp := q.Kind.Stamp(obj, nil)
		if err := rest.BeforeCreate(q.Kind.CreateStrategy(), ctx, obj); err != nil {
			return nil, err
		}
		if stamp != nil {
			stamp(metav1.NewTime(r.now()))
		}
		if err := r.checkEscalation(ctx, &q, obj, nil); err != nil {
			return nil, err
		}
		st.obj = obj
		if err := r.validate(ctx, st); err != nil {
			return nil, err
		}
		// Last, because upstream's storage is who refuses it.
		if rv := m.GetResourceVersion(); rv != "" && rv != "0" {
			return nil, apierrors.NewBadRequest("resourceVersion should not be set on objects to be created")
		}
		if q.Kind.Unserved != "" {
			warning.AddWarning(ctx, "", q.Kind.Unserved)
		}
		p.warnings = warnings.list
		return r.finish(&q, p, obj, st.typed(), nil, o.DryRun)
	}
}

// finish encodes obj as the write of p; typed is its typed form where that has been made, else nil. old is the record that
// it replaces, nil for a create. A write that changes nothing is settled without a commit, and so is a dry run.
func (r *Registry) finish(q *Request, p *pending, obj, typed runtime.Object, old *store.Record, dryRun bool) (*pending, error) {
	body, memo, fresh, err := r.Law.EncodeFresh(q.Kind, obj, typed)
	if err != nil {
		return nil, apierrors.NewInternalError(fmt.Errorf("encoding %s: %w", p.key, err))
	}
	return r.write(q, p, body, memo, fresh, old, dryRun)
}

// finishShared is finish for a typed object that shares memory with what readers of old hold.
func (r *Registry) finishShared(q *Request, p *pending, typed runtime.Object, old *store.Record, dryRun bool) (*pending, error) {
	body, memo, err := r.Law.EncodeShared(q.Kind, typed)
	if err != nil {
		return nil, apierrors.NewInternalError(fmt.Errorf("encoding %s: %w", p.key, err))
	}
	return r.write(q, p, body, memo, typed, old, dryRun)
}

// write makes an encoded object the write of p.
func (r *Registry) write(q *Request, p *pending, body []byte, memo *schema.Memo, fresh runtime.Object, old *store.Record, dryRun bool) (*pending, error) {
	if old != nil && !p.deleted && string(old.Body) == string(body) {
		p.settled, p.rec = true, old
		return p, nil
	}
	p.fresh = fresh
	if dryRun {
		if old == nil && r.Store.Get(p.key) != nil {
			return nil, p.onLost(nil)
		}
		rec := &store.Record{Key: p.key, Body: body}
		rec.Memo.Store(memo)
		if old != nil {
			rec.Rev, rec.Created = old.Rev, old.Created
		}
		p.settled, p.rec = true, rec
		return p, nil
	}
	if p.deleted {
		if err := r.dischargeQuota(q, p, old); err != nil {
			return nil, err
		}
	}
	p.op = len(p.txn.Ops)
	p.txn.Ops = append(p.txn.Ops, store.Op{Key: p.key, Body: body, Memo: memo, Delete: p.deleted})
	markRules(q, p)
	for _, f := range q.Fence {
		p.guard(f.Key, f.Rev)
	}
	return p, nil
}

// wipeSystemFields takes away what a client may not choose.
func wipeSystemFields(m metav1.Object) {
	m.SetCreationTimestamp(metav1.Time{})
	m.SetDeletionTimestamp(nil)
	m.SetDeletionGracePeriodSeconds(nil)
	m.SetUID("")
	m.SetSelfLink("")
}

// fillSystemFields sets what a client may not choose, as upstream's FillObjectMetaSystemFields does, but from injected
// sources.
func (r *Registry) fillSystemFields(m metav1.Object) {
	m.SetCreationTimestamp(metav1.NewTime(r.now()))
	m.SetDeletionTimestamp(nil)
	m.SetDeletionGracePeriodSeconds(nil)
	m.SetUID(r.UID())
	m.SetSelfLink("")
}

// warned is the error of a write about which rules have warned all the same.
type warned struct {
	error
	warnings []string
}

// Unwrap lets callers see the error itself.
func (w *warned) Unwrap() error { return w.error }

// with adds the warnings to an error.
func (w *warningList) with(err error) error {
	if err == nil || len(w.list) == 0 {
		return err
	}
	if inner, ok := err.(*warned); ok { //nolint:errorlint // the one that this function made, not one deep inside
		return &warned{inner.error, slices.Concat(w.list, inner.warnings)}
	}
	return &warned{err, w.list}
}

// warningList collects the warnings of strategies for the answer's headers.
type warningList struct{ list []string }

func (w *warningList) AddWarning(_, text string) {
	if text = strings.TrimSpace(text); text != "" {
		w.list = append(w.list, text)
	}
}
