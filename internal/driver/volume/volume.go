// Package volume makes the directories behind a pod's volumes on the node: emptyDir on disk and in memory, hostPath,
// volumes whose files are content of the API (configMap, secret, downwardAPI, projected), and PersistentVolumes, which
// plugins mount into the pod's directory (plugin.go), among them those of the local provisioner (local.go).
//
// It writes below two directories that it is given: one on disk, and one that it mounts a tmpfs on for everything that
// must not reach a disk. That tmpfs is the only mount for all such volumes of the node; a mount of its own is made only
// for an emptyDir of medium Memory, whose size the kernel has to bound. Every path contains the pod's UID, so that a
// scan after a crash (Pods) tells what belongs to nobody.
//
// It reads no API: what the files contain comes in as Files (files.go). It mounts nothing into containers: Path and
// SubPath name directories, the runtime binds them.
package volume

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
	corev1 "k8s.io/api/core/v1"
)

// Config says where volumes live.
type Config struct {
	// Dir is on disk, Dir/<uid>/volumes/<name>; Memory is where the tmpfs is mounted, Memory/<uid>/<name>.
	Dir, Memory string
	// Local is where the volumes of the local provisioner lie, Local/<volume>/…; they outlive pods. IsLocal tells them from
	// other PersistentVolumes; nil if there are none.
	Local   string
	IsLocal func(*corev1.PersistentVolume) bool
}

// Manager makes and removes volumes. Its methods are safe for concurrent use for different pods, and safe to repeat.
type Manager struct {
	cfg Config
	// tmpfs is false when the tmpfs could not be mounted because we may not; then Memory is a plain directory.
	tmpfs bool
	local *Local
}

// Local is the volumes of the local provisioner on this node.
func (m *Manager) Local() *Local { return m.local }

// sharedDir is the mode of what several users of a pod share: kubelet's for emptyDir.
const sharedDir = 0o777

// Open prepares both directories and mounts the tmpfs if it is not there yet. Without the right to mount (tests
// without root), the directory is used as it is.
func Open(cfg Config) (*Manager, error) {
	if err := os.MkdirAll(cfg.Dir, 0o750); err != nil {
		return nil, fmt.Errorf("volume: making the directory of volumes: %w", err)
	}
	if err := os.MkdirAll(cfg.Memory, 0o700); err != nil {
		return nil, fmt.Errorf("volume: making the mount point for volumes in memory: %w", err)
	}
	m := &Manager{cfg: cfg}
	if err := m.openLocal(); err != nil {
		return nil, err
	}
	var st unix.Statfs_t
	if err := unix.Statfs(cfg.Memory, &st); err != nil {
		return nil, fmt.Errorf("volume: looking at %s: %w", cfg.Memory, err)
	}
	mounted, err := isMountPoint(cfg.Memory)
	if err != nil {
		return nil, err
	}
	if mounted && st.Type == unix.TMPFS_MAGIC {
		m.tmpfs = true
		return m, nil
	}
	err = unix.Mount("gantry-volumes", cfg.Memory, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=0755")
	switch {
	case errors.Is(err, unix.EPERM):
		return m, nil
	case err != nil:
		return nil, fmt.Errorf("volume: mounting a tmpfs on %s: %w", cfg.Memory, err)
	}
	m.tmpfs = true
	return m, nil
}

// Close takes the tmpfs away with all that is in it. Only for the end of the instance: running pods lose their files.
func (m *Manager) Close() error {
	if !m.tmpfs {
		return nil
	}
	if err := unmount(m.cfg.Memory); err != nil {
		return fmt.Errorf("volume: unmounting %s: %w", m.cfg.Memory, err)
	}
	m.tmpfs = false
	return nil
}

// PodDir is the pod's own directory on disk; the agent keeps hosts files and termination logs there too.
func (m *Manager) PodDir(uid string) string { return filepath.Join(m.cfg.Dir, uid) }

// MemoryDir is the pod's own directory in memory.
func (m *Manager) MemoryDir(uid string) string { return filepath.Join(m.cfg.Memory, uid) }

func (m *Manager) diskPath(uid, name string) string {
	return filepath.Join(m.PodDir(uid), "volumes", name)
}

func (m *Manager) memoryPath(uid, name string) string { return filepath.Join(m.MemoryDir(uid), name) }

// Pods lists the UIDs of all pods that have something here.
func (m *Manager) Pods() ([]string, error) {
	var uids []string
	seen := map[string]bool{}
	for _, dir := range []string{m.cfg.Dir, m.cfg.Memory} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, fmt.Errorf("volume: listing pods in %s: %w", dir, err)
		}
		for _, e := range entries {
			if !seen[e.Name()] {
				seen[e.Name()] = true
				uids = append(uids, e.Name())
			}
		}
	}
	return uids, nil
}

// Remove takes away everything of a pod. What is mounted below is unmounted first, and only if that worked is anything
// deleted, so that the content of a foreign mount is never lost.
func (m *Manager) Remove(uid string) error {
	if err := m.releaseDevices(uid); err != nil {
		return fmt.Errorf("volume: removing devices of pod %s: %w", uid, err)
	}
	for _, dir := range []string{m.PodDir(uid), m.MemoryDir(uid)} {
		if err := removeTree(dir); err != nil {
			return fmt.Errorf("volume: removing volumes of pod %s: %w", uid, err)
		}
	}
	return nil
}

func removeTree(dir string) error {
	if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	mounts, err := mountsBelow(dir)
	if err != nil {
		return err
	}
	for _, mnt := range mounts {
		if err := unmount(mnt); err != nil {
			return fmt.Errorf("unmounting %s: %w", mnt, err)
		}
	}
	return os.RemoveAll(dir)
}

// makeShared makes a directory that every user of the pod may write to, whatever the umask.
func makeShared(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.Mkdir(path, sharedDir); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syscall.Chmod(path, sharedDir)
}
