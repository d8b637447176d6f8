package host

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Cell is a cgroup with hard limits of memory and processes, which a program that may need very much is put into so that the
// machine stays usable. With version 1 it exists in the hierarchies of these two controllers only.
type Cell struct {
	name string
	// mounts are the mount points of the hierarchies.
	mounts []string
	v2     bool
}

// FindCell finds the cgroups of a cell; it makes nothing.
func FindCell(name string) (*Cell, error) {
	f, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return nil, fmt.Errorf("looking for cgroups: %w", err)
	}
	defer f.Close()
	c := &Cell{name: name}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		before, after, _ := strings.Cut(lines.Text(), " - ")
		at, fs := strings.Fields(before), strings.Fields(after)
		if len(at) < 5 || len(fs) < 3 || slices.Contains(c.mounts, at[4]) {
			continue
		}
		options := strings.Split(fs[2], ",")
		switch {
		case fs[0] == "cgroup2" && at[4] == "/sys/fs/cgroup":
			c.v2, c.mounts = true, append(c.mounts, at[4])
		case fs[0] == "cgroup" && (slices.Contains(options, "memory") || slices.Contains(options, "pids")):
			c.mounts = append(c.mounts, at[4])
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("looking for cgroups: %w", err)
	}
	if len(c.mounts) == 0 {
		return nil, errors.New("no cgroup hierarchy has the memory or the pids controller")
	}
	return c, nil
}

// Make makes the cell with limits in bytes and processes.
func (c *Cell) Make(memory, pids uint64) error {
	for _, m := range c.mounts {
		if err := os.MkdirAll(filepath.Join(m, c.name), 0o755); err != nil {
			return fmt.Errorf("making a cgroup: %w", err)
		}
	}
	set := map[string]uint64{"memory.limit_in_bytes": memory, "memory.max": memory, "pids.max": pids}
	done := map[string]bool{}
	for _, m := range c.mounts {
		for file, value := range set {
			path := filepath.Join(m, c.name, file)
			if _, err := os.Stat(path); err != nil {
				continue // of the other version, or another hierarchy
			}
			if err := os.WriteFile(path, []byte(strconv.FormatUint(value, 10)), 0); err != nil {
				return fmt.Errorf("limiting a cgroup: %w", err)
			}
			done[strings.SplitN(file, ".", 2)[0]] = true
		}
	}
	if !done["memory"] || !done["pids"] {
		return errors.New("the cgroup offers no limit of memory and processes")
	}
	return nil
}

// Enter puts this process into the cell and makes the cell the root of the cgroups that it and its children see. It is for
// a mount namespace of its own.
func (c *Cell) Enter() error {
	for _, m := range c.mounts {
		dir := filepath.Join(m, c.name)
		leaf := dir
		if c.v2 {
			// Version 2 lets a group have either processes or groups with limits.
			leaf = filepath.Join(dir, "bench")
			if err := os.MkdirAll(leaf, 0o755); err != nil {
				return fmt.Errorf("making a cgroup: %w", err)
			}
		}
		if err := os.WriteFile(filepath.Join(leaf, "cgroup.procs"), []byte("0"), 0); err != nil {
			return fmt.Errorf("joining cgroup %s: %w", leaf, err)
		}
		if err := replaceMount(m, dir); err != nil {
			return fmt.Errorf("making cgroup %s the root: %w", dir, err)
		}
	}
	return nil
}

// replaceMount puts a directory of a mounted file system in the mount's place. The old mount goes: runc takes the first mount
// of a hierarchy that it finds at a place, covered or not.
func replaceMount(at, dir string) error {
	fd, err := unix.OpenTree(unix.AT_FDCWD, dir, unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	if err := unix.Unmount(at, unix.MNT_DETACH); err != nil {
		return err
	}
	return unix.MoveMount(fd, "", unix.AT_FDCWD, at, unix.MOVE_MOUNT_F_EMPTY_PATH)
}

// removeTries and removePause bound the wait for processes that have been killed to leave the cell.
const (
	removeTries = 500
	removePause = 20 * time.Millisecond
)

// Remove removes the cell, and what is left below it. Processes in it keep it: they are not ended.
func (c *Cell) Remove() error {
	var errs []error
	for _, m := range c.mounts {
		var err error
		for range removeTries {
			if err = removeDirs(filepath.Join(m, c.name)); !errors.Is(err, unix.EBUSY) {
				break
			}
			time.Sleep(removePause) // the kernel tells nobody when a cgroup is empty
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// removeDirs removes a cgroup with those below it.
func removeDirs(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() {
			if err := removeDirs(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	if err := unix.Rmdir(dir); err != nil && !errors.Is(err, unix.ENOENT) {
		return &os.PathError{Op: "rmdir", Path: dir, Err: err}
	}
	return nil
}
