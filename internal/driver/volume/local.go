package volume

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
	corev1 "k8s.io/api/core/v1"
)

// Local is the volumes of the local provisioner: each is a sparse file of exactly its size that holds an ext4 file system
// and is mounted through a loop device, so that the kernel bounds it (docs/adr has why), or is a raw block volume and given
// away as a loop device. A volume is known by the name of its PersistentVolume. Its methods are safe for concurrent use and
// safe to repeat.
type Local struct {
	dir string
	// mine tells the local provisioner's volumes from those of administrators.
	mine func(*corev1.PersistentVolume) bool
	// mu keeps the making, growing and wiping of volumes apart from their mounting.
	mu sync.Mutex
}

// ErrInUse says that a volume is mounted somewhere, if only in a container that is about to end.
var ErrInUse = errors.New("the volume is in use")

// ErrMissing says that the file behind a volume is not there.
var ErrMissing = errors.New("there is no such volume on this node")

const (
	imageFile = "disk.ext4"
	// rawFile is the file of a raw block volume.
	rawFile = "disk.raw"
	// localMode lets every user of a pod write: who may use the volume is decided by who may use the claim.
	localMode = 0o777
	// minLocal is what mkfs.ext4 needs for a file system with a journal.
	minLocal = 4 << 20
	// shownOutput bounds how much of what a tool printed goes into an error.
	shownOutput = 512
)

func (m *Manager) openLocal() error {
	m.local = &Local{mine: m.cfg.IsLocal}
	if m.cfg.IsLocal == nil {
		m.local.mine = func(*corev1.PersistentVolume) bool { return false }
	}
	if m.cfg.Local == "" {
		return nil
	}
	if err := os.MkdirAll(m.cfg.Local, 0o700); err != nil {
		return fmt.Errorf("volume: making the directory of local volumes: %w", err)
	}
	real, err := filepath.Abs(m.cfg.Local)
	if err != nil {
		return fmt.Errorf("volume: the directory of local volumes: %w", err)
	}
	m.local.dir = real
	return nil
}

// Dir is where the volumes lie.
func (l *Local) Dir() string { return l.dir }

// Lacks names what the node lacks for such volumes, "" if nothing.
func (l *Local) Lacks() string {
	if l.dir == "" {
		return "a directory for them"
	}
	return LocalLacks()
}

// capacityUnit is what Capacity is rounded down to: it is a measure of a disk that others write to as well.
const capacityUnit = 16 << 20

// Capacity is how many bytes there are for volumes: those that are free where they lie, and those that they take already.
func (l *Local) Capacity() (int64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(l.dir, &st); err != nil {
		return 0, &os.PathError{Op: "statfs", Path: l.dir, Err: err}
	}
	n := int64(st.Bavail) * st.Bsize
	for _, name := range []string{imageFile, rawFile} {
		images, err := filepath.Glob(filepath.Join(l.dir, "*", name))
		if err != nil {
			return 0, err
		}
		for _, image := range images {
			var st unix.Stat_t
			if err := unix.Stat(image, &st); err == nil { // it may have been wiped meanwhile
				n += st.Blocks * 512
			}
		}
	}
	return n - n%capacityUnit, nil
}

// LocalLacks names what this machine lacks for volumes of the local provisioner, "" if nothing.
func LocalLacks() string {
	for _, tool := range []string{"mkfs.ext4", "e2fsck", "resize2fs"} {
		if _, err := exec.LookPath(tool); err != nil {
			return tool + " (package e2fsprogs)"
		}
	}
	if err := unix.Access("/dev/loop-control", unix.R_OK|unix.W_OK); err != nil {
		return "/dev/loop-control (loop devices)"
	}
	return ""
}

// image is the file of a volume, as it is; where there is none, that of one with a file system.
func (l *Local) image(name string) string {
	if _, err := os.Stat(l.raw(name)); err == nil {
		return l.raw(name)
	}
	return filepath.Join(l.dir, name, imageFile)
}

func (l *Local) raw(name string) string { return filepath.Join(l.dir, name, rawFile) }

// isRaw tells a raw block volume by its file.
func isRaw(image string) bool { return filepath.Base(image) == rawFile }

// Exists reports whether a volume has been made here.
func (l *Local) Exists(name string) bool {
	_, err := os.Stat(l.image(name))
	return err == nil
}

// Make makes a volume of a size in bytes, if it is not there: with a file system, or raw. A crash leaves the whole volume or
// none.
func (l *Local) Make(ctx context.Context, name string, size int64, raw bool) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.Exists(name) {
		return nil
	}
	if size < minLocal {
		return fmt.Errorf("volume: making %s: %d bytes are less than the %d that a file system needs", name, size, minLocal)
	}
	dir := filepath.Dir(l.image(name))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("volume: making %s: %w", name, err)
	}
	image := l.image(name)
	if raw {
		image = l.raw(name)
	}
	half := image + ".new"
	if err := l.format(ctx, half, size, raw); err != nil {
		return fmt.Errorf("volume: making %s: %w", name, errors.Join(err, os.RemoveAll(dir)))
	}
	if err := os.Rename(half, image); err != nil {
		return fmt.Errorf("volume: making %s: %w", name, err)
	}
	return syncDirs(dir, l.dir)
}

func (l *Local) format(ctx context.Context, path string, size int64, raw bool) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Truncate(size); err != nil {
		return err
	}
	if raw {
		return f.Sync()
	}
	// No blocks are reserved for root: all of the size is the pod's.
	if err := tool(ctx, "mkfs.ext4", "-q", "-F", "-m", "0", path); err != nil {
		return err
	}
	return f.Sync()
}

// Supports, Owned and Publish implement Plugin.
func (l *Local) Supports(pv *corev1.PersistentVolume) bool { return l.mine(pv) }

// Owned implements Plugin.
func (l *Local) Owned() bool { return true }

// Publish implements Plugin. The volume has to have been made. One that has grown since it was last mounted grows now.
func (l *Local) Publish(ctx context.Context, pv *corev1.PersistentVolume, target string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	image := l.image(pv.Name)
	if !l.Exists(pv.Name) {
		return fmt.Errorf("%w: %s", ErrMissing, image)
	}
	if err := l.growOffline(ctx, image, pv.Spec.Capacity.Storage().Value()); err != nil && !errors.Is(err, ErrInUse) {
		return err
	}
	dev, err := openLoop(image, goesAlone)
	if err != nil {
		return err
	}
	defer dev.Close() // the mount keeps the device
	if err := unix.Mount(dev.Name(), target, "ext4", 0, "discard"); err != nil {
		return fmt.Errorf("mounting %s: %w", image, err)
	}
	return l.open(target)
}

// open makes the root of a fresh file system usable by all, and takes away what programs stumble over that want their
// directory empty. Later mounts leave the root as its users have made it.
func (l *Local) open(target string) error {
	if err := unix.Rmdir(filepath.Join(target, "lost+found")); err != nil {
		return nil //nolint:nilerr // it is not there (any more), or has something in it: not fresh
	}
	return os.Chmod(target, localMode)
}

// Wipe deletes a volume and all that is in it. One that is not there is wiped; one in use is ErrInUse.
func (l *Local) Wipe(name string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	image := l.image(name)
	if l.Exists(name) {
		dev, err := loopOf(image)
		if err != nil {
			return fmt.Errorf("volume: wiping %s: %w", name, err)
		}
		if dev != nil {
			dev.Close()
			return fmt.Errorf("volume: wiping %s: %w", name, ErrInUse)
		}
	}
	if err := os.RemoveAll(filepath.Dir(image)); err != nil {
		return fmt.Errorf("volume: wiping %s: %w", name, err)
	}
	return nil
}

// tool runs one of e2fsprogs.
func tool(ctx context.Context, name string, args ...string) error {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err == nil {
		return nil
	}
	if errors.Is(err, exec.ErrNotFound) {
		return fmt.Errorf("%w: install e2fsprogs", err)
	}
	out = bytes.TrimSpace(out)
	return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, out[:min(len(out), shownOutput)])
}

// syncDirs makes new names durable.
func syncDirs(dirs ...string) error {
	for _, dir := range dirs {
		d, err := os.Open(dir)
		if err != nil {
			return err
		}
		err = errors.Join(d.Sync(), d.Close())
		if err != nil {
			return err
		}
	}
	return nil
}
