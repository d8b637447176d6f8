package conformance

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/testimage"
)

// nodeSuite makes what upstream's suite of nodes finds on a machine with a kubelet, and says how to start it: the program and its arguments.
// The node runs in a process of its own (kubelet_test.go), which the suite restarts with other settings as it would a unit of systemd's; what
// it asks the container runtime is answered from the node's files (cri_test.go).
func nodeSuite(t *testing.T, gantry, dir, kubectl string, env *[]string) []string {
	t.Helper()
	program := peer("e2e_node.test")
	if _, err := os.Stat(program); err != nil {
		t.Skipf("upstream's suite of nodes is not built (%v); test/peers/e2e/build.sh builds it", err)
	}
	work := t.TempDir()
	private := filepath.Join(work, "e2e_node.test") // ginkgo runs it where it lies, and there it writes its files
	if err := os.Link(program, private); err != nil {
		b, err := os.ReadFile(program)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(private, b, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	u := &unit{t: t, gantry: gantry, dir: dir, work: work, said: filepath.Join(work, "kubelet-config")}
	bring(t, gantry, dir)
	u.begin()
	runtime := serveCRI(t, gantry, dir)
	run := func(args ...string) string {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), kubectl, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("kubectl %v: %v\n%s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	// The suite asks the API server for the node's settings with a token, not with the kubeconfig.
	run("create", "serviceaccount", "suite")
	run("create", "clusterrolebinding", "suite", "--clusterrole=cluster-admin", "--serviceaccount=default:suite")
	name := run("get", "nodes", "-o", "name")[len("node/"):]
	u.remember(run("get", "--raw", "/api/v1/nodes/"+name+"/proxy/configz"))
	*env = append(*env, "PATH="+u.commands()+":"+os.Getenv("PATH"))
	return []string{private, "--", "--start-services=false", "--prepull-images=false", "--node-name=" + name,
		"--container-runtime-endpoint=unix://" + runtime, "--dns-domain=cluster.local", "--bearer-token=" + run("create", "token", "suite", "--duration=12h")}
}

// bring gives the node the images that the suite names with their registry: nobody has to reach that.
func bring(t *testing.T, gantry, dir string) {
	t.Helper()
	plugin := testimage.Image(t, v1.Config{Entrypoint: []string{"/sampledeviceplugin"}}, testimage.Layer(t, testimage.Dir("tmp", 0o1777), program(t, peer("sample-device-plugin"), "/sampledeviceplugin", 0o755)))
	archive := testimage.Save(t, map[string]v1.Image{"registry.k8s.io/e2e-test-images/sample-device-plugin:1.7": plugin})
	if msg, err := exec.CommandContext(t.Context(), gantry, "image", "import", archive, "--data-dir", dir).CombinedOutput(); err != nil {
		t.Fatalf("gantry image import: %v\n%s", err, msg)
	}
}

// controlPlane runs a control plane without a node until the test ends.
func controlPlane(t *testing.T, gantry, dir string, args []string) {
	t.Helper()
	log, err := os.OpenFile(filepath.Join(dir, "gantry.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	c := exec.Command(gantry, append([]string{"server", "--data-dir", dir, "--listen", "127.0.0.1:6443"}, args...)...)
	c.Stderr = log
	words, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Signal(unix.SIGTERM)
		_ = c.Wait()
	})
	if line, err := bufio.NewReader(words).ReadString('\n'); err != nil {
		t.Fatalf("gantry server: %v: %q", err, line)
	}
}

// script is an executable file of a shell.
func script(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, fmt.Appendf(nil, "#!/bin/sh\n%s\n", text), 0o755); err != nil {
		t.Fatal(err)
	}
}
