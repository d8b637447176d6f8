package devices

import "gantry.dev/gantry/internal/api"

// The resources of dynamic resource allocation. They are constants in all but grammar.
var (
	Claims    = api.Resource{Group: "resource.k8s.io", Name: "resourceclaims"}
	Templates = api.Resource{Group: "resource.k8s.io", Name: "resourceclaimtemplates"}
	Classes   = api.Resource{Group: "resource.k8s.io", Name: "deviceclasses"}
	Slices    = api.Resource{Group: "resource.k8s.io", Name: "resourceslices"}
)
