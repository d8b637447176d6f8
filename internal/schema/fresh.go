package schema

import (
	"k8s.io/apimachinery/pkg/runtime"

	"gantry.dev/gantry/internal/schema/typejson"
	"gantry.dev/gantry/internal/store"
)

// Remember makes the JSON that a reader of rec in the form will get from the typed object whose encoding rec holds, and
// keeps it beside the record: the answer to a write needs no decoding of what was just encoded. It takes fresh over, and
// keeps it as well where controllers read every write of the kind: else they would decode it. Where
// decoding would give another object back, or the form is no plain JSON of the storage version, it does nothing.
func (s *Schema) Remember(k *Kind, rec *store.Record, fresh runtime.Object, f Form) {
	gv := k.GVK(f.Version).GroupVersion()
	if fresh == nil || k.custom != nil || f.Media != JSON || f.As != Object || gv != k.Storage {
		return
	}
	memo := memoOf(rec)
	if memo.form(JSON, gv, Object) != nil {
		return
	}
	s.complete(k, fresh) // as a reader does
	b, ok := s.plainJSON(fresh, typejson.AsStored)
	if !ok {
		return
	}
	s.keepForm(memo, JSON, gv, Object, b)
	if m, err := metaOf(fresh); err == nil && k.followed && rec.Rev != 0 {
		m.ResourceVersion = RevisionString(rec.Rev)
		s.keepTyped(memo, rec, fresh)
	}
}
