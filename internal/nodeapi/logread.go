package nodeapi

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/fsnotify/fsnotify"
)

// readLog writes the log at path, older rotated files first, and goes on with what is added if it is followed. It ends
// when ended is closed and everything is read.
func readLog(ctx context.Context, path string, opts logOptions, out *lineWriter, ended <-chan struct{}) error {
	var changes <-chan fsnotify.Event
	if opts.follow {
		// The watch begins before the first read, so that nothing falls between them.
		w, err := fsnotify.NewWatcher()
		if err != nil {
			return fmt.Errorf("watching the log: %w", err)
		}
		defer w.Close()
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("watching the log: %w", err)
		}
		if err := w.Add(filepath.Dir(path)); err != nil {
			return fmt.Errorf("watching the log: %w", err)
		}
		changes = w.Events
	}
	t := &tailer{path: path, out: out}
	defer t.close()
	if err := t.start(opts.tail); err != nil {
		return err
	}
	for {
		// Asked before reading: what was written before the end was known is read after it.
		over := false
		select {
		case <-ended:
			over = true
		default:
		}
		if err := t.drain(ctx); err != nil {
			return err
		}
		out.pause()
		if over {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ended:
		case _, ok := <-changes:
			if !ok {
				return errors.New("the watch of the log ended")
			}
		}
	}
}

// tailer reads a log file and those that it is rotated to.
type tailer struct {
	path string
	out  *lineWriter
	file *os.File
	buf  *bufio.Reader
	// torn is the beginning of a line whose rest is not there yet.
	torn []byte
}

func (t *tailer) close() {
	if t.file != nil {
		// It was only read.
		_ = t.file.Close()
		t.file = nil
	}
}

// name is the n-th older file, the newest for 0.
func (t *tailer) name(n int) string {
	if n == 0 {
		return t.path
	}
	return t.path + "." + strconv.Itoa(n)
}

// start finds the file and the place where the last lines begin; with a tail below zero, the oldest.
func (t *tailer) start(tail int64) error {
	n := 0
	for ; ; n++ {
		if _, err := os.Stat(t.name(n + 1)); err != nil {
			break
		}
	}
	if tail < 0 {
		return t.open(n, 0)
	}
	for i := 0; i <= n; i++ {
		at, found, err := tailOffset(t.name(i), tail)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		tail -= found
		if tail <= 0 || i == n {
			return t.open(i, at)
		}
	}
	return nil
}

func (t *tailer) open(n int, offset int64) error {
	t.close()
	f, err := os.Open(t.name(n))
	if errors.Is(err, fs.ErrNotExist) {
		// Nothing has been written yet: log files are made at the first byte.
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		return errors.Join(err, f.Close())
	}
	t.use(f)
	return nil
}

// use goes on with another file.
func (t *tailer) use(f *os.File) {
	t.close()
	t.file, t.buf, t.torn = f, bufio.NewReaderSize(f, readBuffer), nil
}

// readBuffer is larger than a line of a log, which runtimes cut at 16 KiB.
const readBuffer = 32 << 10

// drain reads all that is there, over rotations.
func (t *tailer) drain(ctx context.Context) error {
	for {
		if t.file == nil {
			if err := t.open(0, 0); err != nil || t.file == nil {
				return err
			}
		}
		if err := t.lines(ctx); err != nil {
			return err
		}
		next, err := t.newer()
		if err != nil || next == nil {
			return err
		}
		// Rotated between the last read and the look: what came last into the old file is read before the next.
		if err := t.lines(ctx); err != nil {
			return errors.Join(err, next.Close())
		}
		t.use(next)
	}
}

func (t *tailer) lines(ctx context.Context) error {
	for ctx.Err() == nil {
		part, err := t.buf.ReadSlice('\n')
		t.torn = append(t.torn, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		line := bytes.TrimSuffix(t.torn, []byte{'\n'})
		err = t.out.line(line)
		t.torn = t.torn[:0]
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// newer opens the file after the open one; nil if the open one is the newest. A rotation in between would make it open
// one too new, so it looks again afterwards whether everything is still where it was.
func (t *tailer) newer() (*os.File, error) {
	own, err := t.file.Stat()
	if err != nil {
		return nil, err
	}
	for {
		at, gone, err := t.find(own)
		if err != nil || at == 0 {
			return nil, err
		}
		next, err := os.Open(t.name(at - 1))
		if errors.Is(err, fs.ErrNotExist) {
			// Moved away, and nothing has been written since: the next one is still to come.
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		again, goneAgain, err := t.find(own)
		if err == nil && again == at && goneAgain == gone {
			return next, nil
		}
		if err := errors.Join(err, next.Close()); err != nil {
			return nil, err
		}
	}
}

// find looks for a file among the names. If it has been deleted, gone is true and at is behind the oldest that is left.
func (t *tailer) find(own fs.FileInfo) (at int, gone bool, err error) {
	for n := 0; ; n++ {
		info, err := os.Stat(t.name(n))
		switch {
		case errors.Is(err, fs.ErrNotExist) && n > 0:
			return n, true, nil
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return 0, false, err
		case os.SameFile(own, info):
			return n, false, nil
		}
	}
}

// tailOffset finds where the last n lines of a file begin, and how many lines there are from there on.
func tailOffset(path string, n int64) (offset, found int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, 0, err
	}
	if n == 0 {
		return end, 0, nil
	}
	block := make([]byte, readBuffer)
	for at := end; at > 0; {
		size := min(at, int64(len(block)))
		at -= size
		if _, err := f.ReadAt(block[:size], at); err != nil {
			return 0, 0, err
		}
		for i := size - 1; i >= 0; i-- {
			// The newline at the very end ends the last line, it does not begin one.
			if block[i] != '\n' || at+i == end-1 {
				continue
			}
			if found++; found == n {
				return at + i + 1, found, nil
			}
		}
	}
	if end > 0 {
		found++
	}
	return 0, found, nil
}
