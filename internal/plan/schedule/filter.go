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

// refresh brings the columns and cells of a class up to date with the nodes that have changed.
func (s *State) refresh(c *class) {
	if c.at < s.base { // new, or it has not looked for longer than the log goes back
		s.lookAtAll(c)
	} else {
		c.grow(len(s.nodes)) // nodes that are new come in the log as well
		for _, ch := range s.log[c.at-s.base:] {
			i := int(ch.node)
			score := s.look(c, i, ch.static)
			c.file(i, score)
		}
	}
	c.at = s.base + len(s.log)
	s.meet(c)
	if c.disarranged || c.uniqueGen != s.uniqueGen {
		c.arrange(s)
		c.disarranged = false
	}
}

func (s *State) lookAtAll(c *class) {
	n := len(s.nodes)
	c.verdict, c.base, c.shun, c.shunned = resized(c.verdict, n), resized(c.base, n), resized(c.shun, n), 0
	if c.preferred != nil {
		c.prefer = resized(c.prefer, n)
	}
	if c.volumes != nil {
		c.misplaced = resized(c.misplaced, n)
	}
	for i := range s.nodes {
		c.base[i] = s.look(c, i, true)
	}
	c.disarranged = true
}

// grow makes room for nodes that the class has not seen.
func (c *class) grow(nodes int) {
	for n := nodes - len(c.verdict); n > 0; n-- {
		c.verdict, c.base, c.shun, c.home = append(c.verdict, gone), append(c.base, -1), append(c.shun, 0), append(c.home, nowhere)
		if c.preferred != nil {
			c.prefer = append(c.prefer, 0)
		}
		if c.volumes != nil {
			c.misplaced = append(c.misplaced, "")
		}
	}
}

// look evaluates one node for one class and returns the score of its room, -1 if it cannot take the pod.
func (s *State) look(c *class, i int, static bool) int32 {
	n := s.nodes[i].obj
	if static {
		c.verdict[i] = c.judge(n)
		if c.verdict[i] == fine && c.volumes != nil {
			if c.misplaced[i] = c.volumes.Check(n); c.misplaced[i] != "" {
				c.verdict[i] = unreachable
			}
		}
		c.weigh(n, i)
		for _, sp := range c.hard {
			sp.sums.decideEligible(i)
		}
		for _, sp := range c.soft {
			sp.sums.decideEligible(i)
		}
	}
	if c.verdict[i] == fine && s.portsFree(i, &c.demand) && s.fits(i, &c.demand) {
		return int32(s.roomScore(i, &c.demand))
	}
	return -1
}

// weigh notes what the class would rather have or avoid of a node.
func (c *class) weigh(n *corev1.Node, i int) {
	before := c.shunned > 0
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
			c.prefer[i] = int32(c.preferred.Score(n))
		}
	}
	if c.shun[i] > 0 {
		c.shunned++
	}
	if before != (c.shunned > 0) {
		c.disarranged = true
	}
}

// toleratesSoftly looks only at tolerations that may be meant for PreferNoSchedule, as upstream does.
func toleratesSoftly(p *corev1.Pod, t *corev1.Taint) bool { return tolerates(p, t) }
