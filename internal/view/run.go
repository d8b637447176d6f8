package view

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tidwall/btree"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
)

// btreeDegree is the width of the trees: wide enough to keep them shallow, narrow enough that copying one node per
// change (copy on write) stays cheap.
const btreeDegree = 32

func newTable(k *schema.Kind) *table {
	opts := btree.Options{NoLocks: true, Degree: btreeDegree}
	return &table{
		kind: k,
		rows: btree.NewBTreeGOptions(func(a, b *store.Record) bool { return a.Key.Compare(b.Key) < 0 }, opts),
		idx: btree.NewBTreeGOptions(func(a, b entry) bool {
			return cmp.Or(strings.Compare(string(a.rec.Key.Cluster), string(b.rec.Key.Cluster)), cmp.Compare(a.index, b.index),
				strings.Compare(a.value, b.value), a.rec.Key.Compare(b.rec.Key)) < 0
		}, opts),
	}
}

// copy is a table that does not change when t does.
func (t *table) copy() *table {
	return &table{kind: t.kind, rows: t.rows.Copy(), idx: t.idx.Copy(), owned: t.owned}
}

// Run follows the store until ctx ends or the store closes. It must be called once.
func (v *View) Run(ctx context.Context) error {
	for {
		w, err := v.open()
		if errors.Is(err, store.ErrCompacted) {
			continue // more has been written since the load than history keeps: load again
		}
		if err != nil {
			return err
		}
		for err == nil {
			err = v.follow(ctx, w)
		}
		w.Stop()
		switch {
		case errors.Is(err, store.ErrCompacted):
			continue
		case errors.Is(err, store.ErrClosed):
			return ErrStopped
		default:
			return err
		}
	}
}

// open loads the state and begins to follow from there.
func (v *View) open() (store.Watcher, error) {
	rev, err := v.load()
	if err != nil {
		return nil, err
	}
	w, err := v.store.Watch(api.Scope{}, rev)
	if err != nil {
		return nil, fmt.Errorf("view: following the store from revision %d: %w", rev, err)
	}
	return w, nil
}

// load replaces the state by a fresh read of all resources at one revision and tells followers of every difference.
func (v *View) load() (api.Revision, error) {
	rev := v.store.Revision()
	var events []store.Event
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, r := range slices.SortedFunc(v.cur.Resources(), api.Resource.Compare) { // so that news has an order
		recs, err := v.read(r, rev)
		if err != nil {
			return 0, err
		}
		var changed []store.Event
		v.cur.tables[r], changed = v.reload(v.cur.tables[r], recs)
		delete(v.copies, r)
		events = append(events, changed...)
	}
	if t := v.cur.custom; t != nil {
		recs, err := v.readCustom(rev)
		if err != nil {
			return 0, err
		}
		var changed []store.Event
		v.cur.custom, changed = v.reload(t, recs)
		events = append(events, changed...)
	}
	v.advance(rev)
	v.tell(events)
	return rev, nil
}

// read returns the records of a resource, at a revision if that is still to be had.
func (v *View) read(r api.Resource, rev api.Revision) ([]*store.Record, error) {
	page, err := v.store.Range(store.Range{Scope: api.Scope{Resource: r}, Rev: rev})
	if errors.Is(err, store.ErrCompacted) {
		page, err = v.store.Range(store.Range{Scope: api.Scope{Resource: r}})
	}
	if err != nil {
		return nil, fmt.Errorf("view: reading %s at revision %d: %w", r, rev, err)
	}
	return page.Records, nil
}

// reload makes the table of recs and tells how it differs from t.
func (v *View) reload(t *table, recs []*store.Record) (fresh *table, events []store.Event) {
	fresh = newTable(t.kind)
	for _, rec := range recs {
		fresh.put(v.law, rec, nil)
		old, _ := t.rows.Get(rec)
		if old == nil || old.Rev != rec.Rev {
			events = append(events, store.Event{Type: store.Put, Record: rec, Prev: old})
		}
	}
	t.rows.Scan(func(old *store.Record) bool {
		if _, ok := fresh.rows.Get(old); !ok {
			events = append(events, store.Event{Type: store.Delete, Record: old, Prev: old})
		}
		return true
	})
	return fresh, events
}

// follow waits for the next events and takes them in.
func (v *View) follow(ctx context.Context, w store.Watcher) error {
	events, upTo, err := w.Next(ctx)
	if err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for i := range events {
		v.take(&events[i])
	}
	v.advance(upTo)
	v.tell(events)
	return nil
}

// take applies one event. After a load the first events may be older than what was loaded: they change nothing.
func (v *View) take(ev *store.Event) {
	t := v.cur.table(ev.Record.Key.Resource)
	if t == nil {
		return
	}
	old, ok := t.rows.Get(ev.Record)
	if ok && old.Rev >= ev.Record.Rev {
		return
	}
	delete(v.copies, ev.Record.Key.Resource)
	switch {
	case ev.Type == store.Put:
		t.put(v.law, ev.Record, old)
	case ok:
		t.remove(v.law, old)
	}
}

// advance publishes the state as of rev. mu is held. Trees that went out in a snapshot were handed out as copies
// (copy on write), so v.cur's own may go on changing.
func (v *View) advance(rev api.Revision) {
	v.cur.rev = max(rev, v.cur.rev)
	v.snap = nil
	close(v.wake)
	v.wake = make(chan struct{})
}

// tell hands the events to the followers, grouped in runs of one resource. mu is held: followers only note keys. They may
// keep what they are given; the watcher takes its slice back at its next call, so they get a copy.
func (v *View) tell(events []store.Event) {
	events = slices.Clone(events)
	for len(events) > 0 {
		r := events[0].Record.Key.Resource
		n := 1
		for n < len(events) && events[n].Record.Key.Resource == r {
			n++
		}
		followers := v.followers[r]
		if v.cur.IsCustom(r) {
			followers = v.followers[Custom]
		}
		for _, f := range followers {
			f(events[:n])
		}
		events = events[n:]
	}
}

// put files a record in place of old, the one before of its key, or nil.
func (t *table) put(law *schema.Schema, rec, old *store.Record) {
	t.rows.Set(rec)
	var room [4]entry // what most records have
	now := t.entries(room[:0], law, rec)
	for _, e := range now { // also where nothing but the record has changed
		if _, known := t.idx.Set(e); !known && e.index == byOwner {
			t.owned++
		}
	}
	if old == nil {
		return
	}
	var before [4]entry
	for _, e := range t.entries(before[:0], law, old) {
		if !slices.ContainsFunc(now, func(n entry) bool { return n.index == e.index && n.value == e.value }) {
			t.drop(e)
		}
	}
}

func (t *table) drop(e entry) {
	if _, known := t.idx.Delete(e); known && e.index == byOwner {
		t.owned--
	}
}

func (t *table) remove(law *schema.Schema, rec *store.Record) {
	t.rows.Delete(rec)
	var room [4]entry
	for _, e := range t.entries(room[:0], law, rec) {
		t.drop(e)
	}
}

// nodeField is the selectable field that the byNode index is made from; only pods have it.
const nodeField = "spec.nodeName"

// entries appends the entries of a record to dst.
func (t *table) entries(dst []entry, law *schema.Schema, rec *store.Record) []entry {
	m, err := law.Meta(t.kind, rec)
	if err != nil {
		panic(fmt.Sprintf("view: stored object %s cannot be read: %v", rec.Key, err))
	}
	dst = append(dst, entry{rec, string(m.UID), byUID})
	for i := range m.Owners {
		dst = append(dst, entry{rec, string(m.Owners[i].UID), byOwner})
	}
	if orphanable(rec.Key.Resource) && ControllerOf(m) == nil {
		dst = append(dst, entry{rec, rec.Key.Namespace, byOrphan})
	}
	if bindable(rec.Key.Resource) {
		obj, err := law.Typed(t.kind, rec)
		if err != nil {
			panic(fmt.Sprintf("view: stored object %s cannot be read: %v", rec.Key, err))
		}
		dst = append(dst, entry{rec, bond(obj), byBond})
	}
	if node := m.Fields.Get(nodeField); node != "" {
		dst = append(dst, entry{rec, node, byNode})
	}
	return dst
}
