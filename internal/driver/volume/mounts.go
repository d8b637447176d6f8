package volume

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// mountInfo is the kernel's list of the mounts that this process sees.
const mountInfo = "/proc/self/mountinfo"

// mountsBelow lists the mounts on or below a directory, the innermost first.
func mountsBelow(dir string) ([]string, error) {
	text, err := os.ReadFile(mountInfo)
	if err != nil {
		return nil, fmt.Errorf("reading mounts: %w", err)
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	var out []string
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) < 5 {
			continue
		}
		at := unescape(f[4])
		if at == real || strings.HasPrefix(at, real+"/") {
			out = append(out, at)
		}
	}
	// Later mounts cover earlier ones, deeper ones go first.
	slices.Reverse(out)
	slices.SortStableFunc(out, func(a, b string) int { return strings.Count(b, "/") - strings.Count(a, "/") })
	return out, nil
}

func isMountPoint(dir string) (bool, error) {
	mounts, err := mountsBelow(dir)
	if err != nil {
		return false, err
	}
	real, err := filepath.EvalSymlinks(dir)
	return slices.Contains(mounts, real), err
}

// unescape undoes the octal escapes of mountinfo.
func unescape(s string) string {
	return strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace(s)
}

// unmount detaches: a container that still holds the mount keeps it until it ends.
func unmount(path string) error {
	err := unix.Unmount(path, unix.MNT_DETACH|unix.UMOUNT_NOFOLLOW)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOENT) {
		return nil
	}
	return err
}

// Cleanup takes away every mount of an instance that runs no more, and what was in memory. Files on disk stay.
func Cleanup(cfg Config) error {
	for _, dir := range []string{cfg.Dir, cfg.Memory} {
		mounts, err := mountsBelow(dir)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("volume: cleaning up: %w", err)
		}
		for _, at := range mounts {
			if err := unmount(at); err != nil {
				return fmt.Errorf("volume: unmounting %s: %w", at, err)
			}
		}
	}
	if err := cleanDevices(cfg.Local); err != nil {
		return fmt.Errorf("volume: giving up devices: %w", err)
	}
	if err := os.RemoveAll(cfg.Memory); err != nil {
		return fmt.Errorf("volume: cleaning up: %w", err)
	}
	return nil
}
