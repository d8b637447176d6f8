package disk

import (
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// recovery rebuilds the state from the log, oldest entry first.
type recovery struct {
	*assembler
	floors map[tableID]api.Revision
	open   map[tableID]*table
	texts  map[string]string
	found  int // entries in the log
}

// recoverState reads the whole database once and returns an assembler with the newest state, which has at least reached
// the revision of the mark.
func recoverState(db *pebble.DB, opts Options, mark api.Revision) (*assembler, error) {
	r := &recovery{
		assembler: &assembler{db: db, opts: opts, tables: newTables()},
		floors:    make(map[tableID]api.Revision),
		open:      make(map[tableID]*table),
		texts:     make(map[string]string),
	}
	// The m/ keys rule over the entries, so they come first.
	if err := scan(db, "m/", r.meta); err != nil {
		return nil, err
	}
	for id, floor := range r.floors {
		if floor <= r.floor {
			continue
		}
		r.table(id)
		all := tableID{id.res, api.AllClusters}
		r.table(all).ring.floor = max(r.table(all).ring.floor, floor)
	}
	if err := scan(db, logPrefix, r.entry); err != nil {
		return nil, err
	}
	if r.found != r.entries || r.rev < mark {
		return nil, fmt.Errorf("%w: %d of %d log entries and revision %d of at least %d are left",
			errDamaged, r.found, r.entries, r.rev, mark)
	}
	// A view begins with a read, so its history begins with the process.
	r.table(everything).ring.floor = r.rev
	for _, t := range r.open {
		r.tables.Set(t)
	}
	return r.assembler, nil
}

// scan visits the keys with a prefix in order; the slices are the iterator's.
func scan(db *pebble.DB, prefix string, visit func(k, v []byte) error) error {
	end := []byte(prefix)
	end[len(end)-1]++
	it, err := db.NewIter(&pebble.IterOptions{LowerBound: []byte(prefix), UpperBound: end})
	if err != nil {
		return err
	}
	for it.First(); it.Valid(); it.Next() {
		v, err := it.ValueAndErr()
		if err == nil {
			err = visit(it.Key(), v)
		}
		if err != nil {
			return errors.Join(err, it.Close())
		}
	}
	return errors.Join(it.Error(), it.Close())
}

func (r *recovery) meta(k, v []byte) error {
	key := string(k)
	if key == metaState {
		rev, n, err := parseStateValue(v)
		if err != nil {
			return fmt.Errorf("%w: %s: %w", errDamaged, key, err)
		}
		r.rev, r.entries = rev, n
		return nil
	}
	rev, err := parseRevValue(v)
	if err != nil {
		return fmt.Errorf("%w: %s: %w", errDamaged, key, err)
	}
	if key == metaFloor {
		r.floor, r.dropped = rev, rev
		return nil
	}
	id, err := parseTableKey(k)
	if err != nil {
		return fmt.Errorf("%w: %w", errDamaged, err)
	}
	r.floors[id] = rev
	return nil
}

// entry replays one entry of the log, and refuses a log in which an earlier entry is missing.
func (r *recovery) entry(k, v []byte) error {
	rev, err := parseLogKey(k)
	if err != nil {
		return fmt.Errorf("%w: %w", errDamaged, err)
	}
	e, err := decodeEntry(v, r.text)
	if err != nil {
		return fmt.Errorf("%w: revision %d: %w", errDamaged, rev, err)
	}
	if rev > r.rev {
		return fmt.Errorf("%w: an entry at revision %d, but the newest revision is %d", errDamaged, rev, r.rev)
	}
	r.found++
	t := r.table(idOf(e.key))
	prev := t.get(e.key)
	isEvent := rev > t.ring.floor
	if prev == nil && isEvent && (e.deleted || e.created != rev) || prev != nil && prev.Created != e.created {
		return fmt.Errorf("%w: revision %d of %s: the revision before it is missing", errDamaged, rev, e.key)
	}
	rec := &store.Record{Key: e.key, Rev: rev, Created: e.created}
	ev := store.Event{Type: store.Put, Record: rec, Prev: prev}
	switch {
	case e.sameBody && prev != nil:
		rec.Body = prev.Body
	case len(e.body) > 0:
		rec.Body = append(make([]byte, 0, len(e.body)), e.body...) // exactly as large as it is
	}
	if prev != nil {
		rec.Key = prev.Key
	}
	if e.deleted {
		ev.Type = store.Delete
		if prev != nil {
			t.rows.Delete(prev)
		}
	} else {
		t.rows.Set(rec)
	}
	if isEvent {
		cost := eventCost(&ev)
		t.ring.push(ev, cost)
		r.history += cost
		r.replayAll(ev, cost)
	}
	return nil
}

// replayAll adds an event to the ring of all clusters, whose history is complete from where that of every cluster is.
func (r *recovery) replayAll(ev store.Event, cost int) {
	t := r.table(tableID{ev.Record.Key.Resource, api.AllClusters})
	if ev.Record.Rev <= t.ring.floor {
		return
	}
	t.ring.push(ev, cost)
	r.history += cost
	for len(t.ring.events) > 1 && r.over(&t.ring) {
		r.evict(t)
	}
}

func (r *recovery) table(id tableID) *table {
	t := r.open[id]
	if t == nil {
		t = &table{id: id, rows: newRows(), ring: ring{floor: max(r.floor, r.floors[id])}}
		r.open[id] = t
	}
	return t
}

// text interns what repeats (groups, resources, clusters, namespaces and, harmlessly, names).
func (r *recovery) text(b []byte) string {
	if s, ok := r.texts[string(b)]; ok {
		return s
	}
	s := string(b)
	r.texts[s] = s
	return s
}
