package accept

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// operatorWorks runs an operator on controller-runtime: manager, cache, index, owned objects, finalizer, events and leader
// election.
func operatorWorks(t *testing.T) {
	w := newWorld(t)
	run := func() *process {
		t.Helper()
		c := exec.Command(filepath.Join(root, "bin", "operator"))
		c.Env = append(os.Environ(), "KUBECONFIG="+filepath.Join(w.dir, "kubeconfig"), "NAMESPACE="+w.ns)
		log, err := os.Create(filepath.Join(t.TempDir(), "log"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if b, err := os.ReadFile(log.Name()); t.Failed() {
				t.Logf("the operator said (%v): %s", err, b[max(0, len(b)-4000):])
			}
			log.Close()
		})
		c.Stdout, c.Stderr = log, log
		c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		p := &process{c}
		t.Cleanup(func() { p.kill(t) })
		return p
	}
	first := run()
	w.k("create", "configmap", "before", "--from-literal=a=1")
	w.k("label", "configmap", "before", "copy=wanted")
	copied := func(name, value string) {
		t.Helper()
		w.eventually("the copy of "+name, func() error {
			out, err := w.try("get", "secret", name, "-o", `jsonpath={.stringData}{.data.a}`)
			if err == nil {
				err = want(out, value)
			}
			return err
		})
		w.eventually("what the operator says of "+name, func() error {
			return want(w.field("configmap/"+name, ".metadata.annotations"), `"e12.example.com/copied":"1"`)
		})
	}
	copied("before", "MQ==")
	w.k("patch", "configmap", "before", "--type=merge", "-p", `{"data":{"a":"2"}}`)
	copied("before", "Mg==")
	w.k("delete", "secret", "before") // it is owned: it comes back
	copied("before", "Mg==")
	w.eventually("events", func() error {
		return want(w.k("get", "events.events.k8s.io", "-o", "jsonpath={.items[*].reason}"), "Copied")
	})
	// A second one waits until the first gives up its lease; then it goes on where that was.
	second := run()
	if err := first.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait() // it was told to go
	w.k("create", "configmap", "after", "--from-literal=a=3")
	w.k("label", "configmap", "after", "copy=wanted")
	copied("after", "Mw==")
	// The finalizer holds until the operator lets go; then the garbage collector takes the copies.
	w.k("delete", "configmap", "before", "after", "--timeout=60s")
	w.eventually("the copies to go", func() error {
		if out := w.k("get", "secrets", "-o", "name"); strings.Contains(out, "before") || strings.Contains(out, "after") {
			return fmt.Errorf("there are %s", out)
		}
		return nil
	})
	second.kill(t)
}

// chart is a chart with hooks, a test, and a custom resource definition.
var chart = map[string]string{
	"Chart.yaml":  "apiVersion: v2\nname: web\nversion: 1.0.0\n",
	"values.yaml": "greeting: hello\nreplicas: 1\n",
	"crds/crd.yaml": `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: greetings.e12.example.com}
spec:
  group: e12.example.com
  names: {kind: Greeting, plural: greetings}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {text: {type: string}}}}}}}]
`,
	"templates/all.yaml": `
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}-config}
data: {greeting: {{ .Values.greeting | quote }}, revision: "{{ .Release.Revision }}", version: {{ .Capabilities.KubeVersion.Version | quote }}}
---
apiVersion: e12.example.com/v1
kind: Greeting
metadata: {name: {{ .Release.Name }}}
spec: {text: {{ .Values.greeting | quote }}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}}
    spec: {terminationGracePeriodSeconds: 1, containers: [{name: web, image: "web:1", ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: {{ .Release.Name }}}
spec: {selector: {app: {{ .Release.Name }}}, ports: [{port: 80, targetPort: 8080}]}
`,
	"templates/hooks.yaml": hook("pre-install") + hook("post-install") + hook("pre-upgrade") + hook("post-rollback") + hook("pre-delete"),
}

// hook is a pod that runs at a point of a release's life, to its end.
func hook(when string) string {
	return fmt.Sprintf(`
---
apiVersion: v1
kind: Pod
metadata: {name: "{{ .Release.Name }}-%[1]s", annotations: {"helm.sh/hook": %[1]s, "helm.sh/hook-delete-policy": before-hook-creation}}
spec: {restartPolicy: Never, terminationGracePeriodSeconds: 1, containers: [{name: c, image: "busybox:1", command: [/bin/busybox, echo, %[1]s]}]}
`, when)
}

// helmInstalls takes a chart through its life.
func helmInstalls(t *testing.T) {
	w := newWorld(t)
	dir := filepath.Join(t.TempDir(), "web")
	for name, text := range chart {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, path, text)
	}
	home := t.TempDir()
	helm := func(args ...string) string {
		t.Helper()
		args = append([]string{"HELM_CACHE_HOME=" + home, "HELM_CONFIG_HOME=" + home, "HELM_DATA_HOME=" + home, filepath.Join(root, "bin", "helm"),
			"--kubeconfig", filepath.Join(w.dir, "kubeconfig"), "-n", w.ns}, args...)
		out, err := run(t.Context(), "", "env", args...)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	t.Cleanup(func() { _, _ = w.try("delete", "crd", "greetings.e12.example.com", "--ignore-not-found") })
	has := func(greeting string) {
		t.Helper()
		if got := w.field("configmap/web-config", ".data.greeting") + w.field("greeting/web", ".spec.text"); got != greeting+greeting {
			t.Errorf("the release says %q, want twice %q", got, greeting)
		}
	}
	ran := func(hook string) {
		t.Helper()
		if phase, logs := w.ended("web-" + hook); phase != "Succeeded" || strings.TrimSpace(logs) != hook {
			t.Errorf("the hook %s is %s and said %q", hook, phase, logs)
		}
	}
	helm("install", "web", dir, "--wait", "--timeout", "90s")
	has("hello")
	ran("pre-install")
	ran("post-install")
	if got := w.field("deployment/web", ".status.readyReplicas"); got != "1" {
		t.Errorf("after --wait %q replicas are ready", got)
	}
	helm("upgrade", "web", dir, "--set", "greeting=good day,replicas=2", "--wait", "--timeout", "90s")
	has("good day")
	ran("pre-upgrade")
	if out := helm("history", "web"); want(out, "superseded", "deployed") != nil {
		t.Errorf("history: %s", out)
	}
	helm("rollback", "web", "1", "--wait", "--timeout", "90s")
	has("hello")
	ran("post-rollback")
	if out := helm("list"); want(out, "web", "deployed") != nil {
		t.Errorf("list: %s", out)
	}
	if out := helm("get", "manifest", "web"); want(out, "kind: Deployment") != nil {
		t.Errorf("manifest: %s", out)
	}
	helm("upgrade", "web", dir, "--dry-run=server", "--set", "greeting=dry")
	has("hello")
	helm("uninstall", "web", "--wait", "--timeout", "90s")
	ran("pre-delete")
	if out := w.k("get", "deployments,services,configmaps,greetings", "-o", "name"); strings.Contains(out, "web") {
		t.Errorf("uninstalled, there are %s", out)
	}
}
