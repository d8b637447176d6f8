// Package view serves immutable, typed snapshots of the store to everything that decides: controllers, scheduler,
// gateway. A View follows the store in one goroutine; a Snapshot is a value that never changes, holds what was true at
// one revision for all clusters, and costs O(resources) to take. Objects are decoded at their first reader and shared:
// whoever wants to change one copies it first.
//
// It reads store and schema and writes nothing.
package view

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sort"
	"sync"

	"github.com/tidwall/btree"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/schema"
	"gantry.dev/gantry/internal/store"
)

// Snapshot is the state of all followed resources at one revision.
type Snapshot struct {
	law    *schema.Schema
	rev    api.Revision
	tables map[api.Resource]*table
	// custom holds the objects of all custom kinds of all clusters: one table, so that a snapshot costs no more however
	// many are defined. Nil in views that do not follow the definitions.
	custom *table
}

// table is the records of one resource with their indexes. A published table never changes.
type table struct {
	kind *schema.Kind
	rows *btree.BTreeG[*store.Record]
	idx  *btree.BTreeG[entry]
	// owned counts the entries of byOwner: of most resources nothing has an owner, and whoever asks for dependents asks all.
	owned int
}

// index names a secondary order of a table.
type index uint8

const (
	byOwner  index = iota + 1 // value: UID of an owner
	byNode                    // value: spec.nodeName (pods)
	byUID                     // value: the object's own UID
	byOrphan                  // value: namespace of what could be adopted, but has no controller
	byBond                    // value: where a volume or claim stands in a binding (see bond)
)

// entry is a place in a secondary order: cluster, index, value, key. There are a few for every record, so the key is not
// copied: it is the record's.
type entry struct {
	rec   *store.Record
	value string
	index index
}

// firstOf is the place before all entries of a value, in the order of keys from res on.
func firstOf(res api.Resource, c api.Cluster, i index, value string) entry {
	return entry{&store.Record{Key: api.Key{Resource: res, Cluster: c}}, value, i}
}

// in reports whether the entry is one of the cluster with the index and value.
func (e *entry) in(c api.Cluster, i index, value string) bool {
	return e.rec.Key.Cluster == c && e.index == i && e.value == value
}

// Rev is the revision that the snapshot shows: all changes up to it, none after it.
func (s *Snapshot) Rev() api.Revision { return s.rev }

// Record returns the record of a key, or nil.
func (s *Snapshot) Record(key api.Key) *store.Record {
	t := s.table(key.Resource)
	if t == nil {
		return nil
	}
	rec, ok := t.rows.Get(&store.Record{Key: key})
	if !ok {
		return nil
	}
	return rec
}

// Object returns the typed object of a key, or nil. It is shared and must not be changed.
func (s *Snapshot) Object(key api.Key) runtime.Object {
	rec := s.Record(key)
	if rec == nil {
		return nil
	}
	return s.typed(s.table(key.Resource).kind, rec)
}

// Meta returns the metadata of a record that the snapshot handed out.
func (s *Snapshot) Meta(rec *store.Record) *schema.Meta {
	m, err := s.law.Meta(s.table(rec.Key.Resource).kind, rec)
	if err != nil {
		panic(fmt.Sprintf("view: stored object %s cannot be read: %v", rec.Key, err))
	}
	return m
}

func (s *Snapshot) typed(k *schema.Kind, rec *store.Record) runtime.Object {
	obj, err := s.law.Typed(k, rec)
	if err != nil {
		// The registry wrote these bytes itself; that they cannot be read is corruption, not a condition to handle.
		panic(fmt.Sprintf("view: stored object %s cannot be read: %v", rec.Key, err))
	}
	return obj
}

// Records ranges over a scope in key order.
func (s *Snapshot) Records(scope api.Scope) iter.Seq[*store.Record] {
	return func(yield func(*store.Record) bool) {
		t := s.table(scope.Resource)
		if t == nil {
			return
		}
		from := &store.Record{Key: api.Key{Resource: scope.Resource, Cluster: scope.Cluster, Namespace: scope.Namespace}}
		t.rows.Ascend(from, func(rec *store.Record) bool {
			if !scope.Contains(rec.Key) {
				return false
			}
			return yield(rec)
		})
	}
}

// Count is the number of records of a scope. It looks at a few dozen of them at most, however many there are.
func (s *Snapshot) Count(scope api.Scope) int {
	t := s.table(scope.Resource)
	if t == nil {
		return 0
	}
	from := api.Key{Resource: scope.Resource, Cluster: scope.Cluster, Namespace: scope.Namespace}
	first := t.search(func(k api.Key) bool { return k.Compare(from) >= 0 })
	return t.search(func(k api.Key) bool { return k.Compare(from) >= 0 && !scope.Contains(k) }) - first
}

// search is the place of the first record whose key is so: all those behind it have to be so, too.
func (t *table) search(so func(api.Key) bool) int {
	return sort.Search(t.rows.Len(), func(i int) bool {
		rec, _ := t.rows.GetAt(i) // i is below Len
		return so(rec.Key)
	})
}

// Holds says whether a scope has any records.
func (s *Snapshot) Holds(scope api.Scope) bool {
	for range s.Records(scope) {
		return true
	}
	return false
}

func (s *Snapshot) byIndex(res api.Resource, c api.Cluster, i index, value string) iter.Seq[*store.Record] {
	return func(yield func(*store.Record) bool) {
		t := s.table(res)
		if t == nil || value == "" {
			return
		}
		// The entries of one value are in key order, and so by resource.
		t.idx.Ascend(firstOf(res, c, i, value), func(e entry) bool {
			if !e.in(c, i, value) || e.rec.Key.Resource != res {
				return false
			}
			return yield(e.rec)
		})
	}
}

// Get returns the object of a key as *T. The second result is false if it does not exist.
func Get[T any, P interface {
	*T
	runtime.Object
}](s *Snapshot, key api.Key) (*T, bool) {
	obj := s.Object(key)
	if obj == nil {
		return nil, false
	}
	return (*T)(obj.(P)), true
}

// List ranges over the objects of a scope in key order.
func List[T any, P interface {
	*T
	runtime.Object
}](s *Snapshot, scope api.Scope) iter.Seq[*T] {
	return objects[T, P](s, scope.Resource, s.Records(scope))
}

// OwnedBy ranges over the objects of a resource that name owner among their ownerReferences (as controller or not).
func OwnedBy[T any, P interface {
	*T
	runtime.Object
}](s *Snapshot, res api.Resource, c api.Cluster, owner string) iter.Seq[*T] {
	return objects[T, P](s, res, s.byIndex(res, c, byOwner, owner))
}

// OnNode ranges over the pods whose spec.nodeName is node.
func OnNode[T any, P interface {
	*T
	runtime.Object
}](s *Snapshot, res api.Resource, c api.Cluster, node string) iter.Seq[*T] {
	return objects[T, P](s, res, s.byIndex(res, c, byNode, node))
}

// Dependents ranges over the records of every followed resource that name owner among their ownerReferences.
func (s *Snapshot) Dependents(c api.Cluster, owner string) iter.Seq[*store.Record] {
	return func(yield func(*store.Record) bool) {
		if owner == "" {
			return
		}
		first := firstOf(api.Resource{}, c, byOwner, owner) // before those of any resource
		for _, t := range s.tables {
			if t.owned == 0 {
				continue
			}
			enough := false
			t.idx.Ascend(first, func(e entry) bool {
				if !e.in(c, byOwner, owner) {
					return false
				}
				enough = !yield(e.rec)
				return !enough
			})
			if enough {
				return
			}
		}
		for rec := range s.customDependents(c, owner) {
			if !yield(rec) {
				return
			}
		}
	}
}

// ByUID finds an object of a resource by its UID, or nil.
func (s *Snapshot) ByUID(res api.Resource, c api.Cluster, uid string) *store.Record {
	for rec := range s.byIndex(res, c, byUID, uid) {
		return rec
	}
	return nil
}

// Resources lists the resources that the snapshot follows, in no particular order.
func (s *Snapshot) Resources() iter.Seq[api.Resource] {
	return func(yield func(api.Resource) bool) {
		for r := range s.tables {
			if !yield(r) {
				return
			}
		}
	}
}

// ControllerOf returns the controlling owner reference in m, or nil.
func ControllerOf(m *schema.Meta) *metav1.OwnerReference {
	for i := range m.Owners {
		if c := m.Owners[i].Controller; c != nil && *c {
			return &m.Owners[i]
		}
	}
	return nil
}

func objects[T any, P interface {
	*T
	runtime.Object
}](s *Snapshot, res api.Resource, recs iter.Seq[*store.Record]) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for rec := range recs {
			if !yield((*T)(s.typed(s.table(res).kind, rec).(P))) {
				return
			}
		}
	}
}

// Follower is told of changes as the view takes them in, in revision order, in the view's own goroutine: it must only
// note keys and return.
type Follower func(events []store.Event)

// View follows the store.
type View struct {
	law   *schema.Schema
	store store.Store

	followers map[api.Resource][]Follower // set before Run

	mu   sync.Mutex
	cur  *Snapshot // private: its trees are changed in place, snapshots get copies (copy on write)
	snap *Snapshot // handed out for cur's revision, or nil
	// copies are tables of earlier snapshots that have not changed since.
	copies map[api.Resource]*table
	wake   chan struct{} // closed and replaced when cur's revision advances
}

// New makes a view of the given resources. Nothing is read before Run.
func New(law *schema.Schema, st store.Store, resources []api.Resource) *View {
	v := &View{law: law, store: st, wake: make(chan struct{}), copies: map[api.Resource]*table{}, followers: map[api.Resource][]Follower{}}
	v.cur = &Snapshot{law: law, tables: map[api.Resource]*table{}}
	for _, r := range resources {
		v.cur.tables[r] = newTable(law.Kind(r))
		if r == schema.Definitions {
			v.cur.custom = newTable(schema.Foreign(Custom))
		}
	}
	return v
}

// Follow registers a follower of a resource. It must be called before Run.
func (v *View) Follow(r api.Resource, f Follower) { v.followers[r] = append(v.followers[r], f) }

// Snapshot returns the newest snapshot.
func (v *View) Snapshot() *Snapshot {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.snapshotLocked()
}

func (v *View) snapshotLocked() *Snapshot {
	if v.snap == nil {
		s := &Snapshot{law: v.law, rev: v.cur.rev, tables: make(map[api.Resource]*table, len(v.cur.tables))}
		for r, t := range v.cur.tables {
			c := v.copies[r]
			if c == nil {
				c = t.copy()
				v.copies[r] = c
			}
			s.tables[r] = c
		}
		if v.cur.custom != nil {
			s.custom = v.cur.custom.copy()
		}
		v.snap = s
	}
	return v.snap
}

// AtLeast waits until the view has reached rev and returns a snapshot that is at least as new.
func (v *View) AtLeast(ctx context.Context, rev api.Revision) (*Snapshot, error) {
	for {
		v.mu.Lock()
		if v.cur.rev >= rev && v.cur.rev > 0 {
			s := v.snapshotLocked()
			v.mu.Unlock()
			return s, nil
		}
		wake := v.wake
		v.mu.Unlock()
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for the view to reach revision %d: %w", rev, ctx.Err())
		case <-wake:
		}
	}
}

// ErrStopped ends Run when the store has been closed.
var ErrStopped = errors.New("view: store closed")
