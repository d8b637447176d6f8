package disk

import "gantry.dev/gantry/internal/api"

// Stats says how much the store holds, for metrics and for `gantry debug`.
type Stats struct {
	// Tables counts the pairs of resource and cluster that hold anything.
	Tables int
	// Records counts live records, Events the events of the tables' histories.
	Records, Events int
	// HistoryBytes is the memory held by history only, as bounded by Options.HistoryBytes. An event counts in every
	// ring that holds it: that of its table, of its resource, and of everything.
	HistoryBytes int
	// LogEntries counts the entries on disk.
	LogEntries int
}

// Stats visits every table.
func (s *Store) Stats() Stats {
	r := s.root.Load()
	st := Stats{HistoryBytes: r.history, LogEntries: r.entries}
	r.tables.Scan(func(t *table) bool {
		if t.id.cluster == api.AllClusters {
			return true
		}
		st.Tables++
		st.Records += t.rows.Len()
		st.Events += len(t.ring.events)
		return true
	})
	return st
}
