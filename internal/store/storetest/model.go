package storetest

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/store"
)

// model is the contract as simple as it can be said: a list of changes, replayed for every question.
type model struct {
	floor api.Revision
	log   []change
}

// change is one revision. A revision of zero has not been learnt yet.
type change struct {
	key     api.Key
	rev     api.Revision
	deleted bool
	body    string
}

// state is a live key as the model knows it.
type state struct {
	rev, created api.Revision
	body         string
}

// at replays the log up to a revision.
func (m *model) at(rev api.Revision) map[api.Key]state {
	live := make(map[api.Key]state)
	for _, c := range m.log {
		if c.rev > rev {
			break
		}
		if c.deleted {
			delete(live, c.key)
			continue
		}
		s := state{rev: c.rev, created: c.rev, body: c.body}
		if old, ok := live[c.key]; ok {
			s.created = old.created
		}
		live[c.key] = s
	}
	return live
}

func (m *model) rev() api.Revision {
	if len(m.log) == 0 {
		return 0
	}
	return m.log[len(m.log)-1].rev
}

// after lists the changes of a scope after a revision.
func (m *model) after(scope api.Scope, rev api.Revision) []change {
	var out []change
	for _, c := range m.log {
		if c.rev > rev && scope.Contains(c.key) {
			out = append(out, c)
		}
	}
	return out
}

// Model plays steps random actions on a store and on the model, and compares all that can be seen.
func Model(t *testing.T, open Opener, seed uint64, steps int) {
	s, reopen := open(t)
	p := &player{bench: &bench{T: t, s: s, reopenStore: reopen}, rng: rand.New(rand.NewPCG(seed, 1))}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("repeat with -seed %d; it failed at step %d (%s)", seed, p.step, p.action)
		}
	})
	actions := []struct {
		weight int
		name   string
		do     func()
	}{
		{40, "commit", p.commitRandom}, {20, "range", p.rangeRandom}, {10, "get", p.getRandom},
		{10, "watch", p.watchRandom}, {30, "next", p.nextRandom}, {2, "compact", p.compactRandom}, {1, "reopen", p.reopenAll},
	}
	total := 0
	for _, a := range actions {
		total += a.weight
	}
	for p.step = range steps {
		n := p.rng.IntN(total)
		for _, a := range actions {
			if n -= a.weight; n < 0 {
				p.action = a.name
				a.do()
				break
			}
		}
	}
	p.action = "last look"
	p.reopenAll()
	p.compare(p.s.Revision(), api.Scope{Resource: pods})
}

type player struct {
	*bench
	rng      *rand.Rand
	m        model
	watchers []*modelWatcher
	step     int
	action   string
}

type modelWatcher struct {
	store.Watcher
	scope  api.Scope
	cursor api.Revision
}

// The space of keys is small, so that keys meet often.
func (p *player) key() api.Key {
	return api.Key{
		Resource:  []api.Resource{pods, pods, deploys}[p.rng.IntN(3)],
		Cluster:   []api.Cluster{api.Host, "t1", "t2"}[p.rng.IntN(3)],
		Namespace: []string{"", "a", "b"}[p.rng.IntN(3)],
		Name:      string(rune('a' + p.rng.IntN(6))),
	}
}

func (p *player) scope() api.Scope {
	k := p.key()
	s := api.Scope{Resource: k.Resource, Cluster: k.Cluster}
	if p.rng.IntN(3) == 0 {
		s.Cluster = api.AllClusters
	}
	if p.rng.IntN(3) == 0 {
		s.Namespace = k.Namespace
	}
	return s
}

// commitRandom commits a few transactions and foresees their outcome.
func (p *player) commitRandom() {
	live := p.m.at(p.m.rev())
	txns := make([]store.Txn, 1+p.rng.IntN(4))
	outcome := make([][]change, len(txns)) // nil: a conflict
	for i := range txns {
		txns[i], outcome[i] = p.txn(live)
	}
	results := p.commit(txns...)
	for i, res := range results {
		var conflict *store.ConflictError
		if outcome[i] == nil {
			if !errors.As(res.Err, &conflict) {
				p.Fatalf("transaction %d: got %v, want a conflict", i, res.Err)
			}
			continue
		}
		if res.Err != nil || len(res.Records) != len(outcome[i]) {
			p.Fatalf("transaction %d: %v, %d records", i, res.Err, len(res.Records))
		}
		for j, c := range outcome[i] {
			c.rev = res.Records[j].Rev
			if c.rev <= p.m.rev() {
				p.Fatalf("revision %d after %d", c.rev, p.m.rev())
			}
			p.m.log = append(p.m.log, c)
		}
	}
}

// txn makes a transaction and applies it to live, whose revisions are unknown where the same batch wrote.
func (p *player) txn(live map[api.Key]state) (store.Txn, []change) {
	var t store.Txn
	changes := []change{}
	ok := true
	seen := map[api.Key]bool{}
	for range p.rng.IntN(3) {
		k := p.key()
		cur, exists := live[k]
		g := store.Guard{Key: k, Rev: cur.rev}
		switch {
		case exists && cur.rev == 0: // written by this batch: only "must be absent" can be foreseen
			g.Rev, ok = 0, false
		case p.rng.IntN(5) == 0:
			g.Rev, ok = cur.rev+1, false
		}
		t.Guards = append(t.Guards, g)
	}
	next := maps.Clone(live)
	for range 1 + p.rng.IntN(3) {
		k := p.key()
		if seen[k] {
			continue
		}
		seen[k] = true
		c := change{key: k, body: fmt.Sprintf("%d.%d", p.step, p.rng.IntN(1000))}
		op := put(k, c.body)
		if old, exists := next[k]; p.rng.IntN(3) == 0 {
			op.Delete, c.deleted = true, true
			if p.rng.IntN(2) == 0 {
				op.Body, c.body = nil, old.body
			}
			ok = ok && exists
			delete(next, k)
		} else {
			next[k] = state{body: c.body}
		}
		t.Ops = append(t.Ops, op)
		changes = append(changes, c)
	}
	if !ok {
		return t, nil
	}
	clear(live)
	maps.Copy(live, next)
	return t, changes
}

func (p *player) getRandom() {
	k := p.key()
	want, exists := p.m.at(p.m.rev())[k]
	p.same(k, p.s.Get(k), want, exists)
}

func (p *player) same(k api.Key, got *store.Record, want state, exists bool) {
	p.Helper()
	if (got != nil) != exists || got != nil &&
		(got.Key != k || got.Rev != want.rev || got.Created != want.created || string(got.Body) != want.body) {
		p.Fatalf("%s is %+v, want %v %+v", k, got, exists, want)
	}
}

// anyRev picks a revision around those that exist.
func (p *player) anyRev() api.Revision {
	if len(p.m.log) == 0 {
		return 0
	}
	return p.m.log[p.rng.IntN(len(p.m.log))].rev
}

func (p *player) rangeRandom() {
	rev := p.anyRev()
	if p.rng.IntN(2) == 0 {
		rev = 0
	}
	if rev != 0 && rev < p.m.floor {
		_, err := p.s.Range(store.Range{Scope: p.scope(), Rev: rev})
		p.wantErr(err, store.ErrCompacted)
		return
	}
	p.compare(rev, p.scope())
}

// compare pages through a scope at a revision.
func (p *player) compare(rev api.Revision, scope api.Scope) {
	p.Helper()
	at := rev
	if at == 0 {
		at = p.m.rev()
	}
	live := p.m.at(at)
	var want []api.Key
	for k := range live {
		if scope.Contains(k) {
			want = append(want, k)
		}
	}
	slices.SortFunc(want, api.Key.Compare)
	q := store.Range{Scope: scope, Rev: rev, Limit: p.rng.IntN(8)}
	for {
		page := p.scan(q)
		if page.Rev < at || page.More != (len(page.Records) < len(want)) || page.Remaining != len(want)-len(page.Records) {
			p.Fatalf("range %+v: %d records at %d, more %v, remaining %d; want %d at %d",
				q, len(page.Records), page.Rev, page.More, page.Remaining, len(want), at)
		}
		for i, r := range page.Records {
			p.same(want[i], r, live[want[i]], true)
		}
		if !page.More {
			return
		}
		q.Rev, q.After = page.Rev, want[len(page.Records)-1]
		want = want[len(page.Records):]
	}
}

func (p *player) watchRandom() {
	scope, from := p.scope(), p.anyRev()
	if from < p.m.floor {
		_, err := p.s.Watch(scope, from)
		p.wantErr(err, store.ErrCompacted)
		return
	}
	if len(p.watchers) >= 8 {
		return
	}
	p.watchers = append(p.watchers, &modelWatcher{p.watch(scope, from), scope, from})
}

// nextRandom takes from a watcher all that is due.
func (p *player) nextRandom() {
	if len(p.watchers) == 0 {
		return
	}
	i := p.rng.IntN(len(p.watchers))
	w := p.watchers[i]
	want := p.m.after(w.scope, w.cursor)
	if len(want) == 0 {
		return
	}
	events, err := follow(w, len(want))
	if errors.Is(err, store.ErrCompacted) && w.cursor < p.m.floor {
		p.watchers = slices.Delete(p.watchers, i, i+1)
		return
	}
	if err != nil {
		p.Fatalf("watch %+v from %d: %v, want %d events", w.scope, w.cursor, err, len(want))
	}
	live := p.m.at(want[0].rev - 1)
	for i, e := range events {
		c := want[i]
		prev, existed := live[c.key]
		if e.Record.Key != c.key || e.Record.Rev != c.rev || string(e.Record.Body) != c.body || (e.Type == store.Delete) != c.deleted {
			p.Fatalf("event %d of %+v is %d %s@%d=%q, want %+v", i, w.scope, e.Type, e.Record.Key, e.Record.Rev, e.Record.Body, c)
		}
		p.same(c.key, e.Prev, prev, existed)
		live = p.m.at(c.rev)
		if i+1 < len(want) {
			live = p.m.at(want[i+1].rev - 1)
		}
		w.cursor = c.rev
	}
}

func (p *player) compactRandom() {
	rev := p.anyRev()
	if p.rng.IntN(2) == 0 {
		rev = p.m.rev()
	}
	if err := p.s.Compact(rev); err != nil {
		p.Fatal(err)
	}
	p.m.floor = max(p.m.floor, rev)
}

func (p *player) reopenAll() {
	p.watchers = nil
	p.reopen()
	if p.s.Revision() != p.m.rev() {
		p.Fatalf("revision %d after a restart, was %d", p.s.Revision(), p.m.rev())
	}
}
