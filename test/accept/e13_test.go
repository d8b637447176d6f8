package accept

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	// linearClients work on linearKeys objects at the same time; the server is killed linearKills times, each time after
	// linearRound further answers.
	linearClients = 6
	linearKeys    = 3
	linearKills   = 8
	linearRound   = 600
	// checkLimit bounds the search for an order of the operations.
	checkLimit = 2 * time.Minute
)

// E13: what the API says is linearizable, and watches tell all of it in order, also when the server is killed in the
// middle of everything, time and again.
func TestE13(t *testing.T) {
	in := newInstance(t, "127.0.0.1:16513")
	start := func() *process { return in.start(t, "server", "--listen", in.listen) }
	server := start()
	cfg, err := clientcmd.BuildConfigFromFlags("", filepath.Join(in.dir, "kubeconfig"))
	if err != nil {
		t.Fatal(err)
	}
	h := &history{t: t, cfg: cfg, url: "https://" + in.listen + "/api/v1/namespaces/default/configmaps", begin: time.Now(), answered: make(chan struct{}, 1)}
	h.raise()
	from := h.list(t.Context())
	if from == nil {
		t.Fatal("the first list failed")
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var clients, watchers sync.WaitGroup
	seen := make([][]change, 2)
	last := make([]atomic.Int64, len(seen))
	for i := range seen {
		watchers.Go(func() { seen[i] = h.follow(ctx, from.rev, &last[i]) })
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	working, rest := context.WithCancel(ctx)
	for i := range linearClients {
		clients.Go(func() { h.client(working, i, rand.New(rand.NewPCG(seed, uint64(i)))) }) //nolint:gosec // chance, not secrets
	}
	for range linearKills {
		h.awaitAnswers(linearRound)
		h.lower()
		server.kill(t)
		server = start()
		h.raise()
	}
	h.awaitAnswers(linearRound)
	rest()
	clients.Wait()
	// One more write, which all watchers have to see: then they have seen all.
	end := h.do(t.Context(), operation{kind: "create", key: "end", value: "end"})
	if end.outcome != "ok" {
		t.Fatalf("the last write: %+v", end)
	}
	for i := range last {
		if err := await(func() error {
			if got := last[i].Load(); got < end.rev {
				return fmt.Errorf("watcher %d has come to %d of %d", i, got, end.rev)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	watchers.Wait()
	h.check(from, seen)
}

// operation is what a client asks for. expect is the value whose revision is the precondition, "" for none.
type operation struct{ kind, key, value, expect string }

// result is what came back: ok, notfound, conflict, exists, or unknown when nothing did.
type result struct {
	outcome, value string
	rev            int64
}

// change is an event of a watch.
type change struct {
	kind, key, value string
	rev              int64
}

// snapshot is the answer to a list.
type snapshot struct {
	rev    int64
	values map[string]string
}

// history is what clients have done and seen.
type history struct {
	t        *testing.T
	cfg      *rest.Config
	url      string
	begin    time.Time
	counter  atomic.Int64
	done     atomic.Int64
	answered chan struct{}
	up       atomic.Pointer[chan struct{}] // closed while the server is up

	mu    sync.Mutex
	ops   []porcupine.Operation
	lists []*snapshot
	// revs are the revisions of values, as whoever wrote or read them was told.
	revs map[string]int64
}

func (h *history) raise() {
	c := make(chan struct{})
	close(c)
	h.up.Store(&c)
}

func (h *history) lower() { c := make(chan struct{}); h.up.Store(&c) }

// awaitUp waits until the server is up, as far as the test knows.
func (h *history) awaitUp(ctx context.Context) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-*h.up.Load():
			return
		case <-tick.C: // another channel may have come
		case <-ctx.Done():
			return
		}
	}
}

// awaitAnswers waits for so many further answers.
func (h *history) awaitAnswers(n int64) {
	for until := h.done.Load() + n; h.done.Load() < until; {
		<-h.answered
	}
}

// client does one random operation after the other.
func (h *history) client(ctx context.Context, id int, chance *rand.Rand) {
	known := map[string]string{} // the values that it saw last
	for ctx.Err() == nil {
		h.awaitUp(ctx)
		o := operation{key: fmt.Sprintf("k%d", chance.IntN(linearKeys)), value: fmt.Sprintf("v%d", h.counter.Add(1))}
		switch n := chance.IntN(20); {
		case n < 5:
			o.kind = "create"
		case n < 12:
			o.kind = "update"
		case n < 14:
			o.kind = "delete"
		case n < 19:
			o.kind = "get"
		default:
			if s := h.list(context.WithoutCancel(ctx)); s != nil {
				h.answer()
			}
			continue
		}
		if (o.kind == "update" || o.kind == "delete") && chance.IntN(3) > 0 {
			o.expect = known[o.key]
		}
		call := time.Since(h.begin).Nanoseconds()
		r := h.do(context.WithoutCancel(ctx), o) // an operation that has begun ends
		back := time.Since(h.begin).Nanoseconds()
		switch r.outcome {
		case "unsent":
			continue
		case "unknown":
			if o.kind == "get" {
				continue // it changed nothing
			}
			back = math.MaxInt64 // it may take effect at any time from now on
		default:
			h.answer()
			if r.value != "" {
				known[o.key] = r.value
			}
		}
		h.mu.Lock()
		h.ops = append(h.ops, porcupine.Operation{ClientId: id, Input: o, Call: call, Output: r, Return: back})
		h.mu.Unlock()
	}
}

func (h *history) answer() {
	h.done.Add(1)
	select {
	case h.answered <- struct{}{}:
	default:
	}
}

// do makes one request.
func (h *history) do(ctx context.Context, o operation) result {
	h.mu.Lock()
	rev := h.revs[o.expect]
	h.mu.Unlock()
	meta := fmt.Sprintf(`{"name":%q}`, o.key)
	if rev != 0 {
		meta = fmt.Sprintf(`{"name":%q,"resourceVersion":"%d"}`, o.key, rev)
	}
	method, url, body := "GET", h.url+"/"+o.key, fmt.Sprintf(`{"metadata":%s,"data":{"v":%q}}`, meta, o.value)
	switch o.kind {
	case "create":
		method, url = "POST", h.url
	case "update":
		method = "PUT"
	case "delete":
		method, body = "DELETE", "{}"
		if rev != 0 {
			body = fmt.Sprintf(`{"preconditions":{"resourceVersion":"%d"}}`, rev)
		}
	case "get":
		body = ""
	}
	a, err := call(ctx, h.cfg, method, url, body)
	var dial *net.OpError
	switch {
	case errors.As(err, &dial) && dial.Op == "dial":
		return result{outcome: "unsent"}
	case err != nil || a.status >= 500 || a.status == 429:
		return result{outcome: "unknown"}
	case a.status == 404:
		return result{outcome: "notfound"}
	case a.status == 409 && strings.Contains(a.body, `"AlreadyExists"`):
		return result{outcome: "exists"}
	case a.status == 409:
		return result{outcome: "conflict"}
	case a.status >= 300:
		h.t.Errorf("%s %s: %d %s", method, url, a.status, a.body)
		return result{outcome: "unknown"}
	}
	if o.kind == "delete" {
		return result{outcome: "ok"}
	}
	var obj object
	if err := json.Unmarshal([]byte(a.body), &obj); err != nil {
		h.t.Errorf("%s %s: %v", method, url, err)
	}
	r := result{"ok", obj.Data.V, obj.rev(h.t)}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.revs == nil {
		h.revs = map[string]int64{}
	}
	if old, told := h.revs[r.value]; told && old != r.rev {
		h.t.Errorf("value %s has revision %d and %d", r.value, old, r.rev)
	}
	h.revs[r.value] = r.rev
	return r
}
