package replicas

import (
	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// Owners is a kind whose objects control pods by a selector.
type Owners struct {
	Resource api.Resource
	Kind     string
	// Selecting names the owners of a namespace of which the selector matches labels.
	Selecting func(s *view.Snapshot, scope api.Scope, labels map[string]string) []string
}

// PodChanged wakes the owner of the pod before and after the change; a pod without one wakes those that would adopt it.
func (o Owners) PodChanged(s *view.Snapshot, ev store.Event) []api.Key {
	var keys []api.Key
	for _, rec := range []*store.Record{ev.Prev, ev.Record} {
		if rec == nil {
			continue
		}
		m := s.Meta(rec)
		if ref := view.ControllerOf(m); ref != nil {
			if ref.Kind == o.Kind {
				keys = append(keys, plan.Beside(rec.Key, o.Resource, ref.Name))
			}
			continue
		}
		if rec != ev.Record || ev.Type == store.Delete {
			continue // nobody cares for orphans that are gone
		}
		for _, name := range o.Selecting(s, plan.Around(rec.Key, o.Resource), m.Labels) {
			keys = append(keys, plan.Beside(rec.Key, o.Resource, name))
		}
	}
	return keys
}
