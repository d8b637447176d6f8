// Package storetest says in tests what package store promises in comments. Every engine runs it: Run for the contract,
// Model for long random histories against a model, Crash for what must survive a power failure.
//
// It assumes nothing of how an engine numbers its revisions, only that they increase, and it never needs more history
// than a few thousand small events.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// Opener opens an empty store for a test, which closes it when it ends. Reopen closes the store and opens it again on
// the same data.
type Opener func(t *testing.T) (s store.Store, reopen func() store.Store)

// patience bounds how long a test waits for something that must happen. It is no measure of speed.
const patience = 30 * time.Second

// Run checks the contract of store.Store.
func Run(t *testing.T, open Opener) {
	tests := map[string]func(*bench){
		"Commit/Records":          testCommitRecords,
		"Commit/Revisions":        testCommitRevisions,
		"Commit/Guards":           testCommitGuards,
		"Commit/GuardsOfBatch":    testCommitGuardsOfBatch,
		"Commit/Atomic":           testCommitAtomic,
		"Commit/DeleteAbsent":     testCommitDeleteAbsent,
		"Commit/Invalid":          testCommitInvalid,
		"Commit/Context":          testCommitContext,
		"Commit/Contention":       testCommitContention,
		"Range/Order":             testRangeOrder,
		"Range/Scopes":            testRangeScopes,
		"Changed":                 testChanged,
		"Range/Pages":             testRangePages,
		"Range/Isolation":         testRangeIsolation,
		"Range/Revisions":         testRangeRevisions,
		"Range/Future":            testRangeFuture,
		"Watch/Events":            testWatchEvents,
		"Watch/Tombstones":        testWatchTombstones,
		"Watch/Scopes":            testWatchScopes,
		"Watch/Resume":            testWatchResume,
		"Watch/Wait":              testWatchWait,
		"Watch/Bookmark":          testWatchBookmark,
		"Watch/Future":            testWatchFuture,
		"Watch/Stop":              testWatchStop,
		"Watch/Concurrent":        testWatchConcurrent,
		"Compact/Read":            testCompactRead,
		"Compact/Future":          testCompactFuture,
		"Compact/LiveWatcher":     testCompactLiveWatcher,
		"Compact/Revisions":       testCompactRevisions,
		"Close/Ends":              testCloseEnds,
		"Close/Racing":            testCloseRacing,
		"Restart/Records":         testRestartRecords,
		"Restart/History":         testRestartHistory,
		"Restart/CompactedStays":  testRestartCompacted,
		"Restart/RevisionsGrowOn": testRestartRevisions,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s, reopen := open(t)
			test(&bench{T: t, s: s, reopenStore: reopen})
		})
	}
}

// bench is a store under test with short words for what tests do.
type bench struct {
	*testing.T
	s           store.Store
	reopenStore func() store.Store
}

func (b *bench) reopen() { b.s = b.reopenStore() }

var (
	pods    = api.Resource{Name: "pods"}
	deploys = api.Resource{Group: "apps", Name: "deployments"}
)

// key is a pod of the host cluster.
func key(ns, name string) api.Key {
	return api.Key{Resource: pods, Cluster: api.Host, Namespace: ns, Name: name}
}

func in(cluster api.Cluster, k api.Key) api.Key {
	k.Cluster = cluster
	return k
}

func hostPods() api.Scope { return api.Scope{Resource: pods, Cluster: api.Host} }

func put(k api.Key, body string) store.Op { return store.Op{Key: k, Body: []byte(body)} }
func del(k api.Key) store.Op              { return store.Op{Key: k, Delete: true} }

func txn(ops ...store.Op) store.Txn { return store.Txn{Ops: ops} }

func (b *bench) commit(txns ...store.Txn) []store.Result {
	b.Helper()
	res := b.s.Commit(context.Background(), txns)
	if len(res) != len(txns) {
		b.Fatalf("%d results for %d transactions", len(res), len(txns))
	}
	return res
}

// must commits one transaction and returns the revision of its last op.
func (b *bench) must(ops ...store.Op) api.Revision {
	b.Helper()
	res := b.commit(txn(ops...))[0]
	if res.Err != nil {
		b.Fatal(res.Err)
	}
	if len(res.Records) != len(ops) {
		b.Fatalf("%d records for %d ops", len(res.Records), len(ops))
	}
	return res.Records[len(ops)-1].Rev
}

func (b *bench) wantBody(k api.Key, want string) {
	b.Helper()
	switch r := b.s.Get(k); {
	case r == nil && want != "":
		b.Fatalf("%s is absent, want %q", k, want)
	case r != nil && (want == "" || string(r.Body) != want):
		b.Fatalf("%s is %q, want %q", k, r.Body, want)
	}
}

func (b *bench) wantErr(err, want error) {
	b.Helper()
	if !errors.Is(err, want) {
		b.Fatalf("got error %v, want %v", err, want)
	}
}

func (b *bench) scan(q store.Range) store.Page {
	b.Helper()
	p, err := b.s.Range(q)
	if err != nil {
		b.Fatalf("range %+v: %v", q, err)
	}
	return p
}

func (b *bench) watch(scope api.Scope, from api.Revision) store.Watcher {
	b.Helper()
	w, err := b.s.Watch(scope, from)
	if err != nil {
		b.Fatalf("watch %+v from %d: %v", scope, from, err)
	}
	b.Cleanup(w.Stop)
	return w
}

// events takes n events from a watcher and checks what holds for every watcher.
func (b *bench) events(w store.Watcher, n int) []store.Event {
	b.Helper()
	events, err := follow(w, n)
	if err != nil {
		b.Fatal(err)
	}
	return events
}

func follow(w store.Watcher, n int) ([]store.Event, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var all []store.Event
	var last api.Revision
	for len(all) < n {
		events, upTo, err := w.Next(ctx)
		if err != nil {
			return all, fmt.Errorf("next after %d of %d events: %w", len(all), n, err)
		}
		for _, e := range events {
			if e.Record.Rev <= last {
				return all, fmt.Errorf("event at revision %d after %d was reported", e.Record.Rev, last)
			}
			last = e.Record.Rev
			all = append(all, e)
		}
		if upTo < last {
			return all, fmt.Errorf("bookmark %d behind event %d", upTo, last)
		}
		last = upTo
	}
	if len(all) > n {
		return all, fmt.Errorf("%d events, want %d: %s", len(all), n, show(all))
	}
	return all, nil
}

// show prints events as "+name=body", "~name=body" or "-name=body".
func show(events []store.Event) string {
	var s string
	for i, e := range events {
		sign := "~"
		switch {
		case e.Type == store.Delete:
			sign = "-"
		case e.Prev == nil:
			sign = "+"
		}
		if i > 0 {
			s += " "
		}
		s += sign + e.Record.Key.Name + "=" + string(e.Record.Body)
	}
	return s
}

// names prints the records of a page.
func names(p store.Page) string {
	var s string
	for i, r := range p.Records {
		if i > 0 {
			s += " "
		}
		s += r.Key.Name + "=" + string(r.Body)
	}
	return s
}

func (b *bench) wantText(got, want string) {
	b.Helper()
	if got != want {
		b.Fatalf("got  %s\nwant %s", got, want)
	}
}
