package policy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/admission"
	cachingauthorizer "k8s.io/apiserver/pkg/admission/plugin/authorizer"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/authorization/authorizer"

	"gantry.dev/gantry/internal/admit"
)

// maxNote is upstream's bound on the value of an audit annotation.
const maxNote = 10 << 10

// Validate asks the policies about a case. All are asked, so that all warnings and annotations are there; the first
// refusal is the error.
func Validate(ctx context.Context, c *admit.Case, params ParamSource, rules []ValidatingRule) error {
	j := judgement{c: c, params: params, authz: cachingauthorizer.NewCachingAuthorizer(c.Authorizer)}
	for i := range rules {
		if err := j.policy(ctx, &rules[i]); err != nil {
			return err
		}
	}
	return j.refusal
}

// judgement is the state of one Validate.
type judgement struct {
	c       *admit.Case
	params  ParamSource
	authz   authorizer.Authorizer
	refusal error
}

func (j *judgement) policy(ctx context.Context, r *ValidatingRule) error {
	p := r.Policy
	if p.criteria == nil {
		j.misconfigured(p, nil, errors.New("policy contained no match constraints, a required field"))
		return nil
	}
	form, ok, err := p.criteria.Match(j.c, nil)
	if err != nil {
		j.misconfigured(p, nil, err)
		return nil
	}
	if !ok {
		return nil
	}
	params, err := j.params.param(p.Spec.ParamKind)
	if err != nil {
		j.misconfigured(p, nil, err)
		return nil
	}
	e := evaluation{judgement: j, policy: p, form: form, notes: map[string][]string{}}
	for _, b := range r.Bindings {
		if err := e.binding(ctx, b, params); err != nil {
			return err
		}
	}
	for _, key := range e.order {
		_ = j.c.AddAnnotation(p.Name+"/"+key, strings.Join(e.notes[key], ", ")) // a bad key is the policy's own loss, as upstream
	}
	return nil
}

// misconfigured is the error of a policy or binding that cannot be evaluated, which the failure policy may forgive.
func (j *judgement) misconfigured(p *Validating, b *ValidatingBinding, err error) {
	what := "policy"
	if b != nil {
		what = "binding"
	}
	if f := p.Spec.FailurePolicy; f == nil || *f != admissionregistrationv1.Ignore {
		j.refuse(p, b, fmt.Sprintf("failed to configure %s: %v", what, err), "")
	}
}

// refuse notes the first refusal.
func (j *judgement) refuse(p *Validating, b *ValidatingBinding, message string, reason metav1.StatusReason) {
	if j.refusal != nil {
		return
	}
	by := fmt.Sprintf("ValidatingAdmissionPolicy '%s'", p.Name)
	if b != nil {
		by += fmt.Sprintf(" with binding '%s'", b.Name)
	}
	text := by + " denied request: " + message
	err, ok := admission.NewForbidden(j.c, errors.New(text)).(*apierrors.StatusError) //nolint:errorlint // it makes nothing else
	if !ok {
		j.refusal = apierrors.NewInternalError(errors.New(text))
		return
	}
	if reason == "" {
		reason = metav1.StatusReasonInvalid
	}
	err.ErrStatus.Reason, err.ErrStatus.Code = reason, code(reason)
	err.ErrStatus.Details.Causes = append(err.ErrStatus.Details.Causes, metav1.StatusCause{Message: text})
	j.refusal = err
}

// code of the reasons that a policy may give.
func code(r metav1.StatusReason) int32 {
	switch r {
	case metav1.StatusReasonForbidden:
		return http.StatusForbidden
	case metav1.StatusReasonUnauthorized:
		return http.StatusUnauthorized
	case metav1.StatusReasonRequestEntityTooLarge:
		return http.StatusRequestEntityTooLarge
	default:
		return http.StatusUnprocessableEntity
	}
}

// evaluation is one policy that means the case, with what its bindings have said so far.
type evaluation struct {
	*judgement
	policy *Validating
	form   admit.Form
	attr   *admission.VersionedAttributes // made for the first binding that is evaluated
	order  []string                       // keys of notes
	notes  map[string][]string
}

func (e *evaluation) binding(ctx context.Context, b *ValidatingBinding, source *Params) error {
	if b.criteria != nil {
		_, ok, err := b.criteria.Match(e.c, nil)
		if err != nil {
			e.misconfigured(e.policy, b, err)
		}
		if err != nil || !ok {
			return nil
		}
	}
	params, err := collect(source, b.Spec.ParamRef, e.c)
	if err != nil {
		e.misconfigured(e.policy, b, err)
		return nil
	}
	if len(params) == 0 {
		return nil
	}
	if e.attr == nil {
		if e.attr, err = e.c.Version(e.form.Kind); err != nil {
			e.misconfigured(e.policy, b, fmt.Errorf("failed to convert object version: %w", err))
			return nil
		}
	}
	ns, err := e.c.NamespaceObject()
	if err != nil {
		return err
	}
	for _, p := range params {
		res := e.policy.validator().Validate(ctx, e.form.Resource, e.attr, p, ns, celconfig.RuntimeCELCostBudget, e.authz)
		for i := range res.Decisions {
			e.decided(b, i, &res.Decisions[i])
		}
		for i := range res.AuditAnnotations {
			e.noted(b, &res.AuditAnnotations[i])
		}
	}
	return nil
}

// decided does what the binding wants done about a validation that failed.
func (e *evaluation) decided(b *ValidatingBinding, index int, d *validating.PolicyDecision) {
	if d.Action != validating.ActionDeny {
		if d.Evaluation == validating.EvalError { // the failure policy forgave it
			e.observe(b, d, "allow")
		}
		return
	}
	for _, action := range b.Spec.ValidationActions {
		e.observe(b, d, strings.ToLower(string(action)))
		switch action {
		case admissionregistrationv1.Deny:
			e.refuse(e.policy, b, d.Message, d.Reason)
		case admissionregistrationv1.Warn:
			e.c.Warn(fmt.Sprintf("Validation failed for ValidatingAdmissionPolicy '%s' with binding '%s': %s", e.policy.Name, b.Name, d.Message))
		case admissionregistrationv1.Audit:
			value, err := json.Marshal([]validating.ValidationFailureValue{{ExpressionIndex: index, Message: d.Message,
				ValidationActions: b.Spec.ValidationActions, Binding: b.Name, Policy: e.policy.Name}})
			if err == nil {
				_ = e.c.AddAnnotation("validation.policy.admission.k8s.io/validation_failure", string(value)) // the first one stays
			}
		}
	}
}

// observe counts a decision.
func (e *evaluation) observe(b *ValidatingBinding, d *validating.PolicyDecision, action string) {
	e.c.Observed(admit.Check{Policy: e.policy.Name, Binding: b.Name, Error: string(validating.ErrorType(d)), Action: action, Took: d.Elapsed})
}

func (e *evaluation) noted(b *ValidatingBinding, a *validating.PolicyAuditAnnotation) {
	switch a.Action {
	case validating.AuditAnnotationActionError:
		e.refuse(e.policy, b, a.Error, "")
		e.observe(b, &validating.PolicyDecision{Action: validating.ActionDeny, Evaluation: validating.EvalError, Message: a.Error, Elapsed: a.Elapsed}, "deny")
	case validating.AuditAnnotationActionPublish:
		have, known := e.notes[a.Key]
		if !known {
			e.order = append(e.order, a.Key)
		}
		if value := a.Value[:min(len(a.Value), maxNote)]; !slices.Contains(have, value) {
			e.notes[a.Key] = append(have, value)
		}
	case validating.AuditAnnotationActionExclude:
	}
}
