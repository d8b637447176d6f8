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

// Upstream's system default for pods without constraints of their own: prefer to spread siblings.
const (
	defaultHostSkew = 3
	defaultZoneSkew = 5
)

// spreadOut reads the topology spread constraints of a class, or makes the default ones.
func (s *State) spreadOut(c *class, p *Pod) {
	tsc := p.Spec.TopologySpreadConstraints
	c.allKeys = len(tsc) > 0
	if len(tsc) == 0 {
		if p.Siblings != nil && !p.Siblings.Empty() {
			c.soft = []*spread{
				s.newSpread(c, p.Siblings, corev1.LabelHostname, defaultHostSkew, 1, nil, nil, nil),
				s.newSpread(c, p.Siblings, corev1.LabelTopologyZone, defaultZoneSkew, 1, nil, nil, nil),
			}
		}
		return
	}
	var hardKeys, softKeys []*topology
	for i := range tsc {
		if tsc[i].WhenUnsatisfiable == corev1.DoNotSchedule {
			hardKeys = append(hardKeys, s.topology(tsc[i].TopologyKey))
		} else {
			softKeys = append(softKeys, s.topology(tsc[i].TopologyKey))
		}
	}
	for i := range tsc {
		t := &tsc[i]
		sel, err := metav1.LabelSelectorAsSelector(t.LabelSelector)
		if err != nil {
			sel = labels.Nothing()
		}
		sel = withKeys(sel, p.Pod, t.MatchLabelKeys, nil)
		minDomains := 1
		if t.MinDomains != nil {
			minDomains = int(*t.MinDomains)
		}
		if t.WhenUnsatisfiable == corev1.DoNotSchedule {
			c.hard = append(c.hard, s.newSpread(c, sel, t.TopologyKey, t.MaxSkew, minDomains, hardKeys, t.NodeAffinityPolicy, t.NodeTaintsPolicy))
		} else {
			c.soft = append(c.soft, s.newSpread(c, sel, t.TopologyKey, t.MaxSkew, minDomains, softKeys, t.NodeAffinityPolicy, t.NodeTaintsPolicy))
		}
	}
}

func (s *State) newSpread(c *class, sel labels.Selector, key string, skew int32, minDomains int, keys []*topology, affinity, taints *corev1.NodeInclusionPolicy) *spread {
	t := (&term{selector: sel, namespaces: []string{c.pod.Namespace}}).keyed()
	m := s.matcher(true, t)
	honorAffinity := affinity == nil || *affinity == corev1.NodeInclusionPolicyHonor
	honorTaints := taints != nil && *taints == corev1.NodeInclusionPolicyHonor
	sp := &spread{matcher: m, maxSkew: skew, minDomains: minDomains, self: s.matched(m, c.pod), host: key == corev1.LabelHostname}
	sp.sums = sums{count: &m.perNodeCount, topo: s.topology(key), eligible: func(i int) bool {
		n := s.nodes[i].obj
		if n == nil {
			return false
		}
		for _, k := range keys {
			if k.domain[i] == noDomain {
				return false
			}
		}
		if honorAffinity {
			if ok, err := c.required.Match(n); err != nil || !ok {
				return false
			}
		}
		if honorTaints {
			for k := range n.Spec.Taints {
				if t := &n.Spec.Taints[k]; t.Effect != corev1.TaintEffectPreferNoSchedule && !tolerates(c.pod, t) {
					return false
				}
			}
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
