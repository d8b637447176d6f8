package main

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/cmd/gantry-supervisor/crilog"
)

const (
	// fifoBytes is asked for as the size of each FIFO: what a container can write while no supervisor reads before it
	// blocks. More would be possible (1 MiB), but the kernel allots 40 bytes for each page that the pipe may hold, full or not.
	fifoBytes = 256 << 10
	// readBytes is what one read takes; the kernel's default size of a pipe.
	readBytes = 64 << 10
	// readsAtOnce bounds how long one loud container keeps the loop from the others.
	readsAtOnce = 8
)

// readBuffers are shared: only the loop and the ends of containers read.
type readBuffers struct{ pool sync.Pool }

func newReadBuffers() *readBuffers {
	return &readBuffers{sync.Pool{New: func() any { return new([readBytes]byte) }}}
}

// stream is one output of a container: a FIFO or the master of its terminal, read into the log and to the clients that are
// attached.
type stream struct {
	loop    *loop
	buffers *readBuffers
	log     *crilog.File // nil: discarded

	mu     sync.Mutex
	fd     int // -1 when the stream has ended
	cutter crilog.Cutter
	taps   []*tap
}

// openFIFO opens the reading end of a FIFO and watches it.
func openFIFO(l *loop, b *readBuffers, path, name string, log *crilog.File) (*stream, error) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	// Where it is refused (the user's limit of pipe pages), 64 KiB remain.
	_, _ = unix.FcntlInt(uintptr(fd), unix.F_SETPIPE_SZ, fifoBytes)
	return newStream(l, b, fd, name, log), nil
}

func newStream(l *loop, b *readBuffers, fd int, name string, log *crilog.File) *stream {
	return &stream{loop: l, buffers: b, fd: fd, log: log, cutter: crilog.Cutter{Stream: name}}
}

func (s *stream) watch() error { return s.loop.add(s.fd, unix.EPOLLIN, s) }

func (s *stream) ready(uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pump(readsAtOnce) {
		s.end()
	}
}

// finish reads what is left and ends the stream. All writers must be gone or their bytes do not matter.
func (s *stream) finish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	// A pipe that is full is emptied by so many reads; whoever still writes cannot keep us here for ever.
	s.pump(4 * fifoBytes / readBytes)
	s.end()
}

// pump reads up to n times, and tells whether the stream has ended.
func (s *stream) pump(n int) (ended bool) {
	if s.fd < 0 {
		return false
	}
	buf := s.buffers.pool.Get().(*[readBytes]byte)
	defer s.buffers.pool.Put(buf)
	for range n {
		got, err := unix.Read(s.fd, buf[:])
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.EAGAIN):
			return false
		case err != nil || got == 0: // EIO: the last one has left the terminal
			return true
		}
		s.deliver(buf[:got])
		if got < readBytes/2 {
			return false // level-triggered: what came meanwhile is reported anew
		}
	}
	return false
}

func (s *stream) deliver(data []byte) {
	for _, t := range s.taps {
		t.offer(data)
	}
	if s.log == nil {
		return
	}
	now := time.Now()
	lines, n := s.cutter.Cut(make([]byte, 0, len(data)+len(data)/2+64), data, now)
	s.log.Write(lines, n, now)
}

func (s *stream) end() {
	if s.fd < 0 {
		return
	}
	if s.log != nil {
		now := time.Now()
		lines, n := s.cutter.Flush(nil, now)
		s.log.Write(lines, n, now)
	}
	s.loop.remove(s.fd)
	unix.Close(s.fd)
	s.fd = -1
	for _, t := range s.taps {
		t.close()
	}
	s.taps = nil
}

// attach copies what comes from now on to f, which it owns.
func (s *stream) attach(f *os.File) *tap {
	t := newTap(f)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fd < 0 {
		t.close()
	} else {
		s.taps = append(s.taps, t)
	}
	return t
}

// detach ends what attach began.
func (s *stream) detach(t *tap) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.taps {
		if s.taps[i] == t {
			s.taps = append(s.taps[:i], s.taps[i+1:]...)
			break
		}
	}
	t.close()
}
