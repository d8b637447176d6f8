package vmhost

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/cmd/gantry-supervisor/vmlink"
	"gantry.dev/gantry/internal/driver/container/wire"
)

// bootPatience bounds how long a machine takes until it answers: where QEMU has to emulate, and the host is busy, it is tens of seconds.
const bootPatience = 100 * time.Second

// socketName is where a monitor listens, below the machine's state directory.
const socketName = "sock"

// server is the monitor of one machine.
type server struct {
	link *vmlink.Link

	mu      sync.Mutex
	created map[string]*created
	procs   map[vmlink.Target]*proc
}

// monitor is the life of the monitor: it starts the machine, says on descriptor 3 whether it answers, and serves until it ends.
func monitor() error {
	out := os.NewFile(3, "answer")
	var o order
	err := json.NewDecoder(os.Stdin).Decode(&o)
	var h *hypervisor
	var s *server
	var l *net.UnixListener
	if err == nil {
		h, s, l, err = bring(&o)
	}
	var said struct{ Error string }
	if err != nil {
		said.Error = err.Error()
	}
	if jerr := json.NewEncoder(out).Encode(said); jerr != nil {
		err = errors.Join(err, jerr) // who has started us is gone, and nobody knows of the machine
	}
	out.Close()
	if err != nil {
		return err
	}
	go s.serve(l)
	<-h.ended
	return fmt.Errorf("the machine has ended: %s", h.why())
}

// bring makes a machine that answers.
func bring(o *order) (*hypervisor, *server, *net.UnixListener, error) {
	signal.Ignore(unix.SIGPIPE) // writing to a client that has gone is an error and no end
	if err := os.Chdir(o.Dir); err != nil {
		return nil, nil, nil, err
	}
	if err := makeFiles(); err != nil {
		return nil, nil, nil, err
	}
	var tap *tap
	if o.OwnNet { // what is the host's stays the host's
		var err error
		if tap, err = openTap(); err != nil {
			return nil, nil, nil, fmt.Errorf("the machine's network: %w", err)
		}
	}
	h, err := startHypervisor(&o.Machine, tap)
	if err != nil {
		return nil, nil, nil, err
	}
	s := &server{link: vmlink.New(h.port, nil), created: map[string]*created{}, procs: map[vmlink.Target]*proc{}}
	go func() { _ = s.link.Run() }() // its end is QEMU's, or is followed by it
	setup := vmlink.Setup{Hostname: o.Hostname}
	if tap != nil {
		setup.Net = &tap.net
	}
	if err := h.await(func() error { return s.link.Do(vmlink.OpSetup, setup, nil) }); err != nil {
		return nil, nil, nil, err
	}
	if tap != nil {
		if err := tap.handOver(); err != nil {
			return nil, nil, nil, fmt.Errorf("the machine's network: %w", err)
		}
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: socketName, Net: "unix"})
	if err != nil {
		return nil, nil, nil, fmt.Errorf("listen: %w", err)
	}
	return h, s, l, nil
}

// makeFiles makes the directory in memory that the machine sees: only this mount namespace has it.
func makeFiles() error {
	if err := os.MkdirAll(filesDir, 0o700); err != nil {
		return err
	}
	if err := unix.Mount("machine", filesDir, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "size=4m,mode=0755"); err != nil {
		return fmt.Errorf("mount the machine's files: %w", err)
	}
	return os.Mkdir(shareDir, 0o755)
}

// await waits for the machine's first answer.
func (h *hypervisor) await(ask func() error) error {
	answered := make(chan error, 1)
	go func() { answered <- ask() }()
	timer := time.NewTimer(bootPatience)
	defer timer.Stop()
	select {
	case err := <-answered:
		if err != nil {
			return fmt.Errorf("%w: %s", err, h.why())
		}
		return nil
	case <-h.ended:
		return fmt.Errorf("it ended at once: %s", h.why())
	case <-timer.C:
		return fmt.Errorf("no answer in %s: %s", bootPatience, h.why())
	}
}

// serve takes connections: one is one request.
func (s *server) serve(l *net.UnixListener) {
	for {
		c, err := l.AcceptUnix()
		if err != nil {
			return // cannot be: nobody closes it
		}
		go s.answer(wire.NewConn(c))
	}
}

func (s *server) answer(c *wire.Conn) {
	defer c.Close()
	var r request
	files, err := c.Receive(&r)
	if err != nil {
		return // it has gone
	}
	var out reply
	switch r.Op {
	case opCreate:
		err = s.create(&r, files)
	case opStart:
		err = s.start(r.ID)
	case opExec:
		out.PID, err = s.exec(&r, files)
	case opWait:
		out.Exit, err = s.wait(c, r.target())
	case opKill:
		err = s.link.Do(vmlink.OpSignal, vmlink.Signal{Target: r.target(), All: r.All, Signal: r.Signal}, nil)
	case opDelete:
		err = s.remove(r.ID)
	default:
		err = fmt.Errorf("no such request: %s", r.Op)
	}
	if err != nil {
		out.Error = err.Error()
	}
	_ = c.Send(out) // it has gone
}
