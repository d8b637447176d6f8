package accept

import (
	"errors"
	"testing"
)

// H14: a container that takes all others with it, and what a pod with the host's network knows of itself.
func TestH14(t *testing.T) {
	w := newWorld(t)
	const first = "if [ -f /v/again ]; then exec /bin/busybox sleep 1000; fi; touch /v/again; /bin/busybox sleep 1; exit 42"
	w.apply(pod("all", busybox, first, "restartPolicy: Never, restartPolicyRules: [{action: RestartAllContainers, exitCodes: {operator: In, values: [42]}}], volumeMounts: [{name: v, mountPath: /v}]",
		"volumes: [{name: v, emptyDir: {}}], initContainers: [{name: first, image: \""+busybox+"\", command: [/bin/busybox, \"true\"]}, {name: side, image: \""+busybox+"\", restartPolicy: Always, command: [/bin/busybox, sleep, \"1000\"]}]"))
	w.apply(pod("host", busybox, "echo $IP", "env: [{name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]", "hostNetwork: true"))
	w.prints("host", w.field("nodes", `.items[0].status.addresses[?(@.type=="InternalIP")].address`))
	w.eventually("all containers have been started anew", func() error {
		return errors.Join(want(w.field("pod/all", ".status.containerStatuses[0].restartCount"), "1"), want(w.field("pod/all", ".status.initContainerStatuses[*].restartCount"), "1 1"),
			want(w.field("pod/all", ".status.containerStatuses[0].lastState.terminated.exitCode"), "42"),
			want(w.field("pod/all", `.status.initContainerStatuses[1].lastState.terminated.reason`), "RestartingAllContainers"), want(w.field("pod/all", ".status.phase"), "Running"))
	})
	w.k("delete", "pod", "--all", "--grace-period=1")
}
