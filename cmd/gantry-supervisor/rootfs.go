package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// makeWritable makes the writable layer of a container. Its root belongs to root of the user namespace, if there is one.
func makeWritable(dataDir string, ids *wire.IDMap) error {
	for _, d := range []string{"upper", "work"} {
		if err := os.MkdirAll(filepath.Join(dataDir, d), 0o755); err != nil {
			return fmt.Errorf("writable layer: %w", err)
		}
	}
	// MkdirAll honours the umask; the upper directory's mode is the mode of / in the container.
	upper := filepath.Join(dataDir, "upper")
	if err := os.Chmod(upper, 0o755); err != nil || ids == nil {
		return err
	}
	return os.Chown(upper, int(ids.HostID), int(ids.HostID))
}

// mapLayers puts layers on the stage with their ids mapped into a user namespace, and returns where they are there.
func mapLayers(layers []string, stage string, userns *os.File) (out []string, err error) {
	for i, layer := range layers {
		at := filepath.Join(stage, "l"+strconv.Itoa(i))
		if err := ensureDir(at); err != nil {
			return nil, err
		}
		if err := bindWithAttr(layer, at, &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_IDMAP, Userns_fd: uint64(userns.Fd())}); err != nil {
			return nil, fmt.Errorf("image layer in a user namespace: %w", err)
		}
		out = append(out, at)
	}
	return out, nil
}

// mountRoot mounts the overlay of a container on target in the calling thread's mount namespace. Older kernels need a directory on
// the stage.
func mountRoot(layers []string, dataDir, target, stage string) error {
	if len(layers) == 0 {
		return fmt.Errorf("container has no layers")
	}
	err := mountOverlay(layers, dataDir, target)
	if !errors.Is(err, errNoLayerOption) {
		return err
	}
	links := filepath.Join(stage, "links")
	if err := ensureDir(links); err != nil {
		return err
	}
	// The thread's own: starts run at once.
	if err := unix.Mount("links", links, "tmpfs", sealed, "size=1m,mode=0700"); err != nil {
		return fmt.Errorf("mount the links of an overlay: %w", err)
	}
	return mountOverlayOld(layers, dataDir, target, links)
}

// errNoLayerOption says that the kernel does not take layers one by one (before Linux 6.5).
var errNoLayerOption = errors.New("overlay takes no single layers")

// mountOverlay uses the mount API that takes one layer a call.
func mountOverlay(layers []string, dataDir, target string) error {
	mnt, err := newOverlay(layers, dataDir)
	if err != nil {
		return err
	}
	defer unix.Close(mnt)
	return moveTo(mnt, target)
}

// newOverlay makes an overlay, detached; without a data directory one that nobody can write to.
func newOverlay(layers []string, dataDir string) (mnt int, err error) {
	fs, err := unix.Fsopen("overlay", unix.FSOPEN_CLOEXEC)
	if err != nil {
		return -1, fmt.Errorf("fsopen overlay: %w", err)
	}
	defer unix.Close(fs)
	for i := len(layers) - 1; i >= 0; i-- { // the kernel wants the uppermost first
		err := unix.FsconfigSetString(fs, "lowerdir+", layers[i])
		if errors.Is(err, unix.EINVAL) {
			return -1, errNoLayerOption
		}
		if err != nil {
			return -1, fmt.Errorf("overlay layer %s: %w", layers[i], err)
		}
	}
	if dataDir != "" {
		if err := writableOptions(fs, dataDir); err != nil {
			return -1, err
		}
	}
	if err := unix.FsconfigCreate(fs); err != nil {
		return -1, fmt.Errorf("create overlay: %w", err)
	}
	if mnt, err = unix.Fsmount(fs, unix.FSMOUNT_CLOEXEC, 0); err != nil {
		return -1, fmt.Errorf("fsmount overlay: %w", err)
	}
	return mnt, nil
}

func writableOptions(fs int, dataDir string) error {
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
	return nil
}

// mountOverlayOld uses mount(2). Its options end at one page, so it names the layers by short links in the working directory,
// which is the thread's own.
func mountOverlayOld(layers []string, dataDir, target, links string) error {
	var names []string
	for i := len(layers) - 1; i >= 0; i-- {
		name := strconv.Itoa(i)
		if err := os.Symlink(layers[i], filepath.Join(links, name)); err != nil {
			return fmt.Errorf("overlay layer: %w", err)
		}
		names = append(names, name)
	}
	if err := os.Symlink(dataDir, filepath.Join(links, "rw")); err != nil {
		return fmt.Errorf("overlay writable layer: %w", err)
	}
	if err := unix.Chdir(links); err != nil {
		return fmt.Errorf("overlay: %w", err)
	}
	defer unix.Chdir("/")
	options := "volatile,lowerdir=" + strings.Join(names, ":") + ",upperdir=rw/upper,workdir=rw/work"
	if err := unix.Mount("overlay", target, "overlay", 0, options); err != nil {
		return fmt.Errorf("mount overlay on %s: %w", target, err)
	}
	return nil
}
