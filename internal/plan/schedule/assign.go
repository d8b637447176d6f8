package schedule

import (
	"cmp"
	"slices"

	schedcorev1 "k8s.io/component-helpers/scheduling/corev1"
)

// Assign decides for the pods, those of higher priority first, else in the order given. What it binds it takes as placed:
// the caller must RemovePod a binding that did not come to be. For a pod that finds no room it names others to leave, and keeps
// room for it from then on (Nominate gives that up).
func (s *State) Assign(pods []Pod) (bindings []Binding, refusals []Refusal) {
	bindings, refusals, _ = s.assign(pods, nil, false)
	return bindings, refusals
}

// AssignSure is Assign, but leaves those out that are doubtful when it is their turn: it returns them, and learns from the others who is.
// AssignDoubtful decides about them.
func (s *State) AssignSure(pods []Pod, d *Doubts) (bindings []Binding, refusals []Refusal, doubtful []Pod) {
	return s.assign(pods, d, false)
}

// AssignDoubtful is Assign for pods of which nobody expects much, and learns from them.
func (s *State) AssignDoubtful(pods []Pod, d *Doubts) (bindings []Binding, refusals []Refusal) {
	bindings, refusals, _ = s.assign(pods, d, true)
	return bindings, refusals
}

func (s *State) assign(pods []Pod, d *Doubts, all bool) (bindings []Binding, refusals []Refusal, doubtful []Pod) {
	order := byPriority(pods)
	s.asked++
	gangs := map[*Gang]bool{}
	for i := range order {
		p := &order[i]
		if p.Gang == nil {
			if !all && d.about(s, p) {
				doubtful = append(doubtful, *p)
				continue
			}
			if node, c, why := s.seat(p); node >= 0 {
				bindings = append(bindings, Binding{Pod: p.Pod, Node: s.nodes[node].name})
				d.placed(SourceOf(p.Pod))
			} else {
				r := s.turnDown(p, c, why)
				refusals = append(refusals, r)
				d.note(&r)
			}
			continue
		}
		if !gangs[p.Gang] { // all of it, when its first pod has its turn
			gangs[p.Gang] = true
			b, r := s.assignGang(p.Gang, membersOf(order[i:], p.Gang))
			bindings, refusals = append(bindings, b...), append(refusals, r...)
		}
	}
	s.showAllNominees()
	return bindings, refusals, doubtful
}

// byPriority returns the pods in the order in which they are decided.
func byPriority(pods []Pod) []Pod {
	type place struct {
		priority int32
		at       int
	}
	places := make([]place, len(pods)) // which are moved faster than pods
	for i := range pods {
		places[i] = place{schedcorev1.PodPriority(pods[i].Pod), i}
	}
	slices.SortFunc(places, func(a, b place) int { return cmp.Or(cmp.Compare(b.priority, a.priority), a.at-b.at) })
	out := make([]Pod, len(pods))
	for i, p := range places {
		out[i] = pods[p.at]
	}
	return out
}

// seat places a pod. Where there is no node for it, the class and what keeps it from all nodes at once, if something does, tell
// turnDown why.
func (s *State) seat(p *Pod) (node int, c *class, why string) {
	if len(s.nominees) > 0 {
		s.showNominees(p.Pod)
	}
	if why := s.keptAway(p); why != "" {
		return -1, nil, why
	}
	c = s.classOf(p)
	if c.confused != nil && c.confusedIn != s.asked {
		c.confused, c.at = nil, -1
	}
	if s.survey(c.form); s.barred(c) {
		return -1, c, ""
	}
	best, known := -1, false
	if s.passing(p, c) {
		best, known = s.scan(c)
	}
	if !known {
		s.refresh(c)
		best = s.place(p, c)
	}
	if best >= 0 && c.confused == nil {
		c.confused, c.confusedIn = s.take(p, c, best), s.asked
	}
	if best < 0 || c.confused != nil {
		return -1, c, ""
	}
	s.settle(p.UID)
	s.turn = best + 1
	s.sit(p, c, best)
	return best, c, ""
}

// sit counts a pod of a class as placed on a node.
func (s *State) sit(p *Pod, c *class, node int) {
	if c.holds == nil {
		c.holds = s.holdersOf(p.Pod)
	}
	s.put(&placed{pod: p.Pod, node: node, demand: c.demand, holds: c.holds})
}

// turnDown is the refusal of a pod that seat found no node for.
func (s *State) turnDown(p *Pod, c *class, why string) Refusal {
	if c == nil {
		help, by := HelpRoom|HelpVolumes, VolumeBinding
		if p.Devices != nil {
			help |= HelpDevices
			if p.Volumes == nil || p.Volumes.Refusal == "" {
				by = DynamicResources
			}
		}
		return Refusal{Pod: p.Pod, Message: why + s.inVain(p), Help: help, Plugins: []string{by}}
	}
	if c.confused != nil {
		return Refusal{Pod: p.Pod, Message: c.confused.Error(), Help: HelpDevices, Failed: true, Plugins: []string{DynamicResources}}
	}
	return s.refuse(p, c)
}

// place finds the node for a pod, -1 if there is none. The node where room is kept for it comes before better ones.
func (s *State) place(p *Pod, c *class) int {
	if c.profile.compiled.on[filterRestrictions] && s.claimsInUse(p.Volumes) {
		return -1
	}
	if p.Asked != nil {
		return s.askedBest(p)
	}
	if n := s.nominees[p.UID]; n != nil {
		if i := s.index(n.node); s.fitsOn(c, i) {
			return i
		}
	}
	return s.best(c)
}

// fitsOn reports whether a node takes a pod of the class.
func (s *State) fitsOn(c *class, i int) bool {
	return c.home[i] != nowhere && c.objects(c.cellOf(i), c.leastSums(nil)) == none
}

// refuse says why a pod has no node, and looks for pods of lower priority to leave for it.
func (s *State) refuse(p *Pod, c *class) Refusal {
	r := Refusal{Pod: p.Pod}
	if !s.barred(c) {
		s.tighten(c) // so that the next one like it is
	}
	r.Message, r.Help, r.Plugins = s.reasons(c)
	if p.Asked != nil && len(p.Asked.Failed)+len(p.Asked.Final) > 0 {
		r.Message, r.Help = s.askedReasons(p), ^Help(0) // what would change their minds, nobody knows
		r.Plugins = append(slices.Clone(r.Plugins), Extender)
	}
	if s.count == 0 || c.profile.NoPreemption {
		r.Room = p.roomOf(c, "")
		return r
	}
	says, idle := s.devicesSay(p, c)
	r.Idle = idle
	prio := schedcorev1.PodPriority(p.Pod)
	out := outcome{why: c.unmoved.why}
	if p.Asked != nil || p.MayTake != nil || c.unmoved.in != s.asked || c.unmoved.priority != prio || p.Spec.PreemptionPolicy != nil || p.Status.NominatedNodeName != "" {
		out = s.preempt(p, c)
	}
	switch {
	case out.node != "":
		r.Nominated, r.Victims = out.node, out.victims
		r.Room = p.roomOf(c, out.node)
		if r.Help |= HelpRoom; r.Room == nil {
			r.Help |= HelpPods
		}
		s.Nominate(p.Pod, out.node)
		return r
	case out.stay:
		r.Nominated = p.Status.NominatedNodeName
		r.Room = p.roomOf(c, r.Nominated)
	default:
		r.Room = p.roomOf(c, "")
		if p.MayTake == nil && p.Asked == nil {
			c.unmoved = unmoved{in: s.asked, priority: prio, why: out.why}
		}
		s.Nominate(p.Pod, "")
	}
	r.Message += says + out.why
	return r
}

// reasons says why a class has no node, what would help and who refuses.
func (s *State) reasons(c *class) (string, Help, []string) {
	if c.refusedIn != s.asked { // once for all of a batch: what other pods take meanwhile makes it no better
		c.refusal, c.help, c.refusers = s.explain(c)
		c.refusedIn = s.asked
	}
	return c.refusal, c.help, c.refusers
}
