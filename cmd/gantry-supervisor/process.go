package main

import (
	"errors"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// process is one process whose end is awaited: a container's, an exec's, a pod-init. It is a child of this supervisor, or was
// one of a supervisor that has died.
type process struct {
	loop  *loop
	pid   int
	child bool
	ended func(exit wire.Exit, known bool) // called once, on a goroutine of its own

	mu    sync.Mutex
	pidfd int // -1 once it has ended
}

// watch starts to await the end. Until then ended is not called.
func (p *process) watch() error { return p.loop.add(p.pidfd, unix.EPOLLIN, p) }

func (p *process) ready(events uint32) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pidfd < 0 {
		return
	}
	if p.child {
		var ws unix.WaitStatus
		got, err := unix.Wait4(p.pid, &ws, unix.WNOHANG, nil)
		switch {
		case got == p.pid:
			p.finish(exitOf(ws), true)
		case errors.Is(err, unix.ECHILD): // the reaper of orphans took it and will tell
		}
		return
	}
	// Not our child: a zombie tells its code in /proc, and a process that was reaped through the pidfd on new kernels.
	if st, err := readStat(p.pid); err == nil && st.state == 'Z' {
		p.finish(exitOf(unix.WaitStatus(st.exitCode)), true)
		return
	}
	if events&unix.EPOLLHUP == 0 {
		// Between the two: it is dying. The hang-up comes when it has been reaped.
		_ = p.loop.change(p.pidfd, 0)
		return
	}
	ws, ok := reapedStatus(p.pidfd)
	p.finish(exitOf(ws), ok)
}

// reaped is told by the reaper of orphans.
func (p *process) reaped(ws unix.WaitStatus) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pidfd >= 0 {
		p.finish(exitOf(ws), true)
	}
}

func (p *process) finish(exit wire.Exit, known bool) {
	p.loop.remove(p.pidfd)
	unix.Close(p.pidfd)
	p.pidfd = -1
	if !known {
		exit = wire.Exit{Code: wire.UnknownExitCode}
	}
	exit.Finished = time.Now()
	go p.ended(exit, known)
}

// signal sends a signal to the process, and to no other that has its number.
func (p *process) signal(sig unix.Signal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pidfd < 0 {
		return unix.ESRCH
	}
	return unix.PidfdSendSignal(p.pidfd, sig, nil, 0)
}
