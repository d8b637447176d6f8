package numa

import "slices"

// Devices are those of one resource of a device plugin.
type Devices struct {
	// At are the nodes of every device, whether it is well and free or not. A device without nodes can be anywhere.
	At map[string][]int
	// Free could be given; Again are those that containers of the pod leave which end before.
	Free, Again []string
}

// Hints are those for n devices; nil if the plugin tells no places.
func (d *Devices) Hints(m *Machine, n int) []Hint {
	var known []int
	placed := false
	for _, at := range d.At {
		placed = placed || len(at) > 0
		known = append(known, at...)
	}
	if !placed {
		return nil
	}
	if d.left() < n {
		return []Hint{}
	}
	slices.Sort(known)
	nodes := slices.DeleteFunc(slices.Compact(known), func(id int) bool { return !slices.Contains(m.Nodes, id) })
	if len(nodes) == 0 {
		nodes = m.Nodes
	}
	least, out := len(nodes), []Hint{}
	for _, mask := range Subsets(nodes) {
		if count(d.At, mask) >= n {
			least = min(least, mask.Count())
		}
		if d.in(mask) >= n {
			out = append(out, Hint{Nodes: mask})
		}
	}
	for i := range out {
		out[i].Preferred = out[i].Nodes.Count() == least
	}
	return out
}

func (d *Devices) left() int {
	n := len(d.Free)
	for _, id := range d.Again {
		if !slices.Contains(d.Free, id) {
			n++
		}
	}
	return n
}

// in is how many devices can be had within a set; none if one that is to be used again lies outside of it.
func (d *Devices) in(mask Mask) (n int) {
	for _, id := range d.Again {
		switch at := d.At[id]; {
		case len(at) == 0:
		case !Touches(mask, at):
			return 0
		default:
			n++
		}
	}
	for _, id := range d.Free {
		if Touches(mask, d.At[id]) {
			n++
		}
	}
	return n
}

func count(of map[string][]int, mask Mask) (n int) {
	for _, at := range of {
		if Touches(mask, at) {
			n++
		}
	}
	return n
}

// Touches says whether one of the nodes is in the set.
func Touches(mask Mask, nodes []int) bool { return slices.ContainsFunc(nodes, mask.Has) }
