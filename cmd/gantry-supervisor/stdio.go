package main

import (
	"fmt"
	"os"

	"github.com/opencontainers/runc/libcontainer"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/cmd/gantry-supervisor/console"
	"gantry.dev/gantry/internal/driver/container/wire"
)

// stdio is the container's side of its standard streams while it is being started.
type stdio struct {
	s       *server
	theirs  []*os.File // closed when the container has them
	ours    []*stream  // ended when the start fails
	console *os.File   // where libcontainer, or an OCI runtime, sends the terminal's master
}

// openStdio makes the FIFOs or the console of a container and gives libcontainer its ends.
func (s *server) openStdio(c *ctr, sp *wire.Spec, p *libcontainer.Process) (io *stdio, err error) {
	io = &stdio{s: s}
	defer func() {
		if err != nil {
			io.close(true)
		}
	}()
	if sp.TTY {
		if c.oci {
			return io, nil // it wants a socket with a name, see launchOCI
		}
		return io, io.openConsole(p)
	}
	if c.out, p.Stdout, err = io.output(c, "out", string(wire.FDStdout)); err != nil {
		return nil, err
	}
	if c.err, p.Stderr, err = io.output(c, "err", string(wire.FDStderr)); err != nil {
		return nil, err
	}
	if sp.Stdin {
		if err := io.input(c, sp, p); err != nil {
			return nil, err
		}
	}
	return io, nil
}

// output makes one FIFO. The container's end is open for reading too, so that it lives on, without SIGPIPE, when no supervisor
// reads. The mode lets programs of any user open /dev/stdout anew.
func (io *stdio) output(c *ctr, suffix, name string) (*stream, *os.File, error) {
	path := io.s.fifoPath(c.id, suffix)
	if err := makeFIFO(path, 0o622); err != nil {
		return nil, nil, err
	}
	st, err := openFIFO(io.s.loop, io.s.buffers, path, name, c.log)
	if err != nil {
		return nil, nil, err
	}
	io.ours = append(io.ours, st)
	f, err := io.openTheirs(path, unix.O_RDWR)
	return st, f, err
}

// input makes the FIFO of stdin. With StdinOnce the container's end is for reading alone, so that it sees the end of file when
// the supervisor closes its own; without, it never does, and outlives supervisors.
func (io *stdio) input(c *ctr, sp *wire.Spec, p *libcontainer.Process) error {
	path := io.s.fifoPath(c.id, "in")
	if err := makeFIFO(path, 0o600); err != nil {
		return err
	}
	stdin, err := openStdin(path)
	if err != nil {
		return err
	}
	c.stdin = stdin
	mode := unix.O_RDWR
	if sp.StdinOnce {
		mode = unix.O_RDONLY
	}
	f, err := io.openTheirs(path, mode)
	if err != nil {
		return err
	}
	p.Stdin = f
	return nil
}

// openStdin opens the writing end of a stdin FIFO: for reading too, so that it opens without a reader.
func openStdin(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open stdin: %w", err)
	}
	return f, nil
}

func makeFIFO(path string, mode uint32) error {
	if err := unix.Mkfifo(path, mode); err != nil {
		return fmt.Errorf("make FIFO %s: %w", path, err)
	}
	if err := os.Chmod(path, os.FileMode(mode)); err != nil { // the umask
		return fmt.Errorf("make FIFO: %w", err)
	}
	return nil
}

func (io *stdio) openTheirs(path string, mode int) (*os.File, error) {
	fd, err := unix.Open(path, mode|unix.O_CLOEXEC, 0) // blocking, as programs expect of their stdio
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	f := os.NewFile(uintptr(fd), path)
	io.theirs = append(io.theirs, f)
	return f, nil
}

func (io *stdio) openConsole(p *libcontainer.Process) error {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("console socket: %w", err)
	}
	io.console = os.NewFile(uintptr(fds[0]), "console")
	p.ConsoleSocket = os.NewFile(uintptr(fds[1]), "console")
	io.theirs = append(io.theirs, p.ConsoleSocket)
	return nil
}

// watch starts to read the output of a container that has been started.
func (io *stdio) watch(c *ctr) error {
	if io.console != nil {
		master, err := console.Receive(io.console)
		if err != nil {
			return err
		}
		if err := c.useMaster(io.s, master); err != nil {
			return err
		}
		io.ours = append(io.ours, c.out)
	}
	for _, st := range io.ours {
		if err := st.watch(); err != nil {
			return err
		}
	}
	return nil
}

// useMaster makes the master of a terminal the container's output, and its input.
func (c *ctr) useMaster(s *server, master *os.File) error {
	fd, err := unix.FcntlInt(master.Fd(), unix.F_DUPFD_CLOEXEC, 3)
	if err == nil {
		err = unix.SetNonblock(fd, true)
	}
	if err != nil {
		return fmt.Errorf("terminal: %w", err)
	}
	c.master = master
	c.out = newStream(s.loop, s.buffers, fd, string(wire.FDStdout), c.log)
	return nil
}

// close ends the start: the container has its ends now, or never will.
func (io *stdio) close(failed bool) {
	wire.CloseAll(io.theirs)
	if io.console != nil {
		io.console.Close()
	}
	if failed {
		for _, st := range io.ours {
			st.finish()
		}
	}
}
