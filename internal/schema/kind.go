package schema

import (
	"context"
	"reflect"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/registry/rest"

	"gantry.dev/gantry/internal/api"
)

// Strategy is upstream's law for creating and updating objects of one kind. Some strategies (events, endpoint slices,
// budgets, and all with declarative validation) look for the request's group, version and subresource in the context:
// call them under genericapirequest.WithRequestInfo and WithNamespace.
type Strategy interface {
	rest.RESTCreateStrategy
	rest.RESTUpdateStrategy
}

// Kind is one row of the table: a collection that clients can address. Rows are immutable once New has returned.
type Kind struct {
	// Resource is the group and the plural under which the kind is served.
	Resource api.Resource
	// StoreAs is the resource of the store key. It differs from Resource only where two rows share their records
	// (Events of both groups).
	StoreAs api.Resource

	Kind, ListKind, Singular string
	ShortNames, Categories   []string
	Namespaced               bool
	// Versions are the versions served, preferred first.
	Versions []string
	// Storage is the group and version of the stored form.
	Storage schema.GroupVersion
	// Strategy is nil for virtual kinds.
	Strategy Strategy
	// Graceful decides whether a delete of the internal object is graceful and writes the period into opts; nil
	// means that deletes of the kind are immediate. See Kind.BeforeDelete for the whole rule.
	Graceful func(ctx context.Context, internal runtime.Object, now time.Time, opts *metav1.DeleteOptions) bool
	// stamp corrects the times that the strategy takes from the real clock; nil for most. See Kind.Stamp.
	stamp func(obj, old runtime.Object) func(now metav1.Time)
	// Unserved is what who makes an object of the kind is warned of, where it is kept and nothing in Gantry acts on it yet, but
	// would look as if something did; empty for most.
	Unserved string
	// AsksAuthority says that the strategies ask the Authority in their context.
	AsksAuthority bool
	// Subresources by name.
	Subresources map[string]*Subresource
	// Virtual kinds are answered, not stored: reviews.
	Virtual bool
	Verbs   []string

	// plain says that upstream has no printer for the kind: its table shows name and creation time.
	plain bool
	// columns makes the table of a kind whose printer is not among upstream's table of printers; nil for all others.
	columns rest.TableConvertor
	// printOrder compares typed objects where tables are sorted otherwise than by name; nil for all others.
	printOrder func(a, b runtime.Object) int
	// complete sets in a typed object that was read what upstream's conversion sets and protobuf does not carry; nil for
	// most.
	complete func(typed runtime.Object)
	// hashVersion is the version that discovery's storage hash names, where upstream still stores an older one of the
	// same wire form; empty for the storage version.
	hashVersion string
	// fields knows the fields beyond metadata that selectors of this kind may name; nil if there are none.
	fields *fieldTable
	// deprecation has the warning of every version that is deprecated; nil for most.
	deprecation map[string]string
	// bulky says that typed objects are many times as large as their stored form, so that they are not kept.
	bulky bool
	// followed says that controllers look into every object of the kind as soon as it has been written.
	followed bool
	// seen remembers pods whose like need not be validated again; nil for all other kinds. See CreateStrategy.
	seen *seenPods
	// typed is the external Go type of the storage version, without pointer.
	typed reflect.Type
	// custom is set for kinds that a CustomResourceDefinition defines, remote in their rows that are bound to a request.
	custom *customRow
	remote *remote
}

// Subresource is one path below an object.
type Subresource struct {
	Name string
	// GVK is the kind of the body. Its group and version are empty if it is the parent's own kind in the request's
	// version, or an options type that has no body.
	GVK   schema.GroupVersionKind
	Verbs []string
	// Strategy is set for those that update the parent (status, finalize, ephemeralcontainers, resize).
	Strategy rest.RESTUpdateStrategy
	// own says that the body is the parent's kind.
	own bool
}

// Serves reports whether the kind is served in the version.
func (k *Kind) Serves(version string) bool {
	for _, v := range k.Versions {
		if v == version {
			return true
		}
	}
	return false
}

// Deprecation returns what clients of a version are warned of; nothing for most.
func (k *Kind) Deprecation(version string) []string {
	if k.custom != nil {
		return k.custom.warnings
	}
	if text := k.deprecation[version]; text != "" {
		return []string{text}
	}
	return nil
}

// GVK is the kind in a served version; the empty version is the preferred one.
func (k *Kind) GVK(version string) schema.GroupVersionKind {
	if version == "" {
		version = k.Versions[0]
	}
	return schema.GroupVersionKind{Group: k.Resource.Group, Version: version, Kind: k.Kind}
}

// GroupResource is the form that API errors want.
func (k *Kind) GroupResource() schema.GroupResource {
	return schema.GroupResource{Group: k.Resource.Group, Resource: k.Resource.Name}
}

// Sub returns the subresource or nil; the empty name is no subresource.
func (k *Kind) Sub(name string) *Subresource { return k.Subresources[name] }

// storageGVK is the kind in its storage version.
func (k *Kind) storageGVK() schema.GroupVersionKind { return k.Storage.WithKind(k.Kind) }

// bodyGVK is the kind that a request to the subresource carries.
func (k *Kind) bodyGVK(sub, version string) schema.GroupVersionKind {
	if s := k.Subresources[sub]; s != nil && !s.own && s.GVK.Version != "" {
		return s.GVK
	}
	return k.GVK(version)
}
