package accept

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// streams tries what kubectl does over upgraded connections, in both protocols.
func streams(t *testing.T, w *world) {
	for protocol, on := range map[string]string{"WebSocket": "true", "SPDY": "false"} {
		t.Run(protocol, func(t *testing.T) {
			t.Setenv("KUBECTL_REMOTE_COMMAND_WEBSOCKETS", on)
			t.Setenv("KUBECTL_PORT_FORWARD_WEBSOCKETS", on)
			for name, test := range map[string]func(*world){"exec": streamExec, "attach": streamAttach, "cp": streamCopy, "port-forward": streamForward} {
				t.Run(name, func(t *testing.T) { test(w.sub(t)) })
			}
		})
	}
}

func streamExec(w *world) {
	out, err := w.tryKubectl("from stdin", "-n", w.ns, "exec", "-i", "client", "--", "/bin/busybox", "sh", "-c", "cat; echo; echo an error >&2; exit 5")
	if err == nil {
		w.Error("the exit code did not arrive")
	} else if err := errors.Join(want(out, "from stdin"), want(err.Error(), "an error", "exit status 5")); err != nil {
		w.Error(err)
	}
	const much = 4 << 20
	big, err := w.try("exec", "client", "--", "/bin/busybox", "sh", "-c", "/bin/busybox dd if=/dev/zero bs=1048576 count=4 2>/dev/null | /bin/busybox tr '\\0' x")
	if err != nil || len(big) != much {
		w.Errorf("of %d bytes, %d arrived: %v", much, len(big), err)
	}
	w.refused([]string{"/bin/nothing"}, "exec", "client", "--", "/bin/nothing")
	w.refused([]string{"not found"}, "exec", "nobody", "--", "/bin/sh")
}

func streamAttach(w *world) {
	w.apply(pod("listener", busybox, "echo hello; while read line; do echo heard $line; done", "stdin: true, stdinOnce: true", ""))
	w.ready("condition=Ready", "pod/listener")
	w.Cleanup(func() { w.k("delete", "pod", "listener", "--timeout=60s") })
	out, err := w.tryKubectl("one\ntwo\n", "-n", w.ns, "attach", "-i", "listener")
	if err := errors.Join(err, want(out, "heard one", "heard two")); err != nil {
		w.Error(err)
	}
	w.prints("listener", "hello\nheard one\nheard two")

	// What keeps its input, and what has a terminal, hears more from others later: its client leaves when it has said all.
	for name, fields := range map[string]string{"open": "stdin: true", "terminal": "stdin: true, stdinOnce: true, tty: true"} {
		w.apply(pod(name, busybox, "while read line; do echo heard $line; done", fields, ""))
		w.ready("condition=Ready", "pod/"+name)
		w.Cleanup(func() { w.k("delete", "pod", name, "--grace-period=0", "--force", "--timeout=60s") })
		for _, line := range []string{"one", "two"} {
			if out, err := w.tryKubectl(line+"\n", "-n", w.ns, "attach", "-i", name); err != nil {
				w.Errorf("%s: %v: %s", name, err, out)
			}
			w.eventually("a line in the log of "+name, func() error { return want(w.k("logs", name), "heard "+line) })
		}
		if phase := w.field("pod/"+name, ".status.phase"); phase != "Running" {
			w.Errorf("%s is %s", name, phase)
		}
	}
}

func streamCopy(w *world) {
	dir := w.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "tree", "below"), 0o700); err != nil {
		w.Fatal(err)
	}
	content := strings.Repeat("some content\n", 100_000)
	write(w.T, filepath.Join(dir, "tree", "below", "file"), content)
	w.k("cp", filepath.Join(dir, "tree"), "client:/copied")
	w.k("cp", "client:/copied", filepath.Join(dir, "back"))
	if got, err := os.ReadFile(filepath.Join(dir, "back", "below", "file")); err != nil || string(got) != content {
		w.Errorf("%d bytes came back of %d: %v", len(got), len(content), err)
	}
	if _, err := w.inPod("client", "/bin/busybox rm -r /copied"); err != nil {
		w.Error(err)
	}
}

func streamForward(w *world) {
	for _, target := range []string{"service/web", "deployment/web"} {
		port := ":8080"
		if target == "service/web" {
			port = ":80"
		}
		c := w.background("port-forward", target, port)
		line := c.says("Forwarding from 127.0.0.1:")
		at, _, _ := strings.Cut(strings.TrimPrefix(line, "Forwarding from "), " ")
		for range 3 {
			out, err := get(w.Context(), "http://"+at+"/")
			if err := errors.Join(err, want(out, "hello from web-")); err != nil {
				w.Errorf("%s: %v", target, err)
			}
		}
		c.stop()
	}
}

// background is a kubectl that runs beside the test.
type background struct {
	w     *world
	cmd   *exec.Cmd
	lines chan string
	heard []string
}

// words are the program and the arguments that run kubectl in the test's namespace.
func (w *world) words(args ...string) []string {
	cmd := w.kubectl
	if cmd == nil {
		cmd = []string{binary(), "kubectl", "--data-dir", w.dir}
	}
	return append(append(cmd[:len(cmd):len(cmd)], "-n", w.ns), args...)
}

func (w *world) background(args ...string) *background {
	w.Helper()
	words := w.words(args...)
	ctx, cancel := context.WithTimeout(w.Context(), patience)
	b := &background{w: w, cmd: exec.CommandContext(ctx, words[0], words[1:]...), lines: make(chan string)}
	b.cmd.Stderr = os.Stderr
	out, err := b.cmd.StdoutPipe()
	if err == nil {
		err = b.cmd.Start()
	}
	if err != nil {
		cancel()
		w.Fatal(err)
	}
	go func() {
		defer close(b.lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			select {
			case b.lines <- s.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	w.Cleanup(func() {
		cancel()
		_ = b.cmd.Wait() // ended by stop, or by the test's end
	})
	return b
}

// says waits for a line with a word and returns it.
func (b *background) says(word string) string {
	b.w.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		select {
		case line, ok := <-b.lines:
			if !ok {
				b.w.Fatalf("%v ended without %q, it said %q", b.cmd.Args, word, b.heard)
			}
			b.heard = append(b.heard, line)
			if strings.Contains(line, word) {
				return line
			}
		case <-late.C:
			b.w.Fatalf("%v does not say %q, it said %q", b.cmd.Args, word, b.heard)
		}
	}
}

// ends wants the program to end by itself, without failure.
func (b *background) ends() {
	b.w.Helper()
	for range b.lines {
		continue // what it still has to say
	}
	if err := b.cmd.Wait(); err != nil {
		b.w.Errorf("%v: %v", b.cmd.Args, err)
	}
}

// stop ends the program by a signal, and wants it to have gone by that.
func (b *background) stop() {
	b.w.Helper()
	if err := b.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		b.w.Errorf("%v: %v", b.cmd.Args, err)
	}
	for range b.lines {
		continue // what it still has to say
	}
	_ = b.cmd.Wait() // how it ended is what counts
	if how, ok := b.cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || how.Signal() == syscall.SIGKILL {
		b.w.Errorf("%v did not end by a signal: it had to be killed after %s", b.cmd.Args, patience)
	}
}

// file writes a file of the test and returns its path.
func (w *world) file(name, content string) string {
	w.Helper()
	path := filepath.Join(w.TempDir(), name)
	write(w.T, path, content)
	return path
}
