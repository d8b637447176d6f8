package schedule

import (
	schedcorev1 "k8s.io/component-helpers/scheduling/corev1"
)

// Room is what a refused pod needs of any node, for those pods to which nothing matters but each node by itself: what happens to a node, or on
// it, helps such a pod only if that node has the room then, or could have it if others left.
type Room struct {
	class    *class
	priority int32
	// nominated is the node where room is kept for the pod already: whatever happens there is its business, and nobody else has to leave.
	nominated string
}

// RoomKind is what rooms have in common that differ in the node only where room is kept.
type RoomKind struct {
	class    *class
	priority int32
	kept     bool
}

// Kind is the kind of a room, the zero value for nil.
func (r *Room) Kind() RoomKind {
	if r == nil {
		return RoomKind{}
	}
	return RoomKind{r.class, r.priority, r.nominated != ""}
}

// Kept is the node where room is kept for the pod, "" if there is none.
func (r *Room) Kept() string {
	if r == nil {
		return ""
	}
	return r.nominated
}

// roomOf is the room that a refused pod waits for; nil if other nodes, or other pods, have a say.
func (p *Pod) roomOf(c *class, nominated string) *Room {
	if p.MayTake != nil || p.Asked != nil || p.Gang != nil || !c.local() || !c.profile.compiled.on[filterFit] {
		return nil
	}
	return &Room{class: c, priority: schedcorev1.PodPriority(p.Pod), nominated: nominated}
}

// local reports whether what happens on one node changes nothing about the others for the class.
func (c *class) local() bool {
	return !c.friendless && len(c.hard)+len(c.near)+len(c.apart)+len(c.meets) == 0 && c.devices == nil && (c.volumes == nil || len(c.volumes.Exclusive) == 0)
}

// Suffices reports whether a node might take a pod that waits for room, as it is now. A Room of nil says yes.
func (s *State) Suffices(r *Room, node string) bool {
	i, ok := s.byName[node]
	if r == nil || !ok {
		return r == nil
	}
	n := &s.nodes[i]
	switch {
	case node == r.nominated:
		return true
	case n.obj == nil:
		return false
	default:
		return s.fits(i, r.class.needed) || r.nominated == "" && !r.class.profile.NoPreemption && s.largeEnough(i, r.class.needed) && n.lowest() < r.priority
	}
}
