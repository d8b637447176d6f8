package nodeapi

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// usageMetrics answers with metrics made from one reading of the node, by the function that knows their names.
func (s *Server) usageMetrics(collect func(nodeUsage, sink)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		u, err := s.usage(r.Context())
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		reg := prometheus.NewRegistry()
		reg.MustRegister(collected{func(to sink) { collect(u, to) }})
		promhttp.HandlerFor(reg, promhttp.HandlerOpts{ErrorHandling: promhttp.HTTPErrorOnError}).ServeHTTP(w, r)
	}
}

// sink takes metrics.
type sink chan<- prometheus.Metric

func (to sink) counter(d *prometheus.Desc, v float64, labels ...string) {
	to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v, labels...)
}

func (to sink) gauge(d *prometheus.Desc, v float64, labels ...string) {
	to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
}

// collected is a prometheus.Collector of one answer. It describes nothing in advance: which pods there are is known when
// it is asked.
type collected struct{ collect func(sink) }

// Describe implements prometheus.Collector.
func (collected) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (c collected) Collect(to chan<- prometheus.Metric) { c.collect(to) }

// The metrics of /metrics/resource, which metrics-server reads.
var (
	containerCPU    = prometheus.NewDesc("container_cpu_usage_seconds_total", "Cumulative cpu time consumed by the container in core-seconds", []string{"container", "namespace", "pod"}, nil)
	containerMemory = prometheus.NewDesc("container_memory_working_set_bytes", "Current working set of the container in bytes", []string{"container", "namespace", "pod"}, nil)
	containerStart  = prometheus.NewDesc("container_start_time_seconds", "Start time of the container since unix epoch in seconds", []string{"container", "namespace", "pod"}, nil)
	containerSwap   = prometheus.NewDesc("container_swap_usage_bytes", "Current amount of the container swap usage in bytes. Reported only on non-windows systems", []string{"container", "namespace", "pod"}, nil)
	podSwap         = prometheus.NewDesc("pod_swap_usage_bytes", "Current amount of the pod swap usage in bytes. Reported only on non-windows systems", []string{"namespace", "pod"}, nil)
	scrapeError     = prometheus.NewDesc("resource_scrape_error", "1 if there was an error while getting container metrics, 0 otherwise", nil, nil)
	podCPU          = prometheus.NewDesc("pod_cpu_usage_seconds_total", "Cumulative cpu time consumed by the pod in core-seconds", []string{"namespace", "pod"}, nil)
	podMemory       = prometheus.NewDesc("pod_memory_working_set_bytes", "Current working set of the pod in bytes", []string{"namespace", "pod"}, nil)
	nodeCPU         = prometheus.NewDesc("node_cpu_usage_seconds_total", "Cumulative cpu time consumed by the node in core-seconds", nil, nil)
	nodeSwap        = prometheus.NewDesc("node_swap_usage_bytes", "Current swap usage of the node in bytes. Reported only on non-windows systems", nil, nil)
	nodeMemory      = prometheus.NewDesc("node_memory_working_set_bytes", "Current working set of the node in bytes", nil, nil)
)

func collectResource(u nodeUsage, to sink) {
	to.gauge(scrapeError, 0) // an error has no metrics: it is the answer
	to.counter(nodeCPU, u.machine.CPU.Seconds())
	to.gauge(nodeMemory, float64(u.machine.MemoryWorkingSet))
	to.gauge(nodeSwap, float64(u.machine.SwapUsage))
	for _, p := range u.pods {
		ns, pod := p.pod.Namespace, p.pod.Name
		to.counter(podCPU, seconds(p.stats.CPUUsageNanos), ns, pod)
		to.gauge(podMemory, float64(p.stats.MemoryWorkingSet), ns, pod)
		to.gauge(podSwap, float64(p.stats.MemorySwap), ns, pod)
		for _, c := range p.containers {
			to.counter(containerCPU, seconds(c.stats.CPUUsageNanos), c.name, ns, pod)
			to.gauge(containerMemory, float64(c.stats.MemoryWorkingSet), c.name, ns, pod)
			to.gauge(containerSwap, float64(c.stats.MemorySwap), c.name, ns, pod)
			to.gauge(containerStart, float64(c.started.UnixNano())/1e9, c.name, ns, pod)
		}
	}
}

func seconds(nanos uint64) float64 { return float64(nanos) / 1e9 }
