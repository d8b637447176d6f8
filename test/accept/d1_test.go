package accept

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// D1: bad days end in one clear line that says what to do, and nothing acknowledged is lost.
func TestD1(t *testing.T) {
	t.Run("bad flags", badFlags)
	t.Run("a port in use", portInUse)
	t.Run("no root", noRoot)
	t.Run("a full disk", fullDisk)
	t.Run("a disk that is full from the start", fullFromTheStart)
	t.Run("a second instance on the same directory", secondInstance)
	t.Run("a damaged data directory", damagedDirectory)
	t.Run("a damaged image store", damagedImages)
	t.Run("an unreadable manifest", badManifests)
	t.Run("a missing kernel feature", withoutCgroups)
}

// command is gantry with arguments, as complains runs it.
func command(ctx context.Context, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, binary(), args...)
	c.Env = append(os.Environ(), "KUBECTL_KUBERC=false")
	return c
}

// complains wants a command to end with a code and one line on standard error that has the words.
func complains(t *testing.T, c *exec.Cmd, code int, words ...string) {
	t.Helper()
	what := strings.Join(c.Args[1:], " ")
	var said bytes.Buffer
	c.Stderr = &said
	err := c.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != code {
		t.Errorf("gantry %s ended with %v, want exit code %d; it said: %s", what, err, code, said.String())
		return
	}
	if err := errorsOr(oneClearLine(said.String()), want(said.String(), words...)); err != nil {
		t.Errorf("gantry %s: %v", what, err)
	}
}

// oneClearLine is an error unless text is one line, and no stack.
func oneClearLine(text string) error {
	for _, w := range []string{"panic", "goroutine ", ".go:"} {
		if strings.Contains(text, w) {
			return fmt.Errorf("%q is in: %s", w, text)
		}
	}
	if n := strings.Count(strings.TrimSpace(text), "\n") + 1; n != 1 || strings.TrimSpace(text) == "" {
		return fmt.Errorf("%d lines: %s", n, text)
	}
	return nil
}

func badFlags(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		args  []string
		code  int
		words []string
	}{
		{[]string{"up", "--nonsense"}, 2, []string{"--nonsense", "gantry up --help"}},
		{[]string{"nonsense"}, 2, []string{`"nonsense"`, "gantry --help"}},
		{[]string{"up", "extra"}, 2, []string{`"extra"`, "--help"}},
		{[]string{"image", "import"}, 2, []string{"import", "--help"}},
		{[]string{"image", "build", "x", "--file", "nocolon"}, 2, []string{"--file", "SRC:DST"}},
		{[]string{"image", "build", "x", "--file", "/does/not/exist:/x"}, 1, []string{"/does/not/exist"}},
		{[]string{"bench", "start", "--step", "-3s"}, 2, []string{"--step"}},
		{[]string{"bench", "api", "--kubeconfig", "/does/not/exist"}, 1, []string{"/does/not/exist"}},
		{[]string{"explain", "web", "--data-dir", dir}, 2, []string{"KIND/NAME"}},
		{[]string{"server", "--data-dir", dir, "--listen", "nonsense"}, 1, []string{"--listen", "ADDR:PORT"}},
		{[]string{"up", "--data-dir", dir, "--listen", "127.0.0.1:99999"}, 1, []string{"--listen", "ADDR:PORT"}},
		{[]string{"kubeconfig", "--data-dir", dir + "/none"}, 1, []string{"gantry up"}},
		{[]string{"kubectl", "--data-dir", dir + "/none", "get", "pods"}, 1, []string{"gantry up", "--data-dir"}},
		{[]string{"agent", "--data-dir", dir + "/none"}, 1, []string{"gantry server"}},
		{[]string{"server", "--data-dir", "/proc/none", "--listen", "127.0.0.1:17460"}, 1, []string{"/proc/none"}},
	} {
		complains(t, command(t.Context(), c.args...), c.code, c.words...)
	}
}

func portInUse(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, verb := range []string{"server", "up"} {
		in := newInstance(t, l.Addr().String())
		complains(t, command(t.Context(), verb, "--data-dir", in.dir, "--listen", in.listen), 1, "in use", "--listen")
		if _, err := in.id(); err == nil {
			if err := in.gone(); err != nil {
				t.Error(err)
			}
		}
	}
}

// nobody is the user and the group that own nothing.
const nobody = 65534

func noRoot(t *testing.T) {
	// Where nobody may read: the checkout may lie in root's home.
	dir, err := os.MkdirTemp("", "gantry-nobody-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := errors.Join(os.Chmod(dir, 0o755), os.Mkdir(filepath.Join(dir, "own"), 0o700), os.Chown(filepath.Join(dir, "own"), nobody, nobody)); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "gantry")
	if err := copyFile(program, binary()); err != nil {
		t.Fatal(err)
	}
	as := func(args ...string) *exec.Cmd {
		c := exec.CommandContext(t.Context(), program, args...)
		c.Dir = dir
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}, Pdeathsig: unix.SIGKILL}
		return c
	}
	complains(t, as("up", "--data-dir", dir+"/own/data"), 1, "root", "sudo gantry up")
	complains(t, as("agent", "--data-dir", dir+"/own/data"), 1, "root")
	complains(t, as("server", "--data-dir", dir+"/foreign", "--listen", "127.0.0.1:17461"), 1, "permission", dir+"/foreign")
	complains(t, as("doctor", "--data-dir", dir+"/own/data", "--listen", "127.0.0.1:17461"), 1, "missing")
	t.Run("a control plane runs without", func(t *testing.T) {
		c := as("server", "--data-dir", dir+"/own/data", "--listen", "127.0.0.1:17461")
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		line := make([]byte, 5)
		_, err = io.ReadFull(out, line)
		if err != nil || string(line) != "ready" {
			t.Errorf("it said %q: %v", line, err)
		}
		_ = c.Process.Kill()
		_ = c.Wait()
	})
}

func copyFile(dst, src string) error {
	in, err := os.Open(src)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(dst, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

func secondInstance(t *testing.T) {
	in := &instance{dir: t.TempDir(), listen: "127.0.0.1:17462"}
	in.start(t, "server", "--listen", in.listen)
	complains(t, command(t.Context(), "server", "--data-dir", in.dir, "--listen", "127.0.0.1:17463"), 1, in.dir, "gantry down")
	out, err := in.gantry("up", "--listen", "127.0.0.1:17463")
	if err := errorsOr(err, want(out, "already running")); err != nil {
		t.Error(err)
	}
	if out, err := in.tryKubectl("", "get", "namespaces"); err != nil {
		t.Error("the first one suffers:", out, err)
	}
}

func badManifests(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name, manifest string
		words          []string
	}{
		{"no YAML", "kind: [", []string{"yaml"}},
		{"no kind", "apiVersion: v1\nmetadata: {name: x}\n", []string{"kind"}},
		{"unknown kind", "apiVersion: example.com/v1\nkind: Rocket\nmetadata: {name: x}\n", []string{`no matches for kind "Rocket"`}},
		{"unknown field", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndatum: {}\n", []string{`unknown field "datum"`}},
		{"wrong type", "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: 7}\n", []string{"containers"}},
		{"invalid", "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: UPPER, image: i}]}\n", []string{"spec.containers[0].name", "invalid", "lower case"}},
	} {
		path := filepath.Join(t.TempDir(), "manifest.yaml")
		write(t, path, c.manifest)
		t.Run(c.name, func(t *testing.T) {
			out, err := w.tryKubectl("", "-n", w.ns, "apply", "-f", path)
			if err == nil {
				t.Fatalf("it was taken: %s", out)
			}
			if err := want(strings.ToLower(err.Error()), lower(c.words)...); err != nil {
				t.Error(err)
			}
			if strings.Contains(err.Error(), "panic") || strings.Contains(err.Error(), "goroutine ") {
				t.Error(err)
			}
		})
	}
	w.refused([]string{"does not exist"}, "apply", "-f", filepath.Join(t.TempDir(), "none.yaml"))
	w.refused([]string{"the server doesn't have a resource type", "rockets"}, "get", "rockets")
}

func lower(words []string) (out []string) {
	for _, w := range words {
		out = append(out, strings.ToLower(w))
	}
	return out
}

// withoutCgroups covers the cgroup file systems, in a mount namespace of its own.
func withoutCgroups(t *testing.T) {
	b := newBox(t)
	dir := filepath.Join(t.TempDir(), "data")
	b.must("mount", "-t", "tmpfs", "nothing", "/sys/fs/cgroup")
	for _, c := range []struct {
		args  []string
		words []string
	}{
		{[]string{"up", "--data-dir", dir, "--listen", "127.0.0.1:17464"}, []string{"cgroup"}},
		{[]string{"doctor", "--data-dir", dir, "--listen", "127.0.0.1:17464"}, []string{"missing"}},
	} {
		args := append([]string{"-t", fmt.Sprint(b.holder.Process.Pid), "-n", "-m", binary()}, c.args...)
		complains(t, exec.CommandContext(t.Context(), "nsenter", args...), 1, c.words...)
	}
	out, err := b.run(binary(), "doctor", "--data-dir", dir)
	if err == nil || want(out, "missing  cgroups", "mount -t cgroup2") != nil {
		t.Errorf("doctor says: %s %v", out, err)
	}
	b.must("umount", "/sys/fs/cgroup")
	b.must(binary(), "down", "--purge", "--data-dir", dir)
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the directory is still there:", err)
	}
}
