package container

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// mountEntry is one line of mountinfo.
type mountEntry struct {
	point  string
	shared bool
}

// mountOf finds the mount that a path is on: the last one with the longest mount point.
func mountOf(path string) (mountEntry, error) {
	f, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return mountEntry{}, fmt.Errorf("find mount of %s: %w", path, err)
	}
	defer f.Close()
	var best mountEntry
	scan := bufio.NewScanner(f)
	for scan.Scan() {
		before, _, _ := strings.Cut(scan.Text(), " - ")
		fields := strings.Fields(before)
		if len(fields) < 6 {
			continue
		}
		point := strings.ReplaceAll(fields[4], `\040`, " ")
		under := path == point || point == "/" || strings.HasPrefix(path, point+"/")
		if under && len(point) >= len(best.point) {
			best = mountEntry{point: point, shared: strings.Contains(before, " shared:")}
		}
	}
	if err := scan.Err(); err != nil {
		return mountEntry{}, fmt.Errorf("find mount of %s: %w", path, err)
	}
	return best, nil
}

// shareMount makes sure that mounts made below dir reach the supervisors, whose mount namespaces are slaves of this one.
func shareMount(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("share mounts: %w", err)
	}
	m, err := mountOf(dir)
	if err != nil || m.shared {
		return err
	}
	if m.point != dir {
		if err := unix.Mount(dir, dir, "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("share mounts: bind %s: %w", dir, err)
		}
	}
	if err := unix.Mount("", dir, "", unix.MS_SHARED, ""); err != nil {
		return fmt.Errorf("share mounts: %s: %w", dir, err)
	}
	return nil
}

// unshareMount undoes shareMount, with everything that is mounted below.
func unshareMount(dir string) error {
	m, err := mountOf(dir)
	if err != nil || m.point != dir {
		return err
	}
	return unmountAll(dir)
}
