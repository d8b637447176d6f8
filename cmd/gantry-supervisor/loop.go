package main

import (
	"fmt"
	"sync"

	"golang.org/x/sys/unix"
)

// source is something with a descriptor that the loop watches.
type source interface {
	// ready is called on the loop's goroutine with the epoll events that were seen.
	ready(events uint32)
}

// loop waits for all descriptors of all containers in one goroutine: a goroutine for each would cost more memory than all
// the rest that is kept of a container.
type loop struct {
	epfd int

	mu      sync.Mutex
	sources map[int32]source
}

// maxEvents is how many descriptors one wait reports. More wait for the next round.
const maxEvents = 128

func newLoop() (*loop, error) {
	epfd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("epoll_create: %w", err)
	}
	return &loop{epfd: epfd, sources: map[int32]source{}}, nil
}

// add starts to watch fd, which must be non-blocking. Without events only errors and hang-ups are reported.
func (l *loop) add(fd int, events uint32, s source) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := unix.EpollCtl(l.epfd, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: events, Fd: int32(fd)}); err != nil {
		return fmt.Errorf("watch descriptor %d: %w", fd, err)
	}
	l.sources[int32(fd)] = s
	return nil
}

// change replaces the events of fd.
func (l *loop) change(fd int, events uint32) error {
	return unix.EpollCtl(l.epfd, unix.EPOLL_CTL_MOD, fd, &unix.EpollEvent{Events: events, Fd: int32(fd)})
}

// remove stops watching fd. It must be called before fd is closed; ready may still be called once.
func (l *loop) remove(fd int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, ok := l.sources[int32(fd)]; ok {
		delete(l.sources, int32(fd))
		_ = unix.EpollCtl(l.epfd, unix.EPOLL_CTL_DEL, fd, nil) // fails only if it is not watched
	}
}

// run watches for ever. An error means that the descriptor of epoll itself is broken.
func (l *loop) run() error {
	events := make([]unix.EpollEvent, maxEvents)
	for {
		n, err := unix.EpollWait(l.epfd, events, -1)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return fmt.Errorf("epoll_wait: %w", err)
		}
		for _, ev := range events[:n] {
			l.mu.Lock()
			s := l.sources[ev.Fd]
			l.mu.Unlock()
			if s != nil {
				s.ready(ev.Events)
			}
		}
	}
}
