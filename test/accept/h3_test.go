package accept

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// logLimit is what five log files of 10 MiB take at most, and a little.
const logLimit = 60 << 20

// crashers is how many pods end again and again while everything else goes wrong.
const crashers = 20

// H3: what goes wrong in one pod, or with the node's own processes, stays there: the node is Ready, a bystander is not touched,
// and nothing is left in the end.
func TestH3(t *testing.T) {
	in := &instance{dir: t.TempDir(), listen: "127.0.0.1:16447"}
	t.Cleanup(func() {
		if err := in.down(); err != nil {
			t.Error(err)
		}
	})
	if err := errors.Join(in.up(), in.images()); err != nil {
		t.Fatal(err)
	}
	w := worldIn(t, in)
	w.apply(pod("bystander", busybox, idle, "readinessProbe: {exec: {command: [/bin/busybox, 'true']}}", "restartPolicy: Always"))
	w.ready("condition=Ready", "pod/bystander")
	before := w.field("pod/bystander", ".status.containerStatuses[0].containerID")

	var all strings.Builder
	for i := range crashers {
		all.WriteString(pod(fmt.Sprintf("crash-%d", i), busybox, "exit 1", "", "restartPolicy: Always"))
	}
	all.WriteString(pod("hog", busybox, "exec /bin/tool eat 256", "resources: {limits: {memory: 48Mi}}", "restartPolicy: Always"))
	// Ten times what a log may take, from a program that does not wait for anybody.
	all.WriteString(pod("flood", busybox, "yes 'this line is written again and again, as fast as it goes' | head -c 600000000; echo done", "", ""))
	w.apply(all.String())
	w.eventually("the hog is killed for its memory", func() error {
		return want(w.field("pod/hog", ".status.containerStatuses[0]['state','lastState'].terminated.reason"), "OOMKilled")
	})

	for _, pid := range w.supervisors() {
		kill(t, pid)
	}
	w.eventually("pods start after the supervisors were killed", func() error {
		w.apply(pod("after-supervisor", busybox, "echo here", "", ""))
		return want(w.field("pod/after-supervisor", ".status.phase"), "Succeeded")
	})
	w.killDaemon()
	for _, pid := range w.supervisors() {
		kill(t, pid)
	}
	if err := in.up(); err != nil {
		t.Fatal(err)
	}
	w.apply(pod("after-both", busybox, "echo here", "", ""))
	w.prints("after-both", "here")
	w.ended("flood")
	if got := w.field("nodes", ".items[0].status.conditions[?(@.type=='Ready')].status"); got != "True" {
		t.Errorf("the node is Ready: %s", got)
	}
	w.ready("condition=Ready", "pod/bystander")
	if now := w.field("pod/bystander", ".status.containerStatuses[0].containerID"); now != before {
		t.Errorf("the bystander was restarted: %s is now %s", before, now)
	}
	var size int64
	logs, err := filepath.Glob(filepath.Join(in.dir, "node", "logs", "*_flood_*", "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range logs {
		if info, err := os.Stat(f); err == nil {
			size += info.Size()
		}
	}
	if size == 0 || size > logLimit {
		t.Errorf("the flood's log takes %d bytes in %d files", size, len(logs))
	}

	w.k("delete", "pods", "--all", "--wait=false")
	w.eventually("nothing of the pods is left", w.nothingLeft)
}

// killDaemon kills the instance's own process.
func (w *world) killDaemon() {
	w.Helper()
	b, err := os.ReadFile(filepath.Join(w.dir, "gantry.pid"))
	if err != nil {
		w.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		w.Fatal(err)
	}
	kill(w.T, pid)
	w.eventually("the daemon is gone", func() error {
		if err := unix.Kill(pid, 0); err == nil {
			return fmt.Errorf("process %d lives", pid)
		}
		return nil
	})
}

func kill(t *testing.T, pid int) {
	t.Helper()
	if err := unix.Kill(pid, unix.SIGKILL); err != nil && !errors.Is(err, unix.ESRCH) {
		t.Fatal(err)
	}
}

// nothingLeft says what the node still has of pods: cgroups, records, logs, volumes and writable layers.
func (w *world) nothingLeft() error {
	id, err := w.id()
	if err != nil {
		return err
	}
	var left []string
	for _, pattern := range []string{
		"/sys/fs/cgroup/*/gantry-" + id + "/pod*", "/sys/fs/cgroup/gantry-" + id + "/pod*",
		"/run/gantry-" + id + "/sandboxes/*", "/run/gantry-" + id + "/sup/*/c/*", "/run/gantry-" + id + "/shm/*",
		filepath.Join(w.dir, "node", "containers", "*"), filepath.Join(w.dir, "node", "pods", "*"), filepath.Join(w.dir, "node", "logs", "*"),
	} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			return err
		}
		left = append(left, found...)
	}
	if len(left) > 0 {
		return fmt.Errorf("%d things are left, the first %s", len(left), left[0])
	}
	return nil
}
