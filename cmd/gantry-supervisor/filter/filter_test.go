package filter

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// decode reads a program as the kernel takes it.
func decode(raw []byte) []unix.SockFilter {
	var out []unix.SockFilter
	for ; len(raw) >= 8; raw = raw[8:] {
		out = append(out, unix.SockFilter{Code: binary.NativeEndian.Uint16(raw), Jt: raw[2], Jf: raw[3], K: binary.NativeEndian.Uint32(raw[4:])})
	}
	return out
}

// machine is an interpreter that others have written.
func machine(t *testing.T, prog []unix.SockFilter) *bpf.VM {
	t.Helper()
	raw := make([]bpf.RawInstruction, len(prog))
	for i, in := range prog {
		raw[i] = bpf.RawInstruction{Op: in.Code, Jt: in.Jt, Jf: in.Jf, K: in.K}
	}
	ins, ok := bpf.Disassemble(raw)
	if !ok {
		t.Fatal("not understood by the interpreter")
	}
	vm, err := bpf.NewVM(ins)
	if err != nil {
		t.Fatal(err)
	}
	return vm
}

// call is a struct seccomp_data as that interpreter reads it, whose words are those of packets.
func call(number, arch uint32, args [12]uint32) []byte {
	out := make([]byte, 16, 64)
	binary.BigEndian.PutUint32(out[offNumber:], number)
	binary.BigEndian.PutUint32(out[offArch:], arch)
	for _, a := range args {
		out = binary.BigEndian.AppendUint32(out, a)
	}
	return out
}

// compare asks two programs about calls that are near to what the first one compares with.
func compare(t *testing.T, r *rand.Rand, before, after []unix.SockFilter, archs, numbers []uint32, tries int) {
	t.Helper()
	a, b := machine(t, before), machine(t, after)
	var near []uint32
	for _, in := range before {
		near = append(near, in.K, in.K+1, in.K-1)
	}
	near = append(near, 0, 1, ^uint32(0))
	slices.Sort(near)
	near = slices.Compact(near)
	for _, arch := range archs {
		for _, number := range numbers {
			for range tries {
				var args [12]uint32
				for i := range args {
					if args[i] = near[r.IntN(len(near))]; r.IntN(3) == 0 {
						args[i] = 0 // the upper halves, most often
					}
				}
				data := call(number, arch, args)
				want, err := a.Run(data)
				if err != nil {
					t.Fatal(err)
				}
				if got, err := b.Run(data); err != nil || got != want {
					t.Fatalf("arch %#x, call %d, arguments %#x: %#x instead of %#x, %v", arch, number, args, got, want, err)
				}
			}
		}
	}
}

// The default profile of a container as libseccomp compiles it answers the same when it is small.
func TestShrinkDefaultProfile(t *testing.T) {
	raw, err := os.ReadFile("testdata/default-x86_64.bpf")
	if err != nil {
		t.Fatal(err)
	}
	before := decode(raw)
	after, err := Shrink(before)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d instructions instead of %d", len(after), len(before))
	if len(after) > len(before)/4 {
		t.Errorf("%d instructions of %d are left", len(after), len(before))
	}
	var numbers []uint32
	for n := range uint32(600) {
		numbers = append(numbers, n, 0x40000000+n)
	}
	numbers = append(numbers, 0x3fffffff, 0x7fffffff, 0x80000000, ^uint32(0), ^uint32(0)-1)
	archs := []uint32{unix.AUDIT_ARCH_X86_64, unix.AUDIT_ARCH_I386, unix.AUDIT_ARCH_AARCH64, 0, unix.AUDIT_ARCH_X86_64 + 1, ^uint32(0)}
	compare(t, rand.New(rand.NewPCG(1, 2)), before, after, archs, numbers, 20)
}

// random is a program of the kind that Shrink understands: few constants, so that ranges meet.
func random(r *rand.Rand, n int) []unix.SockFilter {
	offsets := []uint32{offNumber, offNumber, offArch, 16, 20, 24}
	jumps := []uint16{unix.BPF_JEQ, unix.BPF_JGT, unix.BPF_JGE, unix.BPF_JSET}
	prog := []unix.SockFilter{{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offsets[r.IntN(len(offsets))]}}
	argument := prog[0].K >= 16
	for i := 1; i < n; i++ {
		left := uint32(min(n-i, 256)) // the answer at the end can be reached
		k := uint32(r.IntN(12))
		if r.IntN(20) == 0 {
			k = ^uint32(0) - k
		}
		in := unix.SockFilter{K: k}
		switch c := r.IntN(12); {
		case c == 0:
			in.Code = unix.BPF_RET | unix.BPF_K
		case c == 1:
			in.Code, in.K = unix.BPF_JMP|unix.BPF_JA, r.Uint32N(left)
		case c < 5:
			in.Code, in.K = unix.BPF_LD|unix.BPF_W|unix.BPF_ABS, offsets[r.IntN(len(offsets))]
			argument = in.K >= 16
		case c == 5 && argument:
			in.Code = unix.BPF_ALU | unix.BPF_AND | unix.BPF_K
		default:
			kinds := jumps
			if !argument {
				kinds = jumps[:3]
			}
			in.Code = unix.BPF_JMP | kinds[r.IntN(len(kinds))] | unix.BPF_K
			in.Jt, in.Jf = uint8(r.Uint32N(left)), uint8(r.Uint32N(left))
		}
		prog = append(prog, in)
	}
	return append(prog, unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: 99})
}

func TestShrinkRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	shrunk := 0
	for range 2000 {
		before := random(r, 2+r.IntN(60))
		after, err := Shrink(before)
		if errors.Is(err, ErrUnsupported) { // a jump led from a word of one kind to a comparison for another
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(after) < len(before) {
			shrunk++
		}
		numbers := []uint32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, ^uint32(0) - 3, ^uint32(0)}
		compare(t, r, before, after, numbers, numbers, 2)
	}
	if shrunk < 500 {
		t.Errorf("%d programs became smaller", shrunk)
	}
}

// Jumps over more than 255 instructions need steps.
func TestShrinkFar(t *testing.T) {
	var before []unix.SockFilter
	const calls = 700
	for i := range uint32(calls) { // each call has an answer of its own that depends on an argument
		before = append(before,
			unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offNumber},
			unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: 2 * i, Jf: 4},
			unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 16},
			unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: i, Jf: 1},
			unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: i},
			unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: 5000 + i})
	}
	before = append(before, unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: 9999})
	after, err := Shrink(before)
	if err != nil {
		t.Fatal(err)
	}
	var numbers []uint32
	for n := range uint32(2*calls + 2) {
		numbers = append(numbers, n)
	}
	compare(t, rand.New(rand.NewPCG(5, 6)), before, after, []uint32{0}, numbers, 4)
}

func TestShrinkRefuses(t *testing.T) {
	ret := unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K}
	for name, prog := range map[string][]unix.SockFilter{
		"nothing":          {},
		"no end":           {{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS}},
		"a jump out":       {{Code: unix.BPF_JMP | unix.BPF_JA, K: 7}, ret},
		"an index":         {{Code: unix.BPF_LDX | unix.BPF_IMM, K: 1}, ret},
		"bits of a number": {{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS}, {Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, K: 1}, ret},
	} {
		if _, err := Shrink(prog); !errors.Is(err, ErrUnsupported) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
