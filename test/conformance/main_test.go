// Package conformance runs upstream's own end-to-end suite, its conformance tests among them, against a real Gantry: the
// suite is built from Kubernetes' module, and its images from the same modules and from Debian's programs, as no public
// registry need be reached. `make conformance` builds both; without them the test is skipped.
package conformance

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/nettest"
)

var (
	focus = flag.String("focus", `\[Conformance\]`, "regular expression of the specs that run, as ginkgo has it")
	skip  = flag.String("skip", "", "regular expression of specs that do not")
	procs = flag.Int("procs", 4, "specs that run at once; those marked Serial run alone")
	node  = flag.Bool("node", false, "run the node's suite (e2e_node), not that of clusters")
	with  = flag.String("with", "", "further flags of gantry up, for specs of features that are off by default")
	out   = flag.String("out", "", "directory for report.xml, suite.log and gantry.log (default: bench-conformance in the checkout)")
)

// root is the top of the checkout.
var root = func() string {
	d, err := filepath.Abs("../..")
	if err != nil {
		panic(err)
	}
	return d
}()

func TestMain(m *testing.M) { os.Exit(nettest.Main(m)) }

// programs are what `make conformance` builds.
var programs = []string{"e2e.test", "ginkgo", "sample-apiserver", "agnhost", "nnp", "regression-issue-74839", "consumer", "consume-cpu", "socketproxy", "sample-device-plugin"}

// peer is the path of a program that is built beside Gantry.
func peer(name string) string { return filepath.Join(root, "bin", "peers", "e2e", name) }

// need skips the test where something is missing.
func need(t *testing.T) {
	t.Helper()
	nettest.Need(t)
	for _, p := range programs {
		if _, err := os.Stat(peer(p)); err != nil {
			t.Skipf("upstream's suite is not built (%v); `make conformance` builds it", err)
		}
	}
	for _, p := range tools {
		if _, err := exec.LookPath(p); err != nil {
			t.Skipf("the images' programs are not installed: %v; `make conformance` installs them", err)
		}
	}
}

// kubelet is the directory that the suite takes for kubelet's: its DRA drivers and device plugins register below it.
const kubelet = "/var/lib/kubelet"

// kubeletDir makes that directory for this test alone.
func kubeletDir(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(kubelet); err != nil {
		if err := os.MkdirAll(kubelet, 0o755); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := os.Remove(kubelet); err != nil {
				t.Log(err)
			}
		})
	}
	if err := unix.Mount("conformance", kubelet, "tmpfs", 0, ""); err != nil {
		t.Fatalf("a file system for %s: %v", kubelet, err)
	}
	t.Cleanup(func() { _ = unix.Unmount(kubelet, unix.MNT_DETACH) }) // the namespace goes as well
}

// uplink gives the namespace a link to nowhere with an address, as a machine has one: nodes need an address that pods reach.
func uplink(t *testing.T) {
	t.Helper()
	for _, line := range [][]string{
		{"umount", "/sys"}, // nettest's own, which hides the cgroups that a node needs
		{"mount", "-t", "tmpfs", "conformance", "/run"},
		{"ip", "link", "add", "uplink", "type", "veth", "peer", "name", "far"},
		{"ip", "link", "set", "far", "up"},
		{"ip", "address", "add", "198.18.7.2/24", "dev", "uplink"},
		{"ip", "link", "set", "uplink", "up"},
		{"ip", "route", "add", "default", "via", "198.18.7.1"},
	} {
		if msg, err := exec.Command(line[0], line[1:]...).CombinedOutput(); err != nil {
			t.Fatal(fmt.Errorf("%v: %w: %s", line, err, msg))
		}
	}
}
