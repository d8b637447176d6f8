// Package nodepool makes the nodes of NodePools of the class sim, which are simulated: as many as each pool asks for and its
// limits allow. It reads the pools and their nodes, makes nodes and deletes those that are too many, the last first, and writes the
// status of pools. It does not change nodes that are there, and does nothing in clusters that do not define the kind.
package nodepool

import (
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/nodepool"
	"gantry.dev/gantry/internal/plan/replicas"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// ready is the condition that says whether a pool is followed.
const ready = "Ready"

// Controller is the row of this controller.
func Controller() reconcile.Controller {
	return reconcile.Controller{
		Name: "nodepool-controller", Plan: decide, Refused: refused,
		Watches: map[api.Resource]reconcile.Trigger{plan.Nodes: nodeChanged, view.Custom: poolChanged},
		Writes:  []string{"nodepools.karpenter.sh/status", "nodes{of NodePool}:metadata.name"},
	}
}

func poolChanged(_ *view.Snapshot, ev store.Event) []api.Key {
	if ev.Record.Key.Resource != nodepool.Pools || ev.Type == store.Delete {
		return nil
	}
	return []api.Key{ev.Record.Key}
}

// nodeChanged wakes the pool of a node that came or goes; what becomes of it between does not matter.
func nodeChanged(s *view.Snapshot, ev store.Event) []api.Key {
	if ev.Prev != nil && ev.Type != store.Delete {
		return nil
	}
	name := s.Meta(ev.Record).Labels[nodepool.Label]
	if name == "" {
		return nil
	}
	return []api.Key{{Resource: nodepool.Pools, Cluster: ev.Record.Key.Cluster, Name: name}}
}

func decide(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
	obj, ok := s.Object(key).(*unstructured.Unstructured)
	if !ok || obj.GetDeletionTimestamp() != nil {
		return reconcile.Plan{}, nil // its nodes go with it
	}
	pool, errs := nodepool.Parse(obj)
	switch {
	case len(errs) > 0:
		message := errs.ToAggregate().Error()
		p, err := tell(key, obj, pool, pool.Status, metav1.Condition{Type: ready, Status: metav1.ConditionFalse, Reason: "ValidationFailed", Message: message}, now)
		if len(p.Writes) > 0 {
			p.Events = append(p.Events, reconcile.Event{Object: obj, Warning: true, Reason: "ValidationFailed", Message: message, Of: len(p.Writes)})
		}
		return p, err
	case pool == nil:
		return reconcile.Plan{Note: "its class is not sim: its nodes are another program's"}, nil
	}
	mine := slices.SortedFunc(view.OwnedBy[corev1.Node](s, plan.Nodes, key.Cluster, string(obj.GetUID())), func(a, b *corev1.Node) int { return strings.Compare(a.Name, b.Name) })
	want, limit := pool.Wanted()
	message := fmt.Sprintf("%d of %d nodes", len(mine), *pool.Spec.Replicas)
	if limit != "" {
		message += fmt.Sprintf("; spec.limits.%s allows %d", limit, want)
	}
	p, err := tell(key, obj, pool, count(mine), metav1.Condition{Type: ready, Status: metav1.ConditionTrue, Reason: ready, Message: message}, now)
	if err != nil {
		return p, err
	}
	there := func(name string) bool {
		return s.Record(api.Key{Resource: plan.Nodes, Cluster: key.Cluster, Name: name}) != nil
	}
	p.Writes = append(size(key, obj, pool, mine, want, there), p.Writes...) // the status tells of what was there before
	return p, nil
}

// size are the writes that make or delete what the pool lacks or has too many of, a burst at most: the nodes wake it again.
func size(key api.Key, obj *unstructured.Unstructured, pool *nodepool.Pool, mine []*corev1.Node, want int, there func(name string) bool) (writes []client.Write) {
	if surplus := len(mine) - want; surplus > 0 {
		for _, n := range slices.Backward(mine[len(mine)-min(surplus, replicas.Burst):]) {
			writes = append(writes, plan.Fenced(plan.Delete(plan.KeyOf(key.Cluster, plan.Nodes, n), n, "the pool has too many nodes"), key, obj))
		}
		return writes
	}
	owner := plan.ControllerRef(obj, nodepool.APIVersion, nodepool.Kind)
	missing := min(want-len(mine), replicas.Burst)
	for i := 0; len(writes) < missing && i < nodepool.MaxNodes; i++ {
		if name := pool.NodeName(i); !there(name) {
			writes = append(writes, plan.Fenced(plan.Create(api.Key{Resource: plan.Nodes, Cluster: key.Cluster, Name: name}, pool.Node(i, owner), "the pool has too few nodes"), key, obj))
		}
	}
	return writes
}

// count is what the status says of a pool's nodes.
func count(mine []*corev1.Node) nodepool.Status {
	sum := plan.Amounts{}
	for _, n := range mine {
		sum.Add(plan.AmountsOf(n.Status.Capacity), 1)
	}
	sum["nodes"] = int64(len(mine))
	return nodepool.Status{Nodes: int64(len(mine)), Resources: sum.List()}
}

// tell writes the status of a pool if it changes.
func tell(key api.Key, obj *unstructured.Unstructured, pool *nodepool.Pool, next nodepool.Status, is metav1.Condition, now time.Time) (reconcile.Plan, error) {
	next.Conditions = slices.Clone(pool.Status.Conditions)
	is.ObservedGeneration, is.LastTransitionTime = obj.GetGeneration(), metav1.NewTime(now)
	meta.SetStatusCondition(&next.Conditions, is)
	if equality.Semantic.DeepEqual(next, pool.Status) {
		return reconcile.Plan{Note: is.Message}, nil
	}
	status, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&next)
	if err != nil {
		return reconcile.Plan{}, fmt.Errorf("status of node pool %s: %w", key, err)
	}
	fresh := obj.DeepCopy()
	fresh.Object["status"] = status
	return reconcile.Plan{Writes: []client.Write{plan.UpdateStatus(key, fresh, "what the pool has")}, Note: is.Message}, nil
}

// refused tells of nodes that could not be made or deleted.
func refused(s *view.Snapshot, key api.Key, _ time.Time, refusals []reconcile.Refusal) (p reconcile.Plan, err error) {
	obj := s.Object(key)
	if obj == nil {
		return p, nil
	}
	for _, r := range refusals {
		switch r.Write.Verb {
		case client.Create:
			p.Events = append(p.Events, reconcile.Event{Object: obj, Warning: true, Reason: "FailedCreate", Message: "Error creating: " + r.Err.Error()})
		case client.Delete:
			p.Events = append(p.Events, reconcile.Event{Object: obj, Warning: true, Reason: "FailedDelete", Message: "Error deleting: " + r.Err.Error()})
		}
	}
	return p, nil
}
