package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

func testCompactRead(b *bench) {
	a := key("default", "a")
	r1 := b.must(put(a, "1"))
	r2 := b.must(put(a, "2"))
	b.must(put(a, "3"), put(in("t1", a), "t"))
	if err := b.s.Compact(r2); err != nil {
		b.Fatal(err)
	}
	for _, scope := range []api.Scope{hostPods(), {Resource: pods}, {Resource: deploys, Cluster: "never"}} {
		_, err := b.s.Range(store.Range{Scope: scope, Rev: r1})
		b.wantErr(err, store.ErrCompacted)
		_, err = b.s.Watch(scope, r1)
		b.wantErr(err, store.ErrCompacted)
	}
	b.wantText(names(b.scan(store.Range{Scope: hostPods(), Rev: r2})), "a=2")
	b.wantText(show(b.events(b.watch(hostPods(), r2), 1)), "~a=3")
	b.wantText(names(b.scan(store.Range{Scope: hostPods()})), "a=3")
	for range 2 { // a second time is harmless
		if err := b.s.Compact(b.s.Revision()); err != nil {
			b.Fatal(err)
		}
	}
	b.wantText(names(b.scan(store.Range{Scope: hostPods()})), "a=3")
	w := b.watch(hostPods(), b.s.Revision())
	b.must(put(a, "4"))
	b.wantText(show(b.events(w, 1)), "~a=4")
}

func testCompactFuture(b *bench) {
	b.wantErr(b.s.Compact(b.must(put(key("default", "a"), "1"))+1<<20), store.ErrFuture)
}

// A watcher that has not yet seen what is compacted is told so; one that has seen it goes on.
func testCompactLiveWatcher(b *bench) {
	behind := b.watch(hostPods(), b.s.Revision())
	abreast := b.watch(hostPods(), b.s.Revision())
	b.must(put(key("default", "a"), "1"))
	b.must(del(key("default", "a")))
	b.events(abreast, 2)
	if err := b.s.Compact(b.s.Revision()); err != nil {
		b.Fatal(err)
	}
	b.must(put(key("default", "b"), "1"))
	b.wantText(show(b.events(abreast, 1)), "+b=1")
	if _, err := follow(behind, 1); !errors.Is(err, store.ErrCompacted) {
		b.Fatalf("a watcher that lost events: %v", err)
	}
}

// Compaction may leave nothing at all; revisions still go on from where they were.
func testCompactRevisions(b *bench) {
	b.must(put(key("default", "a"), "1"))
	last := b.must(del(key("default", "a")))
	if err := b.s.Compact(last); err != nil {
		b.Fatal(err)
	}
	b.reopen()
	if b.s.Revision() < last {
		b.Fatalf("revision %d after %d", b.s.Revision(), last)
	}
	if rev := b.must(put(key("default", "b"), "1")); rev <= last {
		b.Fatalf("revision %d after %d", rev, last)
	}
}

func testCloseEnds(b *bench) {
	w := b.watch(hostPods(), b.must(put(key("default", "a"), "1")))
	ended := make(chan error, 1)
	go func() {
		_, _, err := w.Next(context.Background())
		ended <- err
	}()
	if err := b.s.Close(); err != nil {
		b.Fatal(err)
	}
	b.wantErr(<-ended, store.ErrClosed)
	b.wantErr(b.commit(txn(put(key("default", "b"), "1")))[0].Err, store.ErrClosed)
	_, err := b.s.Range(store.Range{Scope: hostPods()})
	b.wantErr(err, store.ErrClosed)
	_, err = b.s.Watch(hostPods(), 0)
	b.wantErr(err, store.ErrClosed)
	b.wantErr(b.s.Compact(b.s.Revision()), store.ErrClosed)
	if err := b.s.Close(); err != nil {
		b.Fatal("second close:", err)
	}
	b.reopen()
	b.wantBody(key("default", "a"), "1")
	b.wantBody(key("default", "b"), "")
}

// Close in the middle of commits: each has either happened or answers ErrClosed.
func testCloseRacing(b *bench) {
	const writers = 8
	var wg, started sync.WaitGroup
	acked := make([]int, writers)
	s := b.s
	started.Add(writers)
	for i := range writers {
		wg.Go(func() {
			for n := 1; ; n++ {
				err := s.Commit(context.Background(), []store.Txn{txn(put(key("default", fmt.Sprint(i)), fmt.Sprint(n)))})[0].Err
				if n == 1 {
					started.Done()
				}
				if err != nil {
					b.wantErrorIs(err, store.ErrClosed)
					return
				}
				acked[i] = n
			}
		})
	}
	started.Wait()
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	wg.Wait()
	b.reopen()
	for i, n := range acked {
		b.wantBody(key("default", fmt.Sprint(i)), fmt.Sprint(n))
	}
}

// wantErrorIs is wantErr for goroutines other than the test's.
func (b *bench) wantErrorIs(err, want error) {
	if !errors.Is(err, want) {
		b.Errorf("got error %v, want %v", err, want)
	}
}

func testRestartRecords(b *bench) {
	a, c := key("default", "a"), in("t1", api.Key{Resource: deploys, Name: "cluster-scoped"})
	b.must(put(a, "1"), put(c, ""))
	b.must(put(a, "2"), put(key("default", "gone"), "x"))
	b.must(del(key("default", "gone")))
	wantA, wantC, rev := b.s.Get(a), b.s.Get(c), b.s.Revision()
	for range 3 {
		b.reopen()
		if b.s.Revision() != rev {
			b.Fatalf("revision %d after a restart, was %d", b.s.Revision(), rev)
		}
		for _, want := range []*store.Record{wantA, wantC} {
			got := b.s.Get(want.Key)
			if got == nil || got.Key != want.Key || got.Rev != want.Rev || got.Created != want.Created || string(got.Body) != string(want.Body) {
				b.Fatalf("after a restart %+v, was %+v", got, want)
			}
		}
		b.wantBody(key("default", "gone"), "")
	}
}

// History survives a restart: a client resumes its watch, and a list goes on with its pages.
func testRestartHistory(b *bench) {
	from := b.s.Revision()
	a := key("default", "a")
	r1 := b.must(put(a, "1"))
	b.must(put(a, "2"), put(key("default", "c"), "1"))
	b.must(del(a))
	b.must(put(in("t1", a), "t"))
	for range 2 {
		b.reopen()
		b.wantText(show(b.events(b.watch(hostPods(), from), 4)), "+a=1 ~a=2 +c=1 -a=2")
		b.wantText(show(b.events(b.watch(hostPods(), r1), 3)), "~a=2 +c=1 -a=2")
		b.wantText(show(b.events(b.watch(api.Scope{Resource: pods}, r1), 4)), "~a=2 +c=1 -a=2 +a=t")
		b.wantText(names(b.scan(store.Range{Scope: hostPods(), Rev: r1})), "a=1")
	}
	w := b.watch(hostPods(), r1)
	b.must(put(a, "5"))
	b.wantText(show(b.events(w, 4)), "~a=2 +c=1 -a=2 +a=5")
}

func testRestartCompacted(b *bench) {
	a := key("default", "a")
	r1 := b.must(put(a, "1"))
	r2 := b.must(put(a, "2"))
	b.must(put(a, "3"))
	if err := b.s.Compact(r2); err != nil {
		b.Fatal(err)
	}
	b.reopen()
	_, err := b.s.Watch(hostPods(), r1)
	b.wantErr(err, store.ErrCompacted)
	_, err = b.s.Range(store.Range{Scope: api.Scope{Resource: pods}, Rev: r1})
	b.wantErr(err, store.ErrCompacted)
	b.wantText(show(b.events(b.watch(hostPods(), r2), 1)), "~a=3")
}

func testRestartRevisions(b *bench) {
	var last api.Revision
	for i := range 5 {
		rev := b.must(put(key("default", "a"), fmt.Sprint(i)), put(key("default", "b"), fmt.Sprint(i)))
		if rev <= last {
			b.Fatalf("revision %d after %d", rev, last)
		}
		last = rev
		b.reopen()
	}
}
