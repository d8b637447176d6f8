package numa

import (
	"maps"
	"math"
	"slices"

	"k8s.io/utils/cpuset"
)

// distribute gives n CPUs in equal parts of as few NUMA nodes as can be (KEP-2902), in groups of CPUs that stay together. What
// cannot be parted goes to those nodes that leaves the machine most evenly filled. It is false if no nodes can give equal parts.
func (c *CPUs) distribute(free cpuset.CPUSet, n, group int) (cpuset.CPUSet, bool) {
	p := packer{t: c.Topology, free: free}
	all := c.Topology.All()
	p.numaFirst = len(c.Topology.parts(socketOf, all)) >= len(c.Topology.parts(numaOf, all))
	d := distribution{n: n, group: group, nodes: p.nodes(), left: map[int]int{}}
	for _, node := range d.nodes {
		d.left[node] = c.Topology.in(numaOf, node).Intersection(free).Size()
	}
	up := func(a, b int) int { return (a-1)/b + 1 }
	perNode := up(up(all.Size(), group), len(c.Topology.Nodes()))
	for k := up(up(n, group), perNode); k <= min(up(n, group), len(d.nodes)); k++ {
		nodes, rest, ok := d.best(k)
		if !ok {
			continue
		}
		got := cpuset.New()
		from := func(node, count int) {
			within := free.Difference(got).Intersection(c.Topology.in(numaOf, node))
			got = got.Union(c.pack(within, min(count, within.Size()), false))
		}
		share := d.share(k)
		for _, node := range nodes {
			from(node, share)
		}
		for left := n - share*k; left > 0; {
			before := left
			for _, node := range rest {
				if left > 0 && free.Difference(got).Intersection(c.Topology.in(numaOf, node)).Size() >= group {
					from(node, group)
					left -= group
				}
			}
			if left == before {
				return cpuset.New(), false
			}
		}
		return got, got.Size() == n
	}
	return cpuset.New(), false
}

// distribution is what a choice of nodes is judged by.
type distribution struct {
	n, group int
	// nodes are those that have CPUs left, and how many.
	nodes []int
	left  map[int]int
}

// share is what each of k nodes gives.
func (d *distribution) share(k int) int { return d.n / k / d.group * d.group }

// best are the k nodes that leave the machine most evenly filled, and those of them that give what cannot be parted.
func (d *distribution) best(k int) (nodes, rest []int, ok bool) {
	least := math.MaxFloat64
	for combo := range combinations(d.nodes, k) {
		balance, from, fits := d.judge(combo)
		if fits && balance < least {
			least, nodes, rest, ok = balance, combo, from, true
		}
		if least == 0 {
			break
		}
	}
	return nodes, rest, ok
}

// judge says how unevenly the machine is filled if these nodes give equal parts, and which of them give the rest.
func (d *distribution) judge(combo []int) (balance float64, rest []int, ok bool) {
	share, sum, groups := d.share(len(combo)), 0, 0
	after := maps.Clone(d.left)
	for _, node := range combo {
		if d.left[node] < share {
			return 0, nil, false
		}
		sum, groups = sum+d.left[node], groups+d.left[node]/d.group
		after[node] -= share
	}
	if sum < d.n || groups*d.group < d.n {
		return 0, nil, false
	}
	more := d.n - share*len(combo)
	if more == 0 {
		return deviation(after), nil, true
	}
	can := slices.DeleteFunc(slices.Clone(combo), func(node int) bool { return after[node] < d.group })
	balance = math.MaxFloat64
	for k := len(can); k >= 1; k-- {
		for subset := range combinations(can, k) {
			if b, fits := d.giveRest(after, subset, more); fits && b < balance {
				balance, rest, ok = b, subset, true
			}
		}
	}
	return balance, rest, ok
}

// giveRest is the unevenness after nodes have given more CPUs, a group each in turn.
func (d *distribution) giveRest(after map[int]int, nodes []int, more int) (float64, bool) {
	sum := 0
	for _, node := range nodes {
		sum += after[node] / d.group * d.group
	}
	if sum < more {
		return 0, false
	}
	after = maps.Clone(after)
	for more > 0 {
		for _, node := range nodes {
			if more > 0 && after[node] >= d.group {
				after[node], more = after[node]-d.group, more-d.group
			}
		}
	}
	return deviation(after), true
}

// deviation is the standard deviation of the values, to three digits: what differs by less is the same.
func deviation(values map[int]int) float64 {
	round := func(x float64) float64 { return math.Round(x*1000) / 1000 }
	sum := 0
	for _, v := range values {
		sum += v
	}
	mean, squares := round(float64(sum)/float64(len(values))), 0.0
	for _, key := range slices.Sorted(maps.Keys(values)) {
		squares += (float64(values[key]) - mean) * (float64(values[key]) - mean)
	}
	return round(math.Sqrt(squares / float64(len(values))))
}

// combinations are all choices of k of the items, in their order.
func combinations(of []int, k int) func(yield func([]int) bool) {
	return func(yield func([]int) bool) {
		var choose func(rest, chosen []int) bool
		choose = func(rest, chosen []int) bool {
			missing := k - len(chosen)
			if missing == 0 {
				return yield(chosen)
			}
			for i := range len(rest) - missing + 1 {
				if !choose(rest[i+1:], append(slices.Clone(chosen), rest[i])) {
					return false
				}
			}
			return true
		}
		choose(of, nil)
	}
}
