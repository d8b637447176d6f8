// Package podgc removes pods that nobody else will: bound to a node that does not exist, being deleted without ever having
// had one, on a node that is out of service, or at their end and too many.
//
// It reads Pods and Nodes. It deletes pods at once and writes phase Failed and a DisruptionTarget condition before where
// the pod may still have been running.
package podgc

import (
	"cmp"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

const (
	// DefaultThreshold is upstream's number of ended pods that a cluster keeps.
	DefaultThreshold = 12500
	// Quarantine is how long a node must be missing before its pods are: it may be about to register. Upstream's figure.
	Quarantine = 40 * time.Second
	// NodeMissing is the condition of a pod whose node does not exist; since when is its time of transition, so that a
	// restart of ours does not begin anew.
	NodeMissing corev1.PodConditionType = "gantry.dev/NodeMissing"
	// sweepEvery is how many revisions apart ended pods are counted: counting is a pass over all pods.
	sweepEvery = 64
	// batch bounds the deletes of one sweep.
	batch = 500
)

// New is the row of this controller. More than threshold ended pods are cut down to it, oldest first.
func New(threshold int) reconcile.Controller {
	return reconcile.Controller{
		Name: "pod-garbage-collector-controller",
		Plan: func(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
			if key.Name == "" {
				return sweep(s, key, threshold), nil
			}
			return decide(s, key, now), nil
		},
		Watches: map[api.Resource]reconcile.Trigger{plan.Pods: podChanged, plan.Nodes: nodeChanged},
		Counters: []reconcile.Counter{{Name: deletions, Labels: []string{"namespace", "reason"},
			Help: "Number of pods that are being forcefully deleted since the Pod GC Controller started."}},
		Writes: []string{"pods/status:phase=Failed", "pods/status:conditions[" + string(NodeMissing) + "]", "pods/status:conditions[DisruptionTarget]=DeletionByPodGC"},
	}
}

func podChanged(s *view.Snapshot, ev store.Event) []api.Key {
	if ev.Type == store.Delete {
		return nil
	}
	m := s.Meta(ev.Record) // all that counts, and no pod is decoded for it
	var keys []api.Key
	if ev.Prev == nil {
		keys = append(keys, ev.Record.Key)
	} else if old := s.Meta(ev.Prev); old.Fields.Get("spec.nodeName") != m.Fields.Get("spec.nodeName") || (old.DeletionTimestamp == nil) != (m.DeletionTimestamp == nil) {
		keys = append(keys, ev.Record.Key)
	}
	if phase := corev1.PodPhase(m.Fields.Get("status.phase")); (phase == corev1.PodSucceeded || phase == corev1.PodFailed) && ev.Record.Rev%sweepEvery == 0 {
		keys = append(keys, api.Key{Resource: plan.Pods, Cluster: ev.Record.Key.Cluster}) // stands for the cluster's pods
	}
	return keys
}

func nodeChanged(s *view.Snapshot, ev store.Event) []api.Key {
	if ev.Type == store.Put && ev.Prev != nil && !outOfService(view.Of[corev1.Node](s, ev.Record)) {
		return nil
	}
	var keys []api.Key
	for p := range view.OnNode[corev1.Pod](s, plan.Pods, ev.Record.Key.Cluster, ev.Record.Key.Name) {
		keys = append(keys, plan.KeyOf(ev.Record.Key.Cluster, plan.Pods, p))
	}
	return keys
}

func outOfService(n *corev1.Node) bool {
	return slices.ContainsFunc(n.Spec.Taints, func(t corev1.Taint) bool { return t.Key == corev1.TaintNodeOutOfService })
}

func readyNode(n *corev1.Node) bool {
	return slices.ContainsFunc(n.Status.Conditions, func(c corev1.NodeCondition) bool {
		return c.Type == corev1.NodeReady && c.Status == corev1.ConditionTrue
	})
}

func decide(s *view.Snapshot, key api.Key, now time.Time) (p reconcile.Plan) {
	pod, ok := view.Get[corev1.Pod](s, key)
	if !ok {
		return p
	}
	if pod.Spec.NodeName == "" {
		if pod.DeletionTimestamp != nil {
			end(&p, key, pod, "unscheduled", "", now)
		}
		return p
	}
	n, ok := view.Get[corev1.Node](s, api.Key{Resource: plan.Nodes, Cluster: key.Cluster, Name: pod.Spec.NodeName})
	missing := plan.PodCondition(pod, NodeMissing)
	if missing != nil && missing.Status != corev1.ConditionTrue {
		missing = nil
	}
	switch {
	case !ok && missing == nil:
		mark(&p, key, pod, corev1.ConditionTrue, "NodeNotFound", "node "+pod.Spec.NodeName+" does not exist", now)
		p.Again = now.Add(Quarantine)
	case !ok:
		if at := missing.LastTransitionTime.Add(Quarantine); now.Before(at) {
			p.Again = at
			p.Note = "its node " + pod.Spec.NodeName + " does not exist: it is deleted unless the node comes back"
			return p
		}
		end(&p, key, pod, "orphaned", "PodGC: node no longer exists", now)
	case missing != nil:
		mark(&p, key, pod, corev1.ConditionFalse, "", "", now)
	case pod.DeletionTimestamp != nil && outOfService(n) && !readyNode(n):
		end(&p, key, pod, "out-of-service", "", now)
	}
	return p
}

// mark writes down since when a pod's node is missing, or that it is there.
func mark(p *reconcile.Plan, key api.Key, pod *corev1.Pod, st corev1.ConditionStatus, reason, message string, now time.Time) {
	fresh := pod.DeepCopy()
	plan.SetPodCondition(&fresh.Status, corev1.PodCondition{Type: NodeMissing, Status: st, Reason: reason, Message: message, ObservedGeneration: pod.Generation}, now)
	p.Writes = append(p.Writes, plan.UpdateStatus(key, fresh, "since when its node is missing"))
}

// end deletes a pod for good; it counts as failed if it has not ended by itself.
func end(p *reconcile.Plan, key api.Key, pod *corev1.Pod, reason, message string, now time.Time) {
	if !plan.Terminated(pod) {
		fresh := pod.DeepCopy()
		fresh.Status.Phase = corev1.PodFailed
		if message != "" {
			plan.SetPodCondition(&fresh.Status, corev1.PodCondition{Type: corev1.DisruptionTarget, Status: corev1.ConditionTrue,
				Reason: "DeletionByPodGC", Message: message, ObservedGeneration: pod.Generation}, now)
		}
		p.Writes = append(p.Writes, plan.UpdateStatus(key, fresh, "nobody else will say that it has failed"))
	}
	p.Writes = append(p.Writes, atOnce(key, pod, "nobody else will delete it"))
	counted(p, pod, reason)
}

// deletions is upstream's metric of what this controller deletes.
const deletions = "pod_gc_collector_force_delete_pods_total"

// counted counts the last write of a plan, by upstream's reasons.
func counted(p *reconcile.Plan, pod *corev1.Pod, reason string) {
	p.Counts = append(p.Counts, reconcile.Count{Counter: deletions, Values: []string{pod.Namespace, reason}, Of: len(p.Writes)})
}

func atOnce(key api.Key, pod *corev1.Pod, why string) client.Write {
	w := plan.Delete(key, pod, why)
	w.Delete.GracePeriodSeconds = new(int64)
	return w
}

// sweep cuts the ended pods of a cluster down to the threshold: evicted ones first, then the oldest.
func sweep(s *view.Snapshot, key api.Key, threshold int) (p reconcile.Plan) {
	var ended []*corev1.Pod
	for rec := range s.Records(api.Scope{Resource: plan.Pods, Cluster: key.Cluster}) {
		switch corev1.PodPhase(s.Meta(rec).Fields.Get("status.phase")) {
		case corev1.PodSucceeded, corev1.PodFailed:
			ended = append(ended, view.Of[corev1.Pod](s, rec))
		}
	}
	surplus := len(ended) - threshold
	if surplus <= 0 {
		return p
	}
	evicted := func(pod *corev1.Pod) int {
		if pod.Status.Reason == "Evicted" {
			return 0
		}
		return 1
	}
	slices.SortFunc(ended, func(a, b *corev1.Pod) int {
		return cmp.Or(cmp.Compare(evicted(a), evicted(b)), a.CreationTimestamp.Time.Compare(b.CreationTimestamp.Time), strings.Compare(a.Name, b.Name))
	})
	for _, pod := range ended[:min(surplus, batch)] {
		p.Writes = append(p.Writes, atOnce(plan.KeyOf(key.Cluster, plan.Pods, pod), pod, "too many ended pods"))
		counted(&p, pod, "terminated")
	}
	return p
}
