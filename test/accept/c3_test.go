package accept

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// C3: volumes, as files that programs read.
func TestC3(t *testing.T) {
	w := newWorld(t)
	w.k("create", "configmap", "cm", "--from-literal=a=one", "--from-literal=b=two")
	w.k("create", "secret", "generic", "sec", "--from-literal=password=hidden")
	for name, test := range map[string]func(*world){
		"emptyDir": emptyDirs, "hostPath": hostPaths, "configMap": configMapVolumes, "secret": secretVolumes,
		"projected and downward API": projectedVolumes, "updates are atomic": atomicUpdates, "what is missing": missingSources,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(w.sub(t))
		})
	}
}

func emptyDirs(w *world) {
	m := pod("empty", busybox, "until [ -e /v/from-b ]; do /bin/busybox sleep 0.1; done; cat /v/from-b; /bin/busybox grep ' /m ' /proc/mounts; /bin/busybox stat -c '%a' /v; exit 0",
		"volumeMounts: [{name: v, mountPath: /v}, {name: m, mountPath: /m}, {name: v, mountPath: /sub, subPath: below}]",
		"securityContext: {fsGroup: 4000}, volumes: [{name: v, emptyDir: {}}, {name: m, emptyDir: {medium: Memory, sizeLimit: 1Mi}}]")
	m = strings.Replace(m, "containers: [", "containers: [{name: b, image: \""+busybox+"\", command: [/bin/busybox, sh, -c, \"echo shared > /w/from-b\"], volumeMounts: [{name: v, mountPath: /w}]}, ", 1)
	w.apply(m)
	w.eventually("the end", func() error { return want(w.field("pod/empty", ".status.phase"), "Succeeded") })
	logs := w.k("logs", "empty", "-c", "c")
	if err := want(logs, "shared", "tmpfs", "size=1024k", "2777"); err != nil {
		w.Error(err)
	}
	uid := w.field("pod/empty", ".metadata.uid")
	w.k("delete", "pod", "empty", "--timeout=60s")
	w.eventually("nothing is left on disk", func() error {
		left, err := filepath.Glob(filepath.Join(w.dir, "node", "pods", uid))
		if err == nil && len(left) > 0 {
			err = fmt.Errorf("%w: %v", errStill, left)
		}
		return err
	})
}

func hostPaths(w *world) {
	dir := w.TempDir()
	write(w.T, filepath.Join(dir, "file"), "from the host")
	const mounts = "volumeMounts: [{name: v, mountPath: /v}, {name: v, mountPath: /one, subPath: file, readOnly: true}, {name: new, mountPath: /new}]"
	w.apply(pod("host", busybox, "cat /v/file /one; echo back > /v/back; echo x > /new/made; echo y > /one && echo wrong; exit 0", mounts,
		fmt.Sprintf("volumes: [{name: v, hostPath: {path: %s, type: Directory}}, {name: new, hostPath: {path: %s/made, type: DirectoryOrCreate}}]", dir, dir)) +
		pod("host-missing", busybox, "exit 0", shareV, fmt.Sprintf("volumes: [{name: v, hostPath: {path: %s/nothing, type: Directory}}]", dir)))
	_, logs := w.ended("host")
	if err := want(logs, "from the hostfrom the host", "Read-only file system"); err != nil || strings.Contains(logs, "wrong") {
		w.Errorf("it said %q: %v", logs, err)
	}
	for _, file := range []string{"back", "made/made"} {
		if _, err := os.Stat(filepath.Join(dir, file)); err != nil {
			w.Error(err)
		}
	}
	w.eventually("a path that is not there is told", func() error {
		out, err := w.try("events", "--for=pod/host-missing")
		return errors.Join(err, want(out, "FailedMount", "nothing"))
	})
}

func configMapVolumes(w *world) {
	w.apply(pod("cm", busybox, "cat /all/a /all/b /some/dir/renamed /single; /bin/busybox stat -L -c '%a' /all/a /some/dir/renamed; /bin/busybox ls /some; echo x > /all/a && echo wrong; exit 0",
		"volumeMounts: [{name: all, mountPath: /all}, {name: some, mountPath: /some}, {name: all, mountPath: /single, subPath: b}]",
		"volumes: [{name: all, configMap: {name: cm, defaultMode: 0444}}, {name: some, configMap: {name: cm, items: [{key: a, path: dir/renamed, mode: 0400}]}}]"))
	if _, logs := w.ended("cm"); want(logs, "onetwoonetwo", "444\n400", "dir", "Read-only file system") != nil || strings.Contains(logs, "wrong") {
		w.Errorf("it said %q", logs)
	}
}

func secretVolumes(w *world) {
	w.apply(pod("sec", busybox, "cat /s/password; echo; /bin/busybox stat -f -c '%T' /s; /bin/busybox stat -L -c '%a %g' /s/password",
		"volumeMounts: [{name: s, mountPath: /s, readOnly: true}]", "securityContext: {fsGroup: 4000}, volumes: [{name: s, secret: {secretName: sec, defaultMode: 0400}}]"))
	// Secrets lie in memory; the group of fsGroup may read what the owner may.
	w.prints("sec", "hidden\ntmpfs\n440 4000")
}

func projectedVolumes(w *world) {
	w.apply(strings.Replace(pod("projected", busybox, "cd /p; cat a password name labels cpu; echo; /bin/busybox wc -c < token; cat /var/run/secrets/kubernetes.io/serviceaccount/namespace",
		"resources: {limits: {cpu: 300m}}, volumeMounts: [{name: p, mountPath: /p}]",
		`volumes: [{name: p, projected: {sources: [{configMap: {name: cm, items: [{key: a, path: a}]}}, {secret: {name: sec}},
  {serviceAccountToken: {path: token, audience: else, expirationSeconds: 600}},
  {downwardAPI: {items: [{path: name, fieldRef: {fieldPath: metadata.name}}, {path: labels, fieldRef: {fieldPath: metadata.labels}},
    {path: cpu, resourceFieldRef: {containerName: c, resource: limits.cpu, divisor: 1m}}]}}]}}]`), "labels: {", "labels: {tier: one, ", 1))
	w.prints("projected", `onehiddenprojectedapp="projected"`, `tier="one"300`, w.ns)
	w.apply(pod("downward", busybox, idle, "volumeMounts: [{name: d, mountPath: /d}]",
		"volumes: [{name: d, downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}]}}]"))
	w.ready("condition=Ready", "pod/downward")
	w.k("label", "pod", "downward", "late=yes")
	w.eventually("a new label arrives", func() error {
		out, err := w.inPod("downward", "cat /d/labels")
		return errors.Join(err, want(out, `late="yes"`))
	})
}

// atomicUpdates changes two keys together, many times, under a reader that must never see one without the other.
func atomicUpdates(w *world) {
	w.k("create", "configmap", "pair", "--from-literal=x=0", "--from-literal=y=0")
	// The reader opens the directory once for both files, as a program does that wants them to belong together.
	const read = `while [ ! -e /stop/stop ]; do cd -P /v/..data && a=$(cat x) && b=$(cat y) && [ "$a" != "$b" ] && echo torn $a $b; done; echo end $(cat /v/x)`
	w.apply(pod("atomic", busybox, read, "volumeMounts: [{name: v, mountPath: /v}, {name: stop, mountPath: /stop}]",
		"volumes: [{name: v, configMap: {name: pair}}, {name: stop, emptyDir: {}}]"))
	w.ready("condition=Ready", "pod/atomic")
	const rounds = 10
	for i := 1; i <= rounds; i++ {
		w.k("patch", "configmap", "pair", "-p", fmt.Sprintf(`{"data":{"x":"%d","y":"%d"}}`, i, i))
	}
	w.eventually("the last update arrives", func() error {
		out, err := w.inPod("atomic", "cat /v/x /v/y")
		return errors.Join(err, want(out, fmt.Sprintf("%d%d", rounds, rounds)))
	})
	if _, err := w.inPod("atomic", "echo > /stop/stop"); err != nil {
		w.Fatal(err)
	}
	if _, logs := w.ended("atomic"); strings.Contains(logs, "torn") || want(logs, fmt.Sprintf("end %d", rounds)) != nil {
		w.Errorf("the reader says %q", logs)
	}
}

func missingSources(w *world) {
	w.apply(pod("waits-for-map", busybox, "cat /v/a", shareV, "volumes: [{name: v, configMap: {name: late}}]") +
		pod("does-without", busybox, "/bin/busybox ls /v; echo fine", shareV, "volumes: [{name: v, secret: {secretName: never, optional: true}}]"))
	w.prints("does-without", "fine")
	w.eventually("the missing map is told", func() error {
		out, err := w.try("events", "--for=pod/waits-for-map")
		return errors.Join(err, want(out, "FailedMount", `"late" not found`))
	})
	w.k("create", "configmap", "late", "--from-literal=a=at last")
	w.prints("waits-for-map", "at last")
}
