package schedulerdiff

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/plan/schedule"
)

// sightings count how often the random clusters had what is documented of scheduling, and what came of it: a comparison of what
// never occurs proves nothing. Nil counts nothing.
type sightings map[string]int

func (s sightings) note(what string, is bool) {
	if s != nil && is {
		s[what]++
	}
}

// complete fails for what was never met.
func (s sightings) complete(t *testing.T) {
	t.Helper()
	if *seeds < 100 {
		return // too few to meet everything
	}
	for _, what := range wanted {
		if s[what] == 0 {
			t.Errorf("never met: %s", what)
		}
	}
}

// wanted is what must be met, as the functions below call it.
var wanted = strings.Split(strings.TrimSpace(`
node unschedulable
node taint NoSchedule
node taint NoExecute
node taint PreferNoSchedule
node without hostname
node without zone
node label that is no number
node declared feature
node image
node extended resource
node hugepages
budget that allows none
budget with pods that are counted already
placed pod that leaves
placed pod in a resize
placed pod in an infeasible resize
waiting preemptionPolicy Never
waiting negative priority
waiting nodeSelector
waiting required node affinity
waiting required node affinity by field
waiting required node affinity that matches nothing
waiting required node affinity by field and label
waiting preferred node affinity
waiting node affinity In
waiting node affinity NotIn
waiting node affinity Exists
waiting node affinity DoesNotExist
waiting node affinity Gt
waiting node affinity Lt
waiting toleration of everything
waiting toleration Exists
waiting toleration Equal
waiting toleration of an effect
waiting host port
waiting host port of an address
waiting host port UDP
waiting init container
waiting sidecar
waiting overhead
waiting pod-level resources
waiting host network with user namespace
waiting image volume
waiting disk
waiting required pod affinity
waiting several required pod affinity terms
waiting required pod anti-affinity
waiting preferred pod affinity
waiting preferred pod anti-affinity
waiting pod affinity with namespaces
waiting pod affinity with namespace selector
waiting pod affinity with selector of all namespaces
waiting pod affinity without selector
waiting hard spread
waiting soft spread
waiting several spreads
waiting spread minDomains
waiting spread matchLabelKeys
waiting spread nodeAffinityPolicy Ignore
waiting spread nodeTaintsPolicy Honor
waiting default spread by Services
refused by NodeUnschedulable
refused by TaintToleration
refused by NodeAffinity
refused by NodePorts
refused by NodeResourcesFit
refused by VolumeRestrictions
refused by PodTopologySpread
refused by InterPodAffinity
refused by NodeDeclaredFeatures
refused for good by NodeResourcesFit
refused with victims
refused with several victims
refused without victims
refused where preemption does not help
refused a pod that never preempts
scored by TaintToleration
scored by NodeAffinity
scored by NodeResourcesFit
scored by NodeResourcesBalancedAllocation
scored by PodTopologySpread
scored by InterPodAffinity
scored by ImageLocality
`), "\n")

func (s sightings) world(w *world) {
	for _, n := range w.nodes {
		s.note("node unschedulable", n.Spec.Unschedulable)
		for _, taint := range n.Spec.Taints {
			s.note("node taint "+string(taint.Effect), true)
		}
		s.note("node without hostname", n.Labels[corev1.LabelHostname] == "")
		s.note("node without zone", n.Labels[corev1.LabelTopologyZone] == "")
		s.note("node label that is no number", n.Labels["gen"] == "last")
		s.note("node declared feature", len(n.Status.DeclaredFeatures) > 0)
		s.note("node image", len(n.Status.Images) > 0)
		_, gpu := n.Status.Allocatable["example.com/gpu"]
		s.note("node extended resource", gpu)
		_, huge := n.Status.Allocatable["hugepages-2Mi"]
		s.note("node hugepages", huge)
	}
	for _, b := range w.budgets {
		s.note("budget that allows none", b.Status.DisruptionsAllowed == 0)
		s.note("budget with pods that are counted already", len(b.Status.DisruptedPods) > 0)
	}
	for _, p := range w.placed {
		s.note("placed pod that leaves", p.DeletionTimestamp != nil)
		s.note("placed pod in a resize", len(p.Status.ContainerStatuses) > 0)
		s.note("placed pod in an infeasible resize", len(p.Status.Conditions) > 0)
	}
}

func (s sightings) pod(p *corev1.Pod, kind string) {
	note := func(what string, is bool) { s.note(kind+" "+what, is) }
	spec := &p.Spec
	note("preemptionPolicy Never", spec.PreemptionPolicy != nil && *spec.PreemptionPolicy == corev1.PreemptNever)
	note("negative priority", *spec.Priority < 0)
	note("nodeSelector", len(spec.NodeSelector) > 0)
	for _, t := range spec.Tolerations {
		note("toleration of everything", t.Key == "")
		note("toleration Exists", t.Key != "" && t.Operator == corev1.TolerationOpExists)
		note("toleration Equal", t.Operator == corev1.TolerationOpEqual)
		note("toleration of an effect", t.Effect != "")
	}
	for _, c := range spec.Containers {
		for _, port := range c.Ports {
			note("host port", port.HostPort != 0)
			note("host port of an address", port.HostIP == "10.0.0.1")
			note("host port UDP", port.Protocol == corev1.ProtocolUDP)
		}
	}
	for _, c := range spec.InitContainers {
		note("init container", c.RestartPolicy == nil)
		note("sidecar", c.RestartPolicy != nil)
	}
	note("overhead", len(spec.Overhead) > 0)
	note("pod-level resources", spec.Resources != nil)
	note("host network with user namespace", spec.HostNetwork)
	for _, v := range spec.Volumes {
		note("image volume", v.Image != nil)
		note("disk", v.Image == nil)
	}
	if a := spec.Affinity; a != nil {
		s.nodeAffinity(a.NodeAffinity, kind)
		s.podAffinity(a, kind)
	}
	for _, c := range spec.TopologySpreadConstraints {
		note("hard spread", c.WhenUnsatisfiable == corev1.DoNotSchedule)
		note("soft spread", c.WhenUnsatisfiable == corev1.ScheduleAnyway)
		note("spread minDomains", c.MinDomains != nil)
		note("spread matchLabelKeys", len(c.MatchLabelKeys) > 0)
		note("spread nodeAffinityPolicy Ignore", c.NodeAffinityPolicy != nil && *c.NodeAffinityPolicy == corev1.NodeInclusionPolicyIgnore)
		note("spread nodeTaintsPolicy Honor", c.NodeTaintsPolicy != nil && *c.NodeTaintsPolicy == corev1.NodeInclusionPolicyHonor)
	}
	note("several spreads", len(spec.TopologySpreadConstraints) > 1)
	note("default spread by Services", len(spec.TopologySpreadConstraints) == 0)
}

func (s sightings) nodeAffinity(a *corev1.NodeAffinity, kind string) {
	if a == nil {
		return
	}
	note := func(what string, is bool) { s.note(kind+" "+what, is) }
	if r := a.RequiredDuringSchedulingIgnoredDuringExecution; r != nil {
		note("required node affinity", true)
		for _, t := range r.NodeSelectorTerms {
			note("required node affinity by field", len(t.MatchFields) > 0)
			note("required node affinity that matches nothing", len(t.MatchFields)+len(t.MatchExpressions) == 0)
			note("required node affinity by field and label", len(t.MatchFields) > 0 && len(t.MatchExpressions) > 0)
			for _, e := range t.MatchExpressions {
				note("node affinity "+string(e.Operator), true)
			}
		}
	}
	note("preferred node affinity", len(a.PreferredDuringSchedulingIgnoredDuringExecution) > 0)
}

func (s sightings) podAffinity(a *corev1.Affinity, kind string) {
	note := func(what string, is bool) { s.note(kind+" "+what, is) }
	var terms []corev1.PodAffinityTerm
	weighted := func(list []corev1.WeightedPodAffinityTerm) bool {
		for _, t := range list {
			terms = append(terms, t.PodAffinityTerm)
		}
		return len(list) > 0
	}
	if x := a.PodAffinity; x != nil {
		terms = append(terms, x.RequiredDuringSchedulingIgnoredDuringExecution...)
		note("required pod affinity", len(x.RequiredDuringSchedulingIgnoredDuringExecution) > 0)
		note("several required pod affinity terms", len(x.RequiredDuringSchedulingIgnoredDuringExecution) > 1)
		note("preferred pod affinity", weighted(x.PreferredDuringSchedulingIgnoredDuringExecution))
	}
	if x := a.PodAntiAffinity; x != nil {
		terms = append(terms, x.RequiredDuringSchedulingIgnoredDuringExecution...)
		note("required pod anti-affinity", len(x.RequiredDuringSchedulingIgnoredDuringExecution) > 0)
		note("preferred pod anti-affinity", weighted(x.PreferredDuringSchedulingIgnoredDuringExecution))
	}
	for _, t := range terms {
		note("pod affinity with namespaces", len(t.Namespaces) > 0)
		note("pod affinity with namespace selector", t.NamespaceSelector != nil && len(t.NamespaceSelector.MatchLabels) > 0)
		note("pod affinity with selector of all namespaces", t.NamespaceSelector != nil && len(t.NamespaceSelector.MatchLabels) == 0)
		note("pod affinity without selector", t.LabelSelector == nil)
	}
}

func (s sightings) finding(f *schedule.Finding) {
	for _, o := range f.Objections {
		s.note("refused by "+o.Plugin, true)
		s.note("refused for good by "+o.Plugin, o.Final)
	}
	for plugin, n := range f.Scores {
		s.note("scored by "+plugin, n != 0)
	}
}

func (s sightings) refusal(r *schedule.Refusal) {
	s.note("refused with victims", len(r.Victims) > 0)
	s.note("refused with several victims", len(r.Victims) > 1)
	s.note("refused without victims", strings.Contains(r.Message, "No preemption victims found"))
	s.note("refused where preemption does not help", strings.Contains(r.Message, "Preemption is not helpful"))
	s.note("refused a pod that never preempts", strings.Contains(r.Message, "preemptionPolicy=Never"))
}

// What is wanted is written once.
func TestWantedIsWrittenOnce(t *testing.T) {
	sorted := slices.Sorted(slices.Values(wanted))
	if n := len(slices.Compact(sorted)); n != len(wanted) {
		t.Errorf("%d of %d lines are different", n, len(wanted))
	}
}
