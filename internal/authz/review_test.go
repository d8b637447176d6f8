package authz

import (
	"strings"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"

	"gantry.dev/gantry/internal/api"
)

func TestReviews(t *testing.T) {
	a := New(world(), nil)
	ann := person("ann")
	get := &authorizationv1.ResourceAttributes{Namespace: "red", Verb: "get", Resource: "pods", Subresource: "log", Name: "web"}

	self := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: get}}
	if err := a.Review(api.Host, ann, "", self); err != nil || !self.Status.Allowed {
		t.Errorf("self review: %v, %+v", err, self.Status)
	}
	other := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{User: "joe", ResourceAttributes: get}}
	if err := a.Review(api.Host, ann, "", other); err != nil || other.Status.Allowed {
		t.Errorf("review of joe: %v, %+v", err, other.Status)
	}
	nobody := &authorizationv1.SubjectAccessReview{}
	if err := a.Review(api.Host, ann, "", nobody); err == nil || !strings.Contains(err.Error(), "exactly one of nonResourceAttributes or resourceAttributes") {
		t.Errorf("empty review: %v", err)
	}
	local := &authorizationv1.LocalSubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{User: "ann", ResourceAttributes: get}}
	if err := a.Review(api.Host, ann, "blue", local); err == nil || !strings.Contains(err.Error(), "must match metadata.namespace") {
		t.Errorf("local review of another namespace: %v", err)
	}
	if err := a.Review(api.Host, ann, "red", local); err != nil || !local.Status.Allowed {
		t.Errorf("local review: %v, %+v", err, local.Status)
	}
	rules := &authorizationv1.SelfSubjectRulesReview{Spec: authorizationv1.SelfSubjectRulesReviewSpec{Namespace: "red"}}
	if err := a.Review(api.Host, ann, "", rules); err != nil || len(rules.Status.ResourceRules) != 2 || len(rules.Status.NonResourceRules) != 1 {
		t.Errorf("rules: %v, %+v", err, rules.Status)
	}
	whoami := &authenticationv1.SelfSubjectReview{}
	if err := a.Review(api.Host, ann, "", whoami); err != nil || whoami.Status.UserInfo.Username != "ann" {
		t.Errorf("whoami: %v, %+v", err, whoami.Status)
	}
}
