package storetest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

func testCommitRecords(b *bench) {
	k := key("default", "a")
	memo := &struct{ n int }{1}
	res := b.commit(txn(store.Op{Key: k, Body: []byte("1"), Memo: memo}))[0]
	if res.Err != nil {
		b.Fatal(res.Err)
	}
	r := res.Records[0]
	if r.Key != k || r.Rev == 0 || r.Created != r.Rev || string(r.Body) != "1" || r.Memo.Load() != memo {
		b.Fatalf("created record %+v", r)
	}
	if got := b.s.Get(k); got != r {
		b.Fatalf("get returns %+v, the commit returned %+v", got, r)
	}
	r2 := b.commit(txn(put(k, "2")))[0].Records[0]
	if r2.Created != r.Rev || r2.Rev <= r.Rev || r2.Memo.Load() != nil {
		b.Fatalf("updated record %+v after %+v", r2, r)
	}
	gone := b.commit(txn(del(k)))[0].Records[0]
	if gone.Rev <= r2.Rev || gone.Created != r.Rev || string(gone.Body) != "2" || gone.Key != k {
		b.Fatalf("tombstone %+v after %+v", gone, r2)
	}
	b.wantBody(k, "")
	r3 := b.commit(txn(put(k, "3")))[0].Records[0]
	if r3.Created != r3.Rev || r3.Rev <= gone.Rev {
		b.Fatalf("recreated record %+v after %+v", r3, gone)
	}
	if len(b.commit()) != 0 {
		b.Fatal("a commit of nothing has results")
	}
}

func testCommitRevisions(b *bench) {
	var last api.Revision
	for i := range 5 {
		var txns []store.Txn
		for j := range 10 {
			txns = append(txns, txn(put(key("x", "a"), "v"), put(key("y", strconv.Itoa(j)), "v"), put(key("z", strconv.Itoa(i)), "v")))
		}
		for _, res := range b.commit(txns...) {
			if res.Err != nil {
				b.Fatal(res.Err)
			}
			for _, r := range res.Records {
				if r.Rev <= last {
					b.Fatalf("revision %d of %s after %d", r.Rev, r.Key, last)
				}
				last = r.Rev
			}
		}
		if b.s.Revision() < last {
			b.Fatalf("revision %d after a commit at %d", b.s.Revision(), last)
		}
	}
}

func testCommitGuards(b *bench) {
	a, other, absent := key("default", "a"), key("default", "other"), key("default", "absent")
	rev := b.must(put(a, "1"))
	stale := rev
	rev = b.must(put(a, "2"))
	otherRev := b.must(put(other, "o"))
	tests := []struct {
		name   string
		guards []store.Guard
		bad    int // index of the guard that must fail, or -1
	}{
		{"match", []store.Guard{{Key: a, Rev: rev}}, -1},
		{"stale", []store.Guard{{Key: a, Rev: stale}}, 0},
		{"future", []store.Guard{{Key: a, Rev: rev + 1000}}, 0},
		{"want absent", []store.Guard{{Key: a}}, 0},
		{"is absent", []store.Guard{{Key: absent}}, -1},
		{"want present", []store.Guard{{Key: absent, Rev: rev}}, 0},
		{"read only match", []store.Guard{{Key: other, Rev: otherRev}, {Key: absent}}, -1},
		{"read only stale", []store.Guard{{Key: other, Rev: otherRev}, {Key: other, Rev: rev}}, 1},
	}
	for _, tt := range tests {
		target := key("result", tt.name)
		res := b.commit(store.Txn{Guards: tt.guards, Ops: []store.Op{put(target, "done")}})[0]
		if tt.bad < 0 {
			if res.Err != nil {
				b.Fatalf("%s: %v", tt.name, res.Err)
			}
			b.wantBody(target, "done")
			continue
		}
		var conflict *store.ConflictError
		if !errors.As(res.Err, &conflict) || conflict.Guard != tt.guards[tt.bad] || len(res.Records) != 0 {
			b.Fatalf("%s: got %v and %d records", tt.name, res.Err, len(res.Records))
		}
		if conflict.Current != b.s.Get(conflict.Guard.Key) {
			b.Fatalf("%s: conflict shows %+v", tt.name, conflict.Current)
		}
		b.wantBody(target, "")
	}
	before := b.s.Revision()
	if res := b.commit(store.Txn{Guards: []store.Guard{{Key: a, Rev: rev}}})[0]; res.Err != nil {
		b.Fatal("a transaction of guards only:", res.Err)
	}
	if b.s.Revision() != before {
		b.Fatal("a transaction of guards only has taken a revision")
	}
}

// Guards see earlier transactions of the batch, and a failed one leaves no trace for later ones.
func testCommitGuardsOfBatch(b *bench) {
	k, l := key("default", "k"), key("default", "l")
	res := b.commit(
		store.Txn{Guards: []store.Guard{{Key: k}}, Ops: []store.Op{put(k, "first")}},
		store.Txn{Guards: []store.Guard{{Key: k}}, Ops: []store.Op{put(k, "second"), put(l, "second")}},
		store.Txn{Guards: []store.Guard{{Key: l}}, Ops: []store.Op{put(l, "third")}},
	)
	if res[0].Err != nil || res[2].Err != nil {
		b.Fatal(res[0].Err, res[2].Err)
	}
	var conflict *store.ConflictError
	if !errors.As(res[1].Err, &conflict) || conflict.Current == nil || string(conflict.Current.Body) != "first" {
		b.Fatalf("the second creation: %v", res[1].Err)
	}
	b.wantBody(k, "first")
	b.wantBody(l, "third")
	res = b.commit(txn(del(k)), txn(put(k, "again")), txn(del(k)), txn(del(k)))
	for i, want := range []bool{true, true, true, false} {
		if (res[i].Err == nil) != want {
			b.Fatalf("transaction %d: %v", i, res[i].Err)
		}
	}
	b.wantBody(k, "")
}

func testCommitAtomic(b *bench) {
	b.must(put(key("default", "a"), "1"))
	w := b.watch(hostPods(), b.s.Revision())
	res := b.commit(store.Txn{
		Guards: []store.Guard{{Key: key("default", "a")}},
		Ops:    []store.Op{put(key("default", "b"), "x"), del(key("default", "a")), put(key("default", "c"), "x")},
	})[0]
	if res.Err == nil {
		b.Fatal("the guard held")
	}
	b.wantText(names(b.scan(store.Range{Scope: hostPods()})), "a=1")
	b.must(put(key("default", "d"), "x"))
	b.wantText(show(b.events(w, 1)), "+d=x")
}

func testCommitDeleteAbsent(b *bench) {
	k := key("default", "never")
	res := b.commit(txn(put(key("default", "a"), "1"), del(k)), txn(put(key("default", "b"), "1")))
	var conflict *store.ConflictError
	if !errors.As(res[0].Err, &conflict) || conflict.Guard.Key != k || conflict.Current != nil {
		b.Fatalf("delete of an absent key: %v", res[0].Err)
	}
	b.wantBody(key("default", "a"), "")
	b.wantBody(key("default", "b"), "1")
}

func testCommitInvalid(b *bench) {
	for name, ops := range map[string][]store.Op{
		"twice":       {put(key("default", "a"), "1"), put(key("default", "a"), "2")},
		"no name":     {put(key("default", ""), "1")},
		"no cluster":  {put(in(api.AllClusters, key("default", "a")), "1")},
		"no resource": {put(api.Key{Cluster: api.Host, Name: "a"}, "1")},
	} {
		res := b.commit(txn(ops...), txn(put(key("default", "good-"+name), "1")))
		if res[0].Err == nil {
			b.Fatalf("%s: accepted", name)
		}
		if res[1].Err != nil {
			b.Fatalf("%s: spoils its neighbour: %v", name, res[1].Err)
		}
	}
	b.wantBody(key("default", "a"), "")
	huge := make([]byte, 256<<20)
	res := b.commit(txn(store.Op{Key: key("default", "huge"), Body: huge}), txn(put(key("default", "small"), "1")))
	b.wantErr(res[0].Err, store.ErrTooLarge)
	if res[1].Err != nil && !errors.Is(res[1].Err, store.ErrTooLarge) {
		b.Fatal(res[1].Err)
	}
	b.wantBody(key("default", "huge"), "")
}

func testCommitContext(b *bench) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	res := b.s.Commit(ctx, []store.Txn{txn(put(key("default", "a"), "1"))})
	b.wantErr(res[0].Err, context.Canceled)
	b.wantBody(key("default", "a"), "")
	// Contexts that end somewhere on the way: a context error means that nothing has happened.
	for i := range 200 {
		ctx, cancel := context.WithCancel(context.Background())
		go cancel()
		k := key("race", strconv.Itoa(i))
		res := b.s.Commit(ctx, []store.Txn{txn(put(k, "1"))})
		if got := b.s.Get(k); (res[0].Err == nil) != (got != nil) {
			b.Fatalf("result %v, record %v", res[0].Err, got)
		}
	}
}

// Many writers count up one object with guards; each success counts once.
func testCommitContention(b *bench) {
	const writers, each = 16, 20
	k := key("default", "counter")
	b.must(put(k, "0"))
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			for done := 0; done < each; {
				cur := b.s.Get(k)
				n, _ := strconv.Atoi(string(cur.Body))
				res := b.s.Commit(context.Background(), []store.Txn{{
					Guards: []store.Guard{{Key: k, Rev: cur.Rev}},
					Ops:    []store.Op{put(k, strconv.Itoa(n+1)), put(key("log", fmt.Sprintf("%d-%d", i, done)), "x")},
				}})
				var conflict *store.ConflictError
				switch err := res[0].Err; {
				case err == nil:
					done++
				case !errors.As(err, &conflict):
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.wantBody(k, strconv.Itoa(writers*each))
	if n := len(b.scan(store.Range{Scope: api.Scope{Resource: pods, Cluster: api.Host, Namespace: "log"}}).Records); n != writers*each {
		b.Fatalf("%d log entries", n)
	}
}
