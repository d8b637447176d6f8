package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/driver/host"
)

// Sched says which load of the scheduler to measure, and how.
type Sched struct {
	Workload Workload
	// Nodes and Pods replace the workload's own sizes; 0 keeps them. What is there before scales with the nodes.
	Nodes, Pods int
	// EndToEnd measures from the call that creates a pod until a watcher sees it bound, on a real server; else the
	// decisions alone, in this process.
	EndToEnd bool
	// Simulated measures on a server of our own whose nodes are simulated and live, until pods run.
	Simulated bool
	// Rate, if not 0, is how many pods are created a second, of such a measurement. NodeLeases has every node renew a Lease of its
	// own. Churn has nodes leave and join while pods are created.
	Rate       int
	NodeLeases bool
	Churn      bool
}

// load is a workload with its sizes settled.
type schedLoad struct {
	Workload
	nodeCount, initCount, podCount int
}

func (s Sched) settle() (schedLoad, error) {
	l := schedLoad{Workload: s.Workload, nodeCount: s.Workload.Nodes, initCount: s.Workload.Init, podCount: s.Workload.Pods}
	if s.Nodes < 0 || s.Pods < 0 {
		return l, fmt.Errorf("--nodes %d --pods %d: want positive numbers", s.Nodes, s.Pods)
	}
	if s.Nodes > 0 && !l.lone {
		l.initCount = l.initCount * s.Nodes / l.nodeCount
		l.nodeCount = s.Nodes
	}
	if s.Pods > 0 {
		l.podCount = s.Pods
	}
	return l, nil
}

// Scheduler measures one load.
func Scheduler(ctx context.Context, cfg Config, s Sched) error {
	l, err := s.settle()
	if err != nil {
		return err
	}
	if l.packed && (s.EndToEnd || cfg.Kubeconfig != "") {
		return fmt.Errorf("workload %s: it needs a scheduler profile of its own, so that it is measured without a server only", l.Name)
	}
	if s.Simulated {
		if cfg.Kubeconfig != "" || l.script != nil || l.main.form == nil {
			return fmt.Errorf("workload %s: on simulated nodes plain workloads are measured, on an instance of our own", l.Name)
		}
		return schedSim(ctx, cfg, l, s)
	}
	if s.Rate != 0 || s.NodeLeases || s.Churn {
		return errors.New("--rate, --node-leases and --churn are for --simulated")
	}
	if s.EndToEnd || cfg.Kubeconfig != "" || l.script != nil {
		return schedServer(ctx, cfg, l)
	}
	return schedAlone(ctx, cfg, l)
}

// params are those of every figure of a load, with the load average of the machine now.
func (l schedLoad) params(mode string) map[string]any {
	p := map[string]any{"workload": l.Name, "mode": mode, "nodes": l.nodeCount, "init_pods": l.initCount, "pods": l.podCount}
	if load, err := host.LoadAverage(); err == nil { // else the figures go without
		p["load"] = load
	}
	if l.compared {
		p["disturbed"] = len(l.meanwhile) > 0
	}
	if l.Peer > 0 && l.nodeCount == l.Workload.Nodes {
		p["upstream_ci_pods_per_s"] = l.Peer
	}
	return p
}

// mode is how a workload is measured if nothing else is asked for.
func (w *Workload) mode() string {
	if w.script != nil {
		return "server"
	}
	return "alone"
}

// share is what a load has of n things that go with its nodes, if it has other than its own.
func (l schedLoad) share(n int) int { return n * l.nodeCount / l.Workload.Nodes }

// makeNodes makes the nodes of a load. A series of no percent is one node.
func (l schedLoad) makeNodes() []*corev1.Node {
	var out []*corev1.Node
	for k, series := range l.nodes {
		n := l.nodeCount * series.percent / 100
		if series.percent == 0 {
			n = 1
		} else if k == len(l.nodes)-1 {
			n = max(1, l.nodeCount-len(out))
		}
		for i := range n {
			out = append(out, series.form(i))
		}
	}
	return out
}

// make makes n pods of a series, of which prefix tells the names apart.
func (s podSeries) make(prefix string, n int) []*corev1.Pod {
	out := make([]*corev1.Pod, n)
	for i := range out {
		out[i] = named(s.form(i), s.namespaces[i%len(s.namespaces)], prefix, i)
	}
	return out
}

// namespaces are all that the pods of a load are in.
func (l schedLoad) namespaces() []string {
	seen := map[string]bool{}
	out := slices.Clone(l.spaces)
	for _, s := range append([]podSeries{l.main}, l.before...) {
		for _, ns := range s.namespaces {
			if !seen[ns] {
				seen[ns] = true
				out = append(out, ns)
			}
		}
	}
	return out
}

// ListWorkloads describes all workloads, one a line, and whether they are measured alone or need a server.
func ListWorkloads() string {
	var b strings.Builder
	for _, w := range Workloads() {
		fmt.Fprintf(&b, "%-54s %6d nodes %6d pods  %-6s  %s\n", w.Name, w.Nodes, w.Pods, w.mode(), w.About)
	}
	return b.String()
}
