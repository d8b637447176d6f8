package main

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"gantry.dev/gantry/internal/driver/container/wire"
)

func (s *server) signal(id string, sig int) error {
	c, err := s.running(id)
	if err != nil {
		return err
	}
	if c.joined {
		return s.signalOCI(id, unix.Signal(sig))
	}
	err = c.proc.signal(unix.Signal(sig))
	if errors.Is(err, unix.ESRCH) {
		return notRunning(id)
	}
	if err != nil {
		return fmt.Errorf("signal %d to container %s: %w", sig, id, err)
	}
	return nil
}

func (s *server) kill(id string) error {
	c, err := s.running(id)
	if err != nil {
		return err
	}
	return s.killAll(c)
}

// killAll kills the container's processes without waiting for their end. In a Pod's cgroup there may be those of others;
// its own die with the first.
func (s *server) killAll(c *ctr) error {
	if c.joined {
		return s.signalOCI(c.id, unix.SIGKILL, "--all")
	}
	if !c.podGroup {
		return killCgroup(c.cgroup)
	}
	if err := c.proc.signal(unix.SIGKILL); err != nil && !errors.Is(err, unix.ESRCH) {
		return fmt.Errorf("kill container %s: %w", c.id, err)
	}
	return nil
}

// remove deletes everything of a container but its log. What is gone already is no error.
func (s *server) remove(id string) error {
	c, err := s.find(id)
	if err != nil {
		s.mu.Lock()
		_, starting := s.table[id]
		s.mu.Unlock()
		if starting {
			return fmt.Errorf("container %s is being started", id)
		}
		return nil
	}
	if c.ended() == nil {
		if c.podGroup {
			err = s.killAll(c)
		} else {
			err = emptyCgroup(c.cgroup)
		}
		if err != nil {
			return err
		}
		<-c.done
	}
	r, err := s.readRecord(id)
	if err != nil {
		return err
	}
	if err := s.erase(&r.Start); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.table, id)
	return nil
}

// erase deletes the cgroup, writable layer, FIFOs and, last, the record of a container without processes.
func (s *server) erase(st *wire.Start) error {
	id := st.Spec.ID
	if st.OCI != nil {
		s.forgetOCI(st)
	}
	if !st.PodGroup {
		if err := removeCgroup(st.Cgroup); err != nil {
			return fmt.Errorf("container %s: %w", id, err)
		}
	}
	if err := os.RemoveAll(devDir(s.facts.devices, id)); err != nil {
		return fmt.Errorf("container %s: remove /dev: %w", id, err)
	}
	if err := os.RemoveAll(st.DataDir); err != nil {
		return fmt.Errorf("container %s: remove writable layer: %w", id, err)
	}
	s.triggers.remove(id)
	s.removeFIFOs(id)
	if err := os.Remove(s.recordPath(id)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("container %s: remove record: %w", id, err)
	}
	return nil
}

func (s *server) list() (wire.Response, error) {
	s.mu.Lock()
	all := make([]*ctr, 0, len(s.table))
	for _, c := range s.table {
		if c != nil {
			all = append(all, c)
		}
	}
	s.mu.Unlock()
	out := make([]wire.Status, 0, len(all))
	for _, c := range all {
		r, err := s.readRecord(c.id)
		if err != nil {
			continue // removed meanwhile
		}
		out = append(out, c.status(r))
	}
	return wire.Response{Statuses: out}, nil
}

func (s *server) oneStatus(id string) (wire.Response, error) {
	c, err := s.find(id)
	if err != nil {
		return wire.Response{}, err
	}
	r, err := s.readRecord(id)
	if err != nil {
		return wire.Response{}, err
	}
	return wire.Response{Statuses: []wire.Status{c.status(r)}}, nil
}

func (s *server) update(id string, res *wire.Resources) error {
	c, err := s.running(id)
	if err != nil {
		return err
	}
	set := cgroupResources(*res)
	set.SkipDevices = true
	if err := bindCPUs(c.cgroup, set); err != nil {
		return fmt.Errorf("update limits of container %s: %w", id, err)
	}
	m, err := cgroupManager(c.cgroup)
	if err != nil {
		return err
	}
	if err := m.Set(set); err != nil {
		return fmt.Errorf("update limits of container %s: %w", id, err)
	}
	c.recording.Lock() // or its end, which comes meanwhile, would be lost for the next supervisor
	defer c.recording.Unlock()
	r, err := s.readRecord(id)
	if err != nil {
		return err
	}
	r.Start.Spec.Resources = *res
	return s.writeRecord(id, r)
}

func (s *server) reopenLog(id string) error {
	c, err := s.find(id)
	if err != nil {
		return err
	}
	if c.log != nil {
		c.log.Close()
	}
	return nil
}
