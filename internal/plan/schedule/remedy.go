package schedule

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// What a pod demands of nodes and of other pods, in words for people.

// valuesShown bounds the values of a label that are named.
const valuesShown = 4

// labelsDemanded says which labels a node would need for the pod's node selector and required affinity, and what the nodes have instead.
func (s *State) labelsDemanded(p *corev1.Pod, g *Refused) string {
	if slices.Contains(g.Reasons, verdictWords[unenforced]) {
		return "a node as the scheduler's configuration demands for all pods of " + p.Spec.SchedulerName
	}
	var demands, keys []string
	for _, k := range slices.Sorted(maps.Keys(p.Spec.NodeSelector)) {
		demands, keys = append(demands, k+"="+p.Spec.NodeSelector[k]), append(keys, k)
	}
	if a := p.Spec.Affinity; a != nil && a.NodeAffinity != nil && a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution != nil {
		var terms []string
		for _, t := range a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms {
			var all []string
			for _, e := range t.MatchExpressions {
				all, keys = append(all, expression(e)), append(keys, e.Key)
			}
			for _, e := range t.MatchFields {
				all = append(all, expression(e))
			}
			terms = append(terms, strings.Join(all, " and "))
		}
		demands = append(demands, strings.Join(terms, ", or "))
	}
	slices.Sort(keys)
	var have []string
	for _, k := range slices.Compact(keys) {
		have = append(have, s.valuesOf(k, g.Nodes))
	}
	out := "a node with " + strings.Join(demands, " and ")
	if len(have) > 0 {
		out += "; these have " + strings.Join(have, ", ")
	}
	return out
}

func expression(e corev1.NodeSelectorRequirement) string {
	switch e.Operator {
	case corev1.NodeSelectorOpExists:
		return e.Key
	case corev1.NodeSelectorOpDoesNotExist:
		return "no " + e.Key
	default:
		return e.Key + " " + strings.ToLower(string(e.Operator)) + " (" + strings.Join(e.Values, ", ") + ")"
	}
}

// valuesOf names the values that a label has on nodes.
func (s *State) valuesOf(key string, nodes []string) string {
	seen := map[string]bool{}
	for _, name := range nodes {
		if v, ok := s.nodes[s.index(name)].obj.Labels[key]; ok {
			seen[v] = true
		}
	}
	values := slices.Sorted(maps.Keys(seen))
	switch n := len(values); {
	case n == 0:
		return "no " + key
	case n > valuesShown:
		return fmt.Sprintf("%s=%s and %d others", key, strings.Join(values[:valuesShown], "|"), n-valuesShown)
	default:
		return key + "=" + strings.Join(values, "|")
	}
}

// company says which other pods have to come or go for the pod's affinities.
func company(p *corev1.Pod, g *Refused) string {
	a := p.Spec.Affinity
	switch {
	case slices.Contains(g.Reasons, objectionWords[keptOut]):
		return "pods there that have an anti-affinity against this one have to leave"
	case slices.Contains(g.Reasons, objectionWords[notApart]) && a != nil && a.PodAntiAffinity != nil:
		return "to leave: " + circle(p, a.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution)
	case a != nil && a.PodAffinity != nil:
		return "to be there: " + circle(p, a.PodAffinity.RequiredDuringSchedulingIgnoredDuringExecution)
	default:
		return "the pods that the affinity is about have to come or go"
	}
}

// circle describes the pods of affinity terms.
func circle(p *corev1.Pod, terms []corev1.PodAffinityTerm) string {
	var out []string
	for i := range terms {
		t := &terms[i]
		where := "namespace " + p.Namespace
		switch {
		case t.NamespaceSelector != nil:
			where = "namespaces with " + selected(t.NamespaceSelector)
			if len(t.Namespaces) > 0 {
				where += " and " + strings.Join(t.Namespaces, ", ")
			}
		case len(t.Namespaces) > 0:
			where = "namespace " + strings.Join(t.Namespaces, ", ")
		}
		out = append(out, fmt.Sprintf("pods with %s of %s on a node of the same %s", selected(t.LabelSelector), where, t.TopologyKey))
	}
	return strings.Join(out, "; ")
}

func selected(s *metav1.LabelSelector) string {
	switch text := metav1.FormatLabelSelector(s); text {
	case "<none>":
		return "any labels"
	default:
		return text
	}
}

// spreadDemanded says what the pod's spreading demands.
func (s *State) spreadDemanded(p *corev1.Pod, g *Refused) string {
	var out []string
	for i := range p.Spec.TopologySpreadConstraints {
		c := &p.Spec.TopologySpreadConstraints[i]
		if c.WhenUnsatisfiable != corev1.DoNotSchedule {
			continue
		}
		lacks := func(name string) bool {
			_, ok := s.nodes[s.index(name)].obj.Labels[c.TopologyKey]
			return !ok
		}
		switch missing := slices.Contains(g.Reasons, objectionWords[spreadLabel]); {
		case missing && slices.ContainsFunc(g.Nodes, lacks):
			out = append(out, "a label "+c.TopologyKey+" on the node")
		case !missing:
			out = append(out, fmt.Sprintf("fewer pods with %s in the node's %s, or more in the emptiest one (maxSkew is %d)", selected(c.LabelSelector), c.TopologyKey, c.MaxSkew))
		}
	}
	if len(out) == 0 {
		return "pods in the emptier domains first, the topology's label on the node, or a larger maxSkew"
	}
	return strings.Join(out, "; ")
}

// hostPorts names the ports that the pod wants of its node.
func hostPorts(p *corev1.Pod) string {
	var out []string
	for i := range p.Spec.Containers {
		for _, port := range p.Spec.Containers[i].Ports {
			if port.HostPort > 0 {
				out = append(out, fmt.Sprint(port.HostPort))
			}
		}
	}
	return strings.Join(out, ", ")
}

// volumesDemanded says which volumes the pod's node must be able to have.
func (p *Pod) volumesDemanded() string {
	if p.Volumes != nil && p.Volumes.Wants != nil {
		return "a node that can have " + p.Volumes.Wants()
	}
	return "a volume that the node can reach"
}
