package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/opencontainers/cgroups"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/cmd/gantry-supervisor/crilog"
	"gantry.dev/gantry/internal/driver/container/wire"
)

// server is one supervisor.
type server struct {
	dir     string   // its run directory: sock, lock, root (mount point), c (records and FIFOs), lc (libcontainer), oci (state of OCI runtimes)
	binary  string   // path that this program was started from
	lock    *os.File // held as long as the process lives
	sock    *os.File // the listening socket, for an upgrade to hand on
	facts   hostFacts
	log     *log.Logger
	loop    *loop
	buffers *readBuffers
	logs    *crilog.Pool
	filters *filterCache
	points  pointLayers
	// triggers are nil where all is mounted at once.
	triggers *triggers

	// starting is held for reading while libcontainer starts a process: it waits for children of its own then, and
	// nobody may reap them. The reaper of orphans holds it for writing.
	starting sync.RWMutex
	// leaving is set when the program is about to be replaced: it answers nothing any more.
	leaving atomic.Bool
	slots   chan struct{} // bounds the starts that run at once

	mu      sync.Mutex
	table   map[string]*ctr // nil value: being started
	pids    map[int]*process
	subs    map[chan wire.Status]struct{}
	orphans bool // there has been a container without a PID namespace: what it leaves behind becomes our child
}

// startsAtOnce bounds concurrent starts of one supervisor: beyond it they only wait for each other in the kernel.
const startsAtOnce = 8

func newServer(dir, binary string) (*server, error) {
	openCgroupRoot()
	l, err := newLoop()
	if err != nil {
		return nil, err
	}
	groups, err := findHierarchies()
	if err != nil {
		return nil, err
	}
	s := &server{
		dir: dir, binary: binary, loop: l, buffers: newReadBuffers(), logs: crilog.NewPool(), filters: newFilterCache(),
		log:   log.New(&selfLog{path: filepath.Join(dir, "log"), fds: []int{2, 1}, max: maxLog}, "", log.LstdFlags|log.Lmicroseconds),
		slots: make(chan struct{}, startsAtOnce),
		table: map[string]*ctr{}, pids: map[int]*process{}, subs: map[chan wire.Status]struct{}{},
		facts: hostFacts{
			rootDir: filepath.Join(dir, "root"), stage: filepath.Join(dir, "stage"), groups: groups, devices: filepath.Join(dir, "dev"), fixed: filepath.Join(dir, "fixed"),
			cgroupV2: cgroups.IsCgroup2UnifiedMode(), minOOMAdj: lowestOOMAdj(),
		},
	}
	for _, d := range []string{"root", "stage", "fixed", "c", "lc", "oci", "dev"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o700); err != nil {
			return nil, fmt.Errorf("run directory: %w", err)
		}
	}
	// Root of a user namespace has to get to the root directory, on which a launching thread mounts.
	for _, d := range []string{dir, s.facts.rootDir} {
		if err := os.Chmod(d, 0o711); err != nil {
			return nil, fmt.Errorf("run directory: %w", err)
		}
	}
	if err := mountFixed(s.facts.fixed, groups); err != nil {
		return nil, err
	}
	return s, mountDevices(s.facts.devices)
}

// listen takes the directory's lock, which lasts as long as the process, and opens the socket; both may be left from the
// program before this one.
func (s *server) listen(left handover) (*net.UnixListener, error) {
	if s.lock, s.sock = left["lock"], left["sock"]; s.lock != nil && s.sock != nil {
		ln, err := net.FileListener(s.sock)
		if err != nil {
			return nil, fmt.Errorf("listen: %w", err)
		}
		return ln.(*net.UnixListener), nil
	}
	lock, err := os.OpenFile(filepath.Join(s.dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, fmt.Errorf("another supervisor serves %s: %w", s.dir, err)
	}
	socket := filepath.Join(s.dir, "sock")
	_ = os.Remove(socket) // of one that has died: the lock says that none lives
	ln, err := net.ListenUnix("unix", &net.UnixAddr{Name: socket, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	s.lock = lock
	if s.sock, err = ln.File(); err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	return ln, nil
}

// serve answers calls for ever.
func (s *server) serve(ln *net.UnixListener) error {
	for {
		c, err := ln.AcceptUnix()
		if passing(err) {
			s.log.Printf("accept: %v", err)
			time.Sleep(acceptPause)
			continue
		}
		if err != nil {
			return fmt.Errorf("accept: %w", err)
		}
		go s.answer(wire.NewConn(c))
	}
}

// acceptPause lets others give back what there is too little of.
const acceptPause = 100 * time.Millisecond

// passing says of an error that it goes away by itself: a supervisor that is out of descriptors for a moment must not leave thousands of
// containers for it.
func passing(err error) bool {
	for _, e := range []unix.Errno{unix.EMFILE, unix.ENFILE, unix.ENOBUFS, unix.ENOMEM, unix.ECONNABORTED} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// answer serves the one call of a connection.
func (s *server) answer(c *wire.Conn) {
	defer c.Close()
	var req wire.Request
	files, err := c.Receive(&req)
	if err != nil {
		if !errors.Is(err, io.EOF) {
			s.log.Printf("receive: %v", err)
		}
		return
	}
	defer wire.CloseAll(files)
	if s.leaving.Load() {
		return // the next program answers; this one would speak for a state that nobody keeps
	}
	if len(files) != len(req.FDs) {
		_ = c.Send(failure(fmt.Errorf("%d descriptors came, %d were named", len(files), len(req.FDs))))
		return
	}
	fds := map[string]*os.File{}
	for i, name := range req.FDs {
		fds[name] = files[i]
	}
	switch req.Op {
	case wire.OpEvents:
		s.events(c)
	case wire.OpExec:
		s.exec(c, &req, fds)
	case wire.OpAttach:
		s.attach(c, &req, fds)
	case wire.OpUpgrade:
		if err := s.upgrade(req.Path, func() error { return c.Send(wire.Response{}) }); err != nil {
			_ = c.Send(failure(err)) // the client has gone: nobody to tell
		}
	default:
		resp, err := s.call(&req, fds)
		if err != nil {
			resp = failure(err)
		}
		if err := c.Send(resp); err != nil {
			s.log.Printf("%s %s: %v", req.Op, req.ID, err)
		}
		if req.Op == wire.OpShutdown {
			s.triggers.leave()
			os.Exit(0)
		}
	}
}

// call serves the calls that are one request and one response.
func (s *server) call(req *wire.Request, fds map[string]*os.File) (wire.Response, error) {
	switch {
	case req.Op == wire.OpHello:
		return wire.Response{Hello: &wire.Hello{Version: wire.Version, PID: os.Getpid(), Containers: s.count(), Binary: s.binary}}, nil
	case req.Op == wire.OpStart && req.Start != nil:
		return s.start(req.Start, fds)
	case req.Op == wire.OpSignal:
		return wire.Response{}, s.signal(req.ID, req.Signal)
	case req.Op == wire.OpKill:
		return wire.Response{}, s.kill(req.ID)
	case req.Op == wire.OpRemove:
		return wire.Response{}, s.remove(req.ID)
	case req.Op == wire.OpList:
		return s.list()
	case req.Op == wire.OpStatus:
		return s.oneStatus(req.ID)
	case req.Op == wire.OpUpdate && req.Resources != nil:
		return wire.Response{}, s.update(req.ID, req.Resources)
	case req.Op == wire.OpReopenLog:
		return wire.Response{}, s.reopenLog(req.ID)
	case req.Op == wire.OpPodInit && req.PodInit != nil:
		return s.startPodInit(req.PodInit, fds[wire.FDUser])
	case req.Op == wire.OpShutdown:
		return wire.Response{}, nil
	}
	return wire.Response{}, unsupported("call %q", req.Op)
}

func (s *server) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.table)
}

// find returns a container that has been started.
func (s *server) find(id string) (*ctr, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.table[id]; c != nil {
		return c, nil
	}
	return nil, notFound(id)
}

// running returns a container that has not ended.
func (s *server) running(id string) (*ctr, error) {
	c, err := s.find(id)
	if err == nil && c.ended() != nil {
		err = notRunning(id)
	}
	return c, err
}
