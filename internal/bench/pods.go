package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"
)

const (
	// runs is how many pods are started one by one.
	runs = 100
	// runLimit is when the start of one pod counts as failed.
	runLimit = 30 * time.Second
	ownImage = "bench.gantry.dev/pause:1"
)

// wholeNode starts a cluster of our own with its node, and measures pods on it.
func (s sheet) wholeNode(ctx context.Context) (err error) {
	n, err := s.cfg.startNode(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.stop(ctx)) }()
	image := s.cfg.Image
	if image == "" {
		program, err := pause()
		if err != nil {
			return err
		}
		image = ownImage
		if err := n.buildImage(ctx, image, program); err != nil {
			return err
		}
	}
	if err := runningPods(ctx, s, n.kubeconfig(), image); err != nil {
		return err
	}
	return burst(ctx, s, n.kubeconfig(), image)
}

// runningPods measures from the call that creates a pod until a watcher sees it running, one pod after the other.
func runningPods(ctx context.Context, s sheet, kubeconfig, image string) error {
	if image == "" {
		return errors.New("to measure pods of a running instance, name an image that its nodes have: --image NAME")
	}
	return withPods(ctx, kubeconfig, func(c *caller, ns string, seen <-chan string) error {
		return s.oneByOne(ctx, c, ns, image, seen)
	})
}

// withPods lends a namespace that is there for f alone, and the names of its pods as they are seen running.
func withPods(ctx context.Context, kubeconfig string, f func(c *caller, ns string, seen <-chan string) error) (err error) {
	c, err := connect(kubeconfig, connections)
	if err != nil {
		return err
	}
	defer c.close()
	ns, remove, err := c.namespace(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	seen, stop, err := c.watchPhases(ctx, ns)
	if err != nil {
		return err
	}
	defer stop()
	return f(c, ns, seen)
}

// oneByOne starts pods in a namespace, each when the one before runs.
func (s sheet) oneByOne(ctx context.Context, c *caller, ns, image string, seen <-chan string) error {
	s.cfg.say("starting %d pods one by one ...", runs)
	var took []time.Duration
	for i := range runs {
		name := fmt.Sprintf("p%03d", i)
		start := time.Now()
		if err := c.createPod(ctx, 0, ns, name, image); err != nil {
			return err
		}
		if err := awaitRunning(ctx, seen, name); err != nil {
			return err
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	params := map[string]any{"pods": runs, "image": image, "concurrency": 1}
	s.add("pod_running_p50_ms", millis(quantile(took, 0.5)), "ms", params)
	s.add("pod_running_p99_ms", millis(quantile(took, 0.99)), "ms", params)
	return nil
}

// createPod makes a pod that runs an image and ends at once when it is deleted.
func (c *caller) createPod(ctx context.Context, worker int, ns, name, image string) error {
	body := fmt.Sprintf(`{"metadata":{"name":%q},"spec":{"terminationGracePeriodSeconds":0,"containers":[{"name":"c","image":%q,"imagePullPolicy":"IfNotPresent"}]}}`, name, image)
	_, err := c.do(ctx, worker, http.MethodPost, "/api/v1/namespaces/"+ns+"/pods", mediaJSON, body)
	return err
}

func awaitRunning(ctx context.Context, seen <-chan string, name string) error {
	limit := time.NewTimer(runLimit)
	defer limit.Stop()
	for {
		select {
		case got, open := <-seen:
			if !open {
				return errors.New("the watch of the pods ended")
			}
			if got == name {
				return nil
			}
		case <-limit.C:
			return fmt.Errorf("pod %s was not running in %s; see `kubectl describe pod`", name, runLimit)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// watchPhases tells the names of pods that are seen running.
func (c *caller) watchPhases(ctx context.Context, ns string) (<-chan string, func(), error) {
	ctx, stop := context.WithCancel(ctx)
	res, err := c.open(ctx, 1, "/api/v1/namespaces/"+ns+"/pods?watch=1", mediaJSON) //nolint:bodyclose // the goroutine below reads it to its end and closes it
	if err != nil {
		stop()
		return nil, nil, err
	}
	seen := make(chan string, runs)
	go func() {
		defer close(seen)
		defer res.Body.Close()
		dec := json.NewDecoder(bufio.NewReader(res.Body))
		for {
			var ev struct {
				Object struct {
					Metadata struct{ Name string }
					Status   struct{ Phase string }
				}
			}
			if dec.Decode(&ev) != nil {
				return
			}
			if ev.Object.Status.Phase == "Running" {
				select {
				case seen <- ev.Object.Metadata.Name:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	return seen, stop, nil
}
