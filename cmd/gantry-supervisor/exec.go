package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/opencontainers/runc/libcontainer"
	"github.com/opencontainers/runc/libcontainer/configs"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/cmd/gantry-supervisor/console"
	"gantry.dev/gantry/internal/driver/container/wire"
)

// exec runs a further process in a container: one response when it runs, with the master of its terminal if it has
// one, and one when it has ended. A client that goes away ends it.
func (s *server) exec(c *wire.Conn, req *wire.Request, fds map[string]*os.File) {
	p, end, master, done, err := s.startExec(req, fds)
	if err != nil {
		_ = c.Send(failure(err)) // the client has gone: nobody to tell
		return
	}
	wire.CloseAll([]*os.File{fds[wire.FDStdin], fds[wire.FDStdout], fds[wire.FDStderr]})
	resp := wire.Response{PID: p.pid}
	if master != nil {
		resp.FDs = []string{wire.FDMaster}
		err = c.Send(resp, master)
		master.Close()
	} else {
		err = c.Send(resp)
	}
	gone := watchClient(c)
	if err == nil {
		select {
		case exit := <-done:
			_ = c.Send(wire.Response{Exit: &exit})
			return
		case <-gone:
		}
	}
	end()
}

// startExec returns the process, what ends it, the master of its terminal, and where its end will be told.
func (s *server) startExec(req *wire.Request, fds map[string]*os.File) (p *process, end func(), master *os.File, done <-chan wire.Exit, err error) {
	e := req.Exec
	if e == nil || len(e.Args) == 0 {
		return nil, nil, nil, nil, fmt.Errorf("exec in container %s: no command", req.ID)
	}
	ct, err := s.running(req.ID)
	if err != nil {
		return nil, nil, nil, nil, err
	}
	r, err := s.readRecord(req.ID)
	if err != nil {
		return nil, nil, nil, nil, err
	}
	proc := containerProcess(&r.Start.Spec, e)
	io := &stdio{s: s}
	defer io.close(false)
	if e.TTY && !ct.oci {
		if err := io.openConsole(proc); err != nil {
			return nil, nil, nil, nil, err
		}
	} else if !e.TTY {
		setStdio(proc, fds)
	}

	s.starting.RLock()
	defer s.starting.RUnlock()
	started, err := s.runIn(ct, r, e, proc, io)
	if err != nil {
		if ct.ended() != nil {
			return nil, nil, nil, nil, notRunning(req.ID)
		}
		return nil, nil, nil, nil, fmt.Errorf("exec in container %s: %w", req.ID, err)
	}
	defer func() {
		if err != nil { // nobody would hear of its end, or ask for it
			wire.CloseAll([]*os.File{master})
			abandon(started.pid)
		}
	}()
	if e.TTY {
		if master, err = console.Receive(io.console); err != nil {
			return nil, nil, nil, nil, err
		}
	}
	pidfd, err := unix.PidfdOpen(started.pid, 0)
	if err != nil {
		return nil, nil, master, nil, fmt.Errorf("pidfd_open: %w", err)
	}
	ended := make(chan wire.Exit, 1)
	p = s.track(started.pid, pidfd, true, func(exit wire.Exit, _ bool) { ended <- exit })
	if err := p.watch(); err != nil {
		s.untrack(p)
		return nil, nil, master, nil, err
	}
	return p, func() { s.endExec(req.ID, started, p) }, master, ended, nil
}

// runIn starts a further process in a container by what has made the container.
func (s *server) runIn(ct *ctr, r *record, e *wire.ExecSpec, p *libcontainer.Process, io *stdio) (execed, error) {
	if ct.oci {
		return s.execOCI(r, e, p, io)
	}
	if err := s.runExec(ct, r, p); err != nil {
		return execed{}, err
	}
	pid, err := p.Pid()
	return execed{pid: pid}, err
}

// setStdio gives a process the client's ends. What is missing is /dev/null.
func setStdio(p *libcontainer.Process, fds map[string]*os.File) {
	if f := fds[wire.FDStdin]; f != nil { // a nil *os.File in an interface would not be nil
		p.Stdin = f
	}
	if f := fds[wire.FDStdout]; f != nil {
		p.Stdout = f
	}
	if f := fds[wire.FDStderr]; f != nil {
		p.Stderr = f
	}
}

// runExec starts a process by libcontainer. Its state of the container is made anew from our record each time.
func (s *server) runExec(ct *ctr, r *record, p *libcontainer.Process) error {
	cfg, err := containerConfig(&r.Start, s.facts)
	if err != nil {
		return err
	}
	cfg.NoNewKeyring = r.Keyring != 0 // see joinKeyring
	// Those of the first process, all of them: here the sandbox's belong to it, and joining one of the host's is harmless.
	cfg.Namespaces = nil
	if r.Start.IDs != nil {
		cfg.Namespaces = append(cfg.Namespaces, configs.Namespace{Type: configs.NEWUSER})
	}
	for _, t := range []configs.NamespaceType{configs.NEWNS, configs.NEWPID, configs.NEWNET, configs.NEWIPC, configs.NEWUTS, configs.NEWCGROUP} {
		if configs.IsNamespaceSupported(t) {
			cfg.Namespaces = append(cfg.Namespaces, configs.Namespace{Type: t})
		}
	}
	filter, _, err := s.filters.get(cfg, false)
	if err != nil {
		return err
	}
	if filter != nil {
		p.ExtraFiles = []*os.File{filter}
	}
	state := libcontainer.State{
		BaseState: libcontainer.BaseState{
			ID: ct.id, InitProcessPid: r.PID, InitProcessStartTime: r.StartTime, Created: r.StartedAt, Config: *cfg,
		},
	}
	m, err := cgroupManager(r.Start.Cgroup)
	if err != nil {
		return err
	}
	state.CgroupPaths = m.GetPaths()
	dir, err := os.MkdirTemp(filepath.Join(s.dir, "lc"), "exec-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.Mkdir(filepath.Join(dir, ct.id), 0o700); err != nil {
		return err
	}
	c, err := loadContainer(dir, &state)
	if err != nil {
		return err
	}
	if r.Keyring == 0 {
		return c.Run(p)
	}
	return onThread(func() error {
		if err := joinKeyring(r.Keyring); err != nil {
			return err
		}
		return c.Run(p)
	})
}
