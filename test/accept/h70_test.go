package accept

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// eventPods are pods that fail, each in its own way: the specification (IMAGE is busybox), what their events say ("type reason part: message")
// and what kubectl prints as their status, "" for one that changes.
var eventPods = []struct {
	name, spec string
	status     string
	events     []string
}{
	{"crash", `containers: [{name: c, image: IMAGE, command: [/bin/busybox, sh, -c, "exit 3"]}]`, "CrashLoopBackOff", []string{
		"Normal Created spec.containers{c}: Container created", "Normal Started spec.containers{c}: Container started",
		"Warning BackOff spec.containers{c}: Back-off restarting failed container c in pod crash_"}},
	{"not-started", `containers: [{name: c, image: IMAGE, command: [/no/such]}]`, "CrashLoopBackOff", []string{
		"Normal Created spec.containers{c}: Container created", `Warning Failed spec.containers{c}: Error: unable to start container process: error during container init: exec: "/no/such": stat /no/such: no such file or directory`,
		"Warning BackOff spec.containers{c}: Back-off restarting failed container c in pod not-started_"}},
	{"never-started", `restartPolicy: Never, containers: [{name: c, image: IMAGE, command: [/no/such]}]`, "StartError", nil},
	{"no-cwd", `restartPolicy: Never, containers: [{name: c, image: IMAGE, workingDir: /bin/busybox, command: [/bin/busybox]}]`, "StartError", nil},
	{"bad-name", `containers: [{name: c, image: "BAD//name::"}]`, "InvalidImageName", []string{
		`Warning InspectFailed spec.containers{c}: Failed to apply default image tag "BAD//name::": couldn't parse image name "BAD//name::": invalid reference format`, "Warning Failed spec.containers{c}: Error: InvalidImageName"}},
	{"never-pulled", `containers: [{name: c, image: "nothere:1", imagePullPolicy: Never}]`, "ErrImageNeverPull", []string{
		`Warning ErrImageNeverPull spec.containers{c}: Container image "nothere:1" is not present with pull policy of Never`, "Warning Failed spec.containers{c}: Error: ErrImageNeverPull"}},
	{"not-pulled", `initContainers: [{name: i, image: "127.0.0.1:9/x:1"}], containers: [{name: c, image: IMAGE}]`, "", []string{
		`Normal Pulling spec.initContainers{i}: Pulling image "127.0.0.1:9/x:1"`, `Warning Failed spec.initContainers{i}: Failed to pull image "127.0.0.1:9/x:1": `,
		"Warning Failed spec.initContainers{i}: Error: ErrImagePull", `Normal BackOff spec.initContainers{i}: Back-off pulling image "127.0.0.1:9/x:1"`, "Warning Failed spec.initContainers{i}: Error: ImagePullBackOff"}},
	{"no-config", `containers: [{name: c, image: IMAGE, envFrom: [{configMapRef: {name: nope}}]}]`, "CreateContainerConfigError", []string{
		"Normal Pulled spec.containers{c}: Container image ", `Warning Failed spec.containers{c}: Error: configmap "nope" not found`}},
	{"no-key", `containers: [{name: c, image: IMAGE, env: [{name: A, valueFrom: {configMapKeyRef: {name: kube-root-ca.crt, key: nope}}}]}]`, "CreateContainerConfigError", []string{
		"Warning Failed spec.containers{c}: Error: couldn't find key nope in ConfigMap "}},
	{"no-expression", `containers: [{name: c, image: IMAGE, volumeMounts: [{name: v, mountPath: /v, subPathExpr: "$(NOPE)"}]}], volumes: [{name: v, emptyDir: {}}]`, "CreateContainerConfigError", []string{
		"Warning Failed spec.containers{c}: Error: missing value for NOPE"}},
	{"no-volume", `containers: [{name: c, image: IMAGE}], volumes: [{name: v, secret: {secretName: nope}}]`, "ContainerCreating", []string{
		`Warning FailedMount : MountVolume.SetUp failed for volume "v" : secret "nope" not found`}},
	{"no-path", `containers: [{name: c, image: IMAGE}], volumes: [{name: v, hostPath: {path: /nope/nope, type: Directory}}]`, "ContainerCreating", []string{
		`Warning FailedMount : MountVolume.SetUp failed for volume "v" : hostPath type check failed: /nope/nope is not a directory`}},
	{"hook", `terminationGracePeriodSeconds: 1, containers: [{name: c, image: IMAGE, command: [/bin/busybox, sleep, "1000"], lifecycle: {postStart: {exec: {command: [/bin/busybox, sh, -c, "exit 4"]}}}}]`, "", []string{
		"Warning FailedPostStartHook spec.containers{c}: PostStartHook failed", "Normal Killing spec.containers{c}: FailedPostStartHook"}},
	{"ill", `terminationGracePeriodSeconds: 1, containers: [{name: c, image: IMAGE, command: [/bin/busybox, sleep, "1000"], livenessProbe: {exec: {command: [/bin/busybox, sh, -c, "echo -n $(SICK); exit 1"]}, periodSeconds: 1, failureThreshold: 2}, env: [{name: SICK, value: very}]}]`, "", []string{
		"Warning Unhealthy spec.containers{c}: Liveness probe failed: very", "Normal Killing spec.containers{c}: Container c failed liveness probe, will be restarted"}},
	{"mute", `terminationGracePeriodSeconds: 1, containers: [{name: c, image: IMAGE, command: [/bin/busybox, sleep, "1000"], readinessProbe: {exec: {command: [/nope]}, periodSeconds: 1}}, {name: d, image: IMAGE, command: [/bin/busybox, sleep, "1000"], readinessProbe: {grpc: {port: 81}, periodSeconds: 1}}]`, "Running", []string{
		"Warning Unhealthy spec.containers{c}: Readiness probe errored and resulted in unknown state: ", "Warning Unhealthy spec.containers{d}: Readiness probe failed: error: failed to connect service at "}},
	{"late", `terminationGracePeriodSeconds: 1, activeDeadlineSeconds: 1, containers: [{name: c, image: IMAGE, command: [/bin/busybox, sleep, "1000"]}]`, "Error", []string{
		"Normal DeadlineExceeded : Pod was active on the node longer than the specified deadline", "Normal Killing spec.containers{c}: Stopping container c"}},
	{"too-big", `nodeName: NODE, containers: [{name: c, image: IMAGE, resources: {requests: {cpu: "5000"}}}]`, "OutOfcpu", []string{
		"Warning OutOfcpu : Node didn't have enough resource: cpu, requested: 5000000, used: "}},
	{"elsewhere", `nodeName: NODE, nodeSelector: {a: b}, containers: [{name: c, image: IMAGE}]`, "NodeAffinity", []string{
		"Warning NodeAffinity : Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"}},
	{"first-fails", `restartPolicy: Never, initContainers: [{name: i, image: IMAGE, command: [/bin/busybox, "false"]}], containers: [{name: c, image: IMAGE}]`, "Init:Error", nil},
	{"hungry", `restartPolicy: Never, containers: [{name: c, image: IMAGE, command: [/bin/busybox, tail, /dev/zero], resources: {limits: {memory: 16Mi}}}]`, "OOMKilled", nil},
}

// H70: the node tells of what goes wrong with a pod in kubelet's events, and kubectl shows it in one word.
func TestH70(t *testing.T) {
	w := newWorld(t)
	node := w.field("nodes", ".items[0].metadata.name")
	fill := strings.NewReplacer("IMAGE", `"`+busybox+`"`, "NODE", node)
	for _, p := range eventPods {
		w.apply(fmt.Sprintf("{apiVersion: v1, kind: Pod, metadata: {name: %s}, spec: {%s}}", p.name, fill.Replace(p.spec)))
	}
	for _, p := range eventPods {
		t.Run(p.name, func(t *testing.T) {
			w := w.sub(t)
			w.eventually("kubectl shows the pod's status", func() error {
				line := strings.Fields(w.k("get", "pod", p.name, "--no-headers"))
				if p.status != "" && len(line) > 2 && line[2] != p.status {
					return fmt.Errorf("%s, want %s", line[2], p.status)
				}
				return nil
			})
			w.eventually("its events are there", func() error {
				got := w.k("get", "events", "--field-selector=involvedObject.name="+p.name, "-o",
					`jsonpath={range .items[*]}{.type} {.reason} {.involvedObject.fieldPath}: {.message}{"\n"}{end}`)
				return want(got, p.events...)
			})
		})
	}
	for name, message := range map[string]string{"never-started": "128 unable to start container process", "hungry": "137", "late": ""} {
		w.eventually("the end of "+name, func() error {
			return errors.Join(want(w.field("pod/"+name, ".status.phase"), "Failed"),
				want(w.field("pod/"+name, ".status.containerStatuses[0].state.terminated['exitCode','message']"), message))
		})
	}
	if got := w.field("pod/too-big", ".status.containerStatuses"); got != "" {
		t.Errorf("a pod that was not let in has containers: %s", got)
	}
	if got := w.field("pod/hook", `.status.containerStatuses[0].lastState.terminated.reason`); got != "Error" {
		t.Errorf("a container whose hook failed ended with %q", got)
	}
	w.eventually("the node's events", func() error {
		return want(w.k("get", "events", "-n", "default", "--field-selector=involvedObject.kind=Node", "-o", `jsonpath={range .items[*]}{.type} {.reason}: {.message}{"\n"}{end}`),
			"Normal Starting: Starting kubelet.", "Normal NodeHasSufficientPID: Node "+node+" status is now: NodeHasSufficientPID", "Normal NodeReady: Node "+node+" status is now: NodeReady")
	})
	w.k("delete", "pod", "--all", "--grace-period=1")
}

// H71: a critical pod that finds no room makes some: pods of less worth go, in kubelet's order and words.
func TestH71(t *testing.T) {
	in := newInstance(t, "127.0.0.1:17477")
	if err := in.up(); err != nil {
		t.Fatal(err)
	}
	if err := in.images(); err != nil {
		t.Fatal(err)
	}
	w := worldIn(t, in)
	node := w.field("nodes", ".items[0].metadata.name")
	has := w.field("nodes", ".items[0].status.allocatable.memory")
	const ki = "Ki"
	var total int
	if _, err := fmt.Sscanf(strings.TrimSuffix(has, ki), "%d", &total); err != nil || !strings.HasSuffix(has, ki) {
		t.Fatalf("allocatable memory %q: %v", has, err)
	}
	asks := func(name string, amount int, more string) {
		w.apply(pod(name, busybox, idle, fmt.Sprintf("resources: {requests: {memory: %dKi}}", amount), more))
	}
	asks("modest", total/20, "")
	asks("greedy", total/2, "")
	asks("best", 0, "")
	w.ready("condition=Ready", "pod/modest", "pod/greedy", "pod/best")
	asks("critical", total*7/10, "priorityClassName: system-node-critical, nodeName: "+node)
	w.ready("condition=Ready", "pod/critical")
	w.eventually("the pod that made room has gone", func() error { // and went well: it has succeeded, as kubelet's have
		return errors.Join(want(w.field("pod/greedy", ".status.phase"), "Succeeded"),
			want(w.field("pod/greedy", `.status.conditions[?(@.type=="DisruptionTarget")].message`), "Pod was preempted by Kubelet to accommodate a critical pod."),
			want(w.k("get", "events", "--field-selector=involvedObject.name=greedy,reason=Preempting"), "Preempted in order to admit critical pod"))
	})
	for _, name := range []string{"modest", "best"} {
		if phase := w.field("pod/"+name, ".status.phase"); phase != "Running" {
			t.Errorf("pod %s is %s", name, phase)
		}
	}
}
