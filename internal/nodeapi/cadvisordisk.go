package nodeapi

import (
	"maps"
	"slices"

	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/host"
)

// writeDisks writes what goes to block devices: of the machine what the kernel counts of each device, of cgroups what it counts of them, and how
// full the machine's file systems are.
// idle is the disk of containers' layers: of a cgroup that the kernel has no record of, it is known that it has done nothing there.
func writeDisks(rows []advisedRow, names map[[2]uint64]string, disks []host.FileSystem, idle container.DeviceIO, e *exposition) {
	if len(rows) == 0 {
		return
	}
	root := &rows[0]
	none := []container.DeviceIO{idle}
	devices := func(r *advisedRow) []container.DeviceIO {
		if len(r.stats.Devices) == 0 {
			return none
		}
		return r.stats.Devices
	}
	for _, f := range []struct {
		name, help string
		value      func(f *host.FileSystem) uint64
	}{
		{"container_fs_inodes_free", "Number of available Inodes", func(f *host.FileSystem) uint64 { return f.InodesFree }},
		{"container_fs_inodes_total", "Number of Inodes", func(f *host.FileSystem) uint64 { return f.Inodes }},
		{"container_fs_limit_bytes", "Number of bytes that can be consumed by the container on this filesystem.", func(f *host.FileSystem) uint64 { return f.Size }},
		{"container_fs_usage_bytes", "Number of bytes that are consumed by the container on this filesystem.", func(f *host.FileSystem) uint64 { return f.Used }},
	} {
		e.family(f.name, "gauge", f.help)
		for i := range disks {
			e.sample(float64(f.value(&disks[i])), root.head, label("device", disks[i].Device), root.tail)
		}
	}
	const read, write = "Read", "Write"
	bytes := func(d *container.DeviceIO) map[string]uint64 { return d.Bytes }
	count := func(d *container.DeviceIO) map[string]uint64 { return d.Count }
	ofCgroups := func(name, help, op string, of func(*container.DeviceIO) map[string]uint64, ofRoot func(*host.DeviceIO) uint64) {
		e.family(name, "counter", help)
		if ofRoot != nil {
			eachDisk(disks, func(device string, io *host.DeviceIO) { e.sample(float64(ofRoot(io)), root.head, device, root.tail) })
		}
		for i := range rows {
			r := &rows[i]
			if r == root && ofRoot != nil {
				continue
			}
			for _, d := range devices(r) {
				e.sample(float64(of(&d)[op]), r.head, label("device", names[[2]uint64{d.Major, d.Minor}]), r.tail)
			}
		}
	}
	ofCgroups("container_fs_reads_bytes_total", "Cumulative count of bytes read", read, bytes, nil)
	ofCgroups("container_fs_reads_total", "Cumulative count of reads completed", read, count, func(io *host.DeviceIO) uint64 { return io.Reads })
	ofCgroups("container_fs_writes_bytes_total", "Cumulative count of bytes written", write, bytes, nil)
	ofCgroups("container_fs_writes_total", "Cumulative count of writes completed", write, count, func(io *host.DeviceIO) uint64 { return io.Writes })
	for _, f := range []struct {
		name, kind, help string
		value            func(io *host.DeviceIO) float64
	}{
		{"container_fs_sector_reads_total", "counter", "Cumulative count of sector reads completed", func(io *host.DeviceIO) float64 { return float64(io.SectorsRead) }},
		{"container_fs_reads_merged_total", "counter", "Cumulative count of reads merged", func(io *host.DeviceIO) float64 { return float64(io.ReadsMerged) }},
		{"container_fs_read_seconds_total", "counter", "Cumulative count of seconds spent reading", func(io *host.DeviceIO) float64 { return io.ReadTime.Seconds() }},
		{"container_fs_sector_writes_total", "counter", "Cumulative count of sector writes completed", func(io *host.DeviceIO) float64 { return float64(io.SectorsWritten) }},
		{"container_fs_writes_merged_total", "counter", "Cumulative count of writes merged", func(io *host.DeviceIO) float64 { return float64(io.WritesMerged) }},
		{"container_fs_write_seconds_total", "counter", "Cumulative count of seconds spent writing", func(io *host.DeviceIO) float64 { return io.WriteTime.Seconds() }},
		{"container_fs_io_current", "gauge", "Number of I/Os currently in progress", func(io *host.DeviceIO) float64 { return float64(io.InFlight) }},
		{"container_fs_io_time_seconds_total", "counter", "Cumulative count of seconds spent doing I/Os", func(io *host.DeviceIO) float64 { return io.Busy.Seconds() }},
		{"container_fs_io_time_weighted_seconds_total", "counter", "Cumulative weighted I/O time in seconds", func(io *host.DeviceIO) float64 { return io.WeightTime.Seconds() }},
	} {
		e.family(f.name, f.kind, f.help)
		eachDisk(disks, func(device string, io *host.DeviceIO) { e.sample(f.value(io), root.head, device, root.tail) })
	}
	e.family("container_blkio_device_usage_total", "counter", "Blkio Device bytes usage")
	for i := range rows {
		r := &rows[i]
		for _, d := range devices(r) {
			for _, op := range slices.Sorted(maps.Keys(d.Bytes)) {
				e.sample(float64(d.Bytes[op]), r.head, label("device", names[[2]uint64{d.Major, d.Minor}], "major", number(d.Major), "minor", number(d.Minor), "operation", op), r.tail)
			}
		}
	}
}

// eachDisk goes through the disks of which the kernel counts something.
func eachDisk(disks []host.FileSystem, do func(device string, io *host.DeviceIO)) {
	for i := range disks {
		if disks[i].IO != nil {
			do(label("device", disks[i].Device), disks[i].IO)
		}
	}
}
