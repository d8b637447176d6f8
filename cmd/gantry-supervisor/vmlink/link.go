package vmlink

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
)

// Call is what the host asks of the guest. Streams are open on both sides when the guest looks at it.
type Call struct {
	Op      string          `json:"op"`
	Streams []uint32        `json:"streams,omitempty"`
	Body    json.RawMessage `json:"body,omitempty"`
}

// answer carries one of its two.
type answer struct {
	Error string          `json:"error,omitempty"`
	Body  json.RawMessage `json:"body,omitempty"`
}

// Handler serves a call on the guest's side, on a goroutine of its own.
type Handler func(op string, body json.RawMessage, streams []*Stream) (any, error)

// Link is one side of the wire.
type Link struct {
	port   io.ReadWriter
	handle Handler // nil on the host's side

	wmu sync.Mutex // one frame at a time

	mu      sync.Mutex
	next    uint32 // number of the next call or stream; the host gives them
	streams map[uint32]*Stream
	calls   map[uint32]chan answer
	down    error
}

// New makes a side of the wire; Run has to be called. handle serves the calls of the other side, nil on the host's.
func New(port io.ReadWriter, handle Handler) *Link {
	return &Link{port: port, handle: handle, streams: map[uint32]*Stream{}, calls: map[uint32]chan answer{}}
}

// Run reads the port until it ends or breaks. Streams and calls that are open then fail.
func (l *Link) Run() error {
	var err error
	for err == nil {
		var kind byte
		var number uint32
		var body []byte
		if kind, number, body, err = readFrame(l.port); err == nil {
			err = l.dispatch(kind, number, body)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = fmt.Errorf("%w: %w", errBroken, err)
	for _, s := range l.streams {
		s.breakOff()
	}
	for _, c := range l.calls {
		close(c)
	}
	l.calls = nil
	return l.down
}

func (l *Link) dispatch(kind byte, number uint32, body []byte) error {
	switch kind {
	case frameData, frameEOF, frameCredit:
		l.mu.Lock()
		s := l.streams[number]
		l.mu.Unlock()
		if s == nil {
			return nil // closed here, and the other side did not know yet
		}
		if err := s.take(kind, body); err != nil {
			return fmt.Errorf("stream %d: %w", number, err)
		}
		return nil
	case frameCall:
		if l.handle == nil {
			return errors.New("a call from the guest")
		}
		var c Call
		if err := json.Unmarshal(body, &c); err != nil {
			return fmt.Errorf("decode call: %w", err)
		}
		streams := make([]*Stream, len(c.Streams))
		for i, n := range c.Streams {
			streams[i] = l.open(n)
		}
		go l.serve(number, c, streams)
		return nil
	case frameAnswer:
		var a answer
		if err := json.Unmarshal(body, &a); err != nil {
			return fmt.Errorf("decode answer: %w", err)
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		if c := l.calls[number]; c != nil {
			delete(l.calls, number)
			c <- a // has room for one
		}
		return nil
	}
	return fmt.Errorf("frame of unknown kind %d", kind)
}

// serve answers a call. What cannot be sent is lost with the link, which Run notices.
func (l *Link) serve(number uint32, c Call, streams []*Stream) {
	var a answer
	out, err := l.handle(c.Op, c.Body, streams)
	if err == nil {
		a.Body, err = json.Marshal(out)
	}
	if err != nil {
		a.Error = err.Error()
	}
	body, err := json.Marshal(a)
	if err == nil {
		_ = l.send(frameAnswer, number, body)
	}
}

func (l *Link) open(number uint32) *Stream {
	s := newStream(l, number)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down != nil {
		s.broken = true
	}
	l.streams[number] = s
	return s
}

// Open makes a stream, which is to be named in a call. Before the call has been answered nothing may be written to it.
func (l *Link) Open() *Stream {
	l.mu.Lock()
	l.next++
	n := l.next
	l.mu.Unlock()
	return l.open(n)
}

func (l *Link) forget(number uint32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.streams, number)
}

// Do makes a call and waits for the answer, which goes to out unless it is nil.
func (l *Link) Do(op string, in, out any, streams ...*Stream) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("encode call: %w", err)
	}
	c := Call{Op: op, Body: body}
	for _, s := range streams {
		c.Streams = append(c.Streams, s.number)
	}
	if body, err = json.Marshal(c); err != nil {
		return fmt.Errorf("encode call: %w", err)
	}
	got := make(chan answer, 1)
	l.mu.Lock()
	if l.down != nil {
		defer l.mu.Unlock()
		return l.down
	}
	l.next++
	number := l.next
	l.calls[number] = got
	l.mu.Unlock()
	if err := l.send(frameCall, number, body); err != nil {
		return err
	}
	a, ok := <-got
	switch {
	case !ok:
		return errBroken
	case a.Error != "":
		return errors.New(a.Error)
	case out == nil:
		return nil
	}
	return json.Unmarshal(a.Body, out)
}

func (l *Link) send(kind byte, number uint32, body []byte) error {
	l.wmu.Lock()
	defer l.wmu.Unlock()
	if err := writeFrame(l.port, kind, number, body); err != nil {
		return fmt.Errorf("%w: %w", errBroken, err)
	}
	return nil
}
