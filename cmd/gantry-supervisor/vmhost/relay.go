package vmhost

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/cmd/gantry-supervisor/vmlink"
	"gantry.dev/gantry/internal/driver/container/wire"
)

// created is a container that has not been started.
type created struct {
	spec  *specs.Spec
	stdin bool
	files []*os.File
}

// proc is a process of the machine that somebody waits for, or will.
type proc struct {
	terminal *os.File
	done     chan struct{} // closed when exit is set and all output has been written
	exit     vmlink.Exit
	err      error // why the exit is not known
}

func (s *server) create(r *request, files []*os.File) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Spec == nil || s.created[r.ID] != nil {
		wire.CloseAll(files)
		return fmt.Errorf("container %s: created twice, or without a specification", r.ID)
	}
	s.created[r.ID] = &created{spec: r.Spec, stdin: r.Stdin, files: files}
	return nil
}

func (s *server) start(id string) error {
	s.mu.Lock()
	c := s.created[id]
	delete(s.created, id)
	s.mu.Unlock()
	if c == nil {
		return fmt.Errorf("container %s: not created, or started already", id)
	}
	_, err := s.run(vmlink.Target{ID: id}, c.spec.Process.Terminal, c.stdin, c.files, func(streams []*vmlink.Stream) (int, error) {
		return 0, s.link.Do(vmlink.OpStart, vmlink.Start{ID: id, Spec: c.spec, Stdin: c.stdin}, nil, streams...)
	})
	return err
}

func (s *server) exec(r *request, files []*os.File) (int, error) {
	return s.run(r.target(), r.Process.Terminal, r.Stdin, files, func(streams []*vmlink.Stream) (int, error) {
		var out vmlink.Started
		err := s.link.Do(vmlink.OpExec, vmlink.Exec{ID: r.ID, Process: r.Process, Stdin: r.Stdin}, &out, streams...)
		return out.PID, err
	})
}

// run starts a process by begin, which returns its number, and joins the files to its streams.
func (s *server) run(t vmlink.Target, terminal, stdin bool, files []*os.File, begin func([]*vmlink.Stream) (int, error)) (int, error) {
	in, outs, err := pollable(terminal, stdin, files)
	if err != nil {
		return 0, err
	}
	streams := []*vmlink.Stream{s.link.Open(), s.link.Open(), s.link.Open()}
	if t.PID, err = begin(streams); err != nil {
		closeStreams(streams)
		wire.CloseAll(append(outs, in))
		return 0, err
	}
	p := &proc{done: make(chan struct{})}
	if terminal {
		p.terminal = in
	}
	s.mu.Lock()
	s.procs[t] = p
	s.mu.Unlock()
	if in != nil {
		go func() {
			if _, err := io.Copy(streams[0], in); err == nil && !terminal {
				_ = streams[0].CloseWrite() // a broken link is the machine's end
			}
		}()
	}
	var written sync.WaitGroup
	for i, out := range outs {
		written.Go(func() { _, _ = io.Copy(out, streams[1+i]) }) // nobody may want it any more
	}
	go func() {
		p.err = s.link.Do(vmlink.OpWait, t, &p.exit)
		written.Wait()
		closeStreams(streams)
		wire.CloseAll(append(outs, in))
		close(p.done)
	}()
	return t.PID, nil
}

func closeStreams(streams []*vmlink.Stream) {
	for _, s := range streams {
		_ = s.Close() // a broken link is the machine's end
	}
}

// pollable takes the streams' files over in such a way that closing them ends what waits for them.
func pollable(terminal, stdin bool, files []*os.File) (in *os.File, outs []*os.File, err error) {
	want := 2
	if terminal {
		want = 1
	} else if stdin {
		want = 3
	}
	defer wire.CloseAll(files)
	if len(files) != want {
		return nil, nil, fmt.Errorf("%d streams came instead of %d", len(files), want)
	}
	var all []*os.File
	for _, f := range files {
		fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 3)
		if err == nil {
			err = unix.SetNonblock(fd, true)
		}
		if err != nil {
			wire.CloseAll(all)
			return nil, nil, fmt.Errorf("stream: %w", err)
		}
		all = append(all, os.NewFile(uintptr(fd), "stream"))
	}
	switch {
	case terminal:
		return all[0], all, nil
	case stdin:
		return all[0], all[1:], nil
	}
	return nil, all, nil
}

// wait tells how a process has ended when it has. Before that it gives the client the terminal, and takes sizes from it.
func (s *server) wait(c *wire.Conn, t vmlink.Target) (*vmlink.Exit, error) {
	s.mu.Lock()
	p := s.procs[t]
	s.mu.Unlock()
	if p == nil {
		return nil, fmt.Errorf("container %s has no process %d", t.ID, t.PID)
	}
	var files []*os.File
	if p.terminal != nil {
		files = []*os.File{p.terminal}
	}
	select {
	case <-p.done:
		files = nil // closed
	default:
	}
	if err := c.Send(reply{}, files...); err != nil {
		return nil, err
	}
	go func() {
		for {
			var z size
			if _, err := c.Receive(&z); err != nil {
				return
			}
			_ = s.link.Do(vmlink.OpResize, vmlink.Resize{Target: t, Width: z.Width, Height: z.Height}, nil) // it may have ended
		}
	}()
	<-p.done
	if t.PID != 0 {
		s.mu.Lock()
		delete(s.procs, t)
		s.mu.Unlock()
	}
	return &p.exit, p.err
}

// remove ends a container.
func (s *server) remove(id string) error {
	s.mu.Lock()
	c := s.created[id]
	delete(s.created, id)
	s.mu.Unlock()
	if c != nil {
		wire.CloseAll(c.files)
	}
	err := s.link.Do(vmlink.OpRemove, vmlink.Target{ID: id}, nil)
	s.mu.Lock()
	defer s.mu.Unlock()
	for t := range s.procs {
		if t.ID == id {
			delete(s.procs, t)
		}
	}
	if err != nil {
		return errors.Join(errors.New("remove it in the machine"), err)
	}
	return nil
}
