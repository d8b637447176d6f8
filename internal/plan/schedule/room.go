package schedule

import (
	schedcorev1 "k8s.io/component-helpers/scheduling/corev1"
)

// Room is what a refused pod needs of any node, for those pods to which nothing matters but each node by itself: what happens to a node, or on
// it, helps such a pod only if that node has the room then, or could have it if others left.
type Room struct {
	class    *class
	priority int32
}

// roomOf is the room that a refused pod waits for; nil if other nodes, or other pods, have a say.
func (p *Pod) roomOf(c *class) *Room {
	if p.MayTake != nil || p.Asked != nil || p.Gang != nil || !c.alone() || !c.profile.compiled.on[filterFit] {
		return nil
	}
	return &Room{class: c, priority: schedcorev1.PodPriority(p.Pod)}
}

// Suffices reports whether a node might take a pod that waits for room, as it is now. A Room of nil says yes.
func (s *State) Suffices(r *Room, node string) bool {
	i, ok := s.byName[node]
	if r == nil || !ok {
		return r == nil
	}
	n := &s.nodes[i]
	return n.obj != nil && (s.fits(i, r.class.needed) || !r.class.profile.NoPreemption && n.lowest() < r.priority)
}
