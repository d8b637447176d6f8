package container

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
	"k8s.io/apimachinery/pkg/api/resource"
)

// What is a machine's own: limits, processors, processes that containers share, terminals, its end, and what it cannot do.
func TestMachine(t *testing.T) {
	vm := testMachine(t)
	if vm == nil {
		t.Skip("no virtual machine can be made")
	}
	o := testOptions(t)
	o.Handlers = []Handler{{Name: "microvm", MicroVM: vm}}
	n := openNative(t, o)
	ctx := testContext(t)
	limit := int64(256<<20) + emulatorOverhead
	sandbox := SandboxConfig{ID: "pod", Handler: "microvm", SharePID: true, Resources: Resources{MemoryBytes: limit, CPUQuota: 150_000}}
	mustSandbox(t, n, sandbox)

	first := script(t, o, "first", "echo x > /dev/shm/mark; exec sleep 1234")
	mustStart(t, n, first)
	got, _ := run(t, n, script(t, o, "second", "until test -e /dev/shm/mark; do sleep 0.1; done; ps | grep -c '[s]leep 1234'; nproc; awk '/MemTotal/{print ($2 > 150000 && $2 < 262144)}' /proc/meminfo; uname -r"))
	host, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	if want := "stdout: 1\nstdout: 2\nstdout: 1\n"; !strings.HasPrefix(got, want) || strings.Contains(got, strings.TrimSpace(string(host))) {
		t.Errorf("log %q, want %q and another kernel than the host's", got, want)
	}

	hog := script(t, o, "hog", "tail /dev/zero; exit 1")
	hog.Resources = Resources{MemoryBytes: 16 << 20}
	if _, st := run(t, n, hog); !st.OOMKilled || st.ExitCode == 0 {
		t.Errorf("a container beyond its limit: %+v", st)
	}
	if st, err := n.Status(ctx, "first"); err != nil || st.State != Running {
		t.Errorf("its neighbour: %+v, %v", st, err)
	}

	p, err := n.Exec(ctx, "first", ExecSpec{Args: []string{"sh", "-c", "stty size; read x; stty size; echo got $x; exit 4"}, TTY: true, Stdin: true, Stdout: true, Width: 100, Height: 30})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	buf := make([]byte, 100)
	if k, err := p.Stdout().Read(buf); !strings.HasPrefix(string(buf[:k]), "30 100") {
		t.Errorf("first size %q, %v", buf[:k], err)
	}
	if err := p.Resize(80, 24); err != nil {
		t.Fatal(err)
	}
	// The new size takes its way through three processes: it is there when the machine's terminal says so.
	await(t, "the new size", func() bool {
		e, err := n.Exec(ctx, "first", ExecSpec{Args: []string{"sh", "-c", "stty size -F /dev/pts/0 || stty size < /dev/pts/0"}, Stdout: true})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		out, _ := io.ReadAll(e.Stdout())
		return strings.Contains(string(out), "24 80")
	})
	io.WriteString(p.Stdin(), "word\n")
	out, err := io.ReadAll(p.Stdout())
	exit, werr := p.Wait(ctx)
	if !strings.Contains(string(out), "24 80") || !strings.Contains(string(out), "got word") || err != nil || werr != nil || exit.Code != 4 {
		t.Errorf("terminal: %q %v %+v %v", out, err, exit, werr)
	}

	if st, err := n.SandboxStats(ctx, "pod"); err != nil || st.MemoryLimit != uint64(limit) || st.MemoryUsage < 64<<20 || st.CPUUsageNanos == 0 {
		t.Errorf("stats %+v, %v", st, err)
	}
	for what, err := range map[string]error{
		"new limits":           n.UpdateSandbox(ctx, "pod", Resources{MemoryBytes: 1 << 30}),
		"the host's network":   n.CreateSandbox(ctx, SandboxConfig{ID: "x", Handler: "microvm", HostNetwork: true}),
		"the host's processes": n.CreateSandbox(ctx, SandboxConfig{ID: "x", Handler: "microvm", HostPID: true}),
		"a device": n.Start(ctx, func() Spec {
			s := script(t, o, "device", "true")
			s.Devices = []Device{{HostPath: "/dev/null", ContainerPath: "/dev/x", Permissions: "rw"}}
			return s
		}()),
		"propagation": n.Start(ctx, func() Spec {
			s := script(t, o, "propagation", "true")
			s.Mounts = []Mount{{Source: "/tmp", Destination: "/t", Propagation: PropagationHostToContainer}}
			return s
		}()),
	} {
		if !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "microvm") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := n.CreateSandbox(ctx, SandboxConfig{ID: "x", Handler: "microvm", Resources: Resources{MemoryBytes: 64 << 20}}); err == nil || !strings.Contains(err.Error(), "overhead.podFixed") {
		t.Errorf("too little memory: %v", err)
	}

	n.mu.Lock()
	monitor := n.sandboxes["pod"].InitPID
	n.mu.Unlock()
	if err := unix.Kill(monitor, unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if st := mustWait(t, n, "first"); st.ExitCode != 137 {
		t.Errorf("after the machine's death: %+v", st)
	}
	if all, err := n.ListSandboxes(ctx); err != nil || len(all) != 1 || all[0].InitAlive {
		t.Errorf("after the machine's death: %+v, %v", all, err)
	}
	if err := n.RemoveSandbox(ctx, "pod"); err != nil {
		t.Fatal(err)
	}
}

func TestMachineSizes(t *testing.T) {
	for _, c := range []struct {
		name         string
		in           MicroVMHandler
		limits       Resources
		memory, cpus int64
	}{
		{"defaults", MicroVMHandler{}, Resources{}, 256 << 20, 1},
		{"configured", MicroVMHandler{Memory: new(resource.MustParse("1Gi")), CPUs: 3}, Resources{}, 1 << 30, 3},
		{"limits", MicroVMHandler{CPUs: 3}, Resources{MemoryBytes: 1 << 30, CPUQuota: 150_000}, 1<<30 - machineOverhead, 2},
		{"an emulated processor needs more", MicroVMHandler{Accel: "tcg"}, Resources{MemoryBytes: 1<<30 + 1}, 1<<30 - emulatorOverhead, 1},
		{"another period", MicroVMHandler{}, Resources{CPUQuota: 10_000, CPUPeriod: 10_000}, 256 << 20, 1},
	} {
		if memory, cpus := c.in.memoryFor(c.limits), c.in.cpusFor(c.limits); memory != c.memory || cpus != c.cpus {
			t.Errorf("%s: %d bytes and %d CPUs, want %d and %d", c.name, memory, cpus, c.memory, c.cpus)
		}
	}
}
