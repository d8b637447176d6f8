package deschedule

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"gantry.dev/gantry/internal/plan"
)

// LowNodeUtilization takes pods from nodes that are full, so that they go to nodes that are not; HighNodeUtilization empties nodes of
// which little is used, so that they can go. What counts is what pods request, as it is for the scheduler.

// percents are parts of a node's allocatable resources.
type percents map[corev1.ResourceName]float64

func (t percents) check(where string) error {
	if len(t) == 0 {
		return fmt.Errorf("%s: no resource threshold is configured", where)
	}
	for _, r := range slices.Sorted(maps.Keys(t)) {
		if t[r] < 0 || t[r] > 100 {
			return fmt.Errorf("%s.%s: %v is not in the range of 0 to 100", where, r, t[r])
		}
	}
	return nil
}

// below reports whether a node uses no more than the threshold of everything, above whether it uses more of something.
func (t percents) below(n *Node) bool { return !t.above(n) }

func (t percents) above(n *Node) bool {
	for r, limit := range t {
		if n.part(r) > limit {
			return true
		}
	}
	return false
}

func lowUtilization(raw json.RawMessage) (func(*run, *World), error) {
	var args struct {
		metav1.TypeMeta        `json:",inline"`
		Thresholds             percents    `json:"thresholds"`
		TargetThresholds       percents    `json:"targetThresholds"`
		UseDeviationThresholds bool        `json:"useDeviationThresholds,omitempty"`
		NumberOfNodes          int         `json:"numberOfNodes,omitempty"`
		EvictableNamespaces    *namespaces `json:"evictableNamespaces,omitempty"`
	}
	if err := strict(raw, &args); err != nil {
		return nil, err
	}
	if err := args.Thresholds.check("thresholds"); err != nil {
		return nil, err
	}
	if err := args.TargetThresholds.check("targetThresholds"); err != nil {
		return nil, err
	}
	if err := onlyExcludes(args.EvictableNamespaces); err != nil {
		return nil, err
	}
	for r, low := range args.Thresholds {
		high, ok := args.TargetThresholds[r]
		if !ok {
			return nil, fmt.Errorf("thresholds and targetThresholds configured different resources: %s", r)
		}
		if !args.UseDeviationThresholds && low > high {
			return nil, fmt.Errorf("thresholds' %s percentage is greater than targetThresholds'", r)
		}
	}
	if len(args.Thresholds) != len(args.TargetThresholds) {
		return nil, fmt.Errorf("thresholds and targetThresholds configured different resources")
	}
	return func(r *run, _ *World) {
		nodes := r.nodes()
		low, high := args.Thresholds, args.TargetThresholds
		if args.UseDeviationThresholds {
			low, high = around(nodes, low, -1), around(nodes, high, 1)
		}
		var empty, full []*Node
		for _, n := range nodes {
			switch {
			case !n.Spec.Unschedulable && low.below(n):
				empty = append(empty, n)
			case high.above(n):
				full = append(full, n)
			}
		}
		if len(empty) == 0 || len(empty) <= args.NumberOfNodes || len(full) == 0 || len(empty) == len(nodes) {
			return
		}
		fullestFirst(full, high)
		r.move(full, empty, high, scope{namespaces: args.EvictableNamespaces}, high.above,
			"its node is used more than it should be, others are used less")
	}, nil
}

func highUtilization(raw json.RawMessage) (func(*run, *World), error) {
	var args struct {
		metav1.TypeMeta     `json:",inline"`
		Thresholds          percents    `json:"thresholds"`
		NumberOfNodes       int         `json:"numberOfNodes,omitempty"`
		EvictableNamespaces *namespaces `json:"evictableNamespaces,omitempty"`
	}
	if err := strict(raw, &args); err != nil {
		return nil, err
	}
	if err := args.Thresholds.check("thresholds"); err != nil {
		return nil, err
	}
	if err := onlyExcludes(args.EvictableNamespaces); err != nil {
		return nil, err
	}
	all := percents{corev1.ResourceCPU: 100, corev1.ResourceMemory: 100, corev1.ResourcePods: 100}
	for r := range args.Thresholds {
		all[r] = 100
	}
	return func(r *run, _ *World) {
		var empty, rest []*Node
		for _, n := range r.nodes() {
			switch {
			case args.Thresholds.below(n):
				empty = append(empty, n)
			case !n.Spec.Unschedulable:
				rest = append(rest, n)
			}
		}
		if len(empty) == 0 || len(empty) <= args.NumberOfNodes || len(rest) == 0 {
			return
		}
		fullestFirst(empty, args.Thresholds)
		slices.Reverse(empty) // those of which least is used are emptied first
		r.move(empty, rest, all, scope{namespaces: args.EvictableNamespaces}, func(*Node) bool { return true },
			"its node is used so little that it could go")
	}, nil
}

func onlyExcludes(n *namespaces) error {
	if n != nil && len(n.Include) > 0 {
		return fmt.Errorf("evictableNamespaces: only exclude can be set")
	}
	return nil
}

// around are thresholds as deviations from what nodes use on average.
func around(nodes []*Node, by percents, sign float64) percents {
	out := percents{}
	for r, d := range by {
		sum := 0.0
		for _, n := range nodes {
			sum += n.part(r)
		}
		out[r] = min(100, max(0, sum/float64(max(1, len(nodes)))+sign*d))
	}
	return out
}

// fullestFirst sorts nodes by how much of the named resources they use.
func fullestFirst(nodes []*Node, by percents) {
	sum := func(n *Node) (s float64) {
		for _, r := range slices.Sorted(maps.Keys(by)) {
			s += n.part(r)
		}
		return s
	}
	slices.SortStableFunc(nodes, func(a, b *Node) int { return cmp.Compare(sum(b), sum(a)) })
}

// move evicts pods from nodes as long as these want to lose some and the other nodes have room for them up to a threshold.
func (r *run) move(from, to []*Node, upTo percents, s scope, more func(*Node) bool, reason string) {
	room := plan.Amounts{}
	for _, n := range to {
		room.Add(n.left(upTo), 1)
	}
	for _, n := range from {
		for _, p := range r.pods(n, s) {
			if !more(n) {
				break
			}
			ask := requests(p)
			fits := func() bool {
				for name := range upTo {
					if ask[name] > 0 && ask[name] > room[name] {
						return false
					}
				}
				return slices.ContainsFunc(to, func(t *Node) bool { return t.takes(p) && t.roomFor(p) })
			}
			if fits() && r.may(p) && r.evict(p, reason) {
				room.Add(ask, -1)
			}
		}
	}
}
