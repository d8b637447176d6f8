package schedule

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/plan"
)

// Answer is where a pod would go, or what keeps it from each node.
type Answer struct {
	// Node is the pod's node if it were decided now; "" if there is none.
	Node string
	// Score is the node's, and Fitting how many nodes would do.
	Score   int64
	Fitting int
	// Never, if not empty, is why no node at all will do.
	Never string
	// Held, if not empty, is what keeps the pod waiting whatever the nodes have to say: the bound of a quota.
	Held string
	// Refused are the nodes that would not do, by what is first said against them, most nodes first.
	Refused []Refused
	// Leave are the pods that would have to leave Node first.
	Leave []*corev1.Pod
}

// Refused are nodes that one filter refuses for the same reasons, the first filter that does.
type Refused struct {
	Plugin  string
	Reasons []string
	Nodes   []string
	// Change is what would have to change for these nodes, as far as this filter goes.
	Change string
}

// WhatIf says what would become of a pod if it were decided now. It changes nothing, and is for people: it takes far longer
// than Assign.
func (s *State) WhatIf(p *Pod) Answer {
	if why := p.keptAway(); why != "" {
		return Answer{Never: why}
	}
	findings := s.Inspect(p)
	c := s.classOf(p)
	if c.confused != nil {
		return Answer{Never: c.confused.Error()}
	}
	var a Answer
	groups := map[string]*Refused{}
	for _, f := range findings {
		if len(f.Objections) == 0 {
			if a.Fitting++; a.Node == "" || f.Total > a.Score {
				a.Node, a.Score = f.Node, f.Total
			}
			continue
		}
		o := f.Objections[0]
		key := o.Plugin + "\x00" + strings.Join(o.Reasons, "\x00")
		g := groups[key]
		if g == nil {
			g = &Refused{Plugin: o.Plugin, Reasons: o.Reasons}
			groups[key] = g
		}
		g.Nodes = append(g.Nodes, f.Node)
	}
	for _, g := range groups {
		slices.Sort(g.Nodes)
		g.Change = s.change(p, c, g)
		a.Refused = append(a.Refused, *g)
	}
	slices.SortFunc(a.Refused, func(x, y Refused) int {
		return cmp.Or(cmp.Compare(len(y.Nodes), len(x.Nodes)), cmp.Compare(x.Plugin, y.Plugin), slices.Compare(x.Reasons, y.Reasons))
	})
	if a.Fitting == 0 && s.count > 0 && !c.profile.NoPreemption {
		if out := s.preempt(p, c); out.node != "" {
			a.Node, a.Leave = out.node, out.victims
		}
	}
	return a
}

// change says what would help with the nodes of a group.
func (s *State) change(p *Pod, c *class, g *Refused) string {
	switch g.Plugin {
	case NodeUnschedulable:
		return "uncordon one of them"
	case TaintToleration:
		return "tolerate or remove " + s.taintsAgainst(p.Pod, g.Nodes)
	case NodeAffinity:
		return s.labelsDemanded(p.Pod, g)
	case NodePorts:
		return "a node where nobody has host port " + hostPorts(p.Pod)
	case NodeResourcesFit:
		return s.mostFree(c, g.Nodes)
	case VolumeRestrictions:
		return "the pod that uses the volume has to leave"
	case NodeVolumeLimits:
		return "a pod with volumes of the same driver has to leave, or a node that takes more of them"
	case VolumeBinding, VolumeZone:
		return p.volumesDemanded()
	case PodTopologySpread:
		return s.spreadDemanded(p.Pod, g)
	case InterPodAffinity:
		return company(p.Pod, g)
	case DynamicResources:
		return "a node with such devices that are free, or a claim that asks for less"
	case NodeDeclaredFeatures:
		return "a node that declares the features"
	default:
		return "another node"
	}
}

// taintsAgainst names the taints that keep a pod from nodes.
func (s *State) taintsAgainst(p *corev1.Pod, nodes []string) string {
	var names []string
	for _, name := range nodes {
		for i := range s.nodes[s.index(name)].obj.Spec.Taints {
			t := &s.nodes[s.index(name)].obj.Spec.Taints[i]
			if t.Effect != corev1.TaintEffectPreferNoSchedule && !tolerates(p, t) {
				names = append(names, t.ToString())
			}
		}
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}

// mostFree says for each resource that is short what is wanted, and which of the nodes has most of it left.
func (s *State) mostFree(c *class, nodes []string) string {
	var parts []string
	for _, w := range c.needed {
		best, at, short := int64(-1)<<62, "", false
		for _, name := range nodes {
			i := s.index(name)
			left := s.alloc[w.resource].at(i) - s.used[w.resource].at(i)
			short = short || w.n > left && !(w.delegated && s.alloc[w.resource].at(i) == 0)
			if left > best {
				best, at = left, name
			}
		}
		if short {
			name := s.names[w.resource]
			parts = append(parts, fmt.Sprintf("%s: wants %s, most free %s on %s", name, inUnits(name, w.n), inUnits(name, best), at))
		}
	}
	return strings.Join(parts, "; ")
}

// inUnits spells an amount of a column out.
func inUnits(name corev1.ResourceName, n int64) string {
	q := plan.Quantity(name, n)
	return q.String()
}
