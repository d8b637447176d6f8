package container

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// remoteProcess is the near side of an exec or an attach. Its streams are pipes, or a terminal's master.
type remoteProcess struct {
	conn   *wire.Conn
	stdin  io.WriteCloser
	stdout *os.File
	stderr *os.File
	master *os.File

	once sync.Once
	done chan struct{} // closed when exit and err are set
	exit Exit
	err  error
}

var _ Process = (*remoteProcess)(nil)

// Exec implements Runtime.
func (n *Native) Exec(ctx context.Context, id string, e ExecSpec) (Process, error) {
	if f := n.abroad.of(id); f != nil {
		return f.Exec(ctx, id, e)
	}
	p := &remoteProcess{done: make(chan struct{})}
	var names []string
	var theirs []*os.File
	var err error
	if !e.TTY {
		names, theirs, err = p.pipes(e.Stdin, e.Stdout, e.Stderr)
		if err != nil {
			return nil, err
		}
	}
	err = n.open(ctx, p, &wire.Request{Op: wire.OpExec, ID: id, Exec: &e, FDs: names}, theirs)
	if err != nil {
		return nil, err
	}
	if p.master != nil {
		p.stdin, p.stdout = ttyInput{p.master}, p.master
	}
	return p, nil
}

// Attach implements Runtime.
func (n *Native) Attach(ctx context.Context, id string, a AttachSpec) (Process, error) {
	if f := n.abroad.of(id); f != nil {
		return f.Attach(ctx, id, a)
	}
	p := &remoteProcess{done: make(chan struct{})}
	names, theirs, err := p.pipes(a.Stdin, a.Stdout, a.Stderr)
	if err != nil {
		return nil, err
	}
	if err := n.open(ctx, p, &wire.Request{Op: wire.OpAttach, ID: id, Attach: &a, FDs: names}, theirs); err != nil {
		return nil, err
	}
	if p.master != nil && a.Stdin {
		p.stdin.Close()
		p.stdin = ttyInput{p.master}
	}
	return p, nil
}

// open makes the call and starts to wait for the second response. It closes theirs, and on an error everything.
func (n *Native) open(ctx context.Context, p *remoteProcess, req *wire.Request, theirs []*os.File) (err error) {
	defer wire.CloseAll(theirs)
	defer func() {
		if err != nil {
			p.Close()
		}
	}()
	s, err := n.homeOf(req.ID)
	if err != nil {
		return err
	}
	if p.conn, err = s.dial(ctx); err != nil {
		return unsent{err}
	}
	ctx, cancel := n.bounded(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { p.conn.Close() })
	defer stop()
	if err := p.conn.Send(req, theirs...); err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	resp, files, err := receive(ctx, p.conn)
	if err != nil {
		return err
	}
	if len(resp.FDs) == 1 && resp.FDs[0] == wire.FDMaster && len(files) == 1 {
		if p.master, err = pollable(files[0]); err != nil {
			return err
		}
	}
	go p.await()
	return nil
}

// pollable makes a terminal's reads end when it is closed.
func pollable(f *os.File) (*os.File, error) {
	defer f.Close()
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 3)
	if err == nil {
		err = unix.SetNonblock(fd, true)
	}
	if err != nil {
		return nil, fmt.Errorf("terminal: %w", err)
	}
	return os.NewFile(uintptr(fd), "terminal"), nil
}

// pipes makes a pipe for each stream that is wanted and returns the far ends with their names.
func (p *remoteProcess) pipes(stdin, stdout, stderr bool) (names []string, theirs []*os.File, err error) {
	add := func(want bool, name string) (near *os.File) {
		if !want || err != nil {
			return nil
		}
		var r, w *os.File
		if r, w, err = os.Pipe(); err != nil {
			return nil
		}
		near, far := r, w
		if name == wire.FDStdin {
			near, far = w, r
		}
		names, theirs = append(names, name), append(theirs, far)
		return near
	}
	if f := add(stdin, wire.FDStdin); f != nil {
		p.stdin = f
	}
	p.stdout = add(stdout, wire.FDStdout)
	p.stderr = add(stderr, wire.FDStderr)
	if err != nil {
		wire.CloseAll(theirs)
		p.Close()
		return nil, nil, fmt.Errorf("make pipe: %w", err)
	}
	return names, theirs, nil
}

func (p *remoteProcess) await() {
	defer close(p.done)
	resp, files, err := receive(context.Background(), p.conn)
	wire.CloseAll(files)
	switch {
	case err != nil:
		p.err = err
	case resp.Exit == nil:
		p.err = errors.New("supervisor answered without an exit")
	default:
		p.exit = *resp.Exit
	}
}

func (p *remoteProcess) Stdin() io.WriteCloser { return p.stdin }
func (p *remoteProcess) Stdout() io.Reader     { return reader(p.stdout) }
func (p *remoteProcess) Stderr() io.Reader     { return reader(p.stderr) }

// reader avoids an interface that holds a nil file, and ends where a terminal's last user has gone.
func reader(f *os.File) io.Reader {
	if f == nil {
		return nil
	}
	return output{f}
}

type output struct{ *os.File }

func (o output) Read(b []byte) (int, error) {
	n, err := o.File.Read(b)
	if errors.Is(err, unix.EIO) {
		err = io.EOF
	}
	return n, err
}

// ttyInput writes to a terminal. Its end is not an end of file for the program: that would be ^D, or Close of the process.
type ttyInput struct{ io.Writer }

func (ttyInput) Close() error { return nil }

func (p *remoteProcess) Resize(width, height uint16) error {
	if p.master == nil {
		return fmt.Errorf("resize without a terminal: %w", ErrUnsupported)
	}
	raw, err := p.master.SyscallConn()
	if err != nil {
		return fmt.Errorf("resize terminal: %w", err)
	}
	var ierr error
	err = raw.Control(func(fd uintptr) {
		ierr = unix.IoctlSetWinsize(int(fd), unix.TIOCSWINSZ, &unix.Winsize{Col: width, Row: height})
	})
	if err = errors.Join(err, ierr); err != nil {
		return fmt.Errorf("resize terminal: %w", err)
	}
	return nil
}

func (p *remoteProcess) Wait(ctx context.Context) (Exit, error) {
	select {
	case <-p.done:
		return p.exit, p.err
	case <-ctx.Done():
		return Exit{}, ctx.Err()
	}
}

func (p *remoteProcess) Close() error {
	p.once.Do(func() {
		if p.conn != nil {
			p.conn.Close()
		}
		if p.stdin != nil {
			p.stdin.Close()
		}
		wire.CloseAll([]*os.File{p.stdout, p.stderr, p.master})
	})
	return nil
}
