// Package descheduler evicts pods that would be better off elsewhere, by the strategies of a policy (plan/deschedule), every so
// often. It is off unless a policy is given.
//
// It reads Nodes, Pods, PriorityClasses and PodDisruptionBudgets. It writes evictions, which the API grants or refuses by the
// disruption budgets, and says on each pod why it had to go. One key stands for each cluster.
package descheduler

import (
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/deschedule"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// DefaultInterval is how long it is from one run to the next; upstream's suggestion.
const DefaultInterval = 5 * time.Minute

// lateness bounds how late a run may begin, so that something else that wakes the cluster's key starts no run of its own.
const lateness = 5 * time.Second

type controller struct {
	policy *deschedule.Policy
	every  time.Duration
}

// New is the row of this controller: a policy, and the time between two runs. Runs are at multiples of that time.
func New(policy *deschedule.Policy, every time.Duration) reconcile.Controller {
	c := controller{policy, every}
	return reconcile.Controller{
		Name: "descheduler", Plan: c.decide, Why: c.why,
		Watches: map[api.Resource]reconcile.Trigger{plan.Nodes: nodeCame, plan.Pods: podCame},
		Refused: c.refused,
		Counters: []reconcile.Counter{{Name: evicted, Labels: []string{"result", "strategy", "namespace", "node"},
			Help: "Number of total evicted pods, by the result, by the strategy, by the namespace, by the node name."}},
	}
}

// evicted is upstream's name of the counter.
const evicted = "descheduler_pods_evicted_total"

// nodeCame wakes the cluster when it gets a node; the node's own key is for people who ask about it, and plans nothing.
func nodeCame(_ *view.Snapshot, ev store.Event) []api.Key {
	if ev.Type != store.Put || ev.Prev != nil {
		return nil
	}
	return []api.Key{{Resource: plan.Nodes, Cluster: ev.Record.Key.Cluster}, ev.Record.Key}
}

// podCame is for people who ask about a pod: its key plans nothing.
func podCame(_ *view.Snapshot, ev store.Event) []api.Key {
	if ev.Type != store.Put || ev.Prev != nil {
		return nil
	}
	return []api.Key{ev.Record.Key}
}

func (c controller) decide(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
	if key.Name != "" {
		return reconcile.Plan{}, nil
	}
	due := now.Truncate(c.every)
	p := reconcile.Plan{Again: due.Add(c.every)}
	if now.Sub(due) >= min(lateness, c.every/2) {
		return p, nil
	}
	w := world(s, key.Cluster, now)
	w.Since = due // a run that is repeated, because an eviction was refused, is still the same run
	for _, e := range c.policy.Evictions(w) {
		uid := e.Pod.UID
		p.Writes = append(p.Writes, client.Write{Verb: client.Evict, Key: plan.KeyOf(key.Cluster, plan.Pods, e.Pod), Why: e.Strategy + ": " + e.Reason,
			Delete: metav1.DeleteOptions{GracePeriodSeconds: c.policy.GracePeriod, Preconditions: &metav1.Preconditions{UID: &uid}}})
		p.Events = append(p.Events, reconcile.Event{Object: e.Pod, Reason: e.Strategy, Of: len(p.Writes),
			Message: fmt.Sprintf("pod evicted from %s node by the descheduler: %s", e.Pod.Spec.NodeName, e.Reason)})
		p.Counts = append(p.Counts, reconcile.Count{Counter: evicted, Values: []string{"success", e.Strategy, e.Pod.Namespace, e.Pod.Spec.NodeName}, Of: len(p.Writes)})
	}
	return p, nil
}

// refused takes note of what budgets have refused; the next run asks again.
func (c controller) refused(_ *view.Snapshot, key api.Key, now time.Time, refusals []reconcile.Refusal) (reconcile.Plan, error) {
	p := reconcile.Plan{Again: now.Truncate(c.every).Add(c.every)}
	for _, r := range refusals {
		p.Counts = append(p.Counts, reconcile.Count{Counter: evicted, Values: []string{"error", "", r.Write.Key.Namespace, ""}})
	}
	return p, nil
}

// why tells what would become of a pod, or of the pods of a node, if there were a run now.
func (c controller) why(s *view.Snapshot, key api.Key, now time.Time) string {
	if key.Name == "" {
		return ""
	}
	if key.Resource == plan.Pods {
		return c.whyPod(s, key, now)
	}
	n, first := 0, ""
	for _, e := range c.policy.Evictions(world(s, key.Cluster, now)) {
		if e.Pod.Spec.NodeName == key.Name {
			if n++; n == 1 {
				first = fmt.Sprintf("%s/%s (%s: %s)", e.Pod.Namespace, e.Pod.Name, e.Strategy, e.Reason)
			}
		}
	}
	switch n {
	case 0:
		return "would evict none of its pods"
	case 1:
		return "would evict " + first
	default:
		return fmt.Sprintf("would evict %d of its pods, first %s", n, first)
	}
}

func (c controller) whyPod(s *view.Snapshot, key api.Key, now time.Time) string {
	p, ok := view.Get[corev1.Pod](s, key)
	if !ok || p.Spec.NodeName == "" {
		return ""
	}
	w := world(s, key.Cluster, now)
	spared := c.policy.Spares(w, p)
	all := c.policy.Evictions(w)
	if i := slices.IndexFunc(all, func(e deschedule.Eviction) bool { return e.Pod.UID == p.UID }); i >= 0 {
		return fmt.Sprintf("would evict it: %s: %s", all[i].Strategy, all[i].Reason)
	}
	if spared != "" {
		return "never evicts it: " + spared
	}
	return "would leave it where it is"
}

// world is the cluster as the strategies see it.
func world(s *view.Snapshot, cluster api.Cluster, now time.Time) *deschedule.World {
	in := func(r api.Resource) api.Scope { return api.Scope{Resource: r, Cluster: cluster} }
	w := deschedule.NewWorld(now, slices.Collect(view.List[corev1.Node](s, in(plan.Nodes))), slices.Collect(view.List[corev1.Pod](s, in(plan.Pods))))
	for pc := range view.List[schedulingv1.PriorityClass](s, in(plan.PriorityClasses)) {
		w.Priorities[pc.Name] = pc.Value
	}
	w.Budgets = slices.Collect(view.List[policyv1.PodDisruptionBudget](s, in(plan.Budgets)))
	return w
}
