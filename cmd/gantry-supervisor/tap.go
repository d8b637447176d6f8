package main

import (
	"os"
	"slices"
)

// tapChunks is how many reads an attached client may be behind before it is cut off: with readBytes, 4 MiB. A slow
// client must not slow the container.
const tapChunks = 64

// tap is an attached client's copy of a stream.
type tap struct {
	chunks chan []byte
	closed bool
}

// newTap copies to f, which it owns.
func newTap(f *os.File) *tap {
	t := &tap{chunks: make(chan []byte, tapChunks)}
	go func() {
		defer f.Close()
		for c := range t.chunks {
			if _, err := f.Write(c); err != nil {
				break // the client has gone: what follows fills the channel, and then the stream lets go
			}
		}
	}()
	return t
}

// offer and close are called with the stream's lock held, so never at once.
func (t *tap) offer(data []byte) {
	if t.closed {
		return
	}
	select {
	case t.chunks <- slices.Clone(data):
	default:
		t.close()
	}
}

func (t *tap) close() {
	if !t.closed {
		t.closed = true
		close(t.chunks)
	}
}
