package schedule

import "math/bits"

// ranks is one more than the highest room score: scores are small whole numbers, which is what makes this work.
const ranks = (weightLeast+weightBalanced)*maxScore + 1

// ranking orders the feasible nodes of a class by score: a set of nodes, as bits, per score. Moving a node and finding the
// best are a few instructions each, however many nodes there are.
type ranking struct {
	rows  [ranks][]uint64 // made at their first use
	count [ranks]int
	top   int // no score above it has nodes
}

// move files node i under another score; negative scores are nowhere.
func (r *ranking) move(i int, from, to int64) {
	if from == to {
		return
	}
	if from >= 0 {
		r.rows[from][i/64] &^= 1 << (i % 64)
		r.count[from]--
	}
	if to >= 0 {
		row := r.rows[to]
		for len(row) <= i/64 {
			row = append(row, 0)
		}
		row[i/64] |= 1 << (i % 64)
		r.rows[to] = row
		r.count[to]++
		r.top = max(r.top, int(to))
	}
}

// best is a node with the highest score, the first from start on, going round; -1 if there is none.
func (r *ranking) best(start int) int {
	for r.top > 0 && r.count[r.top] == 0 {
		r.top--
	}
	if r.count[r.top] == 0 {
		return -1
	}
	row := r.rows[r.top]
	if w := start / 64; w < len(row) {
		if m := row[w] &^ (1<<(start%64) - 1); m != 0 {
			return w*64 + bits.TrailingZeros64(m)
		}
		for k := w + 1; k < len(row); k++ {
			if row[k] != 0 {
				return k*64 + bits.TrailingZeros64(row[k])
			}
		}
	}
	for k, m := range row {
		if m != 0 {
			return k*64 + bits.TrailingZeros64(m)
		}
	}
	return -1
}
