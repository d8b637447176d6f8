package accept

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"gantry.dev/gantry/internal/driver/host"
)

const (
	// idleWatchers wait for what hardly comes, perConnection on one connection; stormListers list stormObjects all at
	// once, each some times. `gantry bench api` does the same with 10,000 and 100 of each.
	idleWatchers   = 2_000
	perConnection  = 500
	stormListers   = 50
	stormRounds    = 4
	stormObjects   = 2_000
	listConns      = 10
	objectBytes    = 2_000
	stormMemory    = 512 * mebibyte
	storedInMemory = stormObjects * objectBytes
)

// E11: many idle watchers and many lists at once: everybody is answered, right and whole, nobody who watches is dropped,
// memory stays bounded.
func TestE11(t *testing.T) {
	in := newInstance(t, "127.0.0.1:16511")
	server := in.start(t, "server", "--listen", in.listen)
	w := &world{t, in, "default"}
	fill(w)
	watchers := w.watchIdle(idleWatchers)
	if err := host.ResetPeak(server.Process.Pid); err != nil {
		t.Fatal(err)
	}
	before, err := host.UsageOf(server.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}

	// While all list, one object changes: everybody who watches has to see that in the midst of it.
	var clients sync.WaitGroup
	conns := w.connections(listConns)
	var done atomic.Int64
	for i := range stormListers {
		clients.Go(func() {
			for range stormRounds {
				if err := listAll(t.Context(), conns[i%listConns], w.url("configmaps")); err != nil {
					t.Errorf("lister %d: %v", i, err)
					return
				}
				done.Add(1)
			}
		})
	}
	w.eventually("the storm", func() error {
		if done.Load() == 0 {
			return errors.New("no list has been answered yet")
		}
		return nil
	})
	w.call("PATCH", "configmaps/o00000", `{"data":{"changed":"once"}}`, "Content-Type: application/merge-patch+json").is(w, 200)
	clients.Wait()
	w.eventually("the change to reach all watchers", func() error { return watchers.all(1) })
	w.call("PATCH", "configmaps/o00000", `{"data":{"changed":"twice"}}`, "Content-Type: application/merge-patch+json").is(w, 200)
	w.eventually("a second change to reach all watchers", func() error { return watchers.all(2) })
	if n := watchers.dropped.Load(); n != 0 {
		t.Errorf("%d watchers were dropped", n)
	}

	peak, err := host.PeakOf(server.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d lists of %d MB; memory %d MiB with %d watchers, at most %d MiB in the storm", done.Load(), storedInMemory/1_000_000, before.RSS/mebibyte, idleWatchers, peak/mebibyte)
	if peak > stormMemory {
		t.Errorf("memory was %d MiB, want at most %d", peak/mebibyte, stormMemory/mebibyte)
	}
}

// fill makes the objects.
func fill(w *world) {
	w.Helper()
	cfg, url, data := w.config(), w.url("configmaps"), strings.Repeat("x", objectBytes)
	var next atomic.Int64
	var makers sync.WaitGroup
	for range 16 {
		makers.Go(func() {
			for i := next.Add(1) - 1; i < stormObjects; i = next.Add(1) - 1 {
				a, err := call(w.Context(), cfg, "POST", url, configMap(fmt.Sprintf("o%05d", i), `"d":"`+data+`"`, ""))
				if err != nil || a.status != http.StatusCreated {
					w.Errorf("object %d: %d %.200s %v", i, a.status, a.body, err)
					return
				}
			}
		})
	}
	makers.Wait()
}

// connections are clients with one HTTP/2 connection each.
func (w *world) connections(n int) (out []*http.Client) {
	w.Helper()
	cfg, err := clientcmd.BuildConfigFromFlags("", filepath.Join(w.dir, "kubeconfig"))
	if err != nil {
		w.Fatal(err)
	}
	for range n {
		conf, err := rest.TLSConfigFor(cfg)
		if err != nil {
			w.Fatal(err)
		}
		out = append(out, &http.Client{Transport: &http.Transport{TLSClientConfig: conf, ForceAttemptHTTP2: true, MaxConnsPerHost: 1, DisableCompression: true}})
	}
	return out
}

// idlers are watches that count what they see.
type idlers struct {
	seen    []atomic.Int64
	dropped atomic.Int64
}

// all wants every one to have seen so many events.
func (i *idlers) all(n int64) error {
	short := 0
	for j := range i.seen {
		if got := i.seen[j].Load(); got < n {
			short++
		} else if got > n {
			return fmt.Errorf("watcher %d has seen %d events, want %d", j, got, n)
		}
	}
	if short > 0 {
		return fmt.Errorf("%d watchers have not seen it, %d were dropped", short, i.dropped.Load())
	}
	return nil
}

// watchIdle opens watches from now on.
func (w *world) watchIdle(n int) *idlers {
	w.Helper()
	from := w.object(w.call("GET", "configmaps?limit=1", "")).ResourceVersion
	conns := w.connections(n / perConnection)
	ctx, cancel := context.WithCancel(context.Background())
	i := &idlers{seen: make([]atomic.Int64, n)}
	var open, running sync.WaitGroup
	w.Cleanup(func() { cancel(); running.Wait() })
	for j := range n {
		open.Add(1)
		running.Go(func() {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.url("configmaps?watch=1&resourceVersion="+from), nil)
			if err != nil {
				open.Done()
				w.Error(err)
				return
			}
			res, err := conns[j/perConnection].Do(req)
			open.Done()
			if err != nil || res.StatusCode != http.StatusOK {
				i.dropped.Add(1)
				return
			}
			defer res.Body.Close()
			in := bufio.NewReaderSize(res.Body, objectBytes*2)
			for {
				if _, err := in.ReadString('\n'); err != nil {
					if ctx.Err() == nil {
						i.dropped.Add(1)
					}
					return
				}
				i.seen[j].Add(1)
			}
		})
	}
	open.Wait()
	if n := i.dropped.Load(); n != 0 {
		w.Fatalf("%d watches were not opened", n)
	}
	return i
}

// listAll wants a whole list.
func listAll(ctx context.Context, c *http.Client, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	res, err := c.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s after %d bytes: %w", res.Status, len(b), err)
	}
	// Every object once, and a whole document.
	if n := strings.Count(string(b), `"name":"o`); n != stormObjects || !strings.HasSuffix(strings.TrimSpace(string(b)), "]}") {
		return fmt.Errorf("the list has %d objects, want %d; it ends in %.80q", n, stormObjects, b[max(0, len(b)-80):])
	}
	return nil
}
