package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/plan"
)

const (
	// nodesLimit is how long simulated nodes may take to be there.
	nodesLimit = 5 * time.Minute
	// nodesPoll is how exactly that is timed: the question costs the server a hundredth of a percent.
	nodesPoll = 100 * time.Millisecond
	// churnEvery is after how many pods a node leaves and one joins, of a measurement with --churn: ten a second at 1,000 pods a second.
	churnEvery = 100
)

// schedSim measures pods on the simulated nodes of a server of our own, from the call that creates a pod until a watcher has
// seen it bound, and another has seen it run. Unlike the nodes of schedServer these live: their leases are renewed, pods get
// a status, and nobody but the server has made them.
func schedSim(ctx context.Context, cfg Config, l schedLoad, s Sched) (err error) {
	args := []string{"--sim-nodes", strconv.Itoa(l.nodeCount)}
	if s.NodeLeases {
		args = append(args, "--sim-node-leases")
	}
	i, err := cfg.startServer(ctx, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, i.stop()) }()
	r := &serverRun{sheet: sheet{cfg, "sched"}, load: l, servers: servers{i.cmd.Process.Pid}}
	if r.c, err = connect(i.kubeconfig(), connections); err != nil {
		return err
	}
	defer r.c.close()
	params := l.params("simulated")
	if err := r.awaitNodes(ctx, params); err != nil {
		return err
	}
	if err := r.idle(ctx, r.servers); err != nil {
		return err
	}
	for _, ns := range l.namespaces() {
		if _, err := r.c.do(ctx, 0, http.MethodPost, "/api/v1/namespaces", mediaJSON, fmt.Sprintf(`{"metadata":{"name":%q}}`, ns)); err != nil {
			return err
		}
		if err := r.c.serviceAccount(ctx, ns); err != nil {
			return err
		}
	}
	if r.bound, err = r.c.watchBound(ctx); err != nil {
		return err
	}
	defer r.bound.stop()
	running, err := r.c.watchFor(ctx, "/api/v1/pods?watch=1&fieldSelector=status.phase%3DRunning", mediaMeta, added)
	if err != nil {
		return err
	}
	defer running.stop()
	return r.flow(ctx, s, running, params)
}

// awaitNodes waits until all simulated nodes are there.
func (r *serverRun) awaitNodes(ctx context.Context, params map[string]any) error {
	ctx, cancel := context.WithTimeout(ctx, nodesLimit)
	defer cancel()
	begin := time.Now()
	for n := 0; n < r.load.nodeCount; {
		var err error
		if n, err = r.countNodes(ctx); err != nil {
			return fmt.Errorf("%d of %d simulated nodes are there: %w", n, r.load.nodeCount, err)
		}
		if err := wait(ctx, nodesPoll); err != nil {
			return fmt.Errorf("%d of %d simulated nodes are there: %w", n, r.load.nodeCount, err)
		}
	}
	r.add("nodes_made_s", time.Since(begin).Seconds(), "s", params)
	r.add("nodes_made_cpu_s", r.servers.cpu().Seconds(), "s", params)
	return nil
}

// countNodes asks for one node and how many more there are.
func (r *serverRun) countNodes(ctx context.Context) (int, error) {
	res, err := r.c.open(ctx, 0, "/api/v1/nodes?limit=1", mediaMetaList)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	var list struct {
		Metadata struct{ RemainingItemCount int }
		Items    []struct{}
	}
	if err := json.NewDecoder(res.Body).Decode(&list); err != nil {
		return 0, err
	}
	return len(list.Items) + list.Metadata.RemainingItemCount, nil
}

// mediaMetaList asks for lists of metadata only.
const mediaMetaList = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"

// flow creates the pods, at an even pace if one is asked for, and waits until they have been seen.
func (r *serverRun) flow(ctx context.Context, s Sched, running *boundPods, params map[string]any) error {
	pods := r.load.main.make("measured-", r.load.podCount)
	bodies := make([]string, len(pods))
	for i, p := range pods {
		bodies[i] = r.body(p)
	}
	m := r.begin(pods)
	_, err := load{count: len(pods), limit: placeLimit}.run(ctx, func(ctx context.Context, w, i int) error {
		if s.Churn && i%churnEvery == churnEvery-1 {
			if err := r.swapNode(ctx, w, i/churnEvery); err != nil {
				return err
			}
		}
		if s.Rate > 0 {
			due := m.start.Add(time.Duration(i) * time.Second / time.Duration(s.Rate))
			if err := wait(ctx, time.Until(due)); err != nil {
				return err
			}
		}
		m.sent[i] = time.Now()
		return r.send(ctx, w, pods[i], bodies[i])
	})
	if err != nil {
		return err
	}
	r.add("created_per_s", float64(len(pods))/time.Since(m.start).Seconds(), "pods/s", params)
	if err := r.bound.awaitAll(ctx, pods); err != nil {
		return err
	}
	if !s.Churn { // else some have gone with their node
		if err := running.awaitAll(ctx, pods); err != nil {
			return err
		}
		if err := r.tellRunning(m, running, params); err != nil {
			return err
		}
	}
	return r.finish(m)
}

// tellRunning reports how long pods took to run.
func (r *serverRun) tellRunning(m *measurement, running *boundPods, params map[string]any) error {
	took := make([]time.Duration, len(m.pods))
	for i, p := range m.pods {
		at, ok := running.at(p)
		if !ok {
			return fmt.Errorf("pod %s/%s was not seen to run", p.Namespace, p.Name)
		}
		took[i] = at.Sub(m.sent[i])
	}
	slices.Sort(took)
	r.add("running_p50_ms", millis(quantile(took, 0.5)), "ms", params)
	r.add("running_p99_ms", millis(quantile(took, 0.99)), "ms", params)
	return nil
}

// swapNode has a simulated node leave, with its pods, and another join.
func (r *serverRun) swapNode(ctx context.Context, worker, n int) error {
	name := fmt.Sprintf("sim-%06d", n%r.load.nodeCount)
	if _, err := r.c.do(ctx, worker, http.MethodDelete, "/api/v1/nodes/"+name, mediaJSON, ""); err != nil {
		return err
	}
	joins := sizedNode(fmt.Sprintf("joined-%06d", n), "16", "64Gi", "250")
	joins.Labels[plan.NodeClassLabel] = plan.SimClass
	joins.Status.Conditions = slices.DeleteFunc(joins.Status.Conditions, func(c corev1.NodeCondition) bool { return c.Type == corev1.NodeReady }) // it is made ready
	return r.post(ctx, worker, "/api/v1/nodes", joins, false)
}
