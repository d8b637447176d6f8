package container

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"time"
)

// noLimit is above any memory that a machine has: version 1 says the largest multiple of a page for "none".
const noLimit = 1 << 60

// clockTick is the unit of CPU times in ticks, USER_HZ, which is 100 on all Linux platforms of Go.
const clockTick = uint64(10 * time.Millisecond)

// read takes one reading of a cgroup. It is done here and not by a supervisor: it is a few small files, and there are
// thousands of cgroups to read.
func (r *cgroupReader) read(cgroup string, detailed bool) (Details, error) {
	r.cgroup, r.err = cgroup, nil
	var d Details
	d.Time = time.Now()
	if r.h.v2 {
		r.readV2(&d, detailed)
	} else {
		r.readV1(&d, detailed)
	}
	d.PIDs = r.number("pids", "pids.current")
	if d.MemoryLimit >= noLimit {
		d.MemoryLimit = 0
	}
	if detailed {
		d.Devices = r.devices()
		d.PIDsLimit = r.perhaps("pids", "pids.max")
	}
	d.Processes = r.processes(detailed)
	if errors.Is(r.err, fs.ErrNotExist) {
		r.err = fmt.Errorf("cgroup %s: %w", cgroup, ErrNotFound)
	}
	return d, r.err
}

func (r *cgroupReader) readV1(d *Details, detailed bool) {
	d.CPUUsageNanos = r.number("cpuacct", "cpuacct.usage")
	r.table("cpu", "cpu.stat", func(key []byte, v uint64) {
		switch string(key) {
		case "nr_periods":
			d.CPUPeriods = v
		case "nr_throttled":
			d.CPUThrottledPeriods = v
		case "throttled_time":
			d.CPUThrottledNanos = v
		case "nr_bursts":
			d.CPUBursts = v
		case "burst_time":
			d.CPUBurstNanos = v
		}
	})
	d.MemoryUsage, d.MemoryLimit = r.number("memory", "memory.usage_in_bytes"), r.number("memory", "memory.limit_in_bytes")
	r.table("memory", "memory.stat", func(key []byte, v uint64) {
		switch string(key) {
		case "total_rss":
			d.MemoryRSS = v
		case "pgfault":
			d.MemoryOwnFaults = v
		case "pgmajfault":
			d.MemoryOwnMajorFaults = v
		case "total_pgfault":
			d.MemoryPageFaults = v
		case "total_pgmajfault":
			d.MemoryMajorFaults = v
		case "total_active_file":
			d.MemoryActiveFile = v
		case "total_inactive_file":
			d.MemoryInactiveFile = v
		case "total_cache":
			d.MemoryCache = v
		case "total_mapped_file":
			d.MemoryMapped = v
		case "total_swap":
			d.MemorySwap = v
		}
	})
	d.MemoryWorkingSet = d.MemoryUsage - min(d.MemoryUsage, d.MemoryInactiveFile)
	if both := r.perhaps("memory", "memory.memsw.limit_in_bytes"); both > 0 && both < noLimit && d.MemoryLimit < noLimit {
		// Memory and swap are bounded together here.
		d.MemorySwapLimit, d.SwapLimited = both-min(both, d.MemoryLimit), true
	}
	r.table("memory", "memory.oom_control", func(key []byte, v uint64) {
		if string(key) == "oom_kill" {
			d.OOMKills = v
		}
	})
	if !detailed {
		return
	}
	r.table("cpuacct", "cpuacct.stat", func(key []byte, v uint64) {
		switch string(key) {
		case "user":
			d.CPUUserNanos = v * clockTick
		case "system":
			d.CPUSystemNanos = v * clockTick
		}
	})
	d.CPUShares, d.CPUPeriod, d.CPUQuota = r.perhaps("cpu", "cpu.shares"), r.perhaps("cpu", "cpu.cfs_period_us"), r.perhaps("cpu", "cpu.cfs_quota_us")
	d.MemoryMaxUsage, d.MemoryFailures = r.perhaps("memory", "memory.max_usage_in_bytes"), r.perhaps("memory", "memory.failcnt")
	d.MemoryKernel = r.perhaps("memory", "memory.kmem.usage_in_bytes")
	if soft := r.perhaps("memory", "memory.soft_limit_in_bytes"); soft < noLimit {
		d.MemoryReservation = soft
	}
}

func (r *cgroupReader) readV2(d *Details, detailed bool) {
	const micro = uint64(time.Microsecond)
	r.table("cpu", "cpu.stat", func(key []byte, v uint64) {
		switch string(key) {
		case "usage_usec":
			d.CPUUsageNanos = v * micro
		case "user_usec":
			d.CPUUserNanos = v * micro
		case "system_usec":
			d.CPUSystemNanos = v * micro
		case "nr_periods":
			d.CPUPeriods = v
		case "nr_throttled":
			d.CPUThrottledPeriods = v
		case "throttled_usec":
			d.CPUThrottledNanos = v * micro
		case "nr_bursts":
			d.CPUBursts = v
		case "burst_usec":
			d.CPUBurstNanos = v * micro
		}
	})
	d.MemoryUsage, d.MemoryLimit = r.number("memory", "memory.current"), r.number("memory", "memory.max")
	r.table("memory", "memory.stat", func(key []byte, v uint64) {
		switch string(key) {
		case "anon":
			d.MemoryRSS = v
		case "pgfault":
			d.MemoryPageFaults, d.MemoryOwnFaults = v, v // the kernel does not tell them apart
		case "pgmajfault":
			d.MemoryMajorFaults, d.MemoryOwnMajorFaults = v, v
		case "active_file":
			d.MemoryActiveFile = v
		case "inactive_file":
			d.MemoryInactiveFile = v
		case "file":
			d.MemoryCache = v
		case "file_mapped":
			d.MemoryMapped = v
		case "kernel":
			d.MemoryKernel = v
		}
	})
	d.MemoryWorkingSet = d.MemoryUsage - min(d.MemoryUsage, d.MemoryInactiveFile)
	d.MemorySwap = r.perhaps("memory", "memory.swap.current")
	d.MemorySwapLimit, d.SwapLimited = r.bound("memory", "memory.swap.max")
	events := func(key []byte, v uint64) {
		switch string(key) {
		case "oom_kill":
			d.OOMKills = v
		case "max":
			d.MemoryFailures = v
		}
	}
	r.table("memory", "memory.events", events)
	d.Pressure = r.pressure()
	if !detailed {
		return
	}
	// Shares are what version 1 would have: 2 to 262144 for a weight of 1 to 10000.
	if weight := r.perhaps("cpu", "cpu.weight"); weight > 0 {
		d.CPUShares = 2 + (weight-1)*262142/9999
	}
	d.CPUQuota, d.CPUPeriod = r.maximum()
	d.MemoryMaxUsage, d.MemoryReservation = r.perhaps("memory", "memory.peak"), r.perhaps("memory", "memory.min")
}

// bound is a limit of version 2, where "max" is none.
func (r *cgroupReader) bound(controller, name string) (uint64, bool) {
	text, err := r.load(controller, name)
	if err != nil || len(text) == 0 || text[0] == 'm' {
		return 0, false
	}
	return parse(text), true
}

// maximum is cpu.max, "max 100000".
func (r *cgroupReader) maximum() (quota, period uint64) {
	text, err := r.load("cpu", "cpu.max")
	if err != nil {
		return 0, 0
	}
	first, rest := cut(text, ' ')
	return parse(first), parse(rest)
}

// parse reads digits; what is none is 0, as "max" and "-1" are.
func parse(text []byte) (v uint64) {
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0
		}
		if v > (math.MaxUint64-9)/10 {
			return math.MaxUint64
		}
		v = v*10 + uint64(c-'0')
	}
	return v
}
