package accept

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// ends is a world whose pods write what happens to them into files of a directory, one for each pod.
type ends struct {
	*world
	dir string
}

// leaves is the script of a container that says that it is told to end, and does so.
const leaves = `trap 'say CONTAINER leaves; exit 0' TERM; while :; do /bin/busybox sleep 1000 & wait; done`

// stays is that of one which says so and does not.
const stays = `trap 'say CONTAINER hears' TERM; while :; do /bin/busybox sleep 1000 & wait; done`

// container is one that runs script, and has a preStop hook that does. In both, "say" writes into the journal.
func (e *ends) container(name, script, hook, more string) string {
	sh := func(script string) string {
		return fmt.Sprintf(`[/bin/busybox, sh, -c, %q]`, `say() { echo "$*" >>/journal/$POD; }; `+strings.ReplaceAll(script, "CONTAINER", name))
	}
	text := fmt.Sprintf(`{name: %s, image: %q, command: %s, env: [{name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}], volumeMounts: [{name: journal, mountPath: /journal}]`, name, busybox, sh(script))
	if hook != "" {
		text += fmt.Sprintf(`, lifecycle: {preStop: {exec: {command: %s}}}`, sh(hook))
	}
	if more != "" {
		text += ", " + more
	}
	return text + "}"
}

// pod makes a pod of containers, which are parts of its specification in YAML's flow style.
func (e *ends) pod(name string, finalizer bool, spec ...string) {
	e.Helper()
	meta := "{name: " + name
	if finalizer {
		meta += ", finalizers: [accept.gantry.dev/look]"
	}
	e.apply(fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: %s}\nspec: {%s, volumes: [{name: journal, hostPath: {path: %q}}]}\n", meta, strings.Join(spec, ", "), e.dir))
}

// journal is what a pod has written.
func (e *ends) journal(pod string) []string {
	e.Helper()
	b, err := os.ReadFile(filepath.Join(e.dir, pod))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		e.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(b)), "\n")
}

// wrote waits for a line.
func (e *ends) wrote(pod, line string) {
	e.Helper()
	e.eventually(pod+" writes "+line, func() error {
		if lines := e.journal(pod); !slices.Contains(lines, line) {
			return fmt.Errorf("it wrote %q", lines)
		}
		return nil
	})
}

// left waits until the API does not have the pod and compares what it has written in all.
func (e *ends) left(pod string, lines ...string) {
	e.Helper()
	e.eventually(pod+" is gone", func() error {
		if out, err := e.try("get", "pod", pod, "--ignore-not-found", "-o", "name"); err != nil || out != "" {
			return errors.Join(err, errors.New(out))
		}
		return nil
	})
	if got := e.journal(pod); !slices.Equal(got, lines) {
		e.Errorf("%s wrote %q, want %q", pod, got, lines)
	}
}

// released waits until the node is done with a deleted pod that a finalizer holds, wants its status to say words, and lets it go.
func (e *ends) released(pod string, words ...string) {
	e.Helper()
	e.eventually("the end of "+pod, func() error {
		const containers = "[*]} {.name}={.state.*.reason}{.state.terminated.exitCode}{end}"
		return want(e.k("get", "pod", pod, "-o", "jsonpath={.metadata.deletionGracePeriodSeconds}/{.status.phase}{range .status.initContainerStatuses"+
			containers+"{range .status.containerStatuses"+containers), words...)
	})
	e.k("patch", "pod", pod, "--type=merge", "-p", `{"metadata":{"finalizers":null}}`)
}

// H73: how pods end, in corners: grace that is cut short, hooks that outlast it, sidecars, pods that are deleted before they have begun, and an agent
// that is killed in between.
func TestH73(t *testing.T) {
	in := newInstance(t, "127.0.0.1:17473")
	in.start(t, "server", "--listen", in.listen)
	config := filepath.Join(in.dir, "kubelet.yaml")
	write(t, config, "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nshutdownGracePeriodByPodPriority: [{priority: 0, shutdownGracePeriodSeconds: 2}]\n")
	startAgent := func() *process { return in.start(t, "agent", "--kubelet-config", config) }
	agent := startAgent()
	if err := in.images(); err != nil {
		t.Fatal(err)
	}
	e := &ends{worldIn(t, in), t.TempDir()}
	const long = "terminationGracePeriodSeconds: 600"
	containers := func(c ...string) string { return "containers: [" + strings.Join(c, ", ") + "]" }
	sub := func(name string, f func(e *ends)) {
		t.Run(name, func(t *testing.T) { f(&ends{e.sub(t), e.dir}) })
	}
	sub("grace", func(e *ends) {
		// All end at the same time: what each has written is compared when all have.
		e.pod("shortened", false, long, containers(e.container("c", stays, "say hook; /bin/busybox sleep 1000", "")))
		e.pod("forced", false, long, containers(e.container("c", stays, "", "")))
		e.pod("half", false, long, "restartPolicy: Never", containers(e.container("over", "true", "say hook over", ""), e.container("c", leaves, "say hook c", "")))
		e.pod("overdue", false, "activeDeadlineSeconds: 5, terminationGracePeriodSeconds: 5", containers(e.container("c", stays, "say hook; /bin/busybox sleep 1000", "")))
		e.pod("killed", true, "terminationGracePeriodSeconds: 1", containers(e.container("c", stays, "", "")))
		e.pod("obeyed", true, long, containers(e.container("c", leaves, "", "")))
		e.ready("condition=Ready", "pod/shortened", "pod/forced", "pod/killed", "pod/obeyed")
		e.eventually("one of two containers has ended", func() error {
			return want(e.field("pod/half", ".status.containerStatuses[*].state"), "Completed", "running")
		})
		e.k("delete", "pod", "shortened", "half", "killed", "obeyed", "--wait=false")
		forced := e.field("pod/forced", ".metadata.uid")
		e.k("delete", "pod", "forced", "--force", "--grace-period=0", "--wait=false")
		e.wrote("shortened", "hook")
		e.k("delete", "pod", "shortened", "--grace-period=2", "--wait=false")
		e.wrote("forced", "c hears")
		e.eventually("the node does not wait for a pod that the API did not wait for", func() error { return e.nothingOf(forced) })
		e.left("shortened", "hook", "c hears")
		e.left("half", "hook c", "c leaves")
		e.released("killed", "0/Failed c=Error137")
		e.released("obeyed", "0/Succeeded c=Completed0")
		if phase := e.over("overdue"); phase != "Failed" || e.field("pod/overdue", ".status.reason") != "DeadlineExceeded" {
			e.Errorf("the pod whose time is over is %s", phase)
		}
		e.k("delete", "pod", "overdue")
		e.left("overdue", "hook", "c hears")
	})
	sub("sidecars", func(e *ends) {
		side := func(name, hook string) string { return e.container(name, leaves, hook, "restartPolicy: Always") }
		e.pod("sides", false, long, "initContainers: ["+side("one", "")+", "+side("two", "say hook two")+"]", containers(e.container("main", leaves, "/bin/busybox sleep 1", "")))
		// Hooks that never end use up all of the time: then all are told to end, together.
		e.pod("hooked", false, "terminationGracePeriodSeconds: 3, initContainers: ["+side("one", "/bin/busybox sleep 1000")+", "+side("two", "/bin/busybox sleep 1000")+"]", containers(e.container("main", "exec /bin/busybox sleep 1000", "", "")))
		e.ready("condition=Ready", "pod/sides", "pod/hooked")
		e.k("delete", "pod", "sides", "hooked", "--wait=false")
		e.left("sides", "hook two", "main leaves", "two leaves", "one leaves")
		e.eventually("hooked is gone", func() error {
			_, err := e.try("wait", "--for=delete", "pod/hooked", "--timeout=60s")
			return err
		})
		if got := slices.Sorted(slices.Values(e.journal("hooked"))); !slices.Equal(got, []string{"one leaves", "two leaves"}) {
			e.Errorf("sidecars with hooks that never end wrote %q", got)
		}
	})
	sub("before it began", func(e *ends) {
		stalled, err := net.Listen("tcp", "127.0.0.1:0") // accepts, and never answers
		if err != nil {
			t.Fatal(err)
		}
		defer stalled.Close()
		image := func(ref string) string { return fmt.Sprintf("{name: c, image: %q}", ref) }
		e.pod("pulling", true, long, containers(image(stalled.Addr().String()+"/x:1")))
		e.pod("no-image", true, long, containers(image("127.0.0.1:9/x:1")))
		e.apply("apiVersion: v1\nkind: Pod\nmetadata: {name: no-volume, finalizers: [accept.gantry.dev/look]}\nspec: {" + long + ", " + containers(image(busybox)) +
			", volumes: [{name: v, secret: {secretName: nope}}]}\n")
		e.pod("in-init", true, long, "initContainers: ["+e.container("i", leaves, "", "")+", "+e.container("j", leaves, "", "")+"]", containers(e.container("c", leaves, "", "")))
		e.pod("crashing", true, long, containers(e.container("c", "exit 3", "say hook", "")))
		e.eventually("each has come as far as it can", func() error {
			state := func(pod string) string {
				return e.field("pod/"+pod, ".status.containerStatuses[*].state.waiting.reason")
			}
			return errors.Join(want(state("no-image"), "ImagePullBackOff"), want(state("crashing"), "CrashLoopBackOff"), want(e.field("events", `.items[?(@.involvedObject.name=="no-volume")].reason`), "FailedMount"),
				want(e.field("pod/in-init", ".status.initContainerStatuses[0].state"), "running"),
				want(e.field("events", `.items[?(@.involvedObject.name=="pulling")].reason`), "Pulling"))
		})
		e.k("delete", "pod", "pulling", "no-image", "no-volume", "in-init", "crashing", "--wait=false")
		const unknown = "=ContainerStatusUnknown137"
		e.released("pulling", "0/Failed c"+unknown)
		e.released("no-image", "0/Failed c"+unknown)
		e.released("in-init", "0/Failed i=Completed0 j=PodInitializing c=PodInitializing")
		e.released("crashing", "0/Failed c=Error3")
		e.released("no-volume", "0/Failed c"+unknown)
		e.left("in-init", "i leaves")
		e.left("crashing", "")
	})
	sub("without an agent", func(e *ends) {
		for _, name := range []string{"orphan", "resumed", "down"} {
			e.pod(name, false, long, containers(e.container("c", stays, "say hook", "")))
		}
		e.ready("condition=Ready", "pod/orphan", "pod/resumed", "pod/down")
		e.k("delete", "pod", "resumed", "down", "--wait=false")
		e.wrote("resumed", "c hears")
		e.wrote("down", "c hears")
		agent.kill(t)
		e.k("delete", "pod", "orphan", "--force", "--grace-period=0")
		agent = startAgent()
		// Nobody knows its hook any more.
		e.wrote("orphan", "c hears")
		e.left("orphan", "c hears")
		// The hook of a pod that is taken over on its way out runs again, as with kubelet.
		e.eventually("the others are told to end again", func() error {
			for _, name := range []string{"resumed", "down"} {
				if lines := e.journal(name); len(lines) < 4 {
					return fmt.Errorf("%s wrote %q", name, lines)
				}
			}
			return nil
		})
		e.k("delete", "pod", "resumed", "--grace-period=1", "--wait=false")
		e.left("resumed", "hook", "c hears", "hook", "c hears")
		// A pod that has been told to go, in its own time, is told to hurry when the node goes down.
		node := e.field("nodes", ".items[0].metadata.name")
		if out, err := e.gantry("node", "shutdown", node); err != nil {
			e.Fatal(out, err)
		}
		e.left("down", "hook", "c hears", "hook", "c hears")
		if _, err := e.gantry("node", "shutdown", node, "--cancel"); err != nil {
			e.Fatal(err)
		}
	})
	e.eventually("nothing of the pods is left", e.nothingLeft)
}
