package plan

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// Owners maps a change of a dependent to the owners of one kind that it concerns: its controller before and after the
// change and, if it is an orphan now, those of its namespace whose selector would adopt it.
func Owners[T any, P interface {
	*T
	runtime.Object
	metav1.Object
}](s *view.Snapshot, ev store.Event, kind string, res api.Resource, selector func(*T) *metav1.LabelSelector) (keys []api.Key) {
	for _, rec := range []*store.Record{ev.Prev, ev.Record} {
		if rec == nil {
			continue
		}
		m := s.Meta(rec)
		if ref := view.ControllerOf(m); ref != nil {
			if ref.Kind == kind {
				keys = append(keys, Beside(rec.Key, res, ref.Name))
			}
			continue
		}
		if rec != ev.Record || ev.Type == store.Delete {
			continue // nobody cares for orphans that are gone
		}
		for o := range view.List[T, P](s, Around(rec.Key, res)) {
			if Selects(selector(o), m.Labels) {
				keys = append(keys, Beside(rec.Key, res, P(o).GetName()))
			}
		}
	}
	return keys
}
