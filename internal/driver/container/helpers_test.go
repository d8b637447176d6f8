package container

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// supervisorBinary builds the supervisor once for all tests of a run; the go command's cache makes the next one short.
// GANTRY_SUPERVISOR names one that is built already.
var supervisorBinary = sync.OnceValues(func() (string, error) {
	if path := os.Getenv("GANTRY_SUPERVISOR"); path != "" {
		return path, nil
	}
	dir, err := os.MkdirTemp("", "gantry-supervisor-test-")
	if err != nil {
		return "", err
	}
	out := filepath.Join(dir, "gantry-supervisor")
	cmd := exec.Command("../../../cmd/gantry-supervisor/build.sh", out)
	if msg, err := cmd.CombinedOutput(); err != nil {
		return "", &buildError{err, string(msg)}
	}
	return out, nil
})

type buildError struct {
	err error
	out string
}

func (e *buildError) Error() string { return e.err.Error() + "\n" + e.out }

func TestMain(m *testing.M) {
	code := m.Run()
	if os.Getenv("GANTRY_SUPERVISOR") == "" && os.Geteuid() == 0 {
		if path, err := supervisorBinary(); err == nil {
			os.RemoveAll(filepath.Dir(path))
		}
	}
	if dir, err := busyboxLayer(); err == nil && os.Getenv(layerEnv) == "" {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// patience is how long a test waits for what must happen.
const patience = time.Minute

func testContext(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

// testOptions are those of an instance of the test's own, which is wiped when the test ends.
func testOptions(t testing.TB) Options {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("containers need root")
	}
	bin, err := supervisorBinary()
	if err != nil {
		t.Fatalf("build supervisor: %v", err)
	}
	raw := make([]byte, 4)
	rand.Read(raw)
	o := Options{
		Instance: "test-" + hex.EncodeToString(raw), Binary: bin, DataDir: t.TempDir(),
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	o.RunDir = filepath.Join(os.TempDir(), "gantry-"+o.Instance)
	t.Cleanup(func() {
		if t.Failed() || os.Getenv("GANTRY_SHOW") != "" {
			logs, _ := filepath.Glob(filepath.Join(o.RunDir, "sup", "*", "log"))
			for _, l := range logs {
				body, _ := os.ReadFile(l)
				t.Logf("%s:\n%s", l, body)
			}
		}
		if err := Cleanup(o); err != nil {
			t.Errorf("cleanup: %v", err)
		}
	})
	return o
}

func openNative(t testing.TB, o Options) *Native {
	t.Helper()
	n, err := Open(testContext(t), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Close)
	return n
}

// layerEnv hands the layer on to a test program that this one starts.
const layerEnv = "GANTRY_TEST_LAYER"

// busyboxLayer is a root file system with nothing but busybox, made once.
var busyboxLayer = sync.OnceValues(func() (string, error) {
	if dir := os.Getenv(layerEnv); dir != "" {
		return dir, nil
	}
	bin, err := exec.LookPath("busybox")
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "gantry-busybox-")
	if err != nil {
		return "", err
	}
	for _, d := range []string{"bin", "etc", "tmp", "proc", "sys", "dev"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o755); err != nil {
			return "", err
		}
	}
	body, err := os.ReadFile(bin)
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "bin", "busybox"), body, 0o755); err != nil {
		return "", err
	}
	list, err := exec.Command(bin, "--list").Output()
	if err != nil {
		return "", err
	}
	for _, name := range strings.Fields(string(list)) {
		if name != "busybox" {
			if err := os.Symlink("busybox", filepath.Join(dir, "bin", name)); err != nil {
				return "", err
			}
		}
	}
	return dir, os.WriteFile(filepath.Join(dir, "etc", "passwd"), []byte("root:x:0:0::/root:/bin/sh\nweb:x:1000:1001::/home/web:/bin/sh\n"), 0o644)
})

func layer(t testing.TB) string {
	t.Helper()
	dir, err := busyboxLayer()
	if err != nil {
		t.Skipf("needs busybox-static: %v", err)
	}
	return dir
}

// script is a container that runs a shell script.
func script(t testing.TB, o Options, id, text string) Spec {
	return Spec{
		ID: id, Sandbox: "pod", Args: []string{"/bin/sh", "-c", text}, Env: []string{"PATH=/bin"},
		Layers: []string{layer(t)}, Capabilities: DefaultCapabilities(), Seccomp: SeccompRuntimeDefault, NoNewPrivileges: true,
		MaskedPaths: DefaultMaskedPaths(), ReadonlyPaths: DefaultReadonlyPaths(),
		LogPath: filepath.Join(o.DataDir, "logs", id+".log"),
	}
}

func mustSandbox(t testing.TB, n Runtime, c SandboxConfig) {
	t.Helper()
	if err := n.CreateSandbox(testContext(t), c); err != nil {
		t.Fatal(err)
	}
}

func mustStart(t testing.TB, n Runtime, s Spec) {
	t.Helper()
	if err := n.Start(testContext(t), s); err != nil {
		t.Fatal(err)
	}
}

func mustWait(t testing.TB, n Runtime, id string) Status {
	t.Helper()
	st, err := n.Wait(testContext(t), id)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// logText is the text of a log without the columns of CRI.
func logText(t testing.TB, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for line := range strings.Lines(string(raw)) {
		parts := strings.SplitN(line, " ", 4)
		if len(parts) != 4 {
			t.Fatalf("not a CRI log line: %q", line)
		}
		out.WriteString(parts[1] + ": " + parts[3])
	}
	return out.String()
}

func touch(t testing.TB, path string) {
	t.Helper()
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
}

// awaitFile waits until a container has made a file.
func awaitFile(t testing.TB, path string) {
	t.Helper()
	await(t, path, func() bool {
		_, err := os.Stat(path)
		return err == nil
	})
}

// await asks again and again until it is so.
func await(t testing.TB, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	ctx := testContext(t)
	for !ok() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
