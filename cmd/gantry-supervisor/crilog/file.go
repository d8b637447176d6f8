package crilog

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// File is a log of several rotated files: Path, and older ones as Path.1, Path.2 and so on. It is opened at the first line
// and closed by its Pool when idle.
type File struct {
	path     string
	maxBytes int64
	maxFiles int
	pool     *Pool

	dropped atomic.Int64

	mu   sync.Mutex
	f    *os.File // nil while closed
	size int64    // of f, always at a line's end
	used time.Time
}

// NewFile describes a log; nothing is opened yet.
func (p *Pool) NewFile(path string, maxBytes int64, maxFiles int) *File {
	return &File{path: path, maxBytes: maxBytes, maxFiles: max(maxFiles, 1), pool: p}
}

// Dropped is the number of lines that could not be written.
func (l *File) Dropped() int64 { return l.dropped.Load() }

// SetDropped continues the count of an earlier process.
func (l *File) SetDropped(n int64) { l.dropped.Store(n) }

// Write appends whole lines, n of them, and rotates at a line's end where they outgrow the file. Lines that cannot be
// written are dropped.
func (l *File) Write(lines []byte, n int, now time.Time) {
	if len(lines) == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.used = now
	for len(lines) > 0 {
		if err := l.open(); err != nil {
			l.dropped.Add(int64(n))
			return
		}
		fits := cutAt(lines, l.maxBytes-l.size)
		if fits == 0 && l.size > 0 {
			if err := l.rotate(); err != nil {
				l.dropped.Add(int64(n))
				return
			}
			continue
		}
		if fits == 0 { // one line larger than a file: it gets a file of its own
			fits = bytes.IndexByte(lines, '\n') + 1
		}
		part := lines[:fits]
		count := bytes.Count(part, []byte{'\n'})
		if !l.append(part) {
			l.dropped.Add(int64(count))
		}
		lines, n = lines[fits:], n-count
	}
}

// cutAt is the length of the whole lines that fit in room.
func cutAt(lines []byte, room int64) int {
	if int64(len(lines)) <= room {
		return len(lines)
	}
	return bytes.LastIndexByte(lines[:max(room, 0)], '\n') + 1
}

// append writes all or nothing: what was half written is cut off, so that the next line starts on a line of its own.
func (l *File) append(part []byte) bool {
	if _, err := l.f.Write(part); err != nil {
		if l.f.Truncate(l.size) != nil {
			l.close() // its size is not known any more: measure it at the next opening
		}
		return false
	}
	l.size += int64(len(part))
	return true
}

func (l *File) open() error {
	if l.f != nil {
		return nil
	}
	f, err := os.OpenFile(l.path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o640)
	if os.IsNotExist(err) {
		if err := os.MkdirAll(filepath.Dir(l.path), 0o755); err != nil {
			return fmt.Errorf("log directory: %w", err)
		}
		f, err = os.OpenFile(l.path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o640)
	}
	if err != nil {
		return fmt.Errorf("open log: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return fmt.Errorf("measure log: %w", err)
	}
	l.f, l.size = f, info.Size()
	l.pool.opened(l)
	return nil
}

// rotate moves every file one number on; the oldest is replaced.
func (l *File) rotate() error {
	l.close()
	if l.maxFiles == 1 {
		return os.Truncate(l.path, 0)
	}
	for i := l.maxFiles - 1; i > 1; i-- {
		if err := os.Rename(l.numbered(i-1), l.numbered(i)); err != nil && !os.IsNotExist(err) {
			return fmt.Errorf("rotate log: %w", err)
		}
	}
	return os.Rename(l.path, l.numbered(1))
}

func (l *File) numbered(i int) string { return l.path + "." + strconv.Itoa(i) }

func (l *File) close() {
	if l.f != nil {
		l.f.Close() // an error here was an error of a write that is already counted, or of a file system that has gone
		l.f = nil
		l.pool.closed(l)
	}
}

// Close closes the file if it is open; a later Write opens it anew.
func (l *File) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.close()
}

// closeIdle closes it if nothing was written since then.
func (l *File) closeIdle(since time.Time) {
	if !l.mu.TryLock() {
		return // being written: not idle
	}
	defer l.mu.Unlock()
	if l.used.Before(since) {
		l.close()
	}
}
