package disk

import (
	"strings"

	"github.com/cockroachdb/pebble/v2"
	"github.com/tidwall/btree"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// assembler turns requests into batches. It owns the newest state of the store, which runs ahead of the published root
// by the batches that are not durable yet. Only one goroutine uses it.
type assembler struct {
	db   *pebble.DB
	opts Options
	// tables is the newest state. Its tables may be shared with published roots, so a table is changed only after
	// open has branched it for the batch at hand.
	tables  *btree.BTreeG[*table]
	rev     api.Revision
	floor   api.Revision
	dropped api.Revision
	// history is the cost of all rings, entries the number of entries in the log.
	history, entries int
	batch            *batch
}

// batch is what becomes durable and visible in one step.
type batch struct {
	log      *pebble.Batch
	requests []*request
	ops      int
	bytes    int
	// open holds the tables that the batch has branched; seal puts them into the tree.
	open map[tableID]*table
	// root is the state with the batch; nil until sealed, and nil if the batch has changed nothing.
	root *root
	// full says that the disk was too full for writes (deletions may be possible) when the batch began.
	full, brimful bool
}

// begin begins a batch whose first request is about that large.
func (a *assembler) begin(bytes int) {
	log := a.db.NewBatch(pebble.WithInitialSizeBytes(bytes), pebble.WithMaxRetainedSizeBytes(keptBatch))
	a.batch = &batch{log: log, open: make(map[tableID]*table)}
}

// roomy reports whether the batch may take another request.
func (b *batch) roomy() bool { return b.ops < batchOps && b.bytes < batchBytes }

// add carries out a request against the newest state.
func (a *assembler) add(r *request) {
	b := a.batch
	b.requests = append(b.requests, r)
	b.bytes += r.bytes
	if r.compact != 0 {
		a.compact(r.compact)
		return
	}
	for i := range r.txns {
		if r.results[i].Err == nil {
			a.apply(&r.txns[i], &r.results[i])
		}
	}
}

// apply checks everything before it changes anything, so that a transaction never has to be undone.
func (a *assembler) apply(t *store.Txn, res *store.Result) {
	for _, g := range t.Guards {
		cur := a.get(g.Key)
		if have := revOf(cur); have != g.Rev {
			res.Err = &store.ConflictError{Guard: g, Current: cur}
			return
		}
	}
	writes := false
	for i := range t.Ops {
		if op := &t.Ops[i]; !op.Delete {
			writes = true
		} else if a.get(op.Key) == nil {
			res.Err = &store.ConflictError{Guard: store.Guard{Key: op.Key}}
			return
		}
	}
	if a.batch.brimful || a.batch.full && writes {
		res.Err = store.ErrFull
		return
	}
	res.Records = make([]*store.Record, len(t.Ops))
	for i := range t.Ops {
		res.Records[i] = a.write(&t.Ops[i])
	}
	a.batch.ops += len(t.Ops)
}

func revOf(r *store.Record) api.Revision {
	if r == nil {
		return 0
	}
	return r.Rev
}

// get returns the newest record of a key, durable or not.
func (a *assembler) get(k api.Key) *store.Record {
	if t := a.peek(idOf(k)); t != nil && t.rows != nil {
		return t.get(k)
	}
	return nil
}

// peek returns the newest state of a table for reading, nil if there is none.
func (a *assembler) peek(id tableID) *table {
	if t := a.batch.open[id]; t != nil {
		return t
	}
	return (&root{tables: a.tables}).table(id)
}

// open returns a table for writing.
func (a *assembler) open(id tableID) *table {
	if t := a.batch.open[id]; t != nil {
		return t
	}
	t := a.peek(id)
	if t == nil {
		id.res.Group, id.res.Name = strings.Clone(id.res.Group), strings.Clone(id.res.Name)
		id.cluster = api.Cluster(strings.Clone(string(id.cluster)))
		// What was dropped under this name is gone for those who resume.
		t = &table{id: id, rows: newRows(), ring: ring{floor: a.dropped}}
	} else {
		next := *t
		next.rows = branch(t.rows)
		t = &next
	}
	a.batch.open[t.id] = t
	return t
}

// write carries out one op, which cannot fail: into the log, the index and the rings.
func (a *assembler) write(op *store.Op) *store.Record {
	t := a.open(idOf(op.Key))
	prev := t.get(op.Key)
	a.rev++
	rec := &store.Record{Rev: a.rev, Created: a.rev, Body: op.Body}
	if op.Memo != nil {
		rec.Memo.Store(op.Memo)
	}
	if prev != nil {
		rec.Key, rec.Created = prev.Key, prev.Created
	} else {
		rec.Key = t.ownKey(op.Key)
	}
	ev := store.Event{Type: store.Put, Record: rec, Prev: prev}
	e := entry{key: rec.Key, created: rec.Created, body: rec.Body}
	if op.Delete {
		ev.Type, e.deleted = store.Delete, true
		if op.Body == nil {
			rec.Body, e.body, e.sameBody = prev.Body, nil, true
		}
		t.rows.Delete(prev)
	} else {
		t.rows.Set(rec)
	}
	a.log(a.rev, &e)
	a.remember(t, ev)
	a.remember(a.open(tableID{t.id.res, api.AllClusters}), ev)
	a.remember(a.open(everything), ev)
	return rec
}

func (a *assembler) log(rev api.Revision, e *entry) {
	a.entries++
	op := a.batch.log.SetDeferred(logKeyLen, e.size())
	putLogKey(op.Key, rev)
	e.encode(op.Value)
	_ = op.Finish() // fails only for indexed batches
}

// remember adds an event to a table's ring and evicts what its bounds no longer allow.
func (a *assembler) remember(t *table, ev store.Event) {
	cost := eventCost(&ev)
	t.ring.push(ev, cost)
	a.history += cost
	for len(t.ring.events) > 1 && a.over(&t.ring) {
		a.evict(t)
	}
}

func (a *assembler) over(r *ring) bool {
	return len(r.events) > a.opts.TableEvents || r.bytes > a.opts.TableBytes ||
		a.history > a.opts.HistoryBytes && r.bytes > a.opts.MinTableBytes
}

// evict drops the oldest event of a table, and deletes from the log what only that event needed: the entry that it
// superseded, and its own if it is a tombstone. Thus every entry above a table's floor is an event of its ring, and
// every entry at or below it is live, or superseded by one of those events.
func (a *assembler) evict(t *table) {
	ev, cost := t.ring.pop()
	a.history -= cost
	if t.id.cluster == api.AllClusters {
		return // the log belongs to the tables of the clusters
	}
	t.evicted = true
	if ev.Prev != nil {
		a.unlog(ev.Prev.Rev)
	}
	if ev.Type == store.Delete {
		a.unlog(ev.Record.Rev)
	}
}

func (a *assembler) unlog(rev api.Revision) {
	a.entries--
	op := a.batch.log.DeleteDeferred(logKeyLen)
	putLogKey(op.Key, rev)
	_ = op.Finish() // fails only for indexed batches
}

// seal freezes the batch and returns it.
func (a *assembler) seal() *batch {
	b := a.batch
	a.batch = nil
	if b.log.Empty() {
		return b
	}
	for _, t := range b.open {
		if t.evicted {
			t.evicted = false
			_ = b.log.Set(tableKey(t.id), revValue(t.ring.floor), nil) // fails only for indexed batches
		}
		a.tables.Set(t)
	}
	_ = b.log.Set([]byte(metaState), stateValue(a.rev, a.entries), nil)
	b.root = a.root()
	return b
}

// root makes an immutable copy of the newest state.
func (a *assembler) root() *root {
	return &root{rev: a.rev, floor: a.floor, dropped: a.dropped, tables: a.tables.Copy(),
		entries: a.entries, history: a.history}
}

// ownKey copies a key's strings, so that a record does not hold on to the buffers of the request that brought it, and
// shares those that its table or its neighbour has.
func (t *table) ownKey(k api.Key) api.Key {
	own := api.Key{Resource: t.id.res, Cluster: t.id.cluster, Name: strings.Clone(k.Name)}
	if k.Namespace == "" {
		return own
	}
	t.rows.Ascend(&store.Record{Key: api.Key{Namespace: k.Namespace}}, func(r *store.Record) bool {
		if r.Key.Namespace == k.Namespace {
			own.Namespace = r.Key.Namespace
		}
		return false
	})
	if own.Namespace == "" {
		own.Namespace = strings.Clone(k.Namespace)
	}
	return own
}
