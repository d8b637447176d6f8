package schema

import (
	"k8s.io/kubernetes/pkg/registry/resource/deviceclass"
	"k8s.io/kubernetes/pkg/registry/resource/resourceclaim"
	"k8s.io/kubernetes/pkg/registry/resource/resourceclaimtemplate"
	"k8s.io/kubernetes/pkg/registry/resource/resourceslice"

	"gantry.dev/gantry/internal/api"
)

// deviceKinds are dynamic resource allocation. Administrative access depends on a label of the namespace: the
// strategies ask the cluster's Authority.
func (s *Schema) deviceKinds() []*Kind {
	v1 := []string{"v1"}
	in := func(name string) api.Resource { return api.Resource{Group: "resource.k8s.io", Name: name} }
	ask := asker{s}
	claims := resourceclaim.NewStrategy(namespaceReader{ask: ask}, ask)
	return []*Kind{
		{
			Resource: in("deviceclasses"), Kind: "DeviceClass", Singular: "deviceclass",
			Versions: v1, Verbs: allVerbs, Strategy: deviceclass.Strategy,
		}, {
			Resource: in("resourceclaims"), Kind: "ResourceClaim", Singular: "resourceclaim",
			Namespaced: true, Versions: v1, Verbs: allVerbs, Strategy: claims, AsksAuthority: true, followed: true,
			Subresources: subs(ownSub("status", resourceclaim.NewStatusStrategy(claims), updateVerbs...)),
		}, {
			Resource: in("resourceclaimtemplates"), Kind: "ResourceClaimTemplate", Singular: "resourceclaimtemplate",
			Namespaced: true, Versions: v1, Verbs: allVerbs,
			Strategy: resourceclaimtemplate.NewStrategy(namespaceReader{ask: ask}), AsksAuthority: true,
		}, {
			Resource: in("resourceslices"), Kind: "ResourceSlice", Singular: "resourceslice",
			Versions: v1, Verbs: allVerbs, Strategy: resourceslice.Strategy, fields: sliceFields,
		},
	}
}
