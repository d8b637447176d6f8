package volume

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// ext4Resize is EXT4_IOC_RESIZE_FS: grow a mounted ext4 to a number of blocks.
const ext4Resize = 0x40086610

// corrected is e2fsck's exit code for "errors were found and corrected".
const corrected = 1

// Grow makes a volume as large as size, while it is mounted if the kernel lets us. It answers whether the file system is as
// large now: without CAP_SYS_RESOURCE a mounted one grows only when it is next mounted by the first of its pods.
func (l *Local) Grow(ctx context.Context, name string, size int64) (done bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	image := l.image(name)
	if !l.Exists(name) {
		return false, fmt.Errorf("volume: growing %s: %w", name, ErrMissing)
	}
	if isRaw(image) {
		if err := growRaw(image, size); err != nil {
			return false, fmt.Errorf("volume: growing %s: %w", name, err)
		}
		return true, nil
	}
	err = l.growOffline(ctx, image, size)
	if errors.Is(err, ErrInUse) {
		err = growOnline(image, size)
		if errors.Is(err, unix.EPERM) {
			return false, nil
		}
	}
	if err != nil {
		return false, fmt.Errorf("volume: growing %s: %w", name, err)
	}
	return true, nil
}

// growRaw grows a raw block volume: its file, then the device over it, if there is one.
func growRaw(image string, size int64) error {
	info, err := os.Stat(image)
	if err != nil {
		return err
	}
	if info.Size() < size {
		if err := os.Truncate(image, size); err != nil {
			return err
		}
	}
	dev, err := loopOf(image)
	if err != nil || dev == nil {
		return err
	}
	defer dev.Close()
	if err := unix.IoctlSetInt(int(dev.Fd()), unix.LOOP_SET_CAPACITY, 0); err != nil {
		return fmt.Errorf("growing %s: %w", dev.Name(), err)
	}
	return nil
}

// grownMark is the end of the name of a mark beside an image: its file system has not followed the size of the file yet.
const grownMark = ".growing"

// Grown reports whether a volume and its file system are at least so large.
func (l *Local) Grown(name string, size int64) bool {
	info, err := os.Stat(l.image(name))
	if err != nil || info.Size() < size {
		return false
	}
	_, err = os.Stat(l.image(name) + grownMark)
	return errors.Is(err, os.ErrNotExist)
}

// growOffline grows a file system that is not mounted. The file grows first; the mark remembers, across a crash, that the
// file system has to follow.
func (l *Local) growOffline(ctx context.Context, image string, size int64) error {
	info, err := os.Stat(image)
	if err != nil {
		return err
	}
	_, err = os.Stat(image + grownMark)
	if info.Size() >= size && errors.Is(err, os.ErrNotExist) {
		return nil
	}
	dev, err := loopOf(image)
	if err != nil {
		return err
	}
	if dev != nil {
		dev.Close()
		return ErrInUse
	}
	if err := os.WriteFile(image+grownMark, nil, 0o600); err != nil {
		return err
	}
	if info.Size() < size {
		if err := os.Truncate(image, size); err != nil {
			return err
		}
	}
	var code *exec.ExitError
	if err := tool(ctx, "e2fsck", "-f", "-p", image); err != nil && !(errors.As(err, &code) && code.ExitCode() == corrected) {
		return err
	}
	if err := tool(ctx, "resize2fs", image); err != nil {
		return err
	}
	return os.Remove(image + grownMark)
}

// growOnline grows a mounted file system: its file, the loop device over it, then itself. EPERM means that we may not; then
// nothing has been changed that the next mount does not pick up.
func growOnline(image string, size int64) error {
	dev, err := loopOf(image)
	if err != nil {
		return err
	}
	if dev == nil {
		return fmt.Errorf("it was unmounted meanwhile")
	}
	defer dev.Close()
	at, err := mountOf(dev.Name())
	if err != nil {
		return err
	}
	if err := os.WriteFile(image+grownMark, nil, 0o600); err != nil {
		return err
	}
	info, err := os.Stat(image)
	if err != nil {
		return err
	}
	if info.Size() < size {
		if err := os.Truncate(image, size); err != nil {
			return err
		}
	}
	if err := unix.IoctlSetInt(int(dev.Fd()), unix.LOOP_SET_CAPACITY, 0); err != nil {
		return fmt.Errorf("growing %s: %w", dev.Name(), err)
	}
	root, err := os.Open(at)
	if err != nil {
		return err
	}
	defer root.Close()
	var st unix.Statfs_t
	if err := unix.Fstatfs(int(root.Fd()), &st); err != nil {
		return err
	}
	blocks := uint64(max(size, info.Size())) / uint64(st.Bsize)
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, root.Fd(), ext4Resize, uintptr(unsafe.Pointer(&blocks))); errno != 0 {
		return fmt.Errorf("growing the file system at %s: %w", at, errno)
	}
	return os.Remove(image + grownMark)
}

// mountOf is a place where a device is mounted.
func mountOf(dev string) (string, error) {
	text, err := os.ReadFile(mountInfo)
	if err != nil {
		return "", fmt.Errorf("reading mounts: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		fields, rest, ok := strings.Cut(line, " - ")
		f, r := strings.Fields(fields), strings.Fields(rest)
		if ok && len(f) >= 5 && len(r) >= 2 && r[1] == dev {
			return unescape(f[4]), nil
		}
	}
	return "", fmt.Errorf("%s is not mounted where we can see it: %w", dev, ErrInUse)
}
