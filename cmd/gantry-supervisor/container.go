package main

import (
	"os"
	"sync"
	"time"

	"gantry.dev/gantry/cmd/gantry-supervisor/crilog"
	"gantry.dev/gantry/internal/driver/container/wire"
)

// ctr is what is kept in memory of a container: little, for there are thousands. The rest is in its record.
type ctr struct {
	id      string
	sandbox string
	cgroup  string
	// ownPIDs: its processes die with the first one, because they have a PID namespace of their own.
	ownPIDs bool
	// podGroup: the cgroup is the Pod's. oomsBefore is how often its limit had been hit before this container.
	podGroup   bool
	oomsBefore uint64
	oci        bool // made by an OCI runtime
	joined     bool // on the kernel of another container: proc only waits for it

	proc     *process
	out, err *stream // err is nil with a terminal
	log      *crilog.File
	master   *os.File // of its terminal

	stdinMu sync.Mutex
	stdin   *os.File // writing end; nil without stdin or when closed

	done chan struct{} // closed when the end has been recorded

	mu   sync.Mutex // guards exit
	exit *exited
	// recording is held while the record is read, changed and written.
	recording sync.Mutex
}

// exited is how a container ended.
type exited struct {
	wire.Exit
	OOMKilled bool `json:"oomKilled,omitempty"`
	Unknown   bool `json:"unknown,omitempty"`
}

// ended returns how it ended, or nil.
func (c *ctr) ended() *exited {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.exit
}

// status is the container as the client sees it. The record has the rest.
func (c *ctr) status(r *record) wire.Status {
	st := wire.Status{
		ID: c.id, Sandbox: c.sandbox, Labels: r.Start.Spec.Labels, State: wire.Running, PID: r.PID, StartedAt: r.StartedAt,
		LogPath: r.Start.Spec.LogPath, Stdin: r.Start.Spec.Stdin, TTY: r.Start.Spec.TTY,
	}
	if c.log != nil {
		st.DroppedLogLines = c.log.Dropped()
	}
	if e := c.ended(); e != nil {
		st.State, st.PID = wire.Exited, 0
		st.FinishedAt, st.ExitCode, st.Signal = e.Finished, e.Code, e.Signal
		st.OOMKilled, st.Unknown = e.OOMKilled, e.Unknown
	}
	return st
}

// closeStdin is end of file for the program, if nobody else holds the FIFO open for writing.
func (c *ctr) closeStdin() {
	c.stdinMu.Lock()
	defer c.stdinMu.Unlock()
	if c.stdin != nil {
		c.stdin.Close()
		c.stdin = nil
	}
}

func (c *ctr) closeTerminal() {
	if c.master != nil {
		c.master.Close()
	}
}

// onExit is called when the container's process has ended: it waits until nothing more can come, records the end, and
// tells the world.
func (s *server) onExit(c *ctr, exit wire.Exit, known bool) {
	if !c.ownPIDs {
		if err := emptyCgroup(c.cgroup); err != nil {
			s.log.Printf("container %s: %v", c.id, err)
		}
	}
	oom := false
	if c.joined {
		exit, oom = s.joinedExit(c.id, exit)
		known = true
	}
	e := &exited{Exit: exit, Unknown: !known}
	e.OOMKilled = exit.Code != 0 && (oom || oomKills(c.cgroup) > c.oomsBefore)
	s.finishStreams(c)
	c.mu.Lock()
	c.exit = e
	c.mu.Unlock()
	r, err := s.recordExit(c, e)
	if err != nil {
		s.log.Printf("container %s: %v", c.id, err) // it is in memory still; a crash now would make it unknown
	}
	s.publish(c.status(r)) // before anybody can remove it
	close(c.done)
}

// finishStreams reads the rest of the output and lets go of everything but the log's name.
func (s *server) finishStreams(c *ctr) {
	for _, st := range []*stream{c.out, c.err} {
		if st != nil {
			st.finish()
		}
	}
	if c.log != nil {
		c.log.Close()
	}
	c.closeTerminal()
	c.closeStdin()
	s.removeFIFOs(c.id)
}

// closeIdleLogs closes log files that nobody writes to, for ever.
func (s *server) closeIdleLogs() {
	for now := range time.Tick(idleLog) {
		s.logs.CloseIdle(now.Add(-idleLog))
	}
}

// idleLog is how long a log file stays open after its last line.
const idleLog = 5 * time.Second
