package disk

// Stats says how much the store holds, for metrics and for `gantry debug`.
type Stats struct {
	// Tables counts the pairs of resource and cluster that hold anything, and one more per resource for the history of
	// all clusters.
	Tables int
	// Records counts live records, Events those of all histories.
	Records, Events int
	// HistoryBytes is the memory held by history only, as bounded by Options.HistoryBytes.
	HistoryBytes int
	// LogEntries counts the entries on disk.
	LogEntries int
}

// Stats visits every table.
func (s *Store) Stats() Stats {
	r := s.root.Load()
	st := Stats{Tables: r.tables.Len(), HistoryBytes: r.history, LogEntries: r.entries}
	r.tables.Scan(func(t *table) bool {
		st.Records += t.rows.Len()
		st.Events += len(t.ring.events)
		return true
	})
	return st
}
