package container

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Stats implements Runtime.
func (n *Native) Stats(_ context.Context, id string) (Stats, error) {
	n.mu.Lock()
	pod, known := n.podOf[id]
	n.mu.Unlock()
	cgroup := n.containerCgroup(pod, id)
	if f := n.abroad.of(id); f != nil {
		pod, known = n.abroad.sandboxOf(id), true
		cgroup = n.podCgroup(pod) + "/" + f.Cgroup(id)
	}
	if !known {
		return Stats{}, fmt.Errorf("container %s: %w", id, ErrNotFound)
	}
	s, err := n.cg.read(cgroup)
	if errors.Is(err, ErrNotFound) {
		return n.cg.read(n.podCgroup(pod)) // it is the only one, see Spec.Sole
	}
	return s, err
}

// SandboxStats implements Runtime.
func (n *Native) SandboxStats(_ context.Context, id string) (Stats, error) {
	n.mu.Lock()
	known := n.sandboxes[id] != nil
	n.mu.Unlock()
	if !known {
		return Stats{}, fmt.Errorf("sandbox %s: %w", id, ErrNotFound)
	}
	return n.cg.read(n.podCgroup(id))
}

// read takes one reading of a cgroup. It is done here and not by a supervisor: it is a few small files, and there are
// thousands of cgroups to read.
func (h hierarchies) read(cgroup string) (Stats, error) {
	r := &cgroupReader{h: h, cgroup: cgroup}
	s := Stats{Time: time.Now()}
	if h.v2 {
		cpu := r.table("cpu", "cpu.stat")
		s.CPUUsageNanos, s.CPUThrottledNanos, s.CPUThrottledPeriods = cpu["usage_usec"]*1000, cpu["throttled_usec"]*1000, cpu["nr_throttled"]
		mem := r.table("memory", "memory.stat")
		s.MemoryUsage, s.MemoryLimit = r.number("memory", "memory.current"), r.number("memory", "memory.max")
		s.MemoryRSS, s.MemoryPageFaults, s.MemoryMajorFaults = mem["anon"], mem["pgfault"], mem["pgmajfault"]
		s.MemoryWorkingSet = s.MemoryUsage - min(s.MemoryUsage, mem["inactive_file"])
		s.MemoryCache, s.MemoryMapped = mem["file"], mem["file_mapped"]
		s.CPUPeriods = cpu["nr_periods"]
		s.OOMKills = r.table("memory", "memory.events")["oom_kill"]
		s.MemorySwap, _ = strconv.ParseUint(r.perhaps("memory", "memory.swap.current"), 10, 64)
	} else {
		cpu := r.table("cpu", "cpu.stat")
		s.CPUUsageNanos = r.number("cpuacct", "cpuacct.usage")
		s.CPUThrottledNanos, s.CPUThrottledPeriods = cpu["throttled_time"], cpu["nr_throttled"]
		mem := r.table("memory", "memory.stat")
		s.MemoryUsage, s.MemoryLimit = r.number("memory", "memory.usage_in_bytes"), r.number("memory", "memory.limit_in_bytes")
		s.MemoryRSS, s.MemoryPageFaults, s.MemoryMajorFaults = mem["total_rss"], mem["total_pgfault"], mem["total_pgmajfault"]
		s.MemoryWorkingSet = s.MemoryUsage - min(s.MemoryUsage, mem["total_inactive_file"])
		s.MemoryCache, s.MemoryMapped, s.MemorySwap = mem["total_cache"], mem["total_mapped_file"], mem["total_swap"]
		s.CPUPeriods = cpu["nr_periods"]
		s.OOMKills = r.table("memory", "memory.oom_control")["oom_kill"]
	}
	r.disks(&s)
	s.PIDs = r.number("pids", "pids.current")
	if s.MemoryLimit >= noLimit {
		s.MemoryLimit = 0
	}
	if errors.Is(r.err, fs.ErrNotExist) {
		r.err = fmt.Errorf("cgroup %s: %w", cgroup, ErrNotFound)
	}
	return s, r.err
}

// noLimit is above any memory that a machine has: version 1 says the largest multiple of a page for "none".
const noLimit = 1 << 60

// cgroupReader reads files of one cgroup and keeps the first error.
type cgroupReader struct {
	h      hierarchies
	cgroup string
	err    error
}

// file is empty where the host lacks the controller.
func (r *cgroupReader) file(controller, name string) string {
	dir := r.h.dir(controller, r.cgroup)
	if dir == "" {
		return ""
	}
	raw, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil && r.err == nil {
		r.err = err
	}
	return strings.TrimSpace(string(raw))
}

// perhaps is a file that a cgroup need not have.
func (r *cgroupReader) perhaps(controller, name string) string {
	dir := r.h.dir(controller, r.cgroup)
	if dir == "" {
		return ""
	}
	raw, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(raw))
}

// disks adds up the devices of a cgroup. Version 1 writes "253:0 Read 4096", version 2 "253:0 rbytes=4096 wbytes=0 rios=1 wios=0".
func (r *cgroupReader) disks(s *Stats) {
	if r.h.v2 {
		for field := range strings.FieldsSeq(r.perhaps("io", "io.stat")) {
			name, value, _ := strings.Cut(field, "=")
			n, err := strconv.ParseUint(value, 10, 64)
			if to := map[string]*uint64{"rbytes": &s.ReadBytes, "wbytes": &s.WriteBytes, "rios": &s.Reads, "wios": &s.Writes}[name]; to != nil && err == nil {
				*to += n
			}
		}
		return
	}
	for file, to := range map[string][2]*uint64{
		"blkio.throttle.io_service_bytes_recursive": {&s.ReadBytes, &s.WriteBytes}, "blkio.throttle.io_serviced_recursive": {&s.Reads, &s.Writes},
	} {
		for line := range strings.Lines(r.perhaps("blkio", file)) {
			f := strings.Fields(line)
			if len(f) != 3 {
				continue
			}
			n, err := strconv.ParseUint(f[2], 10, 64)
			switch {
			case err != nil:
			case f[1] == "Read":
				*to[0] += n
			case f[1] == "Write":
				*to[1] += n
			}
		}
	}
}

// number is 0 for "max".
func (r *cgroupReader) number(controller, name string) uint64 {
	v, _ := strconv.ParseUint(r.file(controller, name), 10, 64)
	return v
}

// table reads lines of a name and a number.
func (r *cgroupReader) table(controller, name string) map[string]uint64 {
	out := map[string]uint64{}
	for line := range strings.Lines(r.file(controller, name)) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			if v, err := strconv.ParseUint(value, 10, 64); err == nil {
				out[key] = v
			}
		}
	}
	return out
}
