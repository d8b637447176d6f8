package schedule

import "slices"

// NodesUsed tells how many nodes carry pods, and a lower bound of how many would be needed: for each resource what all pods
// take together, over the largest nodes first.
func (s *State) NodesUsed() (used, bound int) {
	for i := range s.nodes {
		if len(s.nodes[i].pods) > 0 {
			used++
		}
	}
	for r := range s.names {
		bound = max(bound, s.needed(r))
	}
	return used, bound
}

// needed is how many of the nodes, the largest first, hold as much of a resource as all pods take.
func (s *State) needed(r int) (nodes int) {
	var left int64
	for n := range s.used[r].values() {
		left += n
	}
	sizes := slices.Collect(s.alloc[r].values())
	slices.SortFunc(sizes, func(a, b int64) int { return int(b - a) })
	for _, n := range sizes {
		if left <= 0 || n == 0 {
			break
		}
		left -= n
		nodes++
	}
	return nodes
}

// Fill is how much of the nodes that carry pods is given away, in percent: of CPU or memory, whichever is more.
func (s *State) Fill() (percent float64) {
	for _, r := range []int{resCPU, resMemory} {
		var used, all int64
		for i := range s.nodes {
			if len(s.nodes[i].pods) > 0 {
				used += s.used[r].at(i)
				all += s.alloc[r].at(i)
			}
		}
		if all > 0 {
			percent = max(percent, 100*float64(used)/float64(all))
		}
	}
	return percent
}
