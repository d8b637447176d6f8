package schedule

import (
	"math/bits"
	"slices"
)

// ranking orders nodes by score: a set of nodes, as bits, per score. Scores are small whole numbers of which few occur at
// a time, which is what makes this work: moving a node and finding the best are a few instructions each, however many
// nodes there are.
type ranking struct {
	rows    []row // by falling score
	top     int   // no row before it has nodes
	members int
}

// row is the nodes of one score.
type row struct {
	score int32
	count int32
	bits  []uint64
}

// find is the place of a score among the rows.
func (r *ranking) find(score int32) (int, bool) {
	return slices.BinarySearchFunc(r.rows, score, func(a row, score int32) int { return int(score) - int(a.score) })
}

func (r *ranking) add(i int, score int32) {
	at, ok := r.find(score)
	if !ok {
		r.rows = slices.Insert(r.rows, at, row{score: score})
	}
	w := &r.rows[at]
	if n := i/64 + 1; n > len(w.bits) {
		w.bits = append(w.bits, make([]uint64, n-len(w.bits))...)
	}
	w.bits[i/64] |= 1 << (i % 64)
	w.count++
	r.members++
	r.top = min(r.top, at)
}

func (r *ranking) remove(i int, score int32) {
	at, _ := r.find(score)
	r.rows[at].bits[i/64] &^= 1 << (i % 64)
	r.rows[at].count--
	r.members--
}

// best is the highest score that a node has. There must be one.
func (r *ranking) best() int64 {
	for r.rows[r.top].count == 0 {
		r.top++
	}
	return int64(r.rows[r.top].score)
}

// first is the first node from start on, going round, among those with the highest score. There must be one.
func (r *ranking) first(start int) int {
	r.best()
	set := r.rows[r.top].bits
	if w := start / 64; w < len(set) {
		if m := set[w] &^ (1<<(start%64) - 1); m != 0 {
			return w*64 + bits.TrailingZeros64(m)
		}
		for k := w + 1; k < len(set); k++ {
			if set[k] != 0 {
				return k*64 + bits.TrailingZeros64(set[k])
			}
		}
	}
	for k, m := range set {
		if m != 0 {
			return k*64 + bits.TrailingZeros64(m)
		}
	}
	return -1 // there was none
}
