package pod

import (
	corev1 "k8s.io/api/core/v1"
)

// Swap is how many bytes of the node's swap a container may use where swap is limited (KEP-2400): the share of the node's memory that it
// asks for, of all swap. Only containers of burstable pods that may grow beyond what they ask for have any; critical pods have none.
func Swap(p *corev1.Pod, c *corev1.Container, memory, swap int64) int64 {
	request := c.Resources.Requests[corev1.ResourceMemory]
	asks := request.Value()
	if !swaps(p, c) || asks <= 0 || asks > memory {
		return 0
	}
	return int64(float64(asks) / float64(memory) * float64(swap))
}

// swaps says whether a container is of those that may.
func swaps(p *corev1.Pod, c *corev1.Container) bool {
	request, limit := c.Resources.Requests[corev1.ResourceMemory], c.Resources.Limits[corev1.ResourceMemory]
	critical := p.Spec.Priority != nil && *p.Spec.Priority >= criticalPriority
	return !critical && QOS(p) == corev1.PodQOSBurstable && request.Cmp(limit) != 0
}

// PodSwap is what the containers of a pod may use together.
func PodSwap(p *corev1.Pod, memory, swap int64) (sum int64) {
	for _, list := range [][]corev1.Container{p.Spec.InitContainers, p.Spec.Containers} {
		for i := range list {
			sum += Swap(p, &list[i], memory, swap)
		}
	}
	return sum
}
