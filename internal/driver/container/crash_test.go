package container

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// supervisorPID is the process of the first supervisor; what waits for joined containers is in the same cgroup.
func supervisorPID(t testing.TB, n *Native) int {
	t.Helper()
	pids := supervisorPIDs(n)
	if len(pids) == 0 {
		t.Fatal("no supervisor runs")
	}
	return pids[0]
}

func supervisorPIDs(n *Native) (out []int) {
	for _, root := range n.cg.roots {
		pids, err := readPIDs(filepath.Join(root, cgroupRoot(n.opts.Instance), "supervisor"))
		if err != nil {
			continue
		}
		for _, pid := range pids {
			line, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline") // it may have ended
			if strings.Contains(string(line), "\x00serve\x00") && !slices.Contains(out, pid) {
				out = append(out, pid)
			}
		}
	}
	return out
}

// killProcess ends a process and waits until it has ended.
func killProcess(t testing.TB, pid int) {
	t.Helper()
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if err := unix.PidfdSendSignal(fd, unix.SIGKILL, nil, 0); err != nil {
		t.Fatal(err)
	}
	unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, -1)
}

// awaitReaped waits until whoever inherited a process has taken its status.
func awaitReaped(t testing.TB, pid int) {
	t.Helper()
	await(t, "the reaping of a process", func() bool {
		_, err := os.Stat("/proc/" + strconv.Itoa(pid))
		return os.IsNotExist(err)
	})
}

// A container writes on while its supervisor is dead, and the next one knows its exit code although it is not the parent.
func TestSupervisorKilled(t *testing.T) {
	o := testOptions(t)
	n := openNative(t, o)
	ctx := testContext(t)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	gate := filepath.Join(o.DataDir, "gate")
	if err := os.Mkdir(gate, 0o777); err != nil {
		t.Fatal(err)
	}
	s := script(t, o, "c", "echo before; touch /gate/ready; until test -e /gate/go; do sleep 0.01; done; echo during; touch /gate/written; until test -e /gate/end; do sleep 0.01; done; echo after; exit 42")
	s.Mounts = []Mount{{Source: gate, Destination: "/gate"}}
	mustStart(t, n, s)
	awaitFile(t, filepath.Join(gate, "ready"))
	old := supervisorPID(t, n)
	events := n.Events(ctx)

	killProcess(t, old)
	touch(t, filepath.Join(gate, "go"))
	awaitFile(t, filepath.Join(gate, "written"))
	st, err := n.Status(ctx, "c") // waits for the new supervisor
	if err != nil || st.State != Running {
		t.Fatalf("after the crash: %+v, %v", st, err)
	}
	if now := supervisorPID(t, n); now == old {
		t.Fatal("no new supervisor")
	}
	p, err := n.Exec(ctx, "c", ExecSpec{Args: []string{"true"}})
	if err != nil {
		t.Fatalf("exec after the crash: %v", err)
	}
	if exit, err := p.Wait(ctx); err != nil || exit.Code != 0 {
		t.Errorf("exec after the crash: %+v, %v", exit, err)
	}
	p.Close()
	touch(t, filepath.Join(gate, "end"))
	st = mustWait(t, n, "c")
	if st.ExitCode != 42 || st.Unknown {
		t.Errorf("status %+v, want a known exit code 42", st)
	}
	if got := logText(t, s.LogPath); got != "stdout: before\nstdout: during\nstdout: after\n" {
		t.Errorf("log %q", got)
	}
	if ev := <-events; ev.ID != "c" || ev.ExitCode != 42 {
		t.Errorf("event %+v", ev)
	}
}

// What ends while no supervisor runs is known to have ended, and no more.
func TestExitUnseen(t *testing.T) {
	o := testOptions(t)
	n := openNative(t, o)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	s := script(t, o, "c", "echo ready; exec sleep 1000")
	mustStart(t, n, s)
	st, err := n.Status(testContext(t), "c")
	if err != nil {
		t.Fatal(err)
	}
	awaitFile(t, s.LogPath)
	sup := supervisorPID(t, n)
	n.Close() // nobody starts another one
	killProcess(t, sup)
	killProcess(t, st.PID)
	awaitReaped(t, st.PID) // a zombie would still tell its code
	n = openNative(t, o)
	st = mustWait(t, n, "c")
	if !st.Unknown || st.ExitCode != UnknownExitCode || st.FinishedAt.IsZero() {
		t.Errorf("status %+v, want unknown", st)
	}
	if got := logText(t, s.LogPath); got != "stdout: ready\n" {
		t.Errorf("log %q", got)
	}
}

// The agent's side dies and comes back: everything is found again, and supervisors were not touched.
func TestAgentRestart(t *testing.T) {
	o := testOptions(t)
	n := openNative(t, o)
	ctx := testContext(t)
	mustSandbox(t, n, SandboxConfig{ID: "pod", Hostname: "web", Labels: map[string]string{"a": "b"}})
	s := script(t, o, "ends", "exit 5")
	s.Labels = map[string]string{"name": "x"}
	mustStart(t, n, s)
	mustStart(t, n, script(t, o, "stays", "exec sleep 1000"))
	mustWait(t, n, "ends")
	sup := supervisorPID(t, n)
	n.Close()

	n = openNative(t, o)
	if now := supervisorPID(t, n); now != sup {
		t.Errorf("supervisor %d was replaced by %d", sup, now)
	}
	sandboxes, err := n.ListSandboxes(ctx)
	if err != nil || len(sandboxes) != 1 || sandboxes[0].Labels["a"] != "b" || !sandboxes[0].InitAlive {
		t.Errorf("sandboxes %+v, %v", sandboxes, err)
	}
	all, err := n.List(ctx)
	if err != nil || len(all) != 2 {
		t.Fatalf("containers %+v, %v", all, err)
	}
	for _, st := range all {
		if st.ID == "ends" && (st.State != Exited || st.ExitCode != 5 || st.Labels["name"] != "x") {
			t.Errorf("status %+v", st)
		}
	}
	if ev := <-n.Events(ctx); ev.ID != "ends" || ev.ExitCode != 5 {
		t.Errorf("first event %+v", ev)
	}
	if err := n.Start(ctx, s); err == nil || !strings.Contains(err.Error(), "exists") {
		t.Errorf("second start: %v", err)
	}
	mustStart(t, n, script(t, o, "third", "exit 0")) // in the old namespaces
	if st := mustWait(t, n, "third"); st.ExitCode != 0 {
		t.Errorf("third: %+v", st)
	}
}
