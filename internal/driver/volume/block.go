package volume

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"
	corev1 "k8s.io/api/core/v1"
)

// Raw block volumes (volumeMode Block) are devices: nothing is mounted, and who has which is written down as symbolic links in
// the pods' own directories, PodDir/devices/<volume>, to a device or to the file of a volume of the local provisioner. The
// device of the latter is a loop device, which is looked up when it is needed, as its number is another's after a restart of
// the machine. It is not held by a mount, so it stays until the last of its pods is removed, or the instance.

func (m *Manager) deviceLink(uid, name string) string {
	return filepath.Join(m.PodDir(uid), "devices", name)
}

// Device gives a pod the device of a raw block volume and answers where it is. Repeating it changes nothing; after a restart of
// the machine it makes the device anew.
func (m *Manager) Device(uid, name string, pv *corev1.PersistentVolume) (dev string, err error) {
	behind, err := m.behind(pv)
	if err != nil {
		return "", fmt.Errorf("volume: PersistentVolume %q: %w", pv.Name, err)
	}
	link := m.deviceLink(uid, name)
	if have, err := os.Readlink(link); err != nil || have != behind {
		err := os.MkdirAll(filepath.Dir(link), 0o755)
		if err == nil {
			err = os.Remove(link)
		}
		if err == nil || errors.Is(err, fs.ErrNotExist) {
			err = os.Symlink(behind, link)
		}
		if err != nil {
			return "", fmt.Errorf("volume: noting the device of PersistentVolume %q: %w", pv.Name, err)
		}
	}
	if !isRaw(behind) {
		return behind, nil
	}
	// The link comes first: from now on the removal of the pod gives the device up.
	if dev, err = m.local.attach(behind); err != nil {
		return "", fmt.Errorf("volume: PersistentVolume %q: %w", pv.Name, err)
	}
	return dev, nil
}

// behind is the device of a volume, or the file that a loop device makes one of.
func (m *Manager) behind(pv *corev1.PersistentVolume) (string, error) {
	switch {
	case m.local.Supports(pv):
		if image := m.local.image(pv.Name); isRaw(image) {
			return image, nil
		}
		return "", fmt.Errorf("%w: %s", ErrMissing, m.local.raw(pv.Name))
	case pv.Spec.Local != nil:
		real, err := filepath.EvalSymlinks(pv.Spec.Local.Path)
		if err != nil {
			return "", fmt.Errorf("spec.local.path: %w", err)
		}
		if ok, err := isBlockDevice(real); err != nil || !ok {
			return "", errors.Join(fmt.Errorf("spec.local.path: %s is not a block device, but spec.volumeMode is Block", real), err)
		}
		return real, nil
	}
	return "", fmt.Errorf("raw block volumes of type %s are not supported by this node", sourceOf(pv))
}

// ErrNoDevice says that a pod has no device of that name.
var ErrNoDevice = errors.New("the pod has no such device")

// DeviceOf is the device that a pod was given, ErrNoDevice if there is none (any more).
func (m *Manager) DeviceOf(uid, name string) (string, error) {
	behind, err := os.Readlink(m.deviceLink(uid, name))
	if errors.Is(err, fs.ErrNotExist) {
		return "", ErrNoDevice
	}
	if err != nil {
		return "", fmt.Errorf("volume: the device of volume %q: %w", name, err)
	}
	if !isRaw(behind) {
		return behind, nil
	}
	dev, err := loopOf(behind)
	if err != nil {
		return "", fmt.Errorf("volume: the device of volume %q: %w", name, err)
	}
	if dev == nil {
		return "", ErrNoDevice
	}
	defer dev.Close()
	return dev.Name(), nil
}

// releaseDevices gives up the loop devices that only this pod had.
func (m *Manager) releaseDevices(uid string) error {
	links, err := filepath.Glob(m.deviceLink(uid, "*"))
	if err != nil {
		return err
	}
	for _, link := range links {
		behind, err := os.Readlink(link)
		if err != nil {
			return err
		}
		others, err := filepath.Glob(m.deviceLink("*", "*"))
		if err != nil {
			return err
		}
		shared := slices.ContainsFunc(others, func(o string) bool {
			at, err := os.Readlink(o)
			return o != link && err == nil && at == behind
		})
		if isRaw(behind) && !shared {
			if err := m.local.detach(behind); err != nil {
				return fmt.Errorf("giving up the device of %s: %w", behind, err)
			}
		}
		if err := os.Remove(link); err != nil {
			return err
		}
	}
	return nil
}

func isBlockDevice(path string) (bool, error) {
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil {
		return false, &os.PathError{Op: "stat", Path: path, Err: err}
	}
	return st.Mode&unix.S_IFMT == unix.S_IFBLK, nil
}

// attach makes the loop device of a raw volume, or finds it.
func (l *Local) attach(image string) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	dev, err := openLoop(image, stays)
	if err != nil {
		return "", err
	}
	defer dev.Close()
	return dev.Name(), nil
}

// detach separates a loop device from its file, as soon as nobody has it open. A volume without one is detached.
func (l *Local) detach(image string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return clearLoop(image)
}

func clearLoop(image string) error {
	dev, err := loopOf(image)
	if errors.Is(err, fs.ErrNotExist) || err == nil && dev == nil {
		return nil
	}
	if err != nil {
		return err
	}
	defer dev.Close()
	if err := unix.IoctlSetInt(int(dev.Fd()), unix.LOOP_CLR_FD, 0); err != nil && !errors.Is(err, unix.ENXIO) {
		return err
	}
	return nil
}

// cleanDevices gives up all loop devices over raw volumes below a directory.
func cleanDevices(local string) error {
	if local == "" {
		return nil
	}
	images, err := filepath.Glob(filepath.Join(local, "*", rawFile))
	if err != nil {
		return err
	}
	var errs []error
	for _, image := range images {
		errs = append(errs, clearLoop(image))
	}
	return errors.Join(errs...)
}
