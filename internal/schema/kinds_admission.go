package schema

import (
	"sync"

	aggregatedinstall "k8s.io/kube-aggregator/pkg/apis/apiregistration/install"
	aggregated "k8s.io/kube-aggregator/pkg/registry/apiservice"
	aggregatedtable "k8s.io/kube-aggregator/pkg/registry/apiservice/etcd"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/registry/admissionregistration/mutatingadmissionpolicy"
	"k8s.io/kubernetes/pkg/registry/admissionregistration/mutatingadmissionpolicybinding"
	"k8s.io/kubernetes/pkg/registry/admissionregistration/mutatingwebhookconfiguration"
	"k8s.io/kubernetes/pkg/registry/admissionregistration/validatingadmissionpolicy"
	"k8s.io/kubernetes/pkg/registry/admissionregistration/validatingadmissionpolicybinding"
	"k8s.io/kubernetes/pkg/registry/admissionregistration/validatingwebhookconfiguration"

	"gantry.dev/gantry/internal/api"
)

// admissionKinds are the rules that users write. Who names parameters in a policy must be able to read them: the
// strategies ask the cluster's Authority, which the registry puts into their context.
func (s *Schema) admissionKinds() []*Kind {
	v1, extensions := []string{"v1"}, []string{"api-extensions"}
	in := func(name string) api.Resource {
		return api.Resource{Group: "admissionregistration.k8s.io", Name: name}
	}
	ask := asker{s}
	validating := validatingadmissionpolicy.NewStrategy(ask, ask)
	return []*Kind{
		{
			Resource: in("mutatingadmissionpolicies"), Kind: "MutatingAdmissionPolicy", Singular: "mutatingadmissionpolicy",
			Categories: extensions, Versions: v1, Verbs: allVerbs, hashVersion: "v1beta1",
			Strategy: mutatingadmissionpolicy.NewStrategy(ask, ask), AsksAuthority: true,
		}, {
			Resource: in("mutatingadmissionpolicybindings"), Kind: "MutatingAdmissionPolicyBinding",
			Singular: "mutatingadmissionpolicybinding", Categories: extensions, Versions: v1, Verbs: allVerbs,
			hashVersion: "v1beta1", Strategy: mutatingadmissionpolicybinding.NewStrategy(ask, ask, ask), AsksAuthority: true,
		}, {
			Resource: in("mutatingwebhookconfigurations"), Kind: "MutatingWebhookConfiguration",
			Singular: "mutatingwebhookconfiguration", Categories: extensions, Versions: v1, Verbs: allVerbs,
			Strategy: mutatingwebhookconfiguration.Strategy,
		}, {
			Resource: in("validatingadmissionpolicies"), Kind: "ValidatingAdmissionPolicy",
			Singular: "validatingadmissionpolicy", Categories: extensions, Versions: v1, Verbs: allVerbs,
			Strategy: validating, AsksAuthority: true,
			Subresources: subs(ownSub("status", validatingadmissionpolicy.NewStatusStrategy(validating), updateVerbs...)),
		}, {
			Resource: in("validatingadmissionpolicybindings"), Kind: "ValidatingAdmissionPolicyBinding",
			Singular: "validatingadmissionpolicybinding", Categories: extensions, Versions: v1, Verbs: allVerbs,
			Strategy: validatingadmissionpolicybinding.NewStrategy(ask, ask, ask), AsksAuthority: true,
		}, {
			Resource: in("validatingwebhookconfigurations"), Kind: "ValidatingWebhookConfiguration",
			Singular: "validatingwebhookconfiguration", Categories: extensions, Versions: v1, Verbs: allVerbs,
			Strategy: validatingwebhookconfiguration.Strategy,
		},
	}
}

// registerAggregation puts the types of APIService into upstream's scheme, as registerExtensions does.
var registerAggregation = sync.OnceFunc(func() { aggregatedinstall.Install(legacyscheme.Scheme) }) //nolint:gochecknoglobals // has no state to share

// registrationKinds say which groups other servers answer for.
func registrationKinds() []*Kind {
	registerAggregation()
	return []*Kind{{
		Resource: api.Resource{Group: "apiregistration.k8s.io", Name: "apiservices"}, Kind: "APIService",
		Singular: "apiservice", Categories: []string{"api-extensions"}, Versions: []string{"v1"}, Verbs: allVerbs,
		Strategy:     aggregated.NewStrategy(legacyscheme.Scheme),
		Subresources: subs(ownSub("status", aggregated.NewStatusStrategy(legacyscheme.Scheme), updateVerbs...)),
		stamp:        stampAPIService,
		columns:      &aggregatedtable.REST{}, // its columns need no store
	}}
}
