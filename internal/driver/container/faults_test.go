package container

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// A supervisor, or the container's own process, is killed as soon as each step of a start can be seen. Whatever the caller was told, it
// finds out what is true by Status, can start what is not there, and nothing stays behind in the end.
func TestKilledDuringStart(t *testing.T) {
	for _, h := range append([]Handler{{}}, testHandlers(t)...) {
		if h.Exec != nil {
			continue // it is our own with another root
		}
		t.Run(cmp.Or(h.Name, "native"), func(t *testing.T) {
			t.Parallel() // most of it is waiting for the next supervisor
			killedDuringStart(t, h)
		})
	}
}

func killedDuringStart(t *testing.T, h Handler) {
	o := testOptions(t)
	if h.Name != "" {
		o.Handlers = []Handler{h}
	}
	n := openNative(t, o)
	mustSandbox(t, n, SandboxConfig{ID: "warm", Handler: h.Name})
	warm := script(t, o, "warm", "exec sleep 1000")
	warm.Sandbox = "warm"
	mustStart(t, n, warm)
	group := func(id string) []string {
		var out []string
		for _, root := range n.cg.roots {
			out = append(out, filepath.Join(root, n.podCgroup("pod"), id))
		}
		return out
	}
	exists := func(patterns ...string) bool {
		for _, p := range patterns {
			if found, err := filepath.Glob(p); err == nil && len(found) > 0 {
				return true
			}
		}
		return false
	}
	processes := func(id string) (pids []int) {
		for _, dir := range group(id) {
			more, _ := readPIDs(dir) // it may not be there
			pids = append(pids, more...)
		}
		return pids
	}
	steps := []struct {
		name    string
		reached func(id string) bool
	}{
		{"begun", func(string) bool { return true }},
		{"record", func(id string) bool { return exists(filepath.Join(o.RunDir, "sup", "*", "c", id+".json")) }},
		{"writable layer", func(id string) bool { return exists(filepath.Join(n.layerDir(id), "work")) }},
		{"output", func(id string) bool { return exists(filepath.Join(o.RunDir, "sup", "*", "c", id+".err")) }},
		{"cgroup", func(id string) bool { return exists(group(id)...) }},
		{"process", func(id string) bool { return len(processes(id)) > 0 }},
		{"program", func(id string) bool { return exists(filepath.Join(o.DataDir, "logs", id+".log")) }},
	}
	for i, step := range steps {
		for _, victim := range []string{"supervisor", "container"} {
			t.Run(step.name+"/"+victim, func(t *testing.T) {
				ctx := testContext(t)
				mustSandbox(t, n, SandboxConfig{ID: "pod", Handler: h.Name})
				id := fmt.Sprintf("c%d-%s", i, victim)
				s := script(t, o, id, "echo started; exec sleep 1000")
				started := make(chan error, 1)
				go func() { started <- n.Start(ctx, s) }()
				var told error
				over := false
				for !over && !step.reached(id) { // as soon as it is so: no waiting
					select {
					case told = <-started:
						over = step.reached(id) || told != nil || h.ownKernel() // joined containers have no cgroup
						started <- told
					default:
						runtime.Gosched()
					}
				}
				if victim == "supervisor" {
					if err := unix.Kill(supervisorPID(t, n), unix.SIGKILL); err != nil && !errors.Is(err, unix.ESRCH) {
						t.Fatal(err)
					}
				} else {
					for _, pid := range processes(id) {
						_ = unix.Kill(pid, unix.SIGKILL) // it may have gone
					}
				}
				told = <-started
				afterFault(t, n, s, victim, told)
				if st, err := n.Status(ctx, "warm"); err != nil || st.State != Running {
					t.Errorf("a bystander: %+v, %v", st, err)
				}
				if err := n.RemoveSandbox(ctx, "pod"); err != nil {
					t.Fatal(err)
				}
				if left := leftOf(t, n, o, "warm"); len(left) > 0 {
					t.Errorf("left: %v", left)
				}
			})
		}
	}
}

// afterFault wants a container that runs in the end, as an agent would have it: it asks, and starts what is not there.
func afterFault(t *testing.T, n *Native, s Spec, victim string, told error) {
	t.Helper()
	ctx := testContext(t)
	var st Status
	var err error
	await(t, "an answer", func() bool {
		st, err = n.Status(ctx, s.ID)
		return !errors.Is(err, ErrUnavailable)
	})
	if told == nil && err != nil {
		t.Errorf("it was started, they said, and now: %v", err)
	}
	switch {
	case errors.Is(err, ErrNotFound):
		mustStart(t, n, s)
	case err != nil:
		t.Fatal(err)
	case st.State == Exited:
		if st.ExitCode == 0 {
			t.Errorf("it was killed: %+v", st)
		}
		if err := n.Remove(ctx, s.ID); err != nil {
			t.Fatal(err)
		}
		mustStart(t, n, s)
	}
	p, err := n.Exec(ctx, s.ID, ExecSpec{Args: []string{"true"}})
	if err != nil && victim == "container" {
		// Its end was on its way when the status was asked for.
		mustWait(t, n, s.ID)
		if err := n.Remove(ctx, s.ID); err != nil {
			t.Fatal(err)
		}
		mustStart(t, n, s)
		p, err = n.Exec(ctx, s.ID, ExecSpec{Args: []string{"true"}})
	}
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if exit, err := p.Wait(ctx); err != nil || exit.Code != 0 {
		t.Errorf("exec: %+v, %v", exit, err)
	}
}

// leftOf is what there is of sandboxes and containers but those of one sandbox, whose container is called the same.
func leftOf(t testing.TB, n *Native, o Options, keep string) (left []string) {
	t.Helper()
	patterns := []string{
		filepath.Join(o.RunDir, "sandboxes", "*"), filepath.Join(o.RunDir, "sup", "*", "c", "*"), filepath.Join(o.RunDir, "sup", "*", "lc", "*"),
		filepath.Join(o.RunDir, "sup", "*", "oci", "*", "*"), filepath.Join(o.RunDir, "shm", "*"), filepath.Join(o.DataDir, "containers", "*"),
	}
	for _, root := range n.cg.roots {
		patterns = append(patterns, filepath.Join(root, cgroupRoot(o.Instance), "pod*"))
	}
	for _, p := range patterns {
		found, err := filepath.Glob(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			base := filepath.Base(f) // "null-netns" is runsc's own, one for all
			if base != "null-netns" && (keep == "" || !strings.Contains(base, keep)) {
				left = append(left, f)
			}
		}
	}
	names, err := n.ListNetNS(testContext(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if name != keep {
			left = append(left, "network namespace "+name)
		}
	}
	return left
}

// A program that forks as fast as it can ends at its Pod's bound; others start and run, and it can be killed.
func TestForkBomb(t *testing.T) {
	const bound = 100
	o := testOptions(t)
	n := openNative(t, o)
	ctx := testContext(t)
	mustSandbox(t, n, SandboxConfig{ID: "pod", Resources: Resources{PIDs: bound}})
	bomb := script(t, o, "bomb", "bomb() { bomb | bomb & }; bomb; while :; do bomb; done")
	mustStart(t, n, bomb)
	await(t, "the bomb to reach its bound", func() bool {
		body, _ := os.ReadFile(bomb.LogPath) // it may not be there yet
		return strings.Contains(string(body), "can't fork")
	})
	mustSandbox(t, n, SandboxConfig{ID: "other"})
	s := script(t, o, "other", "echo fine")
	s.Sandbox = "other"
	mustStart(t, n, s)
	if st := mustWait(t, n, "other"); st.ExitCode != 0 {
		t.Errorf("a bystander: %+v", st)
	}
	if st, err := n.SandboxStats(ctx, "pod"); err != nil || st.PIDs > bound {
		t.Errorf("stats %+v, %v", st, err)
	}
	if err := n.RemoveSandbox(ctx, "pod"); err != nil {
		t.Fatal(err)
	}
	if err := n.RemoveSandbox(ctx, "other"); err != nil {
		t.Fatal(err)
	}
	if left := leftOf(t, n, o, ""); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// cycles are how many Pods come and go in TestCycles; GANTRY_SOAK is another number: 1000 for a soak.
const cycles = 30

// What many Pods have used, one after the other, is given back: mounts, namespaces, cgroups, files, descriptors, goroutines, processes.
func TestCycles(t *testing.T) {
	total := cycles
	if text := os.Getenv("GANTRY_SOAK"); text != "" {
		var err error
		if total, err = strconv.Atoi(text); err != nil {
			t.Fatalf("GANTRY_SOAK: %v", err)
		}
	}
	o := testOptions(t)
	n := openNative(t, o)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	cycle := func(i int) {
		t.Helper()
		id := fmt.Sprint("p", i)
		if err := n.CreateNetNS(ctx, id); err != nil {
			t.Fatal(err)
		}
		if err := n.CreateSandbox(ctx, SandboxConfig{ID: id, NetNS: id, Hostname: id, SharePID: i%7 == 0}); err != nil {
			t.Fatal(err)
		}
		s := script(t, o, id+"c", "echo $$; test "+strconv.Itoa(i%2)+" = 0 || exec sleep 1000")
		s.Sandbox, s.TTY, s.Stdin = id, i%5 == 0, i%3 == 0
		if err := n.Start(ctx, s); err != nil {
			t.Fatal(err)
		}
		if i%2 == 1 {
			p, err := n.Exec(ctx, s.ID, ExecSpec{Args: []string{"echo"}, Stdout: true})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.Wait(ctx); err != nil {
				t.Fatal(err)
			}
			p.Close()
			if err := n.Kill(ctx, s.ID); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := n.Wait(ctx, s.ID); err != nil {
			t.Fatal(err)
		}
		if err := n.RemoveSandbox(ctx, id); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(s.LogPath); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	for i := range 10 { // pools and caches fill
		cycle(i)
	}
	before := holdings(t, n)
	for i := range total {
		cycle(10 + i)
	}
	if left := leftOf(t, n, o, ""); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	// Descriptors wait for the collector here and there, threads for their end: a leak grows with the cycles.
	slack := map[string]int{"descriptors": 10, "supervisor's descriptors": 30, "goroutines": 10, "supervisor's threads": 20}
	await(t, "all to be given back", func() bool {
		runtime.GC()
		for what, now := range holdings(t, n) {
			if now > before[what]+slack[what] {
				t.Logf("%s: %d, and %d before", what, now, before[what])
				return false
			}
		}
		return true
	})
}

// holdings counts what this process, the supervisor and the instance have.
func holdings(t testing.TB, n *Native) map[string]int {
	t.Helper()
	entries := func(path string) int {
		list, err := os.ReadDir(path)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	lines := func(path string) int {
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Count(string(body), "\n")
	}
	sup := fmt.Sprintf("/proc/%d/", supervisorPID(t, n))
	out := map[string]int{
		"descriptors": entries("/proc/self/fd"), "supervisor's descriptors": entries(sup + "fd"), "supervisor's threads": entries(sup + "task"),
		"mounts of the supervisor": lines(sup + "mountinfo"), "goroutines": runtime.NumGoroutine(),
	}
	err := n.inHolder(func() error {
		for _, k := range []kind{kindNet, kindIPC, kindUTS} {
			out["pins of namespaces"] += entries("/" + string(k))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, root := range n.cg.roots {
		err := filepath.WalkDir(filepath.Join(root, cgroupRoot(n.opts.Instance)), func(_ string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() {
				out["cgroups"]++
			}
			return nil //nolint:nilerr // not every hierarchy has one
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// A full disk under the writable layers refuses starts with the reason, and what ran before runs on.
func TestFullDisk(t *testing.T) {
	o := testOptions(t)
	small := t.TempDir()
	if err := unix.Mount("gantry-test", small, "tmpfs", 0, "size=1m,nr_inodes=200"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(small, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	logs := o.DataDir
	o.DataDir = small
	n := openNative(t, o)
	ctx := testContext(t)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	before := script(t, o, "before", "exec sleep 1000")
	before.LogPath = filepath.Join(logs, "before.log")
	mustStart(t, n, before)
	var fill []string
	for i := 0; ; i++ {
		path := filepath.Join(small, "fill"+strconv.Itoa(i))
		if err := os.WriteFile(path, make([]byte, 4096), 0o600); err != nil {
			break // it is full
		}
		fill = append(fill, path)
	}
	s := script(t, o, "c", "echo fits")
	s.LogPath = filepath.Join(logs, "c.log")
	if err := n.Start(ctx, s); err == nil || !strings.Contains(err.Error(), unix.ENOSPC.Error()) {
		t.Errorf("start on a full disk: %v", err)
	}
	if _, err := n.Status(ctx, "c"); !errors.Is(err, ErrNotFound) {
		t.Errorf("status of what was not started: %v", err)
	}
	if st, err := n.Status(ctx, "before"); err != nil || st.State != Running {
		t.Errorf("a bystander: %+v, %v", st, err)
	}
	for _, path := range fill {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	mustStart(t, n, s)
	if st := mustWait(t, n, "c"); st.ExitCode != 0 {
		t.Errorf("with room again: %+v", st)
	}
}
