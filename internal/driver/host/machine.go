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
	u.CPU = parseStat(string(stat))
	u.MemoryTotal, u.MemoryWorkingSet = parseMeminfo(string(mem))
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

func parseMeminfo(s string) (total, working uint64) {
	at := map[string]uint64{}
	for line := range strings.Lines(s) {
		name, rest, ok := strings.Cut(line, ":")
		if f := strings.Fields(rest); ok && len(f) > 0 {
			n, _ := strconv.ParseUint(f[0], 10, 64)
			at[name] = n << 10
		}
	}
	total = at["MemTotal"]
	return total, total - min(total, at["MemFree"]+at["Inactive(file)"])
}
