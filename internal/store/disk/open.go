package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"golang.org/x/sys/unix"
)

// Open opens the store in a directory, which it creates if need be, readable by its owner only. Its errors are one
// line each and say what to do.
func Open(dir string, opts Options) (*Store, error) {
	opts = opts.withDefaults()
	s, err := open(dir, opts)
	if err != nil {
		return nil, fmt.Errorf("store: open %s: %w", dir, explain(err))
	}
	return s, nil
}

func open(dir string, opts Options) (*Store, error) {
	if err := makeDir(opts.FS, dir); err != nil {
		return nil, err
	}
	lock, err := pebble.LockDirectory(dir, opts.FS)
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	s := &Store{
		fs: opts.FS, dir: dir, lock: lock,
		space:  space{fs: opts.FS, dir: dir, reserve: opts.Reserve},
		queue:  make(chan *request, queueLen),
		idle:   make(chan struct{}, 1),
		sealed: make(chan *batch, 1),
		moved:  make(chan struct{}, 1),
		ended:  make(chan struct{}), failed: make(chan struct{}), drained: make(chan struct{}),
	}
	a, err := s.load(opts)
	if err != nil {
		if s.db != nil {
			_ = s.db.Close() // the error at hand says more
		}
		_ = lock.Close()
		return nil, err
	}
	s.root.Store(a.root())
	s.idle <- struct{}{}
	s.pipeline.Add(3)
	go s.assemble(a)
	go s.sync()
	go s.keepMark()
	return s, nil
}

// load opens the database and reads it.
func (s *Store) load(opts Options) (*assembler, error) {
	mark, marked, err := readMark(s.fs, s.dir)
	if err != nil {
		return nil, err
	}
	if s.db, err = s.openPebble(marked); err != nil {
		return nil, err
	}
	a, err := recoverState(s.db, opts, mark)
	if err = errors.Join(err, s.Err()); err != nil {
		return nil, err
	}
	if marked && a.rev > mark {
		_ = writeMark(s.fs, s.dir, a.rev) // an older mark only proves less
	} else if !marked {
		err = writeMark(s.fs, s.dir, a.rev)
	}
	return a, err
}

// makeDir creates the directory and makes the entries that it adds durable. Bodies are secrets: nobody else may read
// them, so this is not left to Pebble.
func makeDir(fsys vfs.FS, dir string) error {
	var parents []string // of directories that do not exist yet
	for d := dir; ; d = fsys.PathDir(d) {
		if _, err := fsys.Stat(d); !errors.Is(err, fs.ErrNotExist) {
			if err != nil {
				return err
			}
			break
		}
		parents = append(parents, fsys.PathDir(d))
	}
	if len(parents) == 0 {
		return nil
	}
	if err := fsys.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, parent := range parents {
		f, err := fsys.OpenDir(parent)
		if err != nil {
			return err
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return err
		}
	}
	return nil
}

// errFormat is a directory that a newer Gantry has written.
var errFormat = errors.New("the data was written by a newer version; use that version or restore an older backup")

// explain turns what went wrong into what to do.
func explain(err error) error {
	cause := oneLine(err.Error())
	var errno unix.Errno
	switch {
	case errors.Is(err, errFormat):
		return err
	case strings.Contains(cause, "unknown format major version"):
		return fmt.Errorf("%w (%s)", errFormat, cause)
	case errors.Is(err, unix.EAGAIN), strings.Contains(cause, "lock held by current process"):
		return errors.New("another instance is using this directory; stop it or choose another directory")
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("no permission (%s); run as the owner of the directory", cause)
	case errors.Is(err, unix.ENOTDIR):
		return errors.New("this is not a directory; choose another path")
	case errors.Is(err, unix.ENOSPC):
		return fmt.Errorf("no space left on the disk (%s); make room and start again", cause)
	case errors.Is(err, unix.EROFS):
		return errors.New("the file system is read-only; remount it or choose another directory")
	case errors.As(err, &errno) && errno != unix.ENOENT:
		return fmt.Errorf("the disk fails (%s); check it, then start again", cause)
	}
	// Whatever else Pebble or the recovery say is about what they have read. Pebble marks only a part of it.
	cause = strings.TrimPrefix(cause, errDamaged.Error()+": ")
	return fmt.Errorf("%w (%s); restore a backup, or move the directory away to start empty", errDamaged, cause)
}

var errDamaged = errors.New("the data is damaged")

// oneLine keeps an error of a library from spreading over several lines.
func oneLine(s string) string {
	const enough = 300
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > enough {
		s = s[:enough] + "..."
	}
	return s
}
