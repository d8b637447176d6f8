package accept

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// killings is how often the supervisors are killed while probes are asked, with hardly a pause.
const killings = 6

// H58: supervisors that are killed while containers are probed cost no container its life; and after the machine went down, with all that is
// in memory, the pods of before run again with what they had on the disk, those that had ended stay so, and of the containers of before
// nothing is left.
func TestH58(t *testing.T) {
	in := newInstance(t, "127.0.0.1:17484")
	if err := errors.Join(in.up(), in.images()); err != nil {
		t.Fatal(err)
	}
	w := worldIn(t, in)
	id, err := in.id()
	if err != nil {
		t.Fatal(err)
	}
	const always = "restartPolicy: Always, volumes: [{name: v, emptyDir: {}}]"
	// It takes most of its period, so that there is nearly always one under way to be cut off.
	const ask = "{exec: {command: [/bin/busybox, sleep, '0.9']}, periodSeconds: 1, timeoutSeconds: 60, failureThreshold: 1}"
	w.apply(pod("web", busybox, "echo began >> /v/file; echo own > /own; cat /v/file; "+idle,
		"livenessProbe: "+ask+", volumeMounts: [{name: v, mountPath: /v}]", always) +
		pod("job", busybox, "echo once", "", ""))
	w.ready("condition=Ready", "pod/web")
	w.prints("job", "once")

	for range killings {
		w.killAll(w.supervisors())
		w.eventually("a supervisor is there again", func() error {
			_, err := w.inPod("web", "true")
			return err
		})
	}
	if n := w.field("pod/web", ".status.containerStatuses[0].restartCount"); n != "0" {
		t.Errorf("a container that is well was restarted %s times", n)
	}

	w.powerCut(id)
	if err := in.up(); err != nil {
		t.Fatal(err)
	}
	w.eventually("the pod runs again, with its volume", func() error {
		out, err := w.try("logs", "web")
		return errors.Join(err, want(out, "began\nbegan"))
	})
	w.ready("condition=Ready", "pod/web")
	if n := w.field("pod/web", ".status.containerStatuses[0].restartCount"); n != "1" {
		t.Errorf("it was restarted %s times", n)
	}
	if phase := w.field("pod/job", ".status.phase"); phase != "Succeeded" {
		t.Errorf("a pod that had ended is %s", phase)
	}
	if layers := w.entries(filepath.Join(in.dir, "node", "containers")); len(layers) != 1 {
		t.Errorf("one container runs, with writable layers %v", layers)
	}
	w.k("delete", "pods", "--all", "--timeout=60s")
	w.eventually("nothing of the pods is left", w.nothingLeft)
}

// powerCut ends all processes of the instance and takes away what it has in memory: mounts, namespaces, cgroups.
func (w *world) powerCut(id string) {
	w.Helper()
	pids := append(w.daemon(), w.supervisors()...)
	w.killAll(pids)
	groups, err := filepath.Glob("/sys/fs/cgroup/*/gantry-" + id)
	if err != nil {
		w.Fatal(err)
	}
	groups = append(groups, "/sys/fs/cgroup/gantry-"+id)
	w.eventually("all processes have ended", func() error {
		var errs []error
		for _, group := range groups {
			errs = append(errs, w.clearCgroup(group))
		}
		return errors.Join(errs...)
	})
	mounts, err := readString("/proc/self/mountinfo")
	if err != nil {
		w.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(mounts), "\n")
	for _, line := range slices.Backward(lines) {
		at := strings.Fields(line)[4]
		if strings.HasPrefix(at, "/run/gantry-"+id) || strings.HasPrefix(at, w.dir+"/") {
			if err := unix.Unmount(at, unix.MNT_DETACH); err != nil && !errors.Is(err, unix.EINVAL) {
				w.Fatalf("unmount %s: %v", at, err)
			}
		}
	}
	runs, err := filepath.Glob("/run/gantry-" + id + "*")
	if err != nil {
		w.Fatal(err)
	}
	for _, dir := range runs {
		if err := os.RemoveAll(dir); err != nil {
			w.Fatal(err)
		}
	}
}

// clearCgroup kills what is in a cgroup and removes it; an error says that something is left.
func (w *world) clearCgroup(root string) error {
	var dirs []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return ignoreGone(err)
		case d.IsDir():
			dirs = append(dirs, path)
		case d.Name() == "cgroup.procs":
			text, err := readString(path)
			for _, pid := range strings.Fields(text) {
				var n int
				if _, err := fmt.Sscan(pid, &n); err == nil && n > 1 {
					_ = unix.Kill(n, unix.SIGKILL) // it may have gone
				}
			}
			return ignoreGone(err)
		}
		return nil
	})
	for _, dir := range slices.Backward(dirs) {
		err = errors.Join(err, ignoreGone(os.Remove(dir)))
	}
	return err
}
