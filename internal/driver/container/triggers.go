package container

import (
	"fmt"
	"os"
	"path"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/autofs"
)

// Each supervisor serves a file system of triggers, by which it mounts for containers what they look at. It must outlive its server, so
// it is mounted in the holder; a supervisor gets a copy of that mount, which nobody else sees.

// triggersDir is where they are in the holder.
const triggersDir = "/triggers"

// openTriggers opens a detached copy of a supervisor's, which is made the first time.
func (n *Native) openTriggers(supervisor string) (f *os.File, err error) {
	err = n.inHolder(func() error {
		dir := path.Join(triggersDir, supervisor)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		mounted, err := isMountPoint(dir)
		if err != nil {
			return err
		}
		if !mounted {
			if err := autofs.Mount(dir); err != nil {
				return err
			}
		}
		fd, err := unix.OpenTree(unix.AT_FDCWD, dir, unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC)
		if err != nil {
			return &os.PathError{Op: "open_tree", Path: dir, Err: err}
		}
		f = os.NewFile(uintptr(fd), dir)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("triggers: %w", err)
	}
	return f, nil
}
