package volume

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
	corev1 "k8s.io/api/core/v1"
)

func deviceSize(t *testing.T, dev string) int64 {
	t.Helper()
	f, err := os.Open(dev)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n, err := f.Seek(0, 2)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A raw volume is a device of exactly its size for all of its pods, keeps what was written to it, grows while it is used, and
// is no device any more when the last pod is removed.
func TestRawVolume(t *testing.T) {
	m := localManager(t)
	l, pv := m.Local(), localVolume("raw", "4Mi")
	mode := corev1.PersistentVolumeBlock
	pv.Spec.VolumeMode = &mode
	if _, err := m.Device("a", "v", pv); !errors.Is(err, ErrMissing) {
		t.Fatalf("a device of a volume that was not made: %v", err)
	}
	for range 2 {
		if err := l.Make(t.Context(), pv.Name, 4<<20, true); err != nil {
			t.Fatal(err)
		}
	}
	dev, err := m.Device("a", "v", pv)
	if err != nil {
		t.Fatal(err)
	}
	if n := deviceSize(t, dev); n != 4<<20 {
		t.Errorf("the device has %d bytes", n)
	}
	text := []byte("written through the device")
	if err := os.WriteFile(dev, text, 0); err != nil {
		t.Fatal(err)
	}
	if again, err := m.Device("b", "w", pv); err != nil || again != dev {
		t.Errorf("the second pod has %s (%v), the first %s", again, err, dev)
	}
	if err := l.Wipe(pv.Name); !errors.Is(err, ErrInUse) {
		t.Errorf("wiped while it is used: %v", err)
	}
	if done, err := l.Grow(t.Context(), pv.Name, 6<<20); err != nil || !done || !l.Grown(pv.Name, 6<<20) {
		t.Fatalf("grow: %t, %v", done, err)
	}
	if n := deviceSize(t, dev); n != 6<<20 {
		t.Errorf("the device has %d bytes after it has grown", n)
	}
	if err := m.Remove("a"); err != nil {
		t.Fatal(err)
	}
	if at, err := m.DeviceOf("b", "w"); err != nil || at != dev {
		t.Errorf("the pod that is left has %s (%v)", at, err)
	}
	if err := m.Remove("b"); err != nil {
		t.Fatal(err)
	}
	if left, err := loopOf(l.image(pv.Name)); err != nil || left != nil {
		t.Errorf("there is a device when no pod has the volume: %v, %v", left, err)
	}
	if dev, err = m.Device("c", "v", pv); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(text))
	f, err := os.Open(dev)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Read(got)
	f.Close()
	if err != nil || !bytes.Equal(got, text) {
		t.Errorf("the next pod reads %q, %v", got, err)
	}
	// As after a restart of the machine: the link is there, the device is not.
	if err := clearLoop(l.image(pv.Name)); err != nil {
		t.Fatal(err)
	}
	if _, err := m.DeviceOf("c", "v"); !errors.Is(err, ErrNoDevice) {
		t.Errorf("a device that is gone: %v", err)
	}
	if _, err := m.Device("c", "v", pv); err != nil {
		t.Fatal(err)
	}
	if err := m.Remove("c"); err != nil {
		t.Fatal(err)
	}
	if err := l.Wipe(pv.Name); err != nil {
		t.Fatal(err)
	}
}

// The instance takes its devices along, whatever has become of the pods.
func TestDevicesEndWithTheInstance(t *testing.T) {
	m := localManager(t)
	l, pv := m.Local(), localVolume("raw", "4Mi")
	if err := l.Make(t.Context(), pv.Name, 4<<20, true); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Device("a", "v", pv); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := Cleanup(m.cfg); err != nil {
			t.Fatal(err)
		}
	}
	if left, err := loopOf(l.image(pv.Name)); err != nil || left != nil {
		t.Errorf("left: %v, %v", left, err)
	}
}

// Devices of administrators are taken as they are; what is none is refused.
func TestLocalDevice(t *testing.T) {
	m := localManager(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	node := filepath.Join(dir, "device")
	if err := unix.Mknod(node, unix.S_IFBLK|0o600, int(unix.Mkdev(7, 0))); err != nil {
		t.Skip(err)
	}
	link := filepath.Join(dir, "by-name")
	if err := os.Symlink(node, link); err != nil {
		t.Fatal(err)
	}
	pv := localVolume("mine", "1Gi")
	pv.Spec.StorageClassName = "by hand"
	for path, want := range map[string]string{link: node, file: "", filepath.Join(dir, "nothing"): ""} {
		pv.Spec.Local.Path = path
		if got, err := m.Device("a", "v", pv); got != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q, %v", path, got, err)
		}
	}
	if err := m.Remove("a"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(node); err != nil {
		t.Error("the device went with the pod:", err)
	}
}
