package schema

import (
	"slices"

	schedulingv1alpha2 "k8s.io/api/scheduling/v1alpha2"
	"k8s.io/kubernetes/pkg/features"
	"k8s.io/kubernetes/pkg/registry/scheduling/podgroup"
	"k8s.io/kubernetes/pkg/registry/scheduling/workload"

	"gantry.dev/gantry/internal/api"
)

// workloadKinds are the kinds by which pods are scheduled as groups. They are served as upstream serves them: if the gate
// GenericWorkload is on and --runtime-config names their version.
func (f Features) workloadKinds() []*Kind {
	if !f.gates[string(features.GenericWorkload)] {
		return nil
	}
	gv := schedulingv1alpha2.SchemeGroupVersion
	in := func(name string) api.Resource { return api.Resource{Group: gv.Group, Name: name} }
	versions := []string{gv.Version}
	groups := podgroup.NewStrategy()
	rows := []*Kind{{
		Resource: in("podgroups"), Kind: "PodGroup", Singular: "podgroup", Namespaced: true, Versions: versions, Verbs: allVerbs, Strategy: groups,
		Subresources: subs(ownSub("status", podgroup.NewStatusStrategy(groups), updateVerbs...)),
	}, {
		Resource: in("workloads"), Kind: "Workload", Singular: "workload", Namespaced: true, Versions: versions, Verbs: allVerbs, Strategy: workload.Strategy,
	}}
	return slices.DeleteFunc(rows, func(k *Kind) bool { return !f.serves(gv.WithResource(k.Resource.Name)) })
}
