package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// hide covers what a container must not see, and makes read-only what it must not change. libcontainer could do it in the init, but
// would mount a file system for each container, and walk each path several times. The process exists and waits for leave to
// execute its program; the calling thread visits its mount namespace and comes back.
func hide(fixed string, pid int, sp *wire.Spec) (err error) {
	if sp.Privileged || len(sp.MaskedPaths)+len(sp.ReadonlyPaths) == 0 {
		return nil
	}
	empty, err := newCover(filepath.Join(fixed, fixedEmpty), unix.MOUNT_ATTR_RDONLY|sealedAttrs)
	if err != nil {
		return err
	}
	defer empty.close()
	null, err := newCover(filepath.Join(fixed, fixedNull), unix.MOUNT_ATTR_NOSUID|unix.MOUNT_ATTR_NOEXEC)
	if err != nil {
		return err
	}
	defer null.close()
	return visit(pid, func() error {
		for _, path := range sp.ReadonlyPaths {
			if err := ignoreMissing(makeReadonly(path)); err != nil {
				return fmt.Errorf("make %s read-only: %w", path, err)
			}
		}
		for _, path := range sp.MaskedPaths {
			info, err := os.Stat(path)
			if err == nil && info.IsDir() {
				err = empty.put(path)
			} else if err == nil {
				err = null.put(path)
			}
			if ignoreMissing(err) != nil {
				return fmt.Errorf("mask %s: %w", path, err)
			}
		}
		return nil
	})
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// visit runs f with the calling thread in a process's mount namespace. The thread has one of its own already, so nobody else's
// root and working directory change; when it cannot come back, it must not be used any more.
func visit(pid int, f func() error) error {
	there, err := os.Open(fmt.Sprintf("/proc/%d/ns/mnt", pid))
	if err != nil {
		return err
	}
	defer there.Close()
	return visitNamespace(there, f)
}

// visitNamespace does so for a mount namespace that is open.
func visitNamespace(there *os.File, f func() error) (err error) {
	home, err := os.Open("/proc/thread-self/ns/mnt")
	if err != nil {
		return err
	}
	defer home.Close()
	if err := unix.Setns(int(there.Fd()), unix.CLONE_NEWNS); err != nil {
		return fmt.Errorf("enter mount namespace %s: %w", there.Name(), err)
	}
	defer func() {
		if herr := unix.Setns(int(home.Fd()), unix.CLONE_NEWNS); herr != nil {
			err = errors.Join(err, fmt.Errorf("leave mount namespace %s: %w", there.Name(), herr))
		}
	}()
	return f()
}

// makeReadonly puts a read-only copy of what is at path over it.
func makeReadonly(path string) error {
	fd, err := cloneTree(unix.AT_FDCWD, path, unix.AT_RECURSIVE)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	if err := unix.MountSetattr(fd, "", unix.AT_EMPTY_PATH, &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY}); err != nil {
		return fmt.Errorf("mount attributes: %w", err)
	}
	return moveTo(fd, path)
}

// cover is a mount that is put over several places. The descriptor's is put over the first, copies of it over the others: a copy
// can only be made of a mount in the thread's own namespace, and there it comes to be in the container's.
type cover struct {
	fd     int
	placed bool
}

// newCover copies what is at path, which is detached until it is put somewhere.
func newCover(path string, attrs uint64) (*cover, error) {
	fd, err := cloneWith(path, &unix.MountAttr{Attr_set: attrs})
	if err != nil {
		return nil, err
	}
	return &cover{fd: fd}, nil
}

func (c *cover) put(path string) error { return c.putAt(unix.AT_FDCWD, path) }

// putAt puts it where a path leads from a directory, or over the directory itself if the path is empty.
func (c *cover) putAt(dir int, path string) error {
	fd := c.fd
	if c.placed {
		var err error
		if fd, err = cloneTree(c.fd, "", unix.AT_EMPTY_PATH); err != nil {
			return err
		}
		defer unix.Close(fd)
	}
	err := moveAt(fd, dir, path)
	c.placed = c.placed || err == nil
	return err
}

func (c *cover) close() { unix.Close(c.fd) }

// cloneWith opens a detached copy of what is at path, with mount attributes.
func cloneWith(path string, attr *unix.MountAttr) (int, error) {
	fd, err := cloneTree(unix.AT_FDCWD, path, 0)
	if err != nil {
		return -1, err
	}
	if err := unix.MountSetattr(fd, "", unix.AT_EMPTY_PATH, attr); err != nil {
		unix.Close(fd)
		return -1, fmt.Errorf("mount attributes of %s: %w", path, err)
	}
	return fd, nil
}

// cloneTree opens a detached copy of a mount; flags may be AT_RECURSIVE and AT_EMPTY_PATH.
func cloneTree(dir int, path string, flags uint) (int, error) {
	fd, err := unix.OpenTree(dir, path, unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC|flags)
	if err != nil {
		return -1, &os.PathError{Op: "open_tree", Path: path, Err: err}
	}
	return fd, nil
}

// moveTo attaches a detached mount.
func moveTo(fd int, path string) error { return moveAt(fd, unix.AT_FDCWD, path) }

// moveAt does so where a path leads from a directory, or to the directory itself if the path is empty.
func moveAt(fd, dir int, path string) error {
	flags := unix.MOVE_MOUNT_F_EMPTY_PATH
	if path == "" {
		flags |= unix.MOVE_MOUNT_T_EMPTY_PATH
	}
	if err := unix.MoveMount(fd, "", dir, path, flags); err != nil {
		return &os.PathError{Op: "move_mount", Path: path, Err: err}
	}
	return nil
}
