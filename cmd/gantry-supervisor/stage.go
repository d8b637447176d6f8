package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// A stage is a tmpfs in a launching thread's mount namespace, on which everything is put that the container will find at other
// places. It is gone with the thread, and for the container when it leaves its old root.

// mountStage mounts the stage in the calling thread's mount namespace.
func mountStage(dir string) error {
	if err := unix.Mount("stage", dir, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "size=1m,mode=0700"); err != nil {
		return fmt.Errorf("mount stage: %w", err)
	}
	return nil
}

// volumePath is where the volume of Spec.Mounts[i] is on the stage.
func volumePath(stage string, i int) string { return filepath.Join(stage, "v"+strconv.Itoa(i)) }

// stageVolumes puts the detached mounts that came with the call on the stage.
func stageVolumes(stage string, mounts []wire.Mount, fds map[string]*os.File) error {
	for i, m := range mounts {
		if m.Tmpfs {
			continue
		}
		f := fds[wire.FDMount(i)]
		if f == nil {
			return fmt.Errorf("no descriptor came for mount %s", m.Destination)
		}
		at := volumePath(stage, i)
		if err := makeMountPoint(at, f); err != nil {
			return fmt.Errorf("mount %s: %w", m.Destination, err)
		}
		if err := unix.MoveMount(int(f.Fd()), "", unix.AT_FDCWD, at, unix.MOVE_MOUNT_F_EMPTY_PATH); err != nil {
			return fmt.Errorf("mount %s: %w", m.Destination, err)
		}
	}
	return nil
}

// makeMountPoint makes a directory for a directory and a file for anything else.
func makeMountPoint(at string, f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.IsDir() {
		return os.Mkdir(at, 0o700)
	}
	return os.WriteFile(at, nil, 0o600)
}
