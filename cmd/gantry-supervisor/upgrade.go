package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// upgrade replaces the program of this process by another supervisor. The process stays, so it keeps its children and the
// terminals' masters; everything else is closed and read anew from the records, as after a crash. It returns only if it
// cannot begin; once begun, a failure ends the process, and the agent starts the next one.
func (s *server) upgrade(path string, reply func() error) error {
	if err := unix.Access(path, unix.X_OK); err != nil {
		return fmt.Errorf("upgrade to %s: %w", path, err)
	}
	s.starting.Lock() // no start or exec is half done, and none begins
	s.leaving.Store(true)
	if err := reply(); err != nil {
		s.leaving.Store(false)
		s.starting.Unlock()
		return err
	}
	keep := handover{"lock": s.lock, "sock": s.sock}
	if s.triggers != nil {
		keep[heirLooks] = s.triggers.park()
	}
	s.mu.Lock()
	for id, c := range s.table {
		if c == nil {
			continue
		}
		for _, st := range []*stream{c.out, c.err} {
			if st != nil {
				st.park()
			}
		}
		if c.master != nil && c.ended() == nil {
			keep["tty/"+id] = c.master
		}
	}
	if err := os.Unsetenv(sealedEnv); err != nil {
		s.log.Printf("upgrade: %v", err)
	}
	args := []string{os.Args[0], "serve", "--dir", s.dir, "--binary", path, "--inherit", keep.String()}
	err := unix.Exec(path, args, os.Environ())
	s.log.Fatalf("upgrade to %s: %v", path, err)
	return err
}

// park stops a stream for good, without losing what was read of a line: a partial line continues in the next.
func (s *stream) park() {
	s.mu.Lock() // and never unlocked
	if s.log != nil && s.fd >= 0 {
		now := time.Now()
		lines, n := s.cutter.Flush(nil, now)
		s.log.Write(lines, n, now)
	}
}

// handover are the files that a program leaves open for the next one in the same process: "lock" and "sock", and the
// terminals' masters as "tty/" and the container, and what belongs to triggers.
type handover map[string]*os.File

// String marks the files to stay open and names them for the next program.
func (h handover) String() string {
	var items []string
	for name, f := range h {
		// One that cannot be marked is missed by the next program, which then does as after a crash.
		if _, err := unix.FcntlInt(f.Fd(), unix.F_SETFD, 0); err == nil {
			items = append(items, name+"="+strconv.Itoa(int(f.Fd())))
		}
	}
	return strings.Join(items, ",")
}

// parseHandover reads what String has written.
func parseHandover(list string) (handover, error) {
	h := handover{}
	for item := range strings.SplitSeq(list, ",") {
		if item == "" {
			continue
		}
		name, num, _ := strings.Cut(item, "=")
		fd, err := strconv.Atoi(num)
		if err != nil || fd < 3 {
			return nil, errors.New("--inherit: not a list of name=descriptor")
		}
		unix.CloseOnExec(fd)
		h[name] = os.NewFile(uintptr(fd), name)
	}
	return h, nil
}
