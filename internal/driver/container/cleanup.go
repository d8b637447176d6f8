package container

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// Cleanup removes everything that an instance has made on this machine, whether or not anything of it still runs:
// processes (only those in its cgroups), cgroups, namespaces, the run directory with its mounts, and writable layers.
// Logs stay. It may be repeated.
func Cleanup(o Options) error {
	if err := checkName(o.Instance); err != nil {
		return fmt.Errorf("clean up: %w", err)
	}
	h, err := findHierarchies()
	if err != nil {
		return fmt.Errorf("clean up: %w", err)
	}
	// First the supervisors, so that nothing new is started; then the rest.
	for _, cgroup := range []string{cgroupRoot(o.Instance) + "/supervisor", cgroupRoot(o.Instance)} {
		if err := h.removeTree(cgroup); err != nil {
			return fmt.Errorf("clean up: %w", err)
		}
	}
	for _, at := range []string{holderFile, shmDir, ""} {
		if err := unmountAll(filepath.Join(o.RunDir, at)); err != nil {
			return fmt.Errorf("clean up: %w", err)
		}
	}
	err = errors.Join(os.RemoveAll(o.RunDir), os.RemoveAll(filepath.Join(o.DataDir, "containers")), os.RemoveAll(filepath.Join(o.DataDir, "points")))
	if err != nil {
		return fmt.Errorf("clean up: %w", err)
	}
	return nil
}

// unmountAll unmounts whatever is mounted on a path, until nothing is.
func unmountAll(path string) error {
	for {
		err := unix.Unmount(path, unix.MNT_DETACH|unix.UMOUNT_NOFOLLOW)
		if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOENT) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("unmount %s: %w", path, err)
		}
	}
}
