package sim

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/store"
)

func (w *World) judgePod(ev *store.Event, p, old *corev1.Pod) error {
	key := ev.Record.Key
	if ev.Type == store.Delete || plan.Terminated(p) {
		if at := (place{key.Cluster, p.Status.PodIP}); w.laws.address[at] == p.UID {
			delete(w.laws.address, at)
		}
	}
	if ev.Type == store.Delete {
		return nil
	}
	if old != nil && old.Spec.NodeName != "" && old.Spec.NodeName != p.Spec.NodeName {
		return fmt.Errorf("pod %s moved from node %s to %q", key, old.Spec.NodeName, p.Spec.NodeName)
	}
	if old != nil && plan.Terminated(old) && old.Status.Phase != p.Status.Phase {
		return fmt.Errorf("pod %s was %s and is %s", key, old.Status.Phase, p.Status.Phase)
	}
	if p.Status.PodIP != "" && !plan.Terminated(p) && !p.Spec.HostNetwork {
		if err := w.claim(key, p.Status.PodIP, p.UID); err != nil {
			return err
		}
	}
	if p.DeletionTimestamp != nil && (old == nil || old.DeletionTimestamp == nil) && evicted(p) {
		if err := w.judgeEviction(key, p); err != nil {
			return err
		}
	}
	if p.Spec.NodeName != "" && (old == nil || old.Spec.NodeName == "") {
		if err := w.judgeBinding(key, p); err != nil {
			return err
		}
	}
	ref := metav1.GetControllerOf(p)
	if ref == nil {
		return nil
	}
	switch ref.Kind {
	case "ReplicaSet":
		return w.judgeReplicas(key, ref)
	case "Job":
		return w.judgeJobPod(key, p, ref.UID)
	case "DaemonSet":
		return w.judgeDaemon(key, p, ref.UID)
	case "StatefulSet":
		return w.judgeOrdinal(key, p, ref)
	}
	return nil
}

// judgeBinding looks whether a node is asked for more than it has.
func (w *World) judgeBinding(key api.Key, p *corev1.Pod) error {
	n, ok := Get[corev1.Node](w, api.Key{Resource: plan.Nodes, Cluster: key.Cluster, Name: p.Spec.NodeName})
	if !ok {
		return nil // it went in the same moment
	}
	cpu, count := int64(0), int64(0)
	for _, q := range w.Pods(key.Cluster, "") {
		if q.Spec.NodeName != n.Name || plan.Terminated(q) {
			continue
		}
		count++
		for i := range q.Spec.Containers {
			cpu += q.Spec.Containers[i].Resources.Requests.Cpu().MilliValue()
		}
	}
	if most := n.Status.Allocatable.Cpu().MilliValue(); cpu > most {
		return fmt.Errorf("node %s has %dm CPU, its pods are promised %dm, with %s", n.Name, most, cpu, p.Name)
	}
	if most := n.Status.Allocatable.Pods().Value(); count > most {
		return fmt.Errorf("node %s can hold %d pods, %d are bound to it", n.Name, most, count)
	}
	return nil
}

// judgeReplicas looks whether a replica set has more pods that count than it ever asked for.
func (w *World) judgeReplicas(key api.Key, ref *metav1.OwnerReference) error {
	n := int32(0)
	for _, q := range w.Pods(key.Cluster, key.Namespace) {
		if o := metav1.GetControllerOf(q); o != nil && o.UID == ref.UID && plan.Active(q) {
			n++
		}
	}
	if most := w.laws.most[ref.UID]; n > most {
		return fmt.Errorf("replica set %s has %d pods, it never asked for more than %d", ref.Name, n, most)
	}
	return nil
}

func evicted(p *corev1.Pod) bool {
	c := plan.PodCondition(p, corev1.DisruptionTarget)
	return c != nil && c.Status == corev1.ConditionTrue && c.Reason == "EvictionByEvictionAPI"
}

// judgeEviction looks whether a budget is overdrawn by an eviction: fewer pods are left healthy than it demands, and this
// one was.
func (w *World) judgeEviction(key api.Key, p *corev1.Pod) error {
	if !plan.Ready(p) {
		return nil
	}
	for _, b := range List[policyv1.PodDisruptionBudget](w, api.Scope{Resource: plan.Budgets, Cluster: key.Cluster, Namespace: key.Namespace}) {
		sel, err := metav1.LabelSelectorAsSelector(b.Spec.Selector)
		if err != nil || b.Spec.MinAvailable == nil || !sel.Matches(labels.Set(p.Labels)) {
			continue
		}
		healthy := 0
		for _, q := range w.Pods(key.Cluster, key.Namespace) {
			if q.DeletionTimestamp == nil && plan.Ready(q) && sel.Matches(labels.Set(q.Labels)) {
				healthy++
			}
		}
		if least := b.Spec.MinAvailable.IntValue(); healthy < least {
			return fmt.Errorf("budget %s is broken: %d healthy pods are left after the eviction of %s, %d demanded", b.Name, healthy, p.Name, least)
		}
	}
	return nil
}

// judgeJobPod looks for two pods of one index that may both end well, and remembers those that did.
func (w *World) judgeJobPod(key api.Key, p *corev1.Pod, job types.UID) error {
	index := p.Annotations[batchv1.JobCompletionIndexAnnotation]
	done := w.laws.succeeded[job]
	if done == nil {
		done = map[types.UID]string{}
		w.laws.succeeded[job] = done
	}
	if p.Status.Phase == corev1.PodSucceeded {
		done[p.UID] = index
	}
	if index == "" || p.DeletionTimestamp != nil || p.Status.Phase == corev1.PodFailed {
		return nil
	}
	for uid, i := range done {
		if i == index && uid != p.UID {
			return fmt.Errorf("index %s of job %s is worked on again by %s, it is done", index, job, p.Name)
		}
	}
	for _, q := range w.Pods(key.Cluster, key.Namespace) {
		ref := metav1.GetControllerOf(q)
		if q.UID != p.UID && ref != nil && ref.UID == job && plan.Active(q) && q.Annotations[batchv1.JobCompletionIndexAnnotation] == index {
			return fmt.Errorf("two pods work on index %s of job %s: %s and %s", index, job, p.Name, q.Name)
		}
	}
	return nil
}

// judgeDaemon looks for a second pod of a daemon set on a node, where its strategy does not want one.
func (w *World) judgeDaemon(key api.Key, p *corev1.Pod, owner types.UID) error {
	if !plan.Active(p) || p.Spec.NodeName == "" {
		return nil
	}
	for _, q := range w.Pods(key.Cluster, key.Namespace) {
		ref := metav1.GetControllerOf(q)
		if q.UID != p.UID && ref != nil && ref.UID == owner && plan.Active(q) && q.Spec.NodeName == p.Spec.NodeName {
			return fmt.Errorf("two pods of daemon set %s on node %s: %s and %s", ref.Name, p.Spec.NodeName, p.Name, q.Name)
		}
	}
	return nil
}

// judgeOrdinal looks whether a stateful set has more pods than it ever wanted.
func (w *World) judgeOrdinal(key api.Key, p *corev1.Pod, ref *metav1.OwnerReference) error {
	set, ok := Get[appsv1.StatefulSet](w, api.Key{Resource: plan.StatefulSets, Cluster: key.Cluster, Namespace: key.Namespace, Name: ref.Name})
	if !ok || set.UID != ref.UID || set.Spec.Replicas == nil {
		return nil
	}
	active := 0
	for _, q := range w.Pods(key.Cluster, key.Namespace) {
		if o := metav1.GetControllerOf(q); o != nil && o.UID == ref.UID {
			active++
		}
	}
	if most := w.mostReplicas(set); active > most {
		return fmt.Errorf("stateful set %s has %d pods, it never wanted more than %d", set.Name, active, most)
	}
	return nil
}

// mostReplicas is the largest size that a set may have: what it wants, or what it had when it wanted more.
func (w *World) mostReplicas(set *appsv1.StatefulSet) int {
	return max(int(*set.Spec.Replicas), int(set.Status.Replicas)+1)
}
