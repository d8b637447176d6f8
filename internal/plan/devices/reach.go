package devices

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
)

// Which slices a node reaches. Most are those of one node; of the others few differ in who reaches them.

// reach is what tells nodes apart that have no pools of their own.
type reach struct {
	slices    []*resourceapi.ResourceSlice // of all pools that are not one node's
	pools     []*pool                      // these pools, as the search goes through them
	selectors []*nodeaffinity.NodeSelector // by which these choose nodes, each once
	named     map[string]bool              // nodes that they choose by name
	// broken says that some selector cannot be read: then every node is asked about.
	broken bool
	seen   map[string]seen // by node
	// surveys are what is known of the pools; values says of an attribute whether no two pools have the same value.
	surveys map[surveyKey]survey
	values  map[resourceapi.FullyQualifiedName]bool
}

// seen is which selectors chose a node as it was.
type seen struct {
	node   *corev1.Node
	chosen string
}

// reach finds out what the slices are that more than one node may reach.
func (w *World) reach() *reach {
	if w.shared != nil {
		return w.shared
	}
	r := &reach{named: map[string]bool{}, seen: map[string]seen{}, surveys: map[surveyKey]survey{}, values: map[resourceapi.FullyQualifiedName]bool{}}
	r.pools = w.inOrder()
	for _, p := range r.pools {
		r.slices = append(r.slices, p.list...)
	}
	known := map[string]bool{}
	choose := func(name *string, sel *corev1.NodeSelector) {
		if name != nil && *name != "" {
			r.named[*name] = true
		}
		if sel == nil {
			return
		}
		raw, err := sel.Marshal()
		if err == nil && known[string(raw)] {
			return
		}
		known[string(raw)] = true
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
	was, ok := r.seen[node.Name]
	chosen := r.chosen(node)
	if !r.broken && !r.named[node.Name] && w.local[node.Name] == nil {
		return chosen
	}
	if ok && was.chosen != chosen {
		w.memory.forget(own(node.Name)) // it reaches others than before
	}
	return own(node.Name)
}

// chosen tells which of the selectors choose a node; "" where there are none.
func (r *reach) chosen(node *corev1.Node) string {
	if len(r.selectors) == 0 {
		return "" // all nodes reach them, or none
	}
	if s, ok := r.seen[node.Name]; ok && s.node == node {
		return s.chosen
	}
	bits := make([]byte, len(r.selectors))
	for i, sel := range r.selectors {
		bits[i] = '0'
		if sel.Match(node) {
			bits[i] = '1'
		}
	}
	r.seen[node.Name] = seen{node, string(bits)}
	return string(bits)
}

// face is the same for nodes that reach the same of the shared pools.
func (r *reach) face(node *corev1.Node) string {
	if r.named[node.Name] {
		return r.chosen(node) + node.Name
	}
	return r.chosen(node)
}

// reachable are the slices of all pools that a node may reach.
func (w *World) reachable(node string) []*resourceapi.ResourceSlice {
	return w.withLocal(slices.Clip(w.reach().slices), node)
}

// withLocal adds the slices of the pools that only a node reaches.
func (w *World) withLocal(to []*resourceapi.ResourceSlice, node string) []*resourceapi.ResourceSlice {
	for _, p := range w.local[node] {
		to = slices.AppendSeq(to, maps.Values(p.slices))
	}
	return to
}

// inOrder are the shared pools in the order in which the search goes through them: by name, those with devices that have to be made ready
// last. Where that depends on which of its slices a node reaches, a pool wavers; these come first.
func (w *World) inOrder() []*pool {
	var out []*pool
	for _, p := range w.pools {
		if p.node != "" {
			continue
		}
		p.list = slices.Collect(maps.Values(p.slices))
		with, without := false, false
		for _, s := range p.list {
			binds := slices.ContainsFunc(s.Spec.Devices, func(d resourceapi.Device) bool { return d.BindingConditions != nil })
			with = with || binds
			without = without || !binds && len(s.Spec.SharedCounters) == 0
		}
		p.binds, p.wavers = with, with && without
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b *pool) int {
		x, y := poolOf(a.list[0]), poolOf(b.list[0])
		return cmp.Or(compare(b.wavers, a.wavers), compare(a.binds, b.binds), cmp.Compare(x.driver, y.driver), cmp.Compare(x.name, y.name))
	})
	for i, p := range out {
		p.at = i
	}
	return out
}

// compare has false come before true.
func compare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// apart reports whether no two shared pools have devices with the same value of an attribute.
func (r *reach) apart(name resourceapi.FullyQualifiedName) bool {
	apart, known := r.values[name]
	if known {
		return apart
	}
	apart = true
	domain, id, _ := strings.Cut(string(name), "/")
	owner := map[string]*pool{}
	for _, p := range r.pools {
		for _, s := range p.list {
			for i := range s.Spec.Devices {
				attributes := s.Spec.Devices[i].Attributes
				a, ok := attributes[resourceapi.QualifiedName(name)]
				if !ok && domain == s.Spec.Driver { // what a driver says of its own devices need not name it
					a = attributes[resourceapi.QualifiedName(id)]
				}
				v := value(&a)
				if v == "" {
					continue
				}
				if have := owner[v]; have != nil && have != p {
					apart = false
				}
				owner[v] = p
			}
		}
	}
	r.values[name] = apart
	return apart
}

// value spells out the value of an attribute; "" for none, and for one that the search holds equal to no other.
func value(a *resourceapi.DeviceAttribute) string {
	switch {
	case a.StringValue != nil:
		return "s" + *a.StringValue
	case a.IntValue != nil:
		return "i" + strconv.FormatInt(*a.IntValue, 10)
	case a.BoolValue != nil:
		return "b" + strconv.FormatBool(*a.BoolValue)
	case a.VersionValue != nil:
		return "v" + *a.VersionValue
	}
	return ""
}
