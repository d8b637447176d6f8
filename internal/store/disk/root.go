package disk

import (
	"cmp"
	"strings"
	"sync"

	"github.com/tidwall/btree"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// root is everything that a reader can see, at one revision. It is immutable once published.
type root struct {
	// rev is the newest revision in the root: every change up to it is in, none after it.
	rev api.Revision
	// floor is the revision of the last Compact; older revisions are neither read nor resumed from.
	floor api.Revision
	// dropped is at or above the floor of every table that Compact has removed because nothing was left in it.
	dropped api.Revision
	// tables holds the tables by resource, then cluster. Per resource, the table of api.AllClusters comes first; it
	// has no rows, its ring holds the events of all clusters. The table called everything comes before them all.
	tables *btree.BTreeG[*table]
	// entries and history are the length of the log and the cost of all rings.
	entries, history int
}

// tableID names a table: the budget of history and of wake-ups.
type tableID struct {
	res     api.Resource
	cluster api.Cluster
}

func (id tableID) compare(o tableID) int {
	return cmp.Or(id.res.Compare(o.res), strings.Compare(string(id.cluster), string(o.cluster)))
}

// everything is the table of the zero scope: its ring holds the events of all resources of all clusters, for views.
var everything = tableID{} //nolint:gochecknoglobals // never changed; Go has no constants of structs

func idOf(k api.Key) tableID { return tableID{k.Resource, k.Cluster} }

// table is one resource in one cluster. It is immutable once its root is published.
type table struct {
	id   tableID
	rows *btree.BTreeG[*store.Record] // by namespace, then name
	ring ring
	// evicted says that the assembler has evicted events in the batch at hand, so that floor must be written.
	evicted bool
}

// The engine synchronises by publishing, so the trees' own locks are off.
func newRows() *btree.BTreeG[*store.Record] {
	return btree.NewBTreeGOptions(rowLess, btree.Options{NoLocks: true})
}

func newTables() *btree.BTreeG[*table] {
	return btree.NewBTreeGOptions(tableLess, btree.Options{NoLocks: true})
}

func rowLess(a, b *store.Record) bool {
	if c := strings.Compare(a.Key.Namespace, b.Key.Namespace); c != 0 {
		return c < 0
	}
	return a.Key.Name < b.Key.Name
}

func tableLess(a, b *table) bool { return a.id.compare(b.id) < 0 }

// branch makes a tree that can be changed without changing t. Unlike t.Copy it does not write to t, which other
// goroutines may be reading or branching as well.
func branch[T any](t *btree.BTreeG[T]) *btree.BTreeG[T] {
	shallow := *t
	return shallow.Copy()
}

// probe is what a lookup compares with; pooled, because the trees' comparison makes it escape.
type probe struct {
	table table
	rec   store.Record
}

var probes = sync.Pool{New: func() any { return new(probe) }} //nolint:gochecknoglobals // a pool has no state to share

func (r *root) table(id tableID) *table {
	p := probes.Get().(*probe)
	p.table.id = id
	t, _ := r.tables.Get(&p.table)
	p.table.id = tableID{}
	probes.Put(p)
	return t
}

func (r *root) get(k api.Key) *store.Record {
	if t := r.table(idOf(k)); t != nil {
		return t.get(k)
	}
	return nil
}

func (t *table) get(k api.Key) *store.Record {
	p := probes.Get().(*probe)
	p.rec.Key = k
	rec, _ := t.rows.Get(&p.rec)
	p.rec.Key = api.Key{}
	probes.Put(p)
	return rec
}
