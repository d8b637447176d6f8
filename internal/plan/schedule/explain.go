package schedule

import (
	"fmt"
	"slices"
)

// explain says why no node will take a pod of the class, in upstream's words, what would help, and which plugins refuse.
func (s *State) explain(c *class) (says string, help Help, plugins []string) {
	if s.count == 0 {
		return "no nodes available to schedule pods", HelpNode | HelpPods, nil // any node is news
	}
	if c.confused != nil {
		return c.confused.Error(), HelpDevices, []string{DynamicResources}
	}
	least := c.leastSums(nil)
	names, narrowed := nodesNamed(c.pod)
	narrowed = narrowed && c.profile.compiled.on[filterAffinity]
	if narrowed && len(names) == 0 {
		return fmt.Sprintf("0/%d nodes are available: pod affinity terms conflict.", s.count), 0, []string{NodeAffinity}
	}
	if says, help, plugins, ok := s.explainBarred(c); ok && !narrowed {
		return says, help, plugins
	}
	if !narrowed {
		names = nil
	}
	return s.explainEach(c, names, least)
}

// explainEach is explain by a look at each node. names are the only nodes that the pod's affinity leaves, nil where it leaves others.
func (s *State) explainEach(c *class, names []string, least []int64) (says string, help Help, plugins []string) {
	reasons := map[string]int{}
	help = HelpNode // a node that comes may always help
	var refuse [filters]bool
	var refused [verdicts]int
	lacks := make([]int, len(c.needed))
	for i := range s.nodes {
		v, r := c.verdict[i], enough
		elsewhere := names != nil && !slices.Contains(names, s.nodes[i].name)
		if v.open() && !elsewhere {
			r = s.lacks(c, i, lacks)
		}
		switch {
		case v == gone:
		case elsewhere:
			reasons["node(s) didn't satisfy plugin(s) ["+NodeAffinity+"]"]++
			refuse[filterAffinity] = true
		case verdictWords[v] != "":
			refused[v]++
		case r == tooFull:
			help |= HelpRoom
			refuse[filterFit] = true
		case r == tooSmall: // which no pod's departure changes
			refuse[filterFit] = true
		default:
			f, why, h := s.why(c, i, least)
			help |= h
			refuse[f] = refuse[f] || len(why) > 0
			for _, r := range why {
				reasons[r]++
			}
		}
	}
	for v, n := range refused {
		if n > 0 {
			reasons[verdictWords[v]] += n
			refuse[verdictFilters[v]] = true
		}
	}
	for k, n := range lacks {
		if n > 0 {
			reasons[s.lack(c.needed[k])] += n
		}
	}
	if refuse[filterFit] && s.mayBeDevices(c.needed) {
		help |= HelpDevices
	}
	return fmt.Sprintf("0/%d nodes are available: %s.", s.count, histogram(reasons)), help, refusers(&refuse)
}

// why lists the reasons of the first filter that refuses a node which is fine as far as verdictWords go.
func (s *State) why(c *class, i int, least []int64) (by filter, reasons []string, help Help) {
	for f := filterPorts; f < filters; f++ { // all before have been asked
		if o := s.ask(f, c, i, least); o != nil {
			return f, o.Reasons, o.help
		}
	}
	return 0, nil, HelpNode
}

// What upstream says in more than one place.
const (
	portsTaken = "node(s) didn't have free ports for the requested pod ports"
	diskInUse  = "node(s) had no available disk"
	claimInUse = "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod"
)

// Objection is a filter's refusal of a node.
type Objection struct {
	Plugin  string
	Reasons []string // in upstream's words
	// Final says that no pod's departure from the node would help.
	Final bool
	help  Help
}

// ask asks one filter about one node that exists, from scratch; nil if it does not object.
func (s *State) ask(f filter, c *class, i int, least []int64) *Objection {
	if !c.profile.compiled.on[f] {
		return nil
	}
	n := s.nodes[i].obj
	no := func(help Help, final bool, reasons ...string) *Objection {
		return &Objection{Plugin: filterNames[f], Reasons: reasons, Final: final, help: help}
	}
	switch f {
	case filterUnschedulable:
		if c.cordonedOff(n) {
			return no(HelpNode, true, verdictWords[unschedulable])
		}
	case filterName:
		if c.pod.Spec.NodeName != "" && c.pod.Spec.NodeName != n.Name {
			return no(HelpNode, true, verdictWords[misnamed])
		}
	case filterTaints:
		if c.taintedAgainst(n) {
			return no(HelpNode, true, verdictWords[tainted])
		}
	case filterAffinity:
		if !c.enforced(n) {
			return no(HelpNode, true, verdictWords[unenforced])
		}
		if !c.matches(n) {
			return no(HelpNode, true, verdictWords[mismatched])
		}
	case filterPorts:
		if !s.portsFree(i, &c.demand) {
			return no(HelpRoom, false, portsTaken)
		}
	case filterFit:
		if short, final := s.short(i, c.needed); len(short) > 0 {
			return no(HelpRoom, final, short...)
		}
	case filterRestrictions:
		if len(c.disks) > 0 && s.diskTaken(c, i) {
			return no(HelpRoom, false, diskInUse)
		}
		if s.claimsInUse(c.volumes) {
			return no(HelpRoom|HelpVolumes, false, claimInUse)
		}
	case filterLimits:
		if why := s.full(c, i, nil); why != "" {
			return no(HelpNode|HelpRoom|HelpVolumes, false, why)
		}
	case filterBinding:
		if c.volumes != nil && c.volumes.Check != nil {
			if why := c.volumes.Check(n); len(why) > 0 {
				return no(HelpNode|HelpVolumes, true, why...)
			}
		}
	case filterZone:
		if c.volumes != nil && c.volumes.Zone != nil {
			if why := c.volumes.Zone(n); why != "" {
				return no(HelpNode|HelpVolumes, true, why)
			}
		}
	case filterSpread:
		switch o := c.spreadObjects(c.cellOf(i), least, nil); o {
		case spreadLabel:
			return no(HelpNode, true, objectionWords[o])
		case spreadSkew:
			return no(HelpPods, false, objectionWords[o])
		}
	case filterPods:
		if o := c.podsObject(c.cellOf(i), nil); o != none {
			return no(HelpPods, o == notNear, objectionWords[o])
		}
	case filterDevices:
		if c.devices != nil {
			if why := s.offer(c, i).why; why != "" {
				return no(HelpNode|HelpDevices, true, why)
			}
		}
	case filterFeatures:
		if !c.declares(n) {
			return no(HelpNode, true, "node(s) didn't match Pod's required features")
		}
	}
	return nil
}
