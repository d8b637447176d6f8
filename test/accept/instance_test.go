package accept

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience bounds the wait for anything that a test expects to happen. It is no assertion about speed.
const patience = 90 * time.Second

// instance is one Gantry with a data directory and a port of its own.
type instance struct {
	dir    string
	listen string
	// kubectl is the program that speaks to it, with leading arguments; nil is gantry's own.
	kubectl []string
}

// binary is the program under test; GANTRY_BIN names another one than that of `make build`.
func binary() string { return cmp.Or(os.Getenv("GANTRY_BIN"), filepath.Join(root, "bin", "gantry")) }

// run executes a command and returns what it printed; a failure carries all of it.
func run(ctx context.Context, stdin string, name string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, name, args...)
	c.WaitDelay = time.Second
	var out, all bytes.Buffer
	c.Stdout, c.Stderr = writers{&out, &all}, &all
	c.Env = append(os.Environ(), "HOME=/run/home", "KUBECTL_KUBERC=false")
	if stdin != "" {
		c.Stdin = strings.NewReader(stdin)
	}
	if err := c.Run(); err != nil {
		return out.String(), &failure{fmt.Sprintf("%s %s", filepath.Base(name), strings.Join(args, " ")), all.String(), err}
	}
	return out.String(), nil
}

// failure is a command that failed, with all that it said.
type failure struct {
	cmd, output string
	err         error
}

func (f *failure) Error() string { return fmt.Sprintf("%s: %v\n%s", f.cmd, f.err, f.output) }
func (f *failure) Unwrap() error { return f.err }

type writers []interface{ Write([]byte) (int, error) }

func (w writers) Write(p []byte) (int, error) {
	for _, x := range w {
		if n, err := x.Write(p); err != nil {
			return n, err
		}
	}
	return len(p), nil
}

// gantry runs a verb of gantry on the instance.
func (i *instance) gantry(args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return run(ctx, "", binary(), append(args, "--data-dir", i.dir)...)
}

func (i *instance) up() error {
	_, err := i.gantry("up", "--listen", i.listen)
	return err
}

func (i *instance) down() error {
	_, err := i.gantry("down", "--purge")
	return err
}

// tryKubectl runs kubectl.
func (i *instance) tryKubectl(stdin string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := i.kubectl
	if cmd == nil {
		cmd = []string{binary(), "kubectl", "--data-dir", i.dir}
	}
	return run(ctx, stdin, cmd[0], append(cmd[1:len(cmd):len(cmd)], args...)...)
}

// shared is the cluster that most tests use, each in a namespace of its own.
var shared sharedCluster

type sharedCluster struct {
	once sync.Once
	in   *instance
	err  error
}

func (s *sharedCluster) get() (*instance, error) {
	s.once.Do(func() {
		var dir string
		if dir, s.err = os.MkdirTemp("", "gantry-accept-"); s.err != nil {
			return
		}
		s.in = &instance{dir: dir, listen: "127.0.0.1:16443"}
		if s.err = s.in.up(); s.err != nil {
			return
		}
		s.err = s.in.images()
	})
	return s.in, s.err
}

func (s *sharedCluster) stop() error {
	if s.in == nil {
		return nil
	}
	return s.in.down()
}

// images gives the node what the tests run: busybox and the demo in two versions.
func (i *instance) images() error {
	for _, args := range i.imageBuilds() {
		if _, err := i.gantry(args...); err != nil {
			return err
		}
	}
	return nil
}

// imageBuilds are the command lines that make the images.
func (i *instance) imageBuilds() (out [][]string) {
	web, tool := filepath.Join(root, "bin", "demo-web"), filepath.Join(root, "bin", "podtool")
	for _, args := range [][]string{
		{"busybox:1", "--file", "/bin/busybox:/bin/busybox", "--file", "/bin/busybox:/bin/sh", "--file", "/bin/busybox:/bin/tar", "--file", "/bin/busybox:/bin/cat", "--file", tool + ":/bin/tool", "--cmd", "/bin/sh"},
		{"web:1", "--file", web + ":/web", "--file", "/bin/busybox:/bin/busybox", "--file", "/bin/busybox:/bin/sh", "--entrypoint", "/web", "--env", "VERSION=1"},
		{"web:2", "--file", web + ":/web", "--file", "/bin/busybox:/bin/busybox", "--file", "/bin/busybox:/bin/sh", "--entrypoint", "/web", "--env", "VERSION=2"},
	} {
		out = append(out, append([]string{"image", "build"}, args...))
	}
	return out
}

// world is a test's namespace in a cluster.
type world struct {
	*testing.T
	*instance
	ns string
}

// newWorld makes a namespace named after the test in the shared cluster.
func newWorld(t *testing.T) *world {
	t.Helper()
	in, err := shared.get()
	if err != nil {
		t.Fatalf("the shared cluster: %v", err)
	}
	return worldIn(t, in)
}

func worldIn(t *testing.T, in *instance) *world {
	t.Helper()
	w := &world{t, in, strings.ToLower(strings.NewReplacer("/", "-", "_", "-").Replace(t.Name()))}
	if _, err := in.tryKubectl("", "create", "namespace", w.ns); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			w.report()
		}
		if _, err := in.tryKubectl("", "delete", "namespace", w.ns, "--wait=false"); err != nil {
			t.Log(err)
		}
	})
	// Pods need the service account that a controller makes.
	w.eventually("the default service account", func() error {
		_, err := w.try("get", "serviceaccount", "default")
		return err
	})
	return w
}

// report shows what a failed test leaves.
func (w *world) report() {
	for _, args := range [][]string{{"get", "all,endpointslices", "-o", "wide"}, {"describe", "pods"}, {"get", "events", "--sort-by=.metadata.creationTimestamp"}} {
		out, err := w.try(args...)
		w.Logf("%v: %v\n%s", args, err, out)
	}
	if b, err := os.ReadFile(filepath.Join(w.dir, "gantry.log")); err == nil {
		w.Logf("log of the daemon, its end:\n%s", b[max(0, len(b)-4000):])
	}
}

// try runs kubectl in the test's namespace.
func (w *world) try(args ...string) (string, error) {
	return w.tryKubectl("", append([]string{"-n", w.ns}, args...)...)
}

// k runs kubectl in the test's namespace and fails the test if it fails.
func (w *world) k(args ...string) string {
	w.Helper()
	out, err := w.try(args...)
	if err != nil {
		w.Fatal(err)
	}
	return strings.TrimSpace(out)
}

// apply applies a manifest.
func (w *world) apply(manifest string) {
	w.Helper()
	if _, err := w.tryKubectl(manifest, "-n", w.ns, "apply", "-f", "-"); err != nil {
		w.Fatal(err)
	}
}

// refused runs kubectl, which must fail with all of the words.
func (w *world) refused(words []string, args ...string) {
	w.Helper()
	out, err := w.try(args...)
	if err == nil {
		w.Fatalf("kubectl %v was not refused, it said %q", args, out)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			w.Fatalf("kubectl %v was refused without the words %q: %v", args, word, err)
		}
	}
}

// eventually asks again until check is content.
func (w *world) eventually(what string, check func() error) {
	w.Helper()
	if err := await(check); err != nil {
		w.Fatalf("%s: %v", what, err)
	}
}

// await asks until check is content or patience has run out, and returns check's last word.
func await(check func() error) error {
	end := time.NewTimer(patience)
	defer end.Stop()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		err := check()
		if err == nil {
			return nil
		}
		select {
		case <-end.C:
			return err
		case <-tick.C:
		}
	}
}

// want is for checks: an error unless got has the words.
func want(got string, words ...string) error {
	for _, word := range words {
		if !strings.Contains(got, word) {
			return fmt.Errorf("%q is not in %q", word, got)
		}
	}
	return nil
}

// field reads one field by JSONPath; object may be several words ("pods -l app=web").
func (w *world) field(object, path string) string {
	w.Helper()
	return w.k(append(append([]string{"get"}, strings.Fields(object)...), "-o", "jsonpath={"+path+"}")...)
}

// ready waits until objects meet a condition of kubectl wait.
func (w *world) ready(condition string, objects ...string) {
	w.Helper()
	w.k(append([]string{"wait", "--timeout=60s", "--for=" + condition}, objects...)...)
}

// inPod runs a shell command in a pod.
func (w *world) inPod(pod, script string) (string, error) {
	out, err := w.try("exec", pod, "--", "/bin/busybox", "sh", "-c", script)
	return strings.TrimSpace(out), err
}

var errStill = errors.New("still there")
