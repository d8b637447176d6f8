package accept

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A3: `make test` runs every test that there is and installs what it needs. That it passes is seen by running it (the
// times of a cold and a warm run are in docs/performance.md); here is what would make it pass without having tested.
func TestA3(t *testing.T) {
	t.Run("every test is run", everyTest)
	t.Run("what is missing is named", missingPackages)
}

// modules are those whose tests scripts/test.sh runs.
var modules = []string{".", "cmd/gantry-supervisor"}

func everyTest(t *testing.T) {
	script, err := os.ReadFile(filepath.Join(root, "scripts/test.sh"))
	if err != nil {
		t.Fatal(err)
	}
	if err := want(string(script), "test -tags supervisor", "./...", "cd cmd/gantry-supervisor"); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("make", "-C", root, "-n", "test").CombinedOutput()
	if err != nil {
		t.Fatalf("make -n test: %v\n%s", err, out)
	}
	if err := want(string(out), "scripts/deps.sh", "scripts/test.sh"); err != nil {
		t.Error(err)
	}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if d.IsDir() && rel != "." && (strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "_")) {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		if !slices.Contains(modules, moduleOf(rel)) {
			t.Errorf("%s lies in a module whose tests nobody runs", rel)
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		head, _, _ := strings.Cut(string(body), "\npackage ")
		if strings.Contains(head, "//go:build") && !strings.Contains(head, "//go:build linux") && !strings.Contains(head, "//go:build supervisor") {
			t.Errorf("%s has a build constraint that make test does not set", rel)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// moduleOf is the directory of the module that a file below root belongs to.
func moduleOf(rel string) string {
	for dir := filepath.Dir(rel); ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(root, dir, "go.mod")); err == nil || dir == "." {
			return dir
		}
	}
}

// missingPackages runs the script that installs them on a machine that has none and where it is not root.
func missingPackages(t *testing.T) {
	bin := t.TempDir()
	for name, body := range map[string]string{"dpkg": "exit 1", "id": "echo 1000"} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+body+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("/bin/sh", filepath.Join(root, "scripts/deps.sh"))
	cmd.Env = []string{"PATH=" + bin + ":/usr/bin:/bin"}
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Fatal("no error although nothing is installed")
	}
	if err := want(string(out), "are missing", "gcc", "pkg-config", "libseccomp-dev", "busybox-static", "run this as root"); err != nil {
		t.Error(err)
	}
}
