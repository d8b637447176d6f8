package deschedule

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
)

// The strategies about what a node is: RemovePodsViolatingNodeAffinity and RemovePodsViolatingNodeTaints; and
// RemovePodsViolatingInterPodAntiAffinity.

const (
	required  = "requiredDuringSchedulingIgnoredDuringExecution"
	preferred = "preferredDuringSchedulingIgnoredDuringExecution"
)

func nodeAffinity(raw json.RawMessage) (func(*run, *World), error) {
	var args struct {
		scoped           `json:",inline"`
		NodeAffinityType []string `json:"nodeAffinityType"`
	}
	s, err := readScoped(raw, &args, &args.scoped)
	if err != nil {
		return nil, err
	}
	if len(args.NodeAffinityType) == 0 {
		return nil, fmt.Errorf("nodeAffinityType: want %s, %s or both", required, preferred)
	}
	for _, t := range args.NodeAffinityType {
		if t != required && t != preferred {
			return nil, fmt.Errorf("nodeAffinityType: %q is neither %s nor %s", t, required, preferred)
		}
	}
	return func(r *run, w *World) {
		r.each(s, func(n *Node, p *corev1.Pod) string {
			switch {
			case slices.Contains(args.NodeAffinityType, required) && !n.wanted(p) && w.fitsElsewhere(p, selector{}):
				return "its node does not match its required node affinity any more, another one does"
			case slices.Contains(args.NodeAffinityType, preferred) && w.betterNode(n, p):
				return "another node matches its preferred node affinity better"
			}
			return ""
		})
	}, nil
}

// betterNode reports whether a pod would fit on a node that it prefers to its own.
func (w *World) betterNode(own *Node, p *corev1.Pod) bool {
	a := p.Spec.Affinity
	if a == nil || a.NodeAffinity == nil || len(a.NodeAffinity.PreferredDuringSchedulingIgnoredDuringExecution) == 0 {
		return false
	}
	terms, err := nodeaffinity.NewPreferredSchedulingTerms(a.NodeAffinity.PreferredDuringSchedulingIgnoredDuringExecution)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(w.Nodes, func(n *Node) bool {
		return n != own && terms.Score(n.Node) > terms.Score(own.Node) && n.takes(p) && n.roomFor(p)
	})
}

func nodeTaints(raw json.RawMessage) (func(*run, *World), error) {
	var args struct {
		scoped                  `json:",inline"`
		IncludePreferNoSchedule bool     `json:"includePreferNoSchedule,omitempty"`
		ExcludedTaints          []string `json:"excludedTaints,omitempty"`
		IncludedTaints          []string `json:"includedTaints,omitempty"`
	}
	s, err := readScoped(raw, &args, &args.scoped)
	if err != nil {
		return nil, err
	}
	if len(args.ExcludedTaints) > 0 && len(args.IncludedTaints) > 0 {
		return nil, fmt.Errorf("only one of includedTaints and excludedTaints can be set")
	}
	listed := func(list []string, t *corev1.Taint) bool {
		return slices.Contains(list, t.Key) || slices.Contains(list, t.Key+"="+t.Value)
	}
	counts := func(t *corev1.Taint) bool {
		if t.Effect != corev1.TaintEffectNoSchedule && !(args.IncludePreferNoSchedule && t.Effect == corev1.TaintEffectPreferNoSchedule) {
			return false
		}
		return !listed(args.ExcludedTaints, t) && (len(args.IncludedTaints) == 0 || listed(args.IncludedTaints, t))
	}
	return func(r *run, _ *World) {
		r.each(s, func(n *Node, p *corev1.Pod) string {
			for i := range n.Spec.Taints {
				if t := &n.Spec.Taints[i]; counts(t) && !tolerates(p, t) {
					return "it does not tolerate its node's taint " + t.ToString()
				}
			}
			return ""
		})
	}, nil
}

// antiAffinity evicts pods whose own required anti-affinity others break: those came later, or changed their labels.
func antiAffinity(raw json.RawMessage) (func(*run, *World), error) {
	var args struct {
		scoped `json:",inline"`
	}
	s, err := readScoped(raw, &args, &args.scoped)
	if err != nil {
		return nil, err
	}
	return func(r *run, w *World) {
		r.each(s, func(n *Node, p *corev1.Pod) string { return w.unwelcome(n, p) })
	}, nil
}

// unwelcome names a pod that a pod's required anti-affinity does not want near it.
func (w *World) unwelcome(n *Node, p *corev1.Pod) string {
	if p.Spec.Affinity == nil || p.Spec.Affinity.PodAntiAffinity == nil {
		return ""
	}
	for _, term := range p.Spec.Affinity.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution {
		sel, err := selectorOf(term.LabelSelector)
		if err != nil || term.LabelSelector == nil {
			continue
		}
		here, ok := n.Labels[term.TopologyKey]
		if !ok {
			continue
		}
		for _, o := range w.Nodes {
			if at, ok := o.Labels[term.TopologyKey]; !ok || at != here {
				continue
			}
			for _, other := range o.Pods {
				inside := other.Namespace == p.Namespace
				if len(term.Namespaces) > 0 {
					inside = slices.Contains(term.Namespaces, other.Namespace)
				}
				if other.UID != p.UID && inside && other.DeletionTimestamp == nil && sel.matches(other.Labels) {
					return fmt.Sprintf("its anti-affinity does not want pod %s in the same %s", strings.Join([]string{other.Namespace, other.Name}, "/"), term.TopologyKey)
				}
			}
		}
	}
	return ""
}

// readScoped reads the arguments of a strategy with a scope.
func readScoped(raw json.RawMessage, args any, sc *scoped) (scope, error) {
	if err := strict(raw, args); err != nil {
		return scope{}, err
	}
	return sc.scope()
}
