package schedule

// ease is what the usual scores make of a node before a pod comes, so that to score it for a pod takes no division.
type ease struct {
	// The shares that are given away, and those that seem to be, with assumed amounts for containers that request nothing.
	cpu, mem, seemCPU, seemMem float64
	even                       float64 // evenness of the two, a whole number
	kind                       uint8   // place in State.kinds, or one of those below
}

// kind is what nodes have that are of one size.
type kind struct{ cpu, mem int64 }

const (
	maxKinds = 200 // more are looked at one by one: the parts of a pod are worked out for each kind in each scan
	odd      = 254 // a node without CPU or memory, or of one kind too many
	unknown  = 255 // it is stale
)

// evenPair are the resources whose evenness ease knows. It is never changed.
var evenPair = []scored{{row: resCPU}, {row: resMemory}}

// refreshEases works out those of nodes that are new or have changed.
func (s *State) refreshEases() {
	for _, i := range s.stale {
		s.easeOf(&s.eases[i], int(i))
	}
	s.stale = s.stale[:0]
	for i := len(s.eases); i < len(s.nodes); i++ {
		s.eases = append(s.eases, ease{})
		s.easeOf(&s.eases[i], i)
	}
}

func (s *State) easeOf(e *ease, i int) {
	k := kind{s.alloc[resCPU].at(i), s.alloc[resMemory].at(i)}
	*e = ease{kind: s.kindOf(k)}
	if e.kind == odd {
		return
	}
	cpu, mem := float64(k.cpu), float64(k.mem)
	e.cpu, e.mem = float64(s.used[resCPU].at(i))/cpu, float64(s.used[resMemory].at(i))/mem
	e.seemCPU, e.seemMem = float64(s.seemCPU[i])/cpu, float64(s.seemMem[i])/mem
	e.even = float64(s.evenness(evenPair, i, 0))
}

// kindOf is the place of a kind.
func (s *State) kindOf(k kind) uint8 {
	if k.cpu <= 0 || k.mem <= 0 {
		return odd
	}
	for n, have := range s.kinds {
		if have == k {
			return uint8(n)
		}
	}
	if len(s.kinds) == maxKinds {
		return odd
	}
	s.kinds = append(s.kinds, k)
	return uint8(len(s.kinds) - 1)
}
