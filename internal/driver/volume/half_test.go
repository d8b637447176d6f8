package volume

import (
	"context"
	"os"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// A volume that could be mounted, but not be given to its pod's group, is not there until it could.
func TestHalfPublished(t *testing.T) {
	m, ctx := localManager(t), context.Background()
	host := t.TempDir()
	if err := unix.Mount("test", host, "tmpfs", unix.MS_RDONLY, ""); err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() {
		if err := unmount(host); err != nil {
			t.Error(err)
		}
	})
	pv := &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: "pv"}, Spec: corev1.PersistentVolumeSpec{
		PersistentVolumeSource: corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: host}}}}
	gid := int64(4321)
	for range 2 {
		if _, err := m.Persistent(ctx, "uid", "v", pv, Group{GID: &gid}); err == nil {
			t.Fatal("files of a read-only file system were given to a group")
		}
		if there, err := m.Mounted("uid", "v"); err != nil || there {
			t.Errorf("the volume is there: %t %v", there, err)
		}
	}
	if err := unix.Mount("", host, "", unix.MS_REMOUNT, ""); err != nil {
		t.Fatal(err)
	}
	at, err := m.Persistent(ctx, "uid", "v", pv, Group{GID: &gid})
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(at)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Sys().(*syscall.Stat_t).Gid; int64(got) != gid {
		t.Errorf("it belongs to group %d", got)
	}
	if there, err := m.Mounted("uid", "v"); err != nil || !there {
		t.Errorf("the volume is not there: %t %v", there, err)
	}
	if err := m.Remove("uid"); err != nil {
		t.Error(err)
	}
}
