package volume

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"
	corev1 "k8s.io/api/core/v1"
)

// Plugin makes PersistentVolumes of one kind usable on this node. It is the seam for drivers of storage: three kinds are
// ours (hostPath, local, and volumes of the local provisioner); a CSI driver becomes another, whose Publish stages and
// publishes the volume over the driver's socket once the VolumeAttachment of volume and node says attached, and for which
// Supports is answered from the drivers that have registered.
//
// A volume is published once for each pod that uses it, at a path of the pod's own. Taking it away again is the Manager's:
// whatever a plugin has mounted on target, unmounting it must be all that is needed on the side of the pod.
type Plugin interface {
	// Supports reports whether volumes like this are the plugin's.
	Supports(pv *corev1.PersistentVolume) bool
	// Publish makes the volume appear at target, an empty directory that exists. It must be safe to repeat after a crash at
	// any point, and must not be called for a target that is mounted already.
	Publish(ctx context.Context, pv *corev1.PersistentVolume, target string) error
	// Owned reports whether the files belong to Kubernetes, so that a pod's fsGroup may take them over.
	Owned() bool
}

// Persistent makes a PersistentVolume appear in a pod's own directory and answers where. Repeating it changes nothing.
func (m *Manager) Persistent(ctx context.Context, uid, name string, pv *corev1.PersistentVolume, g Group) (string, error) {
	if pv.Spec.VolumeMode != nil && *pv.Spec.VolumeMode == corev1.PersistentVolumeBlock {
		return "", fmt.Errorf("volume: PersistentVolume %q is a raw block volume, and cannot be mounted", pv.Name)
	}
	plugins := m.plugins()
	i := slices.IndexFunc(plugins, func(p Plugin) bool { return p.Supports(pv) })
	if i < 0 {
		return "", fmt.Errorf("volume: PersistentVolume %q: volumes of type %s are not supported by this node yet", pv.Name, sourceOf(pv))
	}
	path := m.diskPath(uid, name)
	if there, err := m.Mounted(uid, name); err != nil || there {
		return path, err
	}
	if err := errors.Join(os.MkdirAll(path, 0o755), unmount(path)); err != nil { // half published, see halfMark
		return "", fmt.Errorf("volume: making the mount point of PersistentVolume %q: %w", pv.Name, err)
	}
	half := m.halfMark(uid, name)
	if err := writeMark(half); err != nil {
		return "", fmt.Errorf("volume: PersistentVolume %q: %w", pv.Name, err)
	}
	if err := plugins[i].Publish(ctx, pv, path); err != nil {
		return "", fmt.Errorf("volume: PersistentVolume %q: %w", pv.Name, err)
	}
	if plugins[i].Owned() {
		if err := g.apply(path); err != nil {
			return "", fmt.Errorf("volume: giving PersistentVolume %q to its group: %w", pv.Name, err)
		}
	}
	if err := os.Remove(half); err != nil {
		return "", fmt.Errorf("volume: PersistentVolume %q: %w", pv.Name, err)
	}
	return path, nil
}

// halfMark is a file that is there while a volume is mounted but not ready: its files are being given to the pod's group, which may
// take minutes, fail, or be cut off. A mount alone would then look like a volume that is ready.
func (m *Manager) halfMark(uid, name string) string {
	return filepath.Join(m.PodDir(uid), "half", name)
}

func writeMark(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, nil, 0o600)
}

// Mounted reports whether a PersistentVolume is there for a pod, ready to be used.
func (m *Manager) Mounted(uid, name string) (bool, error) {
	mounted, err := mountedAt(m.diskPath(uid, name))
	if err != nil || !mounted {
		return false, err
	}
	_, err = os.Lstat(m.halfMark(uid, name))
	if errors.Is(err, os.ErrNotExist) {
		return true, nil
	}
	return false, err
}

// plugins in the order in which they are asked: the local provisioner's volumes look like local ones.
func (m *Manager) plugins() []Plugin { return []Plugin{m.local, localPath{}, hostPath{}} }

// mountedAt is isMountPoint for a path that need not exist.
func mountedAt(path string) (bool, error) {
	mounted, err := isMountPoint(path)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	return mounted, err
}

// sourceOf names the source of a volume as its field is named.
func sourceOf(pv *corev1.PersistentVolume) string {
	s := &pv.Spec.PersistentVolumeSource
	switch {
	case s.CSI != nil:
		return fmt.Sprintf("csi (driver %q)", s.CSI.Driver)
	case s.NFS != nil:
		return "nfs"
	case s.ISCSI != nil:
		return "iscsi"
	case s.FC != nil:
		return "fc"
	}
	return "other than hostPath and local"
}

// localPath is a directory of the node that an administrator has declared to be a volume.
type localPath struct{}

func (localPath) Supports(pv *corev1.PersistentVolume) bool { return pv.Spec.Local != nil }
func (localPath) Owned() bool                               { return true }

func (localPath) Publish(_ context.Context, pv *corev1.PersistentVolume, target string) error {
	info, err := os.Stat(pv.Spec.Local.Path)
	if err != nil {
		return fmt.Errorf("spec.local.path: %w", err)
	}
	if !info.IsDir() {
		return fmt.Errorf("spec.local.path: %s is not a directory; devices are not supported by this node yet", pv.Spec.Local.Path)
	}
	return bind(pv.Spec.Local.Path, target)
}

// hostPath is any path of the host. Its files are the host's, and stay so.
type hostPath struct{}

func (hostPath) Supports(pv *corev1.PersistentVolume) bool { return pv.Spec.HostPath != nil }
func (hostPath) Owned() bool                               { return false }

func (hostPath) Publish(_ context.Context, pv *corev1.PersistentVolume, target string) error {
	from, err := HostPath(pv.Spec.HostPath)
	if err != nil {
		return err
	}
	info, err := os.Stat(from)
	if err != nil {
		return fmt.Errorf("spec.hostPath.path: %w", err)
	}
	if !info.IsDir() {
		return fmt.Errorf("spec.hostPath.path: %s is not a directory; PersistentVolumes of files and devices are not supported by this node yet", from)
	}
	return bind(from, target)
}

func bind(from, to string) error {
	real, err := filepath.EvalSymlinks(from)
	if err != nil {
		return err
	}
	if err := unix.Mount(real, to, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("binding %s: %w", real, err)
	}
	return nil
}
