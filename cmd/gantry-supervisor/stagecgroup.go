package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/opencontainers/cgroups"
	"github.com/opencontainers/runc/libcontainer/configs"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// With cgroup version 1 a container sees a mount for each hierarchy, ten or so. They are put together on the stage and
// bound as a whole, for the same reason as /dev. With version 2 there is one, and libcontainer mounts it.

// hierarchy is a version 1 hierarchy as it is mounted on the host.
type hierarchy struct {
	mountPoint string
	// names are its controllers, or "name=" and its own.
	names []string
}

// shown is the directory that a container sees of a hierarchy. Where it has one of its own, which is made if it is not there yet, it
// sees that. Of the cpusets it sees the supervisor's, which it is in then: some runtimes of languages take a container for
// none if it lacks one. Others it does not see; "" says so.
func (h hierarchy) shown(s *wire.Start) (string, error) {
	dir := filepath.Join(h.mountPoint, s.Cgroup)
	if wanted(cgroupResources(s.Spec.Resources), h.names...) || present(h.mountPoint, s.Cgroup) {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return "", fmt.Errorf("make cgroup: %w", err)
		}
		return dir, nil
	}
	if !slices.Contains(h.names, cpusetName) {
		return "", nil
	}
	own, err := cgroups.ParseCgroupFile("/proc/self/cgroup")
	if err != nil {
		return "", fmt.Errorf("find the supervisor's cgroup: %w", err)
	}
	return filepath.Join(h.mountPoint, own[cpusetName]), nil
}

// findHierarchies lists those that libcontainer puts processes into: it does not know all that a host may have. With version
// 2 there are none.
func findHierarchies() ([]hierarchy, error) {
	if cgroups.IsCgroup2UnifiedMode() {
		return nil, nil
	}
	mounts, err := cgroups.GetCgroupMounts(false)
	if err != nil {
		return nil, fmt.Errorf("find cgroup hierarchies: %w", err)
	}
	joined, err := groupRoots()
	if err != nil {
		return nil, fmt.Errorf("find cgroup hierarchies: %w", err)
	}
	var out []hierarchy
	for _, m := range mounts {
		if slices.ContainsFunc(m.Subsystems, func(n string) bool { return joined[n] != "" }) {
			out = append(out, hierarchy{m.Mountpoint, m.Subsystems})
		}
	}
	return out, nil
}

// cgroupDir is where a container's /sys/fs/cgroup is on the stage.
func cgroupDir(stage string) string { return filepath.Join(stage, "cgroup") }

// stagedCgroup says whether a container gets the /sys/fs/cgroup of the stage. A privileged one may write there, and an OCI
// runtime makes its own.
func stagedCgroup(s *wire.Start, v2 bool) bool {
	return !v2 && s.OCI == nil && !s.Spec.Privileged && !mountsAt(s, "/sys", "/sys/fs/cgroup")
}

// boundCgroup is the mount that brings it into the container.
func boundCgroup(stage string) *configs.Mount {
	return &configs.Mount{
		Device: "bind", Source: cgroupDir(stage), Destination: "/sys/fs/cgroup", Flags: unix.MS_BIND | unix.MS_REC,
		PropagationFlags: []int{unix.MS_PRIVATE | unix.MS_REC},
	}
}

// stageCgroup puts the container's own group of each hierarchy together, read-only, on the directories that are the same for all.
// libcontainer sets the groups up when it puts the process into them.
func stageCgroup(s *wire.Start, stage, fixed string, all []hierarchy) error {
	top := cgroupDir(stage)
	if err := ensureDir(top); err != nil {
		return err
	}
	const attrs = unix.MOUNT_ATTR_RDONLY | sealedAttrs
	if err := bindWith(filepath.Join(fixed, fixedGroups), top, attrs); err != nil {
		return err
	}
	for _, h := range all {
		from, err := h.shown(s)
		if err != nil {
			return err
		}
		if from == "" {
			continue
		}
		if err := bindWith(from, filepath.Join(top, filepath.Base(h.mountPoint)), attrs); err != nil {
			return err
		}
	}
	return nil
}
