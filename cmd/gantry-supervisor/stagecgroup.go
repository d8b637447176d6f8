package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

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
	m, err := cgroupManager("/")
	if err != nil {
		return nil, err
	}
	joined := m.GetPaths()
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

// stageCgroup puts the container's own group of each hierarchy together, read-only. The groups are made here if they are not
// there yet; libcontainer sets them up when it puts the process into them.
func stageCgroup(s *wire.Start, stage string, all []hierarchy) error {
	top := cgroupDir(stage)
	if err := makeDir(top, 0o755); err != nil {
		return err
	}
	const attrs = unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NOEXEC | unix.MOUNT_ATTR_NODEV
	var links [][2]string
	for _, h := range all {
		from := filepath.Join(h.mountPoint, s.Cgroup)
		if err := os.MkdirAll(from, 0o755); err != nil {
			return fmt.Errorf("make cgroup: %w", err)
		}
		name := filepath.Base(h.mountPoint)
		if err := makeDir(filepath.Join(top, name), 0o755); err != nil {
			return err
		}
		if err := bindWith(from, filepath.Join(top, name), attrs); err != nil {
			return err
		}
		for _, n := range h.names {
			if strings.Contains(name, ",") && n != name {
				links = append(links, [2]string{name, n}) // "cpu" leads to "cpu,cpuacct"
			}
		}
	}
	for _, l := range links {
		if err := os.Symlink(l[0], filepath.Join(top, l[1])); err != nil {
			return err
		}
	}
	// The directory itself is sealed as well: a mount of its own, that is bound over itself.
	return sealDir(top)
}

// sealDir makes a directory with the mounts in it a mount of its own that nobody can write to.
func sealDir(dir string) error {
	fd, err := unix.OpenTree(unix.AT_FDCWD, dir, unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC|unix.AT_RECURSIVE)
	if err != nil {
		return &os.PathError{Op: "open_tree", Path: dir, Err: err}
	}
	defer unix.Close(fd)
	attr := &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NOEXEC | unix.MOUNT_ATTR_NODEV}
	if err := unix.MountSetattr(fd, "", unix.AT_EMPTY_PATH, attr); err != nil {
		return fmt.Errorf("mount attributes of %s: %w", dir, err)
	}
	if err := unix.MoveMount(fd, "", unix.AT_FDCWD, dir, unix.MOVE_MOUNT_F_EMPTY_PATH); err != nil {
		return fmt.Errorf("bind %s on itself: %w", dir, err)
	}
	return nil
}
