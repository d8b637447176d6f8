package schedule

import (
	"maps"

	corev1 "k8s.io/api/core/v1"
)

// A pod that demands labels which no node has is refused by all nodes, whatever they are besides. Thousands of such pods, each with a
// demand of its own, need no look at the nodes each: they are one form (barren), found by counting which labels the nodes have.

// countLabels counts the labels of a node, which had others before; nil is no node.
func (s *State) countLabels(was, is *corev1.Node) {
	var a, b map[string]string
	if was != nil {
		a = was.Labels
	}
	if is != nil {
		b = is.Labels
	}
	if maps.Equal(a, b) {
		return
	}
	for k, v := range a {
		s.labels.add(k, v, -1)
	}
	for k, v := range b {
		s.labels.add(k, v, 1)
	}
}

// barren reports whether no node has the labels that a pod demands. It may say no where it would take a look at the nodes to tell.
func (s *State) barren(p *corev1.Pod) bool {
	if p.Spec.NodeName != "" {
		return false
	}
	for k, v := range p.Spec.NodeSelector {
		if s.labels[k][v] == 0 {
			return !namesNodes(p)
		}
	}
	terms := requiredTerms(p)
	for i := range terms {
		if !s.nowhere(&terms[i]) {
			return false
		}
	}
	return len(terms) > 0 && !namesNodes(p)
}

// nowhere reports whether it is plain that no node matches a term.
func (s *State) nowhere(t *corev1.NodeSelectorTerm) bool {
	for i := range t.MatchExpressions {
		e := &t.MatchExpressions[i]
		switch e.Operator {
		case corev1.NodeSelectorOpIn:
			found := false
			for _, v := range e.Values {
				found = found || s.labels[e.Key][v] > 0
			}
			if !found {
				return true
			}
		case corev1.NodeSelectorOpExists:
			if len(s.labels[e.Key]) == 0 {
				return true
			}
		}
	}
	return false
}

func requiredTerms(p *corev1.Pod) []corev1.NodeSelectorTerm {
	if a := p.Spec.Affinity; a != nil && a.NodeAffinity != nil && a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution != nil {
		return a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms
	}
	return nil
}

// namesNodes reports whether a pod demands nodes by their names: upstream has other words for it then.
func namesNodes(p *corev1.Pod) bool {
	terms := requiredTerms(p)
	for i := range terms {
		if len(terms[i].MatchFields) > 0 {
			return true
		}
	}
	return false
}
