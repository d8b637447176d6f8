package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/opencontainers/runc/libcontainer"
	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

// start creates a container and starts its process.
func (s *server) start(st *wire.Start, fds map[string]*os.File) (wire.Response, error) {
	id := st.Spec.ID
	s.mu.Lock()
	if _, ok := s.table[id]; ok {
		s.mu.Unlock()
		return wire.Response{}, exists(id)
	}
	s.table[id] = nil
	s.mu.Unlock()

	s.slots <- struct{}{}
	c, r, err := s.create(st, fds)
	<-s.slots

	s.mu.Lock()
	if err != nil {
		delete(s.table, id)
		s.mu.Unlock()
		return wire.Response{}, fmt.Errorf("start container %s: %w", id, err)
	}
	s.table[id] = c
	s.mu.Unlock()
	// Only now may its end be seen: who subscribes to events finds it in the table or hears of it.
	if err := c.proc.watch(); err != nil {
		abandon(c.proc.pid)
		c.proc.finish(wire.Exit{}, false)
		if rerr := s.remove(id); rerr != nil {
			s.log.Printf("after a failed start: %v", rerr)
		}
		return wire.Response{}, fmt.Errorf("start container %s: %w", id, err)
	}
	return wire.Response{Statuses: []wire.Status{c.status(r)}}, nil
}

// create does the work; on an error nothing is left of it.
func (s *server) create(st *wire.Start, fds map[string]*os.File) (c *ctr, r *record, err error) {
	facts := s.facts
	if facts.volumes, err = volumePaths(facts.stage, st.Spec.Mounts, fds); err != nil {
		return nil, nil, err
	}
	if st.IDs != nil {
		f := fds[wire.FDUser]
		if f == nil {
			return nil, nil, fmt.Errorf("no descriptor came for the user namespace")
		}
		facts.userNS = fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), f.Fd())
	}
	cfg, err := containerConfig(st, facts)
	if err != nil {
		return nil, nil, err
	}
	// In a user namespace names are compared with those of this namespace only, and the keyring has to be its root's.
	cfg.NoNewKeyring = st.IDs == nil
	r = &record{Start: *st}
	if st.PodGroup {
		r.OOMs = oomKills(st.Cgroup)
	}
	// Written first, so that a supervisor that comes after a crash knows what to clean up.
	if err := s.writeRecord(st.Spec.ID, r); err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			if eerr := s.erase(st); eerr != nil {
				s.log.Printf("after a failed start: %v", eerr)
			}
		}
	}()
	plan := s.planRoot(st, fds)
	if err := plan.makeWritable(st); err != nil {
		return nil, nil, err
	}
	made := s.newCtr(st, r.OOMs) // a failing return sets c to nil
	c = made
	proc := containerProcess(&st.Spec, nil)
	io, err := s.openStdio(c, &st.Spec, proc)
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		io.close(err != nil)
		if err != nil {
			made.closeTerminal()
			made.closeStdin()
		}
	}()

	// A filter is learnt only where nobody but the init itself can have touched it.
	filter, started, err := s.filters.get(cfg, c.ownPIDs && !st.Spec.Privileged && st.OCI == nil)
	if err != nil {
		return nil, nil, err
	}
	if filter != nil {
		proc.ExtraFiles = []*os.File{filter}
	}
	// Until the process is known by its number, nobody else may reap it.
	s.starting.RLock()
	defer s.starting.RUnlock()
	var pid int
	if st.OCI != nil {
		pid, err = s.launchOCI(st, fds, plan, cfg, proc, io)
	} else {
		pid, err = s.launch(r, fds, plan, proc, func() (*libcontainer.Container, error) {
			return newContainer(filepath.Join(s.dir, "lc"), st.Spec.ID, cfg)
		})
	}
	started(err == nil)
	if err != nil {
		return nil, nil, notStarted(err)
	}
	defer func() {
		if err != nil { // nobody will hear of it: left alone, it would run beside the one of the next attempt
			abandon(pid)
		}
	}()
	startedAt, err := startTime(pid) // it is our child: the number is its own until we reap it
	if err != nil {
		return nil, nil, err
	}
	pidfd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("pidfd_open: %w", err)
	}
	r.PID, r.StartTime, r.StartedAt = pid, startedAt, time.Now()
	if err := s.writeRecord(st.Spec.ID, r); err != nil {
		unix.Close(pidfd)
		return nil, nil, err
	}
	if err := io.watch(c); err != nil {
		unix.Close(pidfd)
		return nil, nil, err
	}
	c.proc = s.containerProc(c, pid, pidfd, true)
	return c, r, nil
}

// abandon ends a child of which no record tells, and what is below it in a PID namespace of its own.
func abandon(pid int) {
	if unix.Kill(pid, unix.SIGKILL) != nil {
		return // it is no process any more, so no child either
	}
	for {
		if _, err := unix.Wait4(pid, nil, 0, nil); !errors.Is(err, unix.EINTR) {
			return
		}
	}
}

func (s *server) newCtr(st *wire.Start, ooms uint64) *ctr {
	if st.HostPID || st.OCI != nil { // a runtime may leave helpers behind
		s.mu.Lock()
		s.orphans = true
		s.mu.Unlock()
	}
	c := &ctr{
		id: st.Spec.ID, sandbox: st.Spec.Sandbox, cgroup: st.Cgroup,
		ownPIDs: !st.HostPID && st.PIDNS == "", podGroup: st.PodGroup, oomsBefore: ooms, oci: st.OCI != nil, joined: st.Joined(),
		done: make(chan struct{}),
	}
	if st.Spec.LogPath != "" {
		size, files := st.Spec.LogMaxBytes, st.Spec.LogMaxFiles
		if size == 0 {
			size = wire.DefaultLogMaxBytes
		}
		if files == 0 {
			files = wire.DefaultLogMaxFiles
		}
		c.log = s.logs.NewFile(st.Spec.LogPath, size, files)
	}
	return c
}

// launch runs libcontainer on a thread of its own, which joins the sandbox's namespaces and has a mount namespace of
// its own with nothing but the container's root and volumes more than ours. The container is cloned from this thread. The thread
// ends with the call, and what was mounted lives on in the container only. The record learns of the container's keyring.
func (s *server) launch(r *record, fds map[string]*os.File, plan rootPlan, p *libcontainer.Process, create func() (*libcontainer.Container, error)) (pid int, err error) {
	st := &r.Start
	err = s.entered(st, fds, plan, func() (err error) {
		if st.IDs == nil {
			if r.Keyring, err = ownKeyring(); err != nil {
				return err
			}
		}
		c, err := create()
		if err != nil {
			return err
		}
		err = s.run(c, p, st)
		// Its own record is enough to make libcontainer's anew, and that one holds 40 KiB of seccomp rules.
		_ = os.RemoveAll(filepath.Join(s.dir, "lc", st.Spec.ID))
		if err != nil {
			return err
		}
		pid, err = p.Pid()
		return err
	})
	return pid, err
}

// run makes the container's process, and lets it execute its program when everything is hidden that it must not see.
func (s *server) run(c *libcontainer.Container, p *libcontainer.Process, st *wire.Start) error {
	if err := c.Start(p); err != nil {
		return err
	}
	pid, err := p.Pid()
	if err == nil {
		err = hide(s.facts.fixed, pid, &st.Spec)
	}
	if err == nil {
		return c.Exec()
	}
	if kerr := p.Signal(unix.SIGKILL); kerr != nil {
		return errors.Join(err, kerr)
	}
	_, _ = p.Wait() // how it ended is known
	return err
}

// entered runs f on a thread that is prepared to be the parent of a container and ends with it.
func (s *server) entered(st *wire.Start, fds map[string]*os.File, plan rootPlan, f func() error) error {
	return onThread(func() error {
		if err := s.enter(st, fds, plan); err != nil {
			return err
		}
		return f()
	})
}

// onThread runs f on a thread that ends with it.
func onThread(f func() error) error {
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with this goroutine
		done <- f()
	}()
	return <-done
}

// enter prepares the calling thread to be the parent of a container.
func (s *server) enter(st *wire.Start, fds map[string]*os.File, plan rootPlan) error {
	if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
		return fmt.Errorf("unshare mount namespace: %w", err)
	}
	layers := plan.layers
	if st.IDs != nil {
		var err error
		if layers, err = mapLayers(layers, s.facts.stage, fds[wire.FDUser]); err != nil {
			return err
		}
	}
	if err := plan.mount(layers, st.DataDir, s.facts.rootDir, s.facts.stage); err != nil {
		return err
	}
	for _, ns := range []struct {
		name string
		flag int
	}{{wire.FDNet, unix.CLONE_NEWNET}, {wire.FDIPC, unix.CLONE_NEWIPC}, {wire.FDUTS, unix.CLONE_NEWUTS}} {
		if f := fds[ns.name]; f != nil {
			if err := unix.Setns(int(f.Fd()), ns.flag); err != nil {
				return fmt.Errorf("join %s namespace: %w", ns.name, err)
			}
		}
	}
	if placed(st) { // after the namespaces: /sys and message queues are the Pod's
		return s.place(st, fds)
	}
	volumes, err := volumePaths(s.facts.stage, st.Spec.Mounts, fds)
	if err != nil {
		return err
	}
	if err := stageVolumes(volumes, st.Spec.Mounts, fds); err != nil {
		return err
	}
	if stagedCgroup(st, s.facts.cgroupV2) {
		if err := stageCgroup(st, s.facts.stage, s.facts.fixed, s.facts.groups); err != nil {
			return fmt.Errorf("prepare /sys/fs/cgroup: %w", err)
		}
	}
	if stagedDev(st) {
		if err := stageDev(st, devDir(s.facts.devices, st.Spec.ID), ""); err != nil {
			return fmt.Errorf("prepare /dev: %w", err)
		}
	}
	return nil
}

// containerProc is the process of a container, not yet watched.
func (s *server) containerProc(c *ctr, pid, pidfd int, child bool) *process {
	return s.track(pid, pidfd, child, func(exit wire.Exit, known bool) { s.onExit(c, exit, known) })
}
