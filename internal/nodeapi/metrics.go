package nodeapi

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/version"
)

// metricsHandler serves the node's own metrics.
func (s *Server) metricsHandler() http.Handler {
	return promhttp.HandlerFor(s.metrics, promhttp.HandlerOpts{ErrorHandling: promhttp.HTTPErrorOnError})
}

// register makes the node's metrics: its own program's, what the agent counts, and what is counted when it is asked.
func (s *Server) register(v version.Info) {
	s.requests = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kubelet_http_requests_total", Help: "Number of the http requests received since the server started"},
		[]string{"method", "path", "server_type", "long_running"})
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "kubernetes_build_info", Help: "A metric with a constant '1' value labeled by the version that the node was built from.",
		ConstLabels: prometheus.Labels{"major": v.Major, "minor": v.Minor, "git_version": v.GitVersion, "git_commit": v.GitCommit, "build_date": v.BuildDate, "go_version": v.GoVersion, "platform": v.Platform}})
	build.Set(1)
	name := prometheus.NewGauge(prometheus.GaugeOpts{Name: "kubelet_node_name", Help: "The node's name. The count is always 1.", ConstLabels: prometheus.Labels{"node": s.agent.NodeName()}})
	name.Set(1)
	s.metrics.MustRegister(&podCollector{s}, &volumeCollector{s}, s.requests, build, name, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	s.metrics.MustRegister(s.agent.Metrics()...)
	s.probes.MustRegister(s.agent.ProbeMetrics()...)
}

// counted counts requests of a server, by the first part of their path, which is bounded.
func (s *Server) counted(next *http.ServeMux, server string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, pattern := next.Handler(r)
		_, path, _ := strings.Cut(pattern, " ")
		path, _, _ = strings.Cut(strings.TrimPrefix(path, "/"), "/")
		long := path == "exec" || path == "attach" || path == "portForward" || path == "containerLogs"
		s.requests.WithLabelValues(r.Method, path, server, strconv.FormatBool(long)).Inc()
		next.ServeHTTP(w, r)
	})
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
