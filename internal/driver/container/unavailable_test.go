package container

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A supervisor that cannot be had is waited for as long as was said, by all who call; then each is told why, and no more and more
// supervisors are tried.
func TestSupervisorThatDoesNotComeUp(t *testing.T) {
	o := testOptions(t)
	o.UpWait = time.Second
	o.Binary = filepath.Join(t.TempDir(), "broken")
	if err := os.WriteFile(o.Binary, []byte("#!/bin/sh\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	n := openNative(t, o)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	for range 4 {
		err := n.Start(testContext(t), script(t, o, "c", "exec sleep 1000"))
		if !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "it ended at once") {
			t.Errorf("start: %v", err)
		}
	}
	if dirs, err := filepath.Glob(filepath.Join(o.RunDir, "sup", "*")); err != nil || len(dirs) != 1+maxGivenUp {
		t.Errorf("tried: %v, %v", dirs, err)
	}
	if err := n.RemoveSandbox(testContext(t), "pod"); err != nil {
		t.Error(err)
	}
}

// Where one supervisor does not come back, containers are started by another one.
func TestSupervisorThatDoesNotComeBack(t *testing.T) {
	o := testOptions(t)
	o.UpWait = 300 * time.Millisecond
	n := openNative(t, o)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	mustStart(t, n, script(t, o, "old", "exec sleep 1000"))
	// A directory in the place of its lock: none can serve here any more.
	lock := filepath.Join(o.RunDir, "sup", "0", "lock")
	if err := errors.Join(os.Remove(lock), os.Mkdir(lock, 0o700)); err != nil {
		t.Fatal(err)
	}
	killProcess(t, supervisorPID(t, n))
	s := script(t, o, "new", "exec sleep 1000")
	await(t, "a start by another supervisor", func() bool {
		err := n.Start(testContext(t), s)
		if err != nil && !errors.Is(err, ErrUnavailable) {
			t.Fatal(err)
		}
		return err == nil
	})
	if _, err := n.Status(testContext(t), "old"); !errors.Is(err, ErrUnavailable) {
		t.Errorf("status of a container whose supervisor is gone: %v", err)
	}
}

// A supervisor that hangs is waited for as long as a call may take, and is asked again later.
func TestSupervisorHangs(t *testing.T) {
	o := testOptions(t)
	o.CallWait = 200 * time.Millisecond
	n := openNative(t, o)
	ctx := testContext(t)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	s := script(t, o, "c", "exec sleep 1000")
	await(t, "the start", func() bool { // one that is slow here is lost there, and found
		err := n.Start(ctx, s)
		return err == nil || errors.Is(err, ErrExists)
	})
	sup := supervisorPID(t, n)
	t.Cleanup(func() { _ = unix.Kill(sup, unix.SIGCONT) }) // it may have gone
	if err := unix.Kill(sup, unix.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	await(t, "all its threads to stop", func() bool {
		threads, err := filepath.Glob("/proc/" + strconv.Itoa(sup) + "/task/*/stat")
		if err != nil {
			t.Fatal(err)
		}
		return !slices.ContainsFunc(threads, func(path string) bool {
			body, err := os.ReadFile(path)
			return err == nil && !strings.Contains(string(body), ") T ")
		})
	})
	_, err := n.Status(ctx, "c")
	if !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "no answer within 200ms") {
		t.Errorf("status: %v", err)
	}
	if _, err := n.Exec(ctx, "c", ExecSpec{Args: []string{"true"}}); !errors.Is(err, ErrUnavailable) {
		t.Errorf("exec: %v", err)
	}
	if err := unix.Kill(sup, unix.SIGCONT); err != nil {
		t.Fatal(err)
	}
	await(t, "an answer", func() bool {
		st, err := n.Status(ctx, "c")
		return err == nil && st.State == Running
	})
}

// Records that cannot be read, and halves of some, cost the Pods that they speak of, and nobody else.
func TestBadRecords(t *testing.T) {
	o := testOptions(t)
	n := openNative(t, o)
	ctx := testContext(t)
	for _, id := range []string{"good", "bad-sandbox", "bad-container"} {
		mustSandbox(t, n, SandboxConfig{ID: id})
		s := script(t, o, id+"_c", "exec sleep 1000")
		s.Sandbox = id
		mustStart(t, n, s)
	}
	before, err := n.Status(ctx, "good_c")
	if err != nil {
		t.Fatal(err)
	}
	n.Close()
	killProcess(t, supervisorPID(t, n))
	records, sandboxes := filepath.Join(o.RunDir, "sup", "0", "c"), filepath.Join(o.RunDir, "sandboxes")
	for _, path := range []string{
		filepath.Join(sandboxes, "bad-sandbox.json"), filepath.Join(records, "bad-container_c.json"), // torn
		filepath.Join(sandboxes, "half.json.new"), filepath.Join(records, "half.json.new"), // never done
	} {
		if err := os.WriteFile(path, []byte(`{"Config":{"ID":`), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	n = openNative(t, o)
	if st, err := n.Status(ctx, "good_c"); err != nil || st.State != Running || st.PID != before.PID {
		t.Errorf("a bystander: %+v, %v; it was %+v", st, err, before)
	}
	if st, err := n.Wait(ctx, "bad-sandbox_c"); err != nil || st.State != Exited {
		t.Errorf("a container whose sandbox is unknown: %+v, %v", st, err)
	}
	if _, err := n.Status(ctx, "bad-container_c"); !errors.Is(err, ErrNotFound) {
		t.Errorf("status by a record that is none: %v", err)
	}
	for _, id := range []string{"good", "bad-sandbox", "bad-container"} {
		if err := errors.Join(n.RemoveSandbox(ctx, id), n.RemoveNetNS(ctx, id)); err != nil {
			t.Error(err)
		}
	}
	for _, left := range leftOf(t, n, o, "") {
		if base := filepath.Base(left); base != "bad-sandbox.json.bad" && base != "bad-container_c.json.bad" && base != "bad-container_c" {
			t.Errorf("left: %s", left)
		}
	}
}

// After the machine went down there are no records, and nothing on the disk of containers that are no more.
func TestMachineWentDown(t *testing.T) {
	o := testOptions(t)
	n := openNative(t, o)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	mustStart(t, n, script(t, o, "c", "echo data > /file; exec sleep 1000"))
	awaitFile(t, filepath.Join(n.layerDir("c"), "upper", "file"))
	n.Close()
	if err := n.cg.removeTree(cgroupRoot(o.Instance)); err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{holderFile, shmDir, ""} {
		if err := unmountAll(filepath.Join(o.RunDir, at)); err != nil {
			t.Fatal(err)
		}
	}
	n = openNative(t, o)
	if left := leftOf(t, n, o, ""); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	mustStart(t, n, script(t, o, "c", "test ! -e /file"))
	if st := mustWait(t, n, "c"); st.ExitCode != 0 {
		t.Errorf("a container begins with what another one has written: %+v", st)
	}
}
