package pod

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
)

// Refuse is the node's admission: pods that can never run here, whoever sent them, fail at once with kubelet's reasons.
func Refuse(p *corev1.Pod, node *corev1.Node) *Refusal {
	if p.Spec.OS != nil && p.Spec.OS.Name != corev1.Linux {
		return &Refusal{Reason: "PodOSNotSupported", Message: fmt.Sprintf("Failed to admit pod as the OS field doesn't match node OS: spec.os.name is %q", p.Spec.OS.Name)}
	}
	if node == nil {
		return nil
	}
	if ok, err := nodeaffinity.GetRequiredNodeAffinity(p).Match(node); err != nil || !ok {
		return &Refusal{Reason: "NodeAffinity", Message: "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"}
	}
	return nil
}

func podAppArmor(s *corev1.PodSpec) *corev1.AppArmorProfile {
	if s.SecurityContext == nil {
		return nil
	}
	return s.SecurityContext.AppArmorProfile
}

func podSELinux(s *corev1.PodSpec) *corev1.SELinuxOptions {
	if s.SecurityContext == nil {
		return nil
	}
	return s.SecurityContext.SELinuxOptions
}
