package pod

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// Figures of the kernel's CPU controllers, as kubelet uses them.
const (
	cpuPeriod    = 100_000 // microseconds
	minCPUShares = 2
	maxCPUShares = 262_144
	minCPUQuota  = 1_000
)

// OOM scores: what belongs to the node itself goes last, guaranteed pods next to last, best-effort ones first.
const (
	guaranteedOOMScore = -997
	bestEffortOOMScore = 1000
	criticalPriority   = 2_000_000_000
)

// Limits are cgroup figures; zero is no limit.
type Limits struct {
	CPUShares uint64
	CPUQuota  int64
	CPUPeriod uint64
	Memory    int64
}

// Or are limits that allow what either allows.
func (l Limits) Or(o Limits) Limits {
	out := Limits{CPUShares: max(l.CPUShares, o.CPUShares), CPUPeriod: max(l.CPUPeriod, o.CPUPeriod)}
	if l.CPUQuota > 0 && o.CPUQuota > 0 {
		out.CPUQuota = max(l.CPUQuota, o.CPUQuota)
	}
	if l.Memory > 0 && o.Memory > 0 {
		out.Memory = max(l.Memory, o.Memory)
	}
	return out
}

// QOS is the pod's quality of service class.
func QOS(p *corev1.Pod) corev1.PodQOSClass {
	type set = map[corev1.ResourceName]resource.Quantity
	requests, limits := set{}, set{}
	guaranteed := true
	add := func(r corev1.ResourceList, to set) (both bool) {
		n := 0
		for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
			q, ok := r[name]
			if !ok || q.Sign() <= 0 {
				continue
			}
			n++
			sum := to[name]
			sum.Add(q)
			to[name] = sum
		}
		return n == 2
	}
	if r := p.Spec.Resources; r != nil {
		add(r.Requests, requests)
		guaranteed = add(r.Limits, limits)
	} else {
		for _, list := range [][]corev1.Container{p.Spec.InitContainers, p.Spec.Containers} {
			for i := range list {
				add(list[i].Resources.Requests, requests)
				if !add(list[i].Resources.Limits, limits) {
					guaranteed = false
				}
			}
		}
	}
	if len(requests) == 0 && len(limits) == 0 {
		return corev1.PodQOSBestEffort
	}
	for name, req := range requests {
		if lim, ok := limits[name]; !ok || lim.Cmp(req) != 0 {
			guaranteed = false
		}
	}
	if guaranteed && len(requests) == len(limits) {
		return corev1.PodQOSGuaranteed
	}
	return corev1.PodQOSBurstable
}

// ContainerLimits are the figures of the cgroup of one of a pod's containers, which has resources. What the container is not limited
// in, the pod as a whole may be.
func ContainerLimits(p *corev1.Pod, r corev1.ResourceRequirements) Limits {
	limit := func(name corev1.ResourceName) resource.Quantity {
		q := r.Limits[name]
		if whole := p.Spec.Resources; whole != nil && q.IsZero() {
			return whole.Limits[name]
		}
		return q
	}
	cpu := limit(corev1.ResourceCPU)
	cpuRequest, ok := r.Requests[corev1.ResourceCPU]
	if !ok {
		// Without a request the limit is the request; without either it is the least.
		cpuRequest = cpu
	}
	return limits(cpuRequest, cpu, limit(corev1.ResourceMemory))
}

// PodLimits are the figures of the pod's cgroup: what the pod says of itself, else the sums, where every container has a limit.
func PodLimits(p *corev1.Pod) Limits {
	return limits(whole(p, requestsOf, corev1.ResourceCPU, false),
		whole(p, limitsOf, corev1.ResourceCPU, true), whole(p, limitsOf, corev1.ResourceMemory, true))
}

// Requests is what a pod asks for of a resource at its peak, or of the pod as a whole where that says so.
func Requests(p *corev1.Pod, name corev1.ResourceName) resource.Quantity {
	return whole(p, requestsOf, name, false)
}

// Whole is what a pod asks for and is limited to as a whole, of what can be resized, in the form of its status.
func Whole(p *corev1.Pod) *corev1.ResourceRequirements {
	amounts := func(of func(*corev1.ResourceRequirements) corev1.ResourceList) (out corev1.ResourceList) {
		for _, name := range resizable {
			if q := whole(p, of, name, false); !q.IsZero() {
				if out == nil {
					out = corev1.ResourceList{}
				}
				out[name] = q
			}
		}
		return out
	}
	return &corev1.ResourceRequirements{Requests: amounts(requestsOf), Limits: amounts(limitsOf)}
}

// whole is what a pod says of itself, with its overhead, else what its containers add up to, see sum.
func whole(p *corev1.Pod, of func(*corev1.ResourceRequirements) corev1.ResourceList, name corev1.ResourceName, all bool) resource.Quantity {
	if r := p.Spec.Resources; r != nil {
		if q, ok := of(r)[name]; ok {
			q = q.DeepCopy()
			q.Add(p.Spec.Overhead[name])
			return q
		}
	}
	return sum(p, of, name, all)
}

func requestsOf(r *corev1.ResourceRequirements) corev1.ResourceList { return r.Requests }
func limitsOf(r *corev1.ResourceRequirements) corev1.ResourceList   { return r.Limits }

// sum is what a pod needs of a resource at its peak: main containers and sidecars together, or one init container with
// the sidecars before it. With all, it is zero if any container has none.
func sum(p *corev1.Pod, of func(*corev1.ResourceRequirements) corev1.ResourceList, name corev1.ResourceName, all bool) resource.Quantity {
	var sidecars, peak, total resource.Quantity
	for i := range p.Spec.InitContainers {
		c := &p.Spec.InitContainers[i]
		q, ok := of(&c.Resources)[name]
		if !ok && all {
			return resource.Quantity{}
		}
		if isSidecar(c) {
			sidecars.Add(q)
			continue
		}
		q = q.DeepCopy()
		q.Add(sidecars)
		if q.Cmp(peak) > 0 {
			peak = q
		}
	}
	for i := range p.Spec.Containers {
		q, ok := of(&p.Spec.Containers[i].Resources)[name]
		if !ok && all {
			return resource.Quantity{}
		}
		total.Add(q)
	}
	total.Add(sidecars)
	if peak.Cmp(total) > 0 {
		total = peak
	}
	total.Add(p.Spec.Overhead[name])
	return total
}

// CPUShares is the weight of an amount of CPU, as version 1 of cgroups has it.
func CPUShares(cpu resource.Quantity) uint64 {
	return uint64(min(max(cpu.MilliValue()*1024/1000, minCPUShares), maxCPUShares))
}

func limits(cpuRequest, cpuLimit, memory resource.Quantity) Limits {
	l := Limits{CPUShares: CPUShares(cpuRequest), Memory: memory.Value()}
	if milli := cpuLimit.MilliValue(); milli > 0 {
		l.CPUQuota, l.CPUPeriod = max(milli*cpuPeriod/1000, minCPUQuota), cpuPeriod
	}
	return l
}

// OOMScoreAdj is kubelet's formula: the more memory a burstable container asks for, the later it is killed. capacity is
// the machine's memory.
func OOMScoreAdj(p *corev1.Pod, c *corev1.Container, capacity int64) int {
	if p.Spec.Priority != nil && *p.Spec.Priority >= criticalPriority {
		return guaranteedOOMScore
	}
	switch QOS(p) {
	case corev1.PodQOSGuaranteed:
		return guaranteedOOMScore
	case corev1.PodQOSBestEffort:
		return bestEffortOOMScore
	}
	if capacity <= 0 {
		return bestEffortOOMScore - 1
	}
	request := c.Resources.Requests.Memory().Value() + unclaimedMemory(p)
	if isSidecar(c) && initNamed(p, c.Name) {
		// A sidecar goes no earlier than those that need it.
		least := int64(-1)
		for i := range p.Spec.Containers {
			if r := p.Spec.Containers[i].Resources.Requests.Memory().Value(); least < 0 || r < least {
				least = r
			}
		}
		request = max(request, least+unclaimedMemory(p))
	}
	score := int(1000 - 1000*request/capacity)
	return min(max(score, 1000+guaranteedOOMScore), bestEffortOOMScore-1)
}

// unclaimedMemory is each container's share of the memory that a pod as a whole asks for beyond what its containers do (KEP-2837).
func unclaimedMemory(p *corev1.Pod) int64 {
	if p.Spec.Resources == nil || p.Spec.Resources.Requests.Memory().IsZero() {
		return 0
	}
	own := sum(p, requestsOf, corev1.ResourceMemory, false)
	own.Sub(p.Spec.Overhead[corev1.ResourceMemory])
	return max(p.Spec.Resources.Requests.Memory().Value()-own.Value(), 0) / int64(len(p.Spec.Containers)+len(p.Spec.InitContainers))
}

func initNamed(p *corev1.Pod, name string) bool {
	return slices.ContainsFunc(p.Spec.InitContainers, func(c corev1.Container) bool { return c.Name == name })
}
