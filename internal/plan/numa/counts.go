package numa

import "k8s.io/utils/cpuset"

// Outcome counts what was had and what was not.
type Outcome struct{ Kept, Failed uint64 }

func (o *Outcome) count(ok bool) {
	if ok {
		o.Kept++
	} else {
		o.Failed++
	}
}

// Counts is what came of what pods asked for since the node was started, for kubelet's metrics of its managers.
type Counts struct {
	// CPUs and Memory count containers that asked for some of their own.
	CPUs, Memory Outcome
	// Refused are pods that were not let in although somebody placed them.
	Refused uint64
	// ContainersTogether and PodsTogether count those that had to lie on one node, Cores containers that had to have whole cores.
	ContainersTogether, PodsTogether, Cores Outcome
	// Caches are containers whose CPUs share one cache.
	Caches uint64
}

// admitted counts the end of a pod's admission.
func (c *Counts) admitted(a *Allotter, err error) {
	switch {
	case err != nil && a.Policy != None:
		c.Refused++
	case err == nil && a.Policy == Single && a.WholePods:
		c.PodsTogether.Kept++
	}
}

// apart counts a container, or a pod, for which no one node would do.
func (c *Counts) apart(a *Allotter) {
	switch {
	case a.Policy != Single:
	case a.WholePods:
		c.PodsTogether.Failed++
	default:
		c.ContainersTogether.Failed++
	}
}

func (c *Counts) tookCPUs(m *CPUs, got cpuset.CPUSet, err error) {
	c.CPUs.count(err == nil)
	if m.FullCores {
		c.Cores.count(err == nil)
	}
	if err == nil && m.Topology.oneCache(got) {
		c.Caches++
	}
}

// oneCache says whether CPUs share a cache.
func (t Topology) oneCache(set cpuset.CPUSet) bool {
	caches := map[int]bool{}
	for _, c := range t {
		if set.Contains(c.ID) {
			caches[c.Cache] = true
		}
	}
	return len(caches) == 1
}

// OnNodes counts the CPUs that containers have for their own, by node.
func (a *Allotter) OnNodes() map[int]int {
	out := map[int]int{}
	if a.CPUs == nil {
		return out
	}
	free := a.Free()
	for _, c := range a.CPUs.Topology {
		if !free.Contains(c.ID) {
			out[c.NUMA]++
		}
	}
	return out
}
