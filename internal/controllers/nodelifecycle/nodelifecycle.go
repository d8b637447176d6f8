// Package nodelifecycle judges nodes by their leases: one that is not heard of for the grace period becomes Unknown, is
// tainted, and its pods become not ready.
//
// It reads Nodes, Leases in kube-node-lease and Pods. It writes the conditions of silent nodes, the taints that follow from
// conditions, the time of NoExecute taints that have none, and Ready=False of pods on lost nodes. Evicting them is package
// eviction's work, which goes by the NoExecute taints.
//
// A zone in trouble is no reason to evict everything in it: NoExecute taints come one at a time per zone, slower or not at
// all where most of a zone is silent, and not at all where everything is (then it is probably us).
package nodelifecycle

import (
	"slices"
	"strings"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// Config are the times and thresholds; Defaults has upstream's.
type Config struct {
	// Grace is how long a node may be silent.
	Grace time.Duration
	// StartupGrace is how long a new node may take to be heard of.
	StartupGrace time.Duration
	// Interval is the time between two NoExecute taints in one zone, and SlowInterval that in a large zone of which
	// most is not ready.
	Interval, SlowInterval time.Duration
	// LargeZone is the number of nodes from which a zone is large; in a small one that is mostly not ready nothing is
	// evicted.
	LargeZone int
	// Unhealthy is the share of a zone, in percent, from which it is in trouble.
	Unhealthy int
	// Started is when this control plane began to listen (or to lead): a node is not to blame for silence before that,
	// so every node has its grace from then on.
	Started time.Time
}

// Defaults are upstream's figures.
func Defaults() Config {
	return Config{Grace: 40 * time.Second, StartupGrace: time.Minute, Interval: 10 * time.Second, SlowInterval: 100 * time.Second, LargeZone: 50, Unhealthy: 55}
}

// evictions is upstream's metric of nodes whose pods have to go.
const evictions = "node_collector_evictions_total"

// zoneLabel names a node's zone in metrics.
func zoneLabel(n *corev1.Node) string { return strings.ReplaceAll(zoneOf(n), "\x00", ":\x00:") }

// New is the row of this controller.
func New(c Config) reconcile.Controller {
	return reconcile.Controller{
		Name:  "node-lifecycle-controller",
		Plan:  c.decide,
		Why:   why,
		Tells: news,
		Counters: []reconcile.Counter{{Name: evictions, Labels: []string{"zone"},
			Help: "Number of Node evictions that happened since current instance of NodeController started."}},
		Watches: map[api.Resource]reconcile.Trigger{plan.Nodes: reconcile.Self, plan.Leases: leaseChanged, plan.Pods: podChanged},
		Writes:  []string{"nodes:spec.taints", "nodes/status:conditions=Unknown", "pods/status:conditions[Ready]=False"},
	}
}

// leaseChanged passes over renewals: they put off when a node counts as silent, for which there is an alarm already, and its
// plan sees the newest one.
func leaseChanged(_ *view.Snapshot, ev store.Event) []api.Key {
	if ev.Record.Key.Namespace != corev1.NamespaceNodeLease || ev.Type == store.Put && ev.Prev != nil {
		return nil
	}
	return []api.Key{{Resource: plan.Nodes, Cluster: ev.Record.Key.Cluster, Name: ev.Record.Key.Name}}
}

// podChanged wakes the node of a pod that has become ready: if the node is lost, that is not so.
func podChanged(s *view.Snapshot, ev store.Event) []api.Key {
	if ev.Type == store.Delete || s.Meta(ev.Record).Fields.Get("spec.nodeName") == "" { // seen without decoding
		return nil
	}
	p := view.Of[corev1.Pod](s, ev.Record)
	if !plan.Ready(p) || ev.Prev != nil && plan.Ready(view.Of[corev1.Pod](s, ev.Prev)) {
		return nil
	}
	return []api.Key{{Resource: plan.Nodes, Cluster: ev.Record.Key.Cluster, Name: p.Spec.NodeName}}
}

func (c Config) decide(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
	var p reconcile.Plan
	n, ok := view.Get[corev1.Node](s, key)
	if !ok {
		return p, nil
	}
	status, next := c.judge(s, key, n, now)
	p.Again = next
	if status != nil {
		fresh := n.DeepCopy()
		fresh.Status = *status
		p.Writes = append(p.Writes, plan.UpdateStatus(key, fresh, "not heard of"))
		// What follows from the conditions is planned when they are written: one write per object and plan.
		return p, nil
	}
	taints, again := c.taints(s, key, n, now)
	p.Again = plan.Sooner(p.Again, again)
	if !equality.Semantic.DeepEqual(taints, n.Spec.Taints) {
		fresh := n.DeepCopy()
		fresh.Spec.Taints = taints
		p.Writes = append(p.Writes, plan.Update(key, fresh, "taints follow from conditions"))
		if executed(n) == nil && executed(fresh) != nil {
			p.Counts = append(p.Counts, reconcile.Count{Counter: evictions, Values: []string{zoneLabel(n)}, Of: len(p.Writes)})
		}
	}
	if !heard(n) {
		unready(&p, s, key, now)
	}
	return p, nil
}

func condition(n *corev1.Node, t corev1.NodeConditionType) *corev1.NodeCondition {
	i := slices.IndexFunc(n.Status.Conditions, func(c corev1.NodeCondition) bool { return c.Type == t })
	if i < 0 {
		return nil
	}
	return &n.Status.Conditions[i]
}

func ready(n *corev1.Node) bool {
	c := condition(n, corev1.NodeReady)
	return c != nil && c.Status == corev1.ConditionTrue
}

// heard says whether somebody on the node speaks for its pods. A node that says itself that it is not ready (it goes down) goes on telling how they
// are: whoever told otherwise would be put right at once, and so on for ever.
func heard(n *corev1.Node) bool {
	c := condition(n, corev1.NodeReady)
	return c != nil && c.Status != corev1.ConditionUnknown
}

// judge returns the status that a silent node gets, nil if there is nothing to change, and when to look again.
func (c Config) judge(s *view.Snapshot, key api.Key, n *corev1.Node, now time.Time) (*corev1.NodeStatus, time.Time) {
	deadline := n.CreationTimestamp.Add(c.StartupGrace)
	later := func(t time.Time) {
		if d := t.Add(c.Grace); d.After(deadline) {
			deadline = d
		}
	}
	if r := condition(n, corev1.NodeReady); r != nil {
		deadline = n.CreationTimestamp.Time
		later(r.LastHeartbeatTime.Time)
	}
	lease, ok := view.Get[coordinationv1.Lease](s, api.Key{Resource: plan.Leases, Cluster: key.Cluster, Namespace: corev1.NamespaceNodeLease, Name: plan.LeaseOf(n)})
	if ok && lease.Spec.RenewTime != nil {
		later(lease.Spec.RenewTime.Time)
	}
	later(c.Started)
	if now.Before(deadline) {
		return nil, deadline
	}
	st := n.Status.DeepCopy()
	changed := false
	for _, t := range []corev1.NodeConditionType{corev1.NodeReady, corev1.NodeMemoryPressure, corev1.NodeDiskPressure, corev1.NodePIDPressure} {
		changed = lost(st, t, n, now) || changed
	}
	if !changed {
		return nil, time.Time{} // Unknown already; the next heartbeat wakes us
	}
	return st, time.Time{}
}

// lost makes a condition Unknown.
func lost(st *corev1.NodeStatus, t corev1.NodeConditionType, n *corev1.Node, now time.Time) bool {
	for i := range st.Conditions {
		c := &st.Conditions[i]
		if c.Type != t {
			continue
		}
		if c.Status == corev1.ConditionUnknown {
			return false
		}
		c.Status, c.Reason, c.Message = corev1.ConditionUnknown, "NodeStatusUnknown", "Kubelet stopped posting node status."
		c.LastTransitionTime = metav1.NewTime(now)
		return true
	}
	st.Conditions = append(st.Conditions, corev1.NodeCondition{Type: t, Status: corev1.ConditionUnknown, Reason: "NodeStatusNeverUpdated",
		Message: "Kubelet never posted node status.", LastHeartbeatTime: n.CreationTimestamp, LastTransitionTime: metav1.NewTime(now)})
	return true
}

// unready takes the pods of a lost node out of service.
func unready(p *reconcile.Plan, s *view.Snapshot, key api.Key, now time.Time) {
	for pod := range view.OnNode[corev1.Pod](s, plan.Pods, key.Cluster, key.Name) {
		c := plan.PodCondition(pod, corev1.PodReady)
		if c == nil || c.Status != corev1.ConditionTrue {
			continue
		}
		fresh := pod.DeepCopy()
		no := *c
		no.Status = corev1.ConditionFalse
		plan.SetPodCondition(&fresh.Status, no, now)
		p.Writes = append(p.Writes, plan.UpdateStatus(plan.KeyOf(key.Cluster, plan.Pods, pod), fresh, "its node is not ready"))
		p.Events = append(p.Events, reconcile.Event{Object: pod, Warning: true, Reason: "NodeNotReady", Message: "Node is not ready", Of: len(p.Writes)})
	}
}
