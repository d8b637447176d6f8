package numa

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Asks is what a pod asks for that can be placed. CPUs and memory are for guaranteed pods whose containers say for themselves what
// they need: where the pod says it as a whole, kubelet places nothing (its gate PodLevelResourceManagers is off). CPUs are for
// containers that ask for whole ones.
func Asks(p *corev1.Pod, guaranteed bool) *Pod {
	out := &Pod{UID: p.UID}
	own := guaranteed && p.Spec.Resources == nil
	for i := range p.Spec.InitContainers {
		c := asks(&p.Spec.InitContainers[i], own)
		again := p.Spec.InitContainers[i].RestartPolicy
		c.Init, c.Ends = true, again == nil || *again != corev1.ContainerRestartPolicyAlways
		out.Containers = append(out.Containers, c)
	}
	for i := range p.Spec.Containers {
		out.Containers = append(out.Containers, asks(&p.Spec.Containers[i], own))
	}
	return out
}

func asks(c *corev1.Container, own bool) Container {
	out := Container{Name: c.Name, Memory: Amounts{}, Devices: map[string]int{}}
	for name, q := range c.Resources.Requests {
		huge := strings.HasPrefix(string(name), corev1.ResourceHugePagesPrefix)
		switch {
		case name == corev1.ResourceCPU && own && q.MilliValue()%1000 == 0:
			out.CPUs = int(q.Value())
		case (name == corev1.ResourceMemory || huge) && own:
			out.Memory[name] = uint64(max(q.Value(), 0))
		}
	}
	for name, q := range c.Resources.Limits {
		if strings.Contains(string(name), "/") && q.Sign() > 0 {
			out.Devices[string(name)] = int(q.Value())
		}
	}
	return out
}
