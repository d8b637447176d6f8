package nodeapi

import (
	"github.com/prometheus/client_golang/prometheus"

	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/link"
	"gantry.dev/gantry/internal/plan/pod"
)

// The metrics of /metrics/cadvisor that dashboards and alerts are built on, with cAdvisor's names and labels. A pod's own
// cgroup appears with an empty container, as there.
var (
	cadvisorLabels = []string{"container", "id", "image", "name", "namespace", "pod"}

	advisedCPU         = advised("container_cpu_usage_seconds_total", "Cumulative cpu time consumed in seconds.", "cpu")
	advisedThrottled   = advised("container_cpu_cfs_throttled_seconds_total", "Total time duration the container has been throttled.")
	advisedThrottles   = advised("container_cpu_cfs_throttled_periods_total", "Number of throttled period intervals.")
	advisedPeriods     = advised("container_cpu_cfs_periods_total", "Number of elapsed enforcement period intervals.")
	advisedCache       = advised("container_memory_cache", "Number of bytes of page cache memory.")
	advisedMapped      = advised("container_memory_mapped_file", "Size of memory mapped files in bytes.")
	advisedSwap        = advised("container_memory_swap", "Container swap usage in bytes.")
	advisedFsUsage     = advised("container_fs_usage_bytes", "Number of bytes that are consumed by the container on this filesystem.", "device")
	advisedFsLimit     = advised("container_fs_limit_bytes", "Number of bytes that can be consumed by the container on this filesystem.", "device")
	advisedFsInodes    = advised("container_fs_inodes_total", "Number of Inodes", "device")
	advisedFsFree      = advised("container_fs_inodes_free", "Number of available Inodes", "device")
	advisedReads       = advised("container_fs_reads_total", "Cumulative count of reads completed", "device")
	advisedWrites      = advised("container_fs_writes_total", "Cumulative count of writes completed", "device")
	advisedReadBytes   = advised("container_fs_reads_bytes_total", "Cumulative count of bytes read", "device")
	advisedWriteBytes  = advised("container_fs_writes_bytes_total", "Cumulative count of bytes written", "device")
	advisedMemory      = advised("container_memory_usage_bytes", "Current memory usage in bytes, including all memory regardless of when it was accessed")
	advisedWorkingSet  = advised("container_memory_working_set_bytes", "Current working set in bytes.")
	advisedRSS         = advised("container_memory_rss", "Size of RSS in bytes.")
	advisedFailures    = advised("container_memory_failures_total", "Cumulative count of memory allocation failures.", "failure_type", "scope")
	advisedOOMs        = advised("container_oom_events_total", "Count of out of memory events observed for the container")
	advisedThreads     = advised("container_threads", "Number of threads running inside the container")
	advisedStart       = advised("container_start_time_seconds", "Start time of the container since unix epoch in seconds.")
	advisedSeen        = advised("container_last_seen", "Last time a container was seen by the exporter")
	advisedMemoryLimit = advised("container_spec_memory_limit_bytes", "Memory limit for the container.")
	advisedShares      = advised("container_spec_cpu_shares", "CPU share of the container.")
	advisedQuota       = advised("container_spec_cpu_quota", "CPU quota of the container.")
	advisedPeriod      = advised("container_spec_cpu_period", "CPU period of the container.")

	advisedRxBytes   = advised("container_network_receive_bytes_total", "Cumulative count of bytes received", "interface")
	advisedRxPackets = advised("container_network_receive_packets_total", "Cumulative count of packets received", "interface")
	advisedRxErrors  = advised("container_network_receive_errors_total", "Cumulative count of errors encountered while receiving", "interface")
	advisedRxDropped = advised("container_network_receive_packets_dropped_total", "Cumulative count of packets dropped while receiving", "interface")
	advisedTxBytes   = advised("container_network_transmit_bytes_total", "Cumulative count of bytes transmitted", "interface")
	advisedTxPackets = advised("container_network_transmit_packets_total", "Cumulative count of packets transmitted", "interface")
	advisedTxErrors  = advised("container_network_transmit_errors_total", "Cumulative count of errors encountered while transmitting", "interface")
	advisedTxDropped = advised("container_network_transmit_packets_dropped_total", "Cumulative count of packets dropped while transmitting", "interface")

	machineCores  = prometheus.NewDesc("machine_cpu_cores", "Number of logical CPU cores.", nil, nil)
	machineMemory = prometheus.NewDesc("machine_memory_bytes", "Amount of memory installed on the machine.", nil, nil)
)

func advised(name, help string, more ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, append(more, cadvisorLabels...), nil)
}

func collectCadvisor(u nodeUsage, to sink) {
	to.gauge(machineCores, float64(u.cores))
	to.gauge(machineMemory, float64(u.machine.MemoryTotal))
	to.counter(advisedCPU, u.machine.CPU.Seconds(), "total", "", "/", "", "", "", "")
	to.gauge(advisedWorkingSet, float64(u.machine.MemoryWorkingSet), "", "/", "", "", "", "")
	if fs := u.disk; fs != nil {
		own := []string{fs.device, "", "/", "", "", "", ""}
		to.gauge(advisedFsUsage, float64(fs.used), own...)
		to.gauge(advisedFsLimit, float64(fs.size), own...)
		to.gauge(advisedFsInodes, float64(fs.inodes), own...)
		to.gauge(advisedFsFree, float64(fs.inodesFree), own...)
	}
	for _, p := range u.pods {
		root := "/pod" + string(p.pod.UID)
		own := []string{"", root, "", "", p.pod.Namespace, p.pod.Name}
		to.advise(u, p.stats, own)
		if p.traffic != nil {
			to.network(p.traffic, own)
		}
		for _, c := range p.containers {
			labels := []string{c.name, root + "/" + c.id, c.image, c.id, p.pod.Namespace, p.pod.Name}
			to.advise(u, c.stats, labels)
			to.gauge(advisedStart, float64(c.started.UnixNano())/1e9, labels...)
			if c.spec != nil {
				to.shares(pod.ContainerLimits(p.pod, c.spec.Resources), labels)
			}
		}
	}
}

// advise gives what a cgroup counts.
func (to sink) advise(u nodeUsage, st container.Stats, l []string) {
	with := func(more ...string) []string { return append(more, l...) }
	to.counter(advisedCPU, seconds(st.CPUUsageNanos), with("total")...)
	to.counter(advisedThrottled, seconds(st.CPUThrottledNanos), l...)
	to.counter(advisedThrottles, float64(st.CPUThrottledPeriods), l...)
	to.counter(advisedPeriods, float64(st.CPUPeriods), l...)
	to.gauge(advisedCache, float64(st.MemoryCache), l...)
	to.gauge(advisedMapped, float64(st.MemoryMapped), l...)
	to.gauge(advisedSwap, float64(st.MemorySwap), l...)
	to.counter(advisedReads, float64(st.Reads), with("")...)
	to.counter(advisedWrites, float64(st.Writes), with("")...)
	to.counter(advisedReadBytes, float64(st.ReadBytes), with("")...)
	to.counter(advisedWriteBytes, float64(st.WriteBytes), with("")...)
	to.gauge(advisedMemory, float64(st.MemoryUsage), l...)
	to.gauge(advisedWorkingSet, float64(st.MemoryWorkingSet), l...)
	to.gauge(advisedRSS, float64(st.MemoryRSS), l...)
	to.counter(advisedFailures, float64(st.MemoryPageFaults), with("pgfault", "hierarchy")...)
	to.counter(advisedFailures, float64(st.MemoryMajorFaults), with("pgmajfault", "hierarchy")...)
	to.counter(advisedOOMs, float64(st.OOMKills), l...)
	to.gauge(advisedThreads, float64(st.PIDs), l...)
	to.gauge(advisedSeen, float64(u.at.Unix()), l...)
	to.gauge(advisedMemoryLimit, float64(st.MemoryLimit), l...)
}

// shares gives what a container was promised of the CPU.
func (to sink) shares(l pod.Limits, labels []string) {
	to.gauge(advisedShares, float64(l.CPUShares), labels...)
	if l.CPUQuota > 0 {
		to.gauge(advisedQuota, float64(l.CPUQuota), labels...)
		to.gauge(advisedPeriod, float64(l.CPUPeriod), labels...)
	}
}

func (to sink) network(t *link.Traffic, l []string) {
	l = append([]string{podInterface}, l...)
	for d, v := range map[*prometheus.Desc]uint64{
		advisedRxBytes: t.RxBytes, advisedRxPackets: t.RxPackets, advisedRxErrors: t.RxErrors, advisedRxDropped: t.RxDropped,
		advisedTxBytes: t.TxBytes, advisedTxPackets: t.TxPackets, advisedTxErrors: t.TxErrors, advisedTxDropped: t.TxDropped,
	} {
		to.counter(d, float64(v), l...)
	}
}
