package container_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container"
	"gantry.dev/gantry/internal/driver/container/cri"
	"gantry.dev/gantry/internal/testimage"
)

// foreign is a containerd of a test's own, as a runtime of an instance, and the name of an image that it can pull.
type foreign struct {
	o     container.Options
	image string
}

// containerd starts one in a mount namespace of its own, which sees the mounts that are made outside, and lets none of its own out.
func containerd(t testing.TB) *foreign {
	t.Helper()
	o := container.TestOptions(t)
	for _, program := range []string{"containerd", "containerd-shim-runc-v2", "runc"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("needs containerd and runc: %v", err)
		}
	}
	reg := testimage.NewRegistry(t)
	busybox := testimage.Busybox(t)
	cfg, err := busybox.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	cfg.Config = v1.Config{Entrypoint: []string{"/bin/sleep", "1000000"}}
	pause, err := mutate.ConfigFile(busybox, cfg)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "gantry-cri-") // short: sockets are below
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	config := fmt.Sprintf(`version = 2
root = "%[1]s/root"
state = "%[1]s/state"
[grpc]
  address = "%[1]s/sock"
[plugins."io.containerd.internal.v1.opt"]
  path = "%[1]s/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "%[2]s"
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "%[1]s/gantry/bin"
    conf_dir = "%[1]s/gantry/net.d"
`, dir, reg.Push(t, "pause:1", pause))
	if err := os.WriteFile(filepath.Join(dir, "config.toml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	c := exec.Command("unshare", "--mount", "--propagation", "slave", "containerd", "--config", filepath.Join(dir, "config.toml"))
	c.Stdout, c.Stderr = log, log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill() // its end is all that matters
		_ = c.Wait()
		if t.Failed() {
			body, _ := os.ReadFile(log.Name())
			t.Logf("containerd:\n%s", body[max(0, len(body)-6000):])
		}
	})
	co := cri.Options{Name: "containerd", Endpoint: "unix://" + filepath.Join(dir, "sock"), Instance: o.Instance, Dir: filepath.Join(dir, "gantry")}
	f := &foreign{o: o, image: reg.Push(t, "busybox:1", busybox)}
	f.o.Handlers = []container.Handler{{Name: "containerd", CRI: &container.CRIHandler{Endpoint: co.Endpoint}}}
	container.Await(t, "containerd to answer", func() bool {
		r, err := cri.Open(container.TestContext(t), co)
		if err == nil {
			f.o.Foreign = map[string]container.Foreign{"containerd": r}
		}
		return err == nil
	})
	t.Cleanup(func() {
		if err := cri.Cleanup(context.Background(), co.Dir, o.Instance); err != nil {
			t.Error(err)
		}
	})
	return f
}

func (f *foreign) script(t testing.TB, id, text string) container.Spec {
	s := container.Script(t, f.o, id, text)
	s.Image = f.image
	return s
}

// The seam's contract, with a real containerd behind it.
func TestContainerdSuite(t *testing.T) {
	f := containerd(t)
	n := container.OpenNative(t, f.o)
	container.Suite(t, n, "containerd", func(id string) container.Spec { return f.script(t, id, "exec sleep 1000") })
}

// What a container of containerd has is what the node has made: its network, its volumes, its limits.
func TestContainerd(t *testing.T) {
	f := containerd(t)
	n := container.OpenNative(t, f.o)
	ctx := container.TestContext(t)
	if err := n.CreateNetNS(ctx, "pod"); err != nil {
		t.Fatal(err)
	}
	container.MustSandbox(t, n, container.SandboxConfig{ID: "pod", NetNS: "pod", Hostname: "web-0", Handler: "containerd", Resources: container.Resources{MemoryBytes: 256 << 20}})
	vol := t.TempDir()
	if err := os.WriteFile(filepath.Join(vol, "file"), []byte("volume"), 0o644); err != nil {
		t.Fatal(err)
	}
	s := f.script(t, "one", "echo $(hostname) $(id -u):$(id -g) $(cat /v/file); readlink /proc/self/ns/net; echo no >&2; exit 7")
	s.UID, s.GID = 1000, 1001
	s.Mounts = []container.Mount{{Source: vol, Destination: "/v", ReadOnly: true}}
	container.MustStart(t, n, s)
	if st := container.MustWait(t, n, "one"); st.ExitCode != 7 || st.Unknown {
		t.Errorf("status %+v", st)
	}
	ns, err := n.OpenNetNS(ctx, "pod")
	if err != nil {
		t.Fatal(err)
	}
	defer ns.Close()
	var info unix.Stat_t
	if err := unix.Fstat(int(ns.Fd()), &info); err != nil {
		t.Fatal(err)
	}
	text := container.LogText(t, s.LogPath)
	for _, want := range []string{"stdout: web-0 1000:1001 volume\n", fmt.Sprintf("stdout: net:[%d]\n", info.Ino), "stderr: no\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in log %q", want, text)
		}
	}

	long := f.script(t, "long", "trap 'exit 3' TERM; echo ready; while :; do sleep 0.05; done")
	container.MustStart(t, n, long)
	if st, err := n.Stats(ctx, "long"); err != nil || st.PIDs == 0 {
		t.Errorf("stats %+v, %v", st, err)
	}
	if st, err := n.SandboxStats(ctx, "pod"); err != nil || st.MemoryLimit != 256<<20 {
		t.Errorf("stats of the sandbox %+v, %v", st, err)
	}
	p, err := n.Exec(ctx, "long", container.ExecSpec{Args: []string{"sh", "-c", "until stty size | grep 25.80; do sleep 0.05; done"}, TTY: true, Stdin: true, Stdout: true, Width: 80, Height: 25})
	if err != nil {
		t.Fatal(err)
	}
	out, _ := io.ReadAll(p.Stdout())
	if exit, err := p.Wait(ctx); err != nil || exit.Code != 0 || !strings.Contains(string(out), "25 80") {
		t.Errorf("exec with a terminal: %q, %+v, %v", out, exit, err)
	}
	p.Close()
	// What its interface has no words for is refused, and not forgotten.
	odd := f.script(t, "odd", "true")
	odd.Rlimits = []container.Rlimit{{Type: "NOFILE", Soft: 1, Hard: 1}}
	if err := n.Start(ctx, odd); err == nil || !strings.Contains(err.Error(), `runtime "containerd": rlimits of one container: not supported`) {
		t.Errorf("rlimits: %v", err)
	}
	// The agent goes and comes back.
	n.Close()
	r, err := cri.Open(ctx, cri.Options{Name: "containerd", Endpoint: f.o.Handlers[0].CRI.Endpoint, Instance: f.o.Instance, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	f.o.Foreign = map[string]container.Foreign{"containerd": r}
	n = container.OpenNative(t, f.o)
	if st, err := n.Status(ctx, "long"); err != nil || st.State != container.Running {
		t.Errorf("after the agent's return: %+v, %v", st, err)
	}
	if err := n.Signal(ctx, "long", 15); err != nil {
		t.Fatal(err)
	}
	if st := container.MustWait(t, n, "long"); st.ExitCode != 3 {
		t.Errorf("after SIGTERM: %+v", st)
	}
	if err := n.RemoveSandbox(ctx, "pod"); err != nil {
		t.Fatal(err)
	}
}

// BenchmarkContainerd is BenchmarkStart with containerd; around its Pods are its shims.
func BenchmarkContainerd(b *testing.B) {
	f := containerd(b)
	n := container.OpenNative(b, f.o)
	at := strings.TrimPrefix(f.o.Handlers[0].CRI.Endpoint, "unix://")
	container.BenchStart(b, n, "containerd", func(id string) container.Spec { return f.script(b, id, "exec sleep 100000") }, func() (sum uint64) {
		shims, err := filepath.Glob("/proc/[0-9]*/cmdline")
		if err != nil {
			b.Fatal(err)
		}
		for _, path := range shims {
			line, _ := os.ReadFile(path) // it may have ended
			pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			if err == nil && strings.Contains(string(line), "containerd-shim") && strings.Contains(string(line), at) {
				sum += container.Memory(pid)
			}
		}
		return sum
	})
}
