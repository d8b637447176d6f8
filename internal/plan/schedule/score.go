package schedule

import (
	"math"
	"slices"
)

// The scores that are relative to those of other nodes, and how all are added up.

// candidate is a cell whose nodes can take the pod, with its raw scores.
type candidate struct {
	cell                               *cell
	affinity, taints, crowd, pod, rank int64
	ignored                            bool // for spreading
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
	var few [4]int64
	least := c.leastSums(few[:0])
	cands := s.scratch[:0]
	for k := range c.list {
		if cl := &c.list[k]; cl.members > 0 && c.objects(cl, least) == none {
			cands = append(cands, candidate{cell: cl})
		}
	}
	s.scratch = cands
	return cands
}

// leastSums brings up to date what is counted by domain, and appends the smallest counts of c.hard.
func (c *class) leastSums(least []int64) []int64 {
	c.refreshSums()
	for _, sp := range c.hard {
		least = append(least, sp.least())
	}
	return least
}

func (c *class) rawScores(cands []candidate) {
	on := &c.profile.compiled.weights
	weights := c.spreadWeights(cands)
	social := on[scorePods] != 0 && !(c.profile.IgnorePreferredTermsOfExistingPods && !c.prefersPods())
	for k := range cands {
		cd := &cands[k]
		if c.prefer != nil {
			cd.affinity = int64(cd.cell.traits[c.preferSlot])
		}
		if c.shunning {
			cd.taints = int64(cd.cell.traits[c.shunSlot])
		}
		if c.rank != nil {
			cd.rank = int64(cd.cell.traits[c.rankSlot])
		}
		if len(c.soft) > 0 && !cd.ignored {
			cd.crowd = c.crowd(cd.cell, weights)
		}
		if !social {
			continue
		}
		for _, r := range c.near {
			if r.weight != 0 {
				n, _ := r.slot.count(cd.cell, &r.sums)
				cd.pod += n * r.weight
			}
		}
		for _, e := range c.meets {
			if w := c.worth(e.holder); w != 0 {
				n, _ := e.slot.count(cd.cell, &e.sums)
				cd.pod += n * w
			}
		}
	}
}

// prefersPods reports whether the class has preferences for or against other pods.
func (c *class) prefersPods() bool {
	return slices.ContainsFunc(c.near, func(r *relation) bool { return r.weight != 0 })
}

// worth is what it is worth to the class to meet a term of a placed pod.
func (c *class) worth(h *holder) int64 {
	if !h.forbids && h.weight == 0 {
		return c.profile.HardPodAffinityWeight
	}
	return h.weight
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

// extent is the range of the raw scores of the candidates, by which they are normalised.
type extent struct {
	maxAffinity, maxTaints, minCrowd, maxCrowd, minPod, maxPod, maxRank int64
}

func extentOf(cands []candidate) extent {
	e := extent{minCrowd: math.MaxInt64, minPod: math.MaxInt64, maxPod: math.MinInt64}
	for k := range cands {
		cd := &cands[k]
		e.maxAffinity, e.maxTaints = max(e.maxAffinity, cd.affinity), max(e.maxTaints, cd.taints)
		e.maxRank = max(e.maxRank, cd.rank)
		e.minPod, e.maxPod = min(e.minPod, cd.pod), max(e.maxPod, cd.pod)
		if !cd.ignored {
			e.minCrowd, e.maxCrowd = min(e.minCrowd, cd.crowd), max(e.maxCrowd, cd.crowd)
		}
	}
	return e
}

// The normalised scores, from 0 to 100, with upstream's arithmetic.

func (e *extent) affinity(raw int64) int64 {
	if e.maxAffinity == 0 {
		return 0
	}
	return maxScore * raw / e.maxAffinity
}

func (e *extent) taints(raw int64) int64 {
	if e.maxTaints == 0 {
		return maxScore
	}
	return maxScore - maxScore*raw/e.maxTaints
}

func (e *extent) devices(raw int64) int64 {
	if e.maxRank == 0 {
		return 0
	}
	return maxScore * raw / e.maxRank
}

func (e *extent) crowd(raw int64) int64 {
	if e.maxCrowd == 0 {
		return maxScore
	}
	return maxScore * (e.maxCrowd + e.minCrowd - raw) / e.maxCrowd
}

func (e *extent) pods(raw int64) int64 {
	if e.maxPod <= e.minPod {
		return 0
	}
	return int64(maxScore * (float64(raw-e.minPod) / float64(e.maxPod-e.minPod)))
}

// pick normalises the raw scores over the candidates as upstream does and returns the best node, of equals the first one
// from start on, going round.
func pick(c *class, cands []candidate, start, nodes int) int {
	if len(cands) == 1 {
		return cands[0].cell.first(start)
	}
	w := &c.profile.compiled.weights
	e := extentOf(cands)
	crowded := w[scoreSpread] != 0 && len(c.soft) > 0
	best, distance, top := -1, 0, int64(math.MinInt64)
	for k := range cands {
		cd := &cands[k]
		score := cd.cell.best()
		if e.maxAffinity > 0 {
			score += w[scoreAffinity] * e.affinity(cd.affinity)
		}
		if e.maxTaints > 0 {
			score += w[scoreTaints] * e.taints(cd.taints)
		}
		if e.maxRank > 0 {
			score += w[scoreDevices] * e.devices(cd.rank)
		}
		if crowded && !cd.ignored {
			score += w[scoreSpread] * e.crowd(cd.crowd)
		}
		if e.maxPod > e.minPod {
			score += w[scorePods] * e.pods(cd.pod)
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
