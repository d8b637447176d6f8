package container

import (
	"context"
	"fmt"
)

// Stats implements Runtime.
func (n *Native) Stats(_ context.Context, id string) (Stats, error) {
	n.mu.Lock()
	pod, known := n.podOf[id]
	n.mu.Unlock()
	if n.abroad.of(id) != nil {
		pod, known = n.abroad.sandboxOf(id), true
	}
	if !known {
		return Stats{}, fmt.Errorf("container %s: %w", id, ErrNotFound)
	}
	cgroup := n.cgroupIn(pod, id)
	if !n.cg.exists(cgroup) {
		cgroup = n.podCgroup(pod) // it is the only one, see Spec.Sole
	}
	d, err := n.cg.reader().read(cgroup, false)
	return d.Stats, err
}

// SandboxStats implements Runtime.
func (n *Native) SandboxStats(_ context.Context, id string) (Stats, error) {
	if err := n.knows(id); err != nil {
		return Stats{}, err
	}
	d, err := n.cg.reader().read(n.podCgroup(id), false)
	return d.Stats, err
}

// PodStats implements Runtime. A container that has the Pod's cgroup for its own is read once.
func (n *Native) PodStats(_ context.Context, sandbox string, containers []string, detailed bool) (PodStats, error) {
	if err := n.knows(sandbox); err != nil {
		return PodStats{}, err
	}
	r := n.cg.reader()
	pod, err := r.read(n.podCgroup(sandbox), detailed)
	if err != nil {
		return PodStats{}, err
	}
	out := PodStats{Pod: pod, Containers: make(map[string]Details, len(containers))}
	for _, id := range containers {
		cgroup := n.cgroupIn(sandbox, id)
		if len(containers) == 1 && !n.cg.exists(cgroup) {
			out.Containers[id] = pod
			continue
		}
		if d, err := r.read(cgroup, detailed); err == nil {
			out.Containers[id] = d // else it has ended meanwhile
		}
	}
	return out, nil
}

// GroupStats implements Runtime.
func (n *Native) GroupStats(_ context.Context, detailed bool) (GroupStats, error) {
	r := n.cg.reader()
	var out GroupStats
	out.Root, _ = r.read("/", detailed) // the root lacks files that other cgroups have: what is there is told
	var err error
	root := cgroupRoot(n.opts.Instance)
	if out.Pods, err = r.read(root, detailed); err != nil {
		return out, nil // nothing was ever started
	}
	if out.Supervisors, err = r.read(root+"/supervisor", detailed); err == nil {
		out.Pods.without(out.Supervisors)
	}
	return out, nil
}

// knows is nil for a sandbox that there is.
func (n *Native) knows(sandbox string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.sandboxes[sandbox] == nil {
		return fmt.Errorf("sandbox %s: %w", sandbox, ErrNotFound)
	}
	return nil
}

// cgroupIn is where a container's cgroup would be.
func (n *Native) cgroupIn(sandbox, id string) string {
	if f := n.abroad.of(id); f != nil {
		return n.podCgroup(sandbox) + "/" + f.Cgroup(id)
	}
	return n.containerCgroup(sandbox, id)
}

// without takes away what a cgroup below has used.
func (d *Details) without(below Details) {
	for _, p := range []struct {
		from *uint64
		less uint64
	}{
		{&d.CPUUsageNanos, below.CPUUsageNanos}, {&d.CPUUserNanos, below.CPUUserNanos}, {&d.CPUSystemNanos, below.CPUSystemNanos},
		{&d.MemoryUsage, below.MemoryUsage}, {&d.MemoryWorkingSet, below.MemoryWorkingSet}, {&d.MemoryRSS, below.MemoryRSS}, {&d.MemoryCache, below.MemoryCache},
		{&d.MemoryMapped, below.MemoryMapped}, {&d.MemorySwap, below.MemorySwap}, {&d.MemoryKernel, below.MemoryKernel},
		{&d.MemoryActiveFile, below.MemoryActiveFile}, {&d.MemoryInactiveFile, below.MemoryInactiveFile},
		{&d.MemoryPageFaults, below.MemoryPageFaults}, {&d.MemoryMajorFaults, below.MemoryMajorFaults}, {&d.PIDs, below.PIDs},
	} {
		*p.from -= min(*p.from, p.less)
	}
}
