package plan

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

const (
	// NodeClassLabel says what runs a node; SimClass is the class of nodes that are simulated (package simnode).
	NodeClassLabel = "gantry.dev/node-class"
	SimClass       = "sim"
	// SimLease is the Lease in kube-node-lease by which all simulated nodes of a cluster tell that they live.
	SimLease = "simulated-nodes"
	// NodeLeaseLabel with the value OwnLease has a simulated node renew a Lease of its own, as kubelets do.
	NodeLeaseLabel = "gantry.dev/node-lease"
	OwnLease       = "own"
)

// LeaseOf is the name of the Lease by which a node tells that it lives.
func LeaseOf(n *corev1.Node) string {
	if n.Labels[NodeClassLabel] == SimClass && n.Labels[NodeLeaseLabel] != OwnLease {
		return SimLease
	}
	return n.Name
}

// SimCapacity is the size of a simulated node of which nothing else is said: a machine of 16 CPUs and 64 GiB. The list is the caller's.
func SimCapacity() corev1.ResourceList {
	return corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("16"), corev1.ResourceMemory: resource.MustParse("64Gi"),
		corev1.ResourceEphemeralStorage: resource.MustParse("500Gi"), corev1.ResourcePods: resource.MustParse("250")}
}
