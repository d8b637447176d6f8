package authz

import (
	"errors"
	"fmt"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/authentication/user"

	"gantry.dev/gantry/internal/api"
)

// Review answers a review object by filling its status: SubjectAccessReview, LocalSubjectAccessReview (namespace is
// that of the request), SelfSubjectAccessReview, SelfSubjectRulesReview and SelfSubjectReview. TokenReviews belong to
// whoever authenticates. Errors are those of the API.
func (a *Authorizer) Review(c api.Cluster, caller user.Info, namespace string, review runtime.Object) error {
	switch r := review.(type) {
	case *authorizationv1.SubjectAccessReview:
		if errs := append(validateSpec(r.Spec, true), validateMeta(r.ObjectMeta)...); len(errs) > 0 {
			return invalid(errs)
		}
		r.Status = a.answer(c, userOf(r.Spec), r.Spec.ResourceAttributes, r.Spec.NonResourceAttributes)
	case *authorizationv1.LocalSubjectAccessReview:
		if errs := validateLocal(r, namespace); len(errs) > 0 {
			return invalid(errs)
		}
		r.Status = a.answer(c, userOf(r.Spec), r.Spec.ResourceAttributes, r.Spec.NonResourceAttributes)
	case *authorizationv1.SelfSubjectAccessReview:
		spec := authorizationv1.SubjectAccessReviewSpec{ResourceAttributes: r.Spec.ResourceAttributes, NonResourceAttributes: r.Spec.NonResourceAttributes}
		if errs := append(validateSpec(spec, false), validateMeta(r.ObjectMeta)...); len(errs) > 0 {
			return invalid(errs)
		}
		r.Status = a.answer(c, caller, r.Spec.ResourceAttributes, r.Spec.NonResourceAttributes)
	case *authorizationv1.SelfSubjectRulesReview:
		if r.Spec.Namespace == "" {
			return apierrors.NewBadRequest("no namespace on request")
		}
		status := a.rulesReview(c, caller, r.Spec.Namespace)
		*r = authorizationv1.SelfSubjectRulesReview{TypeMeta: r.TypeMeta, Status: status} // upstream does not repeat the question
	case *authenticationv1.SelfSubjectReview:
		*r = authenticationv1.SelfSubjectReview{TypeMeta: r.TypeMeta, Status: authenticationv1.SelfSubjectReviewStatus{UserInfo: UserInfo(caller)}}
	default:
		return fmt.Errorf("authz: %T is not a review of access", review)
	}
	return nil
}

// UserInfo is the API form of a user.
func UserInfo(u user.Info) authenticationv1.UserInfo {
	info := authenticationv1.UserInfo{Username: u.GetName(), UID: u.GetUID(), Groups: u.GetGroups()}
	for k, v := range u.GetExtra() {
		if info.Extra == nil {
			info.Extra = map[string]authenticationv1.ExtraValue{}
		}
		info.Extra[k] = v
	}
	return info
}

// invalid refuses a question. Upstream names no kind in what is wrong with one.
func invalid(errs field.ErrorList) error {
	return apierrors.NewInvalid(schema.GroupKind{Group: authorizationv1.GroupName}, "", errs)
}

func userOf(s authorizationv1.SubjectAccessReviewSpec) user.Info {
	u := &user.DefaultInfo{Name: s.User, Groups: s.Groups, UID: s.UID}
	for k, v := range s.Extra {
		if u.Extra == nil {
			u.Extra = map[string][]string{}
		}
		u.Extra[k] = v
	}
	return u
}

func (a *Authorizer) answer(c api.Cluster, u user.Info, res *authorizationv1.ResourceAttributes, non *authorizationv1.NonResourceAttributes) authorizationv1.SubjectAccessReviewStatus {
	at := Attributes{User: u}
	var problem string
	if res != nil {
		at.Verb, at.Namespace, at.Name = res.Verb, res.Namespace, res.Name
		at.Group, at.Resource, at.Subresource = res.Group, res.Resource, res.Subresource
		var err error
		// Ignoring a requirement asks for more than was meant, so the answer stays safe.
		var problems []string
		if at.Fields, err = fieldRequirements(res.FieldSelector); err != nil {
			problems = append(problems, "spec.resourceAttributes.fieldSelector ignored due to parse error")
		}
		if at.Labels, err = labelRequirements(res.LabelSelector); err != nil {
			problems = append(problems, "spec.resourceAttributes.labelSelector ignored due to parse error")
		}
		problem = strings.Join(problems, "; ")
	} else {
		at.Verb, at.Path = non.Verb, non.Path
	}
	d := a.Authorize(c, at)
	return authorizationv1.SubjectAccessReviewStatus{Allowed: d.Allowed, Reason: d.Reason, EvaluationError: problem}
}

func fieldRequirements(s *authorizationv1.FieldSelectorAttributes) (fields.Requirements, error) {
	if s == nil {
		return nil, nil
	}
	if s.RawSelector != "" {
		sel, err := fields.ParseSelector(s.RawSelector)
		if err != nil {
			return nil, err
		}
		return sel.Requirements(), nil
	}
	var out fields.Requirements
	for _, r := range s.Requirements {
		if len(r.Values) != 1 {
			return nil, errors.New("field selectors need exactly one value")
		}
		switch r.Operator {
		case "In":
			out = append(out, fields.Requirement{Field: r.Key, Operator: "=", Value: r.Values[0]})
		case "NotIn":
			out = append(out, fields.Requirement{Field: r.Key, Operator: "!=", Value: r.Values[0]})
		default:
			return nil, fmt.Errorf("field selectors do not support the operator %q", r.Operator)
		}
	}
	return out, nil
}

func (a *Authorizer) rulesReview(c api.Cluster, u user.Info, namespace string) authorizationv1.SubjectRulesReviewStatus {
	st := authorizationv1.SubjectRulesReviewStatus{ResourceRules: []authorizationv1.ResourceRule{}, NonResourceRules: []authorizationv1.NonResourceRule{}}
	if _, node := nodeName(u); node {
		st.Incomplete, st.EvaluationError = true, "node authorizer does not support user rule resolution"
	}
	rules, missing := a.Policy(c).RulesFor(u, namespace)
	for _, r := range rules {
		if len(r.Resources) > 0 {
			st.ResourceRules = append(st.ResourceRules, authorizationv1.ResourceRule{Verbs: r.Verbs, APIGroups: r.APIGroups, Resources: r.Resources, ResourceNames: r.ResourceNames})
		}
		if len(r.NonResourceURLs) > 0 {
			st.NonResourceRules = append(st.NonResourceRules, authorizationv1.NonResourceRule{Verbs: r.Verbs, NonResourceURLs: r.NonResourceURLs})
		}
	}
	if len(missing) > 0 {
		st.EvaluationError = joinReasons(errors.Join(missing...).Error(), st.EvaluationError)
	}
	return st
}

func labelRequirements(s *authorizationv1.LabelSelectorAttributes) (labels.Requirements, error) {
	if s == nil {
		return nil, nil
	}
	if s.RawSelector != "" {
		sel, err := labels.Parse(s.RawSelector)
		if err != nil {
			return nil, err
		}
		out, _ := sel.Requirements() // what selects nothing asks for none
		return out, nil
	}
	sel, err := metav1.LabelSelectorAsSelector(&metav1.LabelSelector{MatchExpressions: s.Requirements})
	if err != nil {
		return nil, err
	}
	out, _ := sel.Requirements()
	return out, nil
}

// validateMeta refuses metadata: a question is nothing that is kept.
func validateMeta(m metav1.ObjectMeta) field.ErrorList {
	bare := m
	bare.ManagedFields = nil
	if equality.Semantic.DeepEqual(bare, metav1.ObjectMeta{}) {
		return nil
	}
	return field.ErrorList{field.Invalid(field.NewPath("metadata"), m, "must be empty")}
}

// shownPath is how upstream shows attributes of no resource in what is wrong with them.
func shownPath(n *authorizationv1.NonResourceAttributes) any {
	return struct{ Path, Verb string }{n.Path, n.Verb}
}

func validateSpec(s authorizationv1.SubjectAccessReviewSpec, needsUser bool) field.ErrorList {
	var errs field.ErrorList
	spec := field.NewPath("spec")
	switch {
	case s.ResourceAttributes != nil && s.NonResourceAttributes != nil:
		errs = append(errs, field.Invalid(spec.Child("nonResourceAttributes"), shownPath(s.NonResourceAttributes), "cannot be specified in combination with resourceAttributes"))
	case s.ResourceAttributes == nil && s.NonResourceAttributes == nil:
		errs = append(errs, field.Invalid(spec.Child("resourceAttributes"), s.NonResourceAttributes, "exactly one of nonResourceAttributes or resourceAttributes must be specified"))
	}
	if needsUser && s.User == "" && len(s.Groups) == 0 {
		errs = append(errs, field.Invalid(spec.Child("user"), s.User, "at least one of user or group must be specified"))
	}
	if res := s.ResourceAttributes; res != nil && res.FieldSelector != nil {
		if f := res.FieldSelector; f.RawSelector != "" && len(f.Requirements) > 0 {
			errs = append(errs, field.Invalid(spec.Child("resourceAttributes", "fieldSelector", "rawSelector"), f.RawSelector, "may not specified at the same time as requirements"))
		}
	}
	return errs
}

func validateLocal(r *authorizationv1.LocalSubjectAccessReview, namespace string) field.ErrorList {
	errs := validateSpec(r.Spec, true)
	bare := r.ObjectMeta
	bare.Namespace = ""
	if len(validateMeta(bare)) > 0 {
		errs = append(errs, field.Invalid(field.NewPath("metadata"), r.ObjectMeta, "must be empty except for namespace"))
	}
	if r.Spec.ResourceAttributes != nil && r.Spec.ResourceAttributes.Namespace != namespace {
		errs = append(errs, field.Invalid(field.NewPath("spec.resourceAttributes.namespace"), r.Spec.ResourceAttributes.Namespace, "must match metadata.namespace"))
	}
	if r.Spec.NonResourceAttributes != nil {
		errs = append(errs, field.Invalid(field.NewPath("spec.nonResourceAttributes"), shownPath(r.Spec.NonResourceAttributes), "disallowed on this kind of request"))
	}
	return errs
}
