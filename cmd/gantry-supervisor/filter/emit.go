package filter

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// farthest is how many instructions a conditional jump can leave out.
const farthest = 255

// entry is a range of numbers, which ends where the next begins, and where it leads.
type entry struct {
	from uint32
	to   int
}

// emitter writes a program from its end to its beginning, as jumps only lead forward. A position counts from the end.
type emitter struct {
	code   []unix.SockFilter
	at     map[int]int    // position of each node
	tables map[string]int // and of each table by what is in it
}

func (e *emitter) put(in unix.SockFilter) int {
	e.code = append(e.code, in)
	return len(e.code) - 1
}

// load puts what loads a word before the instruction at the top, which has to be the one at next.
func (e *emitter) load(next int, off, mask uint32) int {
	e.top(next)
	if mask != ^uint32(0) {
		e.put(unix.SockFilter{Code: unix.BPF_ALU | unix.BPF_AND | unix.BPF_K, K: mask})
	}
	return e.put(unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: off})
}

// top makes sure that what is put next runs on to next.
func (e *emitter) top(next int) int {
	if next == len(e.code)-1 {
		return next
	}
	return e.again(next)
}

// again is a short way to a position: the same answer once more, or an unconditional jump.
func (e *emitter) again(to int) int {
	if in := e.code[to]; in.Code == unix.BPF_RET|unix.BPF_K {
		return e.put(in)
	}
	return e.put(unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JA, K: uint32(len(e.code) - to - 1)})
}

// jump puts a comparison that leads to two positions.
func (e *emitter) jump(code uint16, k uint32, yes, no int) int {
	for {
		here := len(e.code)
		switch {
		case here-yes-1 > farthest:
			yes = e.again(yes)
		case here-no-1 > farthest:
			no = e.again(no)
		default:
			return e.put(unix.SockFilter{Code: code, K: k, Jt: uint8(here - yes - 1), Jf: uint8(here - no - 1)})
		}
	}
}

// node puts a node and all that it leads to, once.
func (e *emitter) node(nodes []node, id int) int {
	if at, ok := e.at[id]; ok {
		return at
	}
	n := nodes[id]
	var at int
	if n.jump == 0 {
		at = e.put(unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: n.k})
	} else {
		yes, no := e.node(nodes, n.yes), e.node(nodes, n.no)
		at = e.load(e.jump(n.jump, n.k, yes, no), n.a.off, n.a.mask)
	}
	e.at[id] = at
	return at
}

// table puts the search for a number in ranges that lead to nodes, and all of those.
func (e *emitter) table(nodes []node, table []entry) int {
	name := fmt.Sprint(table)
	if at, ok := e.tables[name]; ok {
		return at
	}
	placed := make([]entry, len(table))
	for i, t := range table {
		placed[i] = entry{t.from, e.node(nodes, t.to)}
	}
	at := e.load(e.search(placed), offNumber, ^uint32(0))
	e.tables[name] = at
	return at
}

// mostApart bounds the numbers that are compared one by one before a range answers.
const mostApart = 4

// search puts a binary search in ranges that lead to positions. The accumulator holds the number.
func (e *emitter) search(in []entry) int {
	return e.halve(e.apart(in))
}

// apart makes one range of those that lead to the same but for single numbers between them, which are compared with first: one
// instruction each, where the search would need two.
func (e *emitter) apart(in []entry) (out []entry) {
	for len(in) > 0 {
		first, single := in[0], 0
		to := first.to
		in = in[1:]
		for ; single < mostApart && len(in) > 1 && in[1].from == in[0].from+1 && in[1].to == first.to; single++ {
			to = e.jump(unix.BPF_JMP|unix.BPF_JEQ|unix.BPF_K, in[0].from, in[0].to, to)
			in = in[2:]
		}
		out = append(out, entry{first.from, to})
	}
	return out
}

func (e *emitter) halve(in []entry) int {
	if len(in) == 1 {
		return in[0].to
	}
	mid := len(in) / 2
	below, above := e.halve(in[:mid]), e.halve(in[mid:])
	return e.jump(unix.BPF_JMP|unix.BPF_JGE|unix.BPF_K, in[mid].from, above, below)
}
