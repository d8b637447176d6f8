package schedule

import (
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// Asked is what others outside have said about a pod: scheduler extenders, which had a look at the nodes that all filters
// take. It was true when they said it; what has changed since is seen here.
type Asked struct {
	// Nodes are those that will do, with what is added to their scores.
	Nodes map[string]int64
	// Failed are those that will not, and why; Final those where no pod's departure would help.
	Failed, Final map[string]string
	// Victims, if not nil, are the nodes where pods may be asked to leave for this one, and which.
	Victims map[string][]*corev1.Pod
}

// Offer is who would have to leave a node for a pod, and how many budgets that would violate.
type Offer struct {
	Victims    []*corev1.Pod
	Violations int64
}

// Fitting are the nodes that take a pod as far as the filters go. If there are none, offers are the nodes where others could
// leave for it.
func (s *State) Fitting(p *Pod) (nodes []*corev1.Node, offers map[string]Offer) {
	if s.keptAway(p) != "" {
		return nil, nil
	}
	c := s.classOf(p)
	s.refresh(c)
	if c.confused != nil {
		return nil, nil
	}
	for _, f := range s.Inspect(p) {
		if len(f.Objections) == 0 {
			nodes = append(nodes, s.nodes[s.index(f.Node)].obj)
		}
	}
	if len(nodes) > 0 || c.profile.NoPreemption || s.mayNotPreempt(p, c) != "" {
		return nodes, nil
	}
	least, budgets := c.leastSums(nil), s.limits()
	offers = map[string]Offer{}
	for i, o := range s.tollsOf(p, c, least, budgets) {
		if !o.open {
			continue
		}
		if on, _ := s.victims(p, c, i, least, budgets); on != nil {
			offers[s.nodes[i].name] = Offer{on.pods(), on.violations}
		}
	}
	return nil, offers
}

// askedBest is the best of the nodes that others will have, -1 if none of them takes the pod any more.
func (s *State) askedBest(p *Pod) int {
	best, top := -1, int64(0)
	for _, f := range s.Inspect(p) {
		more, ok := p.Asked.Nodes[f.Node]
		if !ok || len(f.Objections) > 0 {
			continue
		}
		if score := f.Total + more; best < 0 || score > top {
			best, top = s.index(f.Node), score
		}
	}
	return best
}

// askedReasons is the refusal of a pod where all filters take nodes that others do not.
func (s *State) askedReasons(p *Pod) string {
	reasons := map[string]int{}
	for _, f := range s.Inspect(p) {
		if len(f.Objections) > 0 {
			for _, r := range f.Objections[0].Reasons {
				reasons[r]++
			}
			continue
		}
		why, ok := p.Asked.Failed[f.Node]
		if !ok {
			if why, ok = p.Asked.Final[f.Node]; !ok {
				continue // upstream has no word for a node that an extender passes over
			}
		}
		reasons[why]++
	}
	return fmt.Sprintf("0/%d nodes are available: %s.", s.count, histogram(reasons))
}

// askedOffer is the best of the nodes where others have pods leave, as upstream compares them; victims that are gone do not count.
func (s *State) askedOffer(p *Pod, offers []offer) (node string, victims []*corev1.Pod) {
	best := -1
	for _, name := range slices.Sorted(maps.Keys(p.Asked.Victims)) {
		i, ok := s.byName[name]
		if !ok || !offers[i].open {
			continue
		}
		if best < 0 || offers[i].price.compare(offers[best].price) < 0 {
			best = i
		}
	}
	if best < 0 {
		return "", nil
	}
	for _, v := range p.Asked.Victims[s.nodes[best].name] {
		if s.nodes[best].pods[v.UID] != nil {
			victims = append(victims, v)
		}
	}
	return s.nodes[best].name, victims
}
