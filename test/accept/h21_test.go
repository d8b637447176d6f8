package accept

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"

	"gantry.dev/gantry/internal/testimage"
)

// startContainerd starts a containerd of the test's own, which calls gantry's CNI plugin in an instance's directory, and returns its
// endpoint.
func startContainerd(t *testing.T, in *instance, pause string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "gantry-cri-") // short: sockets are below
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	config := filepath.Join(dir, "config.toml")
	write(t, config, fmt.Sprintf(`version = 2
root = "%[1]s/root"
state = "%[1]s/state"
[grpc]
  address = "%[1]s/sock"
[plugins."io.containerd.internal.v1.opt"]
  path = "%[1]s/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "%[2]s"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "%[3]s/node/cri/bin"
    conf_dir = "%[3]s/node/cri/net.d"
`, dir, pause, in.dir))
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	c := exec.Command("containerd", "--config", config)
	c.Stdout, c.Stderr = log, log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill() // its end is all that matters
		_ = c.Wait()
		if body, err := os.ReadFile(log.Name()); err == nil && t.Failed() {
			t.Logf("containerd:\n%s", body[max(0, len(body)-6000):])
		}
	})
	if err := await(func() error { _, err := os.Stat(filepath.Join(dir, "sock")); return err }); err != nil {
		t.Fatal(err)
	}
	return "unix://" + filepath.Join(dir, "sock")
}

// H21: pods in a real containerd, with the network, the limits, the volumes and the logs of any other pod.
func TestH21(t *testing.T) {
	for _, program := range []string{"containerd", "containerd-shim-runc-v2", "runc"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("needs containerd and runc: %v", err)
		}
	}
	reg := testimage.NewRegistry(t)
	image := testimage.Busybox(t)
	cfg, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	cfg.Config = v1.Config{Entrypoint: []string{"/bin/sleep", "1000000"}}
	pause, err := mutate.ConfigFile(image, cfg)
	if err != nil {
		t.Fatal(err)
	}
	busybox := reg.Push(t, "busybox:1", image)

	in := &instance{dir: t.TempDir(), listen: "127.0.0.1:16482"}
	endpoint := startContainerd(t, in, reg.Push(t, "pause:1", pause))
	t.Cleanup(func() {
		if err := in.down(); err != nil {
			t.Error(err)
		}
	})
	file := filepath.Join(in.dir, "runtimes.yaml")
	write(t, file, "handlers:\n- {name: containerd, cri: {endpoint: 'unix:///nothing/here'}}\n")
	if out, err := in.gantry("up", "--listen", in.listen, "--runtimes", file); err == nil || want(err.Error(), `runtime "containerd"`, "unix:///nothing/here") != nil {
		t.Fatalf("a runtime that does not answer: %s, %v", out, err)
	}
	write(t, file, "handlers:\n- {name: containerd, cri: {endpoint: '"+endpoint+"'}}\n")
	up := func() {
		t.Helper()
		if _, err := in.gantry("up", "--listen", in.listen, "--runtimes", file); err != nil {
			t.Fatal(err)
		}
	}
	up()
	w := worldIn(t, in)
	w.apply(runtimeClass("containerd", "containerd", ""))
	const class = "runtimeClassName: containerd"
	w.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: words}, data: {word: from a volume}}\n---\n" +
		pod("job", busybox, "echo $(hostname) $(cat /words/word); exit 4", "volumeMounts: [{name: words, mountPath: /words}]", class+", volumes: [{name: words, configMap: {name: words}}]"))
	if phase, logs := w.ended("job"); phase != "Failed" || want(logs, "job from a volume") != nil {
		t.Errorf("%s: %s", phase, logs)
	}
	if code := w.field("pod/job", ".status.containerStatuses[0].state.terminated.exitCode"); code != "4" {
		t.Errorf("exit code %s", code)
	}
	w.apply(pod("server", busybox, "mkdir /www; echo served > /www/index.html; httpd -p 80 -h /www; while ! test -e /stop; do sleep 0.1; done; exit 1",
		"readinessProbe: {httpGet: {port: 80}, periodSeconds: 1}, livenessProbe: {exec: {command: [test, -d, /www]}, periodSeconds: 1}", class+", restartPolicy: Always"))
	w.ready("condition=Ready", "pod/server")
	ip := w.field("pod/server", ".status.podIP")
	w.apply(pod("client", busybox, "wget -qO- http://"+ip, "", ""))
	w.prints("client", "served")
	w.apply(pod("back", busybox, "wget -qO- http://"+ip+" && nslookup kubernetes.default.svc.cluster.local", "", class))
	w.prints("back", "served", "Address")
	w.apply(pod("hog", busybox, "exec tail /dev/zero", "resources: {limits: {memory: 32Mi}}", class))
	w.over("hog")
	if why := w.field("pod/hog", ".status.containerStatuses[0].state.terminated.reason"); why != "OOMKilled" {
		t.Errorf("the hog: %s", why)
	}
	w.killDaemon()
	up()
	if n := w.field("pod/server", ".status.containerStatuses[0].restartCount"); n != "0" {
		t.Errorf("the agent's death restarted it %s times", n)
	}
	if out, err := w.try("exec", "server", "--", "touch", "/stop"); err != nil {
		t.Fatal(out, err)
	}
	w.eventually("it is restarted and serves at its address", func() error {
		if n := w.field("pod/server", ".status.containerStatuses[0].restartCount"); n == "0" {
			return errors.New("no restart yet")
		}
		_, err := w.try("exec", "server", "--", "wget", "-qO-", "http://"+ip)
		return err
	})
	w.k("delete", "pods", "--all", "--wait=false")
	w.eventually("nothing of the pods is left", w.nothingLeft)
}
