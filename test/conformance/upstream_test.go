package conformance

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"gantry.dev/gantry/internal/testimage"
)

// startLimit bounds the start of the cluster and its end.
const startLimit = 2 * time.Minute

// TestUpstream runs the specs that -focus names. It fails if any of them does; which, is at the end of suite.log.
func TestUpstream(t *testing.T) {
	need(t)
	uplink(t)
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
	command("up", "--data-dir", dir, "--listen", "127.0.0.1:6443")

	kubectl := filepath.Join(t.TempDir(), "kubectl")
	script := fmt.Sprintf("#!/bin/sh\nexec %s kubectl --data-dir %s \"$@\"\n", gantry, dir)
	if err := os.WriteFile(kubectl, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
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
	c := exec.CommandContext(t.Context(), peer("ginkgo"), fmt.Sprintf("--procs=%d", *procs), "--no-color", "--timeout=6h", "--flake-attempts=0", "--silence-skips",
		"--focus="+*focus, "--skip="+*skip, "--output-dir="+report, "--junit-report=report.xml", peer("e2e.test"), "--",
		"--kubeconfig="+filepath.Join(dir, "kubeconfig"), "--provider=skeleton", "--kubectl-path="+kubectl, "--num-nodes=1", "--disable-log-dump", "--dump-logs-on-failure=false")
	c.Dir = filepath.Join(root, "test", "peers", "e2e") // where ginkgo learns its version from, without a network
	c.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "KUBE_TEST_REPO_LIST="+repos, "KUBECTL_KUBERC=false", "HOME="+t.TempDir())
	c.Stdout, c.Stderr = log, log
	err = c.Run()
	for _, line := range summary(filepath.Join(report, "suite.log")) {
		t.Log(line)
	}
	if err != nil {
		t.Errorf("the suite: %v; see %s", err, report)
	}
}

var summaryLine = regexp.MustCompile(`^\s*(\[FAIL\]|\[PANICKED\]|\[TIMEDOUT\]|Ran \d+ of|(SUCCESS|FAIL)! --)`)

// summary is what the suite says at its end: the specs that failed, and how many ran.
func summary(path string) (lines []string) {
	b, err := os.ReadFile(path)
	if err != nil {
		return []string{err.Error()}
	}
	all := strings.Split(string(b), "\n")
	for i, l := range all {
		if strings.HasPrefix(l, "Summarizing ") {
			all = all[i:]
			break
		}
	}
	for _, l := range all {
		if summaryLine.MatchString(l) {
			lines = append(lines, strings.TrimSpace(l))
		}
	}
	return lines
}
