package schema

import "gantry.dev/gantry/internal/api"

// reviewKinds are questions with an answer: created, never stored.
func reviewKinds() []*Kind {
	review := func(group, name, kind, singular string, namespaced bool) *Kind {
		return &Kind{Resource: api.Resource{Group: group, Name: name}, Kind: kind, Singular: singular,
			Namespaced: namespaced, Versions: []string{"v1"}, Verbs: []string{"create"}, Virtual: true}
	}
	const authn, authz = "authentication.k8s.io", "authorization.k8s.io"
	return []*Kind{
		review(authn, "selfsubjectreviews", "SelfSubjectReview", "selfsubjectreview", false),
		review(authn, "tokenreviews", "TokenReview", "tokenreview", false),
		review(authz, "localsubjectaccessreviews", "LocalSubjectAccessReview", "localsubjectaccessreview", true),
		review(authz, "selfsubjectaccessreviews", "SelfSubjectAccessReview", "selfsubjectaccessreview", false),
		review(authz, "selfsubjectrulesreviews", "SelfSubjectRulesReview", "selfsubjectrulesreview", false),
		review(authz, "subjectaccessreviews", "SubjectAccessReview", "subjectaccessreview", false),
	}
}
