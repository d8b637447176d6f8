// Package filter makes seccomp filters smaller. libseccomp compares a call's number with hundreds of others, one after the other:
// 1,250 instructions for the default profile, of which the kernel keeps three forms for each container, 50 KiB, and which it
// compiles and tries out with all numbers at each start. What such a program decides is a table of ranges of numbers, a few dozen
// of them, and a binary search in that takes a tenth.
package filter

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"golang.org/x/sys/unix"
)

// Offsets in struct seccomp_data of what is decided by ranges; all else are arguments.
const (
	offNumber = 0
	offArch   = 4
)

// ErrUnsupported says that a program has instructions that libseccomp does not write, or uses them otherwise.
var ErrUnsupported = errors.New("not a program of a kind that is made smaller")

// Shrink returns a program that answers the same for every call, or the same program where none is found that is shorter.
func Shrink(prog []unix.SockFilter) ([]unix.SockFilter, error) {
	s := &source{prog: prog, ids: map[node]int{}}
	archs, numbers, err := s.bounds()
	if err != nil {
		return nil, err
	}
	var tables []entry
	e := &emitter{at: map[int]int{}, tables: map[string]int{}}
	for i, arch := range archs {
		var table []entry
		for _, number := range numbers {
			id, err := s.residue(arch, number)
			if err != nil {
				return nil, err
			}
			if len(table) == 0 || table[len(table)-1].to != id {
				table = append(table, entry{number, id})
			}
		}
		at := e.table(s.nodes, table)
		if i == 0 || tables[len(tables)-1].to != at {
			tables = append(tables, entry{arch, at})
		}
	}
	e.load(e.search(tables), offArch, ^uint32(0))
	if len(e.code) >= len(prog) {
		return prog, nil
	}
	slices.Reverse(e.code)
	return e.code, nil
}

// word is what the accumulator holds: the 32 bits at an offset of the call, masked. Before anything is loaded it is 0.
type word struct {
	off, mask uint32
	loaded    bool
}

// state is a point of a program's run.
type state struct {
	pc int
	a  word
}

// node is what is left of a program when architecture and number are known: an answer, or a comparison of an argument that leads
// to one of two others.
type node struct {
	jump    uint16 // 0: an answer
	k       uint32
	a       word
	yes, no int
}

// source is the program that is read.
type source struct {
	prog  []unix.SockFilter
	ids   map[node]int
	nodes []node // an id is an index; equal ones are one
}

// bounds finds where ranges of architectures and of numbers begin that the program tells apart, in order. It visits all that can
// run, so that whatever is not understood is found here.
func (s *source) bounds() (archs, numbers []uint32, err error) {
	begin := map[uint32]map[uint32]bool{offArch: {0: true}, offNumber: {0: true}}
	seen := map[state]bool{}
	next := []state{{}}
	for len(next) > 0 {
		at := next[len(next)-1]
		next = next[:len(next)-1]
		if seen[at] {
			continue
		}
		seen[at] = true
		if at.pc >= len(s.prog) {
			return nil, nil, fmt.Errorf("it has no end: %w", ErrUnsupported)
		}
		in := s.prog[at.pc]
		after, yes, no := state{at.pc + 1, at.a}, state{at.pc + 1 + int(in.Jt), at.a}, state{at.pc + 1 + int(in.Jf), at.a}
		switch in.Code {
		case unix.BPF_RET | unix.BPF_K:
			continue
		case unix.BPF_LD | unix.BPF_W | unix.BPF_ABS:
			after.a = word{in.K, ^uint32(0), true}
		case unix.BPF_ALU | unix.BPF_AND | unix.BPF_K:
			after.a.mask &= in.K
		case unix.BPF_JMP | unix.BPF_JA:
			after.pc += int(in.K)
		case unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, unix.BPF_JMP | unix.BPF_JGT | unix.BPF_K, unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K,
			unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K:
			if set := begin[at.a.off]; at.a.loaded && set != nil {
				if at.a.mask != ^uint32(0) || in.Code == unix.BPF_JMP|unix.BPF_JSET|unix.BPF_K {
					return nil, nil, fmt.Errorf("instruction %d looks at bits of a number: %w", at.pc, ErrUnsupported)
				}
				if in.Code != unix.BPF_JMP|unix.BPF_JGT|unix.BPF_K {
					set[in.K] = true
				}
				if in.Code != unix.BPF_JMP|unix.BPF_JGE|unix.BPF_K && in.K != ^uint32(0) {
					set[in.K+1] = true
				}
			}
			next = append(next, yes, no)
			continue
		default:
			return nil, nil, fmt.Errorf("instruction %d is %#x: %w", at.pc, in.Code, ErrUnsupported)
		}
		next = append(next, after)
	}
	return slices.Sorted(maps.Keys(begin[offArch])), slices.Sorted(maps.Keys(begin[offNumber])), nil
}

// maxVisits bounds the comparisons of arguments that are followed for one number: those of the default profile have four.
const maxVisits = 10_000

// residue runs the program with an architecture and a number, and returns the id of what is left.
func (s *source) residue(arch, number uint32) (int, error) {
	known := map[state]int{}
	var follow func(at state) int
	follow = func(at state) int {
		for {
			in := s.prog[at.pc]
			at.pc++
			switch in.Code {
			case unix.BPF_RET | unix.BPF_K:
				return s.id(node{k: in.K})
			case unix.BPF_LD | unix.BPF_W | unix.BPF_ABS:
				at.a = word{in.K, ^uint32(0), true}
			case unix.BPF_ALU | unix.BPF_AND | unix.BPF_K:
				at.a.mask &= in.K
			case unix.BPF_JMP | unix.BPF_JA:
				at.pc += int(in.K)
			default:
				yes, no := state{at.pc + int(in.Jt), at.a}, state{at.pc + int(in.Jf), at.a}
				if at.a.loaded && at.a.off != offArch && at.a.off != offNumber {
					id, ok := known[at]
					if !ok && len(known) < maxVisits {
						id = s.id(node{in.Code, in.K, at.a, follow(yes), follow(no)})
						known[at] = id
					}
					return id
				}
				value := uint32(0)
				switch {
				case at.a.loaded && at.a.off == offArch:
					value = arch
				case at.a.loaded:
					value = number
				}
				if at = no; holds(in.Code, value, in.K) {
					at = yes
				}
			}
		}
	}
	id := follow(state{})
	if len(known) >= maxVisits {
		return 0, fmt.Errorf("call %d compares too much: %w", number, ErrUnsupported)
	}
	return id, nil
}

// holds says whether a comparison of a program's leads to its first branch.
func holds(code uint16, a, k uint32) bool {
	switch code {
	case unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K:
		return a == k
	case unix.BPF_JMP | unix.BPF_JGT | unix.BPF_K:
		return a > k
	case unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K:
		return a >= k
	default:
		return a&k != 0
	}
}

// id names a node. A comparison that leads to the same either way is none.
func (s *source) id(n node) int {
	if n.jump != 0 && n.yes == n.no {
		return n.yes
	}
	id, ok := s.ids[n]
	if !ok {
		id = len(s.nodes)
		s.ids[n] = id
		s.nodes = append(s.nodes, n)
	}
	return id
}
