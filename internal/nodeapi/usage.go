package nodeapi

import (
	"context"
	"runtime"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/host"
	"gantry.dev/gantry/internal/driver/link"
)

// podUsage is one reading of a pod's cgroups and of its link.
type podUsage struct {
	pod        *corev1.Pod
	started    time.Time
	stats      container.Stats
	traffic    *link.Traffic // nil without a network of its own
	containers []containerUsage
}

type containerUsage struct {
	spec    *corev1.Container // nil for an ephemeral container
	name    string
	id      string
	image   string
	started time.Time
	stats   container.Stats
}

// nodeUsage is one reading of the whole node.
type nodeUsage struct {
	at      time.Time
	cores   int
	machine host.MachineUsage
	disk    *diskUsage // of the node's own file system; nil if it cannot be read
	pods    []podUsage
}

// diskUsage is how full the file system of the node's directory is.
type diskUsage struct {
	device                         string
	size, used, inodes, inodesFree uint64
}

// usage reads the machine and the cgroups of all pods that run. What ends while it is read is left out.
func (s *Server) usage(ctx context.Context) (nodeUsage, error) {
	u := nodeUsage{at: time.Now(), cores: runtime.NumCPU()}
	var err error
	if u.machine, err = host.Machine(); err != nil {
		return u, err
	}
	dir, _ := s.agent.Dirs()
	if fs := fileSystem(dir, u.at); fs != nil {
		u.disk = &diskUsage{dir, *fs.CapacityBytes, *fs.UsedBytes, *fs.Inodes, *fs.InodesFree}
	}
	var traffic map[string]link.Traffic
	if s.traffic != nil {
		if traffic, err = s.traffic(); err != nil {
			return u, err
		}
	}
	for _, p := range s.agent.Pods() {
		if err := ctx.Err(); err != nil {
			return u, err
		}
		if one, ok := s.podUsage(ctx, p); ok {
			if t, ok := traffic[string(p.UID)]; ok {
				one.traffic = &t
			}
			u.pods = append(u.pods, one)
		}
	}
	return u, nil
}

// podUsage reads one pod; ok is false if nothing of it runs.
func (s *Server) podUsage(ctx context.Context, p *corev1.Pod) (u podUsage, ok bool) {
	instances := s.agent.Instances(p.UID)
	if len(instances) == 0 {
		return u, false
	}
	st, err := s.containers.SandboxStats(ctx, string(p.UID))
	if err != nil {
		return u, false
	}
	u = podUsage{pod: p, stats: st}
	if p.Status.StartTime != nil {
		u.started = p.Status.StartTime.Time
	}
	for _, c := range slices.Concat(p.Status.InitContainerStatuses, p.Status.ContainerStatuses, p.Status.EphemeralContainerStatuses) {
		id, ok := instances[c.Name]
		if !ok || c.State.Running == nil {
			continue
		}
		if st, err := s.containers.Stats(ctx, id); err == nil {
			u.containers = append(u.containers, containerUsage{spec: specOf(p, c.Name), name: c.Name, id: id, image: c.Image,
				started: c.State.Running.StartedAt.Time, stats: st})
		}
	}
	return u, true
}

// specOf finds a container by name.
func specOf(p *corev1.Pod, name string) *corev1.Container {
	for _, list := range [][]corev1.Container{p.Spec.Containers, p.Spec.InitContainers} {
		if i := slices.IndexFunc(list, func(c corev1.Container) bool { return c.Name == name }); i >= 0 {
			return &list[i]
		}
	}
	return nil
}
