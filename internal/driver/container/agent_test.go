package container

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// agentEnv tells this test program to be an agent that is going to be killed.
const agentEnv = "GANTRY_TEST_AGENT"

// TestAgentKilled kills a process that has started containers: they, and their supervisor, live on.
func TestAgentKilled(t *testing.T) {
	if raw := os.Getenv(agentEnv); raw != "" {
		var o Options
		if err := json.Unmarshal([]byte(raw), &o); err != nil {
			t.Fatal(err)
		}
		n, err := Open(testContext(t), o)
		if err != nil {
			t.Fatal(err)
		}
		mustSandbox(t, n, SandboxConfig{ID: "pod"})
		mustStart(t, n, script(t, o, "c", "exec sleep 1000"))
		fmt.Println("ready")
		select {}
	}
	o := testOptions(t)
	o.Log = nil
	raw, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^TestAgentKilled$", "-test.timeout", "60s")
	cmd.Env = append(os.Environ(), agentEnv+"="+string(raw), layerEnv+"="+layer(t))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready := false
	scan := bufio.NewScanner(out)
	for !ready && scan.Scan() {
		ready = strings.HasPrefix(scan.Text(), "ready")
	}
	cmd.Process.Kill()
	cmd.Wait()
	if !ready {
		t.Fatal("the agent did not start its container")
	}
	n := openNative(t, o)
	st, err := n.Status(testContext(t), "c")
	if err != nil || st.State != Running {
		t.Fatalf("after the agent's death: %+v, %v", st, err)
	}
	if err := n.Signal(testContext(t), "c", 9); err != nil {
		t.Fatal(err)
	}
	if st := mustWait(t, n, "c"); st.ExitCode != 137 || st.Unknown {
		t.Errorf("status %+v", st)
	}
}

// A volume that is mounted after the supervisor has started is seen in containers.
func TestLateMount(t *testing.T) {
	o := testOptions(t)
	volumes := filepath.Join(o.DataDir, "volumes")
	n := openNative(t, o)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	run(t, n, script(t, o, "first", "true; echo")) // so that there is a supervisor
	dir := filepath.Join(volumes, "mem")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Unmount(dir, unix.MNT_DETACH) })
	if err := unix.Mount("gantry-test", dir, "tmpfs", 0, "size=1m"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "f"), []byte("late\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	s := script(t, o, "c", "cat /mem/f")
	s.Mounts = []Mount{{Source: dir, Destination: "/mem"}}
	if got, _ := run(t, n, s); got != "stdout: late\n" {
		t.Errorf("log %q", got)
	}
}

// TestOneCopyOfTheSupervisor: each runs from a sealed copy of its program in memory, and all from the same.
func TestOneCopyOfTheSupervisor(t *testing.T) {
	o := testOptions(t)
	o.PerSupervisor = 1
	n := openNative(t, o)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	mustStart(t, n, script(t, o, "first", "sleep 1000"))
	mustStart(t, n, script(t, o, "second", "sleep 1000"))
	copies := map[uint64]bool{}
	pids := supervisorPIDs(n)
	for _, pid := range pids {
		var st unix.Stat_t
		if err := unix.Stat(fmt.Sprintf("/proc/%d/exe", pid), &st); err != nil {
			t.Fatal(err)
		}
		copies[st.Ino] = true
	}
	if len(pids) != 2 || len(copies) != 1 {
		t.Errorf("%d supervisors run from %d copies", len(pids), len(copies))
	}
}

// What an interrupted creation has left is swept away, and what containers used is given back.
func TestNothingLeaks(t *testing.T) {
	o := testOptions(t)
	n := openNative(t, o)
	ctx := testContext(t)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	run(t, n, script(t, o, "warm", "echo"))
	fds := func() int {
		entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", supervisorPID(t, n)))
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	before := fds()
	for i := range 10 {
		s := script(t, o, fmt.Sprint("c", i), "echo x")
		s.TTY = i%2 == 0
		s.Stdin = i%3 == 0
		run(t, n, s)
		if err := n.Remove(ctx, s.ID); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 3 {
		bad := script(t, o, fmt.Sprint("bad", i), "echo x")
		bad.Args = []string{"/nothing"}
		if err := n.Start(ctx, bad); err == nil {
			t.Fatal("it started")
		}
	}
	// Log files of ended containers are closed; os.Process descriptors of libcontainer wait for the collector.
	if after := fds(); after > before+2*13 {
		t.Errorf("%d descriptors before, %d after", before, after)
	}
	if err := n.inHolder(func() error { return pinNew(kindUTS, "lost") }); err != nil {
		t.Fatal(err)
	}
	if err := n.cg.createLimited(n.podCgroup("lost"), Resources{}); err != nil {
		t.Fatal(err)
	}
	n.Close()
	n = openNative(t, o)
	err := n.inHolder(func() error {
		_, err := os.Stat(kindUTS.pin("lost"))
		return err
	})
	if !os.IsNotExist(err) {
		t.Errorf("pin left: %v", err)
	}
	if _, err := n.cg.reader().read(n.podCgroup("lost"), false); err == nil {
		t.Error("cgroup left")
	}
}
