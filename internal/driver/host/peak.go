package host

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// ResetPeak makes the kernel forget how much memory a process has had at most until now.
func ResetPeak(pid int) error {
	const peak = "5" // clear_refs, see proc(5)
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte(peak), 0); err != nil {
		return fmt.Errorf("resetting the memory peak: %w", err)
	}
	return nil
}

// PeakOf is the most memory in bytes that a process has had resident since its start or ResetPeak.
func PeakOf(pid int) (uint64, error) {
	path := fmt.Sprintf("/proc/%d/status", pid)
	b, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "VmHWM:" {
			n, err := strconv.ParseUint(f[1], 10, 64)
			return n << 10, err
		}
	}
	return 0, fmt.Errorf("%s has no VmHWM", path)
}
