package nodeapi

import (
	"context"
	"net/http"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	statsapi "k8s.io/kubelet/pkg/apis/stats/v1alpha1"

	"gantry.dev/gantry/internal/driver/container"
)

// summary answers with the use of CPU and memory by the node's pods, in the form that metrics collectors know.
func (s *Server) summary(w http.ResponseWriter, r *http.Request) {
	out := statsapi.Summary{Node: statsapi.NodeStats{NodeName: s.agent.NodeName()}, Pods: []statsapi.PodStats{}}
	var cpu, memory uint64
	for _, p := range s.usage(r.Context()) {
		st := statsapi.PodStats{
			PodRef:    statsapi.PodReference{Name: p.name, Namespace: p.namespace, UID: p.uid},
			StartTime: metav1.NewTime(p.started), CPU: cpuStats(p.pod), Memory: memoryStats(p.pod),
		}
		for _, c := range p.containers {
			st.Containers = append(st.Containers, statsapi.ContainerStats{
				Name: c.name, StartTime: metav1.NewTime(c.started), CPU: cpuStats(c.stats), Memory: memoryStats(c.stats),
			})
		}
		cpu += p.pod.CPUUsageNanos
		memory += p.pod.MemoryWorkingSet
		out.Pods = append(out.Pods, st)
	}
	now := metav1.NewTime(time.Now())
	out.Node.CPU = &statsapi.CPUStats{Time: now, UsageCoreNanoSeconds: &cpu}
	out.Node.Memory = &statsapi.MemoryStats{Time: now, WorkingSetBytes: &memory}
	s.answer(w, out)
}

func cpuStats(st container.Stats) *statsapi.CPUStats {
	return &statsapi.CPUStats{Time: metav1.NewTime(st.Time), UsageCoreNanoSeconds: &st.CPUUsageNanos}
}

func memoryStats(st container.Stats) *statsapi.MemoryStats {
	m := &statsapi.MemoryStats{
		Time: metav1.NewTime(st.Time), UsageBytes: &st.MemoryUsage, WorkingSetBytes: &st.MemoryWorkingSet, RSSBytes: &st.MemoryRSS,
		PageFaults: &st.MemoryPageFaults, MajorPageFaults: &st.MemoryMajorFaults,
	}
	if st.MemoryLimit > 0 {
		var available uint64
		if st.MemoryLimit > st.MemoryWorkingSet {
			available = st.MemoryLimit - st.MemoryWorkingSet
		}
		m.AvailableBytes = &available
	}
	return m
}

// podUsage is one reading of a pod's cgroups.
type podUsage struct {
	namespace, name, uid string
	started              time.Time
	pod                  container.Stats
	containers           []containerUsage
}

type containerUsage struct {
	name    string
	started time.Time
	stats   container.Stats
}

// usage reads the cgroups of all pods that run. What ends while it is read is left out.
func (s *Server) usage(ctx context.Context) []podUsage {
	var out []podUsage
	for _, p := range s.agent.Pods() {
		instances := s.agent.Instances(p.UID)
		if len(instances) == 0 {
			continue
		}
		st, err := s.containers.SandboxStats(ctx, string(p.UID))
		if err != nil {
			continue
		}
		u := podUsage{namespace: p.Namespace, name: p.Name, uid: string(p.UID), pod: st}
		if p.Status.StartTime != nil {
			u.started = p.Status.StartTime.Time
		}
		for _, c := range slices.Concat(p.Status.InitContainerStatuses, p.Status.ContainerStatuses) {
			id, ok := instances[c.Name]
			if !ok || c.State.Running == nil {
				continue
			}
			if st, err := s.containers.Stats(ctx, id); err == nil {
				u.containers = append(u.containers, containerUsage{c.Name, c.State.Running.StartedAt.Time, st})
			}
		}
		out = append(out, u)
	}
	return out
}
