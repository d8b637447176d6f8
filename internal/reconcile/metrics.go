package reconcile

import (
	"maps"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"gantry.dev/gantry/internal/client"
)

// Counter is a metric of a controller that counts what its plans have done, under upstream's name.
type Counter struct {
	Name, Help string
	Labels     []string
}

// Count adds to a declared Counter when a plan is carried out.
type Count struct {
	Counter string
	Values  []string // of the counter's labels
	// Of, if not 0, ties the count to Writes[Of-1]: it counts only if that write succeeded.
	Of int
}

// metrics are those of the queue, under the names that client-go's queues have, by controller, and the controllers' own.
type metrics struct {
	adds, retries *prometheus.CounterVec
	waited, took  *prometheus.HistogramVec
	own           map[string]*prometheus.CounterVec
}

// queueBuckets are upstream's: a hundredth of a microsecond to ten seconds.
var queueBuckets = prometheus.ExponentialBuckets(10e-9, 10, 12)

func newMetrics(ctls []Controller) *metrics {
	name := []string{"name"}
	m := &metrics{
		adds:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "workqueue_adds_total", Help: "Total number of adds handled by workqueue"}, name),
		retries: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "workqueue_retries_total", Help: "Total number of retries handled by workqueue"}, name),
		waited: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "workqueue_queue_duration_seconds",
			Help: "How long in seconds an item stays in workqueue before being requested.", Buckets: queueBuckets}, name),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "workqueue_work_duration_seconds",
			Help: "How long in seconds processing an item from workqueue takes.", Buckets: queueBuckets}, name),
		own: map[string]*prometheus.CounterVec{},
	}
	for i := range ctls {
		m.retries.WithLabelValues(ctls[i].Name) // what has not happened shows as zero
		for _, c := range ctls[i].Counters {
			m.own[c.Name] = prometheus.NewCounterVec(prometheus.CounterOpts{Name: c.Name, Help: c.Help}, c.Labels)
		}
	}
	return m
}

// count adds up what a plan has done.
func (m *metrics) count(counts []Count, results []client.Result) {
	for _, c := range counts {
		if v := m.own[c.Counter]; v != nil && (c.Of == 0 || results[c.Of-1].Err == nil) {
			v.WithLabelValues(c.Values...).Inc()
		}
	}
}

// watched notes how long items waited and were worked on. It is the queue's observer, called under its lock.
type watched struct {
	adds         []prometheus.Counter
	waited, took []prometheus.Observer
	depth        []int
}

func (m *metrics) watch(ctls []Controller) *watched {
	w := &watched{depth: make([]int, len(ctls))}
	for i := range ctls {
		w.adds = append(w.adds, m.adds.WithLabelValues(ctls[i].Name))
		w.waited = append(w.waited, m.waited.WithLabelValues(ctls[i].Name))
		w.took = append(w.took, m.took.WithLabelValues(ctls[i].Name))
	}
	return w
}

// Collectors are the runner's metrics.
func (r *Runner) Collectors() []prometheus.Collector {
	m := r.metrics
	out := []prometheus.Collector{m.adds, m.retries, m.waited, m.took, &queueState{r}}
	for _, name := range slices.Sorted(maps.Keys(m.own)) {
		out = append(out, m.own[name])
	}
	return out
}

// queueState tells how the queue is when somebody asks.
type queueState struct{ r *Runner }

var (
	depthDesc      = prometheus.NewDesc("workqueue_depth", "Current depth of workqueue", []string{"name"}, nil)
	unfinishedDesc = prometheus.NewDesc("workqueue_unfinished_work_seconds",
		"How many seconds of work has done that is in progress and hasn't been observed by work_duration. Large values indicate stuck threads.", []string{"name"}, nil)
	longestDesc = prometheus.NewDesc("workqueue_longest_running_processor_seconds",
		"How many seconds has the longest running processor for workqueue been running.", []string{"name"}, nil)
)

// Describe implements prometheus.Collector.
func (*queueState) Describe(to chan<- *prometheus.Desc) {
	to <- depthDesc
	to <- unfinishedDesc
	to <- longestDesc
}

// Collect implements prometheus.Collector.
func (q *queueState) Collect(to chan<- prometheus.Metric) {
	n := len(q.r.ctls)
	depth, sum, longest := q.r.queue.now(n)
	for i := range n {
		name := q.r.ctls[i].Name
		to <- prometheus.MustNewConstMetric(depthDesc, prometheus.GaugeValue, float64(depth[i]), name)
		to <- prometheus.MustNewConstMetric(unfinishedDesc, prometheus.GaugeValue, sum[i].Seconds(), name)
		to <- prometheus.MustNewConstMetric(longestDesc, prometheus.GaugeValue, longest[i].Seconds(), name)
	}
}

// now tells by controller how many items wait, and how long those that are worked on have been, in sum and at most.
func (q *queue) now(n int) (depth []int, sum, longest []time.Duration) {
	sum, longest = make([]time.Duration, n), make([]time.Duration, n)
	q.mu.Lock()
	defer q.mu.Unlock()
	at := q.clock()
	for it, st := range q.state {
		if st.is == queued {
			continue
		}
		d := at.Sub(st.since)
		sum[it.ctl] += d
		longest[it.ctl] = max(longest[it.ctl], d)
	}
	return slices.Clone(q.watched.depth), sum, longest
}
