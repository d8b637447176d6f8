package container

import (
	"context"
	"fmt"
	"io"
	"sync"
)

// FakeIO is what the program of a fake exec has.
type FakeIO struct {
	Stdin          io.Reader // at its end if it was not asked for
	Stdout, Stderr io.Writer // discarded if they were not asked for
}

// fakeProcess is an exec or attach of a Fake.
type fakeProcess struct {
	stdin          *io.PipeWriter
	stdout, stderr *io.PipeReader
	tty            bool
	ends           []io.Closer // the program's, closed when it has ended
	once           sync.Once
	done           chan struct{}
	exit           Exit
}

func newFakeProcess(stdin, stdout, stderr, tty bool) (*fakeProcess, *FakeIO) {
	p := &fakeProcess{done: make(chan struct{}), tty: tty}
	fio := &FakeIO{Stdin: eof{}, Stdout: io.Discard, Stderr: io.Discard}
	if stdin {
		r, w := io.Pipe()
		p.stdin, fio.Stdin = w, r
		p.ends = append(p.ends, r)
	}
	if stdout {
		r, w := io.Pipe()
		p.stdout, fio.Stdout = r, w
		p.ends = append(p.ends, w)
	}
	if stderr {
		r, w := io.Pipe()
		p.stderr, fio.Stderr = r, w
		p.ends = append(p.ends, w)
	}
	return p, fio
}

type eof struct{}

func (eof) Read([]byte) (int, error) { return 0, io.EOF }

func (p *fakeProcess) finish(exit Exit) {
	p.once.Do(func() {
		p.exit = exit
		for _, c := range p.ends {
			c.Close()
		}
		close(p.done)
	})
}

// Exec implements Runtime.
func (f *Fake) Exec(ctx context.Context, id string, e ExecSpec) (Process, error) {
	st, err := f.Status(ctx, id)
	if err != nil {
		return nil, err
	}
	if st.State != Running {
		return nil, fmt.Errorf("container %s: %w", id, ErrNotRunning)
	}
	p, fio := newFakeProcess(e.Stdin, e.Stdout, e.Stderr && !e.TTY, e.TTY)
	go func() {
		code := 0
		if f.OnExec != nil {
			code = f.OnExec(id, e, fio)
		}
		p.finish(Exit{Code: code, Finished: f.now()})
	}()
	return p, nil
}

// Attach implements Runtime: the output is silent, and what is written to stdin is read by nobody.
func (f *Fake) Attach(ctx context.Context, id string, a AttachSpec) (Process, error) {
	st, err := f.Status(ctx, id)
	if err != nil {
		return nil, err
	}
	if st.State != Running {
		return nil, fmt.Errorf("container %s: %w", id, ErrNotRunning)
	}
	p, fio := newFakeProcess(a.Stdin, a.Stdout, a.Stderr && !st.TTY, st.TTY)
	go func() { _, _ = io.Copy(io.Discard, fio.Stdin) }()
	go func() {
		if st, err := f.Wait(context.WithoutCancel(ctx), id); err == nil {
			p.finish(Exit{Code: st.ExitCode, Signal: st.Signal, Finished: st.FinishedAt})
		}
	}()
	return p, nil
}

func (p *fakeProcess) Stdin() io.WriteCloser {
	if p.stdin == nil {
		return nil
	}
	return p.stdin
}

func (p *fakeProcess) Stdout() io.Reader {
	if p.stdout == nil {
		return nil
	}
	return p.stdout
}

func (p *fakeProcess) Stderr() io.Reader {
	if p.stderr == nil {
		return nil
	}
	return p.stderr
}

func (p *fakeProcess) Resize(uint16, uint16) error {
	if !p.tty {
		return fmt.Errorf("resize without a terminal: %w", ErrUnsupported)
	}
	return nil
}

func (p *fakeProcess) Wait(ctx context.Context) (Exit, error) {
	select {
	case <-p.done:
		return p.exit, nil
	case <-ctx.Done():
		return Exit{}, ctx.Err()
	}
}

func (p *fakeProcess) Close() error {
	p.finish(Exit{Code: 137, Signal: 9})
	return nil
}
