package scheduler

import (
	"maps"
	"slices"
	"time"

	schedulingv1alpha2 "k8s.io/api/scheduling/v1alpha2"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/client"
	"gantry.dev/gantry/internal/plan"
	"gantry.dev/gantry/internal/plan/gang"
	"gantry.dev/gantry/internal/plan/schedule"
	"gantry.dev/gantry/internal/view"
)

// Upstream's pod groups have a condition that says whether they were scheduled; the scheduler writes it, in kube-scheduler's words.
const (
	groupScheduled = "Scheduled" // its reason, for which the API has no name
	groupWaits     = "pod group is unschedulable"
	groupPreempts  = groupWaits + ", pod group is waiting for preemption to complete"
)

// outlook is what came of a group in a batch.
type outlook struct {
	profile         string
	bound, preempts bool
	failed          string // why nothing could be decided
}

func (o outlook) condition() metav1.Condition {
	c := metav1.Condition{Type: schedulingv1alpha2.PodGroupScheduled, Status: metav1.ConditionFalse, Reason: schedulingv1alpha2.PodGroupReasonUnschedulable, Message: groupWaits}
	switch {
	case o.failed != "":
		c.Reason, c.Message = schedulingv1alpha2.PodGroupReasonSchedulerError, o.failed
	case o.bound:
		c.Status, c.Reason, c.Message = metav1.ConditionTrue, groupScheduled, ""
	case o.preempts:
		c.Message = groupPreempts
	}
	return c
}

// result is the word for it that metrics have.
func (o outlook) result() string {
	switch {
	case o.failed != "":
		return resultError
	case o.bound:
		return resultScheduled
	case o.preempts:
		return resultPreempting
	default:
		return resultUnschedulable
	}
}

// tellGroups has the conditions of the groups in a batch say what came of them.
func (s *Scheduler) tellGroups(d *decision, c *cluster, byUID map[string]*waiting, bindings []schedule.Binding, refusals []schedule.Refusal, now time.Time) {
	if len(c.squads) == 0 {
		return
	}
	outlooks := map[*squad]outlook{}
	for _, b := range bindings {
		if sq := c.groupOf(byUID[string(b.Pod.UID)]); sq != nil && sq.key.Resource == gang.Native {
			o := outlooks[sq]
			o.bound, o.profile = true, profileOf(byUID[string(b.Pod.UID)])
			outlooks[sq] = o
		}
	}
	for _, r := range refusals {
		sq := c.groupOf(byUID[string(r.Pod.UID)])
		if sq == nil || sq.key.Resource != gang.Native {
			continue
		}
		o := outlooks[sq]
		o.preempts, o.profile = o.preempts || r.Nominated != "", profileOf(byUID[string(r.Pod.UID)])
		if r.Failed {
			o.failed = r.Message
		}
		outlooks[sq] = o
	}
	snap := s.View.Snapshot()
	for _, sq := range slices.SortedFunc(maps.Keys(outlooks), func(a, b *squad) int { return a.key.Compare(b.key) }) {
		o := outlooks[sq]
		s.meters.group(o.result(), o.profile, s.Clock().Sub(d.began))
		s.tellGroup(d, snap, sq, outlooks[sq].condition(), now)
	}
}

// tellGroup writes the condition of a group if it is news. A group that has been scheduled once stays so.
func (s *Scheduler) tellGroup(d *decision, snap *view.Snapshot, sq *squad, cond metav1.Condition, now time.Time) {
	g, ok := view.Get[schedulingv1alpha2.PodGroup](snap, sq.key)
	if !ok {
		return
	}
	scheduled := string(metav1.ConditionTrue)
	says := string(cond.Status) + cond.Message
	if sq.said == says || sq.said == scheduled {
		return // the view may not show yet what was written
	}
	if old := apimeta.FindStatusCondition(g.Status.Conditions, cond.Type); old != nil && old.Status == metav1.ConditionTrue {
		sq.said = scheduled
		return
	}
	fresh := g.DeepCopy()
	cond.ObservedGeneration, cond.LastTransitionTime = g.Generation, metav1.NewTime(now)
	if !apimeta.SetStatusCondition(&fresh.Status.Conditions, cond) {
		return
	}
	sq.said = says
	d.add(plan.UpdateStatus(sq.key, fresh, "what came of the group"), func(res client.Result) {
		if res.Err != nil {
			sq.said = "" // the next batch says it again
		}
	})
}
