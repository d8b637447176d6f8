package disk

import (
	"errors"
	"fmt"
	"strconv"

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
}

// recoverState reads the whole database once and returns an assembler with the newest state.
func recoverState(db *pebble.DB, opts Options) (*assembler, error) {
	r := &recovery{
		assembler: &assembler{db: db, opts: opts, tables: newTables()},
		floors:    make(map[tableID]api.Revision),
		open:      make(map[tableID]*table),
		texts:     make(map[string]string),
	}
	if err := checkFormat(db); err != nil {
		return nil, err
	}
	// The m/ keys rule over the entries, so they come first.
	if err := scan(db, "m/", r.meta); err != nil {
		return nil, err
	}
	for id, floor := range r.floors {
		r.table(id)
		all := tableID{id.res, api.AllClusters}
		r.table(all).ring.floor = max(r.table(all).ring.floor, floor)
	}
	if err := scan(db, logPrefix, r.entry); err != nil {
		return nil, err
	}
	for _, t := range r.open {
		r.tables.Set(t)
	}
	return r.assembler, nil
}

// checkFormat reads the version of the keyspace, or writes it into a new database.
func checkFormat(db *pebble.DB) error {
	v, closer, err := db.Get([]byte(metaFormat))
	if errors.Is(err, pebble.ErrNotFound) {
		return db.Set([]byte(metaFormat), []byte(strconv.Itoa(formatVersion)), pebble.Sync)
	}
	if err != nil {
		return err
	}
	defer func() { _ = closer.Close() }()
	switch n, err := strconv.Atoi(string(v)); {
	case err != nil:
		return fmt.Errorf("%w: format %q", errDamaged, v)
	case n > formatVersion:
		return fmt.Errorf("%w (format %d, this version reads up to %d)", errFormat, n, formatVersion)
	}
	return nil
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
	if key == metaFormat {
		return nil
	}
	rev, err := parseRevValue(v)
	if err != nil {
		return fmt.Errorf("%w: %s: %w", errDamaged, key, err)
	}
	switch key {
	case metaRev:
		r.rev = rev
	case metaFloor:
		r.floor, r.dropped = rev, rev
	default:
		id, err := parseTableKey(k)
		if err != nil {
			return fmt.Errorf("%w: %w", errDamaged, err)
		}
		r.floors[id] = rev
	}
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
	r.rev = max(r.rev, rev)
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
