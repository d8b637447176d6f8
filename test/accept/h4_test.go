package accept

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// evictionDisk is the file system of an instance that runs out of it.
const evictionDisk = "size=600m"

// H4: a node whose disk fills up says so, evicts the pod that fills it and no other, keeps new pods away, and recovers; its
// imported images stay.
func TestH4(t *testing.T) {
	dir := t.TempDir()
	if err := unix.Mount("small", dir, "tmpfs", 0, evictionDisk); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) }) // the namespace goes as well
	in := &instance{dir: filepath.Join(dir, "data"), listen: "127.0.0.1:16448"}
	t.Cleanup(func() {
		if err := in.down(); err != nil {
			t.Error(err)
		}
	})
	if _, err := in.gantry("up", "--listen", in.listen, "--eviction-hard", "nodefs.available<200Mi", "--eviction-pressure-transition-period", "1s"); err != nil {
		t.Fatal(err)
	}
	if err := in.images(); err != nil {
		t.Fatal(err)
	}
	w := worldIn(t, in)
	if _, err := in.gantry("up", "--eviction-hard", "disk<1"); err == nil || !strings.Contains(err.Error(), "--eviction-hard") {
		t.Errorf("a bad threshold: %v", err)
	}
	w.apply(pod("bystander", busybox, idle, "", "restartPolicy: Always") +
		pod("writer", busybox, "while :; do /bin/busybox dd if=/dev/zero of=/full bs=1M count=50 oflag=append conv=notrunc; /bin/busybox sleep 0.2; done", "", "restartPolicy: Always"))
	w.eventually("the writer is evicted", func() error {
		return want(w.field("pod/writer", ".status['phase','reason']"), "Failed", "Evicted")
	})
	message := w.field("pod/writer", ".status.message")
	if err := want(message, "The node was low on resource: ephemeral-storage. Threshold quantity: 200Mi, available: ", "Container c was using ", "request is 0, has larger consumption of ephemeral-storage."); err != nil {
		t.Error(err)
	}
	if err := want(w.field("pod/writer", ".status.conditions[?(@.type=='DisruptionTarget')]['status','reason']"), "True", "TerminationByKubelet"); err != nil {
		t.Error(err)
	}
	w.eventually("the node has recovered", func() error {
		conditions := w.field("nodes", ".items[0].status.conditions[?(@.type=='DiskPressure')].status")
		taints := w.field("nodes", ".items[0].spec.taints")
		if conditions != "False" || strings.Contains(taints, "disk-pressure") {
			return errors.New("DiskPressure " + conditions + ", taints " + taints)
		}
		return nil
	})
	if got := w.field("pod/bystander", ".status['phase']"); got != "Running" {
		t.Errorf("the bystander is %s", got)
	}
	// The condition may not have been written yet when it was looked at: what comes too early is refused, and comes again.
	w.eventually("pods are taken in again", func() error {
		w.apply(pod("after", busybox, "echo here", "", ""))
		if w.over("after") == "Succeeded" {
			return want(w.k("logs", "after"), "here")
		}
		why := w.field("pod/after", ".status.message")
		w.k("delete", "pod", "after")
		return errors.New(why)
	})
}
