package accept

import (
	"bufio"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/anishathalye/porcupine"
	"k8s.io/client-go/rest"
)

// object is what the tests look at in a ConfigMap.
type object struct {
	Metadata struct{ Name, ResourceVersion string }
	Data     struct{ V string }
}

func (o *object) rev(t *testing.T) int64 {
	n, err := strconv.ParseInt(o.Metadata.ResourceVersion, 10, 64)
	if err != nil {
		t.Errorf("the resourceVersion of %s: %v", o.Metadata.Name, err)
	}
	return n
}

// ours are the objects of the test; others live in the namespace as well.
func ours(name string) bool { return strings.HasPrefix(name, "k") && len(name) == 2 || name == "end" }

// list reads all objects, and notes what it read; nil if there was no answer.
func (h *history) list(ctx context.Context) *snapshot {
	a, err := call(ctx, h.cfg, "GET", h.url, "")
	if err != nil || a.status != http.StatusOK {
		return nil
	}
	var l struct {
		Metadata struct{ ResourceVersion string }
		Items    []object
	}
	if err := json.Unmarshal([]byte(a.body), &l); err != nil {
		h.t.Errorf("a list: %v", err)
		return nil
	}
	s := &snapshot{rev: (&object{Metadata: struct{ Name, ResourceVersion string }{"the list", l.Metadata.ResourceVersion}}).rev(h.t), values: map[string]string{}}
	for _, o := range l.Items {
		if ours(o.Metadata.Name) {
			s.values[o.Metadata.Name] = o.Data.V
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lists = append(h.lists, s)
	return s
}

// follow watches from a revision until ctx ends. Where a watch breaks off, it goes on behind the last event.
func (h *history) follow(ctx context.Context, rev int64, last *atomic.Int64) (seen []change) {
	client, err := rest.HTTPClientFor(h.cfg)
	if err != nil {
		h.t.Error(err)
		return nil
	}
	for ctx.Err() == nil {
		h.awaitUp(ctx)
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.url+"?watch=1&allowWatchBookmarks=true&resourceVersion="+strconv.FormatInt(rev, 10), nil)
		if err != nil {
			h.t.Error(err)
			return seen
		}
		res, err := client.Do(req)
		if err != nil {
			continue // the server is not there
		}
		in := bufio.NewScanner(res.Body)
		for in.Scan() {
			var ev struct {
				Type   string
				Object object
			}
			if err := json.Unmarshal(in.Bytes(), &ev); err != nil {
				break // cut off by a kill
			}
			if ev.Type == "ERROR" {
				h.t.Errorf("the watch from %d: %s", rev, in.Text())
				res.Body.Close()
				return seen
			}
			rev = ev.Object.rev(h.t)
			if ev.Type != "BOOKMARK" && ours(ev.Object.Metadata.Name) {
				seen = append(seen, change{ev.Type, ev.Object.Metadata.Name, ev.Object.Data.V, rev})
			}
			last.Store(rev)
		}
		res.Body.Close()
	}
	return seen
}

// check judges all that was seen.
func (h *history) check(from *snapshot, seen [][]change) {
	t := h.t
	for i, s := range seen[1:] {
		if !slices.Equal(s, seen[0]) {
			t.Errorf("watcher %d saw another history than the first: %d and %d events", i+1, len(s), len(seen[0]))
		}
	}
	at := replay(t, from, seen[0])
	byValue := map[string]change{}
	for _, c := range seen[0] {
		if c.kind != "DELETED" {
			byValue[c.value] = c
		}
	}
	for _, o := range h.ops {
		in, out := o.Input.(operation), o.Output.(result)
		if wrote := in.kind == "create" || in.kind == "update"; wrote && out.outcome == "ok" {
			if c := byValue[in.value]; c.rev != out.rev || c.key != in.key {
				t.Errorf("%+v was acknowledged as %+v; the watchers saw %+v", in, out, c)
			}
		}
	}
	for _, l := range h.lists {
		if l.rev < from.rev {
			continue
		}
		if state := at(l.rev); !maps.Equal(state, l.values) {
			t.Errorf("a list at %d has %v; by the watches it was %v", l.rev, l.values, state)
		}
	}
	res := porcupine.CheckOperationsTimeout(model(), h.ops, checkLimit)
	t.Logf("%d operations, %d lists, %d events: %s", len(h.ops), len(h.lists), len(seen[0]), res)
	if res != porcupine.Ok {
		t.Errorf("the history of %d operations is not linearizable: %s", len(h.ops), res)
	}
}

// replay checks that a watch's events follow from each other, and returns what was there at a revision.
func replay(t *testing.T, from *snapshot, events []change) func(rev int64) map[string]string {
	state := maps.Clone(from.values)
	last := from.rev
	for _, c := range events {
		if c.rev <= last {
			t.Errorf("event %+v came after revision %d", c, last)
		}
		last = c.rev
		_, there := state[c.key]
		if there == (c.kind == "ADDED") {
			t.Errorf("event %+v: was it there before? %v", c, there)
		}
		if c.kind == "DELETED" {
			delete(state, c.key)
		} else {
			state[c.key] = c.value
		}
	}
	return func(rev int64) map[string]string {
		state := maps.Clone(from.values)
		for _, c := range events {
			if c.rev > rev {
				break
			}
			if c.kind == "DELETED" {
				delete(state, c.key)
			} else {
				state[c.key] = c.value
			}
		}
		return state
	}
}

// model is one object of the API: its state is its value, "" where it is not there. Values are unique, so that a
// precondition on the revision of a value is one on the value.
func model() porcupine.Model {
	return porcupine.Model{
		Partition: func(ops []porcupine.Operation) (parts [][]porcupine.Operation) {
			byKey := map[string][]porcupine.Operation{}
			for _, o := range ops {
				key := o.Input.(operation).key
				byKey[key] = append(byKey[key], o)
			}
			return slices.Collect(maps.Values(byKey))
		},
		Init: func() any { return "" },
		Step: func(state, input, output any) (bool, any) {
			now, in, out := state.(string), input.(operation), output.(result)
			outcome, next := "ok", now
			switch {
			case in.kind == "create" && now != "":
				outcome = "exists"
			case in.kind != "create" && now == "":
				outcome = "notfound"
			case in.expect != "" && in.expect != now:
				outcome = "conflict"
			case in.kind == "delete":
				next = ""
			case in.kind != "get":
				next = in.value
			}
			if out.outcome == "unknown" {
				return true, next
			}
			return out.outcome == outcome && (in.kind != "get" || outcome != "ok" || out.value == now), next
		},
	}
}
