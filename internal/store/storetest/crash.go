package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// Disk is what an engine under test keeps its data on, and can lose power.
type Disk interface {
	// Open opens the store. The suite closes it.
	Open(t *testing.T) store.Store
	// Crash returns what the disk may hold if the power fails now: all that was synced, and any part of the rest. The
	// store on the old disk goes on, and is nobody's business any more.
	Crash(rng *rand.Rand) Disk
}

// Crash lets several writers work, fails the power at a random moment and checks what comes back; a few times in a row
// on the same data.
func Crash(t *testing.T, d Disk, seed uint64, crashes int) {
	rng := rand.New(rand.NewPCG(seed, 2))
	c := &crasher{T: t, sent: make(map[string][]store.Op), acked: make(map[api.Revision]promise)}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("repeat with -seed %d; it failed at crash %d", seed, c.round)
		}
	})
	for c.round = range crashes {
		s := d.Open(t)
		c.verify(s)
		d = c.run(s, d, rng)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	s := d.Open(t)
	defer func() { _ = s.Close() }() // what matters is what it shows
	c.verify(s)
}

// crasher remembers what writers have tried and what they have been promised.
type crasher struct {
	*testing.T
	round int
	mu    sync.Mutex
	// sent holds the ops of every transaction ever tried, by the mark that each of their bodies begins with.
	sent map[string][]store.Op
	// acked holds what was acknowledged before a crash, and order its revisions as writers learnt them.
	acked map[api.Revision]promise
	order []api.Revision
	// seen is a revision that a reader has seen before a crash. What can be seen must be durable.
	seen api.Revision
}

// promise is one acknowledged change.
type promise struct {
	mark    string
	key     api.Key
	deleted bool
}

// run lets writers commit until the power fails, and returns the disk after the failure.
func (c *crasher) run(s store.Store, d Disk, rng *rand.Rand) Disk {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	var acks atomic.Int64
	enough := make(chan struct{})
	until := int64(1 + rng.IntN(150))
	for i := range 1 + rng.IntN(6) {
		seed := rng.Uint64()
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(seed, 3))
			for n := 0; ctx.Err() == nil; n++ {
				if c.write(ctx, s, fmt.Sprintf("%d.%d.%d", c.round, i, n), rng) && acks.Add(1) == until {
					close(enough)
				}
			}
		})
	}
	<-enough
	// What is in acked now was acknowledged before the crash. What is acknowledged from here on happens on a disk that
	// nobody will read again: on the other one, it may or may not have happened.
	c.mu.Lock()
	promised := len(c.order)
	c.mu.Unlock()
	c.seen = s.Revision()
	crashed := d.Crash(rng)
	cancel()
	wg.Wait()
	for _, rev := range c.order[promised:] {
		delete(c.acked, rev)
	}
	c.order = c.order[:promised]
	return crashed
}

// write tries one transaction and records what it was told.
func (c *crasher) write(ctx context.Context, s store.Store, mark string, rng *rand.Rand) (acked bool) {
	var t store.Txn
	seen := map[api.Key]bool{}
	for range 1 + rng.IntN(4) {
		k := in([]api.Cluster{api.Host, "t1"}[rng.IntN(2)], key("ns", fmt.Sprint(rng.IntN(12))))
		if seen[k] {
			continue
		}
		seen[k] = true
		body := mark + " " + string(make([]byte, rng.IntN(2000)))
		t.Ops = append(t.Ops, store.Op{Key: k, Delete: s.Get(k) != nil && rng.IntN(4) == 0, Body: []byte(body)})
	}
	c.mu.Lock()
	c.sent[mark] = t.Ops
	c.mu.Unlock()
	res := s.Commit(ctx, []store.Txn{t})[0]
	if res.Err != nil {
		var conflict *store.ConflictError
		if !errors.As(res.Err, &conflict) && !errors.Is(res.Err, context.Canceled) {
			c.Errorf("commit: %v", res.Err)
		}
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, r := range res.Records {
		if old, ok := c.acked[r.Rev]; ok {
			c.Errorf("revision %d was given to %v and again to %s", r.Rev, old, mark)
		}
		c.order = append(c.order, r.Rev)
		c.acked[r.Rev] = promise{mark, r.Key, t.Ops[i].Delete}
	}
	return true
}

func markOf(body []byte) string {
	mark, _, _ := strings.Cut(string(body), " ")
	return mark
}

// verify compares what came back with what was promised.
func (c *crasher) verify(s store.Store) {
	c.Helper()
	c.verifyState(s)
	w, err := s.Watch(api.Scope{Resource: pods, Cluster: api.AllClusters}, 0)
	if errors.Is(err, store.ErrCompacted) {
		return // an engine with little history; its state must do
	}
	if err != nil {
		c.Fatal(err)
	}
	defer w.Stop()
	c.verifyHistory(s, w)
}

// verifyState: every key is at the newest promise for it, or at something newer that was tried.
func (c *crasher) verifyState(s store.Store) {
	c.Helper()
	if s.Revision() < c.seen {
		c.Fatalf("the store is at %d, %d was seen before", s.Revision(), c.seen)
	}
	newest := map[api.Key]api.Revision{}
	for rev, p := range c.acked {
		newest[p.key] = max(newest[p.key], rev)
	}
	for k, rev := range newest {
		p, cur := c.acked[rev], s.Get(k)
		switch {
		case cur == nil:
			if !p.deleted && !c.mayBeDeleted(k) {
				c.Fatalf("%s was acknowledged at %d and is lost", k, rev)
			}
		case cur.Rev < rev, cur.Rev == rev && (p.deleted || markOf(cur.Body) != p.mark):
			c.Fatalf("%s is %s at %d, acknowledged was %+v at %d", k, markOf(cur.Body), cur.Rev, p, rev)
		case c.sent[markOf(cur.Body)] == nil:
			c.Fatalf("%s holds %q, which nobody wrote", k, cur.Body)
		}
	}
}

// mayBeDeleted reports whether a transaction without an acknowledgement deletes the key.
func (c *crasher) mayBeDeleted(k api.Key) bool {
	known := map[string]bool{}
	for _, p := range c.acked {
		known[p.mark] = true
	}
	for mark, ops := range c.sent {
		for _, op := range ops {
			if !known[mark] && op.Key == k && op.Delete {
				return true
			}
		}
	}
	return false
}

// verifyHistory: everything acknowledged is in the history, at its revision; everything in the history was tried; and
// of every transaction all ops are there, in their order, or none.
func (c *crasher) verifyHistory(s store.Store, w store.Watcher) {
	c.Helper()
	found := map[api.Revision]promise{}
	by := map[string][]store.Event{}
	for upTo := api.Revision(0); upTo < s.Revision(); {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		events, now, err := w.Next(ctx)
		cancel()
		if err != nil {
			c.Fatal(err)
		}
		upTo = now
		for _, e := range events {
			mark := markOf(e.Record.Body)
			found[e.Record.Rev] = promise{mark, e.Record.Key, e.Type == store.Delete}
			by[mark] = append(by[mark], e)
		}
	}
	for rev, p := range c.acked {
		if found[rev] != p {
			c.Fatalf("acknowledged at %d was %+v, the history has %+v", rev, p, found[rev])
		}
	}
	for mark, events := range by {
		ops := c.sent[mark]
		if len(ops) != len(events) {
			c.Fatalf("%d of %d ops of transaction %s happened", len(events), len(ops), mark)
		}
		for i, e := range events {
			if e.Record.Key != ops[i].Key || (e.Type == store.Delete) != ops[i].Delete || string(e.Record.Body) != string(ops[i].Body) {
				c.Fatalf("op %d of transaction %s is %+v in the history", i, mark, e)
			}
		}
	}
}
