package schedule

import (
	"cmp"
	"math"
	"slices"

	schedcorev1 "k8s.io/component-helpers/scheduling/corev1"
)

// Assign decides for the pods, those of higher priority first, else in the order given. What it binds it takes as placed:
// the caller must RemovePod a binding that did not come to be.
func (s *State) Assign(pods []Pod) (bindings []Binding, refusals []Refusal) {
	order := slices.Clone(pods)
	slices.SortStableFunc(order, func(a, b Pod) int {
		return cmp.Compare(schedcorev1.PodPriority(b.Pod), schedcorev1.PodPriority(a.Pod))
	})
	for i := range order {
		p := &order[i]
		if why := s.keptAway(p.Volumes); why != "" {
			refusals = append(refusals, Refusal{Pod: p.Pod, Message: why, Help: HelpRoom | HelpVolumes})
			continue
		}
		c := s.classOf(p)
		s.refresh(c)
		s.meet(c)
		best := s.best(c)
		if best < 0 {
			if now := s.base + len(s.log); c.refusedAt != now {
				c.refusal, c.help = s.explain(c)
				c.refusedAt = now
			}
			refusals = append(refusals, Refusal{Pod: p.Pod, Message: c.refusal, Help: c.help})
			continue
		}
		s.turn = best + 1
		s.put(&placed{pod: p.Pod, node: best, demand: c.demand})
		bindings = append(bindings, Binding{Pod: p.Pod, Node: s.nodes[best].name})
	}
	return bindings, refusals
}

// best is the node with the highest score, or -1. Ties go round: the search begins behind the last winner.
func (s *State) best(c *class) int {
	if c.prefer != nil || c.shunned > 0 || c.social() {
		return s.bestOfAll(c)
	}
	return c.ranking.best(s.turn)
}

// candidate is a feasible node with its raw scores.
type candidate struct {
	node                         int
	affinity, taints, crowd, pod int64
	ignored                      bool // for spreading
}

// bestOfAll compares feasible nodes where scores are relative to each other.
func (s *State) bestOfAll(c *class) int {
	c.refreshSums()
	least := make([]int64, len(c.hard))
	for k, sp := range c.hard {
		least[k] = sp.least()
	}
	cands := s.scratch[:0]
	picky := len(c.hard)+len(c.near)+len(c.apart)+len(c.meets) > 0
	start := min(s.turn, len(c.base))
	for _, part := range [2][2]int{{start, len(c.base)}, {0, start}} {
		for i := part[0]; i < part[1]; i++ {
			if c.base[i] >= 0 && (!picky || c.objects(i, least) == none) {
				cands = append(cands, candidate{node: i})
			}
		}
	}
	s.scratch = cands
	if len(cands) == 0 {
		return -1
	}
	s.rawScores(c, cands)
	return pick(c, cands)
}

func (s *State) rawScores(c *class, cands []candidate) {
	weights := c.spreadWeights(cands)
	for k := range cands {
		cd := &cands[k]
		if c.prefer != nil {
			cd.affinity = c.prefer[cd.node]
		}
		cd.taints = c.shun[cd.node]
		if len(c.soft) > 0 && !cd.ignored {
			cd.crowd = c.crowd(cd.node, weights)
		}
		for _, r := range c.near {
			if r.weight != 0 {
				n, _ := r.sums.at(cd.node)
				cd.pod += n * r.weight
			}
		}
		for _, e := range c.meets {
			if e.holder.weight != 0 {
				n, _ := e.sums.at(cd.node)
				cd.pod += n * e.holder.weight
			}
		}
	}
}

// spreadWeights weighs each soft constraint by the number of domains among the candidates, and marks candidates that
// lack a topology key where all are demanded.
func (c *class) spreadWeights(cands []candidate) []float64 {
	if len(c.soft) == 0 {
		return nil
	}
	counted := len(cands)
	if c.allKeys {
		for k := range cands {
			for _, sp := range c.soft {
				if sp.sums.topo.domain[cands[k].node] == noDomain {
					cands[k].ignored = true
				}
			}
			if cands[k].ignored {
				counted--
			}
		}
	}
	weights := make([]float64, len(c.soft))
	for j, sp := range c.soft {
		size := counted
		if !sp.host {
			seen := make([]bool, len(sp.sums.topo.ids)+1) // the last is "no such label", which upstream counts as a value
			size = 0
			for k := range cands {
				if cands[k].ignored {
					continue
				}
				d := int(sp.sums.topo.domain[cands[k].node])
				if d == noDomain {
					d = len(seen) - 1
				}
				if !seen[d] {
					seen[d] = true
					size++
				}
			}
		}
		weights[j] = math.Log(float64(size + 2))
	}
	return weights
}

// pick normalises the raw scores over the candidates as upstream does and returns the best node.
func pick(c *class, cands []candidate) int {
	var maxAffinity, maxTaints, maxCrowd int64
	minCrowd, minPod, maxPod := int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MinInt64)
	for k := range cands {
		cd := &cands[k]
		maxAffinity, maxTaints = max(maxAffinity, cd.affinity), max(maxTaints, cd.taints)
		minPod, maxPod = min(minPod, cd.pod), max(maxPod, cd.pod)
		if !cd.ignored {
			minCrowd, maxCrowd = min(minCrowd, cd.crowd), max(maxCrowd, cd.crowd)
		}
	}
	best, top := -1, int64(math.MinInt64)
	// Most candidates have the same crowd; a division each would be half of the work.
	lastCrowd, crowdScore := int64(-1), int64(0)
	for k := range cands {
		cd := &cands[k]
		score := c.base[cd.node]
		if maxAffinity > 0 {
			score += weightAffinity * (maxScore * cd.affinity / maxAffinity)
		}
		if maxTaints > 0 {
			score += weightTaints * (maxScore - maxScore*cd.taints/maxTaints)
		}
		if len(c.soft) > 0 && !cd.ignored {
			if cd.crowd != lastCrowd {
				lastCrowd, crowdScore = cd.crowd, maxScore
				if maxCrowd > 0 {
					crowdScore = maxScore * (maxCrowd + minCrowd - cd.crowd) / maxCrowd
				}
			}
			score += weightSpread * crowdScore
		}
		if maxPod > minPod {
			score += weightInterPod * int64(maxScore*(float64(cd.pod-minPod)/float64(maxPod-minPod)))
		}
		if score > top {
			best, top = cd.node, score
		}
	}
	return best
}
