package registry

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/apiserver/pkg/warning"

	"gantry.dev/gantry/internal/admit"
	"gantry.dev/gantry/internal/admit/policy"
	"gantry.dev/gantry/internal/admit/webhook"
	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/schema"
)

// dynamic is what the registry keeps for the rules of users.
type dynamic struct {
	books rulebooks
	// conditions compiles the match conditions of webhooks. It is made at its first use: few clusters have any.
	conditions func() cel.ConditionCompiler
	metrics    *hookMetrics
	steps      *stepMetrics
	validating *policyMetrics
	mutating   *policyMetrics
}

func newDynamic() *dynamic {
	return &dynamic{metrics: newHookMetrics(), steps: newStepMetrics(), validating: newValidatingMetrics(), mutating: newMutatingMetrics(), conditions: sync.OnceValue(func() cel.ConditionCompiler {
		return cel.NewConditionCompiler(environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()))
	})}
}

// userRules are the rules that users have written, as they concern one step, between the rounds of its mutation.
type userRules struct {
	book     *rulebook
	policies *policy.Mutation
	hooks    *webhook.Mutation
}

// mutateDynamic runs the mutating policies and then the mutating webhooks. again says that they have changed the object,
// so that the whole chain has to run a second time: what asked for it is called once more.
func (r *Registry) mutateDynamic(ctx context.Context, st *step) (again bool, err error) {
	b, err := r.rulesFor(st)
	if err != nil || b == nil || len(b.mutating) == 0 && len(b.mutatingHooks) == 0 {
		return false, err
	}
	if st.users.policies == nil {
		c := r.caseOf(ctx, st)
		st.users.policies = &policy.Mutation{Case: c, Params: r.params(ctx, st.q.Cluster), Types: func(gvk kschema.GroupVersionKind) managedfields.TypeConverter {
			return r.mergeTypes(ctx, st.q, gvk)
		}}
		st.users.hooks = &webhook.Mutation{Case: c, Conditions: r.dynamic.conditions(), UID: r.UID, Done: r.observer(c, "admit"),
			Call: func(ctx context.Context, q *webhook.Question) ([]byte, error) { return r.post(ctx, st.q.Cluster, q) }}
	}
	books := ownersOf(st)
	var polices, hooks bool
	if st.op != admission.Delete && len(b.mutating) > 0 { // a delete has nothing to mutate
		if polices, err = st.users.policies.Run(ctx, b.mutating); err != nil {
			return false, err
		}
	}
	if len(b.mutatingHooks) > 0 {
		if hooks, err = st.users.hooks.Run(ctx, b.mutatingHooks); err != nil {
			return false, err
		}
	}
	if polices || hooks {
		st.changed = true
		if err := r.Law.Settle(st.q.Kind, st.obj); err != nil {
			return false, apierrors.NewInternalError(fmt.Errorf("what is left of the object after it was mutated: %w", err))
		}
		keepOwners(ctx, st, books)
	}
	return polices || hooks, nil
}

// validateDynamic runs the validating policies and then the validating webhooks, all at once.
func (r *Registry) validateDynamic(ctx context.Context, st *step) error {
	b, err := r.rulesFor(st)
	if err != nil || b == nil || len(b.validating) == 0 && len(b.validatingHooks) == 0 {
		return err
	}
	c := r.caseOf(ctx, st)
	if err := policy.Validate(ctx, c, r.params(ctx, st.q.Cluster), b.validating); err != nil {
		return err
	}
	if len(b.validatingHooks) == 0 {
		return nil
	}
	v := &webhook.Validation{Case: c, Conditions: r.dynamic.conditions(), UID: r.UID}
	questions, err := v.Questions(ctx, b.validatingHooks)
	if err != nil || len(questions) == 0 {
		return err
	}
	if err := admit.Ended(ctx); err != nil {
		return err
	}
	return r.askAll(ctx, st.q.Cluster, v, questions)
}

// rulesFor is the rulebook of a step's cluster; nil if nobody has written rules, or none may concern the step. It is the
// same for the whole step.
func (r *Registry) rulesFor(st *step) (*rulebook, error) {
	if st.users == nil {
		b, err := r.rulebook(st.q.Cluster)
		if err != nil {
			return nil, err
		}
		st.users = &userRules{book: b}
		if b != nil && st.q.Kind.Resource.Group == ruleGroup && admit.Exempt(st.attributes()) {
			st.users.book = nil
		}
	}
	return st.users.book, nil
}

// caseOf is a step as the rules of users see it.
func (r *Registry) caseOf(ctx context.Context, st *step) *admit.Case {
	l := lookup{r, st.q.Cluster}
	var forms []admit.Form // every rule that names another form of the resource asks for them
	if o, ok := st.opts.(*metav1.DeleteOptions); ok && o.Kind == "" {
		o.TypeMeta = optionsMeta("DeleteOptions")
	}
	return &admit.Case{
		Attributes: st.attributes(),
		Objects:    r.Law.Objects(st.q.Kind, st.q.Subresource),
		Equivalents: func() []admit.Form {
			if forms == nil {
				forms = r.forms(st.q)
			}
			return forms
		},
		Namespace: func(name string) (*corev1.Namespace, error) {
			if ns, ok := l.get(namespaces, "", name).(*corev1.Namespace); ok {
				return ns, nil
			}
			return nil, apierrors.NewNotFound(groupResource(namespaces), name)
		},
		Authorizer: clusterAuthorizer{r, st.q.Cluster},
		Warn:       func(text string) { warning.AddWarning(ctx, "", text) },
		Note:       noting(ctx),
		Checked:    r.dynamic.checked,
		Now:        r.Clock,
	}
}

// forms are all versions and groups in which the resource of a request is served.
func (r *Registry) forms(q *Request) (out []admit.Form) {
	rows := []*schema.Kind{q.Kind}
	if !q.Kind.IsCustom() {
		for _, k := range r.Law.Kinds() {
			if k != q.Kind && !k.Virtual && k.StoreAs == q.Kind.StoreAs {
				rows = append(rows, k)
			}
		}
	}
	for _, k := range rows {
		if q.Subresource != "" && k.Sub(q.Subresource) == nil {
			continue
		}
		for _, v := range k.AllVersions() {
			out = append(out, admit.Form{Kind: k.BodyKind(q.Subresource, v),
				Resource: kschema.GroupVersionResource{Group: k.Resource.Group, Version: v, Resource: k.Resource.Name}})
		}
	}
	return out
}

// mergeTypes knows how objects of a kind are merged; nil if nobody does.
func (r *Registry) mergeTypes(ctx context.Context, q *Request, gvk kschema.GroupVersionKind) managedfields.TypeConverter {
	k := q.Kind
	if gvk.Group != k.Resource.Group || gvk.Kind != k.Kind {
		other, err := r.KindFor(ctx, q.Cluster, gvk)
		if err != nil {
			return nil
		}
		if other != nil { // else it is the body of a subresource: a built-in kind
			k = other
		}
	}
	types, err := r.Law.MergeTypes(k)
	if err != nil {
		return nil
	}
	return types
}

// clusterAuthorizer answers for CEL expressions what users may do in a cluster.
type clusterAuthorizer struct {
	r *Registry
	c api.Cluster
}

// Authorize implements authorizer.Authorizer.
func (a clusterAuthorizer) Authorize(_ context.Context, at authorizer.Attributes) (authorizer.Decision, string, error) {
	if a.r.Access == nil {
		return authorizer.DecisionNoOpinion, "", errors.New("this server knows nobody's permissions")
	}
	if ok, reason := a.r.Access(a.c, at); !ok {
		return authorizer.DecisionNoOpinion, reason, nil
	}
	return authorizer.DecisionAllow, "", nil
}

// ownersOf is the managed fields of the object before rules change it.
func ownersOf(st *step) []metav1.ManagedFieldsEntry {
	if st.obj == nil {
		return nil
	}
	m, err := meta.Accessor(st.obj)
	if err != nil {
		return nil // options have no metadata
	}
	return slices.Clone(m.GetManagedFields())
}

// keepOwners puts back the managed fields that rules have made unreadable, with upstream's warning.
func keepOwners(ctx context.Context, st *step, before []metav1.ManagedFieldsEntry) {
	if st.obj == nil {
		return
	}
	m, err := meta.Accessor(st.obj)
	if err != nil {
		return
	}
	if err := managedfields.ValidateManagedFields(m.GetManagedFields()); err != nil {
		m.SetManagedFields(before)
		warning.AddWarning(ctx, "", fmt.Sprintf(".metadata.managedFields was in an invalid state after admission; this could be caused by an outdated mutating admission controller; please fix your requests: %v", err))
	}
}
