package schedule

import (
	"fmt"
	"slices"
)

// barred reports whether it is plain that no node takes a pod of a class, without a look at each: what the nodes are keeps it from all of
// them, or it asks for more than any has left, or for pods near it that are nowhere. Only of classes to which nothing matters but each node by itself can it be told. The form
// has looked at the nodes.
func (s *State) barred(c *class) bool {
	if !c.alone() {
		return false
	}
	beyond, _ := s.beyond(c)
	return beyond || c.friendless || c.open() == 0
}

// explainBarred is explain for a class that is barred, where nothing but what the nodes are and the amounts has to be looked at for it;
// ok is false if there is more.
func (s *State) explainBarred(c *class) (says string, help Help, plugins []string, ok bool) {
	on := &c.profile.compiled.on
	if !s.barred(c) || on[filterPorts] && len(c.demand.ports) > 0 && c.open() > 0 {
		return "", 0, nil, false
	}
	reasons := map[string]int{}
	help = HelpNode
	var refuse [filters]bool
	for v, n := range c.tally {
		if n > 0 && verdictWords[v] != "" {
			reasons[verdictWords[v]] += n
			refuse[verdictFilters[v]] = true
		}
	}
	if c.open() > 0 {
		short := 0 // of some resource
		for _, w := range c.needed {
			if n := s.shortOn(c.form, w); n > 0 && on[filterFit] {
				reasons[s.lack(w)] += n
				short = max(short, n)
			}
		}
		beyond, giant := s.beyond(c)
		if refuse[filterFit] = short > 0; short > 0 && !giant {
			help |= HelpRoom
		}
		if refuse[filterFit] && s.mayBeDevices(c.needed) {
			help |= HelpDevices
		}
		if !beyond && c.friendless {
			if short > 0 {
				return "", 0, nil, false // of how many none, only a look at each tells
			}
			reasons[objectionWords[notNear]] = c.open()
			refuse[filterPods] = true
			help |= HelpPods
		}
	}
	return fmt.Sprintf("0/%d nodes are available: %s.", s.count, histogram(reasons)), help, refusers(&refuse), true
}

// refusers are the plugins of the filters that refuse.
func refusers(refuse *[filters]bool) (plugins []string) {
	for f, refuses := range refuse {
		if refuses {
			plugins = append(plugins, filterNames[f])
		}
	}
	slices.Sort(plugins)
	return plugins
}
