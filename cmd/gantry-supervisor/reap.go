package main

import (
	"os"
	"os/signal"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// track makes the process object for a pid. It owns pidfd.
func (s *server) track(pid, pidfd int, child bool, ended func(wire.Exit, bool)) *process {
	p := &process{loop: s.loop, pid: pid, pidfd: pidfd, child: child}
	p.ended = func(exit wire.Exit, known bool) {
		s.mu.Lock()
		if s.pids[pid] == p {
			delete(s.pids, pid)
		}
		s.mu.Unlock()
		ended(exit, known)
	}
	s.mu.Lock()
	s.pids[pid] = p
	s.mu.Unlock()
	return p
}

// reapLater reaps a child whose end interests nobody.
func (s *server) reapLater(pid int) error {
	pidfd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return err
	}
	p := s.track(pid, pidfd, true, func(wire.Exit, bool) {})
	if err := p.watch(); err != nil {
		s.untrack(p)
		return err
	}
	return nil
}

// untrack lets go of a process that cannot be watched.
func (s *server) untrack(p *process) {
	s.mu.Lock()
	delete(s.pids, p.pid)
	s.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	unix.Close(p.pidfd)
	p.pidfd = -1
}

// reapOrphans reaps, for ever, what was left to this process as the subreaper: children of containers without a PID
// namespace whose parents have died.
func (s *server) reapOrphans() error {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return err
	}
	children := make(chan os.Signal, 1)
	signal.Notify(children, unix.SIGCHLD)
	go func() {
		for range children {
			s.reapAll()
		}
	}()
	return nil
}

func (s *server) reapAll() {
	// Without such containers there are no orphans, and each child has a process object, or libcontainer waits for it.
	s.mu.Lock()
	idle := !s.orphans
	s.mu.Unlock()
	if idle {
		return
	}
	s.starting.Lock()
	defer s.starting.Unlock()
	for {
		var ws unix.WaitStatus
		pid, err := unix.Wait4(-1, &ws, unix.WNOHANG, nil)
		if err != nil || pid <= 0 {
			return
		}
		s.mu.Lock()
		p := s.pids[pid]
		s.mu.Unlock()
		if p != nil {
			p.reaped(ws)
		}
	}
}
