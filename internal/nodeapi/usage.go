package nodeapi

import (
	"context"
	"maps"
	"runtime"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	statsapi "k8s.io/kubelet/pkg/apis/stats/v1alpha1"

	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/host"
	"gantry.dev/gantry/internal/driver/link"
)

// podUsage is one reading of a pod's cgroups and of its link.
type podUsage struct {
	pod        *corev1.Pod
	started    time.Time
	stats      container.Details
	traffic    *link.Traffic // nil without a network of its own
	containers []containerUsage
}

type containerUsage struct {
	spec    *corev1.Container // nil for an ephemeral container
	name    string
	id      string
	image   string
	started time.Time
	stats   container.Details
}

// systemUsage is one reading of what kubelet calls a system container: itself, the runtime, all pods together.
type systemUsage struct {
	name    string
	started time.Time // zero if it is not known
	stats   container.Details
}

// key names its clock among those of pods and containers, which have no such names.
func (s *systemUsage) key() string { return "/" + s.name }

// nodeUsage is one reading of the whole node.
type nodeUsage struct {
	at      time.Time
	cores   int
	machine host.MachineUsage
	// root is what the machine's root cgroup tells, pressure what the kernel tells of the machine; nil if it does not.
	root     container.Details
	pressure *container.Pressure
	system   []systemUsage
	links    []link.LinkTraffic
	pods     []podUsage
}

// usage reads the machine and the cgroups of all pods that run, one after the other. What ends while it is read is left out. detailed is
// for all that there is to tell of a cgroup.
func (s *Server) usage(ctx context.Context, detailed bool) (nodeUsage, error) {
	u := nodeUsage{at: time.Now(), cores: runtime.NumCPU(), pressure: container.ReadPressure()}
	var err error
	if u.machine, err = host.Machine(); err != nil {
		return u, err
	}
	if err := s.systemUsage(ctx, &u, detailed); err != nil {
		return u, err
	}
	var traffic link.AllTraffic
	if s.traffic != nil {
		if traffic, err = s.traffic(); err != nil {
			return u, err
		}
	}
	u.links = traffic.Host
	for _, p := range s.agent.Pods() {
		if err := ctx.Err(); err != nil {
			return u, err
		}
		if one, ok := s.podUsage(ctx, p, detailed); ok {
			if t, ok := traffic.Pods[string(p.UID)]; ok {
				one.traffic = &t
			}
			u.pods = append(u.pods, one)
		}
	}
	return u, nil
}

// systemUsage reads what is not of one pod. There is no "misc": that is a cgroup which kubelet moves the machine's processes to where nobody
// else keeps order, and this node leaves them where they are.
func (s *Server) systemUsage(ctx context.Context, u *nodeUsage, detailed bool) error {
	self, err := host.Self()
	if err != nil {
		return err
	}
	groups, err := s.containers.GroupStats(ctx, detailed)
	if err != nil {
		return err
	}
	u.root = groups.Root
	own := container.Details{Stats: container.Stats{Time: u.at, CPUUsageNanos: uint64(self.CPU), MemoryUsage: self.Memory, MemoryWorkingSet: self.Own, MemoryRSS: self.Own,
		MemoryPageFaults: self.Faults, MemoryMajorFaults: self.MajorFaults}}
	u.system = append(u.system, systemUsage{statsapi.SystemContainerKubelet, s.started, own})
	if !groups.Pods.Time.IsZero() {
		u.system = append(u.system, systemUsage{name: statsapi.SystemContainerPods, stats: groups.Pods})
	}
	if !groups.Supervisors.Time.IsZero() {
		u.system = append(u.system, systemUsage{name: statsapi.SystemContainerRuntime, stats: groups.Supervisors})
	}
	for i := range u.system {
		if one := &u.system[i]; one.started.IsZero() {
			one.started = u.machine.Boot // what is known: it is not older than that
		}
	}
	return nil
}

// podUsage reads one pod; ok is false if nothing of it runs.
func (s *Server) podUsage(ctx context.Context, p *corev1.Pod, detailed bool) (u podUsage, ok bool) {
	instances := s.agent.Instances(p.UID)
	if len(instances) == 0 {
		return u, false
	}
	st, err := s.containers.PodStats(ctx, string(p.UID), slices.Collect(maps.Values(instances)), detailed)
	if err != nil {
		return u, false
	}
	u = podUsage{pod: p, stats: st.Pod}
	if p.Status.StartTime != nil {
		u.started = p.Status.StartTime.Time
	}
	for _, list := range [][]corev1.ContainerStatus{p.Status.InitContainerStatuses, p.Status.ContainerStatuses, p.Status.EphemeralContainerStatuses} {
		for i := range list {
			c := &list[i]
			id, ok := instances[c.Name]
			if !ok || c.State.Running == nil {
				continue
			}
			if d, ok := st.Containers[id]; ok {
				u.containers = append(u.containers, containerUsage{spec: specOf(p, c.Name), name: c.Name, id: id, image: c.Image, started: c.State.Running.StartedAt.Time, stats: d})
			}
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
