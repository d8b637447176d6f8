package accept

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"gantry.dev/gantry/internal/app"
)

// C9: the tests run the whole of Gantry in namespaces of their own; nothing of it shows on the machine.
func TestC9(t *testing.T) {
	w := newWorld(t)
	w.apply(webManifest)
	w.k("rollout", "status", "deployment/web", "--timeout=60s")
	in, err := app.LoadInstance(w.dir)
	if err != nil {
		t.Fatal(err)
	}
	// The process that TestMain entered the namespaces from is still where the machine is.
	machineOf := fmt.Sprintf("/proc/%d/", os.Getppid())
	for _, ns := range []string{"net", "mnt"} {
		ours, err := os.Readlink("/proc/self/ns/" + ns)
		if err != nil {
			t.Fatal(err)
		}
		machine, err := os.Readlink(machineOf + "ns/" + ns)
		if err != nil {
			t.Fatal(err)
		}
		if ours == machine {
			t.Errorf("the tests share the machine's %s namespace", ns)
		}
	}
	seen := func(where string, args ...string) string {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		c := exec.CommandContext(ctx, args[0], args[1:]...)
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("looking at %s: %v: %s", where, err, out)
		}
		return string(out)
	}
	inside := seen("our links", "ip", "-d", "link")
	outside := seen("the machine's links", "nsenter", "--net="+machineOf+"ns/net", "ip", "-d", "link")
	if !strings.Contains(inside, in.ID) {
		t.Fatalf("no link of instance %s inside: the test would see nothing outside either\n%s", in.ID, inside)
	}
	if strings.Contains(outside, in.ID) {
		t.Errorf("links of instance %s are on the machine:\n%s", in.ID, outside)
	}
	routes := seen("the machine's routes", "nsenter", "--net="+machineOf+"ns/net", "ip", "route", "show", "table", "all")
	if strings.Contains(routes, in.NodeAddress.String()) {
		t.Errorf("routes to %s are on the machine:\n%s", in.NodeAddress, routes)
	}
	mounts, err := os.ReadFile(machineOf + "mounts")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(mounts), in.ID) {
		t.Errorf("mounts of instance %s are on the machine:\n%s", in.ID, mounts)
	}
}
