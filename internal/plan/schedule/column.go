package schedule

import (
	"iter"
	"slices"
)

// column is a number per node. One that few nodes have, say of a device that a single node offers, keeps those few only: a
// cluster may have as many such resources as nodes. The zero column is all zeros.
type column struct {
	dense []int64         // as far as it goes; zeros beyond
	few   map[int32]int64 // instead of dense, what is not zero
	last  int             // the highest node that few ever had
}

// A column keeps no more than fewMost nodes apart from the others, unless they are less than one in fewShare: then a plain
// column is no larger than a map.
const (
	fewMost  = 64
	fewShare = 16
)

// at is the number of a node.
func (c *column) at(i int) int64 {
	if i < len(c.dense) {
		return c.dense[i]
	}
	return c.few[int32(i)]
}

// set gives a node a number.
func (c *column) set(i int, n int64) {
	if c.dense == nil {
		if n == 0 {
			delete(c.few, int32(i))
			return
		}
		if c.few == nil {
			c.few = map[int32]int64{}
		}
		c.few[int32(i)] = n
		if c.last = max(c.last, i); len(c.few) > max(fewMost, c.last/fewShare) {
			c.spread()
		}
		return
	}
	c.reach(i + 1)
	c.dense[i] = n
}

// spread makes the column a plain one.
func (c *column) spread() {
	c.dense = make([]int64, c.last+1)
	for i, n := range c.few {
		c.dense[i] = n
	}
	c.few = nil
}

// plain makes the column a plain one, as long as there are nodes, and returns it.
func (c *column) plain(nodes int) []int64 {
	if c.dense == nil {
		c.spread()
	}
	return c.reach(nodes)
}

// reach makes a plain column as long as there are nodes, and returns it.
func (c *column) reach(nodes int) []int64 {
	if more := nodes - len(c.dense); more > 0 {
		c.dense = append(c.dense, make([]int64, more)...)
	}
	return c.dense
}

func (c *column) add(i int, n int64) { c.set(i, c.at(i)+n) }

// nodes are those of a column that keeps few, in ascending order.
func (c *column) nodes() []int {
	out := make([]int, 0, len(c.few))
	for i := range c.few {
		out = append(out, int(i))
	}
	slices.Sort(out)
	return out
}

// values ranges over the numbers of all nodes, those that are zero left out or not.
func (c *column) values() iter.Seq[int64] {
	return func(yield func(int64) bool) {
		for _, n := range c.dense {
			if !yield(n) {
				return
			}
		}
		for _, n := range c.few {
			if !yield(n) {
				return
			}
		}
	}
}
