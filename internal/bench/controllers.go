package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"
)

const (
	// largeDeployment is the Deployment of the anchors, made largeRuns times.
	largeDeployment = 1000
	largeRuns       = 5
	// rolledAtOnce Deployments get a new template at the same time.
	rolledAtOnce = 1000
	// idlePods is how many there are when the controllers are left alone.
	idlePods = 100_000
	// controllersLimit is when a step counts as failed.
	controllersLimit = 10 * time.Minute
)

// controllersRun is one measurement of the controllers behind an API server.
type controllersRun struct {
	sheet
	c       *caller
	servers servers
}

// Controllers measures what controllers make of large and of many objects, and what they cost when nothing happens. No
// node is needed: pods only have to exist.
func Controllers(ctx context.Context, cfg Config) (err error) {
	s, err := cfg.subject(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	r := &controllersRun{sheet: sheet{cfg, "controllers"}, servers: s.servers}
	if r.c, err = connect(s.kubeconfig, connections); err != nil {
		return err
	}
	defer r.c.close()
	for _, step := range []func(context.Context, string) error{r.large, r.rolled, r.atRest} {
		ns, remove, err := r.c.namespace(ctx)
		if err != nil {
			return err
		}
		err = step(ctx, ns)
		if cfg.Kubeconfig != "" { // a server of our own goes as a whole
			err = errors.Join(err, remove())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// deploymentBody is a Deployment with so many replicas of a pod like the anchors'.
func deploymentBody(name string, replicas int) string {
	var pod struct{ Spec json.RawMessage }
	if err := json.Unmarshal([]byte(fmt.Sprintf(podBody(), 0)), &pod); err != nil {
		panic(err) // a constant of ours
	}
	return fmt.Sprintf(`{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":%q},"spec":{"replicas":%d,"selector":{"matchLabels":{"app":%q}},
"template":{"metadata":{"labels":{"app":%q}},"spec":%s}}}`, name, replicas, name, name, pod.Spec)
}

func deployments(ns string) string { return "/apis/apps/v1/namespaces/" + ns + "/deployments" }

// large measures from the call that creates a Deployment until a watcher has seen all of its pods.
func (r *controllersRun) large(ctx context.Context, ns string) error {
	n := r.cfg.scaled(largeDeployment)
	r.cfg.say("%d times a Deployment of %d replicas ...", largeRuns, n)
	var took, cpu []time.Duration
	for i := range largeRuns {
		w, err := r.watch(ctx, "/api/v1/namespaces/"+ns+"/pods?watch=1&resourceVersion=0")
		if err != nil {
			return err
		}
		before := r.servers.cpu()
		start := time.Now()
		if _, err := r.c.do(ctx, 0, http.MethodPost, deployments(ns), mediaJSON, deploymentBody(fmt.Sprintf("d%d", i), n)); err != nil {
			return errors.Join(err, w.Close())
		}
		err = countAdded(w, n)
		took = append(took, time.Since(start))
		cpu = append(cpu, r.servers.cpu()-before)
		if err := errors.Join(err, w.Close()); err != nil {
			return err
		}
		// What is still to be done for this one (status, events) is not to be paid by the next.
		if err := r.scaleAway(ctx, ns, fmt.Sprintf("d%d", i)); err != nil {
			return err
		}
	}
	params := map[string]any{"replicas": n, "runs": largeRuns, "nodes": 0}
	r.add("deployment_pods_exist_ms", millis(median(took)), "ms", params)
	r.add("deployment_pods_exist_worst_ms", millis(slices.Max(took)), "ms", params)
	if r.servers.known() {
		r.add("deployment_cpu_ms_per_pod", millis(median(cpu))/float64(n), "ms", params)
	}
	return nil
}

// scaleAway deletes a Deployment with its pods and waits until they are gone.
func (r *controllersRun) scaleAway(ctx context.Context, ns, name string) error {
	if _, err := r.c.do(ctx, 0, http.MethodDelete, deployments(ns)+"/"+name+"?propagationPolicy=Foreground", mediaJSON, ""); err != nil {
		return err
	}
	w, err := r.watch(ctx, deployments(ns)+"?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&fieldSelector=metadata.name="+name)
	if err != nil {
		return err
	}
	defer w.Close()
	there := false
	return readEvents(w, func(kind string, _ []byte, atEnd bool) bool {
		there = there || kind == "ADDED"
		return kind == "DELETED" || atEnd && !there
	})
}

// rolled measures from the first patch of many Deployments until all of them have their new pods.
func (r *controllersRun) rolled(ctx context.Context, ns string) error {
	n := r.cfg.scaled(rolledAtOnce)
	r.cfg.say("%d Deployments are rolled at once ...", n)
	w, err := r.watch(ctx, deployments(ns)+"?watch=1&resourceVersion=0")
	if err != nil {
		return err
	}
	defer w.Close()
	l := load{count: n, limit: controllersLimit, servers: r.servers}
	if _, err := l.run(ctx, func(ctx context.Context, worker, i int) error {
		_, err := r.c.do(ctx, worker, http.MethodPost, deployments(ns), mediaJSON, deploymentBody(fmt.Sprintf("d%04d", i), 1))
		return err
	}); err != nil {
		return err
	}
	if err := readyAt(w, 1, n); err != nil {
		return err
	}
	before := r.servers.cpu()
	start := time.Now()
	done := make(chan error, 1)
	go func() { done <- readyAt(w, 2, n) }()
	if _, err := l.run(ctx, func(ctx context.Context, worker, i int) error {
		_, err := r.c.do(ctx, worker, http.MethodPatch, fmt.Sprintf("%s/d%04d", deployments(ns), i), mediaStrategic,
			`{"spec":{"template":{"metadata":{"annotations":{"rolled":"yes"}}}}}`)
		return err
	}); err != nil {
		return err
	}
	if err := <-done; err != nil {
		return err
	}
	params := map[string]any{"deployments": n, "replicas": 1, "nodes": 0, "until": "status.updatedReplicas"}
	r.add("rolled_at_once_ms", millis(time.Since(start)), "ms", params)
	if r.servers.known() {
		r.add("rolled_cpu_ms_per_deployment", millis(r.servers.cpu()-before)/float64(n), "ms", params)
	}
	return nil
}

// atRest makes very many pods, waits until all is quiet and measures what the control plane then costs.
func (r *controllersRun) atRest(ctx context.Context, ns string) error {
	if !r.servers.known() {
		r.cfg.say("the figures at rest are left out: name the processes of the instance with --pids")
		return nil
	}
	total := r.cfg.scaled(idlePods)
	r.cfg.say("making %d pods ...", total)
	w, err := r.watch(ctx, "/api/v1/namespaces/"+ns+"/pods?watch=1&resourceVersion=0")
	if err != nil {
		return err
	}
	defer w.Close()
	before := r.servers.cpu()
	start := time.Now()
	for i := 0; i*largeDeployment < total; i++ {
		body := deploymentBody(fmt.Sprintf("d%03d", i), min(largeDeployment, total-i*largeDeployment))
		if _, err := r.c.do(ctx, 0, http.MethodPost, deployments(ns), mediaJSON, body); err != nil {
			return err
		}
	}
	if err := countAdded(w, total); err != nil {
		return err
	}
	params := map[string]any{"pods": total, "deployments": (total + largeDeployment - 1) / largeDeployment}
	r.add("fill_s", time.Since(start).Seconds(), "s", params)
	r.add("fill_cpu_ms_per_pod", millis(r.servers.cpu()-before)/float64(total), "ms", params)
	settle := r.cfg.scaledTime(settle)
	r.cfg.say("waiting %s for the controllers to come to rest ...", settle)
	if err := wait(ctx, settle); err != nil {
		return err
	}
	u, err := r.servers.usage()
	if err != nil {
		return err
	}
	span := r.cfg.scaledTime(idle)
	if err := wait(ctx, span); err != nil {
		return err
	}
	params = map[string]any{"pods": total, "seconds": span.Seconds(), "seconds_after": settle.Seconds()}
	r.add("at_rest_cpu_percent", 100*(r.servers.cpu()-u.CPU).Seconds()/span.Seconds(), "% of a core", params)
	r.add("at_rest_rss_mib", mib(u.RSS), "MiB", params)
	return nil
}

// stream is a watch and its events.
type stream struct {
	io.Closer
	in *bufio.Reader
}

// watch opens one that ends when a step has taken too long.
func (r *controllersRun) watch(ctx context.Context, path string) (stream, error) {
	ctx, stop := context.WithTimeout(ctx, controllersLimit)
	res, err := r.c.open(ctx, 1, path, mediaJSON) //nolint:bodyclose // who reads the stream closes it
	if err != nil {
		stop()
		return stream{}, err
	}
	return stream{closing{res.Body, stop}, bufio.NewReaderSize(res.Body, 1<<16)}, nil
}

type closing struct {
	io.Closer
	stop context.CancelFunc
}

// Close implements io.Closer.
func (c closing) Close() error {
	c.stop()
	return c.Closer.Close()
}

// readEvents calls enough with each event until it says so; atEnd marks the bookmark after what was there at the beginning.
func readEvents(w stream, enough func(kind string, line []byte, atEnd bool) bool) error {
	var long []byte
	for {
		line, err := w.in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			long = append(long, line...)
			continue
		}
		if err != nil {
			return fmt.Errorf("the watch ended before all was seen: %w", err)
		}
		if len(long) > 0 {
			line = append(long, line...)
			long = nil
		}
		rest, ok := bytes.CutPrefix(line, []byte(`{"type":"`))
		if !ok {
			return fmt.Errorf("a watch event begins with %.40q", line)
		}
		kind, _, _ := bytes.Cut(rest, []byte(`"`))
		if string(kind) == "ERROR" {
			return fmt.Errorf("the watch failed: %.300s", line)
		}
		if enough(string(kind), line, string(kind) == "BOOKMARK" && bytes.Contains(line, []byte("k8s.io/initial-events-end"))) {
			return nil
		}
	}
}

// countAdded waits until so many objects have come.
func countAdded(w stream, n int) error {
	return readEvents(w, func(kind string, _ []byte, _ bool) bool {
		if kind == "ADDED" {
			n--
		}
		return n <= 0
	})
}

// readyAt waits until so many Deployments have been looked at in a generation and have all their pods of it.
func readyAt(w stream, generation int64, n int) error {
	done := map[string]bool{}
	var failed error
	err := readEvents(w, func(kind string, line []byte, _ bool) bool {
		var ev struct {
			Object struct {
				Metadata struct{ Name string }
				Status   struct {
					ObservedGeneration int64
					UpdatedReplicas    int32
				}
			}
		}
		if kind != "MODIFIED" {
			return false
		}
		if failed = json.Unmarshal(line, &ev); failed != nil {
			return true
		}
		if o := ev.Object; o.Status.ObservedGeneration >= generation && o.Status.UpdatedReplicas == 1 {
			done[o.Metadata.Name] = true
		}
		return len(done) == n
	})
	return errors.Join(err, failed)
}
