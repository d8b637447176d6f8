package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// errReplaced ends a process whose data directory was removed under it. Whoever uses the path next must not find us there:
// a database works by path, and would remove the files of its successor.
var errReplaced = errors.New("the data directory was removed while gantry used it: nothing more is written")

// removed reports whether the lock file that we hold is no longer the one at its path.
func (s *Server) removed() bool {
	var held, there unix.Stat_t
	if s.lock == nil || unix.Fstat(int(s.lock.Fd()), &held) != nil {
		return false
	}
	if err := unix.Stat(s.layout.lock(), &there); err != nil {
		return errors.Is(err, unix.ENOENT)
	}
	return held.Ino != there.Ino || held.Dev != there.Dev
}

// guard waits until the lock file loses its name. The kernel tells; nothing is polled.
func (s *Server) guard(ctx context.Context) error {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return fmt.Errorf("watching the data directory: %w", err)
	}
	f := os.NewFile(uintptr(fd), "inotify")
	defer f.Close()
	if _, err := unix.InotifyAddWatch(fd, s.layout.lock(), unix.IN_ATTRIB|unix.IN_MOVE_SELF); err != nil {
		return fmt.Errorf("watching %s: %w", s.layout.lock(), err)
	}
	stop := context.AfterFunc(ctx, func() { _ = f.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	buf := make([]byte, 4096)
	for !s.removed() {
		if _, err := f.Read(buf); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return fmt.Errorf("watching %s: %w", s.layout.lock(), err)
		}
	}
	return errReplaced
}
