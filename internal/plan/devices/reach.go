package devices

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
)

// Which slices a node reaches. Most are those of one node; of the others few differ in who reaches them.

// reach is what tells nodes apart that have no pools of their own.
type reach struct {
	slices    []*resourceapi.ResourceSlice // of all pools that are not one node's
	selectors []*nodeaffinity.NodeSelector // by which these choose nodes, each once
	named     map[string]bool              // nodes that they choose by name
	// broken says that some selector cannot be read: then every node is asked about.
	broken bool
	groups map[string]grouped // by node
}

// grouped is the group of a node as it was.
type grouped struct {
	node  *corev1.Node
	group string
}

// reach finds out what the slices are that more than one node may reach.
func (w *World) reach() *reach {
	if w.shared != nil {
		return w.shared
	}
	r := &reach{named: map[string]bool{}, groups: map[string]grouped{}}
	for _, p := range w.pools {
		if p.node == "" {
			r.slices = slices.AppendSeq(r.slices, maps.Values(p.slices))
		}
	}
	seen := map[string]bool{}
	choose := func(name *string, sel *corev1.NodeSelector) {
		if name != nil && *name != "" {
			r.named[*name] = true
		}
		if sel == nil {
			return
		}
		raw, err := sel.Marshal()
		if err == nil && seen[string(raw)] {
			return
		}
		seen[string(raw)] = true
		parsed, perr := nodeaffinity.NewNodeSelector(sel)
		if err != nil || perr != nil {
			r.broken = true
			return
		}
		r.selectors = append(r.selectors, parsed)
	}
	for _, s := range r.slices {
		choose(s.Spec.NodeName, s.Spec.NodeSelector)
		if s.Spec.PerDeviceNodeSelection != nil && *s.Spec.PerDeviceNodeSelection {
			for i := range s.Spec.Devices {
				choose(s.Spec.Devices[i].NodeName, s.Spec.Devices[i].NodeSelector)
			}
		}
	}
	w.shared = r
	return r
}

// own is the group of a node alone. No other group begins so.
func own(node string) string { return "node " + node }

// group is the same for nodes that reach the same slices and devices.
func (w *World) group(node *corev1.Node) string {
	r := w.reach()
	if r.broken || r.named[node.Name] || w.local[node.Name] != nil {
		return own(node.Name)
	}
	if len(r.selectors) == 0 {
		return "" // all nodes reach them, or none
	}
	if g, ok := r.groups[node.Name]; ok && g.node == node {
		return g.group
	}
	bits := make([]byte, len(r.selectors))
	for i, sel := range r.selectors {
		bits[i] = '0'
		if sel.Match(node) {
			bits[i] = '1'
		}
	}
	r.groups[node.Name] = grouped{node, string(bits)}
	return string(bits)
}

// reachable are the slices of all pools that a node may reach.
func (w *World) reachable(node string) []*resourceapi.ResourceSlice {
	out := slices.Clip(w.reach().slices)
	for _, p := range w.local[node] {
		out = slices.AppendSeq(out, maps.Values(p.slices))
	}
	return out
}
