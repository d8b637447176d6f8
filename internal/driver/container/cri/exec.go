package cri

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"sync"
	"time"

	api "k8s.io/cri-api/pkg/apis/runtime/v1"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/remotecommand"
	utilexec "k8s.io/client-go/util/exec"

	"gantry.dev/gantry/internal/driver/container"
)

// Exec implements container.Foreign.
func (r *Runtime) Exec(ctx context.Context, id string, e container.ExecSpec) (container.Process, error) {
	cid, err := r.running(ctx, id)
	if err != nil {
		return nil, err
	}
	if len(e.Env) > 0 {
		return nil, r.lacks("an environment of one exec")
	}
	out, errs := e.Stdout, e.Stderr && !e.TTY
	resp, err := r.rs.Exec(ctx, &api.ExecRequest{
		ContainerId: cid, Cmd: e.Args, Tty: e.TTY, Stdin: e.Stdin, Stdout: out || !errs && !e.Stdin, Stderr: errs, // it wants one of them
	})
	if err != nil {
		return nil, fmt.Errorf("exec in container %s: %w", id, known(err))
	}
	p, err := connect(resp.Url, e.Stdin, out || !errs && !e.Stdin, errs, e.TTY)
	if err != nil {
		return nil, fmt.Errorf("exec in container %s: %w", id, err)
	}
	p.showOut = out
	if e.TTY && e.Width > 0 {
		_ = p.Resize(e.Width, e.Height) // there is room for one
	}
	go p.run(func(err error) (container.Exit, error) {
		exit := container.Exit{Finished: time.Now()}
		if failed, ok := errors.AsType[utilexec.CodeExitError](err); ok {
			exit.Code, err = failed.Code, nil
			if exit.Code > 128 {
				exit.Signal = exit.Code - 128
			}
		}
		return exit, err
	})
	return p, nil
}

// Attach implements container.Foreign.
func (r *Runtime) Attach(ctx context.Context, id string, a container.AttachSpec) (container.Process, error) {
	if _, err := r.running(ctx, id); err != nil {
		return nil, err
	}
	st, err := r.Status(ctx, id)
	if err != nil {
		return nil, err
	}
	cid, err := r.mustID(ctx, id)
	if err != nil {
		return nil, err
	}
	errs := a.Stderr && !st.TTY
	resp, err := r.rs.Attach(ctx, &api.AttachRequest{ContainerId: cid, Tty: st.TTY, Stdin: a.Stdin && st.Stdin, Stdout: a.Stdout || !errs, Stderr: errs})
	if err != nil {
		return nil, fmt.Errorf("attach to container %s: %w", id, known(err))
	}
	p, err := connect(resp.Url, a.Stdin && st.Stdin, a.Stdout || !errs, errs, st.TTY)
	if err != nil {
		return nil, fmt.Errorf("attach to container %s: %w", id, err)
	}
	p.showOut = a.Stdout
	go p.run(func(error) (container.Exit, error) { return r.exitOf(id) })
	return p, nil
}

// exitOf waits for the end of a container.
func (r *Runtime) exitOf(id string) (container.Exit, error) {
	tick := time.NewTicker(lookEvery / 5)
	defer tick.Stop()
	for {
		st, err := r.Status(r.life, id)
		if err != nil {
			return container.Exit{}, err
		}
		if st.State == container.Exited {
			return container.Exit{Code: st.ExitCode, Signal: st.Signal, Finished: st.FinishedAt}, nil
		}
		select {
		case <-tick.C:
		case <-r.life.Done():
			return container.Exit{}, r.life.Err()
		}
	}
}

// stream is the near side of an exec or attach over the runtime's streaming server.
type stream struct {
	exec    remotecommand.Executor
	opts    remotecommand.StreamOptions
	cancel  context.CancelFunc
	ctx     context.Context
	showOut bool

	stdin          *io.PipeWriter
	stdout, stderr *io.PipeReader
	ends           []func(error) // the far ends of the pipes
	sizes          chan remotecommand.TerminalSize

	once sync.Once
	done chan struct{}
	exit container.Exit
	err  error
}

var _ container.Process = (*stream)(nil)

// connect prepares the streams of a process at the URL that the runtime has answered.
func connect(at string, in, out, errs, tty bool) (*stream, error) {
	u, err := url.Parse(at)
	if err != nil {
		return nil, fmt.Errorf("the runtime's address for streams: %w", err)
	}
	exec, err := remotecommand.NewSPDYExecutor(&rest.Config{}, "POST", u)
	if err != nil {
		return nil, err
	}
	p := &stream{exec: exec, done: make(chan struct{}), sizes: make(chan remotecommand.TerminalSize, 1)}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.opts.Tty = tty
	if in {
		r, w := io.Pipe()
		p.stdin, p.opts.Stdin = w, r
		p.ends = append(p.ends, func(error) { r.Close() })
	}
	if out {
		r, w := io.Pipe()
		p.stdout, p.opts.Stdout = r, w
		p.ends = append(p.ends, func(err error) { w.CloseWithError(err) })
	}
	if errs {
		r, w := io.Pipe()
		p.stderr, p.opts.Stderr = r, w
		p.ends = append(p.ends, func(err error) { w.CloseWithError(err) })
	}
	if tty {
		p.opts.TerminalSizeQueue = p
	}
	return p, nil
}

// run copies until the process has ended, and then asks how.
func (p *stream) run(how func(error) (container.Exit, error)) {
	if p.stdout != nil && !p.showOut {
		go func() { _, _ = io.Copy(io.Discard, p.stdout) }()
	}
	err := p.exec.StreamWithContext(p.ctx, p.opts)
	for _, end := range p.ends {
		end(nil)
	}
	p.exit, p.err = how(err)
	close(p.done)
}

// Next implements remotecommand.TerminalSizeQueue.
func (p *stream) Next() *remotecommand.TerminalSize {
	select {
	case s := <-p.sizes:
		return &s
	case <-p.done:
		return nil
	case <-p.ctx.Done():
		return nil
	}
}

func (p *stream) Stdin() io.WriteCloser {
	if p.stdin == nil {
		return nil
	}
	return p.stdin
}

func (p *stream) Stdout() io.Reader {
	if p.stdout == nil || !p.showOut {
		return nil
	}
	return p.stdout
}

func (p *stream) Stderr() io.Reader {
	if p.stderr == nil {
		return nil
	}
	return p.stderr
}

func (p *stream) Resize(width, height uint16) error {
	if !p.opts.Tty {
		return fmt.Errorf("resize without a terminal: %w", container.ErrUnsupported)
	}
	size := remotecommand.TerminalSize{Width: width, Height: height}
	for {
		select {
		case p.sizes <- size:
			return nil
		default:
		}
		select { // only the last one counts
		case <-p.sizes:
		default:
		}
	}
}

func (p *stream) Wait(ctx context.Context) (container.Exit, error) {
	select {
	case <-p.done:
		return p.exit, p.err
	case <-ctx.Done():
		return container.Exit{}, ctx.Err()
	}
}

func (p *stream) Close() error {
	p.once.Do(func() {
		p.cancel()
		for _, c := range []io.Closer{closer(p.stdin), closer(p.stdout), closer(p.stderr)} {
			c.Close()
		}
	})
	return nil
}

type nothing struct{}

func (nothing) Close() error { return nil }

func closer[T interface {
	comparable
	io.Closer
}](c T) io.Closer {
	var none T
	if c == none {
		return nothing{}
	}
	return c
}
