package apiserver

import (
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"gantry.dev/gantry/internal/api"
	"gantry.dev/gantry/internal/fair"
)

// flowMetrics tells how priority and fairness stand in one cluster, under upstream's names and labels, when somebody asks.
type flowMetrics struct {
	gate    *fair.Gate
	cluster api.Cluster
}

// flowName is the full name of one of these metrics.
func flowName(name string) string { return "apiserver_flowcontrol_" + name }

func flowDesc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(flowName(name), help, labels, nil)
}

// Describe implements prometheus.Collector. It names nothing: what there is to tell is found out when it is collected.
func (f flowMetrics) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (f flowMetrics) Collect(ch chan<- prometheus.Metric) {
	levels, pairs := f.gate.Report(f.cluster, time.Now())
	for i := range levels {
		collectLevel(ch, &levels[i])
	}
	for i := range pairs {
		collectPair(ch, &pairs[i])
	}
}

func collectLevel(ch chan<- prometheus.Metric, l *fair.LevelReport) {
	for _, m := range []struct {
		name, help string
		value      float64
	}{
		{"nominal_limit_seats", "Nominal number of execution seats configured for each priority level", float64(l.Nominal)},
		{"request_concurrency_limit", "Nominal number of execution seats configured for each priority level", float64(l.Nominal)},
		{"lower_limit_seats", "Configured lower bound on number of execution seats available to each priority level", float64(l.Lower)},
		{"upper_limit_seats", "Configured upper bound on number of execution seats available to each priority level", float64(l.Upper)},
		{"current_limit_seats", "Execution seats that each priority level could have now, by what the others use and can count on", float64(l.Current)},
		{"current_r", "R(time of last change)", l.Progress},
		{"demand_seats_high_watermark", "High watermark, over the last period, of demand_seats", float64(l.Demand.High)},
		{"demand_seats_average", "Time-weighted average, over the last period, of demand_seats", l.Demand.Average},
		{"demand_seats_stdev", "Time-weighted standard deviation, over the last period, of demand_seats", l.Demand.Deviation},
		{"demand_seats_smoothed", "Smoothed seat demands", l.Demand.Smooth},
		{"target_seats", "Seat allocation targets", l.Target()},
	} {
		ch <- prometheus.MustNewConstMetric(flowDesc(m.name, m.help, "priority_level"), prometheus.GaugeValue, m.value, l.Name)
	}
}

func collectPair(ch chan<- prometheus.Metric, p *fair.PairReport) {
	labels := []string{"priority_level", "flow_schema"}
	counter := func(name, help string, n uint64, more ...string) {
		d := flowDesc(name, help, labels...)
		if len(more) > 0 {
			d = flowDesc(name, help, append(slices.Clone(labels), "reason")...)
		}
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), append([]string{p.Level, p.Schema}, more...)...)
	}
	for why, n := range p.Rejected {
		counter("rejected_requests_total", "Number of requests rejected by API Priority and Fairness subsystem", n, why)
	}
	if p.Dispatched == 0 && len(p.Rejected) == 0 && p.Waiting == 0 {
		return // as with upstream there is a series from the first request on
	}
	counter("dispatched_requests_total", "Number of requests executed by API Priority and Fairness subsystem", p.Dispatched)
	for _, g := range []struct {
		name, help string
		n          int
	}{
		{"current_inqueue_requests", "Number of requests currently pending in queues of the API Priority and Fairness subsystem", p.Waiting},
		{"current_inqueue_seats", "Number of seats currently pending in queues of the API Priority and Fairness subsystem", p.SeatsWaiting},
		{"current_executing_requests", "Number of requests in initial (for a WATCH) or any (for a non-WATCH) execution stage in the API Priority and Fairness subsystem", p.Running},
		{"current_executing_seats", "Concurrency (number of seats) occupied by the currently executing (initial stage for a WATCH, any stage otherwise) requests in the API Priority and Fairness subsystem", p.Seats},
		{"request_concurrency_in_use", "Concurrency (number of seats) occupied by the currently executing (initial stage for a WATCH, any stage otherwise) requests in the API Priority and Fairness subsystem", p.Seats},
	} {
		ch <- prometheus.MustNewConstMetric(flowDesc(g.name, g.help, labels...), prometheus.GaugeValue, float64(g.n), p.Level, p.Schema)
	}
	histogram := func(name, help string, h *fair.Histogram, label, value string) {
		ls, vs := labels, []string{p.Level, p.Schema}
		if label != "" {
			ls, vs = append(slices.Clone(ls), label), append(vs, value)
		}
		if m := constHistogram(flowDesc(name, help, ls...), h, vs); m != nil {
			ch <- m
		}
	}
	for i, executed := range []string{"true", "false"} {
		histogram("request_wait_duration_seconds", "Length of time a request spent waiting in its queue", &p.Waited[i], "execute", executed)
	}
	for i, kind := range []string{"regular", "watch"} {
		histogram("request_execution_seconds", "Duration of initial stage (for a WATCH) or any (for a non-WATCH) stage of request execution in the API Priority and Fairness subsystem", &p.Ran[i], "type", kind)
	}
	histogram("work_estimated_seats", "Number of estimated seats (maximum of initial and final seats) associated with requests in API Priority and Fairness", &p.Widths, "", "")
	histogram("request_queue_length_after_enqueue", "Length of queue in the API Priority and Fairness subsystem, as seen by each request after it is enqueued", &p.Lengths, "", "")
	histogram("watch_count_samples", "count of watchers for mutating requests in API Priority and Fairness", &p.Watches, "", "")
}

// constHistogram is nil for one without observations.
func constHistogram(d *prometheus.Desc, h *fair.Histogram, values []string) prometheus.Metric {
	if h.Counts == nil {
		return nil
	}
	buckets, sum := map[float64]uint64{}, uint64(0)
	for i, b := range h.Bounds {
		sum += h.Counts[i]
		buckets[b] = sum
	}
	return prometheus.MustNewConstHistogram(d, sum+h.Counts[len(h.Bounds)], h.Sum, buckets, values...)
}

// serveMetrics answers /metrics: what the process counts, and how the cluster's priority levels stand.
func (s *Server) serveMetrics(c *call) {
	if s.gate == nil {
		s.metrics.handler.ServeHTTP(c.w, c.r)
		return
	}
	own := prometheus.NewRegistry()
	own.MustRegister(flowMetrics{s.gate, c.cluster})
	promhttp.HandlerFor(prometheus.Gatherers{s.metrics.all, own}, promhttp.HandlerOpts{}).ServeHTTP(c.w, c.r)
}
