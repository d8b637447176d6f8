package nodeapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/cri-streaming/pkg/streaming/portforward"
	"k8s.io/cri-streaming/pkg/streaming/remotecommand"
	utilexec "k8s.io/utils/exec"

	"gantry.dev/gantry/internal/driver/container"
)

// Bounds of streams, kubelet's.
const (
	streamIdle     = 4 * time.Hour
	streamCreation = remotecommand.DefaultStreamCreationTimeout
)

// exec runs a command in a container.
func (s *Server) exec(w http.ResponseWriter, r *http.Request) {
	opts, id, _, ok := s.streamTarget(w, r)
	if !ok {
		return
	}
	command := r.URL.Query()["command"]
	remotecommand.ServeExec(w, r, streamer{s: s, opts: opts}, "", "", id, command, opts, streamIdle, streamCreation, remotecommand.SupportedStreamingProtocols)
}

// attach connects to a container's own streams.
func (s *Server) attach(w http.ResponseWriter, r *http.Request) {
	opts, id, spec, ok := s.streamTarget(w, r)
	if !ok {
		return
	}
	remotecommand.ServeAttach(w, r, streamer{s: s, opts: opts, open: spec.TTY || !spec.StdinOnce}, "", "", id, opts, streamIdle, streamCreation, remotecommand.SupportedStreamingProtocols)
}

// streamTarget reads the options and finds the container, before the connection is upgraded.
func (s *Server) streamTarget(w http.ResponseWriter, r *http.Request) (*remotecommand.Options, string, *corev1.Container, bool) {
	opts, err := remotecommand.NewOptions(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return nil, "", nil, false
	}
	id, spec, err := s.agent.RunningContainer(r.PathValue("namespace"), r.PathValue("pod"), r.PathValue("container"))
	if err != nil {
		refuse(w, err)
		return nil, "", nil, false
	}
	return opts, id, spec, true
}

// streamer joins upstream's stream server to the runtime.
type streamer struct {
	s    *Server
	opts *remotecommand.Options
	// open is, of an attach, whether the program's input stays open when a client's has ended: that is how such a client leaves.
	open bool
}

// ExecInContainer implements remotecommand.Executor.
func (t streamer) ExecInContainer(ctx context.Context, _, _, id string, cmd []string, in io.Reader, out, errs io.WriteCloser, tty bool, resize <-chan remotecommand.TerminalSize, _ time.Duration) error {
	proc, err := t.s.containers.Exec(ctx, id, container.ExecSpec{
		Args: cmd, TTY: tty, Stdin: in != nil, Stdout: out != nil, Stderr: errs != nil && !tty,
	})
	if err != nil {
		return err
	}
	exit, err := t.join(ctx, proc, in, out, errs, resize, false)
	if err != nil {
		return err
	}
	if exit.Code != 0 {
		return utilexec.CodeExitError{Err: fmt.Errorf("command terminated with exit code %d", exit.Code), Code: exit.Code}
	}
	return nil
}

// AttachContainer implements remotecommand.Attacher.
func (t streamer) AttachContainer(ctx context.Context, _, _, id string, in io.Reader, out, errs io.WriteCloser, _ bool, resize <-chan remotecommand.TerminalSize) error {
	proc, err := t.s.containers.Attach(ctx, id, container.AttachSpec{Stdin: in != nil, Stdout: out != nil, Stderr: errs != nil})
	if err != nil {
		return err
	}
	_, err = t.join(ctx, proc, in, out, errs, resize, true)
	return err
}

// join copies between the client's streams and the process until the process has ended and its output is read, or the
// client has gone.
func (t streamer) join(ctx context.Context, proc container.Process, in io.Reader, out, errs io.WriteCloser, resize <-chan remotecommand.TerminalSize, attached bool) (container.Exit, error) {
	defer proc.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	left := make(chan struct{})
	if in != nil && proc.Stdin() != nil {
		go func() {
			// The end of the client's input is the end of the program's. An error is the end of either.
			_, err := io.Copy(proc.Stdin(), in)
			_ = proc.Stdin().Close()
			if t.open && err == nil {
				close(left)
			}
		}()
	}
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case size, ok := <-resize:
				if !ok {
					// A terminal's client keeps this open for as long as it lives: it has gone, and what it ran goes too.
					cancel()
					return
				}
				if err := proc.Resize(size.Width, size.Height); err != nil && !errors.Is(err, container.ErrUnsupported) {
					t.s.log.Debug("resizing a terminal", "err", err)
				}
			}
		}
	}()
	copies := make(chan error, 2)
	n := 0
	for _, c := range []struct {
		to   io.WriteCloser
		from io.Reader
	}{{out, proc.Stdout()}, {errs, proc.Stderr()}} {
		if c.to == nil || c.from == nil {
			continue
		}
		n++
		go func() {
			// Only Read turns the end of a terminal (EIO) into an end of file; io.Copy would go past it by WriteTo.
			_, err := io.Copy(c.to, struct{ io.Reader }{c.from})
			copies <- err
		}()
	}
	type ended struct {
		exit container.Exit
		err  error
	}
	exits := make(chan ended, 1)
	go func() {
		exit, err := proc.Wait(ctx)
		exits <- ended{exit, err}
	}()
	for ; n > 0; n-- {
		select {
		case err := <-copies:
			if err != nil {
				// The client has gone: what still runs is of no use to anybody.
				return container.Exit{}, err
			}
		case <-left:
			return container.Exit{}, nil
		case <-ctx.Done():
			return container.Exit{}, ctx.Err()
		}
	}
	if attached && in == nil {
		// All output has ended, which is the end of what was asked for; the container may be restarted meanwhile.
		return container.Exit{}, nil
	}
	select {
	case end := <-exits:
		return end.exit, end.err
	case <-left:
		return container.Exit{}, nil
	}
}

// portForward connects streams to ports of a pod.
func (s *Server) portForward(w http.ResponseWriter, r *http.Request) {
	opts, err := portforward.NewV4Options(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	p, err := s.agent.Pod(r.PathValue("namespace"), r.PathValue("pod"))
	if err != nil {
		refuse(w, err)
		return
	}
	portforward.ServePortForward(w, r, forwarder{s, p.Namespace}, p.Name, string(p.UID), opts, streamIdle, streamCreation, portforward.SupportedProtocols)
}

// forwarder joins upstream's port forwarding to the agent.
type forwarder struct {
	s         *Server
	namespace string
}

// PortForward implements portforward.PortForwarder.
func (f forwarder) PortForward(ctx context.Context, name, _ string, port int32, stream io.ReadWriteCloser) error {
	conn, err := f.s.agent.Dial(ctx, f.namespace, name, int(port))
	if err != nil {
		return fmt.Errorf("connecting to port %d of pod %s/%s: %w", port, f.namespace, name, err)
	}
	defer conn.Close()
	up := make(chan error, 1)
	go func() {
		_, err := io.Copy(conn, stream)
		if half, ok := conn.(interface{ CloseWrite() error }); ok {
			err = errors.Join(err, half.CloseWrite())
		}
		up <- err
	}()
	down := make(chan error, 1)
	go func() {
		_, err := io.Copy(stream, conn)
		down <- err
	}()
	select {
	case err = <-down:
		// The program has said all. The other direction ends with the stream.
		return err
	case err = <-up:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err2 := <-down:
		return errors.Join(err, err2)
	case <-ctx.Done():
		return ctx.Err()
	}
}
