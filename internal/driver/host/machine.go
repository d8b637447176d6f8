package host

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// MachineUsage is what the whole machine uses.
type MachineUsage struct {
	// CPU is the time that all cores have worked since the boot.
	CPU time.Duration
	// MemoryTotal and MemoryWorkingSet are bytes. The working set is what is used without inactive pages of files, as
	// cAdvisor counts it for the root cgroup.
	MemoryTotal, MemoryWorkingSet uint64
	// MemoryUsage is what is used with all pages of files, SwapUsage what is swapped out, in bytes.
	MemoryUsage, SwapUsage uint64
	// SwapTotal is the size of all swap devices, in bytes.
	SwapTotal uint64
	// Boot is when the machine was started.
	Boot time.Time
}

// Machine reads the machine's use of CPU and memory.
func Machine() (MachineUsage, error) {
	var u MachineUsage
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return u, fmt.Errorf("reading the machine's CPU time: %w", err)
	}
	mem, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return u, fmt.Errorf("reading the machine's memory: %w", err)
	}
	u.CPU, u.Boot = parseStat(string(stat)), parseBoot(string(stat))
	u.memory(string(mem))
	return u, nil
}

// parseStat adds up the first line of /proc/stat (proc_stat(5)) without idle and iowait; the times of guests are in user's.
func parseStat(s string) time.Duration {
	const idle, iowait, counted = 3, 4, 8
	line, _, _ := strings.Cut(s, "\n")
	f := strings.Fields(line)
	var ticks uint64
	for i, v := range f[min(1, len(f)):] {
		if i == idle || i == iowait || i >= counted {
			continue
		}
		n, _ := strconv.ParseUint(v, 10, 64)
		ticks += n
	}
	return time.Duration(ticks) * tick
}

// parseBoot is the line btime.
func parseBoot(s string) time.Time {
	for line := range strings.Lines(s) {
		if text, ok := strings.CutPrefix(line, "btime "); ok {
			if n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64); err == nil {
				return time.Unix(n, 0)
			}
		}
	}
	return time.Time{}
}

// memory reads /proc/meminfo.
func (u *MachineUsage) memory(s string) {
	at := map[string]uint64{}
	for line := range strings.Lines(s) {
		name, rest, ok := strings.Cut(line, ":")
		if f := strings.Fields(rest); ok && len(f) > 0 {
			n, _ := strconv.ParseUint(f[0], 10, 64)
			at[name] = n << 10
		}
	}
	u.MemoryTotal = at["MemTotal"]
	u.MemoryUsage = u.MemoryTotal - min(u.MemoryTotal, at["MemFree"])
	u.MemoryWorkingSet = u.MemoryUsage - min(u.MemoryUsage, at["Inactive(file)"])
	u.SwapTotal = at["SwapTotal"]
	u.SwapUsage = at["SwapTotal"] - min(at["SwapTotal"], at["SwapFree"]+at["SwapCached"])
}
