package schedule

import (
	corev1 "k8s.io/api/core/v1"
	schedcorev1 "k8s.io/component-helpers/scheduling/corev1"
)

// nominee is a pending pod for which room is kept on a node, for example because others have been asked to leave for it.
// Pods of its priority and below see it as if it were there; pods of higher priority do not.
type nominee struct {
	pod  *corev1.Pod
	node string
	// at is where it is counted now; nil while it is lifted out of the picture.
	at *placed
}

// Nominate keeps room for a pending pod on a node that exists; "" gives it up.
func (s *State) Nominate(p *corev1.Pod, node string) {
	if n := s.nominees[p.UID]; n != nil {
		if n.node == node && sameToUs(n.pod, p) {
			return
		}
		s.dismiss(n)
	}
	if i, ok := s.byName[node]; !ok || s.nodes[i].obj == nil || s.pods[p.UID] != nil {
		return
	}
	n := &nominee{pod: p, node: node}
	prio := schedcorev1.PodPriority(p)
	if s.ranks[prio] == nil {
		s.ranks[prio] = map[uid]*nominee{}
	}
	s.nominees[p.UID], s.ranks[prio][p.UID], s.lifted[p.UID] = n, n, n
	s.lower(n)
}

// dismiss forgets a nominee.
func (s *State) dismiss(n *nominee) {
	s.lift(n)
	id, prio := n.pod.UID, schedcorev1.PodPriority(n.pod)
	delete(s.nominees, id)
	delete(s.lifted, id)
	if delete(s.ranks[prio], id); len(s.ranks[prio]) == 0 {
		delete(s.ranks, prio)
	}
}

// lift takes a nominee out of the picture, and lower puts it back.
func (s *State) lift(n *nominee) {
	if n.at != nil {
		s.remove(n.pod.UID)
		n.at = nil
		s.lifted[n.pod.UID] = n
	}
}

func (s *State) lower(n *nominee) {
	if n.at != nil || s.pods[n.pod.UID] != nil {
		return
	}
	n.at = &placed{pod: n.pod, node: s.index(n.node), demand: s.demandOf(n.pod), nominee: true}
	s.put(n.at)
	delete(s.lifted, n.pod.UID)
}

// showNominees shows the nominees that a pod of a priority has to respect, and lifts the others and the pod's own. From one
// pod to the next of the same priority only the pods' own differ.
func (s *State) showNominees(p *corev1.Pod) {
	prio := schedcorev1.PodPriority(p)
	if s.shown.valid && s.shown.priority == prio {
		if n := s.nominees[s.shown.without]; n != nil && schedcorev1.PodPriority(n.pod) >= prio {
			s.lower(n)
		}
		if n := s.nominees[p.UID]; n != nil {
			s.lift(n)
		}
	} else {
		for id, n := range s.lifted {
			if id != p.UID && schedcorev1.PodPriority(n.pod) >= prio {
				s.lower(n)
			}
		}
		for rank, those := range s.ranks {
			for _, n := range those {
				if rank >= prio {
					break
				}
				s.lift(n)
			}
		}
		if n := s.nominees[p.UID]; n != nil {
			s.lift(n)
		}
	}
	s.shown = shown{valid: true, priority: prio, without: p.UID}
}

// shown is for whom the nominees are shown that are.
type shown struct {
	valid    bool
	priority int32
	without  uid
}

func (s *State) showAllNominees() {
	s.shown = shown{}
	for _, n := range s.lifted {
		s.lower(n)
	}
}

// settle forgets that room is kept for a pod which has a node now.
func (s *State) settle(id uid) {
	if n := s.nominees[id]; n != nil {
		s.dismiss(n)
	}
}
