// Package policy decides by the admission policies that users write in CEL: ValidatingAdmissionPolicy and
// MutatingAdmissionPolicy with their bindings and parameters. Expressions are compiled and evaluated by upstream's
// libraries; which policy is asked about which write, with which parameters, and what its answer does, is decided here.
package policy

import (
	"slices"
	"strings"
	"sync"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions"
	"k8s.io/apiserver/pkg/cel/environment"

	"gantry.dev/gantry/internal/admit"
)

// Validating is a ValidatingAdmissionPolicy. Its expressions are compiled when the first write matches it.
type Validating struct {
	*admissionregistrationv1.ValidatingAdmissionPolicy
	criteria  *admit.Criteria
	validator func() validating.Validator
}

// NewValidating compiles the policy's selectors. policy must not be changed any more.
func NewValidating(policy *admissionregistrationv1.ValidatingAdmissionPolicy) *Validating {
	return &Validating{policy, criteria(policy.Spec.MatchConstraints), sync.OnceValue(func() validating.Validator { return compileValidating(policy) })}
}

// ValidatingBinding says where, and with which parameters, a validating policy is in force.
type ValidatingBinding struct {
	*admissionregistrationv1.ValidatingAdmissionPolicyBinding
	criteria *admit.Criteria
}

// NewValidatingBinding compiles the binding's selectors.
func NewValidatingBinding(b *admissionregistrationv1.ValidatingAdmissionPolicyBinding) *ValidatingBinding {
	return &ValidatingBinding{b, criteria(b.Spec.MatchResources)}
}

// criteria of a policy or binding; a binding without any is for all that its policy is for.
func criteria(m *admissionregistrationv1.MatchResources) *admit.Criteria {
	if m == nil {
		return nil
	}
	c := admit.NewCriteria(m.MatchPolicy, m.NamespaceSelector, m.ObjectSelector)
	c.Rules, c.Except, c.All = m.ResourceRules, m.ExcludeResourceRules, true
	return c
}

// ValidatingRule is a policy with the bindings that name it.
type ValidatingRule struct {
	Policy   *Validating
	Bindings []*ValidatingBinding
}

// ValidatingRules joins policies and bindings, in the order of policy names and binding names. A policy without binding
// is not in force, and a binding without policy binds nothing.
func ValidatingRules(policies []*Validating, bindings []*ValidatingBinding) []ValidatingRule {
	of := map[string][]*ValidatingBinding{}
	for _, b := range bindings {
		of[b.Spec.PolicyName] = append(of[b.Spec.PolicyName], b)
	}
	var out []ValidatingRule
	for _, p := range policies {
		if bs := of[p.Name]; len(bs) > 0 {
			slices.SortFunc(bs, func(a, b *ValidatingBinding) int { return strings.Compare(a.Name, b.Name) })
			out = append(out, ValidatingRule{p, bs})
		}
	}
	slices.SortFunc(out, func(a, b ValidatingRule) int { return strings.Compare(a.Policy.Name, b.Policy.Name) })
	return out
}

func compileValidating(p *admissionregistrationv1.ValidatingAdmissionPolicy) validating.Validator {
	full := cel.OptionalVariableDeclarations{HasParams: p.Spec.ParamKind != nil, HasAuthorizer: true}
	plain := cel.OptionalVariableDeclarations{HasParams: full.HasParams} // messages may not ask about permissions
	compiler, err := newCompiler(p.Spec.Variables, full)
	if err != nil {
		return validating.NewValidator(nil, nil, nil, nil, p.Spec.FailurePolicy, err)
	}
	checks, messages := make([]cel.ExpressionAccessor, len(p.Spec.Validations)), make([]cel.ExpressionAccessor, len(p.Spec.Validations))
	for i, v := range p.Spec.Validations {
		checks[i] = &validating.ValidationCondition{Expression: v.Expression, Message: v.Message, Reason: v.Reason}
		if v.MessageExpression != "" {
			messages[i] = &validating.MessageExpressionCondition{MessageExpression: v.MessageExpression}
		}
	}
	notes := make([]cel.ExpressionAccessor, len(p.Spec.AuditAnnotations))
	for i, a := range p.Spec.AuditAnnotations {
		notes[i] = &validating.AuditAnnotationCondition{Key: a.Key, ValueExpression: a.ValueExpression}
	}
	return validating.NewValidator(
		compiler.CompileCondition(checks, full, environment.StoredExpressions),
		conditions(compiler, p.Spec.MatchConditions, p.Spec.FailurePolicy, full, p.Name),
		compiler.CompileCondition(notes, full, environment.StoredExpressions),
		compiler.CompileCondition(messages, plain, environment.StoredExpressions),
		p.Spec.FailurePolicy, nil)
}

// newCompiler returns a compiler that knows the variables of a policy.
func newCompiler(vars []admissionregistrationv1.Variable, decls cel.OptionalVariableDeclarations) (*cel.CompositedCompiler, error) {
	compiler, err := cel.NewCompositedCompiler(environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()))
	if err != nil {
		return nil, err
	}
	named := make([]cel.NamedExpressionAccessor, len(vars))
	for i, v := range vars {
		named[i] = &validating.Variable{Name: v.Name, Expression: v.Expression}
	}
	compiler.CompileAndStoreVariables(named, decls, environment.StoredExpressions)
	return compiler, nil
}

// conditions returns nil for a policy without match conditions.
func conditions(compiler cel.ConditionCompiler, in []admissionregistrationv1.MatchCondition, fail *admissionregistrationv1.FailurePolicyType, decls cel.OptionalVariableDeclarations, name string) matchconditions.Matcher {
	if len(in) == 0 {
		return nil
	}
	out := make([]cel.ExpressionAccessor, len(in))
	for i := range in {
		out[i] = (*matchconditions.MatchCondition)(&in[i])
	}
	return matchconditions.NewMatcher(compiler.CompileCondition(out, decls, environment.StoredExpressions), fail, "policy", "validate", name)
}
