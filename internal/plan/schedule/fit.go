package schedule

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// NodeResourcesFit: is there room, and how much of it would be left.

// scored is a resource by which a class compares nodes.
type scored struct {
	row    int
	weight int64
	pod    int64 // what the pod asks for
	seem   bool  // counted with an assumed amount for containers that request nothing
}

// scalar reports whether a resource is one that only pods that ask for it are compared by.
func scalar(name corev1.ResourceName) bool {
	n := string(name)
	return strings.Contains(n, "/") || strings.HasPrefix(n, corev1.ResourceHugePagesPrefix) || strings.HasPrefix(n, corev1.ResourceAttachableVolumesPrefix)
}

// checked are the amounts that the profile checks.
func (s *State) checked(d *demand, f *Fit) []want {
	if len(f.IgnoredResources)+len(f.IgnoredGroups) == 0 {
		return d.amounts
	}
	ignored := func(w want) bool {
		name := string(s.names[w.resource])
		group, _, extended := strings.Cut(name, "/")
		return extended && !strings.Contains(name, "kubernetes.io/") && (slices.Contains(f.IgnoredResources, name) || slices.Contains(f.IgnoredGroups, group))
	}
	return slices.DeleteFunc(slices.Clone(d.amounts), ignored)
}

// fitBy are the resources that a class is compared by for NodeResourcesFit.
func (s *State) fitBy(p *Profile, d *demand) []scored {
	var out []scored
	for _, r := range p.Fit.Resources {
		sc := scored{row: s.resource(r.Name), weight: r.Weight}
		switch r.Name {
		case corev1.ResourceCPU:
			sc.pod, sc.seem = d.scoreCPU, true
		case corev1.ResourceMemory:
			sc.pod, sc.seem = d.scoreMem, true
		default:
			sc.pod = d.of(sc.row)
			if sc.pod == 0 && scalar(r.Name) {
				continue
			}
		}
		out = append(out, sc)
	}
	return out
}

// usedAs is how much of a resource a node has given away, as a score sees it.
func (s *State) usedAs(sc *scored, i int) int64 {
	switch {
	case sc.seem && sc.row == resCPU:
		return s.seemCPU[i]
	case sc.seem && sc.row == resMemory:
		return s.seemMem[i]
	default:
		return s.used[sc.row].at(i)
	}
}

// fitScore is NodeResourcesFit's score of a node, with upstream's arithmetic.
func (s *State) fitScore(c *class, i int) int64 {
	var sum, weights int64
	for k := range c.fitBy {
		sc := &c.fitBy[k]
		alloc := s.alloc[sc.row].at(i)
		if alloc == 0 {
			continue
		}
		used := s.usedAs(sc, i) + sc.pod
		var score int64
		switch c.profile.Fit.Strategy {
		case MostAllocated:
			score = min(used, alloc) * maxScore / alloc
		case RequestedToCapacityRatio:
			score = shaped(c.profile.Fit.Shape, used, alloc)
			if score <= 0 {
				continue // upstream lets worthless resources not count at all
			}
		default:
			if used <= alloc {
				score = (alloc - used) * maxScore / alloc
			}
		}
		sum += score * sc.weight
		weights += sc.weight
	}
	if weights == 0 {
		return 0
	}
	if c.profile.Fit.Strategy == RequestedToCapacityRatio {
		return (2*sum + weights) / (2 * weights) // rounded, never negative
	}
	return sum / weights
}

// shaped values a utilisation by a broken line.
func shaped(shape []ShapePoint, used, alloc int64) int64 {
	p := int64(100)
	if used <= alloc {
		p = used * 100 / alloc
	}
	for i, at := range shape {
		if p > at.Utilization {
			continue
		}
		if i == 0 {
			return at.Score
		}
		from := shape[i-1]
		return from.Score + (at.Score-from.Score)*(p-from.Utilization)/(at.Utilization-from.Utilization)
	}
	return shape[len(shape)-1].Score
}

// fits reports whether the node has room. The first resource that is short ends the look.
func (s *State) fits(i int, need []want) bool {
	for _, w := range need {
		if w.n > s.alloc[w.resource].at(i)-s.used[w.resource].at(i) && !(w.delegated && s.alloc[w.resource].at(i) == 0) {
			return false
		}
	}
	return true
}

// largeEnough reports whether the node would have the room if nothing were on it.
func (s *State) largeEnough(i int, need []want) bool {
	for _, w := range need {
		if all := s.alloc[w.resource].at(i); w.n > all && !(w.delegated && all == 0) {
			return false
		}
	}
	return true
}

// delegated marks the amounts that devices may stand for.
func (s *State) delegated(need []want, d *Devices) []want {
	if len(d.Extended) == 0 {
		return need
	}
	out := slices.Clone(need)
	for k := range out {
		_, out[k].delegated = d.Extended[s.names[out[k].resource]]
	}
	return out
}

// short lists the resources of which a node has too little left; final says that it has too little of one altogether.
func (s *State) short(i int, need []want) (reasons []string, final bool) {
	return s.shortOf(i, need, nil)
}

// shortOf is short once freed, which has an entry for each of need, has been given back.
func (s *State) shortOf(i int, need []want, freed []int64) (reasons []string, final bool) {
	for k, w := range need {
		left := s.alloc[w.resource].at(i) - s.used[w.resource].at(i)
		if freed != nil {
			left += freed[k]
		}
		if w.n <= left || w.delegated && s.alloc[w.resource].at(i) == 0 {
			continue
		}
		reasons = append(reasons, s.lack(w))
		final = final || w.resource != resPods && w.n > s.alloc[w.resource].at(i)
	}
	return reasons, final
}

// lack is what upstream says of a resource of which there is too little.
func (s *State) lack(w want) string {
	if w.resource == resPods {
		return "Too many pods"
	}
	return "Insufficient " + string(s.names[w.resource])
}

// roominess is whether a node has the amounts that a class asks for, as far as the first filter goes that looks at what it carries.
type roominess uint8

const (
	enough   roominess = iota // or another filter refuses first
	tooFull                   // others could leave
	tooSmall                  // however many did
)

// lacks looks at the amounts of a node. Of each of c.needed that is short one is added to counts, which may be nil.
func (s *State) lacks(c *class, i int, counts []int) (r roominess) {
	on := &c.profile.compiled.on
	if !on[filterFit] || on[filterPorts] && len(c.demand.ports) > 0 && !s.portsFree(i, &c.demand) {
		return enough
	}
	for k, w := range c.needed {
		alloc := s.alloc[w.resource].at(i)
		if w.n <= alloc-s.used[w.resource].at(i) || w.delegated && alloc == 0 {
			continue
		}
		if counts != nil {
			counts[k]++
		}
		if r = max(r, tooFull); w.n > alloc && w.resource != resPods {
			r = tooSmall
		}
	}
	return r
}
