package accept

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A4: every verb teaches, and other kubectls work with the written kubeconfig.
func TestA4(t *testing.T) {
	verbs := []string{"up", "down", "server", "agent", "kubeconfig", "image", "image import", "image list", "image push", "image build",
		"explain", "doctor", "bench", "bench start", "bench store", "bench api", "bench sched", "version"}
	t.Run("help names every verb", func(t *testing.T) {
		out, err := run(t.Context(), "", binary(), "--help")
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range append(verbs, "kubectl") {
			word, _, _ := strings.Cut(v, " ")
			if err := want(out, "\n  "+word+" "); err != nil {
				t.Error(err)
			}
		}
	})
	for _, v := range verbs {
		t.Run("help of "+v, func(t *testing.T) { teaches(t, v) })
	}
	t.Run("help of kubectl, without an instance", func(t *testing.T) {
		out, err := run(t.Context(), "", binary(), "kubectl", "--data-dir", t.TempDir(), "--help")
		if err := errorsOr(err, want(out, "kubectl controls the Kubernetes cluster manager")); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("gantry kubectl has the kubeconfig set", func(t *testing.T) {
		w := newWorld(t)
		w.k("create", "configmap", "settings", "--from-literal=a=b")
		if got := w.field("configmap/settings", ".data.a"); got != "b" {
			t.Fatalf("it reads %q", got)
		}
	})
	for _, version := range []string{"1.34", "1.35"} {
		t.Run("kubectl "+strings.ReplaceAll(version, ".", "-"), func(t *testing.T) { otherKubectl(t, version) })
	}
}

// teaches wants help that says more than the flags: what the verb does, how it is called, an example.
func teaches(t *testing.T, verb string) {
	out, err := run(t.Context(), "", binary(), append(strings.Fields(verb), "--help")...)
	if err := errorsOr(err, want(out, "Usage:\n  gantry "+verb, "Examples:\n  ")); err != nil {
		t.Fatal(err)
	}
	about, _, _ := strings.Cut(out, "Usage:")
	if words := len(strings.Fields(about)); words < 12 {
		t.Errorf("%d words are no help: %q", words, about)
	}
}

// otherKubectl lets a kubectl of another version do a short round with the kubeconfig as `gantry kubeconfig` prints it.
func otherKubectl(t *testing.T, version string) {
	path := filepath.Join(root, "bin", "kubectl-"+version)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("not built (make peers): %v", err)
	}
	in, err := shared.get()
	if err != nil {
		t.Fatal(err)
	}
	conf, err := in.gantry("kubeconfig")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(file, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	w := worldIn(t, &instance{dir: in.dir, listen: in.listen, kubectl: []string{path, "--kubeconfig", file}})
	if err := want(w.k("version"), "Client Version: v"+version+".", "Server Version: v1.36."); err != nil {
		t.Fatal(err)
	}
	w.apply(pod("p", busybox, idle, "", ""))
	w.ready("condition=Ready", "pod/p")
	if out, err := w.inPod("p", "echo from within"); err != nil || out != "from within" {
		t.Fatalf("exec said %q: %v", out, err)
	}
	if err := want(w.k("get", "pods"), "NAME", "READY", "1/1", "Running"); err != nil {
		t.Error(err)
	}
	w.k("delete", "pod", "p", "--timeout=60s")
}

// errorsOr is the first error.
func errorsOr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
