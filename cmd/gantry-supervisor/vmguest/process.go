package vmguest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/opencontainers/runc/libcontainer"
	"github.com/opencontainers/runc/libcontainer/configs"
	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/cmd/gantry-supervisor/console"
	"gantry.dev/gantry/cmd/gantry-supervisor/vmlink"
)

// outputPatience is how long the output of a process that has ended is awaited: others may hold it open for ever.
const outputPatience = 2 * time.Second

// process is a program in a container whose streams go to the host.
type process struct {
	pid    int
	master *os.File      // of its terminal
	ended  chan struct{} // closed when it has ended
	done   chan struct{} // closed when its output has been sent too, and exit is set
	exit   vmlink.Exit

	theirs  []*os.File // the process's own ends, closed when it has them
	ours    []*os.File
	outputs sync.WaitGroup
}

// run starts a process in a container. streams are stdin, stdout and stderr.
func (g *guest) run(ct *ctr, spec *specs.Process, first, stdin bool, streams []*vmlink.Stream) (pid int, err error) {
	if len(streams) != 3 {
		return 0, fmt.Errorf("%d streams came instead of three", len(streams))
	}
	p := &process{ended: make(chan struct{}), done: make(chan struct{})}
	lp := libcontainerProcess(spec, first)
	defer func() {
		closeAll(p.theirs)
		if err != nil {
			closeAll(p.ours)
			p.closeStreams(streams)
		}
	}()
	var socket *os.File
	if spec.Terminal {
		if socket, err = p.openConsole(lp); err != nil {
			return 0, err
		}
		defer socket.Close()
	} else if err := p.openPipes(lp, stdin); err != nil {
		return 0, err
	}
	pid, end, err := g.reaper.run(func() (int, error) {
		if err := ct.c.Run(lp); err != nil {
			return 0, err
		}
		return lp.Pid()
	})
	if err != nil {
		return 0, err
	}
	p.pid = pid
	if spec.Terminal {
		if p.master, err = console.Receive(socket); err != nil {
			return 0, errors.Join(err, unix.Kill(pid, unix.SIGKILL))
		}
		p.ours = []*os.File{p.master}
	}
	ct.mu.Lock()
	ct.procs[pid] = p
	if first {
		ct.procs[0] = p
	}
	ct.mu.Unlock()
	p.relay(spec.Terminal, stdin, streams)
	go func() {
		ws := <-end
		if cfg := ct.c.Config(); first && !cfg.Namespaces.IsPrivate(configs.NEWPID) {
			_ = ct.c.Signal(unix.SIGKILL) // what it has left in a PID namespace that others share; nothing, as a rule
		}
		p.finish(ws, streams, func() int { return oomKills(ct.c.Config()) })
	}()
	return pid, nil
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

func (p *process) closeStreams(streams []*vmlink.Stream) {
	for _, s := range streams {
		_ = s.Close() // a broken link is the machine's end
	}
}

func libcontainerProcess(spec *specs.Process, first bool) *libcontainer.Process {
	p := &libcontainer.Process{
		Args: spec.Args, Env: spec.Env, Cwd: spec.Cwd, UID: int(spec.User.UID), GID: int(spec.User.GID), Init: first,
		NoNewPrivileges: &spec.NoNewPrivileges,
	}
	for _, g := range spec.User.AdditionalGids {
		p.AdditionalGroups = append(p.AdditionalGroups, int(g))
	}
	if c := spec.Capabilities; c != nil {
		p.Capabilities = &configs.Capabilities{
			Bounding: c.Bounding, Effective: c.Effective, Permitted: c.Permitted, Inheritable: c.Inheritable, Ambient: c.Ambient,
		}
	}
	if s := spec.ConsoleSize; s != nil {
		p.ConsoleWidth, p.ConsoleHeight = uint16(s.Width), uint16(s.Height)
	}
	return p
}

func (p *process) openConsole(lp *libcontainer.Process) (*os.File, error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("console socket: %w", err)
	}
	lp.ConsoleSocket = os.NewFile(uintptr(fds[1]), "console")
	p.theirs = append(p.theirs, lp.ConsoleSocket)
	return os.NewFile(uintptr(fds[0]), "console"), nil
}

// openPipes makes pipes for stdin, stdout and stderr.
func (p *process) openPipes(lp *libcontainer.Process, stdin bool) error {
	for i := range 3 {
		if i == 0 && !stdin {
			p.ours = append(p.ours, nil)
			continue
		}
		r, w, err := os.Pipe()
		if err != nil {
			return fmt.Errorf("make pipe: %w", err)
		}
		switch i {
		case 0:
			lp.Stdin, r, w = r, w, r
		case 1:
			lp.Stdout = w
		case 2:
			lp.Stderr = w
		}
		p.ours, p.theirs = append(p.ours, r), append(p.theirs, w)
		// A program of any user may open /dev/stdout anew.
		if err := w.Chmod(0o666); err != nil && !errors.Is(err, syscall.EBADF) {
			return fmt.Errorf("make pipe: %w", err)
		}
	}
	return nil
}

// relay joins the process's ends to the host's streams.
func (p *process) relay(terminal, stdin bool, streams []*vmlink.Stream) {
	in, out := p.master, []*os.File{p.master}
	if !terminal {
		in, out = p.ours[0], p.ours[1:]
	}
	if in != nil {
		go func() {
			_, err := io.Copy(in, streams[0])
			if err == nil && !terminal {
				in.Close() // end of file for the program
			}
		}()
	}
	for i, f := range out {
		p.outputs.Go(func() {
			_, _ = io.Copy(streams[1+i], f) // a terminal's end is an error
			_ = streams[1+i].CloseWrite()
		})
	}
}

// finish waits for the end of the output of a process that has ended.
func (p *process) finish(ws unix.WaitStatus, streams []*vmlink.Stream, ooms func() int) {
	close(p.ended)
	drained := make(chan struct{})
	go func() {
		p.outputs.Wait()
		close(drained)
	}()
	timer := time.NewTimer(outputPatience)
	defer timer.Stop()
	select {
	case <-drained:
	case <-timer.C:
	}
	p.exit = vmlink.Exit{Code: ws.ExitStatus(), OOM: ooms()}
	if ws.Signaled() {
		p.exit.Code = 128 + int(ws.Signal())
	}
	for _, f := range p.ours {
		if f != nil {
			f.Close()
		}
	}
	p.closeStreams(streams)
	close(p.done)
}
