package agent

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	corev1 "k8s.io/api/core/v1"

	"gantry.dev/gantry/internal/plan/pod"
)

// tally is what the agent counts of its own work, by kubelet's names.
type tally struct {
	podsStarted, podsFailed             prometheus.Counter
	usersStarted, usersFailed           prometheus.Counter
	containersStarted, containersFailed *prometheus.CounterVec
	containersEnded                     *prometheus.CounterVec
	podStart, podRun                    prometheus.Histogram
	evictions, rejections, images       *prometheus.CounterVec
	preemptions                         *prometheus.CounterVec
	shutdownBegan, shutdownEnded        prometheus.Gauge
	probes                              *prometheus.CounterVec
	probeTimes                          *prometheus.HistogramVec
	placements                          prometheus.Counter
	placing                             prometheus.Histogram
	ops                                 operations
	worked, storage, pulled             *prometheus.HistogramVec
}

// startBuckets are kubelet's, in seconds, with finer ones before them: its first is half a second.
var startBuckets = []float64{0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 4, 5, 6, 8, 10, 20, 30, 45, 60, 120, 180, 240, 300, 360, 480, 600, 900, 1200, 1800, 2700, 3600}

func newTally() *tally {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	vec := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
	}
	histogram := func(name, help string) prometheus.Histogram {
		return prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: startBuckets})
	}
	times := func(name, help string, labels ...string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: startBuckets}, labels)
	}
	return &tally{
		placements: counter("kubelet_topology_manager_admission_requests_total", "The number of admission requests where resources have to be aligned."),
		placing: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "kubelet_topology_manager_admission_duration_ms", Help: "Duration in milliseconds to serve a pod admission request.",
			Buckets: prometheus.ExponentialBuckets(.05, 2, 15)}), // kubelet's
		ops:               newOperations(),
		worked:            times("kubelet_pod_worker_duration_seconds", "Duration in seconds to sync a single pod. Broken down by operation type: create, update, or sync", "operation_type"),
		storage:           times("storage_operation_duration_seconds", "Storage operation duration", "volume_plugin", "operation_name", "status", "migrated"),
		pulled:            times("kubelet_image_pull_duration_seconds", "Duration in seconds to pull an image.", "image_size_in_bytes"),
		podsStarted:       counter("kubelet_started_pods_total", "Cumulative number of pods started"),
		podsFailed:        counter("kubelet_started_pods_errors_total", "Cumulative number of errors when starting pods"),
		usersStarted:      counter("kubelet_started_user_namespaced_pods_total", "Cumulative number of pods with user namespaces started"),
		usersFailed:       counter("kubelet_started_user_namespaced_pods_errors_total", "Cumulative number of errors when starting pods with user namespaces"),
		containersStarted: vec("kubelet_started_containers_total", "Cumulative number of containers started", "container_type"),
		containersFailed:  vec("kubelet_started_containers_errors_total", "Cumulative number of errors when starting containers", "container_type", "code"),
		containersEnded:   vec("kubelet_terminated_containers_total", "Cumulative number of container terminations.", "container_type", "exit_code", "reason"),
		podStart:          histogram("kubelet_pod_start_duration_seconds", "Duration in seconds from the node seeing a pod for the first time to the pod starting to run"),
		podRun:            histogram("kubelet_pod_start_total_duration_seconds", "Duration in seconds to start a pod since creation, including time to pull images and run init containers, measured from pod creation timestamp to when all its containers are reported as started"),
		evictions:         vec("kubelet_evictions", "Cumulative number of pod evictions by eviction signal", "eviction_signal"),
		preemptions:       vec("kubelet_preemptions", "Cumulative number of pod preemptions by preemption resource", "preemption_signal"),
		rejections:        vec("kubelet_admission_rejections_total", "Cumulative number pod admission rejections by the node", "reason"),
		images:            vec("kubelet_image_garbage_collected_total", "Total number of images garbage collected by the node, whether through disk usage or image age.", "reason"),
		shutdownBegan:     gauge("kubelet_graceful_shutdown_start_time_seconds", "Last graceful shutdown start time since unix epoch in seconds"),
		shutdownEnded:     gauge("kubelet_graceful_shutdown_end_time_seconds", "Last graceful shutdown end time since unix epoch in seconds"),
		probes:            vec("prober_probe_total", "Cumulative number of a liveness, readiness or startup probe for a container by result.", "probe_type", "result", "container", "pod", "namespace", "pod_uid"),
		probeTimes:        prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "prober_probe_duration_seconds", Help: "Duration in seconds for a probe response."}, []string{"probe_type", "container", "pod", "namespace"}),
	}
}

// Metrics are what the agent counts of its own work.
func (a *Agent) Metrics() []prometheus.Collector {
	t := a.tally
	var claims []prometheus.Collector
	if a.cfg.DRA != nil {
		claims = a.cfg.DRA.Metrics()
	}
	return append(append(t.ops.collectors(), claims...), t.worked, t.storage, t.pulled, &volumeCount{a}, allotCount{a.allot}, t.placements, t.placing, t.podsStarted, t.podsFailed, t.usersStarted, t.usersFailed, t.containersStarted, t.containersFailed, t.containersEnded, t.podStart, t.podRun,
		t.evictions, t.preemptions, t.rejections, t.images, t.shutdownBegan, t.shutdownEnded)
}

// ended counts the end of an instance of a container.
func (t *tally) ended(p *corev1.Pod, c *pod.Container) {
	how := c.Terminated()
	t.containersEnded.WithLabelValues(containerType(p, c.Name), strconv.Itoa(int(how.ExitCode)), how.Reason).Inc()
}

// preempted counts a pod that went to make room, by the first resource that was short.
func (t *tally) preempted(short demand) {
	signal := ""
	for i := len(short) - 1; i >= 0; i-- {
		if short[i] > 0 {
			signal = string(demanded[i])
			break
		}
	}
	t.preemptions.WithLabelValues(signal).Inc()
}

// sizeClass is the range of an image's size, as kubelet's metric has it.
func sizeClass(bytes int64) string {
	const mib, gib = 1 << 20, 1 << 30
	for _, c := range []struct {
		below int64
		name  string
	}{{10 * mib, "0-10MB"}, {100 * mib, "10MB-100MB"}, {500 * mib, "100MB-500MB"}, {gib, "500MB-1GB"}, {5 * gib, "1GB-5GB"}, {10 * gib, "5GB-10GB"}, {20 * gib, "10GB-20GB"}, {30 * gib, "20GB-30GB"},
		{40 * gib, "30GB-40GB"}, {60 * gib, "40GB-60GB"}, {100 * gib, "60GB-100GB"}} {
		if bytes < c.below {
			return c.name
		}
	}
	return "GT100GB"
}

// volumeCount counts volumes by their kind when it is asked.
type volumeCount struct{ a *Agent }

var volumeTotal = prometheus.NewDesc("volume_manager_total_volumes", "Number of volumes in Volume Manager", []string{"plugin_name", "state"}, nil)

// Describe implements prometheus.Collector.
func (*volumeCount) Describe(to chan<- *prometheus.Desc) { to <- volumeTotal }

// Collect implements prometheus.Collector.
func (c *volumeCount) Collect(to chan<- prometheus.Metric) {
	wanted, there := map[string]float64{}, map[string]float64{}
	c.a.mu.Lock()
	states := slices.Collect(maps.Values(c.a.pods))
	c.a.mu.Unlock()
	for _, ps := range states {
		ps.mu.Lock()
		p, ready := ps.pod, ps.volumes.Ready
		ps.mu.Unlock()
		for i := range p.Spec.Volumes {
			plugin := pluginName(&p.Spec.Volumes[i])
			wanted[plugin]++
			if ready {
				there[plugin]++
			}
		}
	}
	for state, counts := range map[string]map[string]float64{"desired_state_of_world": wanted, "actual_state_of_world": there} {
		for plugin, n := range counts {
			to <- prometheus.MustNewConstMetric(volumeTotal, prometheus.GaugeValue, n, plugin, state)
		}
	}
}

// pluginName is what kubelet calls the plugin of a volume.
func pluginName(v *corev1.Volume) string {
	switch {
	case v.EmptyDir != nil:
		return "kubernetes.io/empty-dir"
	case v.HostPath != nil:
		return "kubernetes.io/host-path"
	case v.ConfigMap != nil:
		return "kubernetes.io/configmap"
	case v.Secret != nil:
		return "kubernetes.io/secret"
	case v.DownwardAPI != nil:
		return "kubernetes.io/downward-api"
	case v.Projected != nil:
		return "kubernetes.io/projected"
	case v.Image != nil:
		return "kubernetes.io/image"
	case isClaim(v):
		return "kubernetes.io/local-volume"
	}
	return "kubernetes.io/" + volumeType(v)
}

// ProbeMetrics counts the results of probes and how long they took, of the pods that there are.
func (a *Agent) ProbeMetrics() []prometheus.Collector {
	return []prometheus.Collector{a.tally.probes, a.tally.probeTimes}
}

// probed counts the result of a probe. As with kubelet, the time is told of those that succeed.
func (t *tally) probed(p *corev1.Pod, container string, kind pod.ProbeKind, ok bool, took time.Duration) {
	result := probeFailed
	if ok {
		result = probeSucceeded
		t.probeTimes.WithLabelValues(kind.String(), container, p.Name, p.Namespace).Observe(took.Seconds())
	}
	t.probes.WithLabelValues(kind.String(), result, container, p.Name, p.Namespace, string(p.UID)).Inc()
}

// Results of probes.
const (
	probeFailed    = "failed"
	probeSucceeded = "successful"
)

// forget drops what was counted of a pod that is gone. It names each probe: to look for those of a pod is to look at those of all.
func (t *tally) forget(ps *podState) {
	p := ps.current()
	for _, list := range [][]corev1.Container{p.Spec.InitContainers, p.Spec.Containers} {
		for i := range list {
			c := &list[i]
			for kind, probe := range map[pod.ProbeKind]*corev1.Probe{pod.Startup: c.StartupProbe, pod.Liveness: c.LivenessProbe, pod.Readiness: c.ReadinessProbe} {
				if probe == nil {
					continue
				}
				for _, result := range []string{probeFailed, probeSucceeded} {
					t.probes.DeleteLabelValues(kind.String(), result, c.Name, p.Name, p.Namespace, string(p.UID))
				}
				t.probeTimes.DeleteLabelValues(kind.String(), c.Name, p.Name, p.Namespace)
			}
		}
	}
}

// containerType is the part that a container plays in its pod, as kubelet's metrics name it.
func containerType(p *corev1.Pod, name string) string {
	switch _, is := partOf(p, name); is {
	case initPart:
		return "init_container"
	case ephemeralPart:
		return "ephemeral_container"
	}
	return "container"
}
