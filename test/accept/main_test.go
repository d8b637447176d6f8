// Package accept holds the acceptance tests of the issues: each test carries the number of the line that it proves, and
// the list of those that pass is the project's status. They run the real binary on the real kernel, with real kubectl,
// inside a network and mount namespace of their own, so that a bug cannot cut the machine off.
package accept

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// inside is set for the test process that lives in the namespaces.
const inside = "GANTRY_ACCEPT_INSIDE"

// root is the top of the checkout.
var root = func() string {
	d, err := filepath.Abs("../..")
	if err != nil {
		panic(err)
	}
	return d
}()

func TestMain(m *testing.M) {
	if os.Geteuid() != 0 {
		fmt.Println("acceptance tests are skipped: they need root")
		return
	}
	if os.Getenv(inside) == "" {
		os.Exit(enter())
	}
	if err := settle(); err != nil {
		fmt.Fprintln(os.Stderr, "preparing the namespaces:", err)
		os.Exit(1)
	}
	code := m.Run()
	if err := shared.stop(); err != nil {
		fmt.Fprintln(os.Stderr, "stopping the shared cluster:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// enter runs this program again inside new namespaces and returns its exit code.
func enter() int {
	self, err := os.Executable()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	c := exec.Command(self, os.Args[1:]...)
	c.Env = append(os.Environ(), inside+"=1")
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNET | unix.CLONE_NEWNS, Pdeathsig: unix.SIGTERM}
	signal.Ignore(unix.SIGINT) // the child has it too, and cleans up
	err = c.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	default:
		fmt.Fprintln(os.Stderr, "entering namespaces:", err)
		return 1
	}
}

// settle makes the namespaces usable: no mount leaves them, and loopback is up.
func settle() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("making mounts private: %w", err)
	}
	// Run directories of instances and the names of `ip netns` stay inside as well.
	if err := unix.Mount("gantry-accept", "/run", "tmpfs", 0, ""); err != nil {
		return fmt.Errorf("a /run of our own: %w", err)
	}
	lo, err := netlink.LinkByName("lo")
	if err != nil {
		return err
	}
	return netlink.LinkSetUp(lo)
}
