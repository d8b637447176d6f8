package registry

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/authorization/authorizer"

	"gantry.dev/gantry/internal/admit"
	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
)

// lookup answers the questions of rules and strategies about one cluster from the newest state.
type lookup struct {
	r *Registry
	c api.Cluster
}

func (l lookup) get(res api.Resource, ns, name string) runtime.Object {
	kind := l.r.Law.Kind(res)
	if kind == nil {
		return nil // not served, though there may be records from when it was
	}
	rec := l.r.Store.Get(api.Key{Resource: res, Cluster: l.c, Namespace: ns, Name: name})
	if rec == nil {
		return nil
	}
	obj, err := l.r.Law.Typed(kind, rec)
	if err != nil {
		return nil
	}
	return obj
}

func (l lookup) ServiceAccount(ns, name string) *corev1.ServiceAccount {
	sa, _ := l.get(serviceAccounts, ns, name).(*corev1.ServiceAccount)
	return sa
}

func (l lookup) Secret(ns, name string) *corev1.Secret {
	s, _ := l.get(secrets, ns, name).(*corev1.Secret)
	return s
}

// asking is the lookup of one request: it is admit.Lookup.
type asking struct {
	lookup
	// trusted is a request by one of Gantry's own parts, which may do everything.
	trusted bool
}

// Object implements admit.Lookup.
func (l asking) Object(res api.Resource, ns, name string) runtime.Object { return l.get(res, ns, name) }

// Objects implements admit.Lookup.
func (l asking) Objects(res api.Resource, ns string) (out []runtime.Object) {
	kind := l.r.Law.Kind(res)
	if kind == nil || l.r.Store.Changed(res, l.c) == 0 {
		return nil
	}
	page, err := l.r.Store.Range(store.Range{Scope: api.Scope{Resource: res, Cluster: l.c, Namespace: ns}})
	if err != nil {
		return nil // the store is closed: nothing will be written
	}
	for _, rec := range page.Records {
		if obj, err := l.r.Law.Typed(kind, rec); err == nil {
			out = append(out, obj)
		}
	}
	return out
}

// Holds implements admit.Lookup.
func (l asking) Holds(res api.Resource, ns string) bool {
	if l.r.Law.Kind(res) == nil || l.r.Store.Changed(res, l.c) == 0 {
		return false
	}
	page, err := l.r.Store.Range(store.Range{Scope: api.Scope{Resource: res, Cluster: l.c, Namespace: ns}, Limit: 1})
	return err == nil && len(page.Records) > 0
}

// Access implements admit.Lookup.
func (l asking) Access(at authorizer.AttributesRecord) (bool, string) {
	if l.trusted || l.r.Access == nil {
		return l.trusted, ""
	}
	return l.r.Access(l.c, at)
}

// Serving implements admit.Lookup.
func (l asking) Serving(gvk kschema.GroupVersionKind) (out []admit.Served) {
	custom, err := l.r.Custom(l.c)
	if err != nil {
		return nil
	}
	for _, kinds := range [][]*schema.Kind{l.r.Law.Kinds(), custom.Kinds()} {
		for _, k := range kinds {
			if !k.Virtual && k.Kind == gvk.Kind && k.Resource.Group == gvk.Group && k.Serves(gvk.Version) {
				out = append(out, admit.Served{Namespaced: k.Namespaced, Resource: kschema.GroupVersionResource{
					Group: gvk.Group, Version: gvk.Version, Resource: k.Resource.Name}})
			}
		}
	}
	return out
}

// Now implements admit.Lookup.
func (l asking) Now() time.Time { return l.r.Clock() }

// Cluster implements admit.Lookup.
func (l asking) Cluster() api.Cluster { return l.c }

// Suffix implements admit.Lookup.
func (l asking) Suffix() string { return l.r.Suffix() }
