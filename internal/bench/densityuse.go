package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/remotecommand"
)

// How many pods are used, and how many at once.
const (
	reached, logsRead, execs, kills = 200, 100, 30, 30
	usersAtOnce                     = 4
	// useLimit bounds each use of a pod.
	useLimit = 30 * time.Second
)

// use reaches pods over the network, reads logs, runs programs in them, and kills some.
func (d *density) use(ctx context.Context) error {
	for _, u := range []struct {
		name  string
		count int
		do    func(context.Context, string) error
	}{
		{"reach", reached, d.reachPod}, {"service", reached, d.reachService}, {"logs", logsRead, d.readLog},
		{"exec", execs, d.execIn}, {"kill_restart", kills, d.killIn},
	} {
		d.cfg.say("%s ...", u.name)
		took, err := d.each(ctx, u.count, u.do)
		if err != nil {
			return fmt.Errorf("%s: %w", u.name, err)
		}
		params := map[string]any{"pods": len(took), "concurrency": usersAtOnce}
		d.add(u.name+"_p50_ms", millis(quantile(took, 0.5)), "ms", params)
		d.add(u.name+"_p99_ms", millis(quantile(took, 0.99)), "ms", params)
	}
	return nil
}

// each does something to random pods and returns how long it took, sorted.
func (d *density) each(ctx context.Context, count int, do func(context.Context, string) error) ([]time.Duration, error) {
	some := rand.Perm(d.pods)[:min(count, d.pods)] //nolint:gosec // any pods will do
	took := make([]time.Duration, len(some))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(usersAtOnce)
	for i, n := range some {
		g.Go(func() error {
			ctx, cancel := context.WithTimeout(ctx, useLimit)
			defer cancel()
			begun := time.Now()
			if err := do(ctx, podName(n)); err != nil {
				return fmt.Errorf("pod %s: %w", podName(n), err)
			}
			took[i] = time.Since(begun)
			return nil
		})
	}
	err := g.Wait()
	slices.Sort(took)
	return took, err
}

func (d *density) reachPod(ctx context.Context, name string) error {
	p, err := d.get(ctx, name)
	if err != nil {
		return err
	}
	return fetch(ctx, fmt.Sprintf("http://%s:%d/", p.Status.PodIP, tinyPort))
}

func (d *density) reachService(ctx context.Context, _ string) error {
	res, err := d.c.open(ctx, 0, d.path("services/web"), mediaJSON)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	_, rest, _ := bytes.Cut(b, []byte(`"clusterIP":"`))
	ip, _, _ := bytes.Cut(rest, []byte(`"`))
	return fetch(ctx, "http://"+string(ip)+"/")
}

// fetch wants the page of the density pods' program, over a connection of its own.
func fetch(ctx context.Context, at string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return err
	}
	t := &http.Transport{DisableKeepAlives: true}
	res, err := t.RoundTrip(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err == nil && string(b) != tinyContent {
		err = fmt.Errorf("%s answered %q", at, b)
	}
	return err
}

func (d *density) readLog(ctx context.Context, name string) error {
	res, err := d.c.open(ctx, 0, d.path("pods/"+name+"/log"), mediaJSON)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err == nil && !strings.HasPrefix(string(b), tinyGreets) {
		err = fmt.Errorf("its log is %q", b)
	}
	return err
}

func (d *density) execIn(ctx context.Context, name string) error {
	conf, err := clientcmd.BuildConfigFromFlags("", d.node.kubeconfig())
	if err != nil {
		return err
	}
	q := url.Values{"container": {"c"}, "command": {"/program", "hello"}, "stdout": {"true"}}
	e, err := remotecommand.NewWebSocketExecutor(conf, http.MethodGet, d.c.host+d.path("pods/"+name+"/exec")+"?"+q.Encode())
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := e.StreamWithContext(ctx, remotecommand.StreamOptions{Stdout: &out}); err != nil {
		return err
	}
	if out.String() != tinyAnswer {
		return fmt.Errorf("exec wrote %q", out.String())
	}
	return nil
}

// killIn kills a pod's program and waits until the API tells of the next one.
func (d *density) killIn(ctx context.Context, name string) error {
	p, err := d.get(ctx, name)
	if err != nil {
		return err
	}
	if len(p.Status.ContainerStatuses) != 1 {
		return errors.New("it has no container")
	}
	before := p.Status.ContainerStatuses[0].RestartCount
	pids, err := d.processesOf(p.Metadata.UID)
	if err != nil || len(pids) != 1 {
		return fmt.Errorf("it has processes %v: %w", pids, err)
	}
	if err := unix.Kill(pids[0], unix.SIGKILL); err != nil {
		return err
	}
	for {
		p, err := d.get(ctx, name)
		if err != nil {
			return err
		}
		if c := p.Status.ContainerStatuses; len(c) == 1 && c[0].RestartCount > before && c[0].State.Running != nil {
			return nil
		}
		if err := wait(ctx, 5*time.Millisecond); err != nil {
			return fmt.Errorf("it was not restarted: %w", err)
		}
	}
}
