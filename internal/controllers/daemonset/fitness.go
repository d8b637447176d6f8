package daemonset

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	schedcorev1 "k8s.io/component-helpers/scheduling/corev1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
	"k8s.io/klog/v2"
)

// fit is what a set wants of a node.
type fit struct {
	run bool // a pod should be there
	// stay means that a pod that is there may stay: a taint that only keeps new pods away drives out none.
	stay bool
}

// fitness judges nodes for a set.
type fitness struct {
	nodeName    string
	affinity    nodeaffinity.RequiredNodeAffinity
	tolerations []corev1.Toleration
}

func newFitness(ds *appsv1.DaemonSet) fitness {
	pod := &corev1.Pod{Spec: ds.Spec.Template.Spec} // shallow: it is only read
	return fitness{nodeName: pod.Spec.NodeName, affinity: nodeaffinity.GetRequiredNodeAffinity(pod), tolerations: tolerations(&pod.Spec)}
}

// node judges a node. None fits nothing.
func (f fitness) node(n *corev1.Node) fit {
	if n == nil || f.nodeName != "" && f.nodeName != n.Name {
		return fit{}
	}
	if ok, err := f.affinity.Match(n); err != nil || !ok {
		return fit{}
	}
	all := fit{run: true, stay: true}
	for i := range n.Spec.Taints {
		t := &n.Spec.Taints[i]
		if t.Effect == corev1.TaintEffectPreferNoSchedule || schedcorev1.TolerationsTolerateTaint(klog.Logger{}, f.tolerations, t, false) {
			continue
		}
		all.run = false
		if t.Effect == corev1.TaintEffectNoExecute {
			all.stay = false
		}
	}
	return all
}

// tolerations are those of the template and those that every daemon has: it is not driven out when its node has
// problems, and comes up on nodes that take no other pods.
func tolerations(spec *corev1.PodSpec) []corev1.Toleration {
	type taint struct {
		key    string
		effect corev1.TaintEffect
	}
	all := []taint{
		{corev1.TaintNodeNotReady, corev1.TaintEffectNoExecute},
		{corev1.TaintNodeUnreachable, corev1.TaintEffectNoExecute},
		{corev1.TaintNodeDiskPressure, corev1.TaintEffectNoSchedule},
		{corev1.TaintNodeMemoryPressure, corev1.TaintEffectNoSchedule},
		{corev1.TaintNodePIDPressure, corev1.TaintEffectNoSchedule},
		{corev1.TaintNodeUnschedulable, corev1.TaintEffectNoSchedule},
	}
	if spec.HostNetwork {
		all = append(all, taint{corev1.TaintNodeNetworkUnavailable, corev1.TaintEffectNoSchedule})
	}
	out := append([]corev1.Toleration(nil), spec.Tolerations...)
next:
	for _, t := range all {
		want := corev1.Toleration{Key: t.key, Operator: corev1.TolerationOpExists, Effect: t.effect}
		for i := range out {
			if want.MatchToleration(&out[i]) {
				out[i] = want // without an end
				continue next
			}
		}
		out = append(out, want)
	}
	return out
}

// target is the node that a pod is on or is meant for, "" if it names none.
func target(p *corev1.Pod) string {
	if p.Spec.NodeName != "" {
		return p.Spec.NodeName
	}
	if p.Spec.Affinity == nil || p.Spec.Affinity.NodeAffinity == nil || p.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return ""
	}
	for _, term := range p.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms {
		for _, f := range term.MatchFields {
			if f.Key == metav1.ObjectNameField && f.Operator == corev1.NodeSelectorOpIn {
				if len(f.Values) != 1 {
					return ""
				}
				return f.Values[0]
			}
		}
	}
	return ""
}

// aim binds a pod's affinity to one node. The template's own terms fit that node, or there would be no pod.
func aim(spec *corev1.PodSpec, node string) {
	if spec.Affinity == nil {
		spec.Affinity = &corev1.Affinity{}
	}
	if spec.Affinity.NodeAffinity == nil {
		spec.Affinity.NodeAffinity = &corev1.NodeAffinity{}
	}
	spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution = &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
		MatchFields: []corev1.NodeSelectorRequirement{{Key: metav1.ObjectNameField, Operator: corev1.NodeSelectorOpIn, Values: []string{node}}}}}}
}
