package vmlink

import (
	"encoding/binary"
	"errors"
	"io"
	"sync"
)

// errBroken is what streams answer when their link is gone.
var errBroken = errors.New("the link to the virtual machine is broken")

// Stream is one stream of bytes in each direction. One goroutine may read while another writes.
type Stream struct {
	l      *Link
	number uint32

	mu     sync.Mutex
	change sync.Cond
	in     []byte // read by nobody yet: at most a window
	inEnd  bool   // nothing will come any more
	used   int    // read since the last credit that was given
	credit int    // bytes that may be sent
	closed bool   // our side sends no more
	broken bool
}

func newStream(l *Link, number uint32) *Stream {
	s := &Stream{l: l, number: number, credit: window}
	s.change.L = &s.mu
	return s
}

// Read implements io.Reader.
func (s *Stream) Read(p []byte) (int, error) {
	s.mu.Lock()
	for len(s.in) == 0 && !s.inEnd && !s.broken {
		s.change.Wait()
	}
	if len(s.in) == 0 {
		defer s.mu.Unlock()
		if s.inEnd {
			return 0, io.EOF
		}
		return 0, errBroken
	}
	n := copy(p, s.in)
	s.in = s.in[n:]
	s.used += n
	give := 0
	if s.used >= window/2 {
		give, s.used = s.used, 0
	}
	s.mu.Unlock()
	if give > 0 {
		if err := s.l.send(frameCredit, s.number, binary.BigEndian.AppendUint32(nil, uint32(give))); err != nil {
			return n, err
		}
	}
	return n, nil
}

// Write implements io.Writer. It waits for room on the other side.
func (s *Stream) Write(p []byte) (done int, err error) {
	for len(p) > 0 {
		s.mu.Lock()
		for s.credit == 0 && !s.closed && !s.broken {
			s.change.Wait()
		}
		if s.closed || s.broken {
			s.mu.Unlock()
			return done, errBroken
		}
		n := min(len(p), s.credit, maxData)
		s.credit -= n
		s.mu.Unlock()
		if err := s.l.send(frameData, s.number, p[:n]); err != nil {
			return done, err
		}
		p, done = p[n:], done+n
	}
	return done, nil
}

// CloseWrite tells the other side that nothing more comes.
func (s *Stream) CloseWrite() error {
	s.mu.Lock()
	was := s.closed
	s.closed = true
	s.change.Broadcast()
	s.mu.Unlock()
	if was {
		return nil
	}
	return s.l.send(frameEOF, s.number, nil)
}

// Close ends both directions and forgets the stream: what still comes for it is dropped.
func (s *Stream) Close() error {
	err := s.CloseWrite()
	s.l.forget(s.number)
	s.breakOff()
	return err
}

func (s *Stream) breakOff() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = true
	s.change.Broadcast()
}

// take is what the link has read for the stream.
func (s *Stream) take(kind byte, body []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch kind {
	case frameData:
		if len(s.in)+len(body) > window || s.inEnd {
			return errors.New("more bytes than there is room for")
		}
		s.in = append(s.in, body...)
	case frameEOF:
		s.inEnd = true
	case frameCredit:
		if len(body) != 4 {
			return errors.New("credit of a wrong length")
		}
		more := binary.BigEndian.Uint32(body)
		if more > window || s.credit+int(more) > window {
			return errors.New("credit beyond the window")
		}
		s.credit += int(more)
	}
	s.change.Broadcast()
	return nil
}
