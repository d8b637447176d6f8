package nodeapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/tools/remotecommand"
	"k8s.io/client-go/transport/spdy"
	utilexec "k8s.io/client-go/util/exec"

	"gantry.dev/gantry/internal/driver/pki"
)

const webPod = `
terminationGracePeriodSeconds: 2
initContainers:
- {name: setup, image: "busybox:test", command: [sh, -c, "echo $GREETING > /data/index.html"], env: [{name: GREETING, value: hello}], volumeMounts: [{name: data, mountPath: /data}]}
containers:
- name: web
  image: busybox:test
  command: [sh, -c, "echo started as $(id -u); trap 'echo bye; exit 0' TERM; httpd -f -p 8080 -h /data & wait"]
  ports: [{containerPort: 8080, name: http}]
  readinessProbe: {httpGet: {path: /index.html, port: http}, periodSeconds: 1}
  resources: {limits: {memory: 64Mi, cpu: 500m}}
  securityContext: {runAsUser: 1000, allowPrivilegeEscalation: false}
  volumeMounts: [{name: data, mountPath: /data}, {name: conf, mountPath: /conf}]
volumes:
- {name: data, emptyDir: {}}
- {name: conf, configMap: {name: conf}}
`

// TestInside is the life of real pods. It runs only in the namespaces that TestRealNode makes.
func TestInside(t *testing.T) {
	if os.Getenv(insideEnv) == "" {
		t.Skip("runs inside of TestRealNode")
	}
	n := newNode(t)
	n.create("ConfigMap", "default", &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "conf", Namespace: "default"}, Data: map[string]string{"key": "value"}})
	n.begin()
	n.pod("web", webPod)
	p := n.until("web", "ready", ready)
	t.Run("reach", func(t *testing.T) { n.reach(t, p) })
	t.Run("logs", func(t *testing.T) { n.readLogs(t) })
	t.Run("exec", func(t *testing.T) { n.execs(t) })
	t.Run("portforward", func(t *testing.T) { n.forward(t) })
	t.Run("strangers", func(t *testing.T) { n.strangers(t) })
	t.Run("agent restarts", func(t *testing.T) {
		before := p.Status.ContainerStatuses[0].ContainerID
		n.stop()
		n.begin()
		if p, err := n.agent.Pod("default", "web"); err != nil || p.Status.ContainerStatuses[0].ContainerID != before || !ready(p) {
			t.Errorf("after the restart: %+v %v", p, err)
		}
		n.reach(t, p)
	})
	t.Run("kill a container", func(t *testing.T) {
		id := strings.TrimPrefix(p.Status.ContainerStatuses[0].ContainerID, "gantry://")
		if err := n.run.Kill(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		p := n.until("web", "restarted", func(p *corev1.Pod) bool { return ready(p) && p.Status.ContainerStatuses[0].RestartCount == 1 })
		if last := p.Status.ContainerStatuses[0].LastTerminationState.Terminated; last == nil || last.ExitCode != 137 {
			t.Errorf("last state: %+v", last)
		}
		if got := n.get(t, "/containerLogs/default/web/web?previous=true"); got != "started as 1000\n" {
			t.Errorf("previous log: %q", got)
		}
	})
	t.Run("job", func(t *testing.T) {
		n.pod("job", `{restartPolicy: Never, containers: [{name: work, image: "busybox:test", command: [sh, -c, "echo last words > /dev/termination-log; exit 3"]}]}`)
		p := n.until("job", "failed", func(p *corev1.Pod) bool { return p != nil && p.Status.Phase == corev1.PodFailed })
		if end := p.Status.ContainerStatuses[0].State.Terminated; end == nil || end.ExitCode != 3 || end.Message != "last words\n" {
			t.Errorf("end: %+v", end)
		}
	})
	t.Run("settings", func(t *testing.T) { n.settings(t) })
	t.Run("memory limit", func(t *testing.T) { n.memoryLimit(t) })
	t.Run("host network", func(t *testing.T) { n.hostNetwork(t) })
	t.Run("host port", func(t *testing.T) { n.hostPort(t) })
	t.Run("bad pods", func(t *testing.T) { n.badPods(t) })
	t.Run("delete", func(t *testing.T) { n.remove(t) })
	n.stop()
}

func (n *node) reach(t *testing.T, p *corev1.Pod) {
	t.Helper()
	c := http.Client{Timeout: 5 * time.Second}
	res, err := c.Get("http://" + net.JoinHostPort(p.Status.PodIP, "8080") + "/index.html")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); err != nil || string(body) != "hello\n" {
		t.Errorf("answer: %q %v", body, err)
	}
}

func (n *node) get(t *testing.T, path string) string {
	t.Helper()
	res, err := n.http.Get("https://" + net.JoinHostPort(n.addr.String(), "10250") + path)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v %s", path, res.Status, err, body)
	}
	return string(body)
}

func (n *node) readLogs(t *testing.T) {
	if got := n.get(t, "/containerLogs/default/web/web"); got != "started as 1000\n" {
		t.Errorf("log: %q", got)
	}
	if got := n.get(t, "/containerLogs/default/web/setup"); got != "" {
		t.Errorf("log of the init container: %q", got)
	}
	for path, wants := range map[string][]string{
		"/healthz": {"ok"}, "/pods": {`"name":"web"`}, "/metrics": {"kubelet_running_pods 1"},
		"/stats/summary":    {`"name":"web"`, `"usageNanoCores":`, `"name":"eth0"`, `"rxBytes":`},
		"/metrics/resource": {`container_memory_working_set_bytes{container="web"`, "node_cpu_usage_seconds_total"},
		"/metrics/cadvisor": {`container_cpu_usage_seconds_total{container="web",cpu="total"`, `container_spec_cpu_quota{container="web"`, `container_network_receive_bytes_total{container=""`},
	} {
		got := n.get(t, path)
		for _, want := range wants {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %q in %s", path, want, got)
			}
		}
	}
}

// restConfig speaks to the node as an API server does.
func (n *node) restConfig() *rest.Config {
	pair, err := n.ca.Pair("client-kube-apiserver-kubelet-client", pki.Leaf{CommonName: "kube-apiserver-kubelet-client", Client: true})
	if err != nil {
		n.t.Fatal(err)
	}
	return &rest.Config{Host: "https://" + net.JoinHostPort(n.addr.String(), "10250"), TLSClientConfig: rest.TLSClientConfig{CAData: n.ca.CAPEM(), CertData: pair.CertPEM, KeyData: pair.KeyPEM}}
}

func (n *node) execs(t *testing.T) {
	run := func(stdin string, command ...string) (string, error) {
		u := &url.URL{Scheme: "https", Host: net.JoinHostPort(n.addr.String(), "10250"), Path: "/exec/default/web/web"}
		q := url.Values{"output": {"1"}, "error": {"1"}, "command": command}
		opts := remotecommand.StreamOptions{}
		var out, errs bytes.Buffer
		opts.Stdout, opts.Stderr = &out, &errs
		if stdin != "" {
			q.Set("input", "1")
			opts.Stdin = strings.NewReader(stdin)
		}
		u.RawQuery = q.Encode()
		ex, err := remotecommand.NewSPDYExecutor(n.restConfig(), http.MethodPost, u)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		err = ex.StreamWithContext(ctx, opts)
		return out.String() + errs.String(), err
	}
	if out, err := run("", "cat", "/conf/key"); err != nil || out != "value" {
		t.Errorf("config map: %q %v", out, err)
	}
	if out, err := run("text", "cat"); err != nil || out != "text" {
		t.Errorf("stdin: %q %v", out, err)
	}
	out, err := run("", "sh", "-c", "echo oops >&2; exit 7")
	var code utilexec.CodeExitError
	if !errors.As(err, &code) || code.Code != 7 || out != "oops\n" {
		t.Errorf("exit code: %q %v", out, err)
	}
	if out, err := n.terminal(t, "tty; exit 4"); !strings.Contains(out, "/dev/pts/") || !errors.As(err, &code) || code.Code != 4 {
		t.Errorf("terminal: %q %v", out, err)
	}
	if out, err := run("", "sh", "-c", "cat /proc/self/status | grep -E 'Seccomp:|NoNewPrivs:'; cat /etc/hosts | grep web; cat /etc/resolv.conf; hostname"); err != nil {
		t.Errorf("looking around: %q %v", out, err)
	} else {
		for _, want := range []string{"NoNewPrivs:\t1", "Seccomp:\t2", "\tweb\n", "nameserver 10.78.255.254", "search default.svc.cluster.local"} {
			if !strings.Contains(out, want) {
				t.Errorf("no %q in %s", want, out)
			}
		}
	}
}

// terminal runs a shell command in a terminal.
func (n *node) terminal(t *testing.T, command string) (string, error) {
	u := &url.URL{Scheme: "https", Host: net.JoinHostPort(n.addr.String(), "10250"), Path: "/exec/default/web/web"}
	u.RawQuery = url.Values{"output": {"1"}, "input": {"1"}, "tty": {"1"}, "command": {"sh", "-c", command}}.Encode()
	ex, err := remotecommand.NewSPDYExecutor(n.restConfig(), http.MethodPost, u)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var out bytes.Buffer
	stdin, end := io.Pipe()
	defer end.Close()
	err = ex.StreamWithContext(ctx, remotecommand.StreamOptions{Stdin: stdin, Stdout: &out, Tty: true})
	return out.String(), err
}

func (n *node) forward(t *testing.T) {
	rt, up, err := spdy.RoundTripperFor(n.restConfig())
	if err != nil {
		t.Fatal(err)
	}
	u := &url.URL{Scheme: "https", Host: net.JoinHostPort(n.addr.String(), "10250"), Path: "/portForward/default/web"}
	stop, ready := make(chan struct{}), make(chan struct{})
	f, err := portforward.New(spdy.NewDialer(up, &http.Client{Transport: rt}, http.MethodPost, u), []string{"0:8080"}, stop, ready, io.Discard, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- f.ForwardPorts() }()
	select {
	case <-ready:
	case err := <-done:
		t.Fatal(err)
	}
	ports, err := f.GetPorts()
	if err != nil {
		t.Fatal(err)
	}
	res, err := (&http.Client{Timeout: 10 * time.Second}).Get(fmt.Sprintf("http://127.0.0.1:%d/index.html", ports[0].Local))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	res.Body.Close()
	if err != nil || string(body) != "hello\n" {
		t.Errorf("answer: %q %v", body, err)
	}
	close(stop)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func (n *node) strangers(t *testing.T) {
	at := "https://" + net.JoinHostPort(n.addr.String(), "10250") + "/pods"
	res, err := n.clientOf("somebody").Get(at)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusForbidden {
		t.Errorf("a stranger with a certificate got %s", res.Status)
	}
	conf := n.tls("somebody")
	conf.Certificates = nil
	if res, err = (&http.Client{Transport: &http.Transport{TLSClientConfig: conf}}).Get(at); err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusUnauthorized {
		t.Errorf("a stranger without a certificate got %s", res.Status)
	}
}

func (n *node) remove(t *testing.T) {
	n.delete(t, "web")
	n.delete(t, "job")
	if list, err := n.run.List(t.Context()); err != nil || len(list) > 0 {
		t.Errorf("containers are left: %v %v", list, err)
	}
	if list, err := n.run.ListSandboxes(t.Context()); err != nil || len(list) > 0 {
		t.Errorf("sandboxes are left: %v %v", list, err)
	}
	if links, err := n.cfg.Network.Observe(); err != nil || len(links) > 0 {
		t.Errorf("links are left: %v %v", links, err)
	}
	if dirs, err := n.cfg.Volumes.Pods(); err != nil || len(dirs) > 0 {
		t.Errorf("volumes are left: %v %v", dirs, err)
	}
}
