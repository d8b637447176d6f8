package storetest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

func testWatchEvents(b *bench) {
	a, c := key("default", "a"), key("default", "c")
	b.must(put(a, "0"))
	w := b.watch(hostPods(), b.s.Revision())
	b.must(put(a, "1"), put(c, "1"))
	b.must(put(c, "2"))
	b.must(del(a), put(c, "3"))
	b.must(put(a, "4"))
	events := b.events(w, 6)
	b.wantText(show(events), "~a=1 +c=1 ~c=2 -a=1 ~c=3 +a=4")
	last := map[api.Key]*store.Record{}
	for i, e := range events {
		if prev, ok := last[e.Record.Key]; ok && e.Prev != prev && (prev != nil || e.Prev != nil) {
			b.Fatalf("event %d has Prev %+v, want %+v", i, e.Prev, prev)
		}
		last[e.Record.Key] = e.Record
		if e.Type == store.Delete {
			last[e.Record.Key] = nil
		}
	}
	if string(events[0].Prev.Body) != "0" {
		b.Fatalf("first Prev is %q", events[0].Prev.Body)
	}
}

func testWatchTombstones(b *bench) {
	a := key("default", "a")
	created := b.must(put(a, "state"))
	from := b.s.Revision()
	b.must(del(a))
	b.must(put(a, "state2"))
	b.must(store.Op{Key: a, Delete: true, Body: []byte("final")})
	for range 2 { // before and after a restart
		events := b.events(b.watch(hostPods(), from), 3)
		b.wantText(show(events), "-a=state +a=state2 -a=final")
		if r := events[0].Record; r.Created != created || r.Rev <= events[0].Prev.Rev || string(events[0].Prev.Body) != "state" {
			b.Fatalf("tombstone %+v of %+v", r, events[0].Prev)
		}
		if string(events[2].Prev.Body) != "state2" {
			b.Fatalf("Prev of the last delete is %q", events[2].Prev.Body)
		}
		b.reopen()
	}
}

func testWatchScopes(b *bench) {
	from := b.s.Revision()
	watchers := map[string]store.Watcher{}
	for want, scope := range map[string]api.Scope{
		"+1=h +2=h ~1=h2":             hostPods(),
		"+1=t1":                       {Resource: pods, Cluster: "t1"},
		"+1=h +1=t1 +2=h +2=t2 ~1=h2": {Resource: pods, Cluster: api.AllClusters},
		"+2=h":                        {Resource: pods, Cluster: api.Host, Namespace: "b"},
		"+1=h +1=t1 ~1=h2":            {Resource: pods, Cluster: api.AllClusters, Namespace: "a"},
		"+d=h":                        {Resource: deploys, Cluster: api.AllClusters},
	} {
		watchers[want] = b.watch(scope, from)
	}
	b.must(put(key("a", "1"), "h"))
	b.must(put(in("t1", key("a", "1")), "t1"))
	b.must(put(api.Key{Resource: deploys, Cluster: api.Host, Namespace: "a", Name: "d"}, "h"))
	b.must(put(key("b", "2"), "h"))
	b.must(put(in("t2", key("b", "2")), "t2"))
	b.must(put(key("a", "1"), "h2"))
	for want, w := range watchers {
		n := 1
		for _, c := range want {
			if c == ' ' {
				n++
			}
		}
		b.wantText(show(b.events(w, n)), want)
	}
}

// Resuming from any revision that a watcher has seen gives the rest, without a gap and without a repetition.
func testWatchResume(b *bench) {
	from := b.s.Revision()
	var txns []store.Txn
	for i := range 30 {
		txns = append(txns, txn(put(key("default", fmt.Sprint("a", i%3)), fmt.Sprint(i)), put(in("t1", key("default", "x")), fmt.Sprint(i))))
	}
	b.commit(txns...)
	for _, scope := range []api.Scope{hostPods(), {Resource: pods, Cluster: api.AllClusters}, {}} {
		n := 30
		if scope.Cluster == api.AllClusters {
			n = 60
		}
		all := b.events(b.watch(scope, from), n)
		for i, e := range all[:n-1] {
			rest := b.events(b.watch(scope, e.Record.Rev), n-1-i)
			b.wantText(show(rest), show(all[i+1:]))
		}
	}
}

func testWatchWait(b *bench) {
	w := b.watch(hostPods(), b.s.Revision())
	got := make(chan string, 1)
	go func() {
		events, err := follow(w, 1)
		if err != nil {
			b.Error(err)
		}
		got <- show(events)
	}()
	b.must(put(in("t1", key("default", "quiet")), "x"))
	b.must(put(key("default", "a"), "1"))
	b.wantText(<-got, "+a=1")
}

// A quiet watcher learns its progress, and may resume from there.
func testWatchBookmark(b *bench) {
	b.must(put(key("default", "a"), "1"))
	w := b.watch(api.Scope{Resource: pods, Cluster: api.Host, Namespace: "quiet"}, b.s.Revision())
	empty := b.watch(api.Scope{Resource: deploys, Cluster: api.Host}, b.s.Revision())
	other := b.must(put(in("t1", key("default", "a")), "2"))
	same := b.must(put(key("default", "a"), "2"))
	for _, w := range []store.Watcher{w, empty} {
		var upTo api.Revision
		for deadline := time.Now().Add(patience); upTo < max(other, same) && time.Now().Before(deadline); {
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
			events, now, err := w.Next(ctx)
			cancel()
			if len(events) > 0 {
				b.Fatalf("events of another scope: %s", show(events))
			}
			if err == nil || now < upTo {
				b.Fatalf("bookmark %d after %d, error %v", now, upTo, err)
			}
			upTo = now
		}
		if upTo < max(other, same) || upTo > b.s.Revision() {
			b.Fatalf("bookmark %d, the store is at %d", upTo, b.s.Revision())
		}
	}
	b.must(put(key("quiet", "q"), "1"))
	b.wantText(show(b.events(w, 1)), "+q=1")
}

func testWatchFuture(b *bench) {
	rev := b.must(put(key("default", "a"), "1"))
	_, err := b.s.Watch(hostPods(), rev+1<<20)
	b.wantErr(err, store.ErrFuture)
}

func testWatchStop(b *bench) {
	w := b.watch(hostPods(), b.s.Revision())
	ended := make(chan error, 1)
	go func() {
		_, _, err := w.Next(context.Background())
		ended <- err
	}()
	w.Stop()
	b.wantErr(<-ended, store.ErrClosed)
	w.Stop()
	b.must(put(key("default", "a"), "1"))
	_, _, err := w.Next(context.Background())
	b.wantErr(err, store.ErrClosed)
}

// Watchers of several scopes follow concurrent writers; each sees every event of its scope once and in order, with
// bookmarks that are never ahead of an event to come.
func testWatchConcurrent(b *bench) {
	const writers, each = 8, 50
	from := b.s.Revision()
	var wg sync.WaitGroup
	check := func(scope api.Scope, n int) {
		w := b.watch(scope, from)
		wg.Go(func() {
			events, err := follow(w, n)
			if err != nil {
				b.Errorf("%+v: %v", scope, err)
				return
			}
			last := map[api.Key]string{}
			for _, e := range events {
				if !scope.Contains(e.Record.Key) {
					b.Errorf("%s is not in %+v", e.Record.Key, scope)
				}
				prev := ""
				if e.Prev != nil {
					prev = string(e.Prev.Body)
				}
				if prev != last[e.Record.Key] {
					b.Errorf("%s: Prev is %q, the event before was %q", e.Record.Key, prev, last[e.Record.Key])
				}
				last[e.Record.Key] = string(e.Record.Body)
			}
		})
	}
	for range 3 {
		check(hostPods(), writers*each/2)
		check(api.Scope{Resource: pods, Cluster: "t1"}, writers*each/2)
		check(api.Scope{Resource: pods, Cluster: api.AllClusters}, writers*each)
		check(api.Scope{Resource: pods, Cluster: api.Host, Namespace: "w0"}, each)
	}
	for i := range writers {
		wg.Go(func() {
			k := key(fmt.Sprint("w", i), "x")
			if i%2 == 1 {
				k = in("t1", k)
			}
			for n := range each {
				k.Name = fmt.Sprint("x", n%3)
				if res := b.s.Commit(context.Background(), []store.Txn{txn(put(k, fmt.Sprint(n)))}); res[0].Err != nil {
					b.Error(res[0].Err)
				}
			}
		})
	}
	wg.Wait()
}
