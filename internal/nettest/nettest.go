// Package nettest gives tests of network code a kernel of their own: it runs a test binary again inside fresh network and
// mount namespaces, and makes further namespaces in it that act as pods or as hosts outside. It is test code only.
package nettest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// inside marks the second run of a test binary: "enter" in fresh namespaces, "ready" when they are prepared.
const inside = "GANTRY_NETTEST_INSIDE"

// Main is for TestMain: it runs the tests in namespaces of their own, so that nothing they do can reach the machine's
// network. Without root they run where they are, and Need skips those that would change something.
func Main(m *testing.M) int {
	switch os.Getenv(inside) {
	case "enter":
		err := prepare()
		if err == nil {
			err = os.Setenv(inside, "ready")
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "nettest:", err)
			return 1
		}
		return m.Run()
	case "ready": // a worker of a fuzz test, in the namespaces of its parent
		return m.Run()
	}
	if os.Geteuid() != 0 {
		return m.Run()
	}
	cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
	cmd.Env = append(os.Environ(), inside+"=enter")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS,
		Pdeathsig:  syscall.SIGKILL,
	}
	// Pdeathsig is sent when the thread that started the child ends.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return exit.ExitCode()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "nettest: run the tests in namespaces of their own:", err)
		return 1
	}
	return 0
}

func prepare() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	// sysfs shows the namespace in which it was mounted.
	if err := unix.Mount("sysfs", "/sys", "sysfs", 0, ""); err != nil {
		return fmt.Errorf("mount sysfs: %w", err)
	}
	lo, err := netlink.LinkByName("lo")
	if err != nil {
		return fmt.Errorf("find lo: %w", err)
	}
	if err := netlink.LinkSetUp(lo); err != nil {
		return fmt.Errorf("bring up lo: %w", err)
	}
	return nil
}

// Need skips a test that is not running in a namespace of its own.
func Need(t testing.TB) {
	t.Helper()
	if os.Getenv(inside) == "" {
		t.Skip("needs root to make network namespaces")
	}
}

// Namespace is a network namespace that ends with the test.
type Namespace struct {
	file *os.File
}

// New makes a namespace with lo up.
func New(t testing.TB) *Namespace {
	t.Helper()
	Need(t)
	ns := &Namespace{}
	errs := make(chan error)
	go func() {
		// Not unlocked: the thread ends with this goroutine.
		runtime.LockOSThread()
		err := unix.Unshare(unix.CLONE_NEWNET)
		if err == nil {
			ns.file, err = os.Open("/proc/thread-self/ns/net")
		}
		if err == nil {
			err = upLoopback()
		}
		errs <- err
	}()
	if err := <-errs; err != nil {
		t.Fatalf("make a network namespace: %v", err)
	}
	t.Cleanup(func() { _ = ns.file.Close() }) // the last reference frees the namespace
	return ns
}

func upLoopback() error {
	lo, err := netlink.LinkByName("lo")
	if err != nil {
		return err
	}
	return netlink.LinkSetUp(lo)
}

// FD is the namespace's descriptor.
func (n *Namespace) FD() int { return int(n.file.Fd()) }

// Do runs f on a thread inside the namespace and waits for it. f may open sockets, which stay in the namespace, and
// must not start goroutines that do.
func (n *Namespace) Do(t testing.TB, f func() error) {
	t.Helper()
	errs := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread is thrown away
		if err := unix.Setns(n.FD(), unix.CLONE_NEWNET); err != nil {
			errs <- fmt.Errorf("enter namespace: %w", err)
			return
		}
		errs <- f()
	}()
	if err := <-errs; err != nil {
		t.Fatal(err)
	}
}
