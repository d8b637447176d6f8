package main

import (
	"bufio"
	"bytes"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/sys/capability"
)

// boundingSet reads CapBnd of /proc/PID/status: what no child can have more than.
func boundingSet(status []byte) uint64 {
	scan := bufio.NewScanner(bytes.NewReader(status))
	for scan.Scan() {
		if rest, ok := strings.CutPrefix(scan.Text(), "CapBnd:"); ok {
			set, err := strconv.ParseUint(strings.TrimSpace(rest), 16, 64)
			if err == nil {
				return set
			}
		}
	}
	return 1<<64 - 1
}

// filterCapabilities keeps the names of capabilities that are in set.
func filterCapabilities(names []string, set uint64) []string {
	numbers := map[string]capability.Cap{}
	for _, c := range capability.ListKnown() {
		numbers["CAP_"+strings.ToUpper(c.String())] = c
	}
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		c, known := numbers[name]
		return !known || set&(1<<uint(c)) == 0
	})
}

// supportedCapabilities keeps what this process can hand on: a host may withhold some even from root.
func supportedCapabilities(want []string) []string {
	raw, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return want
	}
	return filterCapabilities(want, boundingSet(raw))
}
