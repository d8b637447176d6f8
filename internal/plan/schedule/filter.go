package schedule

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/klog/v2"

	schedcorev1 "k8s.io/component-helpers/scheduling/corev1"
)

// unschedulableTaint stands for spec.unschedulable: pods that tolerate it may go to a cordoned node.
const unschedulableTaint = "node.kubernetes.io/unschedulable"

// judge is the verdict of a class on what a node is, in upstream's order of filters.
func (c *class) judge(n *corev1.Node) verdict {
	if n == nil {
		return gone
	}
	if n.Spec.Unschedulable && !tolerates(c.pod, &corev1.Taint{Key: unschedulableTaint, Effect: corev1.TaintEffectNoSchedule}) {
		return unschedulable
	}
	for i := range n.Spec.Taints {
		t := &n.Spec.Taints[i]
		if t.Effect != corev1.TaintEffectPreferNoSchedule && !tolerates(c.pod, t) {
			return tainted
		}
	}
	if ok, err := c.required.Match(n); err != nil || !ok {
		return mismatched
	}
	return fine
}

// tolerates has upstream's rules. The Lt and Gt operators are off, as upstream's gate is.
func tolerates(p *corev1.Pod, t *corev1.Taint) bool {
	return schedcorev1.TolerationsTolerateTaint(klog.Logger{}, p.Spec.Tolerations, t, false)
}

// refresh brings the columns of a class up to date with the nodes that have changed.
func (s *State) refresh(c *class) {
	now := s.base + len(s.log)
	if c.at < s.base { // new, or it has not looked for longer than the log goes back
		c.verdict = resized(c.verdict, len(s.nodes))
		c.base = resized(c.base, len(s.nodes))
		for i := range c.base {
			c.base[i] = -1
		}
		c.ranking = ranking{}
		c.shun, c.shunned = resized(c.shun, len(s.nodes)), 0
		if c.preferred != nil {
			c.prefer = resized(c.prefer, len(s.nodes))
		}
		if c.volumes != nil {
			c.misplaced = resized(c.misplaced, len(s.nodes))
		}
		for i := range s.nodes {
			s.look(c, i, true)
		}
	} else {
		for n := len(s.nodes) - len(c.verdict); n > 0; n-- { // nodes that are new come in the log as well
			c.verdict, c.base, c.shun = append(c.verdict, gone), append(c.base, -1), append(c.shun, 0)
			if c.preferred != nil {
				c.prefer = append(c.prefer, 0)
			}
			if c.volumes != nil {
				c.misplaced = append(c.misplaced, "")
			}
		}
		for _, ch := range s.log[c.at-s.base:] {
			s.look(c, int(ch.node), ch.static)
		}
	}
	c.at = now
}

// look evaluates one node for one class.
func (s *State) look(c *class, i int, static bool) {
	n := s.nodes[i].obj
	if static {
		c.statics++
		c.verdict[i] = c.judge(n)
		if c.verdict[i] == fine && c.volumes != nil {
			if c.misplaced[i] = c.volumes.Check(n); c.misplaced[i] != "" {
				c.verdict[i] = unreachable
			}
		}
		if c.shun[i] > 0 {
			c.shunned--
		}
		c.shun[i] = 0
		if n != nil {
			for t := range n.Spec.Taints {
				if taint := &n.Spec.Taints[t]; taint.Effect == corev1.TaintEffectPreferNoSchedule && !toleratesSoftly(c.pod, taint) {
					c.shun[i]++
				}
			}
			if c.preferred != nil {
				c.prefer[i] = c.preferred.Score(n)
			}
		}
		if c.shun[i] > 0 {
			c.shunned++
		}
	}
	score := int64(-1)
	if c.verdict[i] == fine && s.portsFree(i, &c.demand) && s.fits(i, &c.demand) {
		score = s.roomScore(i, &c.demand)
	}
	c.ranking.move(i, c.base[i], score)
	c.base[i] = score
}

// toleratesSoftly looks only at tolerations that may be meant for PreferNoSchedule, as upstream does.
func toleratesSoftly(p *corev1.Pod, t *corev1.Taint) bool { return tolerates(p, t) }
