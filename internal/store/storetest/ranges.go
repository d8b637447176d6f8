package storetest

import (
	"context"
	"fmt"
	"sync"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

func testRangeOrder(b *bench) {
	for _, k := range []api.Key{key("b", "x"), key("a-b", "x"), key("a", "z"), key("a", "b"), key("", "global"), key("a", "bb")} {
		b.must(put(k, k.Namespace))
	}
	b.wantText(names(b.scan(store.Range{Scope: hostPods()})), "global= b=a bb=a z=a x=a-b x=b")
}

func testRangeScopes(b *bench) {
	d := api.Key{Resource: deploys, Cluster: api.Host, Namespace: "a", Name: "deploy"}
	b.must(put(d, "host"), put(key("a", "1"), "host"), put(key("b", "2"), "host"), put(in("t1", key("a", "1")), "t1"),
		put(in("t2", key("a", "1")), "t2"), put(in("t2", key("ab", "3")), "t2"))
	for _, tt := range []struct {
		scope api.Scope
		want  string
	}{
		{hostPods(), "1=host 2=host"},
		{api.Scope{Resource: pods, Cluster: "t1"}, "1=t1"},
		{api.Scope{Resource: pods, Cluster: "t3"}, ""},
		{api.Scope{Resource: pods, Cluster: api.AllClusters}, "1=host 2=host 1=t1 1=t2 3=t2"},
		{api.Scope{Resource: pods, Cluster: api.AllClusters, Namespace: "a"}, "1=host 1=t1 1=t2"},
		{api.Scope{Resource: pods, Cluster: "t2", Namespace: "a"}, "1=t2"},
		{api.Scope{Resource: deploys, Cluster: api.AllClusters}, "deploy=host"},
		{api.Scope{Resource: api.Resource{Group: "apps", Name: "pods"}, Cluster: api.Host}, ""},
	} {
		b.wantText(names(b.scan(store.Range{Scope: tt.scope})), tt.want)
	}
}

// Changed moves with every change of its own collection and with no other.
func testChanged(b *bench) {
	changed := func() api.Revision { return b.s.Changed(pods, api.Host) }
	if got := changed(); got != 0 {
		b.Fatalf("an empty collection changed at %d, want 0", got)
	}
	last := api.Revision(0)
	for i, op := range []store.Op{put(key("a", "1"), "x"), put(key("a", "2"), "x"), put(key("a", "1"), "y"), del(key("a", "2"))} {
		b.must(op)
		now := changed()
		if now <= last || now > b.s.Revision() {
			b.Fatalf("step %d: changed at %d, was %d, store at %d", i, now, last, b.s.Revision())
		}
		b.must(put(in("t1", key("a", "1")), "x"), put(api.Key{Resource: deploys, Cluster: api.Host, Namespace: "a", Name: "d"}, "x"))
		if got := changed(); got != now {
			b.Fatalf("step %d: changed at %d by other collections, was %d", i, got, now)
		}
		last = now
	}
	b.must(del(key("a", "1")))
	if got := changed(); got != 0 {
		b.Fatalf("a collection that was emptied changed at %d, want 0", got)
	}
}

// Pages at a fixed revision join to what one range at that revision gives, whatever is written in between.
func testRangePages(b *bench) {
	for c := range 3 {
		for i := range 40 {
			b.must(put(in(api.Cluster(fmt.Sprint("c", c)), key(fmt.Sprint("ns", i%4), fmt.Sprintf("p%02d", i))), "old"))
		}
	}
	for _, scope := range []api.Scope{
		{Resource: pods, Cluster: api.AllClusters},
		{Resource: pods, Cluster: "c1"},
		{Resource: pods, Cluster: "c1", Namespace: "ns2"},
		{Resource: pods, Cluster: api.AllClusters, Namespace: "ns0"},
	} {
		whole := b.scan(store.Range{Scope: scope})
		q := store.Range{Scope: scope, Limit: 7}
		var got []*store.Record
		for n := 0; ; n++ {
			p := b.scan(q)
			got = append(got, p.Records...)
			if p.Rev != whole.Rev {
				b.Fatalf("page at revision %d, want %d", p.Rev, whole.Rev)
			}
			if left := len(whole.Records) - len(got); p.More != (left > 0) || p.Remaining != left {
				b.Fatalf("after %d of %d: more %v, remaining %d", len(got), len(whole.Records), p.More, p.Remaining)
			}
			if !p.More {
				break
			}
			last := p.Records[len(p.Records)-1].Key
			q.Rev, q.After = p.Rev, last
			// The key at the cut goes, others change and come.
			b.must(del(last))
			b.must(put(got[0].Key, "new"))
			b.must(put(in("c1", key("ns2", fmt.Sprint("new", n))), "new"))
			b.must(put(whole.Records[len(whole.Records)-1].Key, fmt.Sprint("new", n)))
		}
		if want := names(whole); names(store.Page{Records: got}) != want {
			b.Fatalf("pages of %+v:\n%s\nwant\n%s", scope, names(store.Page{Records: got}), want)
		}
		for i, r := range got {
			if r.Rev != whole.Records[i].Rev || r.Key != whole.Records[i].Key {
				b.Fatalf("record %d is %s@%d, want %s@%d", i, r.Key, r.Rev, whole.Records[i].Key, whole.Records[i].Rev)
			}
		}
	}
	if p := b.scan(store.Range{Scope: hostPods(), After: key("zz", "zz"), Limit: 3}); len(p.Records) != 0 || p.More {
		b.Fatalf("a page behind the end: %+v", p)
	}
}

// Two objects are always written together; no snapshot shows them apart.
func testRangeIsolation(b *bench) {
	b.must(put(key("default", "a"), "0"), put(in("t1", key("default", "b")), "0"))
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				v := fmt.Sprint(i, "-", n)
				b.s.Commit(ctx, []store.Txn{txn(put(key("default", "a"), v), put(in("t1", key("default", "b")), v))})
			}
		})
	}
	defer wg.Wait()
	defer cancel()
	var last api.Revision
	for range 2000 {
		p := b.scan(store.Range{Scope: api.Scope{Resource: pods, Cluster: api.AllClusters}})
		if len(p.Records) != 2 || string(p.Records[0].Body) != string(p.Records[1].Body) {
			b.Fatalf("a snapshot with half a transaction: %s", names(p))
		}
		if p.Rev < last || p.Records[0].Rev > p.Rev || p.Records[1].Rev > p.Rev {
			b.Fatalf("snapshot at %d after %d holds %d and %d", p.Rev, last, p.Records[0].Rev, p.Records[1].Rev)
		}
		last = p.Rev
	}
}

func testRangeRevisions(b *bench) {
	a, c := key("default", "a"), key("default", "c")
	r0 := b.s.Revision()
	r1 := b.must(put(a, "1"))
	r2 := b.must(put(c, "1"))
	r3 := b.must(put(a, "2"))
	r4 := b.must(del(a))
	r5 := b.must(put(a, "3"))
	b.must(put(in("t1", a), "other"))
	for rev, want := range map[api.Revision]string{r1: "a=1", r2: "a=1 c=1", r3: "a=2 c=1", r4: "c=1", r5: "a=3 c=1"} {
		p := b.scan(store.Range{Scope: hostPods(), Rev: rev})
		if p.Rev != rev {
			b.Fatalf("page at %d, want %d", p.Rev, rev)
		}
		b.wantText(names(p), want)
		if rev > r0 && rev < r5 {
			b.wantText(names(b.scan(store.Range{Scope: api.Scope{Resource: pods}, Rev: rev})), want)
		}
	}
}

func testRangeFuture(b *bench) {
	rev := b.must(put(key("default", "a"), "1"))
	_, err := b.s.Range(store.Range{Scope: hostPods(), Rev: rev + 1<<20})
	b.wantErr(err, store.ErrFuture)
}
