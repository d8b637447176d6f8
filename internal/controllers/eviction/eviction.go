// Package eviction deletes pods that do not tolerate a NoExecute taint of their node, at once or when their
// tolerationSeconds are over.
//
// It reads Nodes and Pods. It deletes pods and writes their DisruptionTarget condition first. Which nodes have such taints
// is package nodelifecycle's decision, or a person's.
package eviction

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	schedcorev1 "k8s.io/component-helpers/scheduling/corev1"
	"k8s.io/klog/v2"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// deletions is upstream's metric of evicted pods.
const deletions = "taint_eviction_controller_pod_deletions_total"

// Controller is the row of this controller.
func Controller() reconcile.Controller {
	return reconcile.Controller{
		Name:     "taint-eviction-controller",
		Plan:     decide,
		Why:      why,
		Tells:    cancelled,
		Counters: []reconcile.Counter{{Name: deletions, Help: "Total number of Pods deleted by TaintEvictionController since its start."}},
		Watches:  map[api.Resource]reconcile.Trigger{plan.Pods: podChanged, plan.Nodes: nodeChanged},
		Writes:   []string{"pods/status:conditions[DisruptionTarget]=DeletionByTaintManager"},
	}
}

// podChanged passes over pods whose place and tolerations stay.
func podChanged(s *view.Snapshot, ev store.Event) []api.Key {
	if ev.Type == store.Delete || s.Meta(ev.Record).Fields.Get("spec.nodeName") == "" { // seen without decoding
		return nil
	}
	p, old := view.Of[corev1.Pod](s, ev.Record), view.Of[corev1.Pod](s, ev.Prev)
	if old != nil && old.Spec.NodeName == p.Spec.NodeName && len(old.Spec.Tolerations) == len(p.Spec.Tolerations) {
		return nil
	}
	return []api.Key{ev.Record.Key}
}

func nodeChanged(s *view.Snapshot, ev store.Event) []api.Key {
	n, old := view.Of[corev1.Node](s, ev.Record), view.Of[corev1.Node](s, ev.Prev)
	if ev.Type == store.Delete || old == nil && len(execute(n)) == 0 || old != nil && equality.Semantic.DeepEqual(execute(old), execute(n)) {
		return nil
	}
	var keys []api.Key
	for p := range view.OnNode[corev1.Pod](s, plan.Pods, ev.Record.Key.Cluster, n.Name) {
		keys = append(keys, plan.KeyOf(ev.Record.Key.Cluster, plan.Pods, p))
	}
	return keys
}

func execute(n *corev1.Node) []corev1.Taint {
	var out []corev1.Taint
	for _, t := range n.Spec.Taints {
		if t.Effect == corev1.TaintEffectNoExecute {
			out = append(out, t)
		}
	}
	return out
}

func decide(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
	var p reconcile.Plan
	pod, ok := view.Get[corev1.Pod](s, key)
	if !ok || pod.Spec.NodeName == "" || pod.DeletionTimestamp != nil {
		return p, nil
	}
	n, ok := view.Get[corev1.Node](s, api.Key{Resource: plan.Nodes, Cluster: key.Cluster, Name: pod.Spec.NodeName})
	if !ok {
		return p, nil
	}
	at, must := deadline(pod, execute(n))
	if !must {
		return p, nil
	}
	if now.Before(at) {
		p.Again = at
		return p, nil
	}
	fresh := pod.DeepCopy()
	plan.SetPodCondition(&fresh.Status, corev1.PodCondition{Type: corev1.DisruptionTarget, Status: corev1.ConditionTrue, ObservedGeneration: pod.Generation,
		Reason: "DeletionByTaintManager", Message: "Taint manager: deleting due to NoExecute taint"}, now)
	p.Writes = append(p.Writes, plan.UpdateStatus(key, fresh, "about to be evicted"), plan.Delete(key, pod, "does not tolerate a NoExecute taint"))
	p.Counts = append(p.Counts, reconcile.Count{Counter: deletions, Of: len(p.Writes)})
	p.Events = append(p.Events, reconcile.Event{Object: pod, Reason: "TaintManagerEviction",
		Message: "Marking for deletion Pod " + pod.Namespace + "/" + pod.Name, Of: len(p.Writes)})
	return p, nil
}

// deadline is when a pod has to go; must is false if it may stay for ever.
func deadline(pod *corev1.Pod, taints []corev1.Taint) (at time.Time, must bool) {
	for i := range taints {
		t := &taints[i]
		tolerated, forever := false, true
		var seconds int64
		for k := range pod.Spec.Tolerations {
			tol := &pod.Spec.Tolerations[k]
			if !schedcorev1.TolerationsTolerateTaint(klog.Logger{}, pod.Spec.Tolerations[k:k+1], t, false) {
				continue
			}
			if tol.TolerationSeconds != nil {
				if n := max(0, *tol.TolerationSeconds); forever || n < seconds {
					seconds = n
				}
				forever = false
			}
			tolerated = true
		}
		switch {
		case !tolerated:
			return time.Time{}, true
		case forever:
			continue
		case t.TimeAdded == nil && seconds > 0:
			continue // the time is about to be stamped on the taint
		}
		var due time.Time
		if t.TimeAdded != nil {
			due = t.TimeAdded.Add(time.Duration(seconds) * time.Second)
		}
		if !must || due.Before(at) {
			at, must = due, true
		}
	}
	return at, must
}
