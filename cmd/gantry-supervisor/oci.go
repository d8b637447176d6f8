package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/opencontainers/runc/libcontainer"
	"github.com/opencontainers/runc/libcontainer/configs"
	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// A container of an OCI runtime is made by its program, "run --detach", instead of by libcontainer. Everything else is as with
// ours: the program is started from the launching thread, so that root, volumes and namespaces are those of any other container;
// its output goes through FIFOs; and because this process is a subreaper, the container's first process becomes our child when
// the program has ended. So there is no shim, and exit codes, logs, events and crashes need nothing new.

// ociPatience bounds one run of a runtime's program: one that hangs must not keep others from starting.
const ociPatience = 2 * time.Minute

// ociRun is one run of a runtime's program: a directory for the files that it is given and leaves.
type ociRun struct {
	s   *server
	oci *wire.OCI
	dir string
	tty *net.UnixListener
}

func (s *server) newOCIRun(o *wire.OCI) (*ociRun, error) {
	dir, err := os.MkdirTemp(filepath.Join(s.dir, "lc"), "oci-")
	if err != nil {
		return nil, err
	}
	return &ociRun{s: s, oci: o, dir: dir}, nil
}

func (r *ociRun) close() {
	if r.tty != nil {
		r.tty.Close()
	}
	_ = os.RemoveAll(r.dir) // the run directory goes with the instance
}

// write puts a file for the program into the directory.
func (r *ociRun) write(name string, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %s: %w", name, err)
	}
	return os.WriteFile(filepath.Join(r.dir, name), body, 0o600)
}

// ociID is a container's name for the programs. They take the beginning of a name for the name: with a last character that no name of
// ours has, none is the beginning of another.
func ociID(id string) string { return id + "+" }

// ociRoot is where the programs of a handler keep what they know of their containers.
func (s *server) ociRoot(handler string) string { return filepath.Join(s.dir, "oci", handler) }

// log is where the program says why it failed.
func (r *ociRun) log() string { return filepath.Join(r.dir, "log") }

// command is one command of the program.
func (r *ociRun) command(ctx context.Context, log string, args ...string) *exec.Cmd {
	all := append(slices.Clone(r.oci.Args), "--root", r.s.ociRoot(r.oci.Handler), "--log", log, "--log-format", "json")
	cmd := exec.CommandContext(ctx, r.oci.Path, append(all, args...)...)
	// Not ours, which has settings for our own inits.
	cmd.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
	cmd.Dir = r.dir
	return cmd
}

// do runs one command of the program with the streams of p; nil gives none. The caller keeps others from reaping.
func (r *ociRun) do(p *libcontainer.Process, args ...string) error {
	return r.doBy(runMortal, p, args...)
}

// runMortal is Run for a process that must not go on making a container of which the next supervisor knows nothing.
func runMortal(cmd *exec.Cmd) error {
	runtime.LockOSThread() // the kernel takes the thread for the parent
	defer runtime.UnlockOSThread()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: unix.SIGKILL}
	return cmd.Run()
}

// doAlone runs a command that may wait for processes which only the reaper buries.
func (r *ociRun) doAlone(args ...string) error { return r.doBy(r.s.runTracked, nil, args...) }

// runTracked is Run for a process that the reaper may meet first.
func (s *server) runTracked(cmd *exec.Cmd) error {
	ended := make(chan wire.Exit, 1)
	if err := s.startTracked(cmd, ended); err != nil {
		return err
	}
	timer := time.NewTimer(ociPatience)
	defer timer.Stop()
	select {
	case e := <-ended:
		if e.Code != 0 {
			return fmt.Errorf("exit status %d", e.Code)
		}
		return nil
	case <-timer.C:
		_ = cmd.Process.Kill() // its end is no news then
		return context.DeadlineExceeded
	}
}

func (s *server) startTracked(cmd *exec.Cmd, ended chan<- wire.Exit) error {
	s.starting.RLock() // until its number is known
	defer s.starting.RUnlock()
	if err := cmd.Start(); err != nil {
		return err
	}
	pidfd, err := unix.PidfdOpen(cmd.Process.Pid, 0)
	if err != nil {
		return fmt.Errorf("pidfd_open: %w", err)
	}
	return s.track(cmd.Process.Pid, pidfd, true, func(e wire.Exit, _ bool) { ended <- e }).watch()
}

// doBy runs one command by run.
func (r *ociRun) doBy(run func(*exec.Cmd) error, p *libcontainer.Process, args ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), ociPatience)
	defer cancel()
	cmd := r.command(ctx, r.log(), args...)
	said := filepath.Join(r.dir, "said")
	if p != nil {
		cmd.Stdin, cmd.Stdout, cmd.Stderr = p.Stdin, p.Stdout, p.Stderr
	} else {
		// A file and no pipe: what the program leaves running would keep a pipe open.
		out, err := os.Create(said)
		if err != nil {
			return err
		}
		defer out.Close()
		cmd.Stdout, cmd.Stderr = out, out
	}
	err := run(cmd)
	if err == nil {
		return nil
	}
	if why := r.lastError(); why != nil {
		err = why
	} else if body, rerr := os.ReadFile(said); rerr == nil && len(body) > 0 {
		err = fmt.Errorf("%w: %s", err, bytes.TrimSpace(body))
	}
	if ctx.Err() != nil {
		err = fmt.Errorf("it did not end in %s: %w", ociPatience, err)
	}
	return fmt.Errorf("runtime %q (%s %s): %w", r.oci.Handler, r.oci.Path, args[0], err)
}

// lastError is the last error that the program has logged; nil if there is none.
func (r *ociRun) lastError() (why error) {
	body, err := os.ReadFile(r.log())
	if err != nil {
		return nil
	}
	for line := range bytes.Lines(body) {
		var entry struct{ Level, Msg string }
		if json.Unmarshal(line, &entry) == nil && (entry.Level == "error" || entry.Level == "fatal") {
			why = errors.New(strings.TrimSpace(entry.Msg))
		}
	}
	return why
}

// console opens the socket to which the program sends the master of a terminal, and names it to the program.
func (r *ociRun) console() (args []string, err error) {
	path := filepath.Join(r.dir, "tty")
	r.tty, err = net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("console socket: %w", err)
	}
	return []string{"--console-socket", path}, nil
}

// connected is the connection over which the program has sent the master. It has done so before it ended.
func (r *ociRun) connected() (*os.File, error) {
	if err := r.tty.SetDeadline(time.Now().Add(ociPatience)); err != nil {
		return nil, fmt.Errorf("console socket: %w", err)
	}
	c, err := r.tty.AcceptUnix()
	if err != nil {
		return nil, fmt.Errorf("console socket: %w", err)
	}
	defer c.Close()
	return c.File()
}

// detached runs a command that leaves a process behind, and returns the number of that.
func (r *ociRun) detached(p *libcontainer.Process, tty bool, io *stdio, args ...string) (pid int, err error) {
	pidFile := filepath.Join(r.dir, "pid")
	args = append(args[:len(args)-1:len(args)-1], append([]string{"--detach", "--pid-file", pidFile}, args[len(args)-1])...)
	if tty {
		console, err := r.console()
		if err != nil {
			return 0, err
		}
		args = slices.Insert(args, 1, console...)
	}
	if err := r.do(p, args...); err != nil {
		return 0, err
	}
	if tty {
		if io.console, err = r.connected(); err != nil {
			return 0, err
		}
	}
	if pid, err = readNumber(pidFile); err != nil {
		return 0, fmt.Errorf("runtime %q left no process number: %w", r.oci.Handler, cmp.Or(r.lastError(), err))
	}
	return pid, nil
}

func readNumber(path string) (int, error) {
	body, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(body)))
}

// launchOCI has the program make a container. The caller keeps others from reaping.
func (s *server) launchOCI(st *wire.Start, fds map[string]*os.File, plan rootPlan, cfg *configs.Config, p *libcontainer.Process, io *stdio) (pid int, err error) {
	r, err := s.newOCIRun(st.OCI)
	if err != nil {
		return 0, err
	}
	defer r.close()
	if err := os.MkdirAll(s.ociRoot(st.OCI.Handler), 0o700); err != nil {
		return 0, err
	}
	err = s.entered(st, fds, plan, func() error {
		spec, err := ociSpec(st, cfg, p)
		if err != nil {
			return err
		}
		// The thread is in them now, and outlives the program.
		thread := fmt.Sprintf("/proc/%d/task/%d/ns/", os.Getpid(), unix.Gettid())
		for name, kind := range map[string]specs.LinuxNamespaceType{
			wire.FDNet: specs.NetworkNamespace, wire.FDIPC: specs.IPCNamespace, wire.FDUTS: specs.UTSNamespace,
		} {
			if fds[name] != nil {
				spec.Linux.Namespaces = append(spec.Linux.Namespaces, specs.LinuxNamespace{Type: kind, Path: thread + name})
			}
		}
		if err := r.write("config.json", spec); err != nil {
			return err
		}
		if st.Joined() {
			pid, err = r.join(st, p, io)
		} else {
			pid, err = r.detached(p, st.Spec.TTY, io, "run", "--bundle", r.dir, ociID(st.Spec.ID))
		}
		return err
	})
	return pid, err
}

// execOCI has the program start a further process in a container.
func (s *server) execOCI(rec *record, e *wire.ExecSpec, p *libcontainer.Process, io *stdio) (execed, error) {
	st := &rec.Start
	r, err := s.newOCIRun(st.OCI)
	if err != nil {
		return execed{}, err
	}
	defer r.close()
	cfg, err := containerConfig(st, s.facts)
	if err != nil {
		return execed{}, err
	}
	if err := r.write("process.json", ociProcess(st, cfg, p, e.TTY)); err != nil {
		return execed{}, err
	}
	args := []string{"exec", "--process", filepath.Join(r.dir, "process.json")}
	inside := filepath.Join(r.dir, "inside")
	if st.Joined() {
		args = append(args, "--internal-pid-file", inside)
	}
	pid, err := r.detached(p, e.TTY, io, append(args, ociID(st.Spec.ID))...)
	if err != nil {
		return execed{}, err
	}
	out := execed{pid: pid}
	if n, err := readNumber(inside); err == nil {
		out.inside = n
	}
	return out, nil
}

// forgetOCI has the program remove what it has of a container. The cgroup, which is removed afterwards, ends what the program
// leaves, so a failure is only told.
func (s *server) forgetOCI(st *wire.Start) {
	known := s.knownOCI(st)
	if len(known) == 0 {
		return // it never began, or was removed
	}
	r, err := s.newOCIRun(st.OCI)
	if err == nil {
		defer r.close()
		err = r.doAlone("delete", "--force", ociID(st.Spec.ID))
	}
	if err != nil {
		s.log.Printf("container %s: %v", st.Spec.ID, err)
	}
	for _, path := range known {
		if err := os.RemoveAll(path); err != nil {
			s.log.Printf("container %s: %v", st.Spec.ID, err)
		}
	}
}

// knownOCI is what the program keeps of a container: "ID", or "ID_sandbox:…" (runsc).
func (s *server) knownOCI(st *wire.Start) (out []string) {
	root := s.ociRoot(st.OCI.Handler)
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil // no container of the handler has been made
	}
	for _, e := range entries {
		if id := ociID(st.Spec.ID); e.Name() == id || strings.HasPrefix(e.Name(), id+"_sandbox:") {
			out = append(out, filepath.Join(root, e.Name()))
		}
	}
	return out
}
