package accept

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

const webManifest = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 10
      containers:
      - name: web
        image: web:1
        ports: [{name: http, containerPort: 8080}]
        readinessProbe: {httpGet: {path: /ready, port: http}, periodSeconds: 1, failureThreshold: 1}
        lifecycle: {preStop: {exec: {command: [/bin/busybox, sleep, "1"]}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: NodePort
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: http}]
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec:
  terminationGracePeriodSeconds: 1
  containers: [{name: c, image: "busybox:1", command: [/bin/busybox, sleep, "100000"]}]
`

// get asks a URL from the node.
func get(ctx context.Context, url string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	req.Close = true // each request finds its own endpoint
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", res.Status, b)
	}
	return strings.TrimSpace(string(b)), err
}

// C8: the story, by real kubectl on real containers.
func TestC8(t *testing.T) {
	w := newWorld(t)
	w.apply(webManifest)
	w.k("rollout", "status", "deployment/web", "--timeout=60s")
	w.ready("condition=Ready", "pod/client")

	vip := "http://" + w.field("service/web", ".spec.clusterIP")
	nodePort := "http://127.0.0.1:" + w.field("service/web", ".spec.ports[0].nodePort")
	for _, url := range []string{vip, nodePort} {
		w.eventually(url+" answers", func() error {
			out, err := get(t.Context(), url)
			return errors.Join(err, want(out, "hello from web-"))
		})
	}
	for _, name := range []string{"web", "web." + w.ns, "web." + w.ns + ".svc.cluster.local"} {
		out, err := w.inPod("client", "/bin/tool get http://"+name+"/")
		if err := errors.Join(err, want(out, "hello from web-")); err != nil {
			t.Fatalf("from a pod, %s: %v", name, err)
		}
	}

	pod := w.field("pods -l app=web", ".items[0].metadata.name")
	t.Run("a killed container starts again", func(t *testing.T) {
		if _, err := w.inPod(pod, "kill 1"); err != nil {
			t.Log("the shell went with it:", err)
		}
		w.eventually("a restart", func() error {
			return want(w.field("pod/"+pod, ".status.containerStatuses[0].restartCount"), "1")
		})
		w.ready("condition=Ready", "pod/"+pod)
	})
	t.Run("a failing readiness probe takes the endpoint out", func(t *testing.T) {
		ip := w.field("pod/"+pod, ".status.podIP")
		ready := func() string {
			return w.field("endpointslices -l kubernetes.io/service-name=web", `.items[*].endpoints[?(@.conditions.ready==true)].addresses[0]`)
		}
		if _, err := w.inPod(pod, "echo > /tmp/unready || { /bin/busybox mkdir -p /tmp; echo > /tmp/unready; }"); err != nil {
			t.Fatal(err)
		}
		w.eventually("the endpoint leaves", func() error {
			if strings.Contains(ready(), ip) {
				return errStill
			}
			return nil
		})
		if _, err := w.inPod(pod, "/bin/busybox rm /tmp/unready"); err != nil {
			t.Fatal(err)
		}
		w.eventually("the endpoint comes back", func() error { return want(ready(), ip) })
	})
	t.Run("scale", func(t *testing.T) {
		w.k("scale", "deployment/web", "--replicas=4")
		w.k("rollout", "status", "deployment/web", "--timeout=60s")
		w.eventually("four ready", func() error { return want(w.field("deployment/web", ".status.readyReplicas"), "4") })
	})
	t.Run("roll to a new image under load without a failed request", func(t *testing.T) {
		load := startLoad(t.Context(), nodePort+"/version", vip+"/version")
		w.k("set", "image", "deployment/web", "web=web:2")
		w.k("rollout", "status", "deployment/web", "--timeout=90s")
		w.eventually("the old pods are gone", func() error {
			if n := strings.Count(w.k("get", "pods", "-l", "app=web", "-o", "name"), "pod/"); n != 4 {
				return fmt.Errorf("%d pods", n)
			}
			return nil
		})
		n, failed := load.stop()
		if failed != nil || n == 0 {
			t.Fatalf("of %d requests, one failed: %v", n, failed)
		}
		t.Logf("%d requests", n)
		if out, err := get(t.Context(), vip+"/version"); err != nil || out != "2" {
			t.Fatalf("after the roll: %q %v", out, err)
		}
	})
	t.Run("undo", func(t *testing.T) {
		w.k("rollout", "undo", "deployment/web")
		w.k("rollout", "status", "deployment/web", "--timeout=90s")
		w.eventually("the first version answers", func() error {
			out, err := get(t.Context(), vip+"/version")
			return errors.Join(err, want(out, "1"))
		})
	})
	t.Run("logs", func(t *testing.T) {
		w.eventually("logs", func() error {
			out, err := w.try("logs", "deployment/web")
			return errors.Join(err, want(out, "serves on :8080"))
		})
	})
	t.Run("drain", func(t *testing.T) {
		node := w.field("nodes", ".items[0].metadata.name")
		t.Cleanup(func() { w.k("uncordon", node) })
		w.k("drain", node, "--pod-selector=app=web", "--force", "--ignore-daemonsets", "--timeout=60s")
		w.eventually("replacements wait for a node", func() error {
			return want(w.k("get", "pods", "-l", "app=web", "-o", "jsonpath={.items[*].status.conditions[?(@.type=='PodScheduled')].message}"), "unschedulable")
		})
	})
	t.Run("delete", func(t *testing.T) {
		w.k("delete", "deployment,service,pod", "--all", "--timeout=60s")
		w.eventually("nothing is left", func() error {
			if out := w.k("get", "pods,replicasets,endpointslices", "-o", "name"); out != "" {
				return fmt.Errorf("%w: %s", errStill, out)
			}
			return nil
		})
	})
}

// load asks URLs in turn until it is stopped.
type load struct {
	cancel context.CancelFunc
	done   chan struct{}
	n      atomic.Int64
	failed error
}

func startLoad(ctx context.Context, urls ...string) *load {
	ctx, cancel := context.WithCancel(ctx)
	l := &load{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(l.done)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for i := 0; ; i++ {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			url := urls[i%len(urls)]
			if _, err := get(ctx, url); err != nil && ctx.Err() == nil {
				l.failed = fmt.Errorf("request %d to %s: %w", i, url, err)
				return
			}
			l.n.Add(1)
		}
	}()
	return l
}

func (l *load) stop() (int64, error) {
	l.cancel()
	<-l.done
	return l.n.Load(), l.failed
}
