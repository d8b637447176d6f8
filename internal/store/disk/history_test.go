package disk_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/store/disk"
)

// clusterPut writes one object of a cluster n times.
func clusterPut(t *testing.T, s store.Store, c api.Cluster, n, size int) api.Revision {
	t.Helper()
	k := podKey(0)
	k.Cluster = c
	var last api.Revision
	for range n {
		res := s.Commit(context.Background(), []store.Txn{{Ops: []store.Op{{Key: k, Body: make([]byte, size)}}}})
		if res[0].Err != nil {
			t.Fatal(res[0].Err)
		}
		last = res[0].Records[0].Rev
	}
	return last
}

// resumable reports whether a watch can resume, and checks that it gets n events if so.
func resumable(t *testing.T, s store.Store, c api.Cluster, from api.Revision, n int) bool {
	t.Helper()
	w, err := s.Watch(api.Scope{Resource: pods, Cluster: c}, from)
	if errors.Is(err, store.ErrCompacted) {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	defer w.Stop()
	for got := 0; got < n; {
		events, _, err := w.Next(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if got += len(events); got > n {
			t.Fatalf("%d events, want %d", got, n)
		}
	}
	return true
}

// A flooding tenant loses his own history, by count, by bytes and by the bound of the whole store; a quiet tenant's
// stays, also over a restart.
func TestHistoryIsolation(t *testing.T) {
	for name, opts := range map[string]disk.Options{
		"count":   {TableEvents: 20},
		"bytes":   {TableBytes: 50 << 10},
		"history": {HistoryBytes: 60 << 10, MinTableBytes: 10 << 10},
	} {
		t.Run(name, func(t *testing.T) {
			opts.FS = vfs.NewMem()
			s := mustOpen(t, "data", opts)
			defer func() { _ = s.Close() }()
			quietFrom := clusterPut(t, s, "quiet", 1, 1000)
			clusterPut(t, s, "quiet", 5, 1000)
			floodFrom := clusterPut(t, s, "flood", 1, 1000)
			last := clusterPut(t, s, "flood", 500, 1000)
			for range 3 {
				if !resumable(t, s, "quiet", quietFrom, 5) {
					t.Fatal("the flood has expired the quiet tenant's history")
				}
				if resumable(t, s, "flood", floodFrom, 0) {
					t.Fatal("the history of the flood has no bound")
				}
				if !resumable(t, s, "flood", last-5, 5) {
					t.Fatal("the flood cannot resume from what is recent")
				}
				if !resumable(t, s, api.AllClusters, last-5, 5) {
					t.Fatal("the watcher of all clusters cannot resume from what is recent")
				}
				if _, err := s.Range(store.Range{Scope: api.Scope{Resource: pods, Cluster: "quiet"}, Rev: quietFrom}); err != nil {
					t.Fatal(err)
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				s = mustOpen(t, "data", opts)
			}
		})
	}
}

// A watcher that the ring has passed is told so, however long it has been away; nobody else notices.
func TestSlowWatcher(t *testing.T) {
	s := mustOpen(t, "data", disk.Options{FS: vfs.NewMem(), TableEvents: 10})
	defer func() { _ = s.Close() }()
	slow, err := s.Watch(api.Scope{Resource: pods, Cluster: "flood"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	quiet, err := s.Watch(api.Scope{Resource: pods, Cluster: "quiet"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	last := clusterPut(t, s, "flood", 11, 10)
	if _, _, err := slow.Next(context.Background()); !errors.Is(err, store.ErrCompacted) {
		t.Fatalf("a watcher that lost an event: %v", err)
	}
	rev := clusterPut(t, s, "quiet", 1, 10)
	events, upTo, err := quiet.Next(context.Background())
	if err != nil || len(events) != 1 || events[0].Record.Rev != rev || upTo < last {
		t.Fatalf("%d events up to %d: %v", len(events), upTo, err)
	}
}

// Tables in which nothing is left go with a Compact; who comes back to one is told what he has missed.
func TestEmptyTablesGo(t *testing.T) {
	fs := vfs.NewMem()
	s := mustOpen(t, "data", disk.Options{FS: fs})
	defer func() { _ = s.Close() }()
	for i := range 50 {
		k := podKey(0)
		k.Cluster = api.Cluster(fmt.Sprint("tenant-", i))
		for _, op := range []store.Op{{Key: k, Body: []byte("x")}, {Key: k, Delete: true}} {
			if res := s.Commit(context.Background(), []store.Txn{{Ops: []store.Op{op}}}); res[0].Err != nil {
				t.Fatal(res[0].Err)
			}
		}
	}
	behind, err := s.Watch(api.Scope{Resource: pods, Cluster: "tenant-7"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	keep := clusterPut(t, s, "keep", 2, 10)
	if got := s.Stats(); got.Tables != 51 {
		t.Fatalf("%+v", got)
	}
	if err := s.Compact(keep); err != nil {
		t.Fatal(err)
	}
	want := disk.Stats{Tables: 1, Records: 1, LogEntries: 1}
	if got := s.Stats(); got != want {
		t.Fatalf("after compaction %+v, want %+v", got, want)
	}
	if _, _, err := behind.Next(context.Background()); !errors.Is(err, store.ErrCompacted) {
		t.Fatalf("a watcher that missed a creation and a deletion: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = mustOpen(t, "data", disk.Options{FS: fs})
	if got := s.Stats(); got != want {
		t.Fatalf("after a restart %+v, want %+v", got, want)
	}
	w, err := s.Watch(api.Scope{Resource: pods, Cluster: "tenant-7"}, keep)
	if err != nil {
		t.Fatal(err)
	}
	rev := clusterPut(t, s, "tenant-7", 1, 10)
	if events, upTo, err := w.Next(context.Background()); err != nil || len(events) != 1 || upTo != rev {
		t.Fatalf("%d events up to %d: %v", len(events), upTo, err)
	}
}
