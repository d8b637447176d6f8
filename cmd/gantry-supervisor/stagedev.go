package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/opencontainers/runc/libcontainer/configs"
	"github.com/opencontainers/runc/libcontainer/specconv"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// The usual /dev of a container is made beforehand and bound as a whole: libcontainer looks for each mount point by itself,
// node by node, in a root that it must not trust, which took a third of a start's time. All of them lie on one tmpfs: for
// each file system the kernel keeps something in each memory cgroup of the machine.

// devDir is where a container's /dev is made.
func devDir(devices, id string) string { return filepath.Join(devices, id) }

// mountDevices mounts the tmpfs for them, if the program before this one in the same process has not.
func mountDevices(dir string) error {
	mounted, err := isMountPoint(dir)
	if err != nil || mounted {
		return err
	}
	// What containers write there is charged to them, as in /dev/shm.
	if err := unix.Mount("devices", dir, "tmpfs", unix.MS_NOSUID|unix.MS_STRICTATIME, "mode=0711"); err != nil {
		return fmt.Errorf("mount devices: %w", err)
	}
	return nil
}

// stagedDev says whether a container gets such a /dev: one with devices or mounts of its own there, or with all of
// the host's, or in a user namespace, gets a /dev that libcontainer makes, and one of an OCI runtime what that makes.
func stagedDev(s *wire.Start) bool {
	return s.OCI == nil && s.IDs == nil && !s.Spec.Privileged && len(s.Spec.Devices) == 0 && !mountsAt(s, "/dev", "/dev/pts", "/dev/mqueue")
}

// mountsAt says whether a container has a mount of its own at one of these places.
func mountsAt(s *wire.Start, places ...string) bool {
	for _, m := range s.Spec.Mounts {
		for _, p := range places {
			if filepath.Clean(m.Destination) == p {
				return true
			}
		}
	}
	return false
}

// boundDev is the mount that brings what stageDev has made into the container.
func boundDev(dev string) *configs.Mount {
	return &configs.Mount{
		Device: "bind", Source: dev, Destination: "/dev", Flags: unix.MS_BIND | unix.MS_REC,
		PropagationFlags: []int{unix.MS_PRIVATE | unix.MS_REC},
	}
}

// stageDev makes /dev in the calling thread's mount and IPC namespaces, which are the container's to be. With a trigger the terminals
// come when somebody looks at them.
func stageDev(s *wire.Start, dev, trigger string) error {
	if err := fillDev(dev); err != nil {
		return err
	}
	pts := newPTS
	if trigger != "" {
		pts = func() (int, error) { return cloneWith(trigger, &unix.MountAttr{Attr_set: triggerAttrs}) }
	}
	for _, m := range []struct {
		name string
		make func() (int, error)
	}{
		{"pts", pts},
		{"mqueue", func() (int, error) { return newMount("mqueue", sealedAttrs) }},
	} {
		fd, err := m.make()
		if err != nil {
			return err
		}
		err = moveTo(fd, filepath.Join(dev, m.name))
		unix.Close(fd)
		if err != nil {
			return err
		}
	}
	if s.ShmDir == "" || mountsAt(s, "/dev/shm") {
		return nil
	}
	return bindWith(s.ShmDir, filepath.Join(dev, "shm"), sealedAttrs)
}

// newPTS makes terminals of a container's own: else those of all would be in one directory.
func newPTS() (int, error) {
	return newMount("devpts", unix.MOUNT_ATTR_NOSUID|unix.MOUNT_ATTR_NOEXEC, "newinstance", "ptmxmode=0666", "mode=0620", "gid=5")
}

// fillDev makes the files of a /dev, and the directories on which something is mounted.
func fillDev(dev string) error {
	if err := makeDir(dev, 0o755); err != nil {
		return err
	}
	for _, n := range specconv.AllowedDevices {
		if n.Path == "" {
			continue // a rule without a node
		}
		if err := makeNode(filepath.Join(dev, filepath.Base(n.Path)), n.FileMode.Perm(), uint32(n.Major), uint32(n.Minor)); err != nil {
			return err
		}
	}
	links := map[string]string{
		"fd": "/proc/self/fd", "stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1", "stderr": "/proc/self/fd/2", "ptmx": "pts/ptmx",
	}
	if _, err := os.Stat("/proc/kcore"); err == nil { // not every kernel has it
		links["core"] = "/proc/kcore"
	}
	for name, target := range links {
		if err := os.Symlink(target, filepath.Join(dev, name)); err != nil {
			return err
		}
	}
	for _, name := range []string{"pts", "mqueue", "shm"} {
		if err := makeDir(filepath.Join(dev, name), 0o755); err != nil {
			return err
		}
	}
	return nil
}

// bindWith binds a directory with mount attributes.
func bindWith(from, at string, attrs uint64) error {
	return bindWithAttr(from, at, &unix.MountAttr{Attr_set: attrs})
}

func bindWithAttr(from, at string, attr *unix.MountAttr) error {
	fd, err := cloneWith(from, attr)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return moveTo(fd, at)
}

// makeDir makes a directory with exactly this mode, whatever the umask.
func makeDir(path string, mode os.FileMode) error {
	if err := os.Mkdir(path, mode); err != nil {
		return err
	}
	return os.Chmod(path, mode)
}
