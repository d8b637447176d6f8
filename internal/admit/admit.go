// Package admit holds kube-apiserver's admission plugins as pure functions on typed objects: see plugins.go for which there
// are. What a rule needs to know of the cluster it asks through Lookup; it does no I/O and starts nothing. Quota is not
// here: it is counted where writes are committed (package registry).
package admit

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"

	"gantry.dev/gantry/internal/api"
)

// Lookup is what rules may ask of the cluster. Objects are typed, shared and must not be changed. Answers are the newest
// committed state, which is more than upstream's caches promise; only the existence of a namespace is guarded at commit.
type Lookup interface {
	// Object returns one object, nil if there is none.
	Object(r api.Resource, namespace, name string) runtime.Object
	// Objects returns those of a namespace, or of the cluster if it is empty.
	Objects(r api.Resource, namespace string) []runtime.Object
	// Holds says whether the collection has any object there. It is much cheaper than to read them.
	Holds(r api.Resource, namespace string) bool
	// Access asks the authorizer.
	Access(at authorizer.AttributesRecord) (allowed bool, reason string)
	// Serving are the resources that have a kind.
	Serving(gvk kschema.GroupVersionKind) []Served
	// Suffix is the random part of a generated name.
	Suffix() string
	// Now is the time, and Cluster the tenant whose write it is: for rules that count.
	Now() time.Time
	Cluster() api.Cluster
}

// Served is a resource as it is served.
type Served struct {
	Resource   kschema.GroupVersionResource
	Namespaced bool
}

// Write is one write as rules see it: upstream's attributes, whose objects are typed v1 objects. A rule that mutates
// changes the object in place.
type Write struct {
	admission.Attributes
	Lookup
}

// May asks whether a user may do something.
func (w *Write) May(u user.Info, verb string, r api.Resource, namespace, name string) bool {
	ok, _ := w.Access(authorizer.AttributesRecord{User: u, Verb: verb, APIGroup: r.Group, APIVersion: "*", Resource: r.Name,
		Namespace: namespace, Name: name, ResourceRequest: true})
	return ok
}

// forbid is upstream's form of a refusal.
func (w *Write) forbid(err error) error { return admission.NewForbidden(w, err) }

// Rule decides about one write. Warnings go to the recorder in ctx.
type Rule func(ctx context.Context, w *Write) error

// get reads an object through l.
func get[T runtime.Object](l Lookup, r api.Resource, namespace, name string) (obj T, ok bool) {
	obj, ok = l.Object(r, namespace, name).(T)
	return obj, ok
}

// The resources that rules are about or look up.
var (
	pods            = api.Resource{Name: "pods"}
	nodes           = api.Resource{Name: "nodes"}
	namespaces      = api.Resource{Name: "namespaces"}
	services        = api.Resource{Name: "services"}
	events          = api.Resource{Name: "events"}
	serviceAccounts = api.Resource{Name: "serviceaccounts"}
	limitRanges     = api.Resource{Name: "limitranges"}
	claims          = api.Resource{Name: "persistentvolumeclaims"}
	volumes         = api.Resource{Name: "persistentvolumes"}
	priorityClasses = api.Resource{Group: "scheduling.k8s.io", Name: "priorityclasses"}
	runtimeClasses  = api.Resource{Group: "node.k8s.io", Name: "runtimeclasses"}
	storageClasses  = api.Resource{Group: "storage.k8s.io", Name: "storageclasses"}
	volumeClasses   = api.Resource{Group: "storage.k8s.io", Name: "volumeattributesclasses"}
	csiDrivers      = api.Resource{Group: "storage.k8s.io", Name: "csidrivers"}
	csiNodes        = api.Resource{Group: "storage.k8s.io", Name: "csinodes"}
	ingresses       = api.Resource{Group: "networking.k8s.io", Name: "ingresses"}
	ingressClasses  = api.Resource{Group: "networking.k8s.io", Name: "ingressclasses"}
	signingRequests = api.Resource{Group: "certificates.k8s.io", Name: "certificatesigningrequests"}
	podCertificates = api.Resource{Group: "certificates.k8s.io", Name: "podcertificaterequests"}
	leases          = api.Resource{Group: "coordination.k8s.io", Name: "leases"}
	podGroups       = api.Resource{Group: "scheduling.k8s.io", Name: "podgroups"}
	workloads       = api.Resource{Group: "scheduling.k8s.io", Name: "workloads"}
	jobs            = api.Resource{Group: "batch", Name: "jobs"}
	resourceSlices  = api.Resource{Group: "resource.k8s.io", Name: "resourceslices"}
)

// Immortal are the namespaces that no delete takes.
func Immortal(namespace string) bool {
	return namespace == corev1.NamespaceDefault || namespace == "kube-system" || namespace == "kube-public"
}
