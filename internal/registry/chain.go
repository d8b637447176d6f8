package registry

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"

	"gantry.dev/gantry/internal/admit"
)

// step is one write on its way through admission. Rules read it; those that mutate change obj in place; those that
// rely on other objects tie the write to them by guards on p.
type step struct {
	q  *Request
	op admission.Operation
	// obj is what shall be written, nil for a DELETE; old is what is there, nil for a CREATE. Both are internal objects
	// for writes of the kind itself, and typed ones (the v1 body or options) for subresources that have a kind of their own.
	obj, old runtime.Object
	// made is the typed form of obj as it is before anything has changed it, if somebody has made that; mutate uses it up.
	made runtime.Object
	// opts are the CreateOptions, UpdateOptions or DeleteOptions of the request.
	opts   runtime.Object
	dryRun bool
	// p is nil where nothing is written: CONNECT and token requests.
	p *pending
	// changed says that rules of users have changed obj after the built-in ones had seen it.
	changed bool
	// judged is obj and old in their final, typed form, once a rule has asked for it.
	judged *admit.Write
	// users are the rules that users have written; nil until the first of them is looked for.
	users *userRules
}

// mutate lets rules change what shall be written: after its field owners have been recorded, before the strategy sees
// it, as upstream. What the rules of users have changed goes through all rules once more.
func (r *Registry) mutate(ctx context.Context, st *step) error {
	if st.q.admitted {
		return nil
	}
	uniqueOwners(ctx, st, false)
	began := r.Clock()
	err := r.mutateAll(ctx, st)
	if err == nil {
		uniqueOwners(ctx, st, true)
	}
	r.dynamic.steps.note(st.op, false, r.Clock().Sub(began), err)
	return err
}

func (r *Registry) mutateAll(ctx context.Context, st *step) error {
	for range 2 {
		err := r.mutateBuiltin(ctx, st)
		st.made = nil
		if err != nil {
			return err
		}
		if again, err := r.mutateDynamic(ctx, st); err != nil || !again {
			return err
		}
	}
	return nil
}

// validate lets rules refuse what is about to be written, in its final form. Quota is last: nothing that is refused
// is charged.
func (r *Registry) validate(ctx context.Context, st *step) error {
	began := r.Clock()
	err := r.validateAll(ctx, st)
	r.dynamic.steps.note(st.op, true, r.Clock().Sub(began), err)
	return err
}

func (r *Registry) validateAll(ctx context.Context, st *step) error {
	if !st.q.admitted {
		if err := r.validateBuiltin(ctx, st); err != nil {
			return err
		}
		if err := r.validateDynamic(ctx, st); err != nil {
			return err
		}
	}
	return r.chargeQuota(ctx, st)
}

// typed is obj in the final, typed form in which rules have seen it; nil if none has looked. Nothing changes it any more.
func (st *step) typed() runtime.Object {
	if st.judged == nil {
		return nil
	}
	return st.judged.GetObject()
}

// admitBody sends a request whose body is no object of the kind itself through admission: a binding, an eviction, a
// token request, a scale, or (CONNECT) the options of exec, attach, portforward and proxy.
func (r *Registry) admitBody(ctx context.Context, q *Request, op admission.Operation, body, old runtime.Object, dryRun bool) error {
	st := &step{q: q, op: op, obj: body, old: old, dryRun: dryRun}
	if m, err := meta.Accessor(body); err == nil && m.GetNamespace() == "" { // options have no metadata
		m.SetNamespace(q.Namespace)
	}
	if err := r.mutate(ctx, st); err != nil {
		return err
	}
	return r.validate(ctx, st)
}

// AdmitConnect asks admission about a stream to a pod, node or service. options are the typed v1 options.
func (r *Registry) AdmitConnect(ctx context.Context, q Request, options runtime.Object) error {
	return r.admitBody(r.context(ctx, &q), &q, admission.Connect, options, nil, false)
}

// attributes are the step in upstream's form, for its libraries.
func (st *step) attributes() admission.Attributes {
	q := st.q
	opts := st.opts
	if opts == nil {
		opts = st.options()
	}
	namespace, name := q.Namespace, q.Name
	if q.Kind.Resource == namespaces {
		namespace = q.Name // a namespace counts as lying in itself
	}
	if q.unnamed {
		name = ""
	}
	return admission.NewAttributesRecord(st.obj, st.old, st.gvk(), namespace, name,
		kschema.GroupVersionResource{Group: q.Kind.Resource.Group, Version: q.Version, Resource: q.Kind.Resource.Name},
		q.Subresource, st.op, opts, st.dryRun, q.User)
}

// gvk is the kind of the request's body.
func (st *step) gvk() kschema.GroupVersionKind {
	if sub := st.q.Kind.Sub(st.q.Subresource); sub != nil && sub.GVK.Kind != "" {
		if sub.GVK.Version != "" {
			return sub.GVK
		}
		if sub.GVK.Kind != st.q.Kind.Kind { // the options of a connection
			return corev1.SchemeGroupVersion.WithKind(sub.GVK.Kind)
		}
	}
	return st.q.Kind.GVK(st.q.Version)
}

// options are the options of a request that came without: dry-run and field manager.
func (st *step) options() runtime.Object {
	var dry []string
	if st.dryRun {
		dry = []string{metav1.DryRunAll}
	}
	switch st.op {
	case admission.Create:
		return &metav1.CreateOptions{TypeMeta: optionsMeta("CreateOptions"), DryRun: dry, FieldManager: st.q.Asked.FieldManager, FieldValidation: st.q.Asked.FieldValidation}
	case admission.Update:
		return &metav1.UpdateOptions{TypeMeta: optionsMeta("UpdateOptions"), DryRun: dry, FieldManager: st.q.Asked.FieldManager, FieldValidation: st.q.Asked.FieldValidation}
	case admission.Delete:
		return &metav1.DeleteOptions{TypeMeta: optionsMeta("DeleteOptions"), DryRun: dry}
	}
	return nil
}

// optionsMeta is the kind of options as webhooks see it.
func optionsMeta(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: kind}
}
