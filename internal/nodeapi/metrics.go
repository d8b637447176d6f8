package nodeapi

import (
	"context"
	"net/http"
	"slices"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	corev1 "k8s.io/api/core/v1"
)

// metricsHandler serves the node's own metrics.
func (s *Server) metricsHandler() http.Handler {
	return promhttp.HandlerFor(s.metrics, promhttp.HandlerOpts{ErrorHandling: promhttp.HTTPErrorOnError})
}

// podCollector counts pods and containers when it is asked.
type podCollector struct{ s *Server }

var (
	runningPods       = prometheus.NewDesc("kubelet_running_pods", "Number of pods that have a running container", nil, nil)
	runningContainers = prometheus.NewDesc("kubelet_running_containers", "Number of containers by state", []string{"container_state"}, nil)
	desiredPods       = prometheus.NewDesc("kubelet_desired_pods", "Number of pods bound to the node", nil, nil)
)

// Describe implements prometheus.Collector.
func (*podCollector) Describe(to chan<- *prometheus.Desc) {
	to <- runningPods
	to <- runningContainers
	to <- desiredPods
}

// Collect implements prometheus.Collector.
func (c *podCollector) Collect(to chan<- prometheus.Metric) {
	pods := c.s.agent.Pods()
	states := map[string]float64{"running": 0, "exited": 0, "waiting": 0}
	running := 0.0
	for _, p := range pods {
		some := false
		for _, st := range slices.Concat(p.Status.InitContainerStatuses, p.Status.ContainerStatuses) {
			state := stateOf(st.State)
			states[state]++
			some = some || state == "running"
		}
		if some {
			running++
		}
	}
	to <- prometheus.MustNewConstMetric(desiredPods, prometheus.GaugeValue, float64(len(pods)))
	to <- prometheus.MustNewConstMetric(runningPods, prometheus.GaugeValue, running)
	for state, n := range states {
		to <- prometheus.MustNewConstMetric(runningContainers, prometheus.GaugeValue, n, state)
	}
}

func stateOf(s corev1.ContainerState) string {
	switch {
	case s.Running != nil:
		return "running"
	case s.Terminated != nil:
		return "exited"
	}
	return "waiting"
}

// The metrics of /metrics/resource, which metrics-server reads.
var (
	containerCPU    = prometheus.NewDesc("container_cpu_usage_seconds_total", "Cumulative cpu time consumed by the container in core-seconds", []string{"container", "namespace", "pod"}, nil)
	containerMemory = prometheus.NewDesc("container_memory_working_set_bytes", "Current working set of the container in bytes", []string{"container", "namespace", "pod"}, nil)
	containerStart  = prometheus.NewDesc("container_start_time_seconds", "Start time of the container since unix epoch in seconds", []string{"container", "namespace", "pod"}, nil)
	podCPU          = prometheus.NewDesc("pod_cpu_usage_seconds_total", "Cumulative cpu time consumed by the pod in core-seconds", []string{"namespace", "pod"}, nil)
	podMemory       = prometheus.NewDesc("pod_memory_working_set_bytes", "Current working set of the pod in bytes", []string{"namespace", "pod"}, nil)
	nodeCPU         = prometheus.NewDesc("node_cpu_usage_seconds_total", "Cumulative cpu time consumed by the pods of the node in core-seconds", nil, nil)
	nodeMemory      = prometheus.NewDesc("node_memory_working_set_bytes", "Current working set of the pods of the node in bytes", nil, nil)
)

// resourceMetrics answers with the use of CPU and memory.
func (s *Server) resourceMetrics(w http.ResponseWriter, r *http.Request) {
	reg := prometheus.NewRegistry()
	reg.MustRegister(&usageCollector{s, r.Context()})
	promhttp.HandlerFor(reg, promhttp.HandlerOpts{ErrorHandling: promhttp.HTTPErrorOnError}).ServeHTTP(w, r)
}

// usageCollector reads cgroups for one request.
type usageCollector struct {
	s   *Server
	ctx context.Context
}

// Describe implements prometheus.Collector.
func (*usageCollector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{containerCPU, containerMemory, containerStart, podCPU, podMemory, nodeCPU, nodeMemory} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (c *usageCollector) Collect(to chan<- prometheus.Metric) {
	counter := func(d *prometheus.Desc, nanos uint64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(nanos)/1e9, labels...)
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	var cpu, memory uint64
	for _, p := range c.s.usage(c.ctx) {
		counter(podCPU, p.pod.CPUUsageNanos, p.namespace, p.name)
		gauge(podMemory, float64(p.pod.MemoryWorkingSet), p.namespace, p.name)
		cpu += p.pod.CPUUsageNanos
		memory += p.pod.MemoryWorkingSet
		for _, ctr := range p.containers {
			counter(containerCPU, ctr.stats.CPUUsageNanos, ctr.name, p.namespace, p.name)
			gauge(containerMemory, float64(ctr.stats.MemoryWorkingSet), ctr.name, p.namespace, p.name)
			gauge(containerStart, float64(ctr.started.Unix()), ctr.name, p.namespace, p.name)
		}
	}
	counter(nodeCPU, cpu)
	gauge(nodeMemory, float64(memory))
}
