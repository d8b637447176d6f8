package container

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// run starts a script, waits for its end and returns its log.
func run(t *testing.T, n Runtime, s Spec) (string, Status) {
	t.Helper()
	mustStart(t, n, s)
	st := mustWait(t, n, s.ID)
	return logText(t, s.LogPath), st
}

func TestSecurity(t *testing.T) {
	o := testOptions(t)
	n := openNative(t, o)
	profile := filepath.Join(o.DataDir, "profile.json")
	const rules = `{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["chmod","fchmodat","fchmod"],"action":"SCMP_ACT_ERRNO"}]}`
	if err := os.WriteFile(profile, []byte(rules), 0o600); err != nil {
		t.Fatal(err)
	}
	mustSandbox(t, n, SandboxConfig{ID: "pod", Sysctls: map[string]string{"net.ipv4.ip_unprivileged_port_start": "80", "kernel.msgmax": "9000"}})
	for _, tt := range []struct {
		name string
		text string
		edit func(*Spec)
		want string
	}{
		{"seccomp filters", "grep ^Seccomp: /proc/self/status", nil, "Seccomp:\t2"},
		{"unconfined", "grep ^Seccomp: /proc/self/status", func(s *Spec) { s.Seccomp = SeccompUnconfined }, "Seccomp:\t0"},
		{"no descriptor of ours", "ls /proc/self/fd | wc -l", nil, "stdout: 4\n"},
		{"a profile of the node", "chmod 700 /tmp || echo refused; sync && echo fine", func(s *Spec) { s.Seccomp = profile }, "refused\nstdout: fine"},
		{"no new privileges", "grep NoNewPrivs /proc/self/status", nil, "NoNewPrivs:\t1"},
		{"unshare is refused", "unshare -m true 2>&1 || echo refused", nil, "refused"},
		{"user and groups", "id -u; id -g; id -G", func(s *Spec) { s.UID, s.GID, s.AdditionalGIDs = 1000, 1001, []uint32{7} }, "1000\nstdout: 1001\nstdout: 1001 7"},
		{"no capabilities for users", "grep CapEff /proc/self/status", func(s *Spec) { s.UID = 1000 }, "CapEff:\t0000000000000000"},
		{"dropped", "grep CapBnd /proc/self/status", func(s *Spec) { s.Capabilities = []string{"CHOWN"} }, "CapBnd:\t0000000000000001"},
		{"/dev/stdout of a user", "echo there > /dev/stdout; echo err > /dev/stderr", func(s *Spec) { s.UID, s.GID = 1000, 1000 }, "stdout: there"},
		{"/dev/stdout of another user", "su web -c 'echo there > /dev/stdout'", func(s *Spec) { s.NoNewPrivileges = false }, "stdout: there"},
		{"read-only root", "touch /x || echo denied", func(s *Spec) { s.ReadOnlyRootfs = true }, "denied"},
		{"writable root", "echo yes > /tmp/x && cat /tmp/x", nil, "yes"},
		{"masked", "cat /proc/kcore 2>/dev/null | wc -c; cat /proc/timer_list 2>/dev/null | wc -c", nil, "stdout: 0\nstdout: 0"},
		{"proc/sys is read-only", "echo 1 > /proc/sys/kernel/shm_rmid_forced || echo denied", nil, "denied"},
		{"sysctls", "cat /proc/sys/net/ipv4/ip_unprivileged_port_start /proc/sys/kernel/msgmax", nil, "80\nstdout: 9000"},
		{"no host devices", "ls /dev | tr '\\n' ' '", nil, "fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero"},
		{"no host mounts", "wc -l < /proc/self/mounts", nil, "stdout: "},
		{"cwd is made", "pwd", func(s *Spec) { s.Cwd = "/made/here" }, "/made/here"},
		{"privileged", "grep -c rw, /proc/self/mounts >/dev/null; mount -t tmpfs x /tmp && echo mounted", func(s *Spec) { s.Privileged = true }, "mounted"},
		{"oom score", "cat /proc/self/oom_score_adj", func(s *Spec) { s.OOMScoreAdj = 500 }, "stdout: 500"},
		{"lowered oom score is clamped", "cat /proc/self/oom_score_adj", func(s *Spec) { s.OOMScoreAdj = -997 }, "stdout: "},
		{"rlimits", "ulimit -n", func(s *Spec) { s.Rlimits = []Rlimit{{Type: "RLIMIT_NOFILE", Soft: 123, Hard: 456}} }, "stdout: 123"},
		{"shm is writable by all", "echo x > /dev/shm/x && cat /dev/shm/x", func(s *Spec) { s.UID = 1000 }, "stdout: x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := script(t, o, strings.NewReplacer(" ", "-", "/", "-").Replace("c-"+tt.name), tt.text)
			if tt.edit != nil {
				tt.edit(&s)
			}
			if got, _ := run(t, n, s); !strings.Contains(got, tt.want) {
				t.Errorf("log %q lacks %q", got, tt.want)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	o := testOptions(t)
	n := openNative(t, o)
	ctx := testContext(t)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	for _, tt := range []struct {
		name string
		edit func(*Spec)
		want string
	}{
		{"no such program", func(s *Spec) { s.Args = []string{"/bin/nothing"} }, "/bin/nothing"},
		{"apparmor", func(s *Spec) { s.AppArmor = "localhost/x" }, "not supported: AppArmor"},
		{"propagation", func(s *Spec) {
			s.Mounts = []Mount{{Source: o.RunDir, Destination: "/t", Propagation: PropagationBidirectional}}
		}, "is not a shared mount"},
		{"missing source", func(s *Spec) { s.Mounts = []Mount{{Source: "/nothing/here", Destination: "/t"}} }, "/nothing/here"},
		{"missing layer", func(s *Spec) { s.Layers = []string{"/nothing/here"} }, "/nothing/here"},
		{"no sandbox", func(s *Spec) { s.Sandbox = "other" }, "not found"},
		{"bad name", func(s *Spec) { s.ID = "../x" }, "name"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := script(t, o, "c", "true")
			tt.edit(&s)
			err := n.Start(ctx, s)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
	if all, err := n.List(ctx); err != nil || len(all) != 0 {
		t.Errorf("left over: %+v, %v", all, err)
	}
	if entries, err := os.ReadDir(filepath.Join(o.DataDir, "containers")); err == nil && len(entries) != 0 {
		t.Errorf("writable layers left over: %v", entries)
	}
}

func TestMounts(t *testing.T) {
	o := testOptions(t)
	n := openNative(t, o)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	vol := filepath.Join(o.DataDir, "vol")
	if err := os.MkdirAll(vol, 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(o.DataDir, "hosts")
	if err := os.WriteFile(file, []byte("1.2.3.4 x\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	s := script(t, o, "c", "echo data > /vol/f; touch /ro/f || echo readonly; cat /etc/hosts; touch /scratch/x && echo scratch; df -k /scratch | tail -1 | awk '{print $2}'")
	s.Mounts = []Mount{
		{Source: vol, Destination: "/vol"},
		{Source: vol, Destination: "/ro", ReadOnly: true},
		{Source: file, Destination: "/etc/hosts"},
		{Tmpfs: true, TmpfsBytes: 1 << 20, Destination: "/scratch"},
	}
	got, _ := run(t, n, s)
	for _, want := range []string{"readonly", "1.2.3.4 x", "stdout: scratch", "stdout: 1024"} {
		if !strings.Contains(got, want) {
			t.Errorf("log %q lacks %q", got, want)
		}
	}
	if body, err := os.ReadFile(filepath.Join(vol, "f")); err != nil || string(body) != "data\n" {
		t.Errorf("volume: %q, %v", body, err)
	}
	if _, err := os.Stat(filepath.Join(layer(t), "vol")); !os.IsNotExist(err) {
		t.Errorf("the layer was written to: %v", err)
	}
}

func TestLimitsAndStats(t *testing.T) {
	o := testOptions(t)
	n := openNative(t, o)
	ctx := testContext(t)
	mustSandbox(t, n, SandboxConfig{ID: "pod", Resources: Resources{MemoryBytes: 256 << 20, CPUShares: 512, CPUQuota: 150_000, PIDs: 100}})
	s := script(t, o, "oom", "tail /dev/zero; exit 1")
	s.Resources = Resources{MemoryBytes: 16 << 20, CPUShares: 100, CPUQuota: 100_000, CPUPeriod: 100_000, PIDs: 20}
	if _, st := run(t, n, s); !st.OOMKilled || st.ExitCode == 0 {
		t.Errorf("status %+v, want OOMKilled", st)
	}
	s = script(t, o, "stats", "exec sleep 1000")
	s.Resources = Resources{MemoryBytes: 32 << 20, PIDs: 20}
	mustStart(t, n, s)
	st, err := n.Stats(ctx, "stats")
	if err != nil || st.MemoryLimit != 32<<20 || st.PIDs == 0 || st.MemoryUsage == 0 || st.CPUUsageNanos == 0 {
		t.Errorf("stats %+v, %v", st, err)
	}
	if err := n.Update(ctx, "stats", Resources{MemoryBytes: 64 << 20, PIDs: 20}); err != nil {
		t.Fatal(err)
	}
	if st, err = n.Stats(ctx, "stats"); err != nil || st.MemoryLimit != 64<<20 {
		t.Errorf("stats after update %+v, %v", st, err)
	}
	if st, err = n.SandboxStats(ctx, "pod"); err != nil || st.MemoryLimit != 256<<20 || st.MemoryUsage == 0 {
		t.Errorf("sandbox stats %+v, %v", st, err)
	}
}

// With cgroup version 1 the kernel gives a container the processors and memory of the cgroup above it. One that is bound to a
// processor has that one all the same.
func TestProcessors(t *testing.T) {
	o := testOptions(t)
	n := openNative(t, o)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	const tell = "exec awk '/Cpus_allowed_list/ {print $2}' /proc/self/status"
	free, _ := run(t, n, script(t, o, "free", tell))
	free = strings.TrimPrefix(free, "stdout: ")
	host, err := os.ReadFile("/sys/fs/cgroup/cpuset/cpuset.cpus")
	if err != nil {
		t.Skipf("no cpuset of version 1: %v", err)
	}
	if strings.TrimSpace(free) != strings.TrimSpace(string(host)) {
		t.Errorf("processors of a container without limits: %q, want those of the machine, %q", free, host)
	}
	first, _, _ := strings.Cut(strings.TrimSpace(string(host)), "-")
	first, _, _ = strings.Cut(first, ",")
	bound := script(t, o, "bound", tell)
	bound.Resources = Resources{CPUSetCPUs: first}
	if got, _ := run(t, n, bound); strings.TrimSpace(got) != "stdout: "+first {
		t.Errorf("processors of a bound container: %q, want %q", got, first)
	}
	text, err := os.ReadFile(filepath.Join(n.cg.dir("cpuset", cgroupRoot(o.Instance)), "cgroup.clone_children"))
	if err != nil || strings.TrimSpace(string(text)) != "1" {
		t.Errorf("clone_children of the cpuset above containers is %q, %v; want 1", text, err)
	}
}

// With cgroup version 1 a container has cgroups only where they limit or count something for it. One that is bound to processors while
// it runs gets a cpuset then, all its processes with it, and so do those that are started in it later.
func TestGroupsOnlyWhereWanted(t *testing.T) {
	o := testOptions(t)
	n := openNative(t, o)
	ctx := testContext(t)
	if n.cg.v1["cpuset"] == "" {
		t.Skip("no cpuset of version 1")
	}
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	data := t.TempDir()
	s := script(t, o, "usual", "cat /sys/fs/cgroup/cpuset/cpuset.cpus > /data/seen; sleep 1000 & touch /data/done; wait")
	s.Mounts = []Mount{{Source: data, Destination: "/data"}}
	mustStart(t, n, s)
	awaitFile(t, filepath.Join(data, "done"))
	group := n.containerCgroup("pod", "usual")
	there := func(root string) bool {
		_, err := os.Stat(filepath.Join(root, group))
		return err == nil
	}
	for _, controller := range []string{"memory", "cpu", "cpuacct", "pids", "blkio", "devices"} {
		if root := n.cg.v1[controller]; root != "" && !there(root) {
			t.Errorf("no cgroup in %s", root)
		}
	}
	for _, controller := range []string{"cpuset", "freezer", "name=systemd"} {
		if root := n.cg.v1[controller]; root != "" && there(root) {
			t.Errorf("a cgroup in %s, where nothing is limited", root)
		}
	}
	host, err := os.ReadFile(filepath.Join(n.cg.v1["cpuset"], "cpuset.cpus"))
	if err != nil {
		t.Fatal(err)
	}
	if seen, err := os.ReadFile(filepath.Join(data, "seen")); err != nil || string(seen) != string(host) {
		t.Errorf("it sees processors %q, %v; want %q", seen, err, host)
	}

	first, _, _ := strings.Cut(strings.TrimSpace(string(host)), "-")
	first, _, _ = strings.Cut(first, ",")
	if err := n.Update(ctx, "usual", Resources{CPUSetCPUs: first}); err != nil {
		t.Fatal(err)
	}
	cpus, err := os.ReadFile(filepath.Join(n.cg.dir("cpuset", group), "cpuset.cpus"))
	if err != nil || strings.TrimSpace(string(cpus)) != first {
		t.Errorf("bound to %q, %v; want %q", cpus, err, first)
	}
	all, err := readPIDs(n.cg.dir("memory", group))
	if err != nil {
		t.Fatal(err)
	}
	bound, err := readPIDs(n.cg.dir("cpuset", group))
	if err != nil || len(all) < 2 || !slices.Equal(all, bound) {
		t.Errorf("of processes %v those bound are %v, %v", all, bound, err)
	}
	p, err := n.Exec(ctx, "usual", ExecSpec{Args: []string{"awk", "/Cpus_allowed_list/ {print $2}", "/proc/self/status"}, Stdout: true})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if got, err := io.ReadAll(p.Stdout()); err != nil || strings.TrimSpace(string(got)) != first {
		t.Errorf("a further process runs on %q, %v; want %q", got, err, first)
	}
	if err := n.RemoveSandbox(ctx, "pod"); err != nil {
		t.Fatal(err)
	}
	if there(n.cg.v1["cpuset"]) {
		t.Error("the cpuset is left")
	}
}

// A container that has the Pod's cgroup for its own grows and shrinks with it, in memory and in swap.
func TestSoleResized(t *testing.T) {
	o := testOptions(t)
	n := openNative(t, o)
	ctx := testContext(t)
	limits := func(memory, swap int64) Resources { return Resources{MemoryBytes: memory << 20, SwapBytes: swap << 20} }
	mustSandbox(t, n, SandboxConfig{ID: "pod", Resources: limits(32, 0)})
	s := script(t, o, "sole", "exec sleep 1000")
	s.Sole, s.Resources = true, limits(32, 0)
	mustStart(t, n, s)
	for _, step := range [][2]int64{{128, 0}, {64, 0}, {64, 16}, {256, 64}, {64, 0}} {
		r := limits(step[0], step[1])
		for _, err := range []error{n.UpdateSandbox(ctx, "pod", r), n.Update(ctx, "sole", r)} {
			if err != nil {
				t.Fatalf("%v MiB: %v", step, err)
			}
		}
		st, err := n.Stats(ctx, "sole")
		if err != nil || st.MemoryLimit != uint64(r.MemoryBytes) {
			t.Errorf("%v MiB: %+v, %v", step, st, err)
		}
		text, err := os.ReadFile(filepath.Join(n.cg.dir("memory", n.podCgroup("pod")), "memory.memsw.limit_in_bytes"))
		if err == nil && strings.TrimSpace(string(text)) != strconv.FormatInt(r.MemoryBytes+r.SwapBytes, 10) { // where swap is counted
			t.Errorf("%v MiB: with swap %s", step, text)
		}
	}
}

func TestSharedNamespaces(t *testing.T) {
	o := testOptions(t)
	n := openNative(t, o)
	ctx := testContext(t)
	mustSandbox(t, n, SandboxConfig{ID: "pod", Hostname: "shared", SharePID: true})
	mustStart(t, n, script(t, o, "first", "echo x > /dev/shm/mark; exec sleep 1234"))
	got, _ := run(t, n, script(t, o, "second", "until test -e /dev/shm/mark; do sleep 0.01; done; hostname; ps | grep -v grep | grep 'sleep 1234'; cat /proc/1/comm; readlink /proc/self/ns/net"))
	for _, want := range []string{"stdout: shared", "sleep 1234", "stdout: pod-init"} {
		if !strings.Contains(got, want) {
			t.Errorf("log %q lacks %q", got, want)
		}
	}
	f, err := n.OpenNetNS(ctx, "pod")
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if err := n.RemoveSandbox(ctx, "pod"); err != nil {
		t.Fatal(err)
	}
	if names, err := n.ListNetNS(ctx); err != nil || len(names) != 0 {
		t.Errorf("network namespaces left: %v, %v", names, err)
	}

	if err := n.CreateNetNS(ctx, "pool-1"); err != nil {
		t.Fatal(err)
	}
	mustSandbox(t, n, SandboxConfig{ID: "pooled", NetNS: "pool-1"})
	s := script(t, o, "pooled", "cat /sys/class/net/lo/operstate; ls /sys/class/net")
	s.Sandbox = "pooled"
	if got, _ := run(t, n, s); got != "stdout: unknown\nstdout: lo\n" {
		t.Errorf("pooled: %q", got)
	}

	mustSandbox(t, n, SandboxConfig{ID: "host", HostNetwork: true, HostPID: true, HostIPC: true})
	s = script(t, o, "host", "readlink /proc/self/ns/net; (sleep 2000 & ) ; exit 0")
	s.Sandbox = "host"
	own, _ := os.Readlink("/proc/self/ns/net")
	if got, _ := run(t, n, s); got != "stdout: "+own+"\n" {
		t.Errorf("host: %q", got)
	}
}

func TestTerminal(t *testing.T) {
	o := testOptions(t)
	n := openNative(t, o)
	ctx := testContext(t)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	mustStart(t, n, script(t, o, "c", "exec sleep 1000"))
	p, err := n.Exec(ctx, "c", ExecSpec{Args: []string{"sh", "-c", "stty size; read x; stty size; echo got $x; exit 4"}, TTY: true, Stdin: true, Stdout: true, Width: 100, Height: 30})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	buf := make([]byte, 100)
	k, err := p.Stdout().Read(buf)
	if !strings.HasPrefix(string(buf[:k]), "30 100") {
		t.Errorf("first size %q, %v", buf[:k], err)
	}
	if err := p.Resize(80, 24); err != nil {
		t.Fatal(err)
	}
	io.WriteString(p.Stdin(), "word\n")
	out, err := io.ReadAll(p.Stdout())
	exit, werr := p.Wait(ctx)
	if !strings.Contains(string(out), "24 80") || !strings.Contains(string(out), "got word") || err != nil || werr != nil || exit.Code != 4 {
		t.Errorf("terminal: %q %v %+v %v", out, err, exit, werr)
	}

	s := script(t, o, "tty", "tty; read x; echo got $x; exit 6")
	s.TTY, s.Stdin = true, true
	mustStart(t, n, s)
	a, err := n.Attach(ctx, "tty", AttachSpec{Stdin: true, Stdout: true})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	io.WriteString(a.Stdin(), "this\n")
	out, _ = io.ReadAll(a.Stdout())
	if exit, err := a.Wait(ctx); !strings.Contains(string(out), "got this") || err != nil || exit.Code != 6 {
		t.Errorf("attach: %q %+v %v", out, exit, err)
	}
	if got := logText(t, s.LogPath); !strings.Contains(got, "/dev/pts/0") {
		t.Errorf("log %q", got)
	}
}

func TestAttachStdin(t *testing.T) {
	o := testOptions(t)
	n := openNative(t, o)
	ctx := testContext(t)
	mustSandbox(t, n, SandboxConfig{ID: "pod"})
	s := script(t, o, "once", "cat; echo end; exit 0")
	s.Stdin, s.StdinOnce = true, true
	mustStart(t, n, s)
	a, err := n.Attach(ctx, "once", AttachSpec{Stdin: true, Stdout: true, Stderr: true})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	io.WriteString(a.Stdin(), "line\n")
	a.Stdin().Close()
	out, _ := io.ReadAll(a.Stdout())
	if exit, err := a.Wait(ctx); string(out) != "line\nend\n" || err != nil || exit.Code != 0 {
		t.Errorf("attach: %q %+v %v", out, exit, err)
	}
}
