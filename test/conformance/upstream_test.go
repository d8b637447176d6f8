package conformance

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gantry.dev/gantry/internal/testimage"
)

// startLimit bounds the start of the cluster and its end.
const startLimit = 2 * time.Minute

// TestUpstream runs the specs that -focus names. It fails if one does that known.txt does not name.
func TestUpstream(t *testing.T) {
	need(t)
	uplink(t)
	kubeletDir(t)
	report := cmp.Or(*out, filepath.Join(root, "bench-conformance"))
	if err := os.MkdirAll(report, 0o755); err != nil {
		t.Fatal(err)
	}
	registry := testimage.NewRegistry(t)
	for name, image := range images(t) {
		registry.Push(t, "e2e/"+name, image)
	}
	gantry := cmp.Or(os.Getenv("GANTRY_BIN"), filepath.Join(root, "bin", "gantry"))
	dir := t.TempDir()
	command := func(args ...string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), startLimit)
		defer cancel()
		if msg, err := exec.CommandContext(ctx, gantry, args...).CombinedOutput(); err != nil {
			t.Fatalf("gantry %v: %v\n%s", args, err, msg)
		}
	}
	t.Cleanup(func() {
		if b, err := os.ReadFile(filepath.Join(dir, "gantry.log")); err == nil {
			if err := os.WriteFile(filepath.Join(report, "gantry.log"), b, 0o644); err != nil {
				t.Log(err)
			}
		}
		ctx, cancel := context.WithTimeout(context.Background(), startLimit)
		defer cancel()
		if msg, err := exec.CommandContext(ctx, gantry, "down", "--purge", "--data-dir", dir).CombinedOutput(); err != nil {
			t.Errorf("gantry down: %v\n%s", err, msg)
		}
	})
	if *node {
		// The suite's own API server gives pods no tokens, and some of its specs count volumes.
		controlPlane(t, gantry, dir, append([]string{"--disable-admission-plugins=ServiceAccount"}, strings.Fields(*with)...))
	} else {
		command(append([]string{"up", "--data-dir", dir, "--listen", "127.0.0.1:6443", "--dra-plugin-dir", filepath.Join(kubelet, "plugins_registry"), "--device-plugin-dir", filepath.Join(kubelet, "device-plugins")}, strings.Fields(*with)...)...)
	}

	kubectl := filepath.Join(t.TempDir(), "kubectl")
	script(t, kubectl, fmt.Sprintf(`exec %s kubectl --data-dir %s "$@"`, gantry, dir))
	repos := filepath.Join(t.TempDir(), "repos.yaml")
	text := ""
	for _, r := range []string{"promoterE2eRegistry", "buildImageRegistry", "gcEtcdRegistry", "gcRegistry", "sigStorageRegistry", "privateRegistry", "dockerLibraryRegistry"} {
		text += fmt.Sprintf("%s: %s/e2e\n", r, registry.Host)
	}
	if err := os.WriteFile(repos, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	log, err := os.Create(filepath.Join(report, "suite.log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	env := append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "KUBE_TEST_REPO_LIST="+repos, "HOME="+t.TempDir())
	suite := []string{peer("e2e.test"), "--", "--provider=skeleton", "--num-nodes=1", "--disable-log-dump", "--dump-logs-on-failure=false",
		"--kubeconfig=" + filepath.Join(dir, "kubeconfig"), "--kubectl-path=" + kubectl}
	if *node {
		suite = nodeSuite(t, gantry, dir, kubectl, &env)
	}
	c := exec.CommandContext(t.Context(), peer("ginkgo"), append([]string{fmt.Sprintf("--procs=%d", *procs), "--no-color", "--timeout=6h", "--flake-attempts=0", "--silence-skips",
		"--focus=" + *focus, "--skip=" + *skip, "--output-dir=" + report, "--junit-report=report.xml"}, suite...)...)
	c.Dir = filepath.Join(root, "test", "peers", "e2e") // where ginkgo learns its version from, without a network
	c.Env = env
	c.Stdout, c.Stderr = log, log
	err = c.Run()
	if ctx := t.Context(); ctx.Err() != nil {
		t.Fatalf("the suite was stopped: %v", ctx.Err())
	}
	judge(t, report, err)
}

// judge reads the suite's report: a spec may fail if known.txt says why, and only then.
func judge(t *testing.T, report string, ended error) {
	t.Helper()
	specs, err := readReport(filepath.Join(report, "report.xml"))
	if err != nil {
		t.Fatalf("the suite ended with %v and left no report: %v", ended, err)
	}
	known, err := readKnown("known.txt")
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, s := range specs {
		count[s.Status]++
		reason := known[s.Name]
		switch {
		case s.Status == "skipped" || s.Status == "pending":
		case s.Status == "passed" && reason != "":
			t.Errorf("%s passes now: take it out of known.txt", s.Name)
		case s.Status != "passed" && reason != "":
			t.Logf("%s: %s: known: %s", s.Name, s.Status, reason)
		case s.Status != "passed":
			t.Errorf("%s: %s: %s", s.Name, s.Status, s.message())
		}
	}
	t.Logf("specs by outcome: %v; all that was said is in %s", count, report)
	if len(specs) == 0 {
		t.Errorf("no spec ran: %v", ended)
	}
}
