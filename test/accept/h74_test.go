package accept

import (
	"errors"
	"testing"
)

// H74: corners of pod specifications that charts use and nobody thinks of.
func TestH74(t *testing.T) {
	w := newWorld(t)
	w.k("create", "configmap", "cm", "--from-literal=a=one")
	// Kubelet makes the directory of a subPath that is missing, whether the container may write there or not: of a ConfigMap that lacks the
	// key, of one that is optional and not there, of a mount that is read-only.
	t.Run("subPaths that are missing", func(t *testing.T) {
		w := w.sub(t)
		w.apply(pod("missing", busybox, "cd /ro && cd /key && cd /none && echo x > /ro/x || echo read-only",
			"env: [{name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}], volumeMounts: [{name: v, mountPath: /ro, subPathExpr: $(POD)/deep, readOnly: true}, {name: cm, mountPath: /key, subPath: missing}, {name: none, mountPath: /none, subPath: file}]",
			"volumes: [{name: v, emptyDir: {}}, {name: cm, configMap: {name: cm}}, {name: none, configMap: {name: nowhere, optional: true}}]"))
		w.prints("missing", "read-only")
		// What was made is in nobody's way when the key comes.
		w.apply(pod("later", busybox, "until [ \"$(cat /all/late)\" = two ]; do /bin/busybox sleep 0.1; done; echo came", "volumeMounts: [{name: cm, mountPath: /all}, {name: cm, mountPath: /late, subPath: gone}]", "volumes: [{name: cm, configMap: {name: cm}}]"))
		w.eventually("it runs", func() error { return want(w.field("pod/later", ".status.phase"), "Running") })
		w.k("patch", "configmap", "cm", "-p", `{"data":{"late":"two"}}`)
		w.prints("later", "came")
	})
	t.Run("a file mounted onto a directory", func(t *testing.T) {
		w := w.sub(t)
		w.apply(pod("onto", busybox, "true", "volumeMounts: [{name: cm, mountPath: /bin, subPath: a}]", "volumes: [{name: cm, configMap: {name: cm}}]"))
		w.over("onto")
		if got := w.field("pod/onto", ".status.containerStatuses[0].state.terminated.message"); want(got, "mount /bin: ", "a file cannot be mounted onto a directory") != nil {
			t.Errorf("it says %q", got)
		}
	})
}

// ownSignals has containers end by the signal that their pod names, which is upstream's gate ContainerStopSignals.
func (w *world) ownSignals() {
	const waits = "trap 'exit 5' USR1; while :; do /bin/busybox sleep 1000 & wait; done"
	w.apply(pod("own-signal", busybox, waits, "lifecycle: {stopSignal: SIGUSR1}, livenessProbe: {exec: {command: [/bin/busybox, 'false']}, periodSeconds: 1, failureThreshold: 1}",
		"restartPolicy: Always, os: {name: linux}, terminationGracePeriodSeconds: 2"))
	w.eventually("it ends by its own signal", func() error {
		return errors.Join(want(w.field("pod/own-signal", ".status.containerStatuses[0].lastState.terminated.exitCode"), "5"), want(w.field("pod/own-signal", ".status.containerStatuses[0].stopSignal"), "SIGUSR1"))
	})
	w.k("delete", "pod", "own-signal")
}
