package scheduler

import (
	"cmp"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"gantry.dev/gantry/internal/plan/schedule"
	"gantry.dev/gantry/internal/store"
)

// The scheduler counts under kube-scheduler's names and labels, for all clusters together, so that dashboards and alerts work.
// There are no times of single plugins: nodes are not asked plugin by plugin (ADR 15).

// The results of an attempt.
const (
	resultScheduled     = "scheduled"
	resultUnschedulable = "unschedulable"
	resultError         = "error"
	resultPreempting    = "waiting_on_preemption" // of groups alone
)

// queue is where a pod without a node waits.
type queue int

const (
	queueActive queue = iota
	queueBackoff
	queueUnschedulable
	queueGated
	queues
)

var queueNames = [queues]string{"active", "backoff", "unschedulable", "gated"} //nolint:gochecknoglobals // never changed; Go has no constants of arrays

// Why a pod comes into a queue where no change of an object is the reason; the others are called by the object and what happened to it.
const (
	attemptFailed   = "ScheduleAttemptFailure"
	backoffComplete = "BackoffComplete"
	forced          = "ForceActivate"
	timedOut        = "UnschedulableTimeout"
	podCame         = "UnscheduledPodAdd"
	podChanged      = "UnscheduledPodUpdate"
)

// manyAttempts is from where on attempts are not told apart in a label.
const manyAttempts = 15

type meters struct {
	attempts, groupAttempts *prometheus.CounterVec
	took, groupTook         *prometheus.HistogramVec
	algorithm               prometheus.Histogram
	sli                     *prometheus.HistogramVec
	tries                   prometheus.Histogram
	victims                 prometheus.Histogram
	preemptions, flushed    prometheus.Counter
	incoming                *prometheus.CounterVec
	extension               *prometheus.HistogramVec
	unschedulable           *prometheus.GaugeVec
	// pending and cache are as of the last round.
	pending [queues]atomic.Int64
	cache   [3]atomic.Int64 // nodes, pods and assumed pods
}

func newMeters() *meters {
	counter := func(name, help string) prometheus.CounterOpts {
		return prometheus.CounterOpts{Subsystem: "scheduler", Name: name, Help: help}
	}
	histogram := func(name, help string, buckets []float64) prometheus.HistogramOpts {
		return prometheus.HistogramOpts{Subsystem: "scheduler", Name: name, Help: help, Buckets: buckets}
	}
	result := []string{"result", "profile"}
	short := prometheus.ExponentialBuckets(0.001, 2, 15)
	m := &meters{
		attempts:  prometheus.NewCounterVec(counter("schedule_attempts_total", "Number of attempts to schedule pods, by the result. 'unschedulable' means a pod could not be scheduled, while 'error' means an internal scheduler problem."), result),
		took:      prometheus.NewHistogramVec(histogram("scheduling_attempt_duration_seconds", "Scheduling attempt latency in seconds (scheduling algorithm + binding)", short), result),
		algorithm: prometheus.NewHistogram(histogram("scheduling_algorithm_duration_seconds", "Scheduling algorithm latency in seconds: a pod's part of its batch", prometheus.ExponentialBuckets(0.000001, 4, 14))),
		sli: prometheus.NewHistogramVec(histogram("pod_scheduling_sli_duration_seconds", "E2e latency for a pod being scheduled, from the time the pod enters the scheduling queue and might involve multiple scheduling attempts.",
			prometheus.ExponentialBuckets(0.01, 2, 20)), []string{"attempts"}),
		tries:       prometheus.NewHistogram(histogram("pod_scheduling_attempts", "Number of attempts to successfully schedule a pod.", prometheus.ExponentialBuckets(1, 2, 5))),
		victims:     prometheus.NewHistogram(histogram("preemption_victims", "Number of selected preemption victims", prometheus.ExponentialBuckets(1, 2, 7))),
		preemptions: prometheus.NewCounter(counter("preemption_attempts_total", "Total preemption attempts in the cluster till now")),
		flushed:     prometheus.NewCounter(counter("pod_scheduled_after_flush_total", "Number of pods that were successfully scheduled after being flushed from unschedulablePods due to timeout.")),
		incoming:    prometheus.NewCounterVec(counter("queue_incoming_pods_total", "Number of pods added to scheduling queues by event and queue type."), []string{"queue", "event"}),
		extension: prometheus.NewHistogramVec(histogram("framework_extension_point_duration_seconds", "Latency for running all plugins of a specific extension point: Bind is the transaction of a batch",
			prometheus.ExponentialBuckets(0.0001, 2, 12)), []string{"extension_point", "status", "profile"}),
		unschedulable: prometheus.NewGaugeVec(prometheus.GaugeOpts{Subsystem: "scheduler", Name: "unschedulable_pods", Help: "The number of unschedulable pods broken down by plugin name. A pod will increment the gauge for all plugins that caused it to not schedule and so this metric have meaning only when broken down by plugin."},
			[]string{"plugin", "profile"}),
		groupAttempts: prometheus.NewCounterVec(counter("podgroup_schedule_attempts_total", "Number of attempts to schedule pod group, by the result. 'unschedulable' means a pod group could not be scheduled, while 'error' means an internal scheduler problem."), result),
		groupTook:     prometheus.NewHistogramVec(histogram("podgroup_scheduling_attempt_duration_seconds", "Pod group scheduling attempt latency in seconds (scheduling algorithm + binding)", short), result),
	}
	return m
}

// Collectors are the scheduler's metrics.
func (s *Scheduler) Collectors() []prometheus.Collector {
	m := s.meters
	out := []prometheus.Collector{m.attempts, m.took, m.algorithm, m.sli, m.tries, m.victims, m.preemptions, m.flushed, m.incoming, m.extension, m.unschedulable, pendingPods{m}}
	if s.Gangs {
		out = append(out, m.groupAttempts, m.groupTook)
	}
	return out
}

// profileOf is the name of the profile that a pod is decided by.
func profileOf(w *waiting) string { return cmp.Or(w.pod.Spec.SchedulerName, Name) }

// attempt counts what came of a try that began at a time.
func (m *meters) attempt(result string, w *waiting, took time.Duration) {
	m.attempts.WithLabelValues(result, profileOf(w)).Inc()
	m.took.WithLabelValues(result, profileOf(w)).Observe(took.Seconds())
}

// placed counts pods that were decided in one step.
func (m *meters) placed(n int, took time.Duration) {
	for range n {
		m.algorithm.Observe(took.Seconds() / float64(n))
	}
}

// turnedDown counts a pod that has no node for now.
func (m *meters) turnedDown(w *waiting, r *schedule.Refusal, began, now time.Time) {
	if r.Failed {
		m.attempt(resultError, w, now.Sub(began))
		return
	}
	m.attempt(resultUnschedulable, w, now.Sub(began))
	m.preemptions.Inc() // upstream looks for victims each time, too
	if len(r.Victims) > 0 {
		m.victims.Observe(float64(len(r.Victims)))
	}
}

// bound counts a pod that has its node, by a decision that has been carried out.
func (m *meters) bound(w *waiting, d *decision) {
	now := d.ended
	m.attempt(resultScheduled, w, now.Sub(d.began))
	m.extension.WithLabelValues("Bind", "Success", profileOf(w)).Observe(now.Sub(d.wrote).Seconds())
	m.tries.Observe(float64(w.tries))
	label := strconv.Itoa(w.tries)
	if w.tries >= manyAttempts {
		label = strconv.Itoa(manyAttempts) + "+"
	}
	m.sli.WithLabelValues(label).Observe(now.Sub(w.since).Seconds())
	if w.flushed {
		m.flushed.Inc()
	}
}

// refusedBy counts n pods more that wait because plugins refuse them. There may be no meters.
func (m *meters) refusedBy(plugins []string, profile string, n float64) {
	if m == nil {
		return
	}
	for _, p := range plugins {
		m.unschedulable.WithLabelValues(p, profile).Add(n)
	}
}

// group counts what came of a group in a batch.
func (m *meters) group(result, profile string, took time.Duration) {
	m.groupAttempts.WithLabelValues(result, profile).Inc()
	m.groupTook.WithLabelValues(result, profile).Observe(took.Seconds())
}

// enters counts pods that come into a queue; drafts and tests of a cluster alone have no meters.
func (c *cluster) enters(q queue, event string, n int) {
	if c.meters != nil && n > 0 {
		c.meters.incoming.WithLabelValues(queueNames[q], event).Add(float64(n))
	}
}

// eventName is kube-scheduler's name for a change of an object.
func eventName(ev *store.Event) string {
	what := "Update"
	switch {
	case ev.Type == store.Delete:
		what = "Delete"
	case ev.Prev == nil:
		what = "Add"
	}
	return objectNames[ev.Record.Key.Resource.Name] + what
}

// objectNames are kube-scheduler's names for what it follows, by the resource's name: no two are alike.
var objectNames = map[string]string{ //nolint:gochecknoglobals // never changed
	"pods": "AssignedPod", "nodes": "Node", "namespaces": "Namespace", "podgroups": "scheduling.k8s.io/PodGroup", "elasticquotas": "scheduling.x-k8s.io/ElasticQuota",
	"persistentvolumeclaims": "PersistentVolumeClaim", "persistentvolumes": "PersistentVolume", "storageclasses": "storage.k8s.io/StorageClass", "csinodes": "storage.k8s.io/CSINode",
	"csidrivers": "storage.k8s.io/CSIDriver", "csistoragecapacities": "storage.k8s.io/CSIStorageCapacity", "volumeattachments": "storage.k8s.io/VolumeAttachment",
	"resourceclaims": "resource.k8s.io/ResourceClaim", "resourceslices": "resource.k8s.io/ResourceSlice", "deviceclasses": "resource.k8s.io/DeviceClass",
}

// count adds a cluster to what is told of queues and caches.
func (c *cluster) count(pending *[queues]int64, cache *[3]int64) {
	pending[queueBackoff] += int64(min(c.backing, len(c.pending)))
	pending[queueActive] += int64(max(0, len(c.pending)-c.backing) + c.lane.len() + len(c.consulting))
	pending[queueUnschedulable] += int64(c.refused.len())
	pending[queueGated] += int64(len(c.gated))
	nodes, pods := c.state.Size()
	cache[0], cache[1], cache[2] = cache[0]+int64(nodes), cache[1]+int64(pods), cache[2]+int64(len(c.assumed)+len(c.reserved))
}

// tell notes what was counted.
func (m *meters) tell(pending *[queues]int64, cache *[3]int64) {
	for q := range pending {
		m.pending[q].Store(pending[q])
	}
	for i := range cache {
		m.cache[i].Store(cache[i])
	}
}

// pendingPods tells how many pods wait where, as of the last round.
type pendingPods struct{ m *meters }

var (
	pendingDesc = prometheus.NewDesc("scheduler_pending_pods", "Number of pending pods, by the queue type. 'active' means number of pods in activeQ; 'backoff' means number of pods in backoffQ; 'unschedulable' means number of pods in unschedulablePods that the scheduler attempted to schedule and failed; 'gated' is the number of unschedulable pods that the scheduler never attempted to schedule because they are gated.", []string{"queue"}, nil)
	cacheDesc   = prometheus.NewDesc("scheduler_cache_size", "Number of nodes, pods, and assumed (bound) pods in the scheduler cache.", []string{"type"}, nil)
)

// Describe implements prometheus.Collector.
func (pendingPods) Describe(to chan<- *prometheus.Desc) {
	to <- pendingDesc
	to <- cacheDesc
}

// Collect implements prometheus.Collector.
func (p pendingPods) Collect(to chan<- prometheus.Metric) {
	for q, name := range queueNames {
		to <- prometheus.MustNewConstMetric(pendingDesc, prometheus.GaugeValue, float64(p.m.pending[q].Load()), name)
	}
	for i, name := range []string{"nodes", "pods", "assumed_pods"} {
		to <- prometheus.MustNewConstMetric(cacheDesc, prometheus.GaugeValue, float64(p.m.cache[i].Load()), name)
	}
}
