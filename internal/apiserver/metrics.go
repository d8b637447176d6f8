package apiserver

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics count requests under upstream's names and labels, so that upstream's dashboards and alerts work. They live in
// a registry of the server's own: several servers share a process.
type metrics struct {
	registry   *prometheus.Registry
	all        prometheus.Gatherer // the registry and what upstream's libraries count
	handler    http.Handler
	requests   *prometheus.CounterVec
	seconds    *prometheus.HistogramVec
	sli        *prometheus.HistogramVec
	sizes      *prometheus.HistogramVec
	current    *prometheus.GaugeVec
	long       *prometheus.GaugeVec
	events     *prometheus.CounterVec
	deprecated *prometheus.GaugeVec
	panics     prometheus.Counter

	// The outcomes of health checks have a path of their own, /metrics/slis, that is scraped more often.
	slis    http.Handler
	health  *prometheus.GaugeVec
	healths *prometheus.CounterVec

	door       *doorMetrics
	eventSizes *sizesOfEvents

	known sync.Map // seriesKey → *series
}

// component is upstream's word for the server that counts.
const component = "apiserver"

func newMetrics() *metrics {
	where := []string{"verb", "group", "version", "resource", "subresource", "scope", "component"}
	with := func(more ...string) []string { return append(more, where...) }
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "apiserver_request_total",
			Help: "Requests by verb, resource and status code."}, with("dry_run", "code")),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "apiserver_request_duration_seconds",
			Help:    "Time to answer requests that are no streams.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .2, .4, .6, .8, 1, 1.5, 2, 3, 4, 5, 10, 15, 20, 30, 45, 60}}, with("dry_run")),
		sli: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "apiserver_request_sli_duration_seconds",
			Help:    "Time to answer requests that are no streams, without the time in the fair queue.",
			Buckets: []float64{.05, .1, .2, .4, .6, .8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60}}, where),
		sizes: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "apiserver_response_sizes",
			Help: "Bytes of the answers to reads.", Buckets: prometheus.ExponentialBuckets(1000, 10, 7)}, where),
		current: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "apiserver_current_inflight_requests",
			Help: "Requests being served that are no streams."}, []string{"request_kind"}),
		long: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "apiserver_longrunning_requests",
			Help: "Streams being served: watches, logs, exec and the like."}, where),
		events: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "apiserver_watch_events_total",
			Help: "Events sent to watches."}, []string{"group", "version", "resource"}),
		deprecated: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "apiserver_requested_deprecated_apis",
			Help: "Deprecated kinds that somebody has asked for."}, []string{"group", "version", "resource", "subresource", "removed_release"}),
		panics: prometheus.NewCounter(prometheus.CounterOpts{Name: "apiserver_request_panics_total",
			Help: "Requests during which a handler panicked."}),
	}
	m.registry.MustRegister(m.requests, m.seconds, m.sli, m.sizes, m.current, m.long, m.events, m.deprecated, m.panics,
		collectors.NewGoCollector(collectors.WithGoCollectorRuntimeMetrics(collectors.MetricsAll)), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.door, m.eventSizes = newDoorMetrics(m.registry), newSizesOfEvents()
	m.registry.MustRegister(m.eventSizes, newFeatureGates())
	m.all = prometheus.Gatherers{m.registry, prometheus.GathererFunc(gatherLibraries)}
	m.handler = promhttp.HandlerFor(m.all, promhttp.HandlerOpts{})
	m.health = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "kubernetes_healthcheck",
		Help: "The last outcome of a health check: 1 is well."}, []string{"name", "type"})
	m.healths = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kubernetes_healthchecks_total",
		Help: "Outcomes of health checks."}, []string{"name", "type", "status"})
	slis := prometheus.NewRegistry()
	slis.MustRegister(m.health, m.healths, collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.slis = promhttp.HandlerFor(slis, promhttp.HandlerOpts{})
	return m
}

// MustRegister adds collectors of other parts of the process to /metrics.
func (s *Server) MustRegister(cs ...prometheus.Collector) { s.metrics.registry.MustRegister(cs...) }

// place is where a request goes, in the words of the labels. Paths and names that clients make up must not make new
// series: what is not a known resource counts together.
type place struct{ verb, group, version, resource, sub, scope string }

func (p place) labels() []string {
	return []string{p.verb, p.group, p.version, p.resource, p.sub, p.scope, component}
}

func placeOf(c *call) place {
	p := place{verb: metricVerb(c)}
	switch {
	case c.kind != nil:
		p.group, p.version, p.resource, p.scope = c.group, c.version, c.resource, scopeOf(c)
		if c.kind.Sub(c.subresource) != nil {
			p.sub = c.subresource
		}
	case c.isResource():
		p.resource = "unknown"
	default:
		switch c.path {
		case "/healthz", "/livez", "/readyz", "/version", "/metrics": // upstream names these paths here
			p.sub = c.path
		}
	}
	return p
}

func scopeOf(c *call) string {
	switch {
	case c.name != "" || c.verb == "create":
		return "resource"
	case c.namespace != "" && c.kind.Namespaced:
		return "namespace"
	}
	return "cluster"
}

// metricVerb is the verb in upstream's spelling; methods that nobody serves count as one.
func metricVerb(c *call) string {
	switch c.subresource {
	case "log", "exec", "attach", "portforward", "proxy":
		return "CONNECT"
	}
	switch c.verb {
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
		if c.r.Header.Get("Content-Type") == "application/apply-patch+yaml" {
			return "APPLY"
		}
		return "PATCH"
	case "delete":
		return "DELETE"
	case "deletecollection":
		return "DELETECOLLECTION"
	}
	return "other"
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
	return s.metrics.long.WithLabelValues(placeOf(c).labels()...)
}

// seriesKey names the series that a request counts in.
type seriesKey struct {
	place
	dryRun bool
	code   int
}

// series are what a request counts in; looking each up by its labels would cost more than the counting.
type series struct {
	requests            prometheus.Counter
	seconds, sli, sizes prometheus.Observer
}

func (m *metrics) series(k seriesKey) *series {
	if s, ok := m.known.Load(k); ok {
		return s.(*series)
	}
	labels, dry := k.labels(), ""
	if k.dryRun {
		dry = "All"
	}
	s := &series{
		requests: m.requests.WithLabelValues(append([]string{dry, strconv.Itoa(k.code)}, labels...)...),
		seconds:  m.seconds.WithLabelValues(append([]string{dry}, labels...)...),
		sli:      m.sli.WithLabelValues(labels...), sizes: m.sizes.WithLabelValues(labels...),
	}
	got, _ := m.known.LoadOrStore(k, s)
	return got.(*series)
}

// count records a request when it has been answered. waited is the part of took that it spent in the fair queue.
func (s *Server) count(c *call, took, waited time.Duration) {
	k := seriesKey{place: placeOf(c), dryRun: len(c.q.values["dryRun"]) > 0, code: c.w.code}
	if c.streams() {
		labels := append([]string{"", strconv.Itoa(k.code)}, k.labels()...)
		s.metrics.requests.WithLabelValues(labels...).Inc()
		return
	}
	in := s.metrics.series(k)
	in.requests.Inc()
	s.metrics.door.written(c, took)
	in.seconds.Observe(took.Seconds())
	in.sli.Observe((took - waited).Seconds())
	if c.verb == "get" || c.verb == "list" {
		in.sizes.Observe(float64(c.w.sent))
	}
	s.metrics.current.WithLabelValues(mutating(c.verb)).Dec()
}

// warnDeprecated tells the client, and whoever watches the metrics, that a deprecated kind is in use.
func (s *Server) warnDeprecated(c *call) {
	if texts := c.kind.Deprecation(c.version); len(texts) > 0 {
		warn(c.w.Header(), texts)
		if c.trail != nil {
			c.trail.annotate("k8s.io/deprecated", "true")
		}
		s.metrics.deprecated.WithLabelValues(c.group, c.version, c.resource, c.subresource, "").Set(1)
	}
}
