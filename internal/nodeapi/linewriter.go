package nodeapi

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"time"
)

// errLimit ends reading when the reader has all the bytes that it asked for.
var errLimit = errors.New("the limit of bytes is reached")

// lineWriter turns lines of a log in CRI format ("time stream tag text") into what a reader asked for.
type lineWriter struct {
	to    io.Writer
	opts  logOptions
	left  int64
	flush func()
	// inside is true after a partial line: its rest belongs to the same line.
	inside bool
	dirty  bool
}

func newLineWriter(to io.Writer, opts logOptions, flush func()) *lineWriter {
	return &lineWriter{to: to, opts: opts, left: opts.limit, flush: flush}
}

// line writes one line of the file, given without its newline. Lines that cannot be parsed are left out: a torn line at
// the end of a file after a crash is no text of the container.
func (l *lineWriter) line(raw []byte) error {
	stamp, rest, ok := bytes.Cut(raw, []byte{' '})
	stream, rest, ok2 := bytes.Cut(rest, []byte{' '})
	tag, text, _ := bytes.Cut(rest, []byte{' '})
	if !ok || !ok2 || len(tag) == 0 {
		return nil
	}
	if l.opts.stream != "All" && !strings.EqualFold(string(stream), l.opts.stream) {
		return nil
	}
	if !l.opts.since.IsZero() {
		at, err := time.Parse(time.RFC3339Nano, string(stamp))
		if err != nil || at.Before(l.opts.since) {
			return nil
		}
	}
	partial := tag[0] == 'P'
	out := make([]byte, 0, len(raw)+1)
	if l.opts.timestamps && !l.inside {
		out = append(append(out, stamp...), ' ')
	}
	out = append(out, text...)
	if !partial {
		out = append(out, '\n')
	}
	l.inside = partial
	return l.write(out)
}

func (l *lineWriter) write(out []byte) error {
	full := false
	if l.opts.limit > 0 && int64(len(out)) >= l.left {
		out, full = out[:l.left], true
	}
	n, err := l.to.Write(out)
	l.left -= int64(n)
	l.dirty = true
	if err == nil && full {
		return errLimit
	}
	return err
}

// pause is called when there is nothing to read for now.
func (l *lineWriter) pause() {
	if l.dirty {
		l.flush()
		l.dirty = false
	}
}
