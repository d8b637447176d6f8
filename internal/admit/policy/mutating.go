package policy

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/mutating/patch"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions"
	"k8s.io/apiserver/pkg/cel/environment"

	"gantry.dev/gantry/internal/admit"
)

// Mutating is a MutatingAdmissionPolicy. Its expressions are compiled when the first write matches it.
type Mutating struct {
	*admissionregistrationv1.MutatingAdmissionPolicy
	criteria  *admit.Criteria
	evaluator func() *mutator
}

// NewMutating compiles the policy's selectors. policy must not be changed any more.
func NewMutating(policy *admissionregistrationv1.MutatingAdmissionPolicy) *Mutating {
	return &Mutating{policy, criteria(policy.Spec.MatchConstraints), sync.OnceValue(func() *mutator { return compileMutating(policy) })}
}

// MutatingBinding says where, and with which parameters, a mutating policy is in force.
type MutatingBinding struct {
	*admissionregistrationv1.MutatingAdmissionPolicyBinding
	criteria *admit.Criteria
}

// NewMutatingBinding compiles the binding's selectors.
func NewMutatingBinding(b *admissionregistrationv1.MutatingAdmissionPolicyBinding) *MutatingBinding {
	return &MutatingBinding{b, criteria(b.Spec.MatchResources)}
}

// MutatingRule is a policy with the bindings that name it.
type MutatingRule struct {
	Policy   *Mutating
	Bindings []*MutatingBinding
}

// MutatingRules joins policies and bindings as ValidatingRules does.
func MutatingRules(policies []*Mutating, bindings []*MutatingBinding) []MutatingRule {
	of := map[string][]*MutatingBinding{}
	for _, b := range bindings {
		of[b.Spec.PolicyName] = append(of[b.Spec.PolicyName], b)
	}
	var out []MutatingRule
	for _, p := range policies {
		if bs := of[p.Name]; len(bs) > 0 {
			slices.SortFunc(bs, func(a, b *MutatingBinding) int { return strings.Compare(a.Name, b.Name) })
			out = append(out, MutatingRule{p, bs})
		}
	}
	slices.SortFunc(out, func(a, b MutatingRule) int { return strings.Compare(a.Policy.Name, b.Policy.Name) })
	return out
}

// mutator is a compiled policy.
type mutator struct {
	compiler *cel.CompositedCompiler
	matcher  matchconditions.Matcher // nil without match conditions
	patchers []patch.Patcher         // one per mutation
	err      error
}

func compileMutating(p *admissionregistrationv1.MutatingAdmissionPolicy) *mutator {
	decls := cel.OptionalVariableDeclarations{HasParams: p.Spec.ParamKind != nil, HasAuthorizer: true}
	compiler, err := newCompiler(p.Spec.Variables, decls)
	if err != nil {
		return &mutator{err: fmt.Errorf("failed to initialize CEL compiler: %w", err)}
	}
	m := &mutator{compiler: compiler, matcher: conditions(compiler, p.Spec.MatchConditions, p.Spec.FailurePolicy, decls, p.Name)}
	decls.HasPatchTypes = true
	for i, mut := range p.Spec.Mutations {
		switch {
		case mut.PatchType == admissionregistrationv1.PatchTypeJSONPatch && mut.JSONPatch != nil:
			m.patchers = append(m.patchers, patch.NewJSONPatcher(compiler.CompileMutatingEvaluator(
				&patch.JSONPatchCondition{Expression: mut.JSONPatch.Expression}, decls, environment.StoredExpressions)))
		case mut.PatchType == admissionregistrationv1.PatchTypeApplyConfiguration && mut.ApplyConfiguration != nil:
			m.patchers = append(m.patchers, patch.NewApplyConfigurationPatcher(compiler.CompileMutatingEvaluator(
				&patch.ApplyConfigurationCondition{Expression: mut.ApplyConfiguration.Expression}, decls, environment.StoredExpressions)))
		default:
			return &mutator{err: fmt.Errorf("mutation %d has no expression of its patch type %q", i, mut.PatchType)}
		}
	}
	return m
}
