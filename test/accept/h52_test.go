package accept

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// H52: the agent, the supervisors, both, or processes of a pod are killed as soon as each step of the pod's start can be seen. The pod runs in the end,
// once, with what it said, and nothing stays behind.
func TestH52(t *testing.T) {
	in := newInstance(t, "127.0.0.1:17471")
	in.start(t, "server", "--listen", in.listen)
	startAgent := func() *process { return in.start(t, "agent") }
	agent := startAgent()
	if err := in.images(); err != nil {
		t.Fatal(err)
	}
	w := worldIn(t, in)
	id, err := in.id()
	if err != nil {
		t.Fatal(err)
	}
	run := "/run/gantry-" + id
	steps := []struct{ name, path string }{ // %s is the pod's UID
		{"seen", ""},
		{"volumes", filepath.Join(in.dir, "node", "pods", "%s")},
		{"cgroup", "/sys/fs/cgroup/*/gantry-" + id + "/pod%s"},
		{"sandbox", run + "/sandboxes/%s.json"},
		{"first container", run + "/sup/*/c/%s_first_0*"},
		{"main container", run + "/sup/*/c/%s_c_0*"},
		{"output", filepath.Join(in.dir, "node", "logs", "*_%s", "c", "0.log")},
	}
	victims := []struct {
		name string
		kill func(w *world, uid string)
	}{
		{"agent", func(w *world, _ string) { agent.kill(w.T); agent = startAgent() }},
		{"supervisor", func(w *world, _ string) { w.killAll(w.supervisors()) }},
		{"both", func(w *world, _ string) {
			pids := w.supervisors()
			agent.kill(w.T)
			w.killAll(pids)
			agent = startAgent()
		}},
		{"container", func(w *world, uid string) { w.killAll(w.processesOf(id, uid)) }},
	}
	for _, step := range steps {
		for _, victim := range victims {
			t.Run(step.name+"/"+victim.name, func(t *testing.T) {
				w := w.sub(t)
				name := strings.ReplaceAll(step.name, " ", "-") + "-" + victim.name
				uid := w.create(name)
				if step.path != "" {
					w.seen(fmt.Sprintf(step.path, uid))
				}
				victim.kill(w, uid)
				w.ready("condition=Ready", "pod/"+name)
				w.eventually("it says what it has to say", func() error {
					out, err := w.try("logs", name)
					return errors.Join(err, want(out, "here I am"))
				})
				if n := len(w.processesOf(id, uid)); n != 1 { // sleep, and nothing beside it
					t.Errorf("%d processes run in the pod", n)
				}
				w.k("delete", "pod", name, "--timeout=60s")
				w.eventually("nothing is left of it", func() error { return w.nothingOf(uid) })
			})
		}
	}
}

// create makes a pod of an init container and a main one through a connection that is open already: what comes next can be watched.
func (w *world) create(name string) (uid string) {
	w.Helper()
	container := func(name, script string) corev1.Container {
		return corev1.Container{Name: name, Image: busybox, Command: []string{"/bin/busybox", "sh", "-c", script}, VolumeMounts: []corev1.VolumeMount{{Name: "v", MountPath: "/v"}}}
	}
	grace := int64(1)
	p, err := w.instance.client(w.T).CoreV1().Pods(w.ns).Create(w.Context(), &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: corev1.PodSpec{
			TerminationGracePeriodSeconds: &grace, InitContainers: []corev1.Container{container("first", "echo first > /v/file")},
			Containers: []corev1.Container{container("c", "echo here I am; exec /bin/busybox sleep 1000")},
			Volumes:    []corev1.Volume{{Name: "v", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		w.Fatal(err)
	}
	return string(p.UID)
}

// seen returns as soon as a file of the pattern is there: it looks without a pause.
func (w *world) seen(pattern string) {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), patience)
	defer cancel()
	for {
		found, err := filepath.Glob(pattern)
		if err != nil || ctx.Err() != nil {
			w.Fatalf("%s: %v, %v", pattern, err, ctx.Err())
		}
		if len(found) > 0 {
			return
		}
		runtime.Gosched()
	}
}

// killAll kills processes of which some may be gone already, and does not wait.
func (w *world) killAll(pids []int) {
	w.Helper()
	for _, pid := range pids {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			w.Fatal(err)
		}
	}
}

// processesOf are those in the cgroups of a pod.
func (w *world) processesOf(id, uid string) (pids []int) {
	w.Helper()
	for _, root := range []string{"/sys/fs/cgroup/pids/gantry-", "/sys/fs/cgroup/gantry-"} {
		err := filepath.WalkDir(root+id+"/pod"+uid, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.Name() != "cgroup.procs" {
				return ignoreGone(err)
			}
			text, err := readString(path)
			for _, f := range strings.Fields(text) {
				if pid, err := strconv.Atoi(f); err == nil {
					pids = append(pids, pid)
				}
			}
			if errors.Is(err, syscall.ENODEV) {
				return nil // it went while we looked
			}
			return ignoreGone(err)
		})
		if err != nil {
			w.Fatal(err)
		}
	}
	return pids
}

func readString(path string) (string, error) {
	b, err := os.ReadFile(path)
	return string(b), err
}

// daemonOrNone is the process of `gantry up`, if the instance has one.
func (w *world) daemonOrNone() []int {
	if _, err := os.Stat(filepath.Join(w.dir, "gantry.pid")); err != nil {
		return nil
	}
	return w.daemon()
}
