package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"

	"github.com/opencontainers/runc/libcontainer"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// A program with a kernel of its own (gVisor's runsc) runs all containers of a Pod on one kernel, which is one process of the host
// and dies with the first container. The others are no processes of the host: they are created and started by commands, a "wait"
// of the program stands for each in our table, and tells how it ended in a file, so that a supervisor that comes later learns it too.

// Annotations by which containerd tells such programs what belongs together.
const (
	annotationType    = "io.kubernetes.cri.container-type"
	annotationSandbox = "io.kubernetes.cri.sandbox-id"
)

// kernelAnnotations are those of a container.
func kernelAnnotations(st *wire.Start) map[string]string {
	if st.OCI.Kernel == "" {
		return nil
	}
	kind := "sandbox"
	if st.Joined() {
		kind = "container"
	}
	return map[string]string{annotationType: kind, annotationSandbox: ociID(st.OCI.Kernel)}
}

// waitPath is where the program tells how a joined container ended.
func (s *server) waitPath(id string) string { return filepath.Join(s.dir, "c", id+".wait") }

// join makes a container on the kernel of another, and returns the process that waits for its end.
func (r *ociRun) join(st *wire.Start, p *libcontainer.Process, io *stdio) (pid int, err error) {
	id := st.Spec.ID
	create := []string{"create", "--bundle", r.dir}
	if st.Spec.TTY {
		console, err := r.console()
		if err != nil {
			return 0, err
		}
		create = append(create, console...)
	}
	if err := r.do(p, append(create, ociID(id))...); err != nil {
		return 0, err
	}
	if err := r.do(p, "start", ociID(id)); err != nil { // runsc takes the streams here
		return 0, err
	}
	if st.Spec.TTY {
		if io.console, err = r.connected(); err != nil {
			return 0, err
		}
	}
	out, err := os.OpenFile(r.s.waitPath(id), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	defer out.Close()
	wait := r.command(context.Background(), "/dev/stderr", "wait", ociID(id)) // it outlives the directory
	wait.Dir, wait.Stdout, wait.Stderr = "/", out, os.Stderr
	if err := wait.Start(); err != nil {
		return 0, err
	}
	pid = wait.Process.Pid
	return pid, wait.Process.Release() // our table waits for it
}

// joinedExit is how a joined container has ended. Without a word of the program the whole kernel was killed.
func (s *server) joinedExit(id string, seen wire.Exit) (out wire.Exit, oom bool) {
	out = wire.Exit{Code: 128 + int(unix.SIGKILL), Signal: int(unix.SIGKILL), Finished: seen.Finished}
	body, err := os.ReadFile(s.waitPath(id))
	var said struct {
		ExitStatus *int
		OOMKilled  bool // of a kernel that has limits for each container
	}
	if err == nil && json.Unmarshal(body, &said) == nil && said.ExitStatus != nil {
		out.Code, out.Signal = *said.ExitStatus, max(*said.ExitStatus-128, 0)
	}
	_ = os.Remove(s.waitPath(id)) // it is recorded now
	return out, said.OOMKilled
}

// signalOCI sends a signal to a joined container: to its first process, or to all.
func (s *server) signalOCI(id string, sig unix.Signal, flags ...string) error {
	rec, err := s.readRecord(id)
	if err != nil {
		return err
	}
	r, err := s.newOCIRun(rec.Start.OCI)
	if err != nil {
		return err
	}
	defer r.close()
	return r.doAlone(append(append([]string{"kill"}, flags...), ociID(id), strconv.Itoa(int(sig)))...)
}

// execed is a further process in a container.
type execed struct {
	pid    int // of the host
	inside int // where the container is joined: its number on that kernel, and pid waits for it
}

// endExec kills a further process whose client has gone.
func (s *server) endExec(id string, e execed, p *process) {
	if e.inside != 0 {
		if err := s.signalOCI(id, unix.SIGKILL, "--pid", strconv.Itoa(e.inside)); err != nil {
			s.log.Printf("container %s: end of an exec: %v", id, err)
		}
	}
	if err := p.signal(unix.SIGKILL); err != nil && !errors.Is(err, unix.ESRCH) {
		s.log.Printf("container %s: end of an exec: %v", id, err)
	}
}
