package agent

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Logs that go to a directory of the administrator's leave nothing of theirs there, and nothing of others' goes with them.
func TestLogsElsewhere(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.settings.LogDir = filepath.Join(t.TempDir(), "pods")
		stranger := filepath.Join(w.settings.LogDir, "default_other_uid-other")
		if err := os.MkdirAll(stranger, 0o755); err != nil {
			t.Fatal(err)
		}
		w.begin()
		w.apply("web", simplePod)
		w.pass(time.Minute)
		w.expectPhase("web", corev1.PodRunning)
		log, err := w.agent.Log("default", "web", "web", false)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(log.Path), 0o755); err != nil { // the runtime's part
			t.Fatal(err)
		}
		if err := os.WriteFile(log.Path, []byte("hello"), 0o644); err != nil {
			t.Fatal(err)
		}
		links := filepath.Join(filepath.Dir(w.settings.LogDir), "containers", "*")
		for pattern, want := range map[string]int{filepath.Join(w.settings.LogDir, "default_web_*", "web", "0.log"): 1, links: 1} {
			if found, err := filepath.Glob(pattern); err != nil || len(found) != want {
				t.Errorf("%s: %v, %v, want %d", pattern, found, err, want)
			} else if text, err := os.ReadFile(found[0]); err != nil || string(text) != "hello" {
				t.Errorf("%s: %q, %v", found[0], text, err)
			}
		}
		w.api.deletePod("web", 30)
		w.pass(time.Minute)
		if left, err := filepath.Glob(links); err != nil || len(left) > 0 {
			t.Errorf("links to logs that are gone: %v, %v", left, err)
		}
		if left, err := os.ReadDir(w.settings.LogDir); err != nil || len(left) != 1 || left[0].Name() != filepath.Base(stranger) {
			t.Errorf("left of the logs: %v, %v, want the stranger's", left, err)
		}
	})
}

// Logs of a pod stay together when the setting changes, and leave nothing where they would be now.
func TestLogsThatMoved(t *testing.T) {
	for name, before := range map[string]string{"from elsewhere": "old", "from the node's own": ""} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				dir := t.TempDir()
				if before != "" {
					w.settings.LogDir = filepath.Join(dir, before, "pods")
				}
				w.begin()
				w.apply("web", simplePod)
				w.pass(time.Second)
				log, err := w.agent.Log("default", "web", "web", false)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.MkdirAll(filepath.Dir(log.Path), 0o755); err != nil { // the runtime's part
					t.Fatal(err)
				}
				w.stop()
				w.settings.LogDir = filepath.Join(dir, "new", "pods")
				w.begin()
				if err := w.run.Exit(w.id("web", "web", 0), 1); err != nil {
					t.Fatal(err)
				}
				w.pass(time.Minute)
				w.expectPhase("web", corev1.PodRunning)
				if made, err := filepath.Glob(filepath.Join(w.settings.LogDir, "*")); err != nil || len(made) > 0 {
					t.Errorf("made: %v, %v", made, err)
				}
				w.api.deletePod("web", 30)
				w.pass(time.Minute)
				if left, err := filepath.Glob(filepath.Join(dir, "*", "*", "*")); err != nil || len(left) > 0 {
					t.Errorf("left: %v, %v", left, err)
				}
			})
		})
	}
}

// The end of an instance removes logs that lie elsewhere.
func TestRemoveLogs(t *testing.T) {
	dir, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "default_web_uid")
	for _, d := range []string{filepath.Join(dir, "logs"), elsewhere} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(elsewhere, filepath.Join(dir, "logs", "default_web_uid")); err != nil {
		t.Fatal(err)
	}
	if err := RemoveLogs(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(elsewhere); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", elsewhere, err)
	}
}
