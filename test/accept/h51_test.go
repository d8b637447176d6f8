package accept

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const (
	// bombBound is the most processes of a pod, so that a fork bomb is one without harm to the machine that tests run on.
	bombBound = 100
	// floodFiles of floodBytes each are all that a container's output may take of the disk.
	floodFiles, floodBytes = 2, 1 << 20
	// crashPods of crashEach containers end as soon as they begin.
	crashPods, crashEach = 10, 10
)

// H51: neighbours of the worst kind (a fork bomb, one that eats memory, one that never stops talking, a hundred that crash): the node stays
// Ready, others do not notice, newcomers start, and nothing is left of any of them.
func TestH51(t *testing.T) {
	in := newInstance(t, "127.0.0.1:17470")
	config := filepath.Join(in.dir, "kubelet.yaml")
	write(t, config, fmt.Sprintf(`apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
podPidsLimit: %d
containerLogMaxSize: %d
containerLogMaxFiles: %d
`, bombBound, floodBytes, floodFiles))
	if _, err := in.gantry("up", "--listen", in.listen, "--kubelet-config", config); err != nil {
		t.Fatal(err)
	}
	if err := in.images(); err != nil {
		t.Fatal(err)
	}
	w := worldIn(t, in)
	const probe = "readinessProbe: {exec: {command: [/bin/busybox, 'true']}, periodSeconds: 1, timeoutSeconds: 60, failureThreshold: 3}"
	w.apply(pod("good", busybox, "i=0; while :; do i=$((i+1)); echo $i; /bin/busybox sleep 0.1; done", probe, ""))
	w.ready("condition=Ready", "pod/good")
	since := func(object, condition string) string {
		return w.field(object, `.status.conditions[?(@.type=="`+condition+`")].status`) + " since " + w.field(object, `.status.conditions[?(@.type=="`+condition+`")].lastTransitionTime`)
	}
	node := "node/" + w.field("pod/good", ".spec.nodeName")
	nodeReady, podReady := since(node, "Ready"), since("pod/good", "Ready")

	const slow = "resources: {limits: {cpu: 200m, memory: 64Mi}}"
	bad := pod("bomb", busybox, "bomb() { bomb | bomb & }; bomb; while :; do bomb; done", slow, "restartPolicy: Always") +
		pod("hog", busybox, "exec tail /dev/zero", "resources: {limits: {memory: 16Mi}}", "restartPolicy: Always") +
		pod("flood", busybox, "exec yes this is said again and again", slow, "restartPolicy: Always")
	for i := range crashPods {
		var more strings.Builder
		for j := range crashEach {
			fmt.Fprintf(&more, "{name: c%d, image: %q, command: [/bin/busybox, 'false']}, ", j, busybox)
		}
		bad += fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: crash-%d, labels: {app: crash}}\nspec: {terminationGracePeriodSeconds: 1, containers: [%s]}\n---\n", i, strings.TrimSuffix(more.String(), ", "))
	}
	w.apply(bad)
	w.eventually("the one that eats is stopped", func() error {
		c := w.field("pod/hog", ".status.containerStatuses[0]")
		return want(c, "OOMKilled")
	})
	w.eventually("the bomb reaches its bound", func() error { return want(w.k("logs", "bomb", "--tail=5"), "can't fork") })
	w.eventually("all crash and are started again", func() error {
		again := 0
		for _, n := range strings.Fields(w.field("pods -l app=crash", ".items[*].status.containerStatuses[*].restartCount")) {
			if n != "0" {
				again++
			}
		}
		if again < crashPods*crashEach {
			return fmt.Errorf("%d of %d", again, crashPods*crashEach)
		}
		return nil
	})
	w.eventually("the flood's log is rotated", func() error {
		size, files, err := logSize(filepath.Join(w.dir, "node", "logs"), w.ns+"_flood_")
		if err == nil && files < floodFiles {
			err = fmt.Errorf("%d files", files)
		}
		if most := int64(floodFiles+1) * floodBytes; size > most {
			t.Errorf("its log takes %d bytes of the disk, the bound is %d", size, most)
		}
		return err
	})
	w.apply(pod("newcomer", busybox, "echo welcome", "", ""))
	w.prints("newcomer", "welcome")

	if now := since(node, "Ready"); now != nodeReady {
		t.Errorf("the node was ready %s, and is %s", nodeReady, now)
	}
	if now := since("pod/good", "Ready"); now != podReady || w.field("pod/good", ".status.containerStatuses[0].restartCount") != "0" {
		t.Errorf("a neighbour was ready %s, and is %s", podReady, now)
	}
	w.continuous("good")

	uids := strings.Fields(w.field("pods", ".items[*].metadata.uid"))
	w.k("delete", "pod", "--all", "--timeout=80s")
	w.eventually("nothing is left of them", func() error { return w.nothingOf(uids...) })
}

// logSize is what the logs of a pod take of the disk, the directory's name of which begins with prefix.
func logSize(dir, prefix string) (size int64, files int, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, path)
		if err != nil || d.IsDir() || !strings.HasPrefix(rel, prefix) {
			return ignoreGone(err)
		}
		info, err := d.Info()
		if err == nil {
			size, files = size+info.Size(), files+1
		}
		return ignoreGone(err)
	})
	return size, files, err
}

func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// nothingOf wants nothing to be left of pods: no cgroup, no file of the node or its supervisors with their UID, no mount.
func (w *world) nothingOf(uids ...string) error {
	id, err := w.id()
	if err != nil {
		return err
	}
	roots := []string{filepath.Join(w.dir, "node"), "/run/gantry-" + id, "/run/gantry-" + id + "-volumes"}
	groups, err := filepath.Glob("/sys/fs/cgroup/*/gantry-" + id)
	if err != nil {
		return err
	}
	for _, root := range append(roots, groups...) {
		if err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			for _, uid := range uids {
				if err == nil && strings.Contains(filepath.Base(path), uid) {
					return errors.New(path + " is left")
				}
			}
			return ignoreGone(err)
		}); err != nil {
			return err
		}
	}
	for _, pid := range append(w.daemonOrNone(), w.supervisors()...) {
		mounts, err := readString("/proc/" + strconv.Itoa(pid) + "/mountinfo")
		for _, uid := range uids {
			if err == nil && strings.Contains(mounts, uid) {
				return fmt.Errorf("process %d has a mount of pod %s", pid, uid)
			}
		}
	}
	return nil
}
