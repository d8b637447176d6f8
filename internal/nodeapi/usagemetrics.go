package nodeapi

import (
	"context"
	"net/http"
	"strconv"

	"gantry.dev/gantry/internal/driver/container"
)

// usageMetrics answers with metrics made from one reading of the node, by the function that knows their names. Who asks while a reading
// is being made gets that one: however many ask, the node reads its cgroups once at a time.
func (s *Server) usageMetrics(detailed bool, write func(nodeUsage, *exposition)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		// It does not end with the first of those that wait for it: the reading is bounded by the number of pods.
		ctx := context.WithoutCancel(r.Context())
		got, err, _ := s.readings.Do(strconv.FormatBool(detailed), func() (any, error) { return s.usage(ctx, detailed) })
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		expose(w, r, func(e *exposition) { write(got.(nodeUsage), e) })
	}
}

// writeResource writes the metrics of /metrics/resource, which metrics-server reads.
func writeResource(u nodeUsage, e *exposition) {
	e.family("resource_scrape_error", "gauge", "1 if there was an error while getting container metrics, 0 otherwise")
	e.sample(0) // an error has no metrics: it is the answer
	e.family("node_cpu_usage_seconds_total", "counter", "Cumulative cpu time consumed by the node in core-seconds")
	e.sample(u.machine.CPU.Seconds())
	e.family("node_memory_working_set_bytes", "gauge", "Current working set of the node in bytes")
	e.sample(float64(u.machine.MemoryWorkingSet))
	e.family("node_swap_usage_bytes", "gauge", "Current swap usage of the node in bytes. Reported only on non-windows systems")
	e.sample(float64(u.machine.SwapUsage))
	pods, containers := make([]string, len(u.pods)), make([][]string, len(u.pods))
	for i := range u.pods {
		p := &u.pods[i]
		pods[i] = label("namespace", p.pod.Namespace, "pod", p.pod.Name)
		for _, c := range p.containers {
			containers[i] = append(containers[i], label("container", c.name))
		}
	}
	each := func(name, kind, help string, value func(*podUsage) float64) {
		e.family(name, kind, help)
		for i := range u.pods {
			e.sample(value(&u.pods[i]), pods[i])
		}
	}
	every := func(name, kind, help string, value func(*containerUsage) (float64, bool)) {
		e.family(name, kind, help)
		for i := range u.pods {
			for j := range u.pods[i].containers {
				if v, ok := value(&u.pods[i].containers[j]); ok {
					e.sample(v, containers[i][j], pods[i])
				}
			}
		}
	}
	each("pod_cpu_usage_seconds_total", "counter", "Cumulative cpu time consumed by the pod in core-seconds", func(p *podUsage) float64 { return seconds(p.stats.CPUUsageNanos) })
	each("pod_memory_working_set_bytes", "gauge", "Current working set of the pod in bytes", func(p *podUsage) float64 { return float64(p.stats.MemoryWorkingSet) })
	each("pod_swap_usage_bytes", "gauge", "Current amount of the pod swap usage in bytes. Reported only on non-windows systems", func(p *podUsage) float64 { return float64(p.stats.MemorySwap) })
	every("container_cpu_usage_seconds_total", "counter", "Cumulative cpu time consumed by the container in core-seconds", func(c *containerUsage) (float64, bool) { return seconds(c.stats.CPUUsageNanos), true })
	every("container_memory_working_set_bytes", "gauge", "Current working set of the container in bytes", func(c *containerUsage) (float64, bool) { return float64(c.stats.MemoryWorkingSet), true })
	every("container_swap_usage_bytes", "gauge", "Current amount of the container swap usage in bytes. Reported only on non-windows systems", func(c *containerUsage) (float64, bool) { return float64(c.stats.MemorySwap), true })
	every("container_swap_limit_bytes", "gauge", "Current amount of the container swap limit in bytes. Reported only on non-windows systems", func(c *containerUsage) (float64, bool) { return swapLimit(c.stats.Stats) })
	every("container_start_time_seconds", "gauge", "Start time of the container since unix epoch in seconds", func(c *containerUsage) (float64, bool) { return float64(c.started.UnixNano()) / 1e9, true })
}

// swapLimit is told where there is one.
func swapLimit(st container.Stats) (float64, bool) {
	return float64(st.MemorySwapLimit), st.SwapLimited
}

func seconds(nanos uint64) float64 { return float64(nanos) / 1e9 }
