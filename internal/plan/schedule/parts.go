package schedule

// Passes over all nodes are made in parts at the same time, where the one who owns the State gives it cores for that. What is written
// in a part is its own nodes' columns only, and what the parts have found is joined in their order: the outcome is that of one pass.

// Cores runs do for each part from 0 on, at the same time as far as it can, and returns when all have ended.
type Cores func(parts int, do func(part int))

// Passes over fewer nodes take less time than it takes to wake a core (docs/performance.md, "On all cores"); more parts than
// maxParts would have less than a few thousand nodes each.
const (
	splitFrom = 8192
	maxParts  = 8
)

// UseCores has passes over many nodes made in parts by run. Without, or with one part, there is one pass.
func (s *State) UseCores(parts int, run Cores) {
	s.parts, s.run, s.wide = min(parts, maxParts), run, splitFrom
}

// inParts reports whether a pass over all nodes is made in parts.
func (s *State) inParts() bool { return s.parts > 1 && len(s.nodes) >= s.wide }

// pass calls do with ranges that make up all nodes, each with its number.
func (s *State) pass(do func(part, from, to int)) {
	n := len(s.nodes)
	if !s.inParts() {
		do(0, 0, n)
		return
	}
	s.run(s.parts, func(part int) { do(part, part*n/s.parts, (part+1)*n/s.parts) })
}
