package schedule

import (
	"slices"

	policyv1 "k8s.io/api/policy/v1"
	schedcorev1 "k8s.io/component-helpers/scheduling/corev1"
)

// tolls are what it would cost to make room for pods of a class and priority, per node. For a class to which other pods do not
// matter they depend on each node alone, so that they are kept and, like its columns, looked at again only where
// something has changed: a thousand pods that have to preempt cost a pass over the nodes and not a thousand.
type tolls struct {
	priority int32
	at       int // position in the history of changes
	budgets  []*policyv1.PodDisruptionBudget
	offers   []offer
}

// offer is what a node would ask for. Without a price, words are why it is of no use; without either there is no node.
type offer struct {
	price price
	open  bool
	words []string
}

// tollsOf brings the tolls of a class up to date.
func (s *State) tollsOf(p *Pod, c *class, least []int64, limits []limit) []offer {
	prio := schedcorev1.PodPriority(p.Pod)
	budgets := make([]*policyv1.PodDisruptionBudget, len(limits))
	for k := range limits {
		budgets[k] = limits[k].budget
	}
	now := s.base + len(s.log)
	t := &c.tolls
	if p.MayTake == nil && t.offers != nil && c.alone() && t.priority == prio && t.at >= s.base && slices.Equal(t.budgets, budgets) {
		for len(t.offers) < len(s.nodes) {
			t.offers = append(t.offers, offer{})
		}
		for _, ch := range s.log[t.at-s.base:] {
			if ch.devices {
				continue
			}
			t.offers[ch.node] = s.offerOf(p, c, int(ch.node), least, limits)
		}
		t.at = now
		return t.offers
	}
	*t = tolls{priority: prio, at: now, budgets: budgets, offers: resized(t.offers, len(s.nodes))}
	for i := range s.nodes {
		t.offers[i] = s.offerOf(p, c, i, least, limits)
	}
	if p.MayTake != nil {
		t.at = -1 // others of the class may take other pods
	}
	return t.offers
}

// alone reports whether nothing but the node itself decides whether it can take a pod of the class.
func (c *class) alone() bool {
	return len(c.hard)+len(c.near)+len(c.apart)+len(c.meets) == 0 && c.volumes == nil && c.devices == nil
}

func (s *State) offerOf(p *Pod, c *class, i int, least []int64, limits []limit) offer {
	switch {
	case c.verdict[i] == gone:
		return offer{}
	case !s.movable(c, i, least):
		return offer{words: unhelpful}
	}
	on, words := s.victims(p, c, i, least, limits)
	if words != nil {
		return offer{words: words}
	}
	return offer{price: priceOf(on), open: true}
}

// unhelpful is never changed.
var unhelpful = []string{notHelpful}
