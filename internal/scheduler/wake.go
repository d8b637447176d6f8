package scheduler

import (
	"cmp"
	"iter"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"gantry.dev/gantry/internal/plan/gang"
	"gantry.dev/gantry/internal/plan/schedule"
)

// A refused pod is tried again when something changes that could help it, and not before: the brain says of each refusal what
// that would be, and here changes are sorted by it.

// wake lets the refused pods that a change may help try again.
func (c *cluster) wake(h schedule.Help) {
	c.awake(c.refused.helped(h))
}

// wakeFor is wake for what has happened on one node; "" is wake.
func (c *cluster) wakeFor(node string, h schedule.Help) {
	if node == "" {
		c.wake(h)
		return
	}
	c.awake(c.helpedAt(node, h))
}

// helpedAt are the pods that a change on one node may help, by the room that it has.
func (c *cluster) helpedAt(node string, h schedule.Help) iter.Seq[*waiting] {
	return c.refused.helpedAt(node, h, func(r *schedule.Room) bool { return c.state.Suffices(r, node) })
}

// awake has refused pods decided again.
func (c *cluster) awake(pods iter.Seq[*waiting]) {
	n, resting := 0, 0
	for w := range pods {
		c.refused.remove(w.key)
		c.pending[w.key] = w
		if w.room != nil { // the room that it wants is there, as far as can be told
			c.doubts.Helped(schedule.SourceOf(w.pod))
		}
		if w.rests.After(c.at) {
			resting++
		} else {
			n++
		}
	}
	c.enters(queueActive, cmp.Or(c.cause, forced), n)
	c.enters(queueBackoff, cmp.Or(c.cause, forced), resting)
}

// holder is the plugin that keeps a pod from being tried at all: its group's, or the quotas'.
func (c *cluster) holder(w *waiting) []string {
	switch sq := c.groupOf(w); {
	case sq == nil:
		return []string{schedule.CapacityScheduling}
	case sq.key.Resource == gang.Native:
		return []string{schedule.GangScheduling}
	default:
		return []string{schedule.Coscheduling}
	}
}

// wakeForNode does so after a node has come or changed. Pods that it could not take in any case sleep on, unless they look at where
// other pods are and its domains are others than before.
func (c *cluster) wakeForNode(n, old *corev1.Node) {
	moved := old == nil || !labels.Equals(old.Labels, n.Labels) || len(old.Spec.Taints) != len(n.Spec.Taints) || old.Spec.Unschedulable != n.Spec.Unschedulable
	if moved {
		c.wake(schedule.HelpPods)
	}
	c.awake(func(yield func(*waiting) bool) {
		for w := range c.helpedAt(n.Name, schedule.HelpNode) {
			if !schedule.Hopeless(w.pod, n, c.profiles[w.pod.Spec.SchedulerName]) && !yield(w) {
				return
			}
		}
	})
}
