package schedule

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/component-helpers/nodedeclaredfeatures"
	schedcorev1 "k8s.io/component-helpers/scheduling/corev1"
	"k8s.io/klog/v2"
)

// The filters that look at a node's object only: NodeUnschedulable, NodeName, TaintToleration, NodeAffinity and
// NodeDeclaredFeatures.

// unschedulableTaint stands for spec.unschedulable: pods that tolerate it may go to a cordoned node.
const unschedulableTaint = "node.kubernetes.io/unschedulable"

func (f *form) cordonedOff(n *corev1.Node) bool {
	return n.Spec.Unschedulable && !tolerates(f.pod, &corev1.Taint{Key: unschedulableTaint, Effect: corev1.TaintEffectNoSchedule})
}

// taintedAgainst reports whether a node has a taint that keeps the class's pods away.
func (f *form) taintedAgainst(n *corev1.Node) bool {
	for i := range n.Spec.Taints {
		t := &n.Spec.Taints[i]
		if (t.Effect == corev1.TaintEffectNoSchedule || t.Effect == corev1.TaintEffectNoExecute) && !tolerates(f.pod, t) {
			return true
		}
	}
	return false
}

// tolerates has upstream's rules. The Lt and Gt operators are off, as upstream's gate is.
func tolerates(p *corev1.Pod, t *corev1.Taint) bool {
	return schedcorev1.TolerationsTolerateTaint(klog.Logger{}, p.Spec.Tolerations, t, false)
}

// shunsOf counts the PreferNoSchedule taints of a node that the class does not tolerate.
func (f *form) shunsOf(n *corev1.Node) (count int32) {
	for i := range n.Spec.Taints {
		if t := &n.Spec.Taints[i]; t.Effect == corev1.TaintEffectPreferNoSchedule && !tolerates(f.pod, t) {
			count++
		}
	}
	return count
}

// enforced reports whether a node matches the affinity that the profile adds.
func (f *form) enforced(n *corev1.Node) bool {
	r := f.profile.compiled.required
	return r == nil || r.Match(n)
}

// matches reports whether a node matches the pod's own node selector and affinity. An affinity that cannot be parsed matches
// nothing.
func (f *form) matches(n *corev1.Node) bool {
	if f.barren {
		return false
	}
	ok, _ := f.required.Match(n)
	return ok
}

// nodesNamed are the only nodes that the pod's required affinity leaves, where each of its terms names some; narrowed is false
// where it leaves others. No names are terms that contradict themselves.
func nodesNamed(p *corev1.Pod) (names []string, narrowed bool) {
	a := p.Spec.Affinity
	if a == nil || a.NodeAffinity == nil || a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return nil, false
	}
	terms := a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms
	for i := range terms {
		var term []string
		some := false
		for _, r := range terms[i].MatchFields {
			if r.Key != metav1.ObjectNameField || r.Operator != corev1.NodeSelectorOpIn {
				continue
			}
			if !some {
				term, some = r.Values, true
				continue
			}
			term = slices.DeleteFunc(slices.Clone(term), func(name string) bool { return !slices.Contains(r.Values, name) })
		}
		if !some {
			return nil, false
		}
		names = append(names, term...)
	}
	return names, len(terms) > 0
}

// preference is the weight of the preferred node affinity terms that a node matches, the profile's included.
func (f *form) preference(n *corev1.Node) (sum int32) {
	if f.preferred != nil {
		sum = int32(f.preferred.Score(n))
	}
	if p := f.profile.compiled.prefer; p != nil {
		sum += int32(p.Score(n))
	}
	return sum
}

// featuresOf are the node features that a pod cannot do without.
func featuresOf(p *corev1.Pod) (need nodedeclaredfeatures.FeatureSet, any bool) {
	need, err := nodedeclaredfeatures.DefaultFramework.InferForPodScheduling(&nodedeclaredfeatures.PodInfo{Spec: &p.Spec}, release)
	return need, err == nil && !need.IsEmpty()
}

// declares reports whether a node has the features that the class needs.
func (f *form) declares(n *corev1.Node) bool {
	if !f.featured {
		return true
	}
	ok, err := f.features.IsSubset(nodedeclaredfeatures.DefaultFramework.TryMap(n.Status.DeclaredFeatures))
	return err == nil && ok
}
