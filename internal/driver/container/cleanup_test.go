package container

import (
	"os"
	"path/filepath"
	"testing"
)

// Cleanup takes away one instance, all of it, and leaves the other.
func TestCleanup(t *testing.T) {
	mine, other := testOptions(t), testOptions(t)
	for _, o := range []Options{mine, other} {
		n := openNative(t, o)
		mustSandbox(t, n, SandboxConfig{ID: "pod", SharePID: true})
		mustStart(t, n, script(t, o, "c", "exec sleep 1000"))
		n.Close()
	}
	for range 2 { // the second time there is nothing left, and that is fine
		if err := Cleanup(mine); err != nil {
			t.Fatal(err)
		}
	}
	h, err := findHierarchies()
	if err != nil {
		t.Fatal(err)
	}
	for _, root := range h.roots {
		if _, err := os.Stat(filepath.Join(root, cgroupRoot(mine.Instance))); !os.IsNotExist(err) {
			t.Errorf("cgroup left in %s: %v", root, err)
		}
	}
	for _, path := range []string{mine.RunDir, filepath.Join(mine.DataDir, "containers")} {
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("%s is left: %v", path, err)
		}
	}
	n := openNative(t, other)
	all, err := n.List(testContext(t))
	if err != nil || len(all) != 1 || all[0].State != Running {
		t.Errorf("the other instance: %+v, %v", all, err)
	}
}
