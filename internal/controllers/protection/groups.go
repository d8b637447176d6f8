package protection

import (
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	schedulingv1alpha2 "k8s.io/api/scheduling/v1alpha2"

	apimeta "k8s.io/apimachinery/pkg/api/meta"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/gang"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

const groupFinalizer = "scheduling.k8s.io/podgroup-protection"

// Groups is the controller that lets groups of pods go, for servers that serve the kind.
func Groups() reconcile.Controller {
	return reconcile.Controller{
		Name: "podgroup-protection-controller", Plan: decideGroup,
		Watches: map[api.Resource]reconcile.Trigger{gang.Native: reconcile.Self, plan.Pods: groupOfPod},
		Writes:  []string{"podgroups.scheduling.k8s.io:metadata.finalizers[" + groupFinalizer + "]"},
	}
}

// groupOfPod wakes the group of a pod that has ended or is gone, if it waits for that.
func groupOfPod(s *view.Snapshot, ev store.Event) (keys []api.Key) {
	if !s.Holds(plan.Around(ev.Record.Key, gang.Native)) {
		return nil // as in most namespaces: no pod is decoded for them
	}
	for _, rec := range []*store.Record{ev.Record, ev.Prev} {
		if rec == nil {
			continue
		}
		key, ok := gang.Of(rec.Key.Cluster, view.Of[corev1.Pod](s, rec))
		if !ok || key.Resource != gang.Native {
			continue
		}
		if group := s.Record(key); group != nil && s.Meta(group).DeletionTimestamp != nil {
			keys = append(keys, key)
		}
	}
	return slices.Compact(keys)
}

func decideGroup(s *view.Snapshot, key api.Key, _ time.Time) (reconcile.Plan, error) {
	var p reconcile.Plan
	group, ok := view.Get[schedulingv1alpha2.PodGroup](s, key)
	if !ok {
		return p, nil
	}
	pods, placed := 0, 0
	for pod := range view.List[corev1.Pod](s, plan.Around(key, plan.Pods)) {
		if of, ok := gang.Of(key.Cluster, pod); !ok || of != key || plan.Terminated(pod) {
			continue
		}
		if pods++; pod.Spec.NodeName != "" {
			placed++
		}
	}
	if pods > 0 || !going(group, groupFinalizer) {
		p.Note = note(group, pods, placed)
		return p, nil
	}
	release(&p, key, group.DeepCopy(), groupFinalizer)
	return p, nil
}

// note tells how a group stands.
func note(g *schedulingv1alpha2.PodGroup, pods, placed int) string {
	out := fmt.Sprintf("%d of its %d pods have a node", placed, pods)
	if p := g.Spec.SchedulingPolicy.Gang; p != nil {
		out += fmt.Sprintf(", %d get one together or none does", p.MinCount)
	}
	if c := apimeta.FindStatusCondition(g.Status.Conditions, schedulingv1alpha2.PodGroupScheduled); c != nil {
		out += fmt.Sprintf("; %s is %s: %s %s", c.Type, c.Status, c.Reason, c.Message)
	}
	if g.DeletionTimestamp != nil {
		out += "; it is kept until they have ended"
	}
	return out
}
