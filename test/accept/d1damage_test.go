package accept

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// damagedDirectory harms one file after the other of a directory in order: a start either works, with everything that
// was acknowledged, or ends with one line that says what to do.
func damagedDirectory(t *testing.T) {
	in := &instance{dir: t.TempDir(), listen: "127.0.0.1:17466"}
	p := in.start(t, "server", "--listen", in.listen)
	acknowledged := map[string]string{}
	for i := range 20 {
		name := fmt.Sprintf("kept-%02d", i)
		if _, err := in.client(t).CoreV1().ConfigMaps("default").Create(t.Context(), piece(name), metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		acknowledged[name] = sum(piece(name))
	}
	in.awaitMark(t)
	p.kill(t) // the log is full of what no table holds yet
	var files []string
	err := filepath.WalkDir(in.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && !slices.Contains([]string{"gantry.log", "gantry.pid"}, d.Name()) {
			rel, _ := filepath.Rel(in.dir, path)
			files = append(files, rel)
		}
		return err
	})
	if err != nil || len(files) < 5 {
		t.Fatalf("files: %v %v", files, err)
	}
	for _, f := range files {
		for how, harm := range map[string]func(b []byte) []byte{
			"cut in half": func(b []byte) []byte { return b[:len(b)/2] },
			"empty":       func([]byte) []byte { return nil },
			"garbage": func(b []byte) []byte {
				for i := range b {
					b[i] ^= 0x5a
				}
				return b
			},
			"one bit": func(b []byte) []byte {
				if len(b) > 0 {
					b[len(b)/2] ^= 1
				}
				return b
			},
		} {
			t.Run(f+" "+how, func(t *testing.T) { startsOrSaysWhy(t, in.dir, f, harm, acknowledged) })
		}
	}
}

// awaitMark waits until the store's mark covers the last write: what is damaged before it must be noticed.
func (i *instance) awaitMark(t *testing.T) {
	t.Helper()
	list, err := i.client(t).CoreV1().ConfigMaps("default").List(t.Context(), metav1.ListOptions{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	written, err := strconv.ParseUint(list.ResourceVersion, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	if err := await(func() error {
		b, err := os.ReadFile(filepath.Join(i.dir, "store", "GANTRY"))
		if err != nil {
			return err
		}
		words := strings.Fields(string(b))
		mark, err := strconv.ParseUint(words[len(words)-1], 10, 64)
		if err == nil && mark < written {
			err = fmt.Errorf("the mark is at %d of %d", mark, written)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// startLimit bounds a start that neither works nor fails.
const startLimit = 60 * time.Second

func startsOrSaysWhy(t *testing.T, original, file string, harm func([]byte) []byte, acknowledged map[string]string) {
	in := &instance{dir: filepath.Join(t.TempDir(), "data"), listen: "127.0.0.1:17467"}
	if err := os.CopyFS(in.dir, os.DirFS(original)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(in.dir, file)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, harm(b), 0o600); err != nil {
		t.Fatal(err)
	}
	c := command(t.Context(), "server", "--data-dir", in.dir, "--listen", in.listen)
	c.SysProcAttr = &unix.SysProcAttr{Pdeathsig: unix.SIGKILL}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	c.Stderr = &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	limit := time.AfterFunc(startLimit, func() { _ = c.Process.Kill() })
	defer limit.Stop()
	first := make([]byte, len("ready"))
	n, _ := out.Read(first)
	if string(first[:n]) == "ready" {
		in.holds(t, "after a start", acknowledged)
		_ = c.Process.Kill()
		_ = c.Wait()
		return
	}
	err = c.Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Fatalf("it ended with %v: %s", err, said.String())
	}
	if err := errorsOr(oneClearLine(said.String()), want(said.String(), in.dir)); err != nil {
		t.Error(err)
	}
}

// damagedImages harms one file after the other of an image store: listing works or says in one line why not.
func damagedImages(t *testing.T) {
	in := &instance{dir: t.TempDir()}
	if _, err := in.gantry("image", "build", "web:1", "--file", "/bin/busybox:/bin/busybox"); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(in.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		whole, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, harmed := range [][]byte{nil, whole[:len(whole)/2], []byte(strings.Repeat("?", len(whole)))} {
			if err := os.WriteFile(path, harmed, 0o600); err != nil {
				return err
			}
			c := command(t.Context(), "image", "list", "--data-dir", in.dir)
			var said strings.Builder
			c.Stderr = &said
			if c.Run() != nil || said.Len() > 0 {
				if err := errorsOr(oneClearLine(said.String()), want(said.String(), in.dir)); err != nil {
					t.Errorf("%s: %v", path, err)
				}
			}
		}
		return os.WriteFile(path, whole, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}
