package accept

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/resource"
)

// H9: a node that is told how to be by a KubeletConfiguration: static pods, what it lets in, logs, and how it goes down.
func TestH9(t *testing.T) {
	in := &instance{dir: t.TempDir(), listen: "127.0.0.1:17446"}
	t.Cleanup(func() {
		if err := in.down(); err != nil {
			t.Error(err)
		}
	})
	manifests := filepath.Join(in.dir, "manifests")
	if err := os.Mkdir(manifests, 0o755); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(in.dir, "kubelet.yaml")
	const head = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"
	write(t, config, head+"hairpinMode: none\n")
	if _, err := in.gantry("up", "--listen", in.listen, "--kubelet-config", config); err == nil || !strings.Contains(err.Error(), "hairpinMode") {
		t.Fatalf("a setting that the node does not have: %v", err)
	}
	write(t, config, head+fmt.Sprintf(`
staticPodPath: %s
maxPods: 40
podPidsLimit: 50
containerLogMaxSize: 20Ki
containerLogMaxFiles: 3
systemReserved: {memory: 1Gi}
kubeReserved: {memory: 512Mi, cpu: 100m}
evictionHard: {memory.available: 100Mi}
allowedUnsafeSysctls: ["kernel.msg*"]
crashLoopBackOff: {maxContainerRestartPeriod: 1s}
shutdownGracePeriodByPodPriority:
- {priority: 1000, shutdownGracePeriodSeconds: 20}
- {priority: 0, shutdownGracePeriodSeconds: 3}
`, manifests))
	if _, err := in.gantry("up", "--listen", in.listen, "--kubelet-config", config, "--feature-gates", "ContainerStopSignals=true"); err != nil {
		t.Fatal(err)
	}
	if err := in.images(); err != nil {
		t.Fatal(err)
	}
	w := worldIn(t, in)
	node := w.field("nodes", ".items[0].metadata.name")
	t.Run("reserved", func(t *testing.T) { w.sub(t).reserved() })
	t.Run("static", func(t *testing.T) { w.sub(t).static(manifests, node) })
	t.Run("admission", func(t *testing.T) { w.sub(t).admission(node) })
	t.Run("logs", func(t *testing.T) { w.sub(t).shortLogs() })
	t.Run("backoff", func(t *testing.T) { w.sub(t).shortBackoff() })
	t.Run("signals", func(t *testing.T) { w.sub(t).ownSignals() })
	t.Run("shutdown", func(t *testing.T) { w.sub(t).goesDown(node) })
}

// reserved looks at what pods can have: capacity without what is kept for system, node and eviction.
func (w *world) reserved() {
	mem := func(of string) int64 {
		text := w.field("nodes", ".items[0].status."+of)
		q, err := resource.ParseQuantity(text)
		if err != nil {
			w.Fatalf("%s %q: %v", of, text, err)
		}
		return q.Value() >> 10
	}
	// Memory in huge pages, which somebody may have on this machine, is good for nothing else.
	huge := mem("capacity.hugepages-2Mi") + mem("capacity.hugepages-1Gi")
	if got, want := mem("capacity.memory")-mem("allocatable.memory")-huge, int64(1024+512+100)<<10; got != want {
		w.Errorf("%d Ki of memory are kept, want %d", got, want)
	}
	if got := w.field("nodes", ".items[0].status.allocatable.pods"); got != "40" {
		w.Errorf("the node takes %s pods", got)
	}
}

func (w *world) static(manifests, node string) {
	name := "web-" + node
	file := filepath.Join(manifests, "web.yaml")
	manifest := func(mark string) {
		text := strings.Replace(pod("web", busybox, "echo "+mark+"; "+idle, "", "restartPolicy: Always"), "metadata: {", "metadata: {namespace: "+w.ns+", ", 1)
		// In one step, as whoever writes such files should do it.
		write(w.T, file+".new", strings.TrimSuffix(strings.TrimSpace(text), "---"))
		if err := os.Rename(file+".new", file); err != nil {
			w.Fatal(err)
		}
	}
	write(w.T, filepath.Join(manifests, "wrong.yaml"), "kind: Pod\napiVersion: v1\nmetadata: {name: wrong}\nspec: {containers: []}\n")
	manifest("one")
	runs := func(mark string) {
		w.Helper()
		w.eventually("the static pod runs as "+mark, func() error {
			out, err := w.try("logs", name)
			if err == nil {
				err = want(out, mark)
			}
			return errors.Join(err, want(w.field("pod/"+name, ".status.phase"), "Running"), want(w.field("pod/"+name, `.status.conditions[?(@.type=="Ready")].status`), "True"))
		})
	}
	runs("one")
	if owner := w.field("pod/"+name, ".metadata.ownerReferences[0].kind"); owner != "Node" {
		w.Errorf("the mirror belongs to a %s", owner)
	}
	hash := w.field("pod/"+name, `.metadata.annotations.kubernetes\.io/config\.mirror`)
	started := w.field("pod/"+name, ".status.containerStatuses[0].containerID")
	uid := w.field("pod/"+name, ".metadata.uid")
	w.k("delete", "pod", name, "--wait=false")
	w.eventually("a mirror that is deleted comes again, and the pod runs on", func() error {
		if w.field("pod/"+name, ".metadata.uid") == uid {
			return errors.New("it is the old one")
		}
		return want(w.field("pod/"+name, ".status.containerStatuses[0].containerID"), started)
	})
	if out := w.k("exec", name, "--", "/bin/busybox", "hostname"); out != name {
		w.Errorf("it calls itself %q", out)
	}
	manifest("two")
	runs("two")
	if again := w.field("pod/"+name, `.metadata.annotations.kubernetes\.io/config\.mirror`); again == hash {
		w.Error("another manifest has the same hash")
	}
	if err := os.Remove(file); err != nil {
		w.Fatal(err)
	}
	w.eventually("the pod goes with its manifest", func() error {
		if out, err := w.try("get", "pod", name); err == nil {
			return errors.New(out)
		}
		return nil
	})
	w.eventually("a wrong manifest is told of", func() error {
		b, err := os.ReadFile(filepath.Join(w.dir, "gantry.log"))
		return errors.Join(err, want(string(b), "wrong.yaml", "spec.containers"))
	})
}

// admission sends pods to the node past the scheduler.
func (w *world) admission(node string) {
	here := "nodeName: " + node
	for name, c := range map[string]struct{ container, spec, reason, message string }{
		"cpu":      {"resources: {requests: {cpu: 1k}}", here, "OutOfcpu", "Node didn't have enough resource: cpu, requested: 1000000"},
		"memory":   {"resources: {requests: {memory: 100Ti}}", here, "OutOfmemory", "requested: 109951162777600"},
		"sysctl":   {"", here + ", securityContext: {sysctls: [{name: kernel.shmmax, value: '1'}]}", "SysctlForbidden", `forbidden sysctl: "kernel.shmmax" not allowlisted`},
		"affinity": {"", here + ", nodeSelector: {not: there}", "NodeAffinity", "Predicate NodeAffinity failed"},
	} {
		w.apply(pod(name, busybox, "true", c.container, c.spec))
		if phase := w.over(name); phase != "Failed" {
			w.Errorf("pod %s: %s", name, phase)
		}
		if err := errors.Join(want(w.field("pod/"+name, ".status.reason"), c.reason), want(w.field("pod/"+name, ".status.message"), "Pod was rejected: ", c.message)); err != nil {
			w.Errorf("pod %s: %v", name, err)
		}
		w.eventually("an event tells why", func() error {
			return want(w.field("events", `.items[?(@.involvedObject.name=="`+name+`")].reason`), c.reason)
		})
	}
	w.apply(pod("allowed", busybox, "cat /proc/sys/kernel/msgmax", "", here+", securityContext: {sysctls: [{name: kernel.msgmax, value: '12345'}]}"))
	w.prints("allowed", "12345")
	if _, err := os.Stat("/sys/module/apparmor/parameters/enabled"); errors.Is(err, os.ErrNotExist) {
		w.apply(pod("confined", busybox, "true", "securityContext: {appArmorProfile: {type: RuntimeDefault}}", here))
		w.over("confined")
		if err := want(w.field("pod/confined", ".status.message"), "Cannot enforce AppArmor"); err != nil {
			w.Error(err)
		}
	}
	// The bound of processes is the pod's.
	w.apply(pod("forks", busybox, "n=0; while [ $n -lt 60 ]; do /bin/busybox sleep 60 & n=$((n+1)); done; true", "", here))
	if phase := w.over("forks"); phase != "Failed" {
		w.Errorf("60 processes where 50 may be: %s", phase)
	}
}

// shortLogs writes more than a log may hold.
func (w *world) shortLogs() {
	w.apply(pod("talks", busybox, "i=0; while [ $i -lt 3000 ]; do echo line $i of many that are all of the same length; i=$((i+1)); done", "", ""))
	w.prints("talks", "line 2999")
	files, err := filepath.Glob(filepath.Join(w.dir, "node", "logs", w.ns+"_talks_*", "c", "*"))
	if err != nil || len(files) == 0 || len(files) > 3 {
		w.Fatalf("log files %v, %v; want one to three", files, err)
	}
	for _, f := range files {
		if info, err := os.Stat(f); err != nil || info.Size() > 20<<10 {
			w.Errorf("%s has %d bytes, %v", f, info.Size(), err)
		}
	}
}

// shortBackoff crashes more often than kubelet's ten seconds and more would let it.
func (w *world) shortBackoff() {
	w.apply(pod("crashes", busybox, "exit 1", "", "restartPolicy: Always"))
	w.eventually("restarts come soon", func() error {
		n, err := strconv.Atoi(w.field("pod/crashes", ".status.containerStatuses[0].restartCount"))
		if err == nil && n < 6 {
			err = fmt.Errorf("%d restarts", n)
		}
		return err
	})
	w.k("delete", "pod", "crashes")
}

// goesDown ends the node's pods, and has it back.
func (w *world) goesDown(node string) {
	w.apply("apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: high}\nvalue: 5000\n")
	const stubborn = "trap '' TERM; while :; do /bin/busybox sleep 1; done"
	const slow = "trap 'sleep 1; exit 0' TERM; while :; do /bin/busybox sleep 1000 & wait; done"
	w.apply(pod("low", busybox, stubborn, "", "terminationGracePeriodSeconds: 600"))
	w.apply(pod("high", busybox, slow, "", "terminationGracePeriodSeconds: 600, priorityClassName: high"))
	w.ready("condition=Ready", "pod/low", "pod/high")
	if out, err := w.gantry("node", "shutdown", node); err != nil {
		w.Fatal(out, err)
	}
	if err := errors.Join(want(w.field("pod/low", ".status.phase"), "Failed"), want(w.field("pod/low", ".status.reason"), "Terminated"),
		want(w.field("pod/low", ".status.message"), "Pod was terminated in response to imminent node shutdown."),
		want(w.field("pod/high", ".status.phase"), "Succeeded")); err != nil { // one that ends well in time has succeeded, as kubelet's have
		w.Error(err)
	}
	for _, name := range []string{"low", "high"} {
		if err := want(w.field("pod/"+name, `.status.conditions[?(@.type=="DisruptionTarget")].reason`), "TerminationByKubelet"); err != nil {
			w.Errorf("pod %s: %v", name, err)
		}
	}
	if code := w.field("pod/low", ".status.containerStatuses[0].state.terminated.exitCode"); code != "137" {
		w.Errorf("the pod that does not listen ended with %s", code)
	}
	if code := w.field("pod/high", ".status.containerStatuses[0].state.terminated.exitCode"); code != "0" {
		w.Errorf("the pod that listens ended with %s", code)
	}
	if before, after := w.field("pod/low", ".status.containerStatuses[0].state.terminated.finishedAt"), w.field("pod/high", ".status.containerStatuses[0].state.terminated.finishedAt"); before > after {
		w.Errorf("the pod of low priority ended at %s, that of high priority at %s", before, after)
	}
	ready := `.items[0].status.conditions[?(@.type=="Ready")].`
	w.eventually("the node is not ready", func() error {
		return errors.Join(want(w.field("nodes", ready+"status"), "False"), want(w.field("nodes", ready+"message"), "node is shutting down"))
	})
	w.apply(pod("late", busybox, "true", "", "nodeName: "+node))
	w.over("late")
	if err := want(w.field("pod/late", ".status.reason"), "NodeShutdown"); err != nil {
		w.Error(err)
	}
	if _, err := w.gantry("node", "shutdown", node, "--cancel"); err != nil {
		w.Fatal(err)
	}
	w.eventually("the node is ready again", func() error { return want(w.field("nodes", ready+"status"), "True") })
	w.apply(pod("after", busybox, "echo back", "", ""))
	w.prints("after", "back")
}
