package main

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// makeWritable makes the writable layer of a container.
func makeWritable(dataDir string) error {
	for _, d := range []string{"upper", "work"} {
		if err := os.MkdirAll(filepath.Join(dataDir, d), 0o755); err != nil {
			return fmt.Errorf("writable layer: %w", err)
		}
	}
	// MkdirAll honours the umask; the upper directory's mode is the mode of / in the container.
	return os.Chmod(filepath.Join(dataDir, "upper"), 0o755)
}

// mountRoot mounts the overlay of a container on target in the calling thread's mount namespace. It uses the new mount
// API, which takes one layer a call: a path list in mount(2) ends at one page.
func mountRoot(layers []string, dataDir, target string) error {
	if len(layers) == 0 {
		return fmt.Errorf("container has no layers")
	}
	fs, err := unix.Fsopen("overlay", unix.FSOPEN_CLOEXEC)
	if err != nil {
		return fmt.Errorf("fsopen overlay: %w", err)
	}
	defer unix.Close(fs)
	for i := len(layers) - 1; i >= 0; i-- { // the kernel wants the uppermost first
		if err := unix.FsconfigSetString(fs, "lowerdir+", layers[i]); err != nil {
			return fmt.Errorf("overlay layer %s: %w", layers[i], err)
		}
	}
	for _, d := range []string{"upper", "work"} {
		if err := unix.FsconfigSetString(fs, d+"dir", filepath.Join(dataDir, d)); err != nil {
			return fmt.Errorf("overlay %sdir: %w", d, err)
		}
	}
	// The writable layer dies with its container, so syncing it is work for nothing, and unmounting an overlay without this
	// flag syncs the whole file system below.
	if err := unix.FsconfigSetFlag(fs, "volatile"); err != nil {
		return fmt.Errorf("overlay volatile: %w", err)
	}
	if err := unix.FsconfigCreate(fs); err != nil {
		return fmt.Errorf("create overlay: %w", err)
	}
	mnt, err := unix.Fsmount(fs, unix.FSMOUNT_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("fsmount overlay: %w", err)
	}
	defer unix.Close(mnt)
	if err := unix.MoveMount(mnt, "", unix.AT_FDCWD, target, unix.MOVE_MOUNT_F_EMPTY_PATH); err != nil {
		return fmt.Errorf("mount overlay on %s: %w", target, err)
	}
	return nil
}
