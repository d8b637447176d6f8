package container

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"gantry.dev/gantry/internal/driver/container/autofs"
)

// needTriggers skips where the kernel has no autofs: there all is mounted at once.
func needTriggers(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(autofs.Device); err != nil {
		t.Skipf("needs autofs: %v", err)
	}
}

// printed is what a command prints in a container, and its exit code.
func printed(t *testing.T, n *Native, id, command string) (string, int) {
	t.Helper()
	ctx := testContext(t)
	p, err := n.Exec(ctx, id, ExecSpec{Args: []string{"sh", "-c", command + " 2>&1"}, Stdout: true})
	if err != nil {
		t.Fatalf("exec %s: %v", command, err)
	}
	defer p.Close()
	out, err := io.ReadAll(p.Stdout())
	if err != nil {
		t.Fatal(err)
	}
	exit, err := p.Wait(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return string(out), exit.Code
}

// covered says whether a container has a file system of that type at a place.
func covered(t *testing.T, n *Native, id, kind, at string) bool {
	t.Helper()
	out, _ := printed(t, n, id, "cat /proc/mounts")
	for line := range strings.Lines(out) {
		if f := strings.Fields(line); len(f) > 2 && f[1] == at && f[2] == kind {
			return true
		}
	}
	return false
}

// wants are commands and what they print.
func wants(t *testing.T, n *Native, id string, commands ...[2]string) {
	t.Helper()
	for _, c := range commands {
		if out, code := printed(t, n, id, c[0]); out != c[1] || code != 0 {
			t.Errorf("%s: %s prints %q and exits with %d, want %q", id, c[0], out, code, c[1])
		}
	}
}

// What is mounted only when somebody looks is there whoever looks, however.
func TestTriggers(t *testing.T) {
	needTriggers(t)
	o := testOptions(t)
	n := openNative(t, o)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	for _, id := range []string{"a", "b"} {
		mustStart(t, n, script(t, o, id, "exec sleep 1000"))
	}
	if covered(t, n, "a", "devpts", "/dev/pts") || covered(t, n, "a", "sysfs", "/sys/class/net") {
		t.Error("mounted before anybody has looked")
	}
	wants(t, n, "a",
		[2]string{"ls /sys/class/net", "lo\n"},
		[2]string{"cat /sys/class/net/lo/mtu /sys/devices/virtual/net/lo/ifindex", "65536\n1\n"},
		[2]string{"cat /sys/class/net/lo/statistics/rx_errors", "0\n"},
		[2]string{"readlink -f /sys/class/net/lo", "/sys/devices/virtual/net/lo\n"},
		[2]string{"exec 3<>/dev/ptmx && ls /dev/pts", "0\nptmx\n"},
		[2]string{"stat -c %T -f /dev/pts/", "devpts\n"},
	)
	if !covered(t, n, "a", "devpts", "/dev/pts") || !covered(t, n, "a", "sysfs", "/sys/class/net") {
		t.Error("not mounted although somebody has looked")
	}
	if covered(t, n, "b", "devpts", "/dev/pts") || covered(t, n, "b", "sysfs", "/sys/devices/virtual/net") {
		t.Error("what one container looks at is mounted for another")
	}
	wants(t, n, "b", [2]string{"cat /sys/devices/virtual/net/lo/ifindex", "1\n"}, [2]string{"test -c /dev/pts/ptmx && echo yes", "yes\n"})

	for _, c := range []string{
		"mkdir /dev/pts/x", "mkdir /sys/class/net/x", "echo 1 > /sys/class/net/lo/mtu", "umount /dev/pts", "ls /sys/class/net/eth0/.",
	} {
		if out, code := printed(t, n, "a", c); code == 0 {
			t.Errorf("%s is allowed: %s", c, out)
		}
	}
	p, err := n.Exec(testContext(t), "b", ExecSpec{Args: []string{"tty"}, TTY: true, Stdout: true})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if out, _ := io.ReadAll(p.Stdout()); !strings.HasPrefix(string(out), "/dev/pts/") {
		t.Errorf("terminal of an exec: %q", out)
	}
	for _, id := range []string{"a", "b"} {
		if err := n.Remove(testContext(t), id); err != nil {
			t.Fatal(err)
		}
	}
	if left := triggersLeft(t, n); len(left) > 0 {
		t.Errorf("triggers of removed containers: %v", left)
	}
}

// triggersLeft are the directories of the first supervisor's autofs.
func triggersLeft(t *testing.T, n *Native) (names []string) {
	t.Helper()
	err := n.inHolder(func() error {
		entries, err := os.ReadDir("/triggers/0")
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// Many look at once, in several containers, and one has a namespace of mounts of its own that is older than what was mounted.
func TestTriggersAtOnce(t *testing.T) {
	needTriggers(t)
	o := testOptions(t)
	n := openNative(t, o)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	var wg sync.WaitGroup
	for i := range 4 {
		id := fmt.Sprintf("c%d", i)
		s := script(t, o, id, "exec sleep 1000")
		s.Capabilities = append(s.Capabilities, "SYS_ADMIN")
		s.Seccomp = SeccompUnconfined
		mustStart(t, n, s)
		for range 3 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				out, code := printed(t, n, id, "for i in 1 2 3; do (test -c /dev/pts/ptmx && cat /sys/class/net/lo/ifindex) & done; wait")
				if out != "1\n1\n1\n" || code != 0 {
					t.Errorf("%s: %q, %d", id, out, code)
				}
			}()
		}
	}
	wg.Wait()
	for i := range 4 {
		id := fmt.Sprintf("c%d", i)
		if out, _ := printed(t, n, id, "grep -c ' devpts \\|/net sysfs ' /proc/mounts"); out != "3\n" {
			t.Errorf("%s: %s mounts, want 3", id, strings.TrimSpace(out))
		}
	}
	// What was unmounted comes again, and in a namespace of its own it comes by itself.
	wants(t, n, "c0",
		[2]string{"umount /dev/pts && grep -c devpts /proc/mounts; test -c /dev/pts/ptmx && grep -c devpts /proc/mounts", "0\n1\n"},
		[2]string{"umount /dev/pts && unshare -m --propagation private sh -c 'test -c /dev/pts/ptmx && grep -c devpts /proc/mounts'; grep -c devpts /proc/mounts; true", "1\n0\n"},
	)
	st, err := n.Status(testContext(t), "c0")
	if err != nil {
		t.Fatal(err)
	}
	// From outside.
	if _, err := os.Stat(fmt.Sprintf("/proc/%d/root/dev/pts/ptmx", st.PID)); err != nil {
		t.Errorf("look from outside: %v", err)
	}
}

// A supervisor that comes after one that was killed serves the triggers of the containers that it finds; who looks meanwhile lives.
func TestTriggersAfterCrash(t *testing.T) {
	needTriggers(t)
	o := testOptions(t)
	n := openNative(t, o)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	gate := filepath.Join(o.DataDir, "gate")
	if err := os.Mkdir(gate, 0o777); err != nil {
		t.Fatal(err)
	}
	s := script(t, o, "c", "touch /gate/ready; until test -e /gate/go; do sleep 0.01; done; cat /sys/class/net/lo/mtu; until test -c /dev/pts/ptmx; do sleep 0.01; done; echo alive; touch /gate/done; exec sleep 1000")
	s.Mounts = []Mount{{Source: gate, Destination: "/gate"}}
	mustStart(t, n, s)
	mustStart(t, n, script(t, o, "d", "exec sleep 1000"))
	awaitFile(t, filepath.Join(gate, "ready"))
	old := supervisorPID(t, n)
	n.Close() // nobody starts another one
	killProcess(t, old)
	touch(t, filepath.Join(gate, "go"))
	n = openNative(t, o)
	awaitFile(t, filepath.Join(gate, "done"))
	await(t, "its log", func() bool { return strings.HasSuffix(logText(t, s.LogPath), "stdout: alive\n") })
	wants(t, n, "c", [2]string{"cat /sys/class/net/lo/mtu", "65536\n"})
	wants(t, n, "d", [2]string{"cat /sys/class/net/lo/mtu; test -c /dev/pts/ptmx && echo yes", "65536\nyes\n"})
	for _, id := range []string{"c", "d"} {
		if err := n.Remove(testContext(t), id); err != nil {
			t.Fatal(err)
		}
	}
	if left := triggersLeft(t, n); len(left) > 0 {
		t.Errorf("triggers of removed containers: %v", left)
	}
}

// A program that replaces another in the same process goes on serving.
func TestTriggersAfterUpgrade(t *testing.T) {
	needTriggers(t)
	o := testOptions(t)
	n := openNative(t, o)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	mustStart(t, n, script(t, o, "c", "exec sleep 1000"))
	n.Close()
	o.Binary = otherBinary(t, o)
	n = openNative(t, o)
	wants(t, n, "c", [2]string{"cat /sys/class/net/lo/mtu; test -c /dev/pts/ptmx && echo yes", "65536\nyes\n"})
	mustStart(t, n, script(t, o, "d", "exec sleep 1000"))
	if covered(t, n, "d", "devpts", "/dev/pts") {
		t.Error("mounted before anybody has looked")
	}
}

// Containers whose mounts are in such places have all at once.
func TestNoTriggers(t *testing.T) {
	o := testOptions(t)
	n := openNative(t, o)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	mustSandbox(t, n, SandboxConfig{ID: "host", HostNetwork: true})
	data := t.TempDir()
	s := script(t, o, "c", "exec sleep 1000")
	s.Mounts = []Mount{{Source: data, Destination: "/sys/class/net/lo/queues"}}
	mustStart(t, n, s)
	if covered(t, n, "c", "autofs", "/sys/class/net") {
		t.Error("a mount below /sys would be lost")
	}
	wants(t, n, "c", [2]string{"cat /sys/class/net/lo/mtu", "65536\n"})
	s = script(t, o, "h", "exec sleep 1000")
	s.Sandbox = "host"
	mustStart(t, n, s)
	if covered(t, n, "h", "autofs", "/sys/class/net") {
		t.Error("the host's sysfs is one file system anyway")
	}
	s = script(t, o, "p", "exec sleep 1000")
	s.Privileged = true
	mustStart(t, n, s)
	if covered(t, n, "p", "autofs", "/sys/class/net") || covered(t, n, "p", "autofs", "/dev/pts") {
		t.Error("a privileged container has triggers")
	}
}
