package nodeapi

import (
	"net/http"
	"strconv"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	statsapi "k8s.io/kubelet/pkg/apis/stats/v1alpha1"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/link"
)

// podInterface is the name of the link inside a pod.
const podInterface = "eth0"

// summary answers with the use of CPU, memory and network by the node and its pods, in the form that collectors of
// metrics know.
func (s *Server) summary(w http.ResponseWriter, r *http.Request) {
	m, err := s.rates.read(r.Context(), s.usage)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set(api.UsageWindow, m.window.String())
	out := m.summary(s.agent.NodeName())
	// Collectors of metrics want no more than this, and ask often: a walk through what pods have written is for others.
	if few, _ := strconv.ParseBool(r.FormValue("only_cpu_and_memory")); !few {
		s.addDisks(out, m.pods)
	}
	s.answer(w, out)
}

func (m *measured) summary(node string) *statsapi.Summary {
	out := &statsapi.Summary{Node: m.node(node), Pods: []statsapi.PodStats{}}
	for _, p := range m.pods {
		st := statsapi.PodStats{
			PodRef:    statsapi.PodReference{Name: p.pod.Name, Namespace: p.pod.Namespace, UID: string(p.pod.UID)},
			StartTime: metav1.NewTime(p.started), CPU: m.cpu(string(p.pod.UID), p.stats), Memory: memoryStats(p.stats), Swap: swapStats(p.stats),
			ProcessStats: &statsapi.ProcessStats{ProcessCount: &p.stats.PIDs},
		}
		if p.traffic != nil {
			st.Network = networkStats(p.stats.Time, p.traffic)
		}
		for _, c := range p.containers {
			st.Containers = append(st.Containers, statsapi.ContainerStats{
				Name: c.name, StartTime: metav1.NewTime(c.started), CPU: m.cpu(c.id, c.stats), Memory: memoryStats(c.stats), Swap: swapStats(c.stats),
			})
		}
		out.Pods = append(out.Pods, st)
	}
	return out
}

// node tells of the whole machine.
func (m *measured) node(name string) statsapi.NodeStats {
	now := metav1.NewTime(m.at)
	used, working := uint64(m.machine.CPU), m.machine.MemoryWorkingSet
	available, usage, swap := m.machine.MemoryTotal-working, m.machine.MemoryUsage, m.machine.SwapUsage
	n := statsapi.NodeStats{
		NodeName: name, StartTime: metav1.NewTime(m.machine.Boot),
		CPU:    &statsapi.CPUStats{Time: now, UsageCoreNanoSeconds: &used},
		Memory: &statsapi.MemoryStats{Time: now, UsageBytes: &usage, WorkingSetBytes: &working, AvailableBytes: &available},
		Swap:   &statsapi.SwapStats{Time: now, SwapUsageBytes: &swap},
	}
	if v, ok := m.speed[""]; ok {
		n.CPU.UsageNanoCores = &v
	}
	return n
}

func (m *measured) cpu(key string, st container.Stats) *statsapi.CPUStats {
	c := &statsapi.CPUStats{Time: metav1.NewTime(st.Time), UsageCoreNanoSeconds: &st.CPUUsageNanos}
	if v, ok := m.speed[key]; ok {
		c.UsageNanoCores = &v
	}
	return c
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

func swapStats(st container.Stats) *statsapi.SwapStats {
	return &statsapi.SwapStats{Time: metav1.NewTime(st.Time), SwapUsageBytes: &st.MemorySwap}
}

func networkStats(at time.Time, t *link.Traffic) *statsapi.NetworkStats {
	eth := statsapi.InterfaceStats{Name: podInterface, RxBytes: &t.RxBytes, RxErrors: &t.RxErrors, TxBytes: &t.TxBytes, TxErrors: &t.TxErrors}
	return &statsapi.NetworkStats{Time: metav1.NewTime(at), InterfaceStats: eth, Interfaces: []statsapi.InterfaceStats{eth}}
}
