package apiserver

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics count requests under upstream's names, so that upstream's dashboards and alerts work. They live in a registry
// of the server's own: several servers share a process.
type metrics struct {
	registry *prometheus.Registry
	handler  http.Handler
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	current  *prometheus.GaugeVec
	long     *prometheus.GaugeVec
	refused  prometheus.Counter
	panics   prometheus.Counter
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "apiserver_request_total",
			Help: "Requests by verb, resource and status code."}, []string{"verb", "group", "version", "resource", "subresource", "scope", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "apiserver_request_duration_seconds",
			Help: "Time to answer requests that are no streams.", Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}},
			[]string{"verb", "group", "version", "resource", "subresource", "scope"}),
		current: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "apiserver_current_inflight_requests",
			Help: "Requests being served that are no streams."}, []string{"request_kind"}),
		long: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "apiserver_longrunning_requests",
			Help: "Streams being served: watches, logs, exec and the like."}, []string{"verb", "group", "version", "resource", "subresource", "scope"}),
		refused: prometheus.NewCounter(prometheus.CounterOpts{Name: "apiserver_flowcontrol_rejected_requests_total",
			Help: "Requests sent away with 429 because their queue was full or too slow."}),
		panics: prometheus.NewCounter(prometheus.CounterOpts{Name: "apiserver_request_panics_total",
			Help: "Requests during which a handler panicked."}),
	}
	m.registry.MustRegister(m.requests, m.seconds, m.current, m.long, m.refused, m.panics,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.handler = promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
	return m
}

// MustRegister adds collectors of other parts of the process to /metrics.
func (s *Server) MustRegister(cs ...prometheus.Collector) { s.metrics.registry.MustRegister(cs...) }

// labels of a call. Paths and names that clients make up must not make new series: what is not a known resource counts
// together.
func (s *Server) labelsOf(c *call) (verb, group, version, resource, sub, scope string) {
	switch {
	case c.kind != nil:
		scope = "cluster"
		if c.namespace != "" && c.kind.Namespaced {
			scope = "namespace"
		}
		if c.name != "" {
			scope = "resource"
		}
		if c.kind.Sub(c.subresource) != nil {
			sub = c.subresource
		}
		return metricVerb(c.verb), c.group, c.version, c.resource, sub, scope
	case c.isResource():
		return metricVerb(c.verb), "", "", "unknown", "", ""
	}
	return metricVerb(c.verb), "", "", "", "", ""
}

// metricVerb is the verb in upstream's spelling; methods that nobody serves count as one.
func metricVerb(verb string) string {
	switch verb {
	case "get":
		return "GET"
	case "list":
		return "LIST"
	case "watch":
		return "WATCH"
	case "create", "post":
		return "POST"
	case "update", "put":
		return "PUT"
	case "patch":
		return "PATCH"
	case "delete":
		return "DELETE"
	case "deletecollection":
		return "DELETECOLLECTION"
	}
	return "OTHER"
}

func mutating(verb string) string {
	switch verb {
	case "get", "list", "watch", "head":
		return "readOnly"
	}
	return "mutating"
}

func (m *metrics) begin(c *call) {
	if !c.streams() {
		m.current.WithLabelValues(mutating(c.verb)).Inc()
	}
}

func (s *Server) streamGauge(c *call) prometheus.Gauge {
	verb, group, version, resource, sub, scope := s.labelsOf(c)
	return s.metrics.long.WithLabelValues(verb, group, version, resource, sub, scope)
}

func (s *Server) count(c *call, took time.Duration) {
	verb, group, version, resource, sub, scope := s.labelsOf(c)
	s.metrics.requests.WithLabelValues(verb, group, version, resource, sub, scope, strconv.Itoa(c.w.code)).Inc()
	if c.streams() {
		return
	}
	s.metrics.current.WithLabelValues(mutating(c.verb)).Dec()
	s.metrics.seconds.WithLabelValues(verb, group, version, resource, sub, scope).Observe(took.Seconds())
}
