// Package vmlink is the wire between the host and the program that is process 1 of a virtual machine: calls of the host with
// their answers, and byte streams in both directions, over one serial port. It reads and writes the port that it is given.
//
// Streams have windows: a program whose output nobody takes blocks alone, and no other stream with it. The host is the client, and
// does not trust the guest: what does not fit the protocol ends the link.
package vmlink

import (
	"encoding/binary"
	"fmt"
	"io"
)

// The kinds of frames.
const (
	frameCall   = 'C' // host to guest: a Call in JSON, its number in place of the stream's
	frameAnswer = 'A' // guest to host: an answer in JSON
	frameData   = 'D' // bytes of a stream
	frameEOF    = 'E' // no more bytes will come
	frameCredit = 'W' // the other side has room for so many bytes more
)

const (
	headSize = 9 // kind, number, length
	// maxFrame bounds a call: a container's specification with the 1 MiB of environment that a ConfigMap may hold, in JSON.
	maxFrame = 8 << 20
	// maxData bounds a frame of a stream, so that streams take turns on the port.
	maxData = 16 << 10
	// window is what may be on its way in each direction of a stream: as much as a pipe holds.
	window = 64 << 10
)

// writeFrame writes one frame in one call.
func writeFrame(w io.Writer, kind byte, number uint32, body []byte) error {
	if len(body) > maxFrame {
		return fmt.Errorf("frame of %d bytes is larger than %d", len(body), maxFrame)
	}
	buf := make([]byte, headSize, headSize+len(body))
	buf[0] = kind
	binary.BigEndian.PutUint32(buf[1:], number)
	binary.BigEndian.PutUint32(buf[5:], uint32(len(body)))
	_, err := w.Write(append(buf, body...))
	return err
}

func readFrame(r io.Reader) (kind byte, number uint32, body []byte, err error) {
	var head [headSize]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, 0, nil, err
	}
	kind, number = head[0], binary.BigEndian.Uint32(head[1:])
	size := binary.BigEndian.Uint32(head[5:])
	if size > maxFrame {
		return 0, 0, nil, fmt.Errorf("frame of %d bytes is larger than %d", size, maxFrame)
	}
	body = make([]byte, size)
	_, err = io.ReadFull(r, body)
	return kind, number, body, err
}
