package accept

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// H72: a soft threshold. The file system of the node is a small tmpfs, which two pods fill: one within what it asked for, one that asked for
// nothing. After the threshold's grace period the second has to go, though it uses less, and gets the time that is set for it; the first stays.
func TestH72(t *testing.T) {
	const mi = 1 << 20
	dir := t.TempDir()
	if err := unix.Mount("small", dir, "tmpfs", 0, evictionDisk); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) }) // the namespace goes as well
	in := &instance{dir: filepath.Join(dir, "data"), listen: "127.0.0.1:17478"}
	t.Cleanup(func() {
		if err := in.down(); err != nil {
			t.Error(err)
		}
	})
	config := filepath.Join(dir, "kubelet.yaml")
	write(t, config, `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
evictionHard: {nodefs.available: 20Mi}
evictionSoft: {nodefs.available: 200Mi}
evictionSoftGracePeriod: {nodefs.available: 3s}
evictionMaxPodGracePeriod: 6
evictionPressureTransitionPeriod: 1s
imageGCHighThresholdPercent: 100
`)
	if _, err := in.gantry("up", "--listen", in.listen, "--kubelet-config", config); err != nil {
		t.Fatal(err)
	}
	if err := in.images(); err != nil {
		t.Fatal(err)
	}
	w := worldIn(t, in)
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		t.Fatal(err)
	}
	fill := func(n int) string { return fmt.Sprintf("/bin/busybox dd if=/dev/zero of=/full bs=1M count=%d; ", n) }
	large := int(int64(st.Bavail)*st.Bsize/mi) - 300
	w.apply(pod("modest", busybox, fill(large)+idle, fmt.Sprintf("resources: {requests: {ephemeral-storage: %dMi}}", large+30), ""))
	// Three seconds to end are more than a hard eviction gives, and its own minute is more than it gets.
	w.apply(pod("greedy", busybox, fill(130)+"trap '/bin/busybox sleep 3; exit 7' TERM; while :; do /bin/busybox sleep 1000 & wait; done", "", "terminationGracePeriodSeconds: 60"))
	w.eventually("the pod that uses more than it asked for is evicted", func() error {
		return want(w.field("pod/greedy", ".status['phase','reason']"), "Failed", "Evicted")
	})
	if err := errors.Join(want(w.field("pod/greedy", ".status.message"), "The node was low on resource: ephemeral-storage. Threshold quantity: 200Mi, available: ", "Container c was using ", "request is 0, has larger consumption of ephemeral-storage."),
		want(w.field("pod/greedy", ".status.containerStatuses[0].state.terminated.exitCode"), "7"),
		want(w.field("pod/modest", ".status.phase"), "Running")); err != nil {
		t.Error(err)
	}
	w.eventually("the events of the node", func() error {
		return want(w.k("get", "events", "-n", "default", "--field-selector=involvedObject.kind=Node"),
			"Attempting to reclaim ephemeral-storage", "status is now: NodeHasDiskPressure", "status is now: NodeHasNoDiskPressure")
	})
}
