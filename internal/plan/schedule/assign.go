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
	s.asked++
	for i := range order {
		p := &order[i]
		if why := s.keptAway(p.Volumes); why != "" {
			refusals = append(refusals, Refusal{Pod: p.Pod, Message: why, Help: HelpRoom | HelpVolumes})
			continue
		}
		c := s.classOf(p)
		s.refresh(c)
		best := s.best(c)
		if best < 0 {
			if c.refusedIn != s.asked { // once for all of a batch: what other pods take meanwhile makes it no better
				c.refusal, c.help = s.explain(c)
				c.refusedIn = s.asked
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

// candidate is a cell whose nodes can take the pod, with its raw scores.
type candidate struct {
	cell                         *cell
	affinity, taints, crowd, pod int64
	ignored                      bool // for spreading
}

// best is the node with the highest score, or -1. Ties go round: the search begins behind the last winner.
func (s *State) best(c *class) int {
	cands := s.candidates(c)
	if len(cands) == 0 {
		return -1
	}
	if len(cands) > 1 {
		c.rawScores(cands)
	}
	return pick(c, cands, min(s.turn, len(s.nodes)), len(s.nodes))
}

// candidates are the cells that other pods do not object to.
func (s *State) candidates(c *class) []candidate {
	c.refreshSums()
	var few [4]int64
	least := few[:0]
	for _, sp := range c.hard {
		least = append(least, sp.least())
	}
	cands := s.scratch[:0]
	for k := range c.list {
		if cl := &c.list[k]; cl.members > 0 && c.objects(cl, least) == none {
			cands = append(cands, candidate{cell: cl})
		}
	}
	s.scratch = cands
	return cands
}

func (c *class) rawScores(cands []candidate) {
	weights := c.spreadWeights(cands)
	for k := range cands {
		cd := &cands[k]
		if c.prefer != nil {
			cd.affinity = int64(cd.cell.traits[c.preferSlot])
		}
		if c.shunned > 0 {
			cd.taints = int64(cd.cell.traits[c.shunSlot])
		}
		if len(c.soft) > 0 && !cd.ignored {
			cd.crowd = c.crowd(cd.cell, weights)
		}
		for _, r := range c.near {
			if r.weight != 0 {
				n, _ := r.slot.count(cd.cell, &r.sums)
				cd.pod += n * r.weight
			}
		}
		for _, e := range c.meets {
			if e.holder.weight != 0 {
				n, _ := e.slot.count(cd.cell, &e.sums)
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
	counted := 0
	for k := range cands {
		cd := &cands[k]
		for _, sp := range c.soft {
			if _, ok := sp.slot.count(cd.cell, &sp.sums); !ok && c.allKeys {
				cd.ignored = true
			}
		}
		if !cd.ignored {
			counted += cd.cell.members
		}
	}
	weights := make([]float64, len(c.soft))
	for j, sp := range c.soft {
		size := counted
		if !sp.host {
			size = sp.domainsAmong(cands)
		}
		weights[j] = math.Log(float64(size + 2))
	}
	return weights
}

// domainsAmong counts the domains that the candidates are in; to be in none is counted as one, as upstream does.
func (sp *spread) domainsAmong(cands []candidate) (size int) {
	seen := make([]bool, len(sp.sums.topo.ids)+1) // the last is none
	for k := range cands {
		if cands[k].ignored {
			continue
		}
		d := int(cands[k].cell.traits[sp.slot.aspect])
		if d >= 0 && !sp.slot.byDomain {
			size += cands[k].cell.members // a domain each
			continue
		}
		if d < 0 {
			d = len(seen) - 1
		}
		if !seen[d] {
			seen[d] = true
			size++
		}
	}
	return size
}

// pick normalises the raw scores over the candidates as upstream does and returns the best node, of equals the first one
// from start on, going round.
func pick(c *class, cands []candidate, start, nodes int) int {
	if len(cands) == 1 {
		return cands[0].cell.first(start)
	}
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
	best, distance, top := -1, 0, int64(math.MinInt64)
	for k := range cands {
		cd := &cands[k]
		score := cd.cell.best()
		if maxAffinity > 0 {
			score += weightAffinity * (maxScore * cd.affinity / maxAffinity)
		}
		if maxTaints > 0 {
			score += weightTaints * (maxScore - maxScore*cd.taints/maxTaints)
		}
		if len(c.soft) > 0 && !cd.ignored {
			crowd := int64(maxScore)
			if maxCrowd > 0 {
				crowd = maxScore * (maxCrowd + minCrowd - cd.crowd) / maxCrowd
			}
			score += weightSpread * crowd
		}
		if maxPod > minPod {
			score += weightInterPod * int64(maxScore*(float64(cd.pod-minPod)/float64(maxPod-minPod)))
		}
		if score < top {
			continue
		}
		node := cd.cell.first(start)
		away := node - start
		if away < 0 {
			away += nodes
		}
		if score > top || away < distance {
			best, distance, top = node, away, score
		}
	}
	return best
}
