package schedule

import (
	"cmp"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
)

// Hopeless reports whether a node cannot take a pod whatever is on it, as far as its own labels, taints and cordon tell: news of such
// a node need not have the pod tried again, unless other pods' places keep it from nodes (HelpPods). The profile is compiled; nil is
// the default one.
func Hopeless(p *corev1.Pod, n *corev1.Node, profile *Profile) bool {
	profile = cmp.Or(profile, defaultProfile)
	on := &profile.compiled.on
	f := form{pod: p, profile: profile}
	switch {
	case on[filterUnschedulable] && f.cordonedOff(n), on[filterTaints] && f.taintedAgainst(n):
		return true
	case on[filterAffinity]:
		fits, err := nodeaffinity.GetRequiredNodeAffinity(p).Match(n)
		return err == nil && !fits || !f.enforced(n)
	}
	return false
}
