package view

import (
	"iter"

	"k8s.io/apimachinery/pkg/runtime"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// Of returns the typed object of a record of a followed resource, which need not be in the snapshot (any more): what an
// event brought. It is shared and must not be changed. A nil record has a nil object.
func Of[T any, P interface {
	*T
	runtime.Object
}](s *Snapshot, rec *store.Record) *T {
	if rec == nil {
		return nil
	}
	return (*T)(s.typed(s.table(rec.Key.Resource).kind, rec).(P))
}

// Orphans ranges over the pods, replica sets or controller revisions of a namespace that have no controller: those that
// one may adopt.
func Orphans[T any, P interface {
	*T
	runtime.Object
}](s *Snapshot, res api.Resource, c api.Cluster, namespace string) iter.Seq[*T] {
	return objects[T, P](s, res, s.byIndex(res, c, byOrphan, namespace))
}

// orphanable reports whether a resource is one that controllers adopt; only these pay for the index.
func orphanable(r api.Resource) bool {
	return r == api.Resource{Name: "pods"} || r == api.Resource{Group: "apps", Name: "replicasets"} ||
		r == api.Resource{Group: "apps", Name: "controllerrevisions"}
}
