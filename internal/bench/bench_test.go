package bench

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestQuantile(t *testing.T) {
	var d []time.Duration
	for i := range 100 {
		d = append(d, time.Duration(i))
	}
	if quantile(nil, 0.5) != 0 || quantile(d, 0.5) != 50 || quantile(d, 0.99) != 99 || quantile(d, 1) != 99 {
		t.Error("quantiles are wrong")
	}
}

// The program that pods run waits until it is killed.
func TestPause(t *testing.T) {
	b, err := pause()
	if err != nil {
		t.Skip(err)
	}
	path := filepath.Join(t.TempDir(), "pause")
	if err := os.WriteFile(path, b, 0o755); err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), path)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if err := c.Process.Signal(unix.SIGKILL); err != nil {
		t.Error("it ended:", err)
	}
	_ = c.Wait()
	if ws, ok := c.ProcessState.Sys().(interface{ Signal() unix.Signal }); ok && ws.Signal() != unix.SIGKILL {
		t.Errorf("it ended by %v: %v", ws.Signal(), c.ProcessState)
	}
}

func TestDelay(t *testing.T) {
	line := []byte(`{"object":` + statusBody(time.Now().Add(-time.Minute)) + "}\n")
	if d, ok := delay(line); !ok || d < time.Minute || d > 2*time.Minute {
		t.Errorf("%v %v", d, ok)
	}
}

func TestStore(t *testing.T) {
	got := map[string]int{}
	cfg := Config{Dir: t.TempDir(), Step: 50 * time.Millisecond, Log: io.Discard, Report: func(f Figure) { got[f.Metric]++ }}
	if err := Store(context.Background(), cfg); err != nil {
		t.Fatal(err)
	}
	if got["commits_per_s"] != 2 {
		t.Errorf("figures: %v", got)
	}
	if left, _ := os.ReadDir(cfg.Dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// The program of density pods greets, serves, answers an exec, and ends on SIGTERM.
func TestTiny(t *testing.T) {
	b, err := tiny(tinyPort)
	if err != nil {
		t.Skip(err)
	}
	path := filepath.Join(t.TempDir(), "tiny")
	if err := os.WriteFile(path, b, 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), path, "anything").Output(); err != nil || string(out) != tinyAnswer {
		t.Errorf("with an argument it wrote %q: %v", out, err)
	}
	c := exec.CommandContext(t.Context(), path)
	// A network of its own: the port may be taken here.
	c.SysProcAttr = &unix.SysProcAttr{Cloneflags: unix.CLONE_NEWNET | unix.CLONE_NEWUSER}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Skip(err)
	}
	greeting := make([]byte, len(tinyGreets))
	if _, err := io.ReadFull(out, greeting); err != nil || string(greeting) != tinyGreets {
		t.Errorf("it wrote %q: %v", greeting, err)
	}
	if err := c.Process.Signal(unix.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Errorf("on SIGTERM: %v", err)
	}
}

func TestWorkloadsAreSound(t *testing.T) {
	names := map[string]bool{}
	for _, w := range Workloads() {
		if names[w.Name] {
			t.Errorf("two workloads %s", w.Name)
		}
		names[w.Name] = true
		if got, err := FindWorkload(strings.ToUpper(strings.TrimPrefix(w.Name, "Scheduling"))); err != nil || got.Name != w.Name {
			t.Errorf("looking for %s found %q, %v", w.Name, got.Name, err)
		}
	}
	if _, err := FindWorkload("Basics"); err == nil {
		t.Error("a workload that does not exist was found")
	}
}

// TestSmallLoadsAlone runs every workload that needs no server, small: each must place all measured pods.
func TestSmallLoadsAlone(t *testing.T) {
	for _, w := range Workloads() {
		if strings.HasPrefix(w.Name, "Preemption") || w.mode() == "server" {
			continue // nobody is moved here, and there is no program to start
		}
		figures := map[string]Figure{}
		cfg := Config{Log: io.Discard, Report: func(f Figure) { figures[f.Metric] = f }}
		if err := Scheduler(t.Context(), cfg, Sched{Workload: w, Nodes: 100, Pods: 30}); err != nil {
			t.Errorf("%s: %v", w.Name, err)
			continue
		}
		for _, m := range []string{"pods_per_s", "p50_ms", "p99_ms", "cpu_ms_per_pod", "memory_mib", "nodes_used", "nodes_lower_bound"} {
			if _, ok := figures[m]; !ok {
				t.Errorf("%s: no %s", w.Name, m)
			}
		}
		if n := figures["pods_per_s"].Params["unplaced"]; n != 0 {
			t.Errorf("%s: %v pods without a place", w.Name, n)
		}
		if u, b := figures["nodes_used"].Value, figures["nodes_lower_bound"].Value; u < b || b == 0 {
			t.Errorf("%s: %v nodes used, lower bound %v", w.Name, u, b)
		}
	}
}

// TestWatchClosedByServer measures a server that ends every other watch after the first event.
func TestWatchClosedByServer(t *testing.T) {
	const pod = `{"type":"MODIFIED","object":` + `{"status":{"message":"` + sentMark + `1"}}}` + "\n"
	var opened atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		switch {
		case req.URL.Query().Get("watch") == "":
			io.WriteString(w, `{"metadata":{"resourceVersion":"1"}}`)
		case opened.Add(1)%2 == 0:
			io.WriteString(w, pod)
		default:
			io.WriteString(w, strings.Repeat(pod, 3)+`{"type":"ERROR","object":{}}`+"\n")
		}
	}))
	defer srv.Close()
	got := map[string]float64{}
	r := &apiRun{sheet: sheet{Config{Scale: 0.008, Log: io.Discard, Report: func(f Figure) { got[f.Metric] = f.Value }}, "api"}, pods: 1}
	r.c = &caller{host: srv.URL, conns: []*http.Client{srv.Client()}}
	if err := r.watchBurst(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got["watch_closed_by_server"] != 4 || got["watch_events_per_s"] <= 0 {
		t.Errorf("4 watchers, 8 updates: %v", got)
	}
}
