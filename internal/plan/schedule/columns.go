package schedule

// The columns of a class: what is remembered of every node, and how it is kept up to date.

// refresh brings the columns and cells of a class up to date with the nodes that have changed.
func (s *State) refresh(c *class) {
	s.survey(c.form)
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
	if c.disarranged || c.uniqueGen != s.uniqueGen || c.shunning != (c.shunned > 0) {
		c.arrange(s)
		c.disarranged = false
	}
}

func (s *State) lookAtAll(c *class) {
	n := len(s.nodes)
	c.base, c.imageGen = resized(c.base, n), s.imageGen
	if c.devices != nil {
		c.offers, c.confused = resized(c.offers, n), nil
		clear(c.offers)
		if c.devices.Prefers && c.profile.compiled.weights[scoreDevices] != 0 {
			c.rank = resized(c.rank, n)
		}
	}
	look := func(_, from, to int) {
		for i := from; i < to; i++ {
			c.base[i] = s.look(c, i, true)
		}
	}
	if c.alone() && len(c.soft) == 0 {
		s.pass(look)
	} else { // what others say is counted and remembered, by one
		look(0, 0, n)
	}
	c.disarranged = true
}

// grow makes room for nodes that the class has not seen.
func (c *class) grow(nodes int) {
	for n := nodes - len(c.base); n > 0; n-- {
		c.base, c.home = append(c.base, -1), append(c.home, nowhere)
		if c.devices != nil {
			c.offers = append(c.offers, offering{})
		}
		if c.rank != nil {
			c.rank = append(c.rank, 0)
		}
	}
}

// look evaluates one node, at which the form has looked, for one class and returns the score of its room, -1 if it cannot take the pod.
func (s *State) look(c *class, i int, static bool) int32 {
	if static {
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
