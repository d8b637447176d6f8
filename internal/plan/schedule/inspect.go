package schedule

import "slices"

// Finding is what the plugins say about one node for one pod.
type Finding struct {
	Node string
	// Objections of all filters, in their order: each is asked, whatever the others say. The pod fits where there are none.
	Objections []Objection
	// Scores are those of the plugins that score, by name, from 0 to 100 and before their weights, compared with the other
	// nodes where the pod fits; nil where it does not.
	Scores map[string]int64
	// Total is their weighted sum.
	Total int64
}

// Inspect has every plugin look at every node for a pod, and changes nothing. It is for people and for tests: it takes far
// longer than Assign.
func (s *State) Inspect(p *Pod) []Finding {
	if len(s.nominees) > 0 {
		s.showNominees(p.Pod)
		defer s.showAllNominees()
	}
	c := s.classOf(p)
	s.refresh(c)
	least := c.leastSums(nil)
	out := make([]Finding, 0, s.count)
	var cands []candidate
	var at []int // of each candidate, its node
	for i := range s.nodes {
		if s.nodes[i].obj == nil {
			continue
		}
		f := Finding{Node: s.nodes[i].name}
		for k := range filters {
			if o := s.ask(k, c, i, least); o != nil {
				f.Objections = append(f.Objections, *o)
			}
		}
		if len(f.Objections) == 0 {
			cl := &cell{traits: c.cellOf(i).traits} // spreading counts the members
			cl.members = 1
			cands, at = append(cands, candidate{cell: cl}), append(at, i)
		}
		out = append(out, f)
	}
	c.rawScores(cands)
	w := &c.profile.compiled.weights
	e := extentOf(cands)
	for n, cd := range cands {
		f := &out[slices.IndexFunc(out, func(f Finding) bool { return f.Node == s.nodes[at[n]].name })]
		f.Scores = map[string]int64{}
		for k, score := range s.scores(c, at[n], &e, &cd) {
			if w[k] != 0 {
				f.Scores[scorerNames[k]] = score
				f.Total += w[k] * score
			}
		}
	}
	return out
}

// scores are all scores of a candidate, without weights.
func (s *State) scores(c *class, i int, e *extent, cd *candidate) (out [scorers]int64) {
	out[scoreFit], out[scoreBalance], out[scoreImages] = s.fitScore(c, i), s.balanceScore(c, i), s.imageScore(c, i)
	out[scoreCost] = s.costScore(i)
	if c.prefer != nil {
		out[scoreAffinity] = e.affinity(cd.affinity)
	}
	if c.rank != nil {
		out[scoreDevices] = e.devices(cd.rank)
	}
	out[scoreTaints] = e.taints(cd.taints)
	if len(c.soft) > 0 && !cd.ignored {
		out[scoreSpread] = e.crowd(cd.crowd)
	}
	out[scorePods] = e.pods(cd.pod)
	return out
}
