// Package crilog turns the output of containers into CRI log lines and keeps them in rotated files. It reads nothing but
// the bytes it is given and writes only the files it is told. It never blocks for want of room: a line that
// cannot be written is dropped and counted.
package crilog

import (
	"bytes"
	"time"
)

// maxLine is where a line without an end is cut into partial ones, as containerd does: the bound of what is held in
// memory for a stream.
const maxLine = 16 << 10

// Cutter cuts one stream into lines. Its zero value is ready.
type Cutter struct {
	Stream  string // "stdout" or "stderr"
	pending []byte // bytes of a line whose end has not come
}

// Cut appends to dst the log lines that data completes, all with the time now, and returns it with their number.
func (c *Cutter) Cut(dst, data []byte, now time.Time) ([]byte, int) {
	lines := 0
	for len(data) > 0 {
		end := bytes.IndexByte(data, '\n')
		room := maxLine - len(c.pending)
		switch {
		case end >= 0 && end <= room:
			dst = c.line(dst, now, 'F', data[:end])
			data = data[end+1:]
		case len(data) >= room && (end < 0 || end > room):
			dst = c.line(dst, now, 'P', data[:room])
			data = data[room:]
		default:
			c.pending = append(c.pending, data...)
			return dst, lines
		}
		lines++
	}
	return dst, lines
}

// Flush appends what is left of a line when the stream ends, or is cut by somebody else from here on: a partial line, as
// containerd writes it, so that nobody sees an end of line that was never written.
func (c *Cutter) Flush(dst []byte, now time.Time) ([]byte, int) {
	if len(c.pending) == 0 {
		return dst, 0
	}
	return c.line(dst, now, 'P', nil), 1
}

// line appends one log line made of the pending bytes and the rest.
func (c *Cutter) line(dst []byte, now time.Time, tag byte, rest []byte) []byte {
	dst = now.UTC().AppendFormat(dst, time.RFC3339Nano)
	dst = append(append(append(dst, ' '), c.Stream...), ' ', tag, ' ')
	dst = append(append(append(dst, c.pending...), rest...), '\n')
	c.pending = nil // free it: most streams are idle, and there are thousands
	return dst
}
