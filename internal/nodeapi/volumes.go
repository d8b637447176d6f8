package nodeapi

import (
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sys/unix"
)

// volumeCollector reads how full the volumes of claims are when it is asked.
type volumeCollector struct{ s *Server }

var (
	volumeCapacity   = volumeDesc("capacity_bytes", "Capacity in bytes of the volume")
	volumeAvailable  = volumeDesc("available_bytes", "Number of available bytes in the volume")
	volumeUsed       = volumeDesc("used_bytes", "Number of used bytes in the volume")
	volumeInodes     = volumeDesc("inodes", "Maximum number of inodes in the volume")
	volumeInodesFree = volumeDesc("inodes_free", "Number of free inodes in the volume")
	volumeInodesUsed = volumeDesc("inodes_used", "Number of used inodes in the volume")
)

func volumeDesc(name, help string) *prometheus.Desc {
	return prometheus.NewDesc("kubelet_volume_stats_"+name, help, []string{"namespace", "persistentvolumeclaim"}, nil)
}

// Describe implements prometheus.Collector.
func (*volumeCollector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{volumeCapacity, volumeAvailable, volumeUsed, volumeInodes, volumeInodesFree, volumeInodesUsed} {
		to <- d
	}
}

// Collect implements prometheus.Collector. A claim that several pods use is told once.
func (c *volumeCollector) Collect(to chan<- prometheus.Metric) {
	told := map[[2]string]bool{}
	for _, p := range c.s.agent.Pods() {
		for claim, path := range c.s.agent.ClaimPaths(p) {
			key := [2]string{p.Namespace, claim}
			var st unix.Statfs_t
			if told[key] || unix.Statfs(path, &st) != nil {
				continue // it is not there yet, or no more
			}
			told[key] = true
			size := uint64(st.Bsize)
			for _, m := range []struct {
				desc  *prometheus.Desc
				value uint64
			}{{volumeCapacity, st.Blocks * size}, {volumeAvailable, st.Bavail * size}, {volumeUsed, (st.Blocks - st.Bfree) * size},
				{volumeInodes, st.Files}, {volumeInodesFree, st.Ffree}, {volumeInodesUsed, st.Files - st.Ffree}} {
				to <- prometheus.MustNewConstMetric(m.desc, prometheus.GaugeValue, float64(m.value), p.Namespace, claim)
			}
		}
	}
}
