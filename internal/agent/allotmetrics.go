package agent

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"gantry.dev/gantry/internal/plan/numa"
)

// allotCount tells what the keeper of CPUs and memory has given and refused, by the names of kubelet's managers. A node without a keeper
// has given nothing.
type allotCount struct{ k *allotKeeper }

var (
	cpuAsked      = prometheus.NewDesc("kubelet_cpu_manager_pinning_requests_total", "The number of cpu core allocations which required pinning.", nil, nil)
	cpuRefused    = prometheus.NewDesc("kubelet_cpu_manager_pinning_errors_total", "The number of cpu core allocations which required pinning failed.", nil, nil)
	cpuShared     = prometheus.NewDesc("kubelet_cpu_manager_shared_pool_size_millicores", "The size of the shared CPU pool for non-guaranteed QoS pods, in millicores.", nil, nil)
	cpuExclusive  = prometheus.NewDesc("kubelet_cpu_manager_exclusive_cpu_allocation_count", "The total number of CPUs exclusively allocated to containers running on this node", nil, nil)
	cpuOnNode     = prometheus.NewDesc("kubelet_cpu_manager_allocation_per_numa", "Number of CPUs allocated per NUMA node", []string{"numa_node"}, nil)
	memoryAsked   = prometheus.NewDesc("kubelet_memory_manager_pinning_requests_total", "The number of memory pages allocations which required pinning.", nil, nil)
	memoryRefused = prometheus.NewDesc("kubelet_memory_manager_pinning_errors_total", "The number of memory pages allocations which required pinning that failed.", nil, nil)
	placeRefused  = prometheus.NewDesc("kubelet_topology_manager_admission_errors_total", "The number of admission request failures where resources could not be aligned.", nil, nil)
	aligned       = prometheus.NewDesc("kubelet_container_aligned_compute_resources_count", "Cumulative number of aligned compute resources allocated to containers by alignment type.", []string{"scope", "boundary"}, nil)
	notAligned    = prometheus.NewDesc("kubelet_container_aligned_compute_resources_failure_count", "Cumulative number of failures to allocate aligned compute resources to containers by alignment type.", []string{"scope", "boundary"}, nil)
)

// Describe implements prometheus.Collector.
func (allotCount) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{cpuAsked, cpuRefused, cpuShared, cpuExclusive, cpuOnNode, memoryAsked, memoryRefused, placeRefused, aligned, notAligned} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (c allotCount) Collect(to chan<- prometheus.Metric) {
	var n numa.Counts
	var shared, exclusive int
	var nodes map[int]int
	if k := c.k; k != nil {
		k.mu.Lock()
		n, nodes = k.allot.Counts, k.allot.OnNodes()
		if cpus := k.allot.CPUs; cpus != nil {
			free := k.allot.Free()
			shared, exclusive = free.Difference(cpus.Reserved).Size(), cpus.Topology.All().Difference(free).Size()
		}
		k.mu.Unlock()
	}
	counter := func(d *prometheus.Desc, v uint64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v), labels...)
	}
	gauge := func(d *prometheus.Desc, v int, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(v), labels...)
	}
	counter(cpuAsked, n.CPUs.Kept+n.CPUs.Failed)
	counter(cpuRefused, n.CPUs.Failed)
	gauge(cpuShared, shared*1000)
	gauge(cpuExclusive, exclusive)
	for node, cpus := range nodes {
		gauge(cpuOnNode, cpus, strconv.Itoa(node))
	}
	counter(memoryAsked, n.Memory.Kept+n.Memory.Failed)
	counter(memoryRefused, n.Memory.Failed)
	counter(placeRefused, n.Refused)
	for _, b := range []struct {
		scope, boundary string
		numa.Outcome
	}{{"container", "numa_node", n.ContainersTogether}, {"pod", "numa_node", n.PodsTogether}, {"container", "physical_cpu", n.Cores}} {
		counter(aligned, b.Kept, b.scope, b.boundary)
		counter(notAligned, b.Failed, b.scope, b.boundary)
	}
	counter(aligned, n.Caches, "container", "uncore_cache")
}

// placed counts a pod that was judged by the keepers of what containers have for their own, and how long that took.
func (t *tally) placed(took time.Duration) {
	t.placements.Inc()
	t.placing.Observe(float64(took) / float64(time.Millisecond))
}
