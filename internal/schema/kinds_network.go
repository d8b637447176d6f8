package schema

import (
	"k8s.io/kubernetes/pkg/registry/discovery/endpointslice"
	"k8s.io/kubernetes/pkg/registry/networking/ingress"
	"k8s.io/kubernetes/pkg/registry/networking/ingressclass"
	"k8s.io/kubernetes/pkg/registry/networking/ipaddress"
	"k8s.io/kubernetes/pkg/registry/networking/networkpolicy"
	"k8s.io/kubernetes/pkg/registry/networking/servicecidr"

	"gantry.dev/gantry/internal/api"
)

func networkingKinds() []*Kind {
	v1 := []string{"v1"}
	in := func(name string) api.Resource { return api.Resource{Group: "networking.k8s.io", Name: name} }
	return []*Kind{
		{
			Resource: in("ingressclasses"), Kind: "IngressClass", Singular: "ingressclass",
			Versions: v1, Verbs: allVerbs, Strategy: ingressclass.Strategy,
		}, {
			Resource: in("ingresses"), Kind: "Ingress", Singular: "ingress", ShortNames: []string{"ing"},
			Namespaced: true, Versions: v1, Verbs: allVerbs, Strategy: ingress.Strategy,
			Subresources: subs(ownSub("status", ingress.StatusStrategy, updateVerbs...)),
		}, {
			Resource: in("ipaddresses"), Kind: "IPAddress", Singular: "ipaddress", ShortNames: []string{"ip"},
			Versions: v1, Verbs: allVerbs, Strategy: ipaddress.Strategy,
		}, {
			Resource: in("networkpolicies"), Kind: "NetworkPolicy", Singular: "networkpolicy",
			ShortNames: []string{"netpol"}, Namespaced: true, Versions: v1, Verbs: allVerbs, Strategy: networkpolicy.Strategy,
			Unserved: "NetworkPolicy is kept but not enforced: this version of Gantry lets all pods talk to each other",
		}, {
			Resource: in("servicecidrs"), Kind: "ServiceCIDR", Singular: "servicecidr",
			Versions: v1, Verbs: allVerbs, Strategy: servicecidr.Strategy,
			Subresources: subs(ownSub("status", servicecidr.StatusStrategy, updateVerbs...)),
		},
	}
}

func discoveryKinds() []*Kind {
	return []*Kind{{
		Resource: api.Resource{Group: "discovery.k8s.io", Name: "endpointslices"}, Kind: "EndpointSlice",
		Singular: "endpointslice", Namespaced: true, Versions: []string{"v1"}, Verbs: allVerbs,
		Strategy: endpointslice.Strategy,
	}}
}
