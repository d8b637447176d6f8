package scheduler

import (
	"cmp"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"gantry.dev/gantry/internal/plan/schedule"
)

// A refused pod is tried again when something changes that could help it, and not before: the brain says of each refusal what
// that would be, and here changes are sorted by it.

// wake lets the refused pods that a change may help try again.
func (c *cluster) wake(h schedule.Help) {
	c.wakeIf(func(w *waiting) bool { return w.help&h != 0 })
}

// wakeFor is wake for what has happened on one node; "" is wake.
func (c *cluster) wakeFor(node string, h schedule.Help) {
	if node == "" {
		c.wake(h)
		return
	}
	c.wakeIf(func(w *waiting) bool {
		return w.help&h != 0 && (w.help&h&schedule.HelpQuota != 0 || c.state.Suffices(w.room, node))
	})
}

func (c *cluster) wakeIf(helps func(*waiting) bool) {
	n, resting := 0, 0
	for key, w := range c.refused {
		if helps(w) {
			delete(c.refused, key)
			c.pending[key] = w
			if w.rests.After(c.at) {
				resting++
			} else {
				n++
			}
		}
	}
	c.enters(queueActive, cmp.Or(c.cause, forced), n)
	c.enters(queueBackoff, cmp.Or(c.cause, forced), resting)
}

// wakeForNode does so after a node has come or changed. Pods that it could not take in any case sleep on, unless they look at where
// other pods are and its domains are others than before.
func (c *cluster) wakeForNode(n, old *corev1.Node) {
	moved := old == nil || !labels.Equals(old.Labels, n.Labels) || len(old.Spec.Taints) != len(n.Spec.Taints) || old.Spec.Unschedulable != n.Spec.Unschedulable
	c.wakeIf(func(w *waiting) bool {
		if moved && w.help&schedule.HelpPods != 0 {
			return true
		}
		return w.help&schedule.HelpNode != 0 && c.state.Suffices(w.room, n.Name) && !schedule.Hopeless(w.pod, n, c.profiles[w.pod.Spec.SchedulerName])
	})
}
