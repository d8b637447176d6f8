package host

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// SelfUsage is what this process uses.
type SelfUsage struct {
	// CPU is the time in user and kernel of all its threads since its start.
	CPU time.Duration
	// Memory is resident, files included; Own is without files. Bytes.
	Memory, Own uint64
	// Faults and MajorFaults are page faults since its start.
	Faults, MajorFaults uint64
}

// Self reads it.
func Self() (SelfUsage, error) {
	var r unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &r); err != nil {
		return SelfUsage{}, fmt.Errorf("reading the process's own use: %w", err)
	}
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return SelfUsage{}, fmt.Errorf("reading the process's own memory: %w", err)
	}
	u := SelfUsage{CPU: time.Duration(r.Utime.Nano() + r.Stime.Nano()), Faults: uint64(r.Minflt), MajorFaults: uint64(r.Majflt)}
	u.memory(string(text))
	return u, nil
}

// memory reads /proc/PID/status.
func (u *SelfUsage) memory(text string) {
	for line := range strings.Lines(text) {
		name, rest, _ := strings.Cut(line, ":")
		f := strings.Fields(rest)
		if len(f) == 0 {
			continue
		}
		n, _ := strconv.ParseUint(f[0], 10, 64)
		switch name {
		case "VmRSS":
			u.Memory = n << 10
		case "RssAnon", "RssShmem":
			u.Own += n << 10
		}
	}
}
