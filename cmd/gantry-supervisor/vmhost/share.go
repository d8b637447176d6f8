package vmhost

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

// What the machine sees of the host is one directory in memory, in the monitor's mount namespace. A container's root file system
// and volumes are mounted below it there, as they are in the namespace of the thread that starts the container.

// filesDir is where that directory is for the monitor, below the machine's state directory, and shareDir what the machine sees of it.
const (
	filesDir = "vm"
	shareDir = filesDir + "/share"
)

// graft is a mount of the caller's namespace that is to appear in the machine.
type graft struct {
	from string // path here
	name string // in the container's directory there
}

// cloneAll takes copies of the mounts.
func cloneAll(grafts []graft) (fds []*os.File, err error) {
	for _, g := range grafts {
		fd, err := unix.OpenTree(unix.AT_FDCWD, g.from, unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC|unix.AT_RECURSIVE)
		if err != nil {
			closeAll(fds)
			return nil, fmt.Errorf("open_tree %s: %w", g.from, err)
		}
		fds = append(fds, os.NewFile(uintptr(fd), g.from))
	}
	return fds, nil
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

// plant mounts the copies in the monitor's namespace, in a directory of the container's own. machine is the machine's state directory.
func plant(monitor int, machine, id string, grafts []graft) error {
	fds, err := cloneAll(grafts)
	if err != nil {
		return err
	}
	defer closeAll(fds)
	return inMounts(monitor, func() error {
		dir := filepath.Join(machine, shareDir, id)
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
		for i, g := range grafts {
			info, err := fds[i].Stat()
			if err != nil {
				return err
			}
			at := filepath.Join(dir, g.name)
			if info.IsDir() {
				err = os.Mkdir(at, 0o755)
			} else {
				err = os.WriteFile(at, nil, 0o600)
			}
			if err != nil {
				return err
			}
			if err := unix.MoveMount(int(fds[i].Fd()), "", unix.AT_FDCWD, at, unix.MOVE_MOUNT_F_EMPTY_PATH); err != nil {
				return fmt.Errorf("mount %s: %w", g.from, err)
			}
		}
		return nil
	})
}

// uproot takes a container's files from the machine. What is gone is no error.
func uproot(monitor int, machine, id string) error {
	return inMounts(monitor, func() error {
		dir := filepath.Join(machine, shareDir, id)
		entries, err := os.ReadDir(dir)
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, e := range entries {
			at := filepath.Join(dir, e.Name())
			if err := unix.Unmount(at, unix.MNT_DETACH|unix.UMOUNT_NOFOLLOW); err != nil && !errors.Is(err, unix.EINVAL) {
				return fmt.Errorf("unmount %s: %w", at, err)
			}
			if err := os.Remove(at); err != nil {
				return err
			}
		}
		return os.Remove(dir)
	})
}

// inMounts runs f on a thread in the mount namespace of a process. The thread ends with it.
func inMounts(pid int, f func() error) error {
	ns, err := os.Open("/proc/" + strconv.Itoa(pid) + "/ns/mnt")
	if err != nil {
		return err
	}
	defer ns.Close()
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // and never unlocked
		err := unix.Unshare(unix.CLONE_FS)
		if err == nil {
			err = unix.Setns(int(ns.Fd()), unix.CLONE_NEWNS)
		}
		if err != nil {
			done <- fmt.Errorf("enter the machine's mounts: %w", err)
			return
		}
		done <- f()
	}()
	return <-done
}
