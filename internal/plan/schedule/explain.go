package schedule

import (
	"fmt"
	"slices"
	"strings"
)

// explain says why no node will take a pod of the class, in upstream's words, and what would help.
func (s *State) explain(c *class) (string, Help) {
	if s.count == 0 {
		return "no nodes available to schedule pods", HelpNode
	}
	c.refreshSums()
	least := make([]int64, len(c.hard))
	for k, sp := range c.hard {
		least[k] = sp.least()
	}
	objects := make([]objection, len(c.list))
	for k := range c.list {
		if cl := &c.list[k]; cl.members > 0 {
			objects[k] = c.objects(cl, least)
		}
	}
	reasons := map[string]int{}
	help := HelpNode // a node that comes may always help
	for i := range s.nodes {
		if c.verdict[i] == gone {
			continue
		}
		why, h := s.why(c, i, objects)
		help |= h
		for _, r := range why {
			reasons[r]++
		}
	}
	lines := make([]string, 0, len(reasons))
	for r, n := range reasons {
		lines = append(lines, fmt.Sprintf("%d %s", n, r))
	}
	slices.Sort(lines)
	return fmt.Sprintf("0/%d nodes are available: %s.", s.count, strings.Join(lines, ", ")), help
}

// why lists the reasons of the first filter that refuses a node. objects are what other pods have against each cell.
func (s *State) why(c *class, i int, objects []objection) ([]string, Help) {
	switch c.verdict[i] {
	case unschedulable:
		return []string{"node(s) were unschedulable"}, HelpNode
	case tainted:
		return []string{"node(s) had untolerated taint(s)"}, HelpNode
	case mismatched:
		return []string{"node(s) didn't match Pod's node affinity/selector"}, HelpNode
	}
	if !s.portsFree(i, &c.demand) {
		return []string{"node(s) didn't have free ports for the requested pod ports"}, HelpRoom
	}
	if short := s.short(i, &c.demand); len(short) > 0 {
		return short, HelpRoom
	}
	if c.verdict[i] == unreachable {
		return []string{c.misplaced[i]}, HelpNode | HelpVolumes
	}
	if c.home[i] == nowhere {
		return nil, HelpNode
	}
	switch objects[c.home[i]] {
	case spreadLabel:
		return []string{"node(s) didn't match pod topology spread constraints (missing required label)"}, HelpNode
	case spreadSkew:
		return []string{"node(s) didn't match pod topology spread constraints"}, HelpPods
	case notNear:
		return []string{"node(s) didn't match pod affinity rules"}, HelpPods
	case notApart:
		return []string{"node(s) didn't match pod anti-affinity rules"}, HelpPods
	case keptOut:
		return []string{"node(s) didn't satisfy existing pods anti-affinity rules"}, HelpPods
	default:
		return nil, HelpNode
	}
}

// short lists the resources of which a node has too little left.
func (s *State) short(i int, d *demand) []string {
	var out []string
	for _, w := range d.amounts {
		if w.n <= s.alloc[w.resource][i]-s.used[w.resource][i] {
			continue
		}
		if w.resource == resPods {
			out = append(out, "Too many pods")
		} else {
			out = append(out, "Insufficient "+string(s.names[w.resource]))
		}
	}
	return out
}
