package accept

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A1: what a newcomer types, twice each, on a machine of its own; with make down it is A2's as well.
func TestA1(t *testing.T) {
	b := newBox(t)
	m := &machine{box: b, in: &instance{dir: filepath.Join(t.TempDir(), "data"), listen: "127.0.0.1:17443"}}
	// Building first: it reads much, and is not what down has to undo.
	b.must("make", "-C", root, "build")
	before := b.snapshot()
	t.Cleanup(func() {
		if out, err := m.make("down"); err != nil {
			t.Log(out, err)
		}
	})
	var first string
	t.Run("make up shows progress and ends with what to try next", func(t *testing.T) {
		first = m.mustMake(t, "up")
		t.Log(first)
		if err := want(first, "building", "starting", "ready", "deployment.apps/web", "service/web", "Running", "Try next:", "gantry kubectl", "make down"); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("the URL answers with the file and the environment of the ConfigMap", func(t *testing.T) {
		m.answers(t, first)
	})
	t.Run("three replicas run in a data directory of their own", func(t *testing.T) {
		if got := m.kubectl(t, "get", "deployment", "web", "-o", "jsonpath={.status.readyReplicas}"); got != "3" {
			t.Fatalf("%s replicas are ready", got)
		}
		for _, f := range []string{"instance.json", "kubeconfig", "gantry.log", "store", "pki"} {
			if _, err := os.Stat(filepath.Join(m.in.dir, f)); err != nil {
				t.Error(err)
			}
		}
	})
	t.Run("a second make up is harmless", func(t *testing.T) {
		const pods = "jsonpath={range .items[*]}{.metadata.uid} {.status.containerStatuses[0].restartCount} {.status.containerStatuses[0].containerID}{\"\\n\"}{end}"
		was := m.kubectl(t, "get", "pods", "-l", "app=web", "-o", pods)
		pid, err := os.ReadFile(filepath.Join(m.in.dir, "gantry.pid"))
		if err != nil {
			t.Fatal(err)
		}
		again := m.mustMake(t, "up")
		if err := want(again, "already running", "Try next:"); err != nil {
			t.Fatal(err)
		}
		m.answers(t, again)
		if is := m.kubectl(t, "get", "pods", "-l", "app=web", "-o", pods); is != was || strings.Count(is, "\n") != 3 {
			t.Errorf("the pods were\n%s\nand are\n%s", was, is)
		}
		if now, _ := os.ReadFile(filepath.Join(m.in.dir, "gantry.pid")); string(now) != string(pid) {
			t.Errorf("the daemon was %s and is %s", pid, now)
		}
	})
	id, err := m.in.id()
	if err != nil {
		t.Fatal(err)
	}
	t.Run("make down leaves nothing behind", func(t *testing.T) {
		if n := len(difference(before, b.snapshot())); n < 10 {
			t.Errorf("only %d things differ while a cluster runs: this test looks in the wrong place", n)
		}
		t.Log(m.mustMake(t, "down"))
		if d := difference(before, b.snapshot()); len(d) > 0 {
			t.Errorf("left behind:\n%s", strings.Join(d, "\n"))
		}
		if l, err := leftovers(id); err != nil || len(l) > 0 {
			t.Errorf("left behind: %v\n%s", err, strings.Join(l, "\n"))
		}
	})
	t.Run("a second make down is harmless", func(t *testing.T) {
		m.mustMake(t, "down")
		if d := difference(before, b.snapshot()); len(d) > 0 {
			t.Errorf("changed:\n%s", strings.Join(d, "\n"))
		}
	})
	t.Run("make up after make down brings the demo back", func(t *testing.T) {
		m.answers(t, m.mustMake(t, "up"))
		m.mustMake(t, "down")
		if d := difference(before, b.snapshot()); len(d) > 0 {
			t.Errorf("left behind:\n%s", strings.Join(d, "\n"))
		}
	})
}

// machine is a box with the one instance that make handles.
type machine struct {
	*box
	in *instance
}

func (m *machine) make(target string) (string, error) {
	return m.run("make", "-C", root, target, "DATA_DIR="+m.in.dir, "LISTEN="+m.in.listen)
}

func (m *machine) mustMake(t *testing.T, target string) string {
	t.Helper()
	out, err := m.make(target)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (m *machine) kubectl(t *testing.T, args ...string) string {
	t.Helper()
	out, err := m.run(filepath.Join(root, "bin", "gantry"), append([]string{"kubectl", "--data-dir", m.in.dir}, args...)...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// answers finds the URL that make up has printed and asks it.
func (m *machine) answers(t *testing.T, printed string) {
	t.Helper()
	url := regexp.MustCompile(`http://127\.0\.0\.1:\d+/`).FindString(printed)
	if url == "" {
		t.Fatalf("no URL was printed: %s", printed)
	}
	out, err := m.run("curl", "-sSf", "--max-time", "10", url)
	if err != nil {
		t.Fatal(err)
	}
	if err := want(out, "Hello", "This text is a file that came from the ConfigMap"); err != nil {
		t.Error(err)
	}
}
