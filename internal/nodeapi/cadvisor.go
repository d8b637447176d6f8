package nodeapi

import (
	"math"
	"strconv"

	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/host"
	"gantry.dev/gantry/internal/driver/link"
)

// advisedRow is a cgroup of /metrics/cadvisor: the root, a group of the node's own, a pod, a container. A pod's own cgroup has an empty
// container, as with kubelet.
type advisedRow struct {
	head, tail string // the labels, around those of a sample
	stats      *container.Details
	started    float64 // seconds since the epoch; 0 is not told
	links      []link.LinkTraffic
}

// writeCadvisor writes the metrics of kubelet's /metrics/cadvisor, with cAdvisor's names and labels. docs/node-metrics.md has those that are left
// out. It goes through all cgroups for each name, as the format wants it.
func (s *Server) writeCadvisor(u nodeUsage, e *exposition) {
	rows := s.advisedRows(&u)
	writeMachine(s.agent.Machine(), &u, e)
	writeAdvised(u.at.Unix(), rows, e)
	names, _ := host.Disks()
	dir, images := s.agent.Dirs()
	disks, err := host.FileSystems(dir, images)
	if err != nil {
		s.log.Warn("reading the machine's file systems", "err", err)
	}
	writeDisks(rows, names, disks, idleDisk(dir, disks, names), e)
	e.family("container_scrape_error", "gauge", "1 if there was an error while getting container metrics, 0 otherwise")
	failed := 0.0
	if err != nil {
		failed = 1
	}
	e.sample(failed)
}

// advisedRows lists what there is to tell of. The root has what the kernel says of the whole machine, where that is more than its root
// cgroup says.
func (s *Server) advisedRows(u *nodeUsage) []advisedRow {
	row := func(name, id, image, alias, namespace, pod string, d *container.Details) advisedRow {
		return advisedRow{head: label("container", name), tail: label("id", id, "image", image, "name", alias, "namespace", namespace, "pod", pod), stats: d}
	}
	root := u.root
	root.CPUUsageNanos, root.MemoryUsage, root.MemoryWorkingSet, root.Pressure = uint64(u.machine.CPU), u.machine.MemoryUsage, u.machine.MemoryWorkingSet, nil
	whole := row("", "/", "", "", "", "", &root)
	whole.links, whole.started = u.links, float64(u.machine.Boot.Unix())
	rows := []advisedRow{whole}
	for i := range u.pods {
		p := &u.pods[i]
		id := "/pod" + string(p.pod.UID)
		own := row("", id, "", "", p.pod.Namespace, p.pod.Name, &p.stats)
		if p.traffic != nil {
			own.links = []link.LinkTraffic{{Name: podInterface, Traffic: *p.traffic}}
		}
		if !p.started.IsZero() {
			own.started = float64(p.started.Unix())
		}
		rows = append(rows, own)
		for j := range p.containers {
			c := &p.containers[j]
			one := row(c.name, id+"/"+c.id, c.image, c.id, p.pod.Namespace, p.pod.Name, &c.stats)
			one.started = float64(c.started.Unix())
			rows = append(rows, one)
		}
	}
	return rows
}

// advisedValue is a family with one sample a cgroup.
type advisedValue struct {
	name, kind, help string
	value            func(d *container.Details) (float64, bool)
}

// always is a value that every cgroup has.
func always(value func(d *container.Details) uint64) func(*container.Details) (float64, bool) {
	return func(d *container.Details) (float64, bool) { return float64(value(d)), true }
}

// elapsed is one in nanoseconds that is told in seconds.
func elapsed(value func(d *container.Details) uint64) func(*container.Details) (float64, bool) {
	return func(d *container.Details) (float64, bool) { return seconds(value(d)), true }
}

// provided is a value that those cgroups have for which a condition holds.
func provided(when func(d *container.Details) bool, value func(*container.Details) (float64, bool)) func(*container.Details) (float64, bool) {
	return func(d *container.Details) (float64, bool) {
		if !when(d) {
			return 0, false
		}
		return value(d)
	}
}

func writeAdvised(now int64, rows []advisedRow, e *exposition) {
	e.family("container_last_seen", "gauge", "Last time a container was seen by the exporter")
	for i := range rows {
		e.sample(float64(now), rows[i].head, rows[i].tail)
	}
	e.family("container_start_time_seconds", "gauge", "Start time of the container since unix epoch in seconds.")
	for i := range rows {
		if rows[i].started != 0 {
			e.sample(rows[i].started, rows[i].head, rows[i].tail)
		}
	}
	total := label("cpu", "total")
	e.family("container_cpu_usage_seconds_total", "counter", "Cumulative cpu time consumed in seconds.")
	for i := range rows {
		e.sample(seconds(rows[i].stats.CPUUsageNanos), rows[i].head, total, rows[i].tail)
	}
	for _, f := range advisedValues() {
		if e.err != nil {
			return // nobody listens any more
		}
		e.family(f.name, f.kind, f.help)
		for i := range rows {
			if v, ok := f.value(rows[i].stats); ok {
				e.sample(v, rows[i].head, rows[i].tail)
			}
		}
	}
	writeFaults(rows, e)
	writeLinks(rows, e)
	soft := label("ulimit", "max_open_files")
	e.family("container_ulimits_soft", "gauge", "Soft ulimit values for the container root process. Unlimited if -1, except priority and nice")
	for i := range rows {
		if p := &rows[i].stats.Processes; p.Limited {
			e.sample(float64(p.OpenFiles), rows[i].head, rows[i].tail, soft)
		}
	}
}

func writeFaults(rows []advisedRow, e *exposition) {
	e.family("container_memory_failures_total", "counter", "Cumulative count of memory allocation failures.")
	kinds := []struct {
		labels string
		value  func(d *container.Details) uint64
	}{
		{label("failure_type", "pgfault", "scope", "container"), func(d *container.Details) uint64 { return d.MemoryOwnFaults }},
		{label("failure_type", "pgmajfault", "scope", "container"), func(d *container.Details) uint64 { return d.MemoryOwnMajorFaults }},
		{label("failure_type", "pgfault", "scope", "hierarchy"), func(d *container.Details) uint64 { return d.MemoryPageFaults }},
		{label("failure_type", "pgmajfault", "scope", "hierarchy"), func(d *container.Details) uint64 { return d.MemoryMajorFaults }},
	}
	for i := range rows {
		for _, k := range kinds {
			e.sample(float64(k.value(rows[i].stats)), rows[i].head, k.labels, rows[i].tail)
		}
	}
}

func writeLinks(rows []advisedRow, e *exposition) {
	for _, f := range []struct {
		name, help string
		value      func(t *link.Traffic) uint64
	}{
		{"receive_bytes", "Cumulative count of bytes received", func(t *link.Traffic) uint64 { return t.RxBytes }},
		{"receive_packets", "Cumulative count of packets received", func(t *link.Traffic) uint64 { return t.RxPackets }},
		{"receive_packets_dropped", "Cumulative count of packets dropped while receiving", func(t *link.Traffic) uint64 { return t.RxDropped }},
		{"receive_errors", "Cumulative count of errors encountered while receiving", func(t *link.Traffic) uint64 { return t.RxErrors }},
		{"transmit_bytes", "Cumulative count of bytes transmitted", func(t *link.Traffic) uint64 { return t.TxBytes }},
		{"transmit_packets", "Cumulative count of packets transmitted", func(t *link.Traffic) uint64 { return t.TxPackets }},
		{"transmit_packets_dropped", "Cumulative count of packets dropped while transmitting", func(t *link.Traffic) uint64 { return t.TxDropped }},
		{"transmit_errors", "Cumulative count of errors encountered while transmitting", func(t *link.Traffic) uint64 { return t.TxErrors }},
	} {
		e.family("container_network_"+f.name+"_total", "counter", f.help)
		for i := range rows {
			for j := range rows[i].links {
				l := &rows[i].links[j]
				e.sample(float64(f.value(&l.Traffic)), rows[i].head, label("interface", l.Name), rows[i].tail)
			}
		}
	}
}

// limited is a limit as cAdvisor tells it: none is 0.
func limited(v uint64, ok bool) (float64, bool) {
	if !ok || v > math.MaxInt64 {
		v = 0
	}
	return float64(v), true
}

// number is a label's value.
func number(n uint64) string { return strconv.FormatUint(n, 10) }

// idleDisk is the device below a directory, with nothing read or written.
func idleDisk(dir string, disks []host.FileSystem, names map[[2]uint64]string) container.DeviceIO {
	none := map[string]uint64{"Read": 0, "Write": 0}
	out := container.DeviceIO{Bytes: none, Count: none}
	var ok bool
	if out.Major, out.Minor, ok = host.DeviceOf(dir); !ok {
		return out
	}
	at := [2]uint64{out.Major, out.Minor}
	for i := range disks { // one that is no block device has the name of its file system
		if d := &disks[i]; names[at] == "" && d.Major == out.Major && d.Minor == out.Minor && names != nil {
			names[at] = d.Device
		}
	}
	return out
}
