package container

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// hierarchies are the mounted cgroup file systems of the host. The containers' own cgroups are the supervisor's affair;
// here are the Pods', which contain them, and reading and removing.
type hierarchies struct {
	v2    bool     // one hierarchy with all controllers
	roots []string // every mount point
	// unified is where version 2 is mounted beside version 1, on a hybrid host: it may have controllers that the others lack.
	unified string
	v1      map[string]string // mount point by controller
}

// maxMountLine bounds a line of mountinfo: an overlay of others may name five hundred layers with paths of 4,096 bytes.
const maxMountLine = 4 << 20

func findHierarchies() (hierarchies, error) {
	f, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return hierarchies{}, fmt.Errorf("find cgroups: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxMountLine)
	h, err := parseHierarchies(lines)
	if err == nil {
		err = h.check()
	}
	return h, err
}

// check refuses mounts that are covered by others: directories made there would look like cgroups and limit nothing.
func (h hierarchies) check() error {
	for _, root := range h.roots {
		var fs unix.Statfs_t
		if err := unix.Statfs(root, &fs); err != nil {
			return fmt.Errorf("the cgroup file system at %s: %w", root, err)
		}
		if fs.Type != unix.CGROUP_SUPER_MAGIC && fs.Type != unix.CGROUP2_SUPER_MAGIC {
			return fmt.Errorf("the cgroup file system at %s is covered by another mount, containers cannot be limited: unmount what covers it, and see `gantry doctor`: %w", root, ErrUnsupported)
		}
	}
	return nil
}

// parseHierarchies reads mountinfo. On a hybrid host the version 2 hierarchy has no controllers of use.
func parseHierarchies(lines *bufio.Scanner) (hierarchies, error) {
	h := hierarchies{v1: map[string]string{}}
	for lines.Scan() {
		before, after, ok := strings.Cut(lines.Text(), " - ")
		fields, fs := strings.Fields(before), strings.Fields(after)
		if !ok || len(fields) < 5 || len(fs) < 3 || slices.Contains(h.roots, fields[4]) {
			continue
		}
		switch fs[0] {
		case "cgroup2":
			h.roots = append(h.roots, fields[4])
			if h.v2 = fields[4] == "/sys/fs/cgroup"; !h.v2 {
				h.unified = fields[4]
			}
		case "cgroup":
			h.roots = append(h.roots, fields[4])
			for _, option := range strings.Split(fs[2], ",") {
				if option != "rw" && option != "ro" {
					h.v1[option] = fields[4]
				}
			}
		}
	}
	if err := lines.Err(); err != nil {
		return h, fmt.Errorf("find cgroups: %w", err)
	}
	if len(h.roots) == 0 {
		return h, fmt.Errorf("no cgroup file system is mounted (mount -t cgroup2 none /sys/fs/cgroup, and see `gantry doctor`): %w", ErrUnsupported)
	}
	return h, nil
}

// dir is a cgroup's directory for a controller; empty where the host does not have it.
func (h hierarchies) dir(controller, cgroup string) string {
	if h.v2 {
		return filepath.Join(h.roots[0], cgroup)
	}
	if root := h.v1[controller]; root != "" {
		return filepath.Join(root, cgroup)
	}
	return ""
}

// createLimited makes a cgroup with limits for what will be below it. It may be there already.
func (h hierarchies) createLimited(cgroup string, r Resources) error {
	if h.v2 {
		if err := h.enable(filepath.Dir(cgroup)); err != nil {
			return err
		}
	}
	for _, controller := range []string{"cpu", "memory", "pids"} {
		dir := h.dir(controller, cgroup)
		if dir == "" {
			continue
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("create cgroup: %w", err)
		}
	}
	return h.limit(cgroup, r)
}

// enable lets the children of a cgroup, and of all above it, have controllers (version 2).
func (h hierarchies) enable(cgroup string) error {
	dir := h.roots[0]
	for _, part := range append([]string{""}, strings.Split(strings.Trim(cgroup, "/"), "/")...) {
		dir = filepath.Join(dir, part)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("create cgroup: %w", err)
		}
		have, err := os.ReadFile(filepath.Join(dir, "cgroup.controllers"))
		if err != nil {
			return fmt.Errorf("cgroup controllers: %w", err)
		}
		for _, c := range strings.Fields(string(have)) {
			// One that is busy or not for us is missed where its limit is set, with an error that names it.
			_ = os.WriteFile(filepath.Join(dir, "cgroup.subtree_control"), []byte("+"+c), 0)
		}
	}
	return nil
}

// limit sets limits; what is zero is set to "none" if it was ever set.
func (h hierarchies) limit(cgroup string, r Resources) error {
	if err := h.limitSwap(cgroup, r); err != nil {
		return err
	}
	if err := h.limitHugePages(cgroup, r.HugePages); err != nil {
		return err
	}
	for _, s := range h.settings(r) {
		dir := h.dir(s.controller, cgroup)
		if dir == "" || s.value == "" {
			continue
		}
		file := filepath.Join(dir, s.file)
		// The kernel walks all cgroups of the machine when a quota of CPU time is written, even for what it says already.
		if have, err := os.ReadFile(file); err == nil && strings.TrimSpace(string(have)) == s.value {
			continue
		}
		if err := os.WriteFile(file, []byte(s.value), 0); err != nil {
			return fmt.Errorf("limit %s of cgroup %s to %s: %w", s.file, cgroup, s.value, err)
		}
	}
	return nil
}

// limitSwap sets the limits of memory and of memory with swap (version 1, where the kernel counts swap). The second may never be
// below the first, so one that grows comes first and one that shrinks last; a container that has the Pod's cgroup for its own
// has set both.
func (h hierarchies) limitSwap(cgroup string, r Resources) error {
	dir := h.dir("memory", cgroup)
	if h.v2 || dir == "" {
		return nil
	}
	memory, both := "-1", "-1"
	if r.MemoryBytes > 0 {
		memory, both = strconv.FormatInt(r.MemoryBytes, 10), strconv.FormatInt(r.MemoryBytes+r.SwapBytes, 10)
	}
	const file, swapFile = "memory.limit_in_bytes", "memory.memsw.limit_in_bytes"
	set := func(file, value string) error {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(value), 0); err != nil {
			return fmt.Errorf("limit %s of cgroup %s to %s: %w", file, cgroup, value, err)
		}
		return nil
	}
	err := set(swapFile, both)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission): // swap is not counted: there is no such file to make
		return set(file, memory)
	case errors.Is(err, unix.EINVAL): // below what memory alone may have as yet
		return errors.Join(set(file, memory), set(swapFile, both))
	case err != nil:
		return err
	}
	return set(file, memory)
}

type setting struct{ controller, file, value string }

// settings are the files to write for limits, but for those of limitSwap.
func (h hierarchies) settings(r Resources) []setting {
	period := r.CPUPeriod
	if period == 0 {
		period = 100_000
	}
	or := func(v int64, none string) string {
		if v == 0 {
			return none
		}
		return strconv.FormatInt(v, 10)
	}
	if h.v2 {
		out := []setting{
			{"memory", "memory.max", or(r.MemoryBytes, "max")},
			{"pids", "pids.max", or(r.PIDs, "max")},
			{"cpu", "cpu.max", or(r.CPUQuota, "max") + " " + strconv.FormatUint(period, 10)},
		}
		if r.CPUShares != 0 {
			out = append(out, setting{"cpu", "cpu.weight", strconv.FormatUint(cpuWeight(r.CPUShares), 10)})
		}
		return out
	}
	out := []setting{
		{"pids", "pids.max", or(r.PIDs, "max")},
		{"cpu", "cpu.cfs_period_us", strconv.FormatUint(period, 10)},
		{"cpu", "cpu.cfs_quota_us", or(r.CPUQuota, "-1")},
	}
	if r.CPUShares != 0 {
		out = append(out, setting{"cpu", "cpu.shares", strconv.FormatUint(r.CPUShares, 10)})
	}
	return out
}

// cpuWeight turns shares (2 to 262144) into a weight (1 to 10000), linearly as kubelet does.
func cpuWeight(shares uint64) uint64 {
	shares = min(max(shares, 2), 262144)
	return 1 + (shares-2)*9999/262142
}

// join moves a process into a cgroup of every hierarchy.
func (h hierarchies) join(cgroup string, pid int) error {
	for _, root := range h.roots {
		dir := filepath.Join(root, cgroup)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("create cgroup: %w", err)
		}
		if err := h.inheritCPUSet(root, dir); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, "cgroup.procs"), []byte(strconv.Itoa(pid)), 0); err != nil {
			return fmt.Errorf("join cgroup: %w", err)
		}
	}
	return nil
}

// bequeathCPUSet has the kernel give new version 1 cpusets below what this one has. One that is written to instead, by who
// starts containers, is compared with all others twice over, and the scheduling domains are made anew each time.
func (h hierarchies) bequeathCPUSet(cgroup string) error {
	root := h.v1["cpuset"]
	if h.v2 || root == "" {
		return nil
	}
	if err := os.WriteFile(filepath.Join(root, cgroup, "cgroup.clone_children"), []byte("1"), 0); err != nil {
		return fmt.Errorf("cpuset: %w", err)
	}
	return nil
}

// inheritCPUSet gives a new version 1 cpuset what the one above has: it starts with nothing and then takes no process.
func (h hierarchies) inheritCPUSet(root, dir string) error {
	if h.v2 || root != h.v1["cpuset"] || dir == root {
		return nil
	}
	if err := h.inheritCPUSet(root, filepath.Dir(dir)); err != nil {
		return err
	}
	for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
		have, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			return fmt.Errorf("cpuset: %w", err)
		}
		if strings.TrimSpace(string(have)) != "" {
			continue
		}
		above, err := os.ReadFile(filepath.Join(filepath.Dir(dir), file))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, file), above, 0)
		}
		if err != nil {
			return fmt.Errorf("cpuset: %w", err)
		}
	}
	return nil
}
