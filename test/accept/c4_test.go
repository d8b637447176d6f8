package accept

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"gantry.dev/gantry/internal/driver/container"
)

// C4: the life of containers. The subtests wait for clocks of the product most of the time, so they run together.
func TestC4(t *testing.T) {
	w := newWorld(t)
	for name, test := range map[string]func(*world){
		"init containers": initContainers, "sidecars": sidecars, "readiness probes": readinessProbes,
		"liveness probes": livenessProbes, "startup probes": startupProbes, "restart policies": restartPolicies,
		"graceful termination": gracefulTermination, "exit codes": exitCodes, "OOMKilled": oomKilled, "log rotation": logRotation,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(w.sub(t))
		})
	}
}

// step is an init container in YAML's flow style.
func step(name, script, more string) string {
	return fmt.Sprintf("{name: %s, image: %q, command: [/bin/busybox, sh, -c, %q], volumeMounts: [{name: v, mountPath: /v}]%s}", name, busybox, script, more)
}

const shareV = "volumeMounts: [{name: v, mountPath: /v}]"
const emptyV = "volumes: [{name: v, emptyDir: {}}]"

func initContainers(w *world) {
	w.apply(pod("init-order", busybox, "cat /v/log", shareV,
		emptyV+", initContainers: ["+step("one", "echo one >> /v/log", "")+", "+step("two", "echo two >> /v/log", "")+"]") +
		pod("init-fails", busybox, "echo never", shareV, emptyV+", initContainers: ["+step("one", "exit 7", "")+"]") +
		pod("init-retries", busybox, "cat /v/log", shareV,
			"restartPolicy: OnFailure, "+emptyV+", initContainers: ["+step("one", "echo try >> /v/log; [ $(/bin/busybox grep -c try /v/log) = 2 ]", "")+"]"))
	if _, logs := w.ended("init-order"); logs != "one\ntwo" {
		w.Errorf("init containers ran as %q", logs)
	}
	w.eventually("a failed init container fails the pod", func() error {
		return want(w.field("pod/init-fails", ".status.phase")+" "+w.field("pod/init-fails", ".status.initContainerStatuses[0].state.terminated.exitCode"), "Failed 7")
	})
	if err := want(w.k("get", "pod", "init-fails"), "Init:Error"); err != nil {
		w.Error(err)
	}
	if _, logs := w.ended("init-retries"); logs != "try\ntry" {
		w.Errorf("the init container was tried as %q", logs)
	}
}

func sidecars(w *world) {
	sidecar := step("side", "echo side >> /v/log; /bin/busybox touch /v/up; "+idle,
		`, restartPolicy: Always, startupProbe: {exec: {command: [/bin/busybox, test, -e, /v/up]}, periodSeconds: 1}`)
	w.apply(pod("sidecar", busybox, "echo main >> /v/log; cat /v/log; until [ -e /v/end ]; do /bin/busybox sleep 0.2; done", shareV, "restartPolicy: Never, "+emptyV+", initContainers: ["+sidecar+"]"))
	w.ready("condition=Ready", "pod/sidecar")
	// The sidecar comes back while the pod lives, and goes when the work is done.
	if _, err := w.try("exec", "sidecar", "-c", "side", "--", "/bin/busybox", "sh", "-c", "kill 1"); err != nil {
		w.Log("the shell went with it:", err)
	}
	w.eventually("the sidecar restarts", func() error {
		return want(w.field("pod/sidecar", ".status.initContainerStatuses[0].restartCount"), "1")
	})
	w.ready("condition=Ready", "pod/sidecar")
	if _, err := w.inPod("sidecar", "/bin/busybox touch /v/end"); err != nil {
		w.Fatal(err)
	}
	w.prints("sidecar", "side\nmain")
	if err := want(w.field("pod/sidecar", ".status.initContainerStatuses[0].state"), "terminated"); err != nil {
		w.Error(err)
	}
}

// served is a kind of probe: what serves it, how it asks, and how to break what it asks.
var served = map[string]struct{ script, handler, spoil string }{
	"http": {"/bin/busybox mkdir -p /www; echo ok > /www/ok; /bin/busybox httpd -p 8080 -h /www; " + idle, "httpGet: {path: /ok, port: 8080}", "/bin/busybox rm /www/ok"},
	"tcp":  {"/bin/busybox mkdir -p /www; /bin/busybox httpd -f -p 8080 -h /www & echo $! > /pid; " + idle, "tcpSocket: {port: 8080}", "kill $(cat /pid)"},
	"exec": {"echo > /ok; " + idle, "exec: {command: [/bin/busybox, test, -e, /ok]}", "/bin/busybox rm /ok"},
	"grpc": {"/bin/tool grpc :9000 & " + idle, "grpc: {port: 9000}", "/bin/busybox killall tool"},
}

func readinessProbes(w *world) {
	for kind, s := range served {
		w.apply(pod("ready-"+kind, busybox, s.script, "readinessProbe: {"+s.handler+", periodSeconds: 1, failureThreshold: 1}", ""))
	}
	for kind, s := range served {
		w.ready("condition=Ready", "pod/ready-"+kind)
		if _, err := w.inPod("ready-"+kind, s.spoil); err != nil {
			w.Fatal(err)
		}
	}
	for kind := range served {
		w.ready("condition=Ready=false", "pod/ready-"+kind)
		w.eventually("an event tells it", func() error {
			out, err := w.try("events", "--for=pod/ready-"+kind)
			return errors.Join(err, want(out, "Unhealthy", "Readiness probe failed"))
		})
		if n := w.field("pod/ready-"+kind, ".status.containerStatuses[0].restartCount"); n != "0" {
			w.Errorf("a readiness probe restarted %s %s times", kind, n)
		}
	}
}

func livenessProbes(w *world) {
	for kind, s := range served {
		probe := "Probe: {" + s.handler + ", periodSeconds: 1, failureThreshold: "
		w.apply(pod("live-"+kind, busybox, s.script, "startup"+probe+"30}, liveness"+probe+"1}", "restartPolicy: Always"))
	}
	for kind, s := range served {
		w.ready("condition=Ready", "pod/live-"+kind)
		if _, err := w.inPod("live-"+kind, s.spoil); err != nil {
			w.Fatal(err)
		}
	}
	for kind := range served {
		w.eventually("a restart of live-"+kind, func() error {
			return want(w.field("pod/live-"+kind, ".status.containerStatuses[0].restartCount"), "1")
		})
		w.ready("condition=Ready", "pod/live-"+kind)
		w.eventually("an event tells it", func() error {
			out, err := w.try("events", "--for=pod/live-"+kind)
			return errors.Join(err, want(out, "Liveness probe failed", "failed liveness probe, will be restarted"))
		})
	}
}

func startupProbes(w *world) {
	const probe = "startupProbe: {exec: {command: [/bin/busybox, test, -e, /up]}, periodSeconds: 1, failureThreshold: %d}"
	const live = ", livenessProbe: {exec: {command: [/bin/busybox, test, -e, /up]}, periodSeconds: 1, failureThreshold: 1}"
	w.apply(pod("startup", busybox, idle, fmt.Sprintf(probe, 100)+live, "") +
		pod("startup-fails", busybox, idle, fmt.Sprintf(probe, 2), "restartPolicy: Always"))
	w.eventually("the probe fails and the container is left alone", func() error {
		out, err := w.try("events", "--for=pod/startup")
		return errors.Join(err, want(out, "Startup probe failed"))
	})
	if got := w.field("pod/startup", ".status.containerStatuses[0]['started','ready','restartCount']"); got != "false false 0" {
		w.Errorf("before it has started: %s", got)
	}
	if _, err := w.inPod("startup", "echo > /up"); err != nil {
		w.Fatal(err)
	}
	w.ready("condition=Ready", "pod/startup")
	if got := w.field("pod/startup", ".status.containerStatuses[0]['started','ready','restartCount']"); got != "true true 0" {
		w.Errorf("after it has started: %s", got)
	}
	w.eventually("a container that does not start is restarted", func() error {
		out, err := w.try("events", "--for=pod/startup-fails")
		return errors.Join(err, want(out, "failed startup probe, will be restarted"), want(w.field("pod/startup-fails", ".status.containerStatuses[0].restartCount"), "1"))
	})
}

func restartPolicies(w *world) {
	w.apply(pod("always", busybox, "echo again; exit 0", "", "restartPolicy: Always") +
		pod("crash", busybox, "exit 1", "", "restartPolicy: Always") +
		pod("on-failure-good", busybox, "exit 0", "", "restartPolicy: OnFailure") +
		pod("on-failure-bad", busybox, "exit 1", "", "restartPolicy: OnFailure") +
		pod("never", busybox, "exit 1", "", ""))
	for name, phase := range map[string]string{"on-failure-good": "Succeeded", "never": "Failed"} {
		if got, _ := w.ended(name); got != phase || w.field("pod/"+name, ".status.containerStatuses[0].restartCount") != "0" {
			w.Errorf("%s is %s", name, got)
		}
	}
	crashing := []string{"crash", "on-failure-bad", "always"}
	for _, delay := range []string{"10s", "20s"} {
		for _, name := range crashing {
			w.waits(name, "CrashLoopBackOff", "back-off "+delay+" restarting failed container")
		}
	}
	for _, name := range crashing {
		if n := w.field("pod/"+name, ".status.containerStatuses[0].restartCount"); n != "2" {
			w.Errorf("%s was restarted %s times before the second back-off", name, n)
		}
	}
}

func gracefulTermination(w *world) {
	hook := "lifecycle: {preStop: {exec: {command: [/bin/busybox, sh, -c, 'echo before > /proc/1/fd/1']}}}"
	m := pod("patient", busybox, "exec /bin/tool patient 1", hook, "terminationGracePeriodSeconds: 60") +
		pod("stubborn", busybox, "trap 'echo I stay' TERM; while :; do /bin/busybox sleep 1000 & wait; done", "", "terminationGracePeriodSeconds: 2")
	w.apply(m)
	w.ready("condition=Ready", "pod/patient", "pod/stubborn")
	type said struct {
		logs string
		err  error
	}
	follow := func(name string) chan said {
		c := make(chan said, 1)
		go func() {
			logs, err := w.try("logs", "-f", name)
			c <- said{logs, err}
		}()
		return c
	}
	patient, stubborn := follow("patient"), follow("stubborn")
	w.eventually("both are followed", func() error {
		return want(w.k("logs", "patient"), "waiting")
	})
	w.k("delete", "pod", "patient", "stubborn", "--timeout=60s")
	for _, c := range []struct {
		said  said
		words string
	}{{<-patient, "waiting\nbefore\nasked to go\ngone in peace"}, {<-stubborn, "I stay"}} {
		if err := errors.Join(c.said.err, want(c.said.logs, c.words)); err != nil {
			w.Error(err)
		}
	}
}

func exitCodes(w *world) {
	w.apply(pod("exit-0", busybox, "exit 0", "", "") +
		pod("exit-42", busybox, "echo last words > /dev/termination-log; exit 42", "", "") +
		pod("exit-log", busybox, "echo said so; exit 1", "terminationMessagePolicy: FallbackToLogsOnError", ""))
	const state = ".status.containerStatuses[0].state.terminated['exitCode','reason','message']"
	for name, words := range map[string]string{"exit-0": "0 Completed", "exit-42": "42 Error last words", "exit-log": "1 Error said so"} {
		w.ended(name)
		if err := want(w.field("pod/"+name, state), words); err != nil {
			w.Errorf("%s: %v", name, err)
		}
	}
	// A program that is killed by a signal, and one that ignores SIGTERM until it is killed.
	w.apply(strings.Replace(pod("killed", busybox, "", "livenessProbe: {exec: {command: [/bin/busybox, 'false']}, periodSeconds: 1, failureThreshold: 1}", "restartPolicy: Always"),
		`command: [/bin/busybox, sh, -c, ""]`, `command: [/bin/busybox, sleep, "1000"]`, 1))
	w.eventually("137 for SIGKILL", func() error {
		return want(w.field("pod/killed", ".status.containerStatuses[0].lastState.terminated['exitCode','reason']"), "137 Error")
	})
	w.apply(strings.Replace(pod("no-such-program", busybox, "", "", ""), "/bin/busybox, sh", "/bin/nothing, sh", 1))
	w.eventually("a program that does not exist", func() error {
		return want(w.field("pod/no-such-program", ".status.containerStatuses[0].state"), "/bin/nothing")
	})
}

func oomKilled(w *world) {
	w.apply(pod("oom", busybox, "exec /bin/tool eat 256", "resources: {limits: {memory: 48Mi}}", "") +
		pod("oom-again", busybox, "exec /bin/tool eat 256", "resources: {limits: {memory: 48Mi}}", "restartPolicy: OnFailure"))
	w.ended("oom")
	if err := want(w.field("pod/oom", ".status.containerStatuses[0].state.terminated['exitCode','reason']"), "137 OOMKilled"); err != nil {
		w.Error(err)
	}
	w.eventually("the last state tells it after a restart", func() error {
		return want(w.field("pod/oom-again", ".status.containerStatuses[0].lastState.terminated['exitCode','reason']"), "137 OOMKilled")
	})
}

func logRotation(w *world) {
	const lines = 1_500_000 // with the head of a CRI line, more than all files may hold
	w.apply(pod("chatty", busybox, fmt.Sprintf("/bin/busybox seq 1 %d; %s", lines, idle), "", ""))
	w.eventually("the last line is there", func() error {
		out, err := w.try("logs", "chatty", "--tail=1")
		return errors.Join(err, want(out, strconv.Itoa(lines)))
	})
	uid := w.field("pod/chatty", ".metadata.uid")
	files, err := filepath.Glob(filepath.Join(w.dir, "node", "logs", "*"+uid, "c", "*.log*"))
	if err != nil || len(files) != container.DefaultLogMaxFiles {
		w.Errorf("the log lies in %v %v, want %d files", files, err, container.DefaultLogMaxFiles)
	}
	for _, file := range files {
		if st, err := os.Stat(file); err != nil || st.Size() > container.DefaultLogMaxBytes {
			w.Errorf("%s has %d bytes %v, want at most %d", file, st.Size(), err, int64(container.DefaultLogMaxBytes))
		}
	}
	out := w.k("logs", "chatty", "--tail=3")
	if got := strings.Fields(out); len(got) != 3 || got[2] != strconv.Itoa(lines) || got[0] != strconv.Itoa(lines-2) {
		w.Errorf("the last three lines are %q", got)
	}
}
