package schedule

import "math"

// NodeResourcesBalancedAllocation: would the node's resources be used in even proportions.

// balanceBy are the resources that a class is balanced by; none for pods that ask for none of them, which upstream does not
// balance.
func (s *State) balanceBy(p *Profile, d *demand) []scored {
	var out []scored
	asks := false
	for _, r := range p.Balance {
		sc := scored{row: s.resource(r.Name)}
		sc.pod = d.of(sc.row)
		asks = asks || sc.pod != 0
		if sc.pod != 0 || !scalar(r.Name) {
			out = append(out, sc)
		}
	}
	if !asks {
		return nil
	}
	return out
}

// balanceScore says how much more even the node would be with the pod, from 50 to 100; 75 is no difference.
func (s *State) balanceScore(c *class, i int) int64 {
	if len(c.balanceBy) == 0 {
		return 0
	}
	return maxScore/2 + (maxScore/2+s.evenness(c.balanceBy, i, 1)-s.evenness(c.balanceBy, i, 0))/2
}

// evenness is 100 less the standard deviation of the shares used, in percent; with counts the pod in.
func (s *State) evenness(by []scored, i int, with int64) int64 {
	share := func(sc *scored) (float64, bool) {
		alloc := s.alloc[sc.row].at(i)
		if alloc == 0 {
			return 0, false
		}
		return min(1, float64(s.used[sc.row].at(i)+with*sc.pod)/float64(alloc)), true
	}
	var n int
	var first, last, total float64
	for k := range by {
		if f, ok := share(&by[k]); ok {
			if n == 0 {
				first = f
			}
			last = f
			total += f
			n++
		}
	}
	var std float64
	switch {
	case n == 2:
		std = math.Abs((first - last) / 2)
	case n > 2:
		mean, sum := total/float64(n), 0.0
		for k := range by {
			if f, ok := share(&by[k]); ok {
				sum += (f - mean) * (f - mean)
			}
		}
		std = math.Sqrt(sum / float64(n))
	}
	return int64((1 - std) * maxScore)
}
