package volume

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// localManager has real file systems on real loop devices; everything that is mounted goes with the test.
func localManager(t *testing.T) *Manager {
	t.Helper()
	dir := t.TempDir()
	cfg := Config{Dir: filepath.Join(dir, "pods"), Memory: filepath.Join(dir, "memory"), Local: filepath.Join(dir, "local"),
		IsLocal: func(pv *corev1.PersistentVolume) bool { return pv.Spec.StorageClassName == "local" }}
	m, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := Cleanup(cfg); err != nil {
			t.Error(err)
		}
	})
	if lacks := m.Local().Lacks(); lacks != "" {
		t.Skipf("this machine has no %s", lacks)
	}
	return m
}

func localVolume(name, size string) *corev1.PersistentVolume {
	return &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: corev1.PersistentVolumeSpec{
		StorageClassName: "local", Capacity: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(size)},
		PersistentVolumeSource: corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: "/unused"}}}}
}

// crowd writes until the volume is full, or limit bytes are in, and returns how many.
func crowd(t *testing.T, dir string, limit int) (n int, err error) {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, "crowd"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	block := make([]byte, 1<<20)
	for n < limit {
		k, err := f.Write(block)
		n += k
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

func TestLocalVolume(t *testing.T) {
	m, ctx := localManager(t), context.Background()
	l, pv := m.Local(), localVolume("pvc-1", "16Mi")
	publish := func(uid string) string {
		t.Helper()
		at, err := m.Persistent(ctx, uid, "v", pv, Group{})
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	if _, err := m.Persistent(ctx, "early", "v", pv, Group{}); !errors.Is(err, ErrMissing) {
		t.Fatalf("a volume that was never made: %v", err)
	}
	for range 2 {
		if err := l.Make(ctx, pv.Name, 16<<20, false); err != nil {
			t.Fatal(err)
		}
	}
	one := publish("one")
	if got, err := os.ReadDir(one); err != nil || len(got) > 0 {
		t.Errorf("a new volume has %v in it, %v", got, err)
	}
	if err := os.WriteFile(filepath.Join(one, "kept"), []byte("data"), 0o600); err != nil {
		t.Fatal(err)
	}
	// The kernel bounds it.
	n, err := crowd(t, one, 32<<20)
	if !errors.Is(err, unix.ENOSPC) || n > 16<<20 {
		t.Errorf("%d bytes went into 16 MiB: %v", n, err)
	}
	// Two pods share it, and it cannot be wiped from under them.
	two := publish("two")
	if got, err := os.ReadFile(filepath.Join(two, "kept")); string(got) != "data" {
		t.Errorf("the second pod sees %q, %v", got, err)
	}
	if err := m.Remove("one"); err != nil {
		t.Fatal(err)
	}
	if err := l.Wipe(pv.Name); !errors.Is(err, ErrInUse) {
		t.Errorf("wiping a volume in use: %v", err)
	}
	// It grows, at once where the kernel lets us, else when it is mounted next.
	pv.Spec.Capacity[corev1.ResourceStorage] = resource.MustParse("32Mi")
	online, err := l.Grow(ctx, pv.Name, 32<<20)
	if err != nil || online != l.Grown(pv.Name, 32<<20) {
		t.Fatalf("growing: %v, %v", online, err)
	}
	if err := m.Remove("two"); err != nil {
		t.Fatal(err)
	}
	three := publish("three")
	if !l.Grown(pv.Name, 32<<20) {
		t.Error("it has not grown")
	}
	if n, err := crowd(t, three, 20<<20); err != nil {
		t.Errorf("after growing, %d bytes: %v", n, err)
	}
	if got, err := os.ReadFile(filepath.Join(three, "kept")); string(got) != "data" {
		t.Errorf("after growing it has %q, %v", got, err)
	}
	if err := m.Remove("three"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := l.Wipe(pv.Name); err != nil {
			t.Error(err)
		}
	}
	if l.Exists(pv.Name) {
		t.Error("it is still there")
	}
}

func TestLocalVolumeTooSmall(t *testing.T) {
	m := localManager(t)
	if err := m.Local().Make(context.Background(), "tiny", 1<<20, false); err == nil {
		t.Error("a volume of 1 MiB was made")
	}
}

func TestPersistentPaths(t *testing.T) {
	m, ctx := localManager(t), context.Background()
	host := t.TempDir()
	if err := os.WriteFile(filepath.Join(host, "file"), []byte("host"), 0o600); err != nil {
		t.Fatal(err)
	}
	block := corev1.PersistentVolumeBlock
	pv := func(src corev1.PersistentVolumeSource) *corev1.PersistentVolume {
		return &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: "pv"}, Spec: corev1.PersistentVolumeSpec{PersistentVolumeSource: src}}
	}
	raw := pv(corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: host}})
	raw.Spec.VolumeMode = &block
	for name, tc := range map[string]struct {
		pv  *corev1.PersistentVolume
		err string
	}{
		"hostPath": {pv(corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: host}}), ""},
		"local":    {pv(corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: host}}), ""},
		"nowhere":  {pv(corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: host + "/none"}}), `volume: PersistentVolume "pv": spec.local.path: stat ` + host + `/none: no such file or directory`},
		"file":     {pv(corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: host + "/file"}}), `volume: PersistentVolume "pv": spec.local.path: ` + host + `/file is not a directory; devices are not supported by this node yet`},
		"block":    {raw, `volume: PersistentVolume "pv" is a raw block volume, and cannot be mounted`},
		"csi":      {pv(corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: "d"}}), `volume: PersistentVolume "pv": volumes of type csi (driver "d") are not supported by this node yet`},
	} {
		t.Run(name, func(t *testing.T) {
			for range 2 {
				at, err := m.Persistent(ctx, name, "v", tc.pv, Group{})
				if tc.err != "" {
					if err == nil || err.Error() != tc.err {
						t.Errorf("got  %v\nwant %s", err, tc.err)
					}
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				if got, err := os.ReadFile(filepath.Join(at, "file")); string(got) != "host" {
					t.Errorf("it shows %q, %v", got, err)
				}
			}
			if err := m.Remove(name); err != nil {
				t.Fatal(err)
			}
		})
	}
	if got, err := os.ReadFile(filepath.Join(host, "file")); string(got) != "host" {
		t.Errorf("the host's file is %q, %v", got, err)
	}
}
