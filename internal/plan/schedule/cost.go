package schedule

import (
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
)

// NodeCost prefers nodes that cost less: a score of ours, without a weight in the default profile. Spot capacity comes before what is
// reserved, so far as the pod tolerates it, and among either the lower price for a CPU.
//
// A node says in the annotation Price what it costs per hour, as a decimal number in whatever currency the cluster has, and by one
// of the labels of clouds and of Karpenter that it is spot capacity. A spot node has 50 points, and up to 50 come with the price: all
// for what is free, none for the dearest node of the cluster and for nodes without a price.

// Price is the annotation of a node with its price per hour. One that is no number is none.
const Price = "gantry.dev/price-per-hour"

// spotLabels are how clouds, and Karpenter on them, mark spot capacity. It is never changed.
var spotLabels = map[string][]string{
	"karpenter.sh/capacity-type":            {"spot"},
	"eks.amazonaws.com/capacityType":        {"SPOT"},
	"cloud.google.com/gke-spot":             {"true"},
	"cloud.google.com/gke-preemptible":      {"true"},
	"kubernetes.azure.com/scalesetpriority": {"spot"},
	"node.kubernetes.io/lifecycle":          {"spot"},
}

// cost is what a node says of its price.
type cost struct {
	perCPU float64 // negative if it is not known
	spot   bool
}

func costOf(n *corev1.Node) cost {
	c := cost{perCPU: -1}
	for key, values := range spotLabels {
		c.spot = c.spot || slices.Contains(values, n.Labels[key])
	}
	price, err := strconv.ParseFloat(n.Annotations[Price], 64)
	if cpus := n.Status.Allocatable.Cpu().AsApproximateFloat64(); err == nil && price >= 0 && price < 1e12 && cpus > 0 { // neither NaN nor infinite
		c.perCPU = price / cpus
	}
	return c
}

// charges notes what a node costs; nil is no node. All nodes are compared with the dearest: if that is another, classes start over.
func (s *State) charges(i int, n *corev1.Node) {
	c := cost{perCPU: -1}
	if n != nil {
		c = costOf(n)
	}
	none := cost{perCPU: -1}
	if i >= len(s.costs) && c == none {
		return
	}
	for len(s.costs) <= i {
		s.costs = append(s.costs, none)
	}
	was := s.costs[i]
	s.costs[i] = c
	dearest := max(s.dearest, c.perCPU)
	if was.perCPU == s.dearest && c.perCPU < s.dearest { // it may have been the only one
		dearest = 0
		for _, c := range s.costs {
			dearest = max(dearest, c.perCPU)
		}
	}
	if dearest != s.dearest {
		s.dearest, s.classes = dearest, map[string]*class{}
	}
}

// costScore is NodeCost's score of a node.
func (s *State) costScore(i int) (score int64) {
	if i >= len(s.costs) {
		return 0
	}
	c := s.costs[i]
	if c.spot {
		score = maxScore / 2
	}
	switch {
	case c.perCPU == 0:
		score += maxScore / 2
	case c.perCPU > 0:
		score += int64(maxScore / 2 * (1 - c.perCPU/s.dearest))
	}
	return score
}
