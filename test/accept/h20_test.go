package accept

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// runtimes are those of this machine by the handlers of these tests, as a file of runtimes has them. GANTRY_RUNSC names a
// runsc that is not in the PATH.
func runtimes(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	if vm := microVM(); vm != "" {
		out["microvm"] = vm
	}
	for handler, program := range map[string]string{"runc": "runc", "gvisor": cmp.Or(os.Getenv("GANTRY_RUNSC"), "runsc")} {
		path, err := exec.LookPath(program)
		if err != nil {
			t.Logf("without %s: %v", handler, err)
			continue
		}
		if handler == "gvisor" {
			path += ", ownKernel: true, args: [--overlay2=none]"
		}
		out[handler] = "oci: {path: " + path + "}"
	}
	return out
}

// microVM is a runtime of virtual machines with the kernel that GANTRY_VM_KERNEL names and its modules GANTRY_VM_MODULES, else with the newest
// of Debian's for clouds that is installed; empty without one, or without QEMU. The processor is emulated unless GANTRY_VM_ACCEL says
// otherwise: a KVM that is there may not run it.
func microVM() string {
	kernel, modules := os.Getenv("GANTRY_VM_KERNEL"), os.Getenv("GANTRY_VM_MODULES")
	if installed, _ := filepath.Glob("/boot/vmlinuz-*-cloud-amd64"); kernel == "" && len(installed) > 0 {
		kernel = installed[len(installed)-1]
		modules = "/lib/modules/" + strings.TrimPrefix(filepath.Base(kernel), "vmlinuz-")
	}
	if _, err := exec.LookPath("qemu-system-x86_64"); err != nil || kernel == "" {
		return ""
	}
	return fmt.Sprintf("microvm: {kernel: %s, modules: %q, accel: %s}", kernel, modules, cmp.Or(os.Getenv("GANTRY_VM_ACCEL"), "tcg"))
}

func runtimeClass(name, handler, fields string) string {
	return fmt.Sprintf("{apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: %s}, handler: %s%s}\n---\n", name, handler, fields)
}

// H20: RuntimeClasses choose the runtime of a pod: OCI programs by path, and programs of the machine.
func TestH20(t *testing.T) {
	in := newInstance(t, "127.0.0.1:16481")
	file := filepath.Join(in.dir, "runtimes.yaml")
	config := "handlers:\n- {name: host, exec: {}}\n"
	others := runtimes(t)
	for handler, fields := range others {
		config += fmt.Sprintf("- {name: %s, %s}\n", handler, fields)
	}
	write(t, file, strings.Replace(config, "exec:", "docker:", 1))
	if out, err := in.gantry("up", "--listen", in.listen, "--runtimes", file); err == nil || want(err.Error(), "--runtimes", "docker") != nil {
		t.Fatalf("a bad file of runtimes: %s, %v", out, err)
	}
	write(t, file, config)
	if _, err := in.gantry("up", "--listen", in.listen, "--runtimes", file, "--dual-stack"); err != nil {
		t.Fatal(err)
	}
	if err := in.images(); err != nil {
		t.Fatal(err)
	}
	w := worldIn(t, in)
	classes := runtimeClass("own", "native", "") + runtimeClass("host", "host", "") + runtimeClass("elsewhere", "host", ", scheduling: {nodeSelector: {has: it}}") +
		runtimeClass("unknown", "no-such-runtime", "")
	for handler := range others {
		classes += runtimeClass(handler, handler, ", overhead: {podFixed: {memory: 256Mi, cpu: 10m}}")
	}
	w.apply(classes)

	w.eventually("the node tells its runtimes", func() error {
		names := w.field("nodes", ".items[0].status.runtimeHandlers[*].name")
		err := want(names, "native", "host")
		for handler := range others {
			err = errors.Join(err, want(names, handler))
		}
		return err
	})
	w.apply(pod("own", busybox, "echo ours", "", "runtimeClassName: own"))
	w.prints("own", "ours")

	w.apply(pod("unknown", busybox, "echo never", "", "runtimeClassName: unknown"))
	w.eventually("a handler that the node lacks", func() error {
		return want(w.k("get", "events", "--field-selector=involvedObject.name=unknown"), "FailedCreatePodSandBox", `no runtime for "no-such-runtime" is configured`)
	})
	w.apply(pod("elsewhere", busybox, "echo never", "", "runtimeClassName: elsewhere"))
	w.eventually("a class for other nodes", func() error {
		return want(w.field("pod/elsewhere", `.status.conditions[?(@.type=="PodScheduled")].message`), "node affinity/selector")
	})

	raw := strings.Replace(pod("raw", "gantry.dev/host", "", "", "runtimeClassName: host"), "[/bin/busybox, sh, -c, \"\"]", "[/bin/sh, -c, 'ls -d /etc/shadow; readlink -f /bin/sh; exit 0']", 1)
	w.apply(raw)
	w.prints("raw", "/usr/bin/")
	w.apply(pod("artifact", busybox, "/bin/busybox echo from $(/bin/busybox ls -d /usr/share)", "", "runtimeClassName: host"))
	w.over("artifact") // the machine's /bin lies over the image's

	for handler := range others {
		t.Run(handler, func(t *testing.T) { ociPods(w.sub(t), handler) })
	}
	w.k("delete", "pods", "--all", "--wait=false")
	w.eventually("nothing of the pods is left", w.nothingLeft)
}

// ociPods wants of pods of a handler what is wanted of any pod.
func ociPods(w *world, handler string) {
	class := "runtimeClassName: " + handler
	name := func(s string) string { return handler + "-" + s }
	w.apply(pod(name("job"), busybox, "echo $HOSTNAME; /bin/busybox hostname; exit 4", "", class))
	if phase, logs := w.ended(name("job")); phase != "Failed" || want(logs, name("job")+"\n"+name("job")) != nil {
		w.Errorf("%s: %s", phase, logs)
	}
	if code := w.field("pod/"+name("job"), ".status.containerStatuses[0].state.terminated.exitCode"); code != "4" {
		w.Errorf("exit code %s", code)
	}
	if got := w.field("pod/"+name("job"), ".spec.overhead"); want(got, "256Mi") != nil {
		w.Errorf("overhead %s", got)
	}
	w.apply(pod(name("server"), busybox, "mkdir /www; echo served by "+handler+" > /www/index.html; /bin/busybox httpd -p 80 -h /www; while ! test -e /stop; do /bin/busybox sleep 0.1; done; exit 1",
		"readinessProbe: {httpGet: {port: 80}, periodSeconds: 1, timeoutSeconds: 20}, livenessProbe: {exec: {command: [/bin/busybox, test, -d, /www]}, periodSeconds: 1, timeoutSeconds: 20, failureThreshold: 30}, resources: {limits: {memory: 128Mi}}", class+", restartPolicy: Always"))
	w.ready("condition=Ready", "pod/"+name("server"))
	ip, ip6 := w.field("pod/"+name("server"), ".status.podIP"), w.field("pod/"+name("server"), ".status.podIPs[1].ip")
	w.apply(pod(name("client"), busybox, "/bin/busybox wget -qO- http://"+ip+" && /bin/busybox wget -qO- http://["+ip6+"]", "", ""))
	w.prints(name("client"), "served by "+handler+"\nserved by "+handler)
	forward := w.background("port-forward", "pod/"+name("server"), ":80")
	at, _, _ := strings.Cut(strings.TrimPrefix(forward.says("Forwarding from 127.0.0.1:"), "Forwarding from "), " ")
	if out, err := get(w.Context(), "http://"+at+"/"); err != nil || want(out, "served by "+handler) != nil {
		w.Errorf("port-forward: %q, %v", out, err)
	}
	forward.stop()
	w.apply(pod(name("back"), busybox, "/bin/busybox wget -qO- http://"+ip+" && /bin/busybox nslookup kubernetes.default.svc.cluster.local", "", class))
	w.prints(name("back"), "served by "+handler, "Address")
	if out, err := w.inPod(name("server"), "cat /www/index.html"); err != nil || want(out, "served by") != nil {
		w.Errorf("exec: %q, %v", out, err)
	}
	if handler != "microvm" { // an emulated processor takes minutes for two containers beside others on a busy machine
		w.sharesProcesses(handler)
	}
	w.killDaemon()
	if _, err := w.gantry("up", "--listen", w.listen, "--runtimes", filepath.Join(w.dir, "runtimes.yaml"), "--dual-stack"); err != nil {
		w.Fatal(err)
	}
	if n := w.field("pod/"+name("server"), ".status.containerStatuses[0].restartCount"); n != "0" {
		w.Errorf("the agent's death restarted it %s times", n)
	}
	if _, err := w.inPod(name("server"), "/bin/busybox touch /stop"); err != nil {
		w.Fatal(err)
	}
	w.eventually("it is restarted and serves at its address", func() error {
		if n := w.field("pod/"+name("server"), ".status.containerStatuses[0].restartCount"); n == "0" {
			return errors.New("no restart yet")
		}
		_, err := w.inPod(name("server"), "/bin/busybox wget -qO- http://"+ip)
		return err
	})
}

// sharesProcesses wants the containers of a pod to see and to signal each other's processes where the pod says so.
func (w *world) sharesProcesses(handler string) {
	w.Helper()
	name := handler + "-shared"
	w.apply(fmt.Sprintf(`
apiVersion: v1
kind: Pod
metadata: {name: %q}
spec:
  runtimeClassName: %q
  restartPolicy: Never
  shareProcessNamespace: true
  terminationGracePeriodSeconds: 1
  containers:
  - {name: a, image: %[3]q, command: [/bin/busybox, sh, -c, "trap 'echo was told; exit 0' TERM; while :; do /bin/busybox sleep 0.1; done; : mark-of-a"]}
  - {name: b, image: %[3]q, command: [/bin/busybox, sh, -c, "until pid=$(/bin/busybox ps -o pid,args | /bin/busybox grep '[m]ark-of-a' | { read p _; echo $p; }) && test $pid; do /bin/busybox sleep 0.1; done; kill $pid && echo told"]}
`, name, handler, busybox))
	w.over(name)
	if logs := w.k("logs", name, "--all-containers"); want(logs, "told\n", "was told") != nil {
		w.Errorf("containers that share processes: %s", logs)
	}
}
