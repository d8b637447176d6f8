package scheduler

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/schedule"
	"gantry.dev/gantry/internal/reconcile"
)

// decide lets the brain decide over a batch, commits all in one step and takes back what did not come to be.
func (s *Scheduler) decide(ctx context.Context, c *cluster, batch []*waiting, now time.Time) {
	family := newSiblings(s.View.Snapshot())
	pods := make([]schedule.Pod, len(batch))
	byUID := make(map[string]*waiting, len(batch))
	for i, w := range batch {
		pods[i] = schedule.Pod{Pod: w.pod, Siblings: family.of(w.key, w.pod)}
		byUID[string(w.pod.UID)] = w
	}
	bindings, refusals := c.state.Assign(pods)
	writes := make([]client.Write, 0, len(batch))
	for _, b := range bindings {
		w := byUID[string(b.Pod.UID)]
		uid := b.Pod.UID // not a later pod of the same name
		writes = append(writes, client.Write{Verb: client.Bind, Key: w.key, Node: b.Node, Why: "scheduled",
			Delete: metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &uid}}})
	}
	var said []reconcile.Event
	var shown []*waiting // whose condition is written, in the order of the writes behind the bindings
	for _, r := range refusals {
		w := byUID[string(r.Pod.UID)]
		w.help = r.Help
		c.refused[w.key] = w
		if fresh, changed := unschedulable(w.pod, r.Message, now); changed {
			writes = append(writes, plan.UpdateStatus(w.key, fresh, "unschedulable"))
			shown = append(shown, w)
			said = append(said, reconcile.Event{Object: w.pod, Warning: true, Reason: "FailedScheduling", Message: r.Message})
		}
	}
	if len(writes) == 0 {
		return
	}
	settle := func(results []client.Result) { s.settle(ctx, c, bindings, byUID, shown, said, results) }
	if w, ok := s.Client.(client.Waiter); ok && w.MayWait(writes[0].Key) {
		s.apart(ctx, c, writes, settle)
		return
	}
	settle(s.Client.Apply(ctx, writes))
}

// settle looks at the results of a decision's writes: those of the bindings, then those of the conditions shown.
func (s *Scheduler) settle(ctx context.Context, c *cluster, bindings []schedule.Binding, byUID map[string]*waiting, shown []*waiting, said []reconcile.Event, results []client.Result) {
	now := s.Clock()
	for i, b := range bindings {
		w := byUID[string(b.Pod.UID)]
		if err := results[i].Err; err != nil {
			c.undo(w, b, err, now)
			if !apierrors.IsConflict(err) && !apierrors.IsNotFound(err) {
				s.Log.Warn("binding refused", "pod", w.key.String(), "node", b.Node, "err", err)
			}
			continue
		}
		c.assumed[w.key] = max(results[i].Rev, 1)
		said = append(said, reconcile.Event{Object: w.pod, Reason: "Scheduled",
			Message: fmt.Sprintf("Successfully assigned %s/%s to %s", w.key.Namespace, w.key.Name, b.Node)})
	}
	for i, w := range shown {
		if err := results[len(bindings)+i].Err; err != nil && !apierrors.IsNotFound(err) {
			delete(c.refused, w.key)
			c.later(w, now) // somebody else wrote the pod: decide again, so that people learn why it waits
		}
	}
	s.Events.Record(ctx, Name, c.id, said)
}

// undo takes an assumption back. Whoever overtook us will be told of by the view; the pod is tried again a little later.
func (c *cluster) undo(w *waiting, b schedule.Binding, err error, now time.Time) {
	c.state.RemovePod(b.Pod.UID)
	if apierrors.IsNotFound(err) {
		return // deleted; if it is back under the same name, the view will say so
	}
	c.later(w, now)
}

// later has a pod decided again after a back-off.
func (c *cluster) later(w *waiting, now time.Time) {
	w.after = now.Add(min(lastRetry, firstRetry<<min(w.fails, 16)))
	w.fails++
	c.pending[w.key] = w
}

// unschedulable returns the pod with its PodScheduled condition saying why it has no node; changed is false if it says
// so already.
func unschedulable(p *corev1.Pod, message string, now time.Time) (fresh *corev1.Pod, changed bool) {
	c := corev1.PodCondition{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: corev1.PodReasonUnschedulable, Message: message, ObservedGeneration: p.Generation}
	if old := plan.PodCondition(p, corev1.PodScheduled); old != nil && old.Status == c.Status && old.Reason == c.Reason && old.Message == c.Message {
		return nil, false
	}
	fresh = p.DeepCopy()
	return fresh, plan.SetPodCondition(&fresh.Status, c, now)
}
