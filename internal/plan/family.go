package plan

import (
	"iter"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/view"
)

// Family ranges over what a Claim of an owner has to consider: the objects of the owner's namespace that name it as an
// owner, then those that have no controller. key is the owner's. No object comes twice.
func Family[T any, P interface {
	*T
	Object
}](s *view.Snapshot, key api.Key, owner Object, r api.Resource) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for obj := range view.OwnedBy[T, P](s, r, key.Cluster, string(owner.GetUID())) {
			if P(obj).GetNamespace() == key.Namespace && !yield(obj) {
				return
			}
		}
		for obj := range view.Orphans[T, P](s, r, key.Cluster, key.Namespace) {
			if !OwnedBy(P(obj), owner.GetUID()) && !yield(obj) {
				return
			}
		}
	}
}
