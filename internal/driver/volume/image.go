package volume

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// imageFlags are those of the mount of an image volume: it is there to be read (KEP-4639).
const imageFlags = unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NODEV | unix.MOUNT_ATTR_NOEXEC

// Image mounts the layers of an image, the base first, as a volume that nobody can write to. It answers its path, and does
// nothing if it is mounted already.
func (m *Manager) Image(uid, name string, layers []string) (string, error) {
	path := m.diskPath(uid, name)
	empty := filepath.Join(m.PodDir(uid), "empty")
	for _, dir := range []string{path, empty} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return "", fmt.Errorf("volume: making the directory of image volume %q: %w", name, err)
		}
	}
	mounted, err := isMountPoint(path)
	if err != nil || mounted {
		return path, err
	}
	// An overlay without a writable layer has at least two others: the lowest one is empty.
	if err := mountLayers(append([]string{empty}, layers...), path); err != nil {
		return "", fmt.Errorf("volume: mounting image volume %q: %w", name, err)
	}
	return path, nil
}

// ImageMounted says whether an image volume is there.
func (m *Manager) ImageMounted(uid, name string) bool {
	ok, err := isMountPoint(m.diskPath(uid, name))
	return err == nil && ok
}

// mountLayers mounts a read-only overlay of layers, the base first, one by one where the kernel can (Linux 6.5), else in one
// option, which ends at a page.
func mountLayers(layers []string, target string) error {
	fsfd, err := unix.Fsopen("overlay", unix.FSOPEN_CLOEXEC)
	if err != nil {
		return fmt.Errorf("fsopen overlay: %w", err)
	}
	defer unix.Close(fsfd)
	for i := len(layers) - 1; i >= 0; i-- {
		err := unix.FsconfigSetString(fsfd, "lowerdir+", layers[i])
		if errors.Is(err, unix.EINVAL) {
			return mountLayersAtOnce(layers, target)
		}
		if err != nil {
			return fmt.Errorf("overlay layer %s: %w", layers[i], err)
		}
	}
	if err := unix.FsconfigCreate(fsfd); err != nil {
		return fmt.Errorf("create overlay: %w", err)
	}
	mnt, err := unix.Fsmount(fsfd, unix.FSMOUNT_CLOEXEC, imageFlags)
	if err != nil {
		return fmt.Errorf("fsmount overlay: %w", err)
	}
	defer unix.Close(mnt)
	return unix.MoveMount(mnt, "", unix.AT_FDCWD, target, unix.MOVE_MOUNT_F_EMPTY_PATH)
}

func mountLayersAtOnce(layers []string, target string) error {
	escape := strings.NewReplacer(`\`, `\\`, ":", `\:`, ",", `\,`)
	var names []string
	for i := len(layers) - 1; i >= 0; i-- {
		names = append(names, escape.Replace(layers[i]))
	}
	options := "lowerdir=" + strings.Join(names, ":")
	if len(options) >= os.Getpagesize() {
		return fmt.Errorf("the image has %d layers, more than this kernel can mount at once (Linux 6.5 takes them one by one)", len(layers)-1)
	}
	return unix.Mount("overlay", target, "overlay", unix.MS_RDONLY|unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, options)
}

// maxEnvFile bounds a file that variables are read from; upstream bounds a line at 64 KiB.
const maxEnvFile = 1 << 20

// ReadFile reads a small file of a volume on disk. Symlinks in it are followed as if the volume were the root. A file that is
// not there is fs.ErrNotExist.
func (m *Manager) ReadFile(uid, name, path string) ([]byte, error) {
	root, err := unix.Open(m.diskPath(uid, name), unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, &fs.PathError{Op: "open volume", Path: name, Err: err}
	}
	defer unix.Close(root)
	fd, err := unix.Openat2(root, path, &unix.OpenHow{Flags: unix.O_RDONLY | unix.O_CLOEXEC | unix.O_NONBLOCK, Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS})
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	f := os.NewFile(uintptr(fd), path)
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", path)
	}
	b, err := io.ReadAll(io.LimitReader(f, maxEnvFile+1))
	if err == nil && len(b) > maxEnvFile {
		err = fmt.Errorf("%s is larger than %d bytes", path, maxEnvFile)
	}
	return b, err
}
