package accept

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// C5: whatever of Gantry is killed, containers keep running, and who comes next picks them up.
func TestC5(t *testing.T) {
	t.Run("one process", func(t *testing.T) {
		in := newInstance(t, "127.0.0.1:16451")
		if err := in.up(); err != nil {
			t.Fatal(err)
		}
		if err := in.images(); err != nil {
			t.Fatal(err)
		}
		w := worldIn(t, in)
		again := func() {
			if err := in.up(); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			name    string
			kill    func(*world)
			restart func()
		}{
			{"the daemon is killed", func(w *world) { w.kill(w.daemon(), syscall.SIGKILL) }, again},
			{"the daemon is asked to go", func(w *world) { w.kill(w.daemon(), syscall.SIGTERM) }, again},
			{"supervisors are killed", func(w *world) { w.kill(w.supervisors(), syscall.SIGKILL) }, func() {}},
			{"all of Gantry is killed", func(w *world) { w.kill(append(w.daemon(), w.supervisors()...), syscall.SIGKILL) }, again},
		} {
			t.Run(c.name, func(t *testing.T) { w.sub(t).survives(c.kill, c.restart) })
		}
	})
	t.Run("server and agent", func(t *testing.T) {
		in := newInstance(t, "127.0.0.1:16452")
		// They end with this test, not with the one that starts them again.
		startServer := func() *process { return in.start(t, "server", "--listen", in.listen) }
		startAgent := func() *process { return in.start(t, "agent") }
		server, agent := startServer(), startAgent()
		if err := in.images(); err != nil {
			t.Fatal(err)
		}
		w := worldIn(t, in)
		t.Run("the agent is killed", func(t *testing.T) {
			w.sub(t).survives(func(*world) { agent.kill(t) }, func() { agent = startAgent() })
		})
		t.Run("the server is killed", func(t *testing.T) {
			w.sub(t).survives(func(*world) { server.kill(t) }, func() { server = startServer() })
		})
	})
}

// survives runs pods, has something killed, and proves that they did not notice and are looked after again.
func (w *world) survives(kill func(*world), restart func()) {
	dir := w.TempDir()
	mark := "mark-" + strconv.FormatInt(time.Now().UnixNano(), 36)
	volume := "volumes: [{name: v, hostPath: {path: " + dir + "}}]"
	leave := ": " + mark + "; until [ -e /v/go-%[1]d ]; do /bin/busybox sleep 0.1; done; exit %[1]d"
	w.apply(pod("ticker", busybox, ": "+mark+"; i=0; while :; do i=$((i+1)); echo $i; /bin/busybox sleep 0.05; done", "", "") +
		pod("early", busybox, fmt.Sprintf(leave, 7), shareV, volume) +
		pod("late", busybox, fmt.Sprintf(leave, 9), shareV, volume) +
		pod("again", busybox, fmt.Sprintf(leave, 11), shareV, "restartPolicy: OnFailure, "+volume))
	w.ready("condition=Ready", "pod/ticker", "pod/early", "pod/late", "pod/again")
	w.Cleanup(func() { w.k("delete", "pod", "--all", "--timeout=60s") })
	const ids = ".items[*].status.containerStatuses[0].containerID"
	before := w.field("pods", ids)
	var running map[int]string
	// A shell that forks looks like two until its child has become another program.
	w.eventually("each container is one process", func() error {
		if running = w.marked(mark); len(running) != 4 {
			return fmt.Errorf("there are %d for 4 containers", len(running))
		}
		return nil
	})

	kill(w)
	for pid := range running {
		if err := syscall.Kill(pid, 0); err != nil {
			w.Fatalf("container process %d went with it: %v", pid, err)
		}
	}
	// One ends while nobody looks.
	write(w.T, filepath.Join(dir, "go-7"), "")
	w.eventually("a container ends by itself", func() error {
		if n := len(w.marked(mark)); n >= len(running) {
			return fmt.Errorf("%d processes", n)
		}
		return nil
	})
	restart()

	const code = ".status.containerStatuses[0].state.terminated.exitCode"
	w.eventually("the end that nobody saw is seen", func() error { return want(w.field("pod/early", code), "7") })
	if after := w.field("pods", ids); after != before {
		w.Errorf("containers were %s, they are %s", before, after)
	}
	w.eventually("a command runs in a container that was picked up", func() error {
		out, err := w.inPod("ticker", "echo still $((40+2))")
		return errors.Join(err, want(out, "still 42"))
	})
	w.continuous("ticker")
	write(w.T, filepath.Join(dir, "go-9"), "")
	w.eventually("an end after the pick-up is seen", func() error { return want(w.field("pod/late", code), "9") })
	write(w.T, filepath.Join(dir, "go-11"), "")
	w.eventually("a container that was picked up is started again", func() error {
		return want(w.field("pod/again", ".status.containerStatuses[0].lastState.terminated.exitCode"), "11")
	})
	if n := w.field("pod/ticker", ".status.containerStatuses[0].restartCount"); n != "0" {
		w.Errorf("ticker was restarted %s times", n)
	}
}

// continuous wants the lines of a log to be 1, 2, 3 and so on, and to grow.
func (w *world) continuous(name string) {
	w.Helper()
	lines := func() []string {
		var out string
		w.eventually("logs of "+name, func() (err error) {
			out, err = w.try("logs", name)
			return err
		})
		return strings.Fields(out)
	}
	before := lines()
	w.eventually("the log grows", func() error {
		if n := len(lines()); n <= len(before) {
			return fmt.Errorf("%d lines", n)
		}
		return nil
	})
	for i, line := range lines() {
		if line != strconv.Itoa(i+1) {
			w.Fatalf("line %d of the log is %q", i+1, line)
		}
	}
}

// marked are the processes of containers that run a script with a mark.
func (w *world) marked(mark string) map[int]string {
	w.Helper()
	p, err := processes("/bin/busybox sh -c : " + mark)
	if err != nil {
		w.Fatal(err)
	}
	return p
}

// daemon is the process of `gantry up`.
func (w *world) daemon() []int {
	w.Helper()
	b, err := os.ReadFile(filepath.Join(w.dir, "gantry.pid"))
	if err != nil {
		w.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		w.Fatal(err)
	}
	return []int{pid}
}

// supervisors are the processes that are parents of containers of the instance.
func (w *world) supervisors() []int {
	w.Helper()
	id, err := w.id()
	if err != nil {
		w.Fatal(err)
	}
	found, err := processes("gantry-supervisor", "/run/gantry-"+id+"/sup/")
	if err != nil || len(found) == 0 {
		w.Fatalf("no supervisors: %v", err)
	}
	var pids []int
	for pid := range found {
		pids = append(pids, pid)
	}
	return pids
}

// kill ends processes and returns when they are gone.
func (w *world) kill(pids []int, s syscall.Signal) {
	w.Helper()
	for _, pid := range pids {
		if err := syscall.Kill(pid, s); err != nil {
			w.Fatalf("signal %d: %v", pid, err)
		}
	}
	for _, pid := range pids {
		w.eventually(fmt.Sprintf("process %d ends", pid), func() error {
			b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
			if err != nil || strings.Contains(string(b), ") Z ") {
				return nil
			}
			return errStill
		})
	}
}

// newInstance is an instance of the test's own, which ends with it.
func newInstance(t *testing.T, listen string) *instance {
	t.Helper()
	in := &instance{dir: t.TempDir(), listen: listen}
	t.Cleanup(func() {
		if err := in.down(); err != nil {
			t.Error(err)
		}
	})
	return in
}

// process is a verb of gantry that stays in the foreground.
type process struct{ *exec.Cmd }

// start runs a verb of gantry and returns when it says that it is ready.
func (i *instance) start(t *testing.T, verb string, args ...string) *process {
	t.Helper()
	log, err := os.OpenFile(filepath.Join(i.dir, "gantry.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	c := exec.Command(binary(), append([]string{verb, "--data-dir", i.dir}, args...)...)
	c.Stderr = log
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{c}
	t.Cleanup(func() { p.kill(t) })
	said := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(out).ReadString('\n')
		said <- line
		_, _ = io.Copy(io.Discard, out)
	}()
	select {
	case line := <-said:
		if !strings.HasPrefix(line, "ready") {
			t.Fatalf("gantry %s said %q", verb, line)
		}
	case <-time.After(patience):
		t.Fatalf("gantry %s is not ready", verb)
	}
	return p
}

// kill ends the process at once. Twice is once.
func (p *process) kill(t *testing.T) {
	t.Helper()
	if p.ProcessState != nil {
		return
	}
	if err := p.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = p.Wait() // it was killed
}
