package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// What is the same in all containers lies on one small tmpfs of the supervisor, read-only: an empty directory and a null device to
// cover with, and the directories on which the groups of cgroup version 1 are mounted. Each further file system would cost memory
// in every memory cgroup of the machine, so ten thousand containers must not have one each.

// fixedSize bounds it: a few directories and links.
const fixedSize = "size=64k,nr_inodes=128,mode=0711"

// Names on it.
const (
	fixedEmpty  = "empty"
	fixedNull   = "null"
	fixedGroups = "cgroup"
)

// mountFixed mounts and fills it, if the program before this one in the same process has not.
func mountFixed(dir string, groups []hierarchy) error {
	mounted, err := isMountPoint(dir)
	if err != nil || mounted {
		return err
	}
	if err := unix.Mount("fixed", dir, "tmpfs", unix.MS_NOSUID, fixedSize); err != nil {
		return fmt.Errorf("mount %s: %w", dir, err)
	}
	if err := fillFixed(dir, groups); err != nil {
		return errors.Join(fmt.Errorf("fill %s: %w", dir, err), unix.Unmount(dir, unix.MNT_DETACH))
	}
	// The file system itself, not only this mount of it: containers get copies.
	if err := unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY|unix.MS_NOSUID, fixedSize); err != nil {
		return fmt.Errorf("make %s read-only: %w", dir, err)
	}
	return nil
}

func fillFixed(dir string, groups []hierarchy) error {
	if err := makeDir(filepath.Join(dir, fixedEmpty), 0o555); err != nil {
		return err
	}
	if err := makeNode(filepath.Join(dir, fixedNull), 0o666, 1, 3); err != nil {
		return err
	}
	top := filepath.Join(dir, fixedGroups)
	if err := makeDir(top, 0o755); err != nil {
		return err
	}
	for _, h := range groups {
		name := filepath.Base(h.mountPoint)
		if err := makeDir(filepath.Join(top, name), 0o755); err != nil {
			return err
		}
		for _, n := range h.names {
			if !strings.Contains(name, ",") || n == name {
				continue
			}
			if err := os.Symlink(name, filepath.Join(top, n)); err != nil { // "cpu" leads to "cpu,cpuacct"
				return err
			}
		}
	}
	return nil
}

// isMountPoint says whether a file system begins at a directory.
func isMountPoint(dir string) (bool, error) {
	var here, above unix.Stat_t
	if err := errors.Join(unix.Stat(dir, &here), unix.Stat(filepath.Dir(dir), &above)); err != nil {
		return false, fmt.Errorf("look at %s: %w", dir, err)
	}
	return here.Dev != above.Dev, nil
}

// makeNode makes a character device with exactly this mode, whatever the umask.
func makeNode(path string, mode os.FileMode, major, minor uint32) error {
	if err := unix.Mknod(path, unix.S_IFCHR|uint32(mode), int(unix.Mkdev(major, minor))); err != nil {
		return &os.PathError{Op: "mknod", Path: path, Err: err}
	}
	return os.Chmod(path, mode)
}
