package schedule

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Devices is what a pod's claims for devices mean for its place: upstream's filter and score DynamicResources. What is true
// of claims and devices is found by the caller, who has them at hand; the answers of Check may change between calls of
// State.DevicesChanged only.
type Devices struct {
	// Key is the same for pods whose claims ask for the same, so that one of them can answer for all.
	Key string
	// Refusal says why no node at all will do, "" if some may. It is asked anew for every pod: others decided just before
	// may use what it needs.
	Refusal func() string
	// Check says why a node will not do, "" if it will, and how good its devices are, compared with other nodes. An error is
	// about the claims: nothing can be decided.
	Check func(*corev1.Node) (why string, score int64, err error)
	// Prefers says that scores differ.
	Prefers bool
	// Extended are extended resources that are devices on nodes that do not offer them themselves.
	Extended map[corev1.ResourceName]int64
	// Take decides for a node, as part of Assign. With an error the pod is refused.
	Take func(*corev1.Node) error
	// GiveBack takes a decision of Take back.
	GiveBack func()
	// Idle says what could be given back so that other devices are found, if a node is refused because of devices that the
	// pod has already: upstream's words for it, "" for nothing. Nil for pods that have none.
	Idle func(*corev1.Node) string
}

// mayBeDevices says whether there is an extended resource among what is asked for: a device class that comes may stand for it.
func (s *State) mayBeDevices(need []want) bool {
	return slices.ContainsFunc(need, func(w want) bool {
		return strings.Contains(string(s.names[w.resource]), "/") // a domain: none of the nodes' own resources has one
	})
}

// offering is what a class remembers of the devices of a node.
type offering struct {
	known bool
	why   string
	score int64
}

// everyNode stands for all nodes in the history of changes; only devices change on all of them at once.
const everyNode = -1

// DevicesChanged says that devices look different on all nodes, or on those named.
func (s *State) DevicesChanged(all bool, nodes []string) {
	if all {
		s.note(change{node: everyNode, devices: true})
		return
	}
	for _, name := range nodes {
		if i, ok := s.byName[name]; ok {
			s.note(change{node: int32(i), devices: true})
		}
	}
}

// offer is what a node has for the class; it is asked once and then remembered.
func (s *State) offer(c *class, i int) *offering {
	o := &c.offers[i]
	if o.known || c.confused != nil {
		return o
	}
	var err error
	if o.why, o.score, err = c.devices.Check(s.nodes[i].obj); err != nil {
		c.confused = fmt.Errorf("running %q filter plugin: %w", DynamicResources, err)
		c.confusedIn = s.asked
		o.why = err.Error()
		return o
	}
	o.known = true
	if c.rank != nil {
		c.rank[i] = int32(o.score)
	}
	return o
}

// offersDevices reports whether a node has the devices for the class.
func (s *State) offersDevices(c *class, i int) bool {
	return c.devices == nil || !c.profile.compiled.on[filterDevices] || s.offer(c, i).why == ""
}

// forgetOffers has the devices of one node, or of all, looked at again.
func (c *class) forgetOffers(node int32) {
	c.confused = nil
	if node != everyNode {
		c.offers[node].known = false
		return
	}
	for i := range c.offers {
		c.offers[i].known = false
	}
}

// take has a pod get its devices on the node that was decided for it.
func (s *State) take(p *Pod, c *class, i int) error {
	if p.Devices == nil || p.Devices.Take == nil || !c.profile.compiled.on[filterDevices] {
		return nil
	}
	return p.Devices.Take(s.nodes[i].obj)
}

// giveBack has a pod lose the devices that it took.
func (s *State) giveBack(p *Pod) {
	if p.Devices != nil && p.Devices.GiveBack != nil {
		p.Devices.GiveBack()
	}
}

// devicesSay is what the look for devices to give back adds to a refusal; node is where something could be given back.
func (s *State) devicesSay(p *Pod, c *class) (words, node string) {
	if p.Devices == nil {
		return preemptionSays, ""
	}
	if p.Devices.Idle != nil && c.profile.compiled.on[filterDevices] {
		least := c.leastSums(nil)
		for i := range s.nodes {
			if c.verdict[i] != fine || !s.hasRoom(c, i) || s.offer(c, i).why == "" {
				continue
			}
			if o := s.first(c, i, least); o == nil || o.Plugin != DynamicResources {
				continue
			}
			if words := p.Devices.Idle(s.nodes[i].obj); words != "" {
				return fmt.Sprintf(" %s, preemption: ", words), s.nodes[i].name
			}
		}
	}
	return " still not schedulable, preemption: ", ""
}

// first is the first filter's objection to a node; nil if none objects.
func (s *State) first(c *class, i int, least []int64) *Objection {
	for f := range filters {
		if o := s.ask(f, c, i, least); o != nil {
			return o
		}
	}
	return nil
}
