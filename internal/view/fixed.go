package view

import (
	"fmt"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
)

// Fixed is a snapshot of exactly these records, at the revision of the newest: for tests, replays and simulations of
// pure code, which need no store.
func Fixed(law *schema.Schema, resources []api.Resource, recs []*store.Record) (*Snapshot, error) {
	s := &Snapshot{law: law, tables: map[api.Resource]*table{}}
	for _, r := range resources {
		k := law.Kind(r)
		if k == nil {
			return nil, fmt.Errorf("view: fixed snapshot: no kind for %s", r)
		}
		s.tables[r] = newTable(k)
		if r == schema.Definitions {
			s.custom = newTable(schema.Foreign(Custom))
		}
	}
	for _, rec := range recs {
		t := s.table(rec.Key.Resource)
		if t == nil {
			return nil, fmt.Errorf("view: fixed snapshot: %s is not among its resources", rec.Key)
		}
		t.put(law, rec, nil)
		s.rev = max(s.rev, rec.Rev)
	}
	return s, nil
}
