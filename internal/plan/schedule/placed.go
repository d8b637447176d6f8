package schedule

import (
	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/plan"
)

// placed is a pod on a node, bound or assumed.
type placed struct {
	pod     *corev1.Pod
	node    int
	demand  demand
	matches []*matcher
	holds   []*holder
	// nominee says that the pod is not there yet: room is kept for it, until pods that leave for it have left.
	nominee bool
	// queue is whose account it is in.
	queue string
}

// SetPod takes in a bound pod as it is now; a pod that has come to its end takes nothing any more. It reports whether it
// freed something.
func (s *State) SetPod(p *corev1.Pod) (freed bool) {
	s.settle(p.UID)
	if p.Spec.NodeName == "" {
		return s.RemovePod(p.UID)
	}
	if plan.Terminated(p) {
		return s.RemovePod(p.UID)
	}
	old := s.pods[p.UID]
	if old != nil && old.node == s.index(p.Spec.NodeName) && sameToUs(old.pod, p) {
		if (old.pod.Status.StartTime == nil) != (p.Status.StartTime == nil) {
			s.changed(old.node, false) // preemption compares who began when
		}
		old.pod = p
		return false
	}
	if old != nil {
		s.RemovePod(p.UID)
	}
	i := s.index(p.Spec.NodeName)
	s.put(&placed{pod: p, node: i, demand: s.demandOf(p)})
	return old != nil
}

// sameToUs reports whether two states of a placed pod look alike to the scheduler. Most writes are of the status only.
func sameToUs(a, b *corev1.Pod) bool {
	return a.Generation == b.Generation && a.Generation != 0 && (a.DeletionTimestamp == nil) == (b.DeletionTimestamp == nil) &&
		sameLabels(a.Labels, b.Labels) && sameResources(a, b)
}

func sameLabels(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if w, ok := b[k]; !ok || v != w {
			return false
		}
	}
	return true
}

// sameResources compares what resizes change without a new generation: the resources in the status.
func sameResources(a, b *corev1.Pod) bool {
	if len(a.Status.ContainerStatuses) != len(b.Status.ContainerStatuses) {
		return !hasStatusResources(a) && !hasStatusResources(b)
	}
	for i := range a.Status.ContainerStatuses {
		x, y := &a.Status.ContainerStatuses[i], &b.Status.ContainerStatuses[i]
		if !sameList(x.AllocatedResources, y.AllocatedResources) || (x.Resources == nil) != (y.Resources == nil) ||
			x.Resources != nil && !sameList(x.Resources.Requests, y.Resources.Requests) {
			return false
		}
	}
	return true
}

func hasStatusResources(p *corev1.Pod) bool {
	for i := range p.Status.ContainerStatuses {
		if p.Status.ContainerStatuses[i].Resources != nil || p.Status.ContainerStatuses[i].AllocatedResources != nil {
			return true
		}
	}
	return false
}

func sameList(a, b corev1.ResourceList) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if w, ok := b[k]; !ok || v.Cmp(w) != 0 {
			return false
		}
	}
	return true
}

func (s *State) put(pl *placed) {
	i := pl.node
	s.pods[pl.pod.UID] = pl
	s.nodes[i].pods[pl.pod.UID] = pl
	s.nodes[i].ranked = false
	s.carry(i, &pl.demand, 1)
	s.useClaims(pl.pod, 1)
	s.charge(pl)
	s.countPlaced(pl.pod, 1)
	for _, home := range [2]string{"", pl.pod.Namespace} {
		for _, m := range s.atHome[home] {
			if s.counts(m, pl) {
				m.add(i, 1)
				pl.matches = append(pl.matches, m)
			}
		}
	}
	if pl.holds == nil {
		pl.holds = s.holdersOf(pl.pod)
	}
	for _, h := range pl.holds {
		h.add(i, 1)
	}
	s.changed(i, false)
}

// RemovePod forgets a pod, for example because the binding that was assumed did not come to be. It reports whether the
// pod was there.
func (s *State) RemovePod(id uid) bool {
	s.settle(id)
	return s.remove(id)
}

func (s *State) remove(id uid) bool {
	pl := s.pods[id]
	if pl == nil {
		return false
	}
	delete(s.pods, id)
	delete(s.nodes[pl.node].pods, id)
	s.nodes[pl.node].ranked = false
	s.carry(pl.node, &pl.demand, -1)
	s.useClaims(pl.pod, -1)
	s.discharge(pl)
	s.countPlaced(pl.pod, -1)
	for _, m := range pl.matches {
		m.add(pl.node, -1)
	}
	for _, h := range pl.holds {
		h.add(pl.node, -1)
	}
	s.changed(pl.node, false)
	s.vacate(pl.node)
	return true
}

// Where returns the node that a pod is on, bound or assumed.
func (s *State) Where(id uid) (string, bool) {
	pl := s.pods[id]
	if pl == nil || pl.nominee {
		return "", false
	}
	return s.nodes[pl.node].name, true
}
