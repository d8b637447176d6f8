package volume

import (
	"fmt"
	"strings"

	"golang.org/x/sys/unix"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// Group says which group a volume is given to.
type Group struct {
	GID *int64
	// OnRootMismatch skips a tree whose root already belongs to the group.
	OnRootMismatch bool
}

// EmptyDir makes an empty directory that lives as long as the pod. A medium of huge pages names their size. size bounds one in memory; on disk it is not
// enforced. The path is the same when repeated, and what is in it stays.
func (m *Manager) EmptyDir(uid, name string, medium corev1.StorageMedium, size int64, g Group) (string, error) {
	path := m.diskPath(uid, name)
	if err := makeShared(path); err != nil {
		return "", fmt.Errorf("volume: making emptyDir %q: %w", name, err)
	}
	switch medium {
	case corev1.StorageMediumDefault:
	case corev1.StorageMediumMemory:
		if err := m.mountMemory(path, size); err != nil {
			return "", fmt.Errorf("volume: mounting emptyDir %q: %w", name, err)
		}
	default:
		page, ok := strings.CutPrefix(string(medium), string(corev1.StorageMediumHugePagesPrefix))
		bytes, err := resource.ParseQuantity(page)
		if !ok || err != nil {
			return "", fmt.Errorf("volume: emptyDir %q: there is no medium %q, want none, Memory or HugePages-SIZE", name, medium)
		}
		if err := mountHugePages(path, bytes.Value()); err != nil {
			return "", fmt.Errorf("volume: mounting emptyDir %q with medium %s: %w", name, medium, err)
		}
	}
	if err := g.apply(path); err != nil {
		return "", fmt.Errorf("volume: giving emptyDir %q to its group: %w", name, err)
	}
	return path, nil
}

func (m *Manager) mountMemory(path string, size int64) error {
	mounted, err := isMountPoint(path)
	if err != nil || mounted {
		return err
	}
	opts := "mode=0777"
	if size > 0 {
		opts += fmt.Sprintf(",size=%d", size)
	}
	return unix.Mount("gantry-memory", path, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, opts)
}

// mountHugePages mounts memory in pages of a size; the Pod's cgroup bounds it.
func mountHugePages(path string, page int64) error {
	mounted, err := isMountPoint(path)
	if err != nil || mounted {
		return err
	}
	return unix.Mount("gantry-hugepages", path, "hugetlbfs", unix.MS_NOSUID|unix.MS_NODEV, fmt.Sprintf("mode=0777,pagesize=%d", page))
}

func (g Group) apply(path string) error {
	if g.GID == nil || g.OnRootMismatch && hasGroup(path, *g.GID) {
		return nil
	}
	return setGroup(path, *g.GID, false)
}

// WriteFiles makes or updates a volume of files, and answers its path and whether anything changed.
func (m *Manager) WriteFiles(uid, name string, files Files, fsGroup *int64) (path string, changed bool, err error) {
	path = m.memoryPath(uid, name)
	if err := makeShared(path); err != nil {
		return "", false, fmt.Errorf("volume: making %q: %w", name, err)
	}
	changed, err = writeFiles(path, files, fsGroup)
	if err != nil {
		return "", false, fmt.Errorf("volume: writing %q: %w", name, err)
	}
	return path, changed, nil
}

// Path is where a volume that was made lies: in memory if it is made of files, else on disk.
func (m *Manager) Path(uid, name string, files bool) string {
	if files {
		return m.memoryPath(uid, name)
	}
	return m.diskPath(uid, name)
}
