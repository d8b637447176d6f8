package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// maxLog is how large the supervisor's own log grows before it begins anew; the one before is kept. It is in memory, like all of the run
// directory.
const maxLog = 1 << 20

// selfLog is the file that the supervisor's standard error and output are, as the agent has opened it. What the Go runtime says in a
// panic goes there as well. Its user, a log.Logger, writes one line at a time.
type selfLog struct {
	path string
	fds  []int // the first is written to
	max  int64
}

// Write implements io.Writer.
func (l *selfLog) Write(line []byte) (int, error) {
	n, err := unix.Write(l.fds[0], line)
	var st unix.Stat_t
	if unix.Fstat(l.fds[0], &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFREG && st.Size > l.max {
		l.turn()
	}
	return n, err
}

// turn begins the file anew. Where that fails, lines go on being added to the old one.
func (l *selfLog) turn() {
	if os.Rename(l.path, l.path+".1") != nil {
		return
	}
	f, err := os.OpenFile(l.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return
	}
	defer f.Close()
	for _, fd := range l.fds {
		_ = unix.Dup3(int(f.Fd()), fd, 0) // fails only for descriptors that are none
	}
}
