package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// recover takes over what an earlier supervisor of the same directory has left. It ends before the first call is
// answered.
func (s *server) recover(left handover) error {
	if err := os.RemoveAll(filepath.Join(s.dir, "lc")); err != nil {
		return fmt.Errorf("recover: %w", err)
	}
	if err := os.Mkdir(filepath.Join(s.dir, "lc"), 0o700); err != nil {
		return fmt.Errorf("recover: %w", err)
	}
	ids, err := s.recordedIDs()
	if err != nil {
		return err
	}
	for _, id := range ids {
		r, err := s.readRecord(id)
		if errors.Is(err, errBadRecord) {
			s.log.Printf("set aside, what it tells of is left to be swept with its Pod: %v", err)
			if err := os.Rename(s.recordPath(id), s.recordPath(id)+badSuffix); err != nil {
				return fmt.Errorf("recover: %w", err)
			}
			s.removeFIFOs(id)
			continue
		}
		if err != nil {
			return fmt.Errorf("recover: %w", err)
		}
		if err := s.recoverOne(id, r, left["tty/"+id]); err != nil {
			s.log.Printf("container %s cannot be taken over, it is ended: %v", id, err)
			s.giveUp(id, r)
		}
	}
	return nil
}

// giveUp ends a container that cannot be taken over: thousands of others wait to be. If the agent wants it, it starts it anew.
func (s *server) giveUp(id string, r *record) {
	s.mu.Lock()
	c := s.table[id]
	s.mu.Unlock()
	if c == nil {
		c = s.newCtr(&r.Start, r.OOMs)
		s.mu.Lock()
		s.table[id] = c
		s.mu.Unlock()
	}
	if r.PID != 0 {
		// By its number and start time: its cgroup may be that of its Pod.
		if pidfd, err := openProcess(r.PID, r.StartTime); err == nil {
			_ = unix.PidfdSendSignal(pidfd, unix.SIGKILL, nil, 0) // it may have ended
			unix.Close(pidfd)
		}
	}
	if c.proc == nil {
		c.proc = &process{loop: s.loop, pid: r.PID, pidfd: -1}
	}
	s.onExit(c, wire.Exit{Code: wire.UnknownExitCode, Finished: time.Now()}, false)
}

func (s *server) recoverOne(id string, r *record, master *os.File) error {
	if r.PID == 0 {
		// It died while starting this one; nobody was told of it.
		if r.Start.PodGroup && !r.Start.Joined() {
			if err := emptyOwn(r.Start.Cgroup); err != nil {
				return err
			}
		}
		return s.erase(&r.Start)
	}
	c := s.newCtr(&r.Start, r.OOMs)
	if c.log != nil {
		c.log.SetDropped(r.Dropped)
	}
	s.mu.Lock()
	s.table[id] = c
	s.mu.Unlock()
	if r.Exit != nil {
		c.exit = r.Exit
		close(c.done)
		return nil
	}
	pidfd, err := openProcess(r.PID, r.StartTime)
	if err != nil && !errors.Is(err, unix.ESRCH) && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	gone := err != nil
	if master != nil {
		if err := c.useMaster(s, master); err != nil {
			return err
		}
		if err := c.out.watch(); err != nil {
			return err
		}
	}
	if err := s.reopenStreams(c, &r.Start.Spec); err != nil {
		return err
	}
	if gone {
		// It ended while nobody looked. What it last wrote is in the FIFOs still.
		c.proc = &process{loop: s.loop, pid: r.PID, pidfd: -1}
		s.onExit(c, wire.Exit{Code: wire.UnknownExitCode, Finished: time.Now()}, false)
		return nil
	}
	st, err := readStat(r.PID)
	child := err == nil && st.parent == os.Getpid() // after an upgrade in the same process
	if child {
		s.mu.Lock()
		s.orphans = true // there may be children of which no record tells: execs, and inits of sandboxes
		s.mu.Unlock()
	}
	c.proc = s.containerProc(c, r.PID, pidfd, child)
	return c.proc.watch()
}

// reopenStreams opens the FIFOs again. A terminal has died with its supervisor.
func (s *server) reopenStreams(c *ctr, sp *wire.Spec) (err error) {
	if sp.TTY {
		return nil
	}
	for _, o := range []struct {
		to           **stream
		suffix, name string
	}{{&c.out, "out", wire.FDStdout}, {&c.err, "err", wire.FDStderr}} {
		st, err := openFIFO(s.loop, s.buffers, s.fifoPath(c.id, o.suffix), o.name, c.log)
		if errors.Is(err, os.ErrNotExist) {
			continue // it died between the end of the container and its record
		}
		if err != nil {
			return err
		}
		if err := st.watch(); err != nil {
			return err
		}
		*o.to = st
	}
	// StdinOnce means the end of file when its client goes away, and that has gone with the supervisor.
	if sp.Stdin && !sp.StdinOnce {
		if c.stdin, err = openStdin(s.fifoPath(c.id, "in")); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}
