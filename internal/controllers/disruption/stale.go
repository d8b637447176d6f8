package disruption

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/budget"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/store"
	"gantry.dev/gantry/internal/view"
)

// Stale is the row that takes back a DisruptionTarget condition that came to nothing.
func Stale() reconcile.Controller {
	return reconcile.Controller{
		Name: "stale-disruption-controller",
		Plan: takeBack,
		Watches: map[api.Resource]reconcile.Trigger{plan.Pods: func(s *view.Snapshot, ev store.Event) []api.Key {
			if ev.Type == store.Delete || plan.PodCondition(view.Of[corev1.Pod](s, ev.Record), corev1.DisruptionTarget) == nil {
				return nil
			}
			return []api.Key{ev.Record.Key}
		}},
		Writes: []string{"pods/status:conditions[DisruptionTarget]=False"},
	}
}

func takeBack(s *view.Snapshot, key api.Key, now time.Time) (reconcile.Plan, error) {
	var p reconcile.Plan
	pod, ok := view.Get[corev1.Pod](s, key)
	if !ok || !plan.Active(pod) {
		return p, nil
	}
	c := plan.PodCondition(pod, corev1.DisruptionTarget)
	if c == nil || c.Status != corev1.ConditionTrue || c.Reason == corev1.PodReasonTerminationByKubelet {
		return p, nil // the kubelet's own may take its time
	}
	if at := c.LastTransitionTime.Add(budget.DeletionTimeout); now.Before(at) {
		p.Again = at
		return p, nil
	}
	fresh := pod.DeepCopy()
	plan.SetPodCondition(&fresh.Status, corev1.PodCondition{Type: corev1.DisruptionTarget, Status: corev1.ConditionFalse, ObservedGeneration: pod.Generation}, now)
	p.Writes = append(p.Writes, plan.UpdateStatus(key, fresh, "the disruption did not happen"))
	return p, nil
}
