package schema

import (
	"sync"

	apiextensionsinstall "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/install"
	"k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition"
	"k8s.io/kubernetes/pkg/api/legacyscheme"

	"gantry.dev/gantry/internal/api"
)

// Definitions is the resource of the objects that define custom kinds.
var Definitions = api.Resource{Group: "apiextensions.k8s.io", Name: "customresourcedefinitions"} //nolint:gochecknoglobals // never changed; Go has no constants of structs

// registerExtensions puts the types of CustomResourceDefinition into upstream's scheme: once in a process, whose scheme
// is one. Other groups do this when their install package is imported; this one leaves it to its caller.
var registerExtensions = sync.OnceFunc(func() { apiextensionsinstall.Install(legacyscheme.Scheme) }) //nolint:gochecknoglobals // has no state to share

// extensionKinds is the kind that defines kinds. What it defines is in custom.go.
func extensionKinds() []*Kind {
	registerExtensions()
	return []*Kind{{
		Resource: Definitions, Kind: "CustomResourceDefinition", Singular: "customresourcedefinition",
		ShortNames: []string{"crd", "crds"}, Categories: []string{"api-extensions"}, Versions: []string{"v1"}, Verbs: allVerbs,
		Strategy: customresourcedefinition.NewStrategy(legacyscheme.Scheme), plain: true, bulky: true, hashVersion: "v1beta1",
		Subresources: subs(ownSub("status", customresourcedefinition.NewStatusStrategy(legacyscheme.Scheme), updateVerbs...)),
	}}
}
