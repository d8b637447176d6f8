package eviction

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// Usage is what a pod uses. Memory is its working set.
type Usage struct {
	Pod                        *corev1.Pod
	Memory, Disk, Inodes, PIDs int64
	// Containers, by name, is the part of Memory or Disk that is theirs.
	Containers map[string]int64
	// Volumes, by name, is the part of Disk that is in emptyDirs with a size limit.
	Volumes map[string]int64
}

// criticalPriority is upstream's SystemCriticalPriority: such pods are never evicted.
const criticalPriority = 2_000_000_000

// Critical says whether a pod is never evicted: the node depends on it.
func Critical(p *corev1.Pod) bool {
	return p.Spec.Priority != nil && *p.Spec.Priority >= criticalPriority || p.Annotations[corev1.MirrorPodAnnotationKey] != ""
}

// Rank puts pods into the order in which they go for a shortage; those that never go are left out. First those that use
// more than they asked for, then by priority, then by how much more.
func Rank(s Signal, pods []Usage) []Usage {
	var out []Usage
	for _, u := range pods {
		if !Critical(u.Pod) {
			out = append(out, u)
		}
	}
	slices.SortStableFunc(out, func(a, b Usage) int {
		return cmp.Or(
			-cmp.Compare(btoi(s != PIDs && a.over(s) > 0), btoi(s != PIDs && b.over(s) > 0)),
			cmp.Compare(priority(a.Pod), priority(b.Pod)),
			-cmp.Compare(a.over(s), b.over(s)),
		)
	})
	return out
}

// over is how much more than it asked for a pod uses of what is short.
func (u Usage) over(s Signal) int64 {
	switch s {
	case Memory:
		return u.Memory - request(u.Pod, corev1.ResourceMemory)
	case NodeFS, ImageFS:
		return u.Disk - request(u.Pod, corev1.ResourceEphemeralStorage)
	case NodeInodes, ImageInodes:
		return u.Inodes
	}
	return u.PIDs
}

func priority(p *corev1.Pod) int32 {
	if p.Spec.Priority == nil {
		return 0
	}
	return *p.Spec.Priority
}

// request is what a pod asked for: of all main containers together, or of the largest init container.
func request(p *corev1.Pod, name corev1.ResourceName) int64 {
	var sum, most int64
	for i := range p.Spec.Containers {
		q := p.Spec.Containers[i].Resources.Requests[name]
		sum += q.Value()
	}
	for i := range p.Spec.InitContainers {
		c := &p.Spec.InitContainers[i]
		q := c.Resources.Requests[name]
		if c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways {
			sum += q.Value()
		} else {
			most = max(most, q.Value())
		}
	}
	return max(sum, most)
}

// Reason is that of evicted pods.
const Reason = "Evicted"

// Message tells why a pod was evicted, in kubelet's words.
func Message(s Shortage, u Usage) string {
	var b strings.Builder
	fmt.Fprintf(&b, "The node was low on resource: %s. ", s.Signal.Resource())
	fmt.Fprintf(&b, "Threshold quantity: %s, available: %s. ", amount(s.Signal, s.Limit), amount(s.Signal, s.Available))
	name := corev1.ResourceMemory
	if s.Signal.Disk() {
		name = corev1.ResourceEphemeralStorage
	}
	for _, list := range [][]corev1.Container{u.Pod.Spec.Containers, u.Pod.Spec.InitContainers} {
		for i := range list {
			c := &list[i]
			asked := c.Resources.Requests[name]
			used := u.Containers[c.Name]
			if s.Signal == PIDs || used <= asked.Value() {
				continue
			}
			fmt.Fprintf(&b, "Container %s was using %s, request is %s, has larger consumption of %s. ", c.Name, amount(s.Signal, used), asked.String(), s.Signal.Resource())
		}
	}
	return b.String()
}

// amount prints bytes in kubelet's form (whole Ki), counts as they are.
func amount(s Signal, n int64) string {
	if s == Memory || s == NodeFS || s == ImageFS {
		return resource.NewQuantity(n>>10<<10, resource.BinarySI).String()
	}
	return resource.NewQuantity(n, resource.DecimalSI).String()
}

// Refused says why a pod is not let in while the node has such conditions, or "". Memory pressure keeps only those out that
// asked for nothing and do not tolerate it.
func Refused(p *corev1.Pod, class corev1.PodQOSClass, conditions []corev1.NodeConditionType) string {
	if len(conditions) == 0 || Critical(p) {
		return ""
	}
	if len(conditions) == 1 && conditions[0] == corev1.NodeMemoryPressure {
		if class != corev1.PodQOSBestEffort || tolerates(p, corev1.TaintNodeMemoryPressure) {
			return ""
		}
	}
	return fmt.Sprintf("The node had condition: %v. ", conditions)
}

// tolerates says whether a pod tolerates a taint of ours, which has no value and the effect NoSchedule.
func tolerates(p *corev1.Pod, key string) bool {
	return slices.ContainsFunc(p.Spec.Tolerations, func(t corev1.Toleration) bool {
		return (t.Effect == "" || t.Effect == corev1.TaintEffectNoSchedule) && (t.Key == key || t.Key == "" && t.Operator == corev1.TolerationOpExists)
	})
}
