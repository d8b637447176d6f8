package accept

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"gantry.dev/gantry/internal/testimage"
)

// C2: what a container is inside, as its own processes and the kernel's files tell.
func TestC2(t *testing.T) {
	w := newWorld(t)
	image := importImage(t, w, "c2", v1.Config{
		Env: []string{"FROM_IMAGE=image", "BOTH=image"}, WorkingDir: "/work", User: "daemon",
		Entrypoint: []string{"/bin/busybox", "echo", "entry"}, Cmd: []string{"cmd"},
	}, testimage.Dir("work", 0o777))
	for name, test := range map[string]func(*world, string){
		"root file systems": rootFileSystems, "cgroup limits": cgroupLimits, "environment, arguments, working directory": environments,
		"user and groups": identities, "capabilities": capabilities, "read-only root": readOnlyRoot,
		"no_new_privs": noNewPrivileges, "seccomp": seccomp,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(w.sub(t), image)
		})
	}
}

// importImage brings an image of busybox to the node and returns its name.
func importImage(t *testing.T, w *world, name string, config v1.Config, entries ...testimage.Entry) string {
	t.Helper()
	config.Env = append(config.Env, "PATH=/bin")
	img := testimage.Image(t, config, testimage.BusyboxLayer(t), testimage.Layer(t, entries...))
	full := "local/" + name + ":1"
	if _, err := w.gantry("image", "import", testimage.Save(t, map[string]v1.Image{full: img})); err != nil {
		t.Fatal(err)
	}
	return full
}

func rootFileSystems(w *world, image string) {
	w.apply(pod("writer", image, "echo mine > /root/note; cat /root/note; /bin/busybox grep ' / ' /proc/mounts; "+idle, "securityContext: {runAsUser: 0}", "") +
		pod("reader", image, "/bin/busybox ls /root; /bin/busybox ls -l /proc/self/ns | /bin/busybox wc -l", "securityContext: {runAsUser: 0}", ""))
	w.ready("condition=Ready", "pod/writer")
	w.eventually("an overlay", func() error { return want(w.k("logs", "writer"), "mine", " / overlay rw") })
	if _, logs := w.ended("reader"); strings.Contains(logs, "note") {
		w.Errorf("another container of the image sees %q", logs)
	}
}

// cgroups are the cgroup directories of the processes with a mark by controller.
func (w *world) cgroups(mark string) map[string]string {
	w.Helper()
	found := w.marked(mark)
	if len(found) == 0 {
		w.Fatalf("no process has %s", mark)
	}
	dirs := map[string]string{}
	for pid := range found {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", pid))
		if err != nil {
			w.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			part := strings.SplitN(strings.TrimSpace(line), ":", 3)
			root := "/sys/fs/cgroup"
			if part[1] != "" {
				root = filepath.Join(root, part[1])
			}
			for _, controller := range strings.Split(part[1], ",") {
				dirs[controller] = filepath.Join(root, part[2])
			}
		}
	}
	return dirs
}

func cgroupLimits(w *world, image string) {
	id, err := w.id()
	if err != nil {
		w.Fatal(err)
	}
	mark := "limits-" + id
	w.apply(pod("limits", image, ": "+mark+"; "+idle, "resources: {requests: {cpu: 100m, memory: 16Mi}, limits: {cpu: 250m, memory: 64Mi}}", ""))
	w.ready("condition=Ready", "pod/limits")
	dirs := w.cgroups(mark)
	wants := []struct{ controller, v1, v2, value string }{
		{"memory", "memory.limit_in_bytes", "memory.max", strconv.Itoa(64 << 20)},
		{"cpu", "cpu.cfs_quota_us", "", "25000"}, {"cpu", "cpu.shares", "", "102"}, {"cpu", "", "cpu.max", "25000 100000"},
	}
	for _, c := range wants {
		dir, file := dirs[c.controller], c.v1
		if dir == "" {
			dir, file = dirs[""], c.v2
		}
		if file == "" {
			continue // of the other version
		}
		b, err := os.ReadFile(filepath.Join(dir, file))
		if got := strings.TrimSpace(string(b)); err != nil || got != c.value {
			w.Errorf("%s of the container is %q %v, want %s", file, got, err, c.value)
		}
	}
	// The pod's own cgroup bounds its processes: one above, or the same for the only container of a pod (cgroup version 1).
	dir := dirs["pids"]
	if dir == "" {
		dir = dirs[""]
	}
	b, err := os.ReadFile(filepath.Join(dir, "pids.max"))
	if strings.TrimSpace(string(b)) == "max" {
		b, err = os.ReadFile(filepath.Join(filepath.Dir(dir), "pids.max"))
	}
	if n, convErr := strconv.Atoi(strings.TrimSpace(string(b))); err != nil || convErr != nil || n <= 0 {
		w.Errorf("pids.max of the pod is %q %v", b, errors.Join(err, convErr))
	}
}

func environments(w *world, image string) {
	const show = "echo image=$FROM_IMAGE both=$BOTH own=$OWN expanded=$EXPANDED host=$HOSTNAME pod=$POD cpu=$CPU cm=$CM all=$all_a; pwd"
	w.k("create", "configmap", "env", "--from-literal=a=from-map")
	w.apply(pod("env", image, show, `env: [{name: BOTH, value: pod}, {name: OWN, value: own}, {name: EXPANDED, value: "<$(OWN)>"},
  {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}, {name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1m}}},
  {name: CM, valueFrom: {configMapKeyRef: {name: env, key: a}}}],
  envFrom: [{prefix: all_, configMapRef: {name: env}}], resources: {limits: {cpu: 200m}}`, "") +
		pod("workdir", image, "pwd", "workingDir: /bin", "") +
		pod("missing-map", image, "pwd", "envFrom: [{configMapRef: {name: nowhere}}]", ""))
	w.prints("env", "image=image both=pod own=own expanded=<own> host=env pod=env cpu=200 cm=from-map all=from-map\n/work")
	w.prints("workdir", "/bin")
	w.waits("missing-map", "CreateContainerConfigError", `configmap "nowhere" not found`)
	for name, c := range map[string]struct{ fields, says string }{
		"defaults": {"", "entry cmd"}, "args": {", args: [mine, $(X)], env: [{name: X, value: why}]", "entry mine why"}, "command": {", command: [/bin/busybox, echo, other]", "other"},
	} {
		w.apply(fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\nspec: {restartPolicy: Never, containers: [{name: c, image: %q%s}]}", name, image, c.fields))
		if _, logs := w.ended(name); logs != c.says {
			w.Errorf("%s: %q, want %q", name, logs, c.says)
		}
	}
}

func identities(w *world, image string) {
	const show = "/bin/busybox id -u; /bin/busybox id -g; /bin/busybox id -G"
	w.apply(pod("id-image", image, show, "", "") +
		pod("id-pod", image, show, "", "securityContext: {runAsUser: 1000, runAsGroup: 2000, supplementalGroups: [3000], fsGroup: 4000}") +
		pod("id-container", image, show, "securityContext: {runAsUser: 1001}", "securityContext: {runAsUser: 1000, runAsGroup: 2000}") +
		pod("id-root", image, show, "securityContext: {runAsUser: 0}", "securityContext: {runAsNonRoot: true}"))
	for name, ids := range map[string]string{"id-image": "1\n1\n1 100", "id-pod": "1000\n2000\n2000 3000 4000", "id-container": "1001\n2000\n2000"} {
		if _, logs := w.ended(name); logs != ids {
			w.Errorf("%s is %q, want %q", name, logs, ids)
		}
	}
	w.waits("id-root", "CreateContainerConfigError", "non-root")
}

// status is a field of /proc/self/status as a pod printed it.
func statusField(logs, field string) string {
	for line := range strings.Lines(logs) {
		if v, ok := strings.CutPrefix(line, field+":"); ok {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

const showStatus = "/bin/busybox cat /proc/self/status"

func capabilities(w *world, image string) {
	w.apply(pod("cap-default", image, showStatus, "securityContext: {runAsUser: 0}", "") +
		pod("cap-none", image, showStatus, "securityContext: {runAsUser: 0, capabilities: {drop: [ALL]}}", "") +
		pod("cap-one", image, showStatus, "securityContext: {runAsUser: 0, capabilities: {drop: [ALL], add: [NET_ADMIN]}}", "") +
		pod("cap-all", image, showStatus, "securityContext: {runAsUser: 0, privileged: true}", "") +
		pod("cap-user", image, showStatus, "", ""))
	_, all := w.ended("cap-all")
	for name, mask := range map[string]string{
		"cap-default": "00000000a80425fb", // the fourteen that every runtime leaves
		"cap-none":    "0000000000000000",
		"cap-one":     "0000000000001000", // bit 12
	} {
		_, logs := w.ended(name)
		for _, set := range []string{"CapEff", "CapPrm", "CapBnd"} {
			if got := statusField(logs, set); got != mask {
				w.Errorf("%s: %s is %s, want %s", name, set, got, mask)
			}
		}
	}
	own, err := os.ReadFile("/proc/self/status")
	if err != nil {
		w.Fatal(err)
	}
	if got, host := statusField(all, "CapEff"), statusField(string(own), "CapEff"); got != host {
		w.Errorf("privileged: CapEff is %s, the machine has %s", got, host)
	}
	if _, logs := w.ended("cap-user"); statusField(logs, "CapEff") != "0000000000000000" {
		w.Errorf("a user has %s", statusField(logs, "CapEff"))
	}
}

func readOnlyRoot(w *world, image string) {
	w.apply(pod("read-only", image, "echo x > /file && echo written; echo y > /v/file && echo volume written; true",
		"securityContext: {runAsUser: 0, readOnlyRootFilesystem: true}, "+shareV, emptyV))
	_, logs := w.ended("read-only")
	if strings.HasPrefix(logs, "written") || strings.Contains(logs, "\nwritten") || want(logs, "Read-only file system", "volume written") != nil {
		w.Errorf("it said %q", logs)
	}
}

func noNewPrivileges(w *world, image string) {
	w.apply(pod("privs", image, showStatus, "", "") +
		pod("no-privs", image, showStatus, "securityContext: {allowPrivilegeEscalation: false}", ""))
	for name, value := range map[string]string{"privs": "0", "no-privs": "1"} {
		_, logs := w.ended(name)
		if got := statusField(logs, "NoNewPrivs"); got != value {
			w.Errorf("%s: NoNewPrivs is %q, want %s", name, got, value)
		}
	}
}

func seccomp(w *world, image string) {
	const try = showStatus + "; /bin/busybox unshare -U /bin/busybox echo made a user namespace"
	w.apply(pod("seccomp", image, try, "", "") +
		pod("unconfined", image, try, "securityContext: {seccompProfile: {type: Unconfined}}", ""))
	_, confined := w.ended("seccomp")
	if got := statusField(confined, "Seccomp"); got != "2" || strings.Contains(confined, "made a user namespace") {
		w.Errorf("by default Seccomp is %q; %s", got, lastLine(confined))
	}
	_, free := w.ended("unconfined")
	if got := statusField(free, "Seccomp"); got != "0" {
		w.Errorf("unconfined, Seccomp is %q", got)
	}
}

func lastLine(s string) string {
	lines := slices.Collect(strings.Lines(s))
	if len(lines) == 0 {
		return ""
	}
	return strings.TrimSpace(lines[len(lines)-1])
}
