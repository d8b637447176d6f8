package auditlog

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"gopkg.in/natefinch/lumberjack.v2"
)

// file is a log file, rotated by size, or a stream.
type file struct {
	out io.Writer
	// rotated is nil for a stream.
	rotated io.Closer
}

// openFile makes sure, before the server begins, that the file can be written.
func openFile(o Options) (*file, error) {
	if o.LogPath == "-" {
		return &file{out: os.Stdout}, nil
	}
	if err := os.MkdirAll(filepath.Dir(o.LogPath), 0o700); err != nil {
		return nil, fmt.Errorf("audit log: %w", err)
	}
	f, err := os.OpenFile(o.LogPath, os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("audit log: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("audit log: %w", err)
	}
	l := &lumberjack.Logger{Filename: o.LogPath, MaxSize: o.LogMaxSize, MaxAge: o.LogMaxAge, MaxBackups: o.LogMaxBackups, Compress: o.LogCompress}
	return &file{out: l, rotated: l}, nil
}

// write appends the events of a batch in one write where the file's bound allows it: a line is never cut by a rotation.
func (f *file) write(_ context.Context, events [][]byte) error {
	const most = 1 << 20 // the smallest size that a file can be given
	var buf bytes.Buffer
	for i, ev := range events {
		buf.Write(ev)
		if i+1 < len(events) && buf.Len()+len(events[i+1]) <= most {
			continue
		}
		if _, err := f.out.Write(buf.Bytes()); err != nil {
			return fmt.Errorf("writing the audit log: %w", err)
		}
		buf.Reset()
	}
	return nil
}

func (f *file) close() error {
	if f.rotated == nil {
		return nil
	}
	return f.rotated.Close()
}
