package accept

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// traces are pods that leave traces of every kind in the kernel: rules, routes, mounts, tmpfs, ports of the node.
const traces = `
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Secret
metadata: {name: secret}
stringData: {key: value}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  volumes:
  - {name: memory, emptyDir: {medium: Memory}}
  - {name: disk, emptyDir: {}}
  - {name: secret, secret: {secretName: secret}}
  containers:
  - name: c
    image: web:1
    ports: [{containerPort: 8080, hostPort: 18080}]
    resources: {limits: {memory: 64Mi, cpu: 100m}}
    volumeMounts: [{name: memory, mountPath: /memory}, {name: disk, mountPath: /disk}, {name: secret, mountPath: /secret}]
---
apiVersion: v1
kind: Pod
metadata: {name: host}
spec:
  hostNetwork: true
  shareProcessNamespace: true
  terminationGracePeriodSeconds: 1
  containers: [{name: c, image: "busybox:1", command: [/bin/busybox, sleep, "100000"]}]
`

// A2: down stops everything and leaves nothing behind, twice, whatever became of the daemon before.
func TestA2(t *testing.T) {
	t.Run("nothing was ever there", func(t *testing.T) { downLeavesNothing(t, func(*machine) {}) })
	t.Run("with pods of all kinds", func(t *testing.T) { downLeavesNothing(t, func(m *machine) { m.fill(t) }) })
	t.Run("after a kill -9", func(t *testing.T) {
		downLeavesNothing(t, func(m *machine) {
			m.fill(t)
			pids, err := processes("daemon", m.in.dir)
			if err != nil || len(pids) != 1 {
				t.Fatalf("daemons: %v %v", pids, err)
			}
			for pid := range pids {
				if err := unix.Kill(pid, unix.SIGKILL); err != nil {
					t.Fatal(err)
				}
			}
		})
	})
}

func downLeavesNothing(t *testing.T, live func(*machine)) {
	m := &machine{box: newBox(t), in: &instance{dir: filepath.Join(t.TempDir(), "data"), listen: "127.0.0.1:17443"}}
	t.Cleanup(func() { _, _ = m.run(binary(), "down", "--data-dir", m.in.dir) }) // for a test that failed half way
	before := m.snapshot()
	live(m)
	id, _ := m.in.id() // none is one of the cases
	for _, time := range []string{"first", "second"} {
		m.must(binary(), "down", "--data-dir", m.in.dir)
		if d := difference(before, m.snapshot()); len(d) > 0 {
			t.Errorf("the %s down left behind:\n%s", time, strings.Join(d, "\n"))
		}
		if id == "" {
			continue
		}
		if l, err := leftovers(id); err != nil || len(l) > 0 {
			t.Errorf("the %s down left behind: %v\n%s", time, err, strings.Join(l, "\n"))
		}
	}
}

// fill starts the cluster with pods that leave traces.
func (m *machine) fill(t *testing.T) {
	t.Helper()
	for _, args := range append([][]string{{"up", "--listen", m.in.listen}}, m.in.imageBuilds()...) {
		m.must(binary(), append(args, "--data-dir", m.in.dir)...)
	}
	manifest := filepath.Join(t.TempDir(), "traces.yaml")
	write(t, manifest, traces)
	kubectl := func(args ...string) {
		m.must(binary(), append([]string{"kubectl", "--data-dir", m.in.dir}, args...)...)
	}
	kubectl("wait", "--for=create", "serviceaccount/default", "--timeout=30s")
	kubectl("apply", "-f", manifest)
	kubectl("wait", "--for=condition=Ready", "pod", "--all", "--timeout=60s")
}
