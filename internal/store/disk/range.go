package disk

import (
	"sort"

	"github.com/tidwall/btree"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// Range implements store.Store.
func (s *Store) Range(q store.Range) (store.Page, error) {
	select {
	case <-s.ended:
		return store.Page{}, s.endErr()
	default:
	}
	r := s.root.Load()
	rev := r.rev
	if q.Rev != 0 {
		rev = q.Rev
	}
	switch {
	case rev > r.rev:
		return store.Page{}, store.ErrFuture
	case rev < r.floor:
		return store.Page{}, store.ErrCompacted
	}
	var spans []span
	total := 0
	var err error
	r.each(q.Scope, func(t *table) bool {
		var rows *btree.BTreeG[*store.Record]
		if rows, err = t.at(rev); err != nil {
			return false
		}
		if sp := t.span(rows, &q); sp.n > 0 {
			spans = append(spans, sp)
			total += sp.n
		}
		return true
	})
	if err != nil {
		return store.Page{}, err
	}
	page := store.Page{Rev: rev}
	take := total
	if q.Limit > 0 && q.Limit < total {
		take, page.More, page.Remaining = q.Limit, true, total-q.Limit
	}
	page.Records = make([]*store.Record, 0, take)
	for _, sp := range spans {
		page.Records = sp.appendTo(page.Records, take-len(page.Records))
	}
	return page, nil
}

// each visits the tables of a scope in cluster order.
func (r *root) each(scope api.Scope, visit func(*table) bool) {
	if scope.Cluster != api.AllClusters {
		if t := r.table(tableID{scope.Resource, scope.Cluster}); t != nil {
			visit(t)
		}
		return
	}
	r.tables.Ascend(&table{id: tableID{res: scope.Resource}}, func(t *table) bool {
		if t.id.res != scope.Resource {
			return false
		}
		return t.id.cluster == api.AllClusters || visit(t)
	})
}

// at returns the rows as they were at a revision: those of now, with the events since then undone, newest first.
func (t *table) at(rev api.Revision) (*btree.BTreeG[*store.Record], error) {
	if rev < t.ring.floor {
		return nil, store.ErrCompacted
	}
	undo := t.ring.after(rev)
	if len(undo) == 0 {
		return t.rows, nil
	}
	rows := branch(t.rows)
	for i := len(undo) - 1; i >= 0; i-- {
		if prev := undo[i].Prev; prev != nil {
			rows.Set(prev)
		} else {
			rows.Delete(undo[i].Record)
		}
	}
	return rows, nil
}

// span is a run of rows that belongs to an answer.
type span struct {
	rows  *btree.BTreeG[*store.Record]
	first *store.Record
	n     int
}

// span finds what a query wants of a table, by rank: nothing is visited that is not returned.
func (t *table) span(rows *btree.BTreeG[*store.Record], q *store.Range) span {
	lo, hi := 0, rows.Len()
	if ns := q.Scope.Namespace; ns != "" {
		lo = rank(rows, func(k api.Key) bool { return k.Namespace >= ns })
		hi = rank(rows, func(k api.Key) bool { return k.Namespace > ns })
	}
	if q.After.Name != "" {
		lo = max(lo, rank(rows, func(k api.Key) bool { return k.Compare(q.After) > 0 }))
	}
	if lo >= hi {
		return span{}
	}
	first, _ := rows.GetAt(lo)
	return span{rows: rows, first: first, n: hi - lo}
}

// rank counts the rows before the first for which behind holds.
func rank(rows *btree.BTreeG[*store.Record], behind func(api.Key) bool) int {
	return sort.Search(rows.Len(), func(i int) bool {
		r, _ := rows.GetAt(i)
		return behind(r.Key)
	})
}

// appendTo appends at most limit records of the span.
func (sp span) appendTo(to []*store.Record, limit int) []*store.Record {
	n := min(sp.n, limit)
	if n <= 0 {
		return to
	}
	sp.rows.Ascend(sp.first, func(r *store.Record) bool {
		to = append(to, r)
		n--
		return n > 0
	})
	return to
}
