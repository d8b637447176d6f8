package schema

import (
	"cmp"

	flowcontrolv1 "k8s.io/api/flowcontrol/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/kubernetes/pkg/registry/certificates/certificates"
	"k8s.io/kubernetes/pkg/registry/coordination/lease"
	"k8s.io/kubernetes/pkg/registry/flowcontrol/flowschema"
	"k8s.io/kubernetes/pkg/registry/flowcontrol/prioritylevelconfiguration"
	"k8s.io/kubernetes/pkg/registry/node/runtimeclass"
	"k8s.io/kubernetes/pkg/registry/policy/poddisruptionbudget"
	"k8s.io/kubernetes/pkg/registry/scheduling/priorityclass"

	"gantry.dev/gantry/internal/api"
)

func certificatesKinds() []*Kind {
	return []*Kind{{
		Resource: api.Resource{Group: "certificates.k8s.io", Name: "certificatesigningrequests"},
		Kind:     "CertificateSigningRequest", Singular: "certificatesigningrequest", ShortNames: []string{"csr"},
		Versions: []string{"v1"}, Verbs: allVerbs, Strategy: certificates.Strategy, fields: signingFields,
		Subresources: subs(
			ownSub("approval", certificates.ApprovalStrategy, updateVerbs...),
			ownSub("status", certificates.StatusStrategy, updateVerbs...)),
	}}
}

func policyKinds() []*Kind {
	return []*Kind{{
		Resource: api.Resource{Group: "policy", Name: "poddisruptionbudgets"}, Kind: "PodDisruptionBudget",
		Singular: "poddisruptionbudget", ShortNames: []string{"pdb"}, Namespaced: true, Versions: []string{"v1"},
		Verbs: allVerbs, Strategy: poddisruptionbudget.Strategy,
		Subresources: subs(ownSub("status", poddisruptionbudget.StatusStrategy, updateVerbs...)),
	}}
}

func schedulingKinds() []*Kind {
	return []*Kind{{
		Resource: api.Resource{Group: "scheduling.k8s.io", Name: "priorityclasses"}, Kind: "PriorityClass",
		Singular: "priorityclass", ShortNames: []string{"pc"}, Versions: []string{"v1"}, Verbs: allVerbs,
		Strategy: priorityclass.Strategy,
	}}
}

func coordinationKinds() []*Kind {
	return []*Kind{{
		Resource: api.Resource{Group: "coordination.k8s.io", Name: "leases"}, Kind: "Lease", Singular: "lease",
		Namespaced: true, Versions: []string{"v1"}, Verbs: allVerbs, Strategy: lease.Strategy,
	}}
}

func nodeKinds() []*Kind {
	return []*Kind{{
		Resource: api.Resource{Group: "node.k8s.io", Name: "runtimeclasses"}, Kind: "RuntimeClass",
		Singular: "runtimeclass", Versions: []string{"v1"}, Verbs: allVerbs, Strategy: runtimeclass.Strategy,
	}}
}

func flowcontrolKinds() []*Kind {
	const group = "flowcontrol.apiserver.k8s.io"
	v1 := []string{"v1"}
	return []*Kind{
		{
			Resource: api.Resource{Group: group, Name: "flowschemas"}, Kind: "FlowSchema", Singular: "flowschema",
			Versions: v1, Verbs: allVerbs, Strategy: flowschema.Strategy, printOrder: byPrecedence,
			Subresources: subs(ownSub("status", flowschema.StatusStrategy, updateVerbs...)),
		}, {
			Resource: api.Resource{Group: group, Name: "prioritylevelconfigurations"},
			Kind:     "PriorityLevelConfiguration", Singular: "prioritylevelconfiguration",
			Versions: v1, Verbs: allVerbs, Strategy: prioritylevelconfiguration.Strategy,
			Subresources: subs(ownSub("status", prioritylevelconfiguration.StatusStrategy, updateVerbs...)),
		},
	}
}

// byPrecedence is the order in which flow schemas are tried, and so printed.
func byPrecedence(a, b runtime.Object) int {
	x, y := a.(*flowcontrolv1.FlowSchema), b.(*flowcontrolv1.FlowSchema)
	return cmp.Or(cmp.Compare(x.Spec.MatchingPrecedence, y.Spec.MatchingPrecedence), cmp.Compare(x.Name, y.Name))
}
