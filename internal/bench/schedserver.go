package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	// placeLimit is how long pods may take to be bound before the measurement is given up.
	placeLimit = 5 * time.Minute
	// nodeLife is how long the nodes of a measurement count as alive, which nobody runs.
	nodeLife = 2 * time.Hour
	flood    = "sched-flood"
)

// serverRun measures through an API server.
type serverRun struct {
	sheet
	load    schedLoad
	c       *caller
	servers servers
	bound   *boundPods
	floods  atomic.Int64
	extra   atomic.Int64
	// goners are pods of before that may go.
	mu     sync.Mutex
	goners []*corev1.Pod
	undo   []func(context.Context) error
}

// schedServer measures from the call that creates a pod until a watcher sees it bound.
func schedServer(ctx context.Context, cfg Config, l schedLoad) (err error) {
	s, err := cfg.subject(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	r := &serverRun{sheet: sheet{cfg, "sched"}, load: l, servers: s.servers}
	if r.c, err = connect(s.kubeconfig, connections); err != nil {
		return err
	}
	defer r.c.close()
	if cfg.Kubeconfig != "" { // a server of our own goes as a whole
		defer func() {
			for _, undo := range slices.Backward(r.undo) {
				err = errors.Join(err, undo(context.WithoutCancel(ctx)))
			}
		}()
	}
	cfg.say("%s: %d nodes, %d pods before, %d measured, end to end ...", l.Name, l.nodeCount, l.initCount, l.podCount)
	if err := r.prepare(ctx); err != nil {
		return err
	}
	if r.bound, err = r.c.watchBound(ctx); err != nil {
		return err
	}
	defer r.bound.stop()
	if l.script != nil {
		return l.script(ctx, r)
	}
	if err := r.fill(ctx); err != nil {
		return err
	}
	return r.measure(ctx)
}

// post creates an object; undo says that it is to be deleted at the end.
func (r *serverRun) post(ctx context.Context, worker int, path string, obj metav1.Object, undo bool) error {
	body, err := json.Marshal(obj)
	if err != nil {
		return err
	}
	if _, err := r.c.do(ctx, worker, http.MethodPost, path, mediaJSON, string(body)); err != nil {
		return err
	}
	if undo {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.undo = append(r.undo, func(ctx context.Context) error {
			_, err := r.c.do(ctx, 0, http.MethodDelete, path+"/"+obj.GetName(), mediaJSON, "")
			return err
		})
	}
	return nil
}

// prepare makes priority classes, namespaces, nodes and the service of the load.
func (r *serverRun) prepare(ctx context.Context) error {
	for n := range r.load.priorities() {
		class := &schedulingv1.PriorityClass{ObjectMeta: metav1.ObjectMeta{Name: priorityClass(n)}, Value: n}
		if err := r.post(ctx, 0, "/apis/scheduling.k8s.io/v1/priorityclasses", class, true); err != nil {
			return err
		}
	}
	for _, name := range append(r.load.namespaces(), flood) {
		if name != metav1.NamespaceDefault {
			ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: r.load.labels}}
			if err := r.post(ctx, 0, "/api/v1/namespaces", ns, true); err != nil {
				return err
			}
		}
		if err := r.c.serviceAccount(ctx, name); err != nil {
			return err
		}
	}
	if r.load.service != nil {
		svc := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: "sched"}, Spec: corev1.ServiceSpec{Selector: r.load.service, Ports: []corev1.ServicePort{{Port: 80}}}}
		if err := r.post(ctx, 0, "/api/v1/namespaces/"+r.load.main.namespaces[0]+"/services", svc, false); err != nil {
			return err
		}
	}
	nodes := r.load.makeNodes()
	_, err := load{count: len(nodes), limit: placeLimit}.run(ctx, func(ctx context.Context, w, i int) error {
		return r.node(ctx, w, nodes[i])
	})
	return err
}

// node makes a node that counts as alive although nobody runs it: its pods are bound and never start.
func (r *serverRun) node(ctx context.Context, worker int, n *corev1.Node) error {
	for i := range n.Status.Conditions {
		n.Status.Conditions[i].LastHeartbeatTime = metav1.NewTime(time.Now().Add(nodeLife))
	}
	return r.post(ctx, worker, "/api/v1/nodes", n, true)
}

// fill creates the pods of before and waits until those that shall be are bound.
func (r *serverRun) fill(ctx context.Context) error {
	want := 0
	for k, series := range r.load.before {
		n := r.load.initCount * max(1, series.parts)
		if n == 0 {
			continue
		}
		pods := series.make(fmt.Sprintf("init-%d-", k), n)
		if _, err := (load{count: n, limit: placeLimit}).run(ctx, func(ctx context.Context, w, i int) error { return r.pod(ctx, w, pods[i]) }); err != nil {
			return err
		}
		if !series.waits {
			want += n
			r.goners = append(r.goners, pods...)
		}
		if err := r.bound.await(ctx, want); err != nil {
			return fmt.Errorf("pods of before: %w", err)
		}
	}
	r.bound.forget()
	return nil
}

func priorityClass(n int32) string { return fmt.Sprintf("sched-perf-%d", n) }

// priorities are all that pods of the load have.
func (l schedLoad) priorities() map[int32]bool {
	out := map[int32]bool{}
	note := func(f form, n int) {
		for i := range n {
			if p := f(i).Spec.Priority; p != nil {
				out[*p] = true
			}
		}
	}
	const enough = 1000 // of a mix; then all have come up
	if l.main.form != nil {
		note(l.main.form, min(enough, l.podCount))
	}
	if l.script != nil { // any of them, if they have priorities at all
		out[0], out[10] = true, true
	}
	for _, s := range l.before {
		note(s.form, 1)
	}
	for _, d := range l.meanwhile {
		if d.pod != nil {
			note(d.pod, 1)
		}
	}
	return out
}

func podsPath(ns string) string { return "/api/v1/namespaces/" + ns + "/pods" }

// pod creates a pod. Who sends one may not set its priority but by a class.
func (r *serverRun) pod(ctx context.Context, worker int, p *corev1.Pod) error {
	return r.send(ctx, worker, p, r.body(p))
}

func (r *serverRun) send(ctx context.Context, worker int, p *corev1.Pod, body string) error {
	_, err := r.c.do(ctx, worker, http.MethodPost, podsPath(p.Namespace), mediaJSON, body)
	return err
}

func (r *serverRun) body(p *corev1.Pod) string {
	q := *p
	q.UID, q.Generation = "", 0
	if q.Spec.Priority != nil {
		q.Spec.PriorityClassName, q.Spec.Priority = priorityClass(*q.Spec.Priority), nil
	}
	body, err := json.Marshal(&q)
	if err != nil {
		return err.Error() // a pod can always be encoded; the server would say so
	}
	return string(body)
}

// measure measures the pods of the load, first in peace if that is to be compared.
func (r *serverRun) measure(ctx context.Context) error {
	var calm time.Duration
	if r.load.compared {
		disturbing := r.load.meanwhile
		r.load.meanwhile = nil
		m, err := r.place(ctx, "calm-")
		if err != nil {
			return err
		}
		calm, r.load.meanwhile = m.p99, disturbing
	}
	m, err := r.place(ctx, "measured-")
	if err == nil && r.load.compared {
		r.add("p99_times", m.p99.Seconds()/calm.Seconds(), "", r.load.params("end-to-end"))
	}
	return err
}

// place creates measured pods and waits until all are bound.
func (r *serverRun) place(ctx context.Context, prefix string) (*measurement, error) {
	pods := r.load.main.make(prefix, r.load.podCount)
	bodies := make([]string, len(pods))
	for i, p := range pods {
		bodies[i] = r.body(p)
	}
	m := r.begin(pods)
	_, err := load{count: len(pods), limit: placeLimit}.run(ctx, func(ctx context.Context, w, i int) error {
		for _, d := range r.load.meanwhile {
			if i%d.each == d.each-1 {
				if err := r.disturb(ctx, w, d); err != nil {
					return err
				}
			}
		}
		m.sent[i] = time.Now()
		return r.send(ctx, w, pods[i], bodies[i])
	})
	if err != nil {
		return nil, err
	}
	r.add("created_per_s", float64(len(pods))/time.Since(m.start).Seconds(), "pods/s", r.load.params("end-to-end"))
	if err := r.bound.awaitAll(ctx, pods); err != nil {
		return nil, err
	}
	return m, r.finish(m)
}

// measurement is of pods, from when they are sent until they are seen bound.
type measurement struct {
	pods        []*corev1.Pod
	sent        []time.Time
	start       time.Time
	client, cpu time.Duration
	// p99 is told by finish.
	p99 time.Duration
}

// begin begins to measure.
func (r *serverRun) begin(pods []*corev1.Pod) *measurement {
	return &measurement{pods: pods, sent: make([]time.Time, len(pods)), client: ownCPU(), cpu: r.servers.cpu(), start: time.Now()}
}

// finish tells what was measured, once all pods have been seen bound.
func (r *serverRun) finish(m *measurement) error {
	n, client, cpu := float64(len(m.pods)), ownCPU()-m.client, r.servers.cpu()-m.cpu
	params := r.load.params("end-to-end")
	took := make([]time.Duration, len(m.pods))
	var last time.Time
	for i, p := range m.pods {
		at, ok := r.bound.at(p)
		if !ok {
			return fmt.Errorf("pod %s/%s was not seen bound", p.Namespace, p.Name)
		}
		took[i] = at.Sub(m.sent[i])
		if at.After(last) {
			last = at
		}
	}
	slices.Sort(took)
	m.p99 = quantile(took, 0.99)
	r.add("pods_per_s", n/last.Sub(m.start).Seconds(), "pods/s", params)
	r.add("p50_ms", millis(quantile(took, 0.5)), "ms", params)
	r.add("p99_ms", millis(m.p99), "ms", params)
	r.add("client_cpu_ms_per_pod", millis(client)/n, "ms", params)
	if !r.servers.known() {
		return nil
	}
	r.add("cpu_ms_per_pod", millis(cpu)/n, "ms", params)
	u, err := r.servers.usage()
	if err != nil {
		return err
	}
	r.add("server_pss_mib", mib(u.PSS), "MiB", params)
	return nil
}

// disturb does what goes on beside the measured pods.
func (r *serverRun) disturb(ctx context.Context, w int, d disturbance) error {
	switch {
	case d.pod != nil:
		n := int(r.floods.Add(1))
		return r.pod(ctx, w, named(d.pod(n), flood, "flood-", n))
	case d.node:
		n := r.extra.Add(1)
		if n%2 == 0 {
			_, err := r.c.do(ctx, w, http.MethodDelete, fmt.Sprintf("/api/v1/nodes/churned-%d", n-1), mediaJSON, "")
			return err
		}
		return r.node(ctx, w, sizedNode(fmt.Sprintf("churned-%d", n), "4", "32Gi", "110"))
	case d.gone:
		r.mu.Lock()
		if len(r.goners) == 0 {
			r.mu.Unlock()
			return nil
		}
		p := r.goners[0]
		r.goners = r.goners[1:]
		r.mu.Unlock()
		_, err := r.c.do(ctx, w, http.MethodDelete, podsPath(p.Namespace)+"/"+p.Name+"?gracePeriodSeconds=0", mediaJSON, "")
		return err
	}
	return nil
}
