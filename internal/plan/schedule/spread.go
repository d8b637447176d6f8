package schedule

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// spread is one topology spread constraint of a class.
type spread struct {
	matcher    *matcher
	sums       sums
	slot       slot
	maxSkew    int32
	minDomains int
	self       bool
	host       bool // the topology is the node itself
}

// spreadOut reads the topology spread constraints of a class, or makes the profile's default ones of what selects the pod's
// siblings.
func (s *State) spreadOut(c *class, p *Pod) {
	tsc, own := p.Spec.TopologySpreadConstraints, true
	if len(tsc) == 0 {
		if p.Siblings == nil || p.Siblings.Empty() {
			return
		}
		tsc, own = c.profile.DefaultConstraints, false
	}
	c.allKeys = own || !c.profile.SystemDefaults
	var hardKeys, softKeys []*topology
	for i := range tsc {
		if tsc[i].WhenUnsatisfiable == corev1.DoNotSchedule {
			hardKeys = append(hardKeys, s.topology(tsc[i].TopologyKey))
		} else if c.allKeys {
			softKeys = append(softKeys, s.topology(tsc[i].TopologyKey))
		}
	}
	for i := range tsc {
		t := &tsc[i]
		sel := p.Siblings
		if own {
			var err error
			if sel, err = metav1.LabelSelectorAsSelector(t.LabelSelector); err != nil {
				sel = labels.Nothing()
			}
			sel = withKeys(sel, p.Pod, t.MatchLabelKeys, nil)
		}
		if t.WhenUnsatisfiable == corev1.DoNotSchedule {
			c.hard = append(c.hard, s.newSpread(c, sel, t, hardKeys))
		} else {
			c.soft = append(c.soft, s.newSpread(c, sel, t, softKeys))
		}
	}
}

// newSpread is one constraint; keys are those that a node must have to count.
func (s *State) newSpread(c *class, sel labels.Selector, t *corev1.TopologySpreadConstraint, keys []*topology) *spread {
	self := sel.Matches(labels.Set(c.pod.Labels))
	if sel.Empty() {
		sel = labels.Nothing() // upstream counts nobody for it, only the pod itself
	}
	m := s.matcher(true, false, (&term{selector: sel, namespaces: []string{c.pod.Namespace}}).keyed())
	honorAffinity := t.NodeAffinityPolicy == nil || *t.NodeAffinityPolicy == corev1.NodeInclusionPolicyHonor
	honorTaints := t.NodeTaintsPolicy != nil && *t.NodeTaintsPolicy == corev1.NodeInclusionPolicyHonor
	sp := &spread{matcher: m, maxSkew: t.MaxSkew, minDomains: 1, self: self, host: t.TopologyKey == corev1.LabelHostname}
	if t.MinDomains != nil {
		sp.minDomains = int(*t.MinDomains)
	}
	sp.sums = sums{count: &m.perNodeCount, topo: s.topology(t.TopologyKey), eligible: func(i int) bool {
		n := s.nodes[i].obj
		if n == nil {
			return false
		}
		for _, k := range keys {
			if k.domain[i] == noDomain {
				return false
			}
		}
		if honorAffinity && !c.matches(n) || honorTaints && c.taintedAgainst(n) {
			return false
		}
		return true
	}}
	return sp
}

// least is the smallest count of a domain for a hard constraint.
func (sp *spread) least() int64 {
	n, ok := sp.sums.min()
	if !ok || sp.sums.domains < sp.minDomains {
		return 0
	}
	return n
}

// crowd is what soft spreading counts for a cell: lower is better. weights are those of c.soft.
func (c *class) crowd(cl *cell, weights []float64) int64 {
	var score float64
	for k, sp := range c.soft {
		if n, ok := sp.slot.count(cl, &sp.sums); ok {
			score += float64(n)*weights[k] + float64(sp.maxSkew-1)
		}
	}
	return int64(score + 0.5) // never negative
}
