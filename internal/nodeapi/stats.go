package nodeapi

import (
	"context"
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
	m, err := s.rates.read(r.Context(), func(ctx context.Context) (nodeUsage, error) { return s.usage(ctx, false) })
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
	for i := range m.system {
		c := &m.system[i]
		out.Node.SystemContainers = append(out.Node.SystemContainers, m.container(c.name, c.key(), c.started, c.stats.Stats))
	}
	for _, p := range m.pods {
		var running uint64
		st := statsapi.PodStats{
			PodRef:    statsapi.PodReference{Name: p.pod.Name, Namespace: p.pod.Namespace, UID: string(p.pod.UID)},
			StartTime: metav1.NewTime(p.started), CPU: m.cpu(string(p.pod.UID), p.stats.Stats), Memory: memoryStats(p.stats.Stats), Swap: swapStats(p.stats.Stats), IO: ioStats(p.stats.Stats),
		}
		if p.traffic != nil {
			st.Network = networkStats(p.stats.Time, []link.LinkTraffic{{Name: podInterface, Traffic: *p.traffic}})
		}
		for _, c := range p.containers {
			st.Containers = append(st.Containers, m.container(c.name, c.id, c.started, c.stats.Stats))
			running += c.stats.Processes.Count
		}
		st.ProcessStats = &statsapi.ProcessStats{ProcessCount: &running}
		out.Pods = append(out.Pods, st)
	}
	return out
}

// container is what all groups of processes have.
func (m *measured) container(name, key string, started time.Time, st container.Stats) statsapi.ContainerStats {
	return statsapi.ContainerStats{Name: name, StartTime: metav1.NewTime(started), CPU: m.cpu(key, st), Memory: memoryStats(st), Swap: swapStats(st), IO: ioStats(st)}
}

// node tells of the whole machine.
func (m *measured) node(name string) statsapi.NodeStats {
	now := metav1.NewTime(m.at)
	used, working := uint64(m.machine.CPU), m.machine.MemoryWorkingSet
	available, usage, swap, swapLeft := m.machine.MemoryTotal-working, m.machine.MemoryUsage, m.machine.SwapUsage, m.machine.SwapTotal-m.machine.SwapUsage
	n := statsapi.NodeStats{
		NodeName: name, StartTime: metav1.NewTime(m.machine.Boot),
		CPU: &statsapi.CPUStats{Time: now, UsageCoreNanoSeconds: &used},
		Memory: &statsapi.MemoryStats{Time: now, UsageBytes: &usage, WorkingSetBytes: &working, AvailableBytes: &available,
			RSSBytes: &m.root.MemoryRSS, PageFaults: &m.root.MemoryOwnFaults, MajorPageFaults: &m.root.MemoryOwnMajorFaults},
		Swap: &statsapi.SwapStats{Time: now, SwapUsageBytes: &swap, SwapAvailableBytes: &swapLeft},
	}
	if p := m.pressure; p != nil {
		n.CPU.PSI, n.Memory.PSI, n.IO = psi(&p.CPU), psi(&p.Memory), &statsapi.IOStats{Time: now, PSI: psi(&p.IO)}
	}
	if len(m.links) > 0 {
		n.Network = networkStats(m.at, m.links)
	}
	if v, ok := m.speed[""]; ok {
		n.CPU.UsageNanoCores = &v
	}
	return n
}

func (m *measured) cpu(key string, st container.Stats) *statsapi.CPUStats {
	c := &statsapi.CPUStats{Time: metav1.NewTime(st.Time), UsageCoreNanoSeconds: &st.CPUUsageNanos, PSI: psi(waits(st).cpu)}
	if v, ok := m.speed[key]; ok {
		c.UsageNanoCores = &v
	}
	return c
}

func memoryStats(st container.Stats) *statsapi.MemoryStats {
	m := &statsapi.MemoryStats{
		Time: metav1.NewTime(st.Time), UsageBytes: &st.MemoryUsage, WorkingSetBytes: &st.MemoryWorkingSet, RSSBytes: &st.MemoryRSS,
		PageFaults: &st.MemoryPageFaults, MajorPageFaults: &st.MemoryMajorFaults, PSI: psi(waits(st).memory),
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
	s := &statsapi.SwapStats{Time: metav1.NewTime(st.Time), SwapUsageBytes: &st.MemorySwap}
	if st.SwapLimited {
		left := st.MemorySwapLimit - min(st.MemorySwapLimit, st.MemorySwap)
		s.SwapAvailableBytes = &left
	}
	return s
}

func ioStats(st container.Stats) *statsapi.IOStats {
	return &statsapi.IOStats{Time: metav1.NewTime(st.Time), PSI: psi(waits(st).io)}
}

// networkStats has the link that collectors take for the only one apart from the list.
func networkStats(at time.Time, links []link.LinkTraffic) *statsapi.NetworkStats {
	out := &statsapi.NetworkStats{Time: metav1.NewTime(at)}
	for i := range links {
		t := &links[i].Traffic
		one := statsapi.InterfaceStats{Name: links[i].Name, RxBytes: &t.RxBytes, RxErrors: &t.RxErrors, TxBytes: &t.TxBytes, TxErrors: &t.TxErrors}
		if one.Name == podInterface {
			out.InterfaceStats = one
		}
		out.Interfaces = append(out.Interfaces, one)
	}
	return out
}
