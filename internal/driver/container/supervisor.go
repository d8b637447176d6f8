package container

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// supervisor is the near side of one supervisor process: it keeps it alive and listens to its events.
type supervisor struct {
	n     *Native
	dir   string
	count int // containers placed on it; guarded by n.mu

	mu    sync.Mutex
	up    chan struct{} // closed while it answers; a new one is made when it stops
	since time.Time     // when it stopped answering
	why   error         // what came of the last attempt to have it; nil while it answers, or there was none yet
}

// Restarts of a supervisor that dies at once are spaced between these.
const (
	restartMin = 50 * time.Millisecond
	restartMax = 5 * time.Second
)

var errEndedAtOnce = errors.New("it ended at once")

func (s *supervisor) socket() string { return filepath.Join(s.dir, "sock") }

// keep sees to it that a supervisor serves the directory and passes on its events, until the runtime is closed.
func (s *supervisor) keep() {
	defer s.n.work.Done()
	delay := restartMin
	for s.n.ctx.Err() == nil {
		began := time.Now()
		err := s.session()
		s.fell(err)
		if s.n.ctx.Err() != nil {
			return
		}
		s.n.log.Warn("supervisor is gone, starting another", "dir", s.dir, "err", err)
		if time.Since(began) > restartMax {
			delay = restartMin
		}
		timer := time.NewTimer(delay)
		select {
		case <-timer.C:
		case <-s.n.ctx.Done():
			timer.Stop()
		}
		delay = min(2*delay, restartMax)
	}
}

// session is the life with one supervisor process: find or start it, listen until it is gone.
func (s *supervisor) session() error {
	conn, err := wire.Dial(s.socket())
	if err != nil {
		if err := s.launch(); err != nil {
			return err
		}
		if conn, err = wire.Dial(s.socket()); err != nil {
			return fmt.Errorf("dial: %w", err)
		}
	}
	defer conn.Close()
	defer context.AfterFunc(s.n.ctx, func() { conn.Close() })()
	if err := conn.Send(wire.Request{Op: wire.OpEvents}); err != nil {
		return err
	}
	for first := true; ; first = false {
		var resp wire.Response
		if _, err := conn.Receive(&resp); err != nil {
			return fmt.Errorf("listen to events: %w", err)
		}
		if first {
			s.rose()
		}
		for _, st := range resp.Statuses {
			if !isKernel(st.ID) {
				s.n.ends.publish(st)
			}
		}
	}
}

// launch starts a supervisor that outlives this process, and returns when it answers.
func (s *supervisor) launch() error {
	if err := os.MkdirAll(s.dir, passable); err != nil {
		return fmt.Errorf("start supervisor: %w", err)
	}
	ready, theirs, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("start supervisor: %w", err)
	}
	defer ready.Close()
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		theirs.Close()
		return fmt.Errorf("start supervisor: %w", err)
	}
	cmd := exec.Command(s.n.opts.Binary, "serve", "--dir", s.dir, "--binary", s.n.opts.Binary, "--ready-fd", "3")
	cmd.Dir, cmd.Env = "/", []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = log, log, []*os.File{theirs}
	if triggers, err := s.n.openTriggers(filepath.Base(s.dir)); err != nil {
		s.n.log.Warn("containers get all file systems when they start, not when they look at them", "err", err)
	} else {
		defer triggers.Close()
		cmd.Args, cmd.ExtraFiles = append(cmd.Args, "--inherit", "triggers=4"), append(cmd.ExtraFiles, triggers)
	}
	// A session of its own, so that no terminal's signal reaches it, and a mount namespace of its own.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Cloneflags: unix.CLONE_NEWNS}
	err = cmd.Start()
	theirs.Close()
	log.Close()
	if err != nil {
		return fmt.Errorf("start supervisor: %w", err)
	}
	go func() { _ = cmd.Wait() }() // reaps it, if it dies before us
	// A cgroup of its own, so that it is not ended with the agent's. It has no child yet that it could leave behind.
	err = s.n.cg.join(cgroupRoot(s.n.opts.Instance)+"/supervisor", cmd.Process.Pid)
	if err == nil {
		err = s.n.cg.bequeathCPUSet(cgroupRoot(s.n.opts.Instance))
	}
	if errors.Is(err, unix.ESRCH) {
		return fmt.Errorf("start supervisor: %w; see %s", errEndedAtOnce, log.Name())
	}
	if err != nil {
		_ = cmd.Process.Kill()
		return fmt.Errorf("start supervisor: %w", err)
	}
	defer context.AfterFunc(s.n.ctx, func() { ready.Close() })()
	word, err := io.ReadAll(ready) // until it says "ready" or dies
	if err == nil && string(word) != "ready" {
		err = errEndedAtOnce
	}
	if err != nil {
		return fmt.Errorf("start supervisor: %w; see %s", err, log.Name())
	}
	return nil
}

// dial connects to the supervisor, waiting for a new one while there is none.
func (s *supervisor) dial(ctx context.Context) (*wire.Conn, error) {
	for {
		up, err := s.waitUp(ctx)
		if err != nil {
			return nil, err
		}
		conn, err := wire.Dial(s.socket())
		if err == nil {
			return conn, nil
		}
		if !errors.Is(err, unix.ECONNREFUSED) && !errors.Is(err, unix.ENOENT) {
			return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		// It has just died. The keeper sees its connection break at the same time.
		s.lost(up)
	}
}

// call sends one request and returns the response.
func (s *supervisor) call(ctx context.Context, req *wire.Request, files ...*os.File) (*wire.Response, error) {
	conn, err := s.dial(ctx)
	if err != nil {
		return nil, unsent{err}
	}
	defer conn.Close()
	ctx, cancel := s.n.bounded(ctx)
	defer cancel()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	if err := conn.Send(req, files...); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	resp, received, err := receive(ctx, conn)
	wire.CloseAll(received)
	return resp, err
}

// unsent is why a call did not reach a supervisor. It is ErrUnsent as well as what it wraps.
type unsent struct{ error }

func (e unsent) Unwrap() error        { return e.error }
func (e unsent) Is(target error) bool { return target == ErrUnsent }

// bounded is for one call of a supervisor, which may hang.
func (n *Native) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, n.opts.CallWait, fmt.Errorf("no answer within %v", n.opts.CallWait))
}

// receive takes one response and turns a refusal into an error.
func receive(ctx context.Context, conn *wire.Conn) (*wire.Response, []*os.File, error) {
	resp := &wire.Response{}
	files, err := conn.Receive(resp)
	if err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return nil, nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if resp.Code != "" {
		wire.CloseAll(files)
		return nil, nil, refusal(resp)
	}
	return resp, files, nil
}

func refusal(resp *wire.Response) error {
	kinds := map[wire.Code]error{
		wire.CodeExists: ErrExists, wire.CodeNotFound: ErrNotFound, wire.CodeNotRunning: ErrNotRunning, wire.CodeUnsupported: ErrUnsupported,
		wire.CodeStart: ErrStart,
	}
	return &remoteError{text: resp.Error, kind: kinds[resp.Code]}
}

// remoteError is a supervisor's refusal: its words, and what errors.Is knows.
type remoteError struct {
	text string
	kind error
}

func (e *remoteError) Error() string { return e.text }
func (e *remoteError) Unwrap() error { return e.kind }
