package nodeapi

import (
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
