package nodeapi

import "gantry.dev/gantry/internal/driver/container"

// advisedValues are the families with one sample a cgroup, in cAdvisor's words.
func advisedValues() []advisedValue {
	type d = *container.Details
	quota := func(c d) bool { return c.CPUQuota > 0 }
	counted := func(c d) bool { return c.Processes.Counted }
	cpu := func(c d) bool { return c.CPUPeriod > 0 }
	pressed := func(c d) bool { return c.Pressure != nil }
	micro := func(value func(p *container.Pressure) uint64) func(d) (float64, bool) {
		return provided(pressed, func(c d) (float64, bool) { return float64(value(c.Pressure)) / 1e6, true })
	}
	const counter, gauge = "counter", "gauge"
	return []advisedValue{
		{"container_cpu_user_seconds_total", counter, "Cumulative user cpu time consumed in seconds.", elapsed(func(c d) uint64 { return c.CPUUserNanos })},
		{"container_cpu_system_seconds_total", counter, "Cumulative system cpu time consumed in seconds.", elapsed(func(c d) uint64 { return c.CPUSystemNanos })},
		{"container_cpu_cfs_periods_total", counter, "Number of elapsed enforcement period intervals.", provided(quota, always(func(c d) uint64 { return c.CPUPeriods }))},
		{"container_cpu_cfs_throttled_periods_total", counter, "Number of throttled period intervals.", provided(quota, always(func(c d) uint64 { return c.CPUThrottledPeriods }))},
		{"container_cpu_cfs_throttled_seconds_total", counter, "Total time duration the container has been throttled.", provided(quota, elapsed(func(c d) uint64 { return c.CPUThrottledNanos }))},
		{"container_cpu_cfs_burst_periods_total", counter, "Number of periods when burst occurs.", provided(quota, always(func(c d) uint64 { return c.CPUBursts }))},
		{"container_cpu_cfs_burst_seconds_total", counter, "Total time duration the container has been bursted.", provided(quota, elapsed(func(c d) uint64 { return c.CPUBurstNanos }))},
		{"container_spec_cpu_period", gauge, "CPU period of the container.", provided(cpu, always(func(c d) uint64 { return c.CPUPeriod }))},
		{"container_spec_cpu_quota", gauge, "CPU quota of the container.", provided(quota, always(func(c d) uint64 { return c.CPUQuota }))},
		{"container_spec_cpu_shares", gauge, "CPU share of the container.", provided(cpu, always(func(c d) uint64 { return c.CPUShares }))},
		{"container_spec_memory_limit_bytes", gauge, "Memory limit for the container.", always(func(c d) uint64 { return c.MemoryLimit })},
		{"container_spec_memory_swap_limit_bytes", gauge, "Memory swap limit for the container.", func(c d) (float64, bool) { return limited(c.MemorySwapLimit, c.SwapLimited) }},
		{"container_spec_memory_reservation_limit_bytes", gauge, "Memory reservation limit for the container.", always(func(c d) uint64 { return c.MemoryReservation })},
		{"container_memory_cache", gauge, "Number of bytes of page cache memory.", always(func(c d) uint64 { return c.MemoryCache })},
		{"container_memory_rss", gauge, "Size of RSS in bytes.", always(func(c d) uint64 { return c.MemoryRSS })},
		{"container_memory_kernel_usage", gauge, "Size of kernel memory allocated in bytes.", always(func(c d) uint64 { return c.MemoryKernel })},
		{"container_memory_mapped_file", gauge, "Size of memory mapped files in bytes.", always(func(c d) uint64 { return c.MemoryMapped })},
		{"container_memory_swap", gauge, "Container swap usage in bytes.", always(func(c d) uint64 { return c.MemorySwap })},
		{"container_memory_failcnt", counter, "Number of memory usage hits limits", always(func(c d) uint64 { return c.MemoryFailures })},
		{"container_memory_usage_bytes", gauge, "Current memory usage in bytes, including all memory regardless of when it was accessed", always(func(c d) uint64 { return c.MemoryUsage })},
		{"container_memory_max_usage_bytes", gauge, "Maximum memory usage recorded in bytes", provided(func(c d) bool { return c.MemoryMaxUsage > 0 }, always(func(c d) uint64 { return c.MemoryMaxUsage }))},
		{"container_memory_working_set_bytes", gauge, "Current working set in bytes.", always(func(c d) uint64 { return c.MemoryWorkingSet })},
		{"container_memory_total_active_file_bytes", gauge, "Current total active file in bytes.", always(func(c d) uint64 { return c.MemoryActiveFile })},
		{"container_memory_total_inactive_file_bytes", gauge, "Current total inactive file in bytes.", always(func(c d) uint64 { return c.MemoryInactiveFile })},
		{"container_oom_events_total", counter, "Count of out of memory events observed for the container", always(func(c d) uint64 { return c.OOMKills })},
		{"container_processes", gauge, "Number of processes running inside the container.", always(func(c d) uint64 { return c.Processes.Count })},
		{"container_file_descriptors", gauge, "Number of open file descriptors for the container.", provided(counted, always(func(c d) uint64 { return c.Processes.Descriptors }))},
		{"container_sockets", gauge, "Number of open sockets for the container.", provided(counted, always(func(c d) uint64 { return c.Processes.Sockets }))},
		{"container_threads", gauge, "Number of threads running inside the container", always(func(c d) uint64 { return c.PIDs })},
		{"container_threads_max", gauge, "Maximum number of threads allowed inside the container, infinity if value is zero", always(func(c d) uint64 { return c.PIDsLimit })},
		{"container_pressure_cpu_stalled_seconds_total", counter, "Total time duration no tasks in the container could make progress due to CPU congestion.", micro(func(p *container.Pressure) uint64 { return p.CPU.Full.Total })},
		{"container_pressure_cpu_waiting_seconds_total", counter, "Total time duration tasks in the container have waited due to CPU congestion.", micro(func(p *container.Pressure) uint64 { return p.CPU.Some.Total })},
		{"container_pressure_memory_stalled_seconds_total", counter, "Total time duration no tasks in the container could make progress due to memory congestion.", micro(func(p *container.Pressure) uint64 { return p.Memory.Full.Total })},
		{"container_pressure_memory_waiting_seconds_total", counter, "Total time duration tasks in the container have waited due to memory congestion.", micro(func(p *container.Pressure) uint64 { return p.Memory.Some.Total })},
		{"container_pressure_io_stalled_seconds_total", counter, "Total time duration no tasks in the container could make progress due to IO congestion.", micro(func(p *container.Pressure) uint64 { return p.IO.Full.Total })},
		{"container_pressure_io_waiting_seconds_total", counter, "Total time duration tasks in the container have waited due to IO congestion.", micro(func(p *container.Pressure) uint64 { return p.IO.Some.Total })},
	}
}
