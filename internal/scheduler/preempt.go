package scheduler

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/schedule"
	"gantry.dev/gantry/internal/reconcile"
	"gantry.dev/gantry/internal/view"
)

// preempt has the pods leave that a refusal names, with their grace periods: each is told why in the write that deletes it. The pod that
// they leave for is decided again when they are gone.
func (s *Scheduler) preempt(d *decision, c *cluster, w *waiting, r schedule.Refusal, now time.Time) {
	snap := s.View.Snapshot()
	for _, victim := range c.companions(snap, r.Victims) {
		key := plan.KeyOf(c.id, plan.Pods, victim)
		if held := c.reserved[key]; held != nil { // it is nowhere yet, and only gives up its place
			c.release(key)
			c.later(held.w, now)
			c.wake(schedule.HelpRoom)
			continue
		}
		seen, ok := view.Get[corev1.Pod](snap, key)
		if !ok || seen.UID != victim.UID || seen.DeletionTimestamp != nil {
			continue // on its way out already
		}
		leave := plan.Delete(key, seen, "preempted by "+w.key.Namespace+"/"+w.key.Name)
		leave.Mark = &corev1.PodCondition{Type: corev1.DisruptionTarget, Status: corev1.ConditionTrue, ObservedGeneration: seen.Generation,
			Reason: corev1.PodReasonPreemptionByScheduler, Message: w.pod.Spec.SchedulerName + ": " + c.reasonToLeave(w, seen)}
		d.add(leave, func(res client.Result) {
			if res.Err != nil {
				c.retry(w, s.Clock())
				return
			}
			d.say(w.pod, reconcile.Event{Object: seen, Reason: "Preempted", Message: fmt.Sprintf("Preempted by pod %s on node %s", w.pod.UID, seen.Spec.NodeName)})
		})
	}
}

// retry has a refused pod decided again after a back-off: what should have helped it did not come to be.
func (c *cluster) retry(w *waiting, now time.Time) {
	if c.refused.get(w.key) == w {
		c.refused.remove(w.key)
		c.later(w, now)
	}
}

// reasonToLeave tells a victim why it has to go.
func (c *cluster) reasonToLeave(w *waiting, victim *corev1.Pod) string {
	if may := c.mayTake(w); may != nil && may(victim) {
		return "preempting to accommodate a higher priority podgroup"
	}
	if priority(victim) >= priority(w.pod) {
		return "preempting to give back to a quota what it is guaranteed"
	}
	return "preempting to accommodate a higher priority pod"
}
