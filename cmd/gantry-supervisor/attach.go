package main

import (
	"io"
	"os"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// attach connects a client to the live streams of a container: one response when it is connected, with the master of
// its terminal if it has one (to write to and to resize, not to read from), and one when the container has ended.
func (s *server) attach(c *wire.Conn, req *wire.Request, fds map[string]*os.File) {
	ct, err := s.running(req.ID)
	if err != nil {
		_ = c.Send(failure(err)) // the client has gone: nobody to tell
		return
	}
	// Before the client is told that it is connected: what it writes then may be answered, and the end come, at once.
	for st, name := range map[*stream]string{ct.out: wire.FDStdout, ct.err: wire.FDStderr} {
		if f := fds[name]; f != nil && st != nil {
			delete(fds, name)
			t := st.attach(keep(f))
			defer st.detach(t)
		}
	}
	resp := wire.Response{}
	var files []*os.File
	if ct.master != nil {
		resp.FDs, files = []string{wire.FDMaster}, []*os.File{ct.master}
	}
	if err := c.Send(resp, files...); err != nil {
		return
	}
	gone := watchClient(c)
	if f := fds[wire.FDStdin]; f != nil && ct.master == nil {
		go ct.copyStdin(keep(f), req.Attach != nil && s.stdinOnce(ct))
	}
	select {
	case <-ct.done:
		e := ct.ended().Exit
		_ = c.Send(wire.Response{Exit: &e})
	case <-gone:
	}
}

// copyStdin copies what a client writes to the container, until either has gone.
func (c *ctr) copyStdin(from *os.File, once bool) {
	defer from.Close()
	c.stdinMu.Lock()
	to := c.stdin
	c.stdinMu.Unlock()
	if to == nil {
		return
	}
	_, _ = io.Copy(to, from) // an error is the container's end or the client's
	if once {
		c.closeStdin()
	}
}

func (s *server) stdinOnce(c *ctr) bool {
	r, err := s.readRecord(c.id)
	return err == nil && r.Start.Spec.StdinOnce
}

// keep takes a file out of the hands of who received it, who will close what it still has.
func keep(f *os.File) *os.File {
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return f // out of descriptors: the client will see its stream closed
	}
	return os.NewFile(uintptr(fd), f.Name())
}
