package policy

import (
	"context"
	"errors"
	"fmt"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apiequality "k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apiserver/pkg/admission"
	cachingauthorizer "k8s.io/apiserver/pkg/admission/plugin/authorizer"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/mutating"
	"k8s.io/apiserver/pkg/admission/plugin/policy/mutating/patch"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/authorization/authorizer"

	"gantry.dev/gantry/internal/admit"
)

// Mutation is a write on its way through mutating policies, one after the other. Run may be called twice: the second
// round evaluates only what asked for it (reinvocationPolicy) and whose object has changed since.
type Mutation struct {
	Case   *admit.Case
	Params ParamSource
	// Types knows the merge types of a kind, or returns nil.
	Types func(kschema.GroupVersionKind) managedfields.TypeConverter

	called, again sets.Set[string]
	last          runtime.Object // the object as the first round left it, if a policy may be evaluated again
	rounds        int
}

// Run evaluates the policies and changes the object of the case in place. changed says that the whole chain of mutating
// rules should run again.
func (m *Mutation) Run(ctx context.Context, rules []MutatingRule) (changed bool, err error) {
	if m.rounds++; m.rounds > 1 && len(m.called) > 0 && !apiequality.Semantic.DeepEqual(m.last, m.Case.GetObject()) {
		m.repeat()
	}
	r := round{Mutation: m, versions: admit.NewVersions(m.Case), authz: cachingauthorizer.NewCachingAuthorizer(m.Case.Authorizer)}
	if err := r.run(ctx, rules); err != nil {
		return false, err
	}
	if obj := m.Case.GetObject(); obj != nil && m.rounds == 1 && len(m.called) > 0 {
		m.last = obj.DeepCopyObject()
	}
	return r.changed, r.refused()
}

// repeat notes that the object has changed: what was evaluated so far and wants it is evaluated again.
func (m *Mutation) repeat() {
	m.again = m.again.Union(m.called)
	m.called = nil
}

// round is one Run. As upstream, which policies mean the write is decided on the object that came in; what each makes of
// it is handed to the next.
type round struct {
	*Mutation
	versions *admit.Versions
	authz    authorizer.Authorizer
	ns       *corev1.Namespace
	dirty    *admission.VersionedAttributes // what was patched last
	changed  bool
	failures []failure
}

type failure struct {
	text   string
	reason metav1.StatusReason
}

// invocation is a policy to be evaluated with one parameter.
type invocation struct {
	policy  *Mutating
	binding *MutatingBinding
	param   runtime.Object
	form    admit.Form
}

func (r *round) run(ctx context.Context, rules []MutatingRule) error {
	var todo []invocation
	for i := range rules {
		todo = append(todo, r.invocations(&rules[i])...)
	}
	if len(todo) == 0 {
		return nil
	}
	var err error
	if r.ns, err = r.Case.NamespaceObject(); err != nil {
		return err
	}
	for i := range todo {
		if err := r.invoke(ctx, &todo[i]); err != nil {
			return err
		}
	}
	if r.dirty == nil {
		return nil
	}
	r.changed = true
	r.repeat()
	if err := r.Case.Objects.GetObjectConvertor().Convert(r.dirty.VersionedObject, r.Case.GetObject(), nil); err != nil {
		return apierrors.NewInternalError(fmt.Errorf("failed to convert object: %w", err))
	}
	return nil
}

// invocations finds how a policy is to be evaluated.
func (r *round) invocations(rule *MutatingRule) (out []invocation) {
	p := rule.Policy
	if p.criteria == nil {
		r.fail(p, nil, errors.New("failed to configure policy: policy contained no match constraints, a required field"), "")
		return nil
	}
	form, ok, err := p.criteria.Match(r.Case, nil)
	if err == nil && !ok {
		return nil
	}
	var source *Params
	if err == nil {
		source, err = r.Params.param(p.Spec.ParamKind)
	}
	if err != nil {
		r.fail(p, nil, fmt.Errorf("failed to configure policy: %w", err), "")
		return nil
	}
	for _, b := range rule.Bindings {
		if b.criteria != nil {
			_, ok, err = b.criteria.Match(r.Case, nil)
			if err == nil && !ok {
				continue
			}
		}
		var params []runtime.Object
		if err == nil {
			params, err = collect(source, b.Spec.ParamRef, r.Case)
		}
		if err != nil {
			r.fail(p, b, fmt.Errorf("failed to configure binding: %w", err), "")
			continue
		}
		for _, param := range params {
			out = append(out, invocation{p, b, param, form})
		}
	}
	return out
}

// fail notes a failure unless the policy forgives it.
func (r *round) fail(p *Mutating, b *MutatingBinding, err error, reason metav1.StatusReason) {
	if f := p.Spec.FailurePolicy; f != nil && *f == admissionregistrationv1.Ignore {
		return
	}
	text := fmt.Sprintf("policy %q denied request: %v", p.Name, err)
	if b != nil {
		text = fmt.Sprintf("policy '%s' with binding '%s' denied request: %v", p.Name, b.Name, err)
	}
	r.failures = append(r.failures, failure{text, reason})
}

// refused is the error of the failures that nobody forgave; the first one words it.
func (r *round) refused() error {
	if len(r.failures) == 0 {
		return nil
	}
	err, ok := admission.NewForbidden(r.Case, errors.New("admission request denied by policy")).(*apierrors.StatusError) //nolint:errorlint // it makes nothing else
	if !ok {
		return apierrors.NewInternalError(errors.New(r.failures[0].text))
	}
	err.ErrStatus.Message = r.failures[0].text
	if r.failures[0].reason != "" {
		err.ErrStatus.Reason = r.failures[0].reason
	}
	for _, f := range r.failures {
		err.ErrStatus.Details.Causes = append(err.ErrStatus.Details.Causes, metav1.StatusCause{Message: f.text})
	}
	return err
}

func (r *round) invoke(ctx context.Context, inv *invocation) error {
	m := inv.policy.evaluator()
	if m.err != nil {
		r.fail(inv.policy, inv.binding, m.err, metav1.StatusReasonInvalid)
		return nil
	}
	attr, err := r.in(inv.form.Kind)
	if err != nil {
		r.fail(inv.policy, nil, fmt.Errorf("failed to configure policy: %w", err), "")
		return nil
	}
	ctx = m.compiler.CreateContext(ctx) // in which the policy's variables are evaluated
	if m.matcher != nil {
		res := m.matcher.Match(ctx, attr, inv.param, r.authz)
		if res.Error != nil {
			r.fail(inv.policy, inv.binding, res.Error, metav1.StatusReasonInvalid)
		}
		if res.Error != nil || !res.Matches {
			return nil
		}
	}
	id := inv.id()
	if r.rounds > 1 && !r.again.Has(id) {
		return nil
	}
	before := attr.VersionedObject
	for i := range m.patchers {
		if attr.VersionedObject == nil {
			break
		}
		began := r.Case.Clocked()
		err := r.patch(ctx, m.patchers[i], inv, attr)
		r.Case.Observed(admit.Check{Policy: inv.policy.Name, Binding: inv.binding.Name, Error: string(mutating.ErrorType(err)), Took: r.Case.Clocked().Sub(began)})
		if err != nil {
			var status *apierrors.StatusError
			if errors.As(err, &status) {
				return status
			}
			r.fail(inv.policy, inv.binding, err, metav1.StatusReasonInvalid)
		}
	}
	if !apiequality.Semantic.DeepEqual(before, attr.VersionedObject) {
		r.changed = true
		r.repeat()
	}
	if inv.policy.Spec.ReinvocationPolicy == admissionregistrationv1.IfNeededReinvocationPolicy {
		if r.called == nil {
			r.called = sets.New[string]()
		}
		r.called.Insert(id)
	}
	return nil
}

// in is the object in the version of a kind, with all that was patched so far.
func (r *round) in(kind kschema.GroupVersionKind) (*admission.VersionedAttributes, error) {
	if r.dirty == nil {
		return r.versions.In(kind)
	}
	return r.dirty, admission.ConvertVersionedAttributes(r.dirty, kind, r.Case.Objects)
}

// id tells invocations apart.
func (inv *invocation) id() string {
	id := inv.policy.Name + "/" + inv.binding.Name
	if inv.param != nil {
		if m, err := meta.Accessor(inv.param); err == nil {
			id += "/" + m.GetNamespace() + "/" + m.GetName()
		}
	}
	return id
}

func (r *round) patch(ctx context.Context, p patch.Patcher, inv *invocation, attr *admission.VersionedAttributes) error {
	types := r.Types(attr.VersionedKind)
	if types == nil {
		return apierrors.NewServiceUnavailable(fmt.Sprintf("Resource kind %s not found. There can be a delay between when CustomResourceDefinitions are created and when they are available.", attr.VersionedKind))
	}
	next, err := p.Patch(ctx, patch.Request{MatchedResource: inv.form.Resource, VersionedAttributes: attr, ObjectInterfaces: r.Case.Objects,
		OptionalVariables: cel.OptionalVariableBindings{VersionedParams: inv.param, Authorizer: r.authz}, Namespace: r.ns, TypeConverter: types},
		celconfig.RuntimeCELCostBudget)
	if err != nil {
		return err
	}
	if _, custom := attr.VersionedObject.(*unstructured.Unstructured); !custom {
		if next, err = r.Case.Objects.GetObjectConvertor().ConvertToVersion(next, attr.VersionedKind.GroupVersion()); err != nil {
			return err
		}
	}
	r.Case.Objects.GetObjectDefaulter().Default(next)
	attr.Dirty, attr.VersionedObject = true, next
	r.dirty = attr
	return nil
}
