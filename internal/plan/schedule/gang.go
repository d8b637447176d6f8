package schedule

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	schedcorev1 "k8s.io/component-helpers/scheduling/corev1"
)

// Gangs: pods that are of use only together. Upstream (1.36, gate GangScheduling) and the coscheduling plugin let pods of a
// gang take their places one by one; here a gang is decided in one step, and takes nothing as long as it does not fit.

// Gang is what the pods of a batch have in common that are placed together or not at all.
type Gang struct {
	// Name is for messages.
	Name string
	// Need is how many of the batch's pods must find a node for any of them to get one: what is missing to the gang's
	// minimum. Zero or less makes them single pods.
	Need int
	// Resources must be free in the cluster before the gang is tried; may be empty.
	Resources corev1.ResourceList
	// Native has refusals in the words of kube-scheduler's own gangs: pods that find no node say why, the others that they wait.
	Native bool
}

func membersOf(pods []Pod, g *Gang) (out []*Pod) {
	for i := range pods {
		if pods[i].Gang == g {
			out = append(out, &pods[i])
		}
	}
	return out
}

// trial is a gang's attempt at its places: what it took and what was lifted out of the picture for it.
type trial struct {
	seats  []seat
	lifted []*placed // victims, in thought
	kept   map[uid]string
	// failed is the first pod without a node, why and help are what was in its way; class is nil if nothing on any node would help.
	failed   *Pod
	why      string
	help     Help
	refusers []string // the plugins that refuse the first
	class    *class
	without  []*Pod         // all pods without a node
	said     map[uid]string // what a native gang says of them
}

type seat struct {
	p    *Pod
	node int
}

// assignGang places a gang, or asks others to leave for all of it, or refuses all of it.
func (s *State) assignGang(g *Gang, members []*Pod) (bindings []Binding, refusals []Refusal) {
	if why := s.missing(g.Resources); why != "" {
		c := s.classOf(members[0])
		s.refresh(c)
		return nil, s.refuseGang(g, members, &trial{failed: members[0], why: why, help: HelpNode, class: c})
	}
	t := s.try(g, members, nil)
	if len(t.seats) < g.Need {
		s.undo(t)
		if big := biggestFirst(s, members); big != nil { // the small ones may have taken the places that the big ones need
			if again := s.try(g, big, nil); len(again.seats) >= g.Need {
				t = again
			} else {
				s.undo(again)
			}
		}
	}
	if len(t.seats) < g.Need {
		return nil, s.refuseGang(g, members, t)
	}
	for _, at := range t.seats {
		bindings = append(bindings, Binding{Pod: at.p.Pod, Node: s.nodes[at.node].name})
	}
	for _, p := range t.without { // beyond the minimum each stands for itself
		_, c, why := s.seat(p)
		refusals = append(refusals, s.turnDown(p, c, why))
	}
	return bindings, refusals
}

// try lets all members of a gang take places. With budgets, pods may have to leave for it (in thought). It ends when so many have
// failed that the gang's need cannot be met.
func (s *State) try(g *Gang, members []*Pod, budgets []limit) *trial {
	t := &trial{kept: map[uid]string{}, said: map[uid]string{}}
	for k, p := range members {
		if n := s.nominees[p.UID]; n != nil {
			t.kept[p.UID] = n.node
		}
		node, c, why := s.seat(p)
		if node < 0 && c != nil && budgets != nil {
			node = s.clear(t, p, c, budgets)
		}
		if node >= 0 {
			t.seats = append(t.seats, seat{p, node})
			continue
		}
		if t.without = append(t.without, p); t.failed == nil {
			t.failed, t.class, t.why, t.help = p, c, why, HelpRoom|HelpVolumes
			if c != nil && budgets == nil { // as it looks with the others in their places
				t.why, t.help, t.refusers = s.explain(c)
			}
		}
		if g.Native && budgets == nil {
			t.said[p.UID] = s.alone(p, c, why)
		}
		if len(t.seats)+len(members)-k-1 < g.Need {
			break
		}
	}
	return t
}

// undo takes back what a trial has taken.
func (s *State) undo(t *trial) {
	for _, at := range t.seats {
		s.giveBack(at.p)
		s.remove(at.p.UID)
	}
	for _, pl := range slices.Backward(t.lifted) {
		s.put(&placed{pod: pl.pod, node: pl.node, demand: pl.demand, holds: pl.holds, nominee: pl.nominee})
	}
	for _, at := range t.seats {
		if node := t.kept[at.p.UID]; node != "" {
			s.Nominate(at.p.Pod, node)
		}
	}
}

// clear has pods leave a node, in thought, and places a pod there; -1 if no node can be cleared.
func (s *State) clear(t *trial, p *Pod, c *class, budgets []limit) int {
	if p.Spec.PreemptionPolicy != nil && *p.Spec.PreemptionPolicy == corev1.PreemptNever {
		return -1
	}
	least := c.leastSums(nil)
	best := -1
	offers := s.tollsOf(p, c, least, budgets)
	for i := range offers {
		if p.Asked != nil && p.Asked.Victims != nil && p.Asked.Victims[s.nodes[i].name] == nil {
			continue // extenders have had their say about who may leave
		}
		if offers[i].open && (best < 0 || offers[i].price.compare(offers[best].price) < 0) {
			best = i
		}
	}
	if best < 0 {
		return -1
	}
	on, _ := s.victims(p, c, best, least, budgets)
	leave := on.victims
	if p.Asked != nil && p.Asked.Victims != nil {
		leave = nil
		for _, v := range p.Asked.Victims[s.nodes[best].name] {
			if pl := s.nodes[best].pods[v.UID]; pl != nil {
				leave = append(leave, pl)
			}
		}
	}
	for _, pl := range leave {
		t.lifted = append(t.lifted, pl)
		s.remove(pl.pod.UID)
	}
	if s.take(p, c, best) != nil {
		return -1
	}
	s.settle(p.UID)
	s.sit(p, c, best)
	return best
}

// refuseGang refuses all members; t is a trial that has been taken back. If other pods can make room for the whole gang, they
// are named, once each, and room is kept for every member.
func (s *State) refuseGang(g *Gang, members []*Pod, t *trial) []Refusal {
	out := make([]Refusal, len(members))
	for i, p := range members {
		out[i] = Refusal{Pod: p.Pod, Help: t.help | HelpGang | HelpRoom, Plugins: t.refusers, Message: g.words(t, p)}
	}
	first := members[0]
	if s.count == 0 || t.class == nil || t.class.profile.NoPreemption {
		return out
	}
	if s.clearing(members) {
		for i, p := range members {
			if n := s.nominees[p.UID]; n != nil {
				out[i].Nominated = n.node
			}
		}
		return out
	}
	budgets := s.limits()
	if budgets == nil {
		budgets = []limit{}
	}
	again := s.try(g, members, budgets)
	seats, lifted := again.seats, again.lifted
	s.undo(again)
	if len(seats) < g.Need || len(lifted) == 0 {
		for i, p := range members {
			s.Nominate(p.Pod, "")
			if !g.Native {
				out[i].Message += preemptionSays + noVictims
			}
		}
		return out
	}
	at := map[uid]int{}
	for _, st := range seats {
		at[st.p.UID] = st.node
	}
	for i, p := range members {
		if node, ok := at[p.UID]; ok {
			out[i].Nominated = s.nodes[node].name
			s.Nominate(p.Pod, out[i].Nominated)
		}
		if p == first {
			for _, pl := range lifted {
				out[i].Victims = append(out[i].Victims, pl.pod)
			}
		}
	}
	return out
}

// nativeWaits is what kube-scheduler says of a pod that would have a node if its gang had enough of them.
const nativeWaits = "pod group is unschedulable, waiting for minCount pods from a gang to be scheduled"

// words are why a member has no node after a trial.
func (g *Gang) words(t *trial, p *Pod) string {
	if !g.Native {
		return fmt.Sprintf("pod group %s: %d of its pods have to find a node together, %d did; %s: %s", g.Name, g.Need, len(t.seats), t.failed.Name, t.why)
	}
	return cmp.Or(t.said[p.UID], nativeWaits)
}

// alone says why a member has no node and nobody leaves for it, as of a pod without a gang; class and why are as seat has them.
func (s *State) alone(p *Pod, c *class, why string) string {
	if c == nil || c.confused != nil {
		return s.turnDown(p, c, why).Message
	}
	says, _, _ := s.explain(c)
	if out := s.preempt(p, c); out.node == "" && !c.profile.NoPreemption {
		says += preemptionSays + out.why
	}
	return says
}

// missing says of which resource less is free in the whole cluster than a gang wants to see; "" if there is enough.
func (s *State) missing(list corev1.ResourceList) string {
	for _, name := range slices.Sorted(maps.Keys(list)) {
		r, want := s.resource(name), amount(name, list[name])
		var free int64
		for i := range s.nodes {
			free += max(0, s.alloc[r].at(i)-s.used[r].at(i))
		}
		if free < want {
			return fmt.Sprintf("minResources: %s %s is free, %s is wanted", inUnits(name, free), name, inUnits(name, want))
		}
	}
	return ""
}

// clearing reports whether pods are on their way out already of nodes that are kept for the gang.
func (s *State) clearing(members []*Pod) bool {
	for _, p := range members {
		n := s.nominees[p.UID]
		if n == nil {
			continue
		}
		for _, pl := range s.nodes[s.index(n.node)].pods {
			if leaving(pl.pod) && p.outranks(pl.pod) {
				return true
			}
		}
	}
	return false
}

// biggestFirst orders the members of a gang by the largest part of any node's resource that they ask for; nil if they are alike.
func biggestFirst(s *State, members []*Pod) []*Pod {
	top := make([]int64, len(s.names)) // the most that a node has
	for r := range s.names {
		for n := range s.alloc[r].values() {
			top[r] = max(top[r], n)
		}
	}
	size := map[uid]float64{}
	alike := true
	for _, p := range members {
		d := s.demandOf(p.Pod)
		for _, w := range d.amounts {
			if w.resource < len(top) && top[w.resource] > 0 {
				size[p.UID] = max(size[p.UID], float64(w.n)/float64(top[w.resource]))
			}
		}
		alike = alike && size[p.UID] == size[members[0].UID]
	}
	if alike {
		return nil
	}
	out := slices.Clone(members)
	slices.SortStableFunc(out, func(a, b *Pod) int {
		return cmp.Or(cmp.Compare(schedcorev1.PodPriority(b.Pod), schedcorev1.PodPriority(a.Pod)), cmp.Compare(size[b.UID], size[a.UID]))
	})
	return out
}
