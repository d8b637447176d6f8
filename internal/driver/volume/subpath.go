package volume

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"golang.org/x/sys/unix"
)

// SubPath resolves a subPath inside a volume to a path without symlinks. If it is missing and fill says so it is made as a directory, as
// kubelet does whether the container may write there or not. Symlinks in it are followed as if the volume were the root: a pod that plants a link to
// /etc gets its own etc. The caller hands the result to the runtime, which must not follow symlinks in it either.
func SubPath(volume, sub string, fill bool) (string, error) {
	if path.IsAbs(sub) || sub == ".." || strings.HasPrefix(path.Clean(sub), "../") || path.Clean(sub) == ".." {
		return "", fmt.Errorf("volume: subPath %q leaves its volume", sub)
	}
	root, err := unix.Open(volume, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return "", fmt.Errorf("volume: opening the volume of subPath %q: %w", sub, err)
	}
	defer unix.Close(root)
	fd, err := openIn(root, sub)
	if errors.Is(err, fs.ErrNotExist) && fill {
		if err := makeIn(root, sub); err != nil {
			return "", fmt.Errorf("volume: making subPath %q: %w", sub, err)
		}
		fd, err = openIn(root, sub)
	}
	if err != nil {
		return "", fmt.Errorf("volume: resolving subPath %q: %w", sub, err)
	}
	defer unix.Close(fd)
	real, err := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", fd))
	if err != nil {
		return "", fmt.Errorf("volume: naming subPath %q: %w", sub, err)
	}
	top, err := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", root))
	if err != nil {
		return "", fmt.Errorf("volume: naming the volume of subPath %q: %w", sub, err)
	}
	if real != top && !strings.HasPrefix(real, strings.TrimSuffix(top, "/")+"/") {
		return "", fmt.Errorf("volume: subPath %q leaves its volume", sub)
	}
	return real, nil
}

func openIn(root int, sub string) (int, error) {
	return unix.Openat2(root, sub, &unix.OpenHow{Flags: unix.O_PATH | unix.O_CLOEXEC, Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS})
}

// makeIn makes the missing directories of sub, each below one that was opened without leaving the root.
func makeIn(root int, sub string) error {
	parts := strings.Split(path.Clean(sub), "/")
	for i := range parts {
		here := path.Join(parts[:i+1]...)
		fd, err := openIn(root, here)
		if err == nil {
			unix.Close(fd)
			continue
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		parent, err := openIn(root, path.Join(append([]string{"."}, parts[:i]...)...))
		if err != nil {
			return err
		}
		err = unix.Mkdirat(parent, parts[i], 0o750)
		if err == nil {
			err = copyOwner(parent, parts[i])
		}
		unix.Close(parent)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}

// copyOwner gives a new directory mode and group of the one it is in, so that whoever may use the volume may use it.
func copyOwner(parent int, name string) error {
	var st unix.Stat_t
	if err := unix.Fstat(parent, &st); err != nil {
		return err
	}
	if err := unix.Fchownat(parent, name, int(st.Uid), int(st.Gid), unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return err
	}
	// RESOLVE_IN_ROOT gave a descriptor of the parent; the name was made just now, by us, and is no symlink.
	fd, err := unix.Openat(parent, name, unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return unix.Fchmod(fd, st.Mode&0o7777)
}
