// Package api holds the few names that every floor of Gantry shares: the key of an object, its revision and the
// tenant coordinate. It knows neither bytes nor Kubernetes types and imports nothing of ours.
package api

import (
	"cmp"
	"strings"
)

// Cluster names a tenant control plane. Every key carries one; the machine's own control plane is Host.
type Cluster string

const (
	// Host is the cluster that `gantry up` serves at the root of its listener.
	Host Cluster = "host"
	// AllClusters selects every cluster in a Scope. It is never part of a Key.
	AllClusters Cluster = ""
)

// Private is the group of records that are no objects of the API: allocations and the like. No kind can have it, also no
// custom one: it is not a DNS name.
const Private = "-"

// Resource identifies a kind's collection independent of version, for example {apps deployments}.
type Resource struct {
	Group string // API group, "" for core
	Name  string // plural, lower case
}

// String is the form used by kubectl and RBAC: "pods", "deployments.apps".
func (r Resource) String() string {
	if r.Group == "" {
		return r.Name
	}
	return r.Name + "." + r.Group
}

// Compare orders resources by group, then name.
func (r Resource) Compare(o Resource) int {
	if c := strings.Compare(r.Group, o.Group); c != 0 {
		return c
	}
	return strings.Compare(r.Name, o.Name)
}

// Key is the full coordinate of one object. Forgetting the cluster does not compile where positional literals are
// used, and cannot be expressed in the store's methods.
type Key struct {
	Resource  Resource
	Cluster   Cluster
	Namespace string // "" for cluster-scoped resources
	Name      string
}

// Compare orders keys by resource, cluster, namespace and name: the order of every LIST.
func (k Key) Compare(o Key) int {
	return cmp.Or(k.Resource.Compare(o.Resource), strings.Compare(string(k.Cluster), string(o.Cluster)),
		strings.Compare(k.Namespace, o.Namespace), strings.Compare(k.Name, o.Name))
}

// String is for logs and errors: "host/deployments.apps/default/web".
func (k Key) String() string {
	s := string(k.Cluster) + "/" + k.Resource.String() + "/"
	if k.Namespace != "" {
		s += k.Namespace + "/"
	}
	return s + k.Name
}

// Scope selects the keys of one collection: one resource in one cluster (or AllClusters), optionally one namespace.
// The zero Scope selects everything; only Store.Watch takes it (a view follows the whole store with one cursor).
type Scope struct {
	Resource  Resource
	Cluster   Cluster
	Namespace string // "" selects every namespace
}

// Contains reports whether k lies in the scope.
func (s Scope) Contains(k Key) bool {
	return (s.Resource == k.Resource || s.Resource == Resource{}) && (s.Cluster == AllClusters || s.Cluster == k.Cluster) &&
		(s.Namespace == "" || s.Namespace == k.Namespace)
}

// Revision orders all committed changes of a store. Every changed key has a revision of its own; revisions are
// strictly increasing, never reused, and become the resourceVersion of the API. Zero means "none".
type Revision uint64
