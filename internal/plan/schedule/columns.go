package schedule

import corev1 "k8s.io/api/core/v1"

// The columns of a class: what is remembered of every node, and how it is kept up to date.

// judge is the verdict of a class on what a node is: the first filter, in order, that refuses its object.
func (s *State) judge(c *class, i int) verdict {
	n := s.nodes[i].obj
	if n == nil {
		return gone
	}
	on := &c.profile.compiled.on
	switch {
	case on[filterUnschedulable] && c.cordonedOff(n):
		return unschedulable
	case on[filterName] && c.pod.Spec.NodeName != "" && c.pod.Spec.NodeName != n.Name:
		return misnamed
	case on[filterTaints] && c.taintedAgainst(n):
		return tainted
	case on[filterAffinity] && !c.enforced(n):
		return unenforced
	case on[filterAffinity] && !c.matches(n):
		return mismatched
	case on[filterFeatures] && !c.declares(n):
		return undeclared
	}
	return fine
}

// refresh brings the columns and cells of a class up to date with the nodes that have changed.
func (s *State) refresh(c *class) {
	if c.at < s.base { // new, or it has not looked for longer than the log goes back
		s.lookAtAll(c)
	} else {
		c.grow(len(s.nodes)) // nodes that are new come in the log as well
		everywhere := false
		for _, ch := range s.log[c.at-s.base:] {
			i := int(ch.node)
			switch {
			case !ch.devices:
				c.file(i, s.look(c, i, ch.static))
			case c.devices == nil:
			case ch.node == everyNode:
				everywhere = true
			default:
				c.forgetOffers(ch.node)
				c.file(i, s.look(c, i, false))
			}
		}
		if everywhere {
			c.forgetOffers(everyNode)
			for i := range s.nodes {
				c.file(i, s.look(c, i, false))
			}
		}
	}
	c.at = s.base + len(s.log)
	s.respread(c)
	if c.disarranged || c.uniqueGen != s.uniqueGen {
		c.arrange(s)
		c.disarranged = false
	}
}

func (s *State) lookAtAll(c *class) {
	n := len(s.nodes)
	c.verdict, c.base, c.shun, c.shunned = resized(c.verdict, n), resized(c.base, n), resized(c.shun, n), 0
	c.imageSizes, c.imageGen = nil, s.imageGen
	if c.prefers() {
		c.prefer = resized(c.prefer, n)
	}
	if c.devices != nil {
		c.offers, c.confused = resized(c.offers, n), nil
		clear(c.offers)
		if c.devices.Prefers && c.profile.compiled.weights[scoreDevices] != 0 {
			c.rank = resized(c.rank, n)
		}
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
		if c.prefer != nil {
			c.prefer = append(c.prefer, 0)
		}
		if c.devices != nil {
			c.offers = append(c.offers, offering{})
		}
		if c.rank != nil {
			c.rank = append(c.rank, 0)
		}
	}
}

// look evaluates one node for one class and returns the score of its room, -1 if it cannot take the pod.
func (s *State) look(c *class, i int, static bool) int32 {
	n := s.nodes[i].obj
	if static {
		c.verdict[i] = s.judge(c, i)
		if c.verdict[i] == fine && c.volumes != nil {
			if !c.reachable(n) {
				c.verdict[i] = unreachable
			}
		}
		c.weigh(n, i)
		s.lookForImages(c, i)
		for _, sp := range c.hard {
			sp.sums.decideEligible(i)
		}
		for _, sp := range c.soft {
			sp.sums.decideEligible(i)
		}
	}
	if static && c.devices != nil {
		c.offers[i].known = false
	}
	if c.verdict[i] == fine && s.hasRoom(c, i) && s.offersDevices(c, i) {
		return int32(s.baseScore(c, i))
	}
	return -1
}

// hasRoom asks the filters that look at what a node carries.
func (s *State) hasRoom(c *class, i int) bool {
	on := &c.profile.compiled.on
	return !(on[filterPorts] && !s.portsFree(i, &c.demand)) &&
		!(on[filterFit] && !s.fits(i, c.needed)) &&
		!(on[filterRestrictions] && len(c.disks) > 0 && s.diskTaken(c, i)) &&
		!(on[filterLimits] && s.full(c, i, nil) != "")
}

// baseScore is the sum of the scores that do not depend on which other nodes there are to choose from.
func (s *State) baseScore(c *class, i int) (sum int64) {
	w := &c.profile.compiled.weights
	if w[scoreFit] != 0 {
		sum += w[scoreFit] * s.fitScore(c, i)
	}
	if w[scoreBalance] != 0 {
		sum += w[scoreBalance] * s.balanceScore(c, i)
	}
	if w[scoreImages] != 0 {
		sum += w[scoreImages] * s.imageScore(c, i)
	}
	if w[scoreCost] != 0 {
		sum += w[scoreCost] * s.costScore(i)
	}
	return sum
}

// weigh notes what the class would rather have or avoid of a node.
func (c *class) weigh(n *corev1.Node, i int) {
	before := c.shunned > 0
	if c.shun[i] > 0 {
		c.shunned--
	}
	c.shun[i] = 0
	if n != nil && c.profile.compiled.weights[scoreTaints] != 0 {
		c.shun[i] = c.shunsOf(n)
	}
	if c.prefer != nil {
		c.prefer[i] = 0
		if n != nil {
			c.prefer[i] = c.preference(n)
		}
	}
	if c.shun[i] > 0 {
		c.shunned++
	}
	if before != (c.shunned > 0) {
		c.disarranged = true
	}
}
