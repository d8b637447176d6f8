package accept

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// H15: kubectl debug as one tries it first: beside a container whose processes it sees, in a copy of the pod, and on the node
// with the whole of the host's file system, in which somebody has pinned a mount namespace.
func TestH15(t *testing.T) {
	w := newWorld(t)
	w.apply(pod("app", busybox, "exec /bin/busybox sleep 12345", "", ""))
	w.phase("pod/app", "Running")

	w.k("debug", "pod/app", "--image="+busybox, "--target=c", "--profile=general", "-c", "see", "--", "/bin/busybox", "sh", "-c", "ps; ls /proc/1/root/bin/busybox")
	w.eventually("the target's processes are seen", func() error {
		return want(w.field("pod/app", `.status.ephemeralContainerStatuses[?(@.name=="see")].state.terminated.exitCode`), "0")
	})
	if err := want(w.k("logs", "app", "-c", "see"), "    1 0        /bin/busybox sleep 12345", "/proc/1/root/bin/busybox"); err != nil {
		t.Error(err)
	}
	w.k("debug", "pod/app", "--image="+busybox, "--profile=general", "-c", "alone", "--", "/bin/busybox", "ps")
	w.eventually("without a target it sees its own", func() error {
		return want(w.field("pod/app", `.status.ephemeralContainerStatuses[?(@.name=="alone")].state.terminated.exitCode`), "0")
	})
	if err := want(w.k("logs", "app", "-c", "alone"), "    1 0        /bin/busybox ps"); err != nil {
		t.Error(err)
	}
	w.k("debug", "pod/app", "--image="+busybox, "--copy-to=copy", "--share-processes", "--profile=general", "-c", "see", "--", "/bin/busybox", "sleep", "54321")
	w.phase("pod/copy", "Running")
	if err := want(w.k("exec", "copy", "-c", "c", "--", "/bin/busybox", "ps"), "sleep 12345", "sleep 54321"); err != nil {
		t.Error(err)
	}

	pin := filepath.Join(t.TempDir(), "pin")
	if err := os.WriteFile(pin, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	pinAnother(t, pin)
	defer func() { _ = unix.Unmount(pin, unix.MNT_DETACH) }()
	node := w.field("nodes", ".items[0].metadata.name")
	w.k("debug", "node/"+node, "--image="+busybox, "--profile=sysadmin", "--", "/bin/busybox", "sh", "-c", "ls -d /host/proc/1 /host/run")
	w.eventually("the node is seen", func() error {
		return want(w.field("pods", `.items[?(@.spec.hostPID==true)].status.phase`), "Succeeded")
	})
	if err := want(w.k("logs", w.field("pods", `.items[?(@.spec.hostPID==true)].metadata.name`)), "/host/proc/1\n/host/run"); err != nil {
		t.Error(err)
	}
	if err := want(w.k("get", "--raw", "/api/v1/nodes/"+node+"/proxy/metrics"), `kubelet_terminated_containers_total{container_type="ephemeral_container",exit_code="0",reason="Completed"}`); err != nil {
		t.Error(err)
	}
	w.k("delete", "pod", "--all", "--grace-period=1")
}

// pinAnother pins a mount namespace of somebody else's, as snapd does: younger than the machine's, older than a container's. The
// kernel numbers them by CPU, so that the first may count as older than the machine's and cannot be pinned there.
func pinAnother(t *testing.T, pin string) {
	t.Helper()
	var err error
	for range 20 {
		other := exec.Command("/bin/sleep", "1000")
		other.SysProcAttr = &syscall.SysProcAttr{Unshareflags: unix.CLONE_NEWNS, Pdeathsig: unix.SIGKILL}
		if err := other.Start(); err != nil {
			t.Fatal(err)
		}
		err = unix.Mount(fmt.Sprintf("/proc/%d/ns/mnt", other.Process.Pid), pin, "", unix.MS_BIND, "")
		_ = errors.Join(other.Process.Kill(), other.Wait()) // the pin keeps the namespace
		if !errors.Is(err, unix.EINVAL) {
			break
		}
	}
	if errors.Is(err, unix.EINVAL) {
		t.Log("no mount namespace came to be younger than the machine's: hostPath is tried without one pinned")
	} else if err != nil {
		t.Fatal(err)
	}
}
