package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/opencontainers/cgroups"
	_ "github.com/opencontainers/cgroups/devices" // lets managers set device rules
	"golang.org/x/sys/unix"
)

// killRounds and killPause bound how long a cgroup is killed again: a process that forks as fast as it is killed, or hangs in
// the kernel, is left to the next call.
const (
	killRounds = 100
	killPause  = 20 * time.Millisecond
)

// openCgroupRoot makes package cgroups open /sys/fs/cgroup now, in the mount namespace of the process. It keeps the descriptor
// it opens first for ever, and in the namespace of a launching thread that would soon lead nowhere.
func openCgroupRoot() {
	if f, err := cgroups.OpenFile("/sys/fs/cgroup", "cgroup.procs", unix.O_RDONLY); err == nil {
		f.Close() // version 1 has no such file there; the root is open all the same
	}
}

// cgroupManager manages a cgroup where it has directories, or would have if it were made for no special resources.
func cgroupManager(path string) (cgroups.Manager, error) {
	m, err := managerFor(&cgroups.Cgroup{Path: path, Resources: &cgroups.Resources{}})
	if err != nil {
		return nil, fmt.Errorf("cgroup %s: %w", path, err)
	}
	return m, nil
}

// joinCgroup makes a cgroup and moves a process into it.
func joinCgroup(path string, pid int) error {
	m, err := cgroupManager(path)
	if err != nil {
		return err
	}
	if err := m.Apply(pid); err != nil {
		return fmt.Errorf("join cgroup %s: %w", path, err)
	}
	return nil
}

// killCgroup kills every process in a cgroup and below, without waiting for their end.
func killCgroup(path string) error {
	m, err := cgroupManager(path)
	if err != nil {
		return err
	}
	if cgroups.IsCgroup2UnifiedMode() {
		// One write kills all, forks included (Linux 5.14).
		err := os.WriteFile(m.Path("")+"/cgroup.kill", []byte("1"), 0)
		if err == nil || errors.Is(err, os.ErrNotExist) && !m.Exists() {
			return nil
		}
	}
	pids, err := m.GetAllPids()
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("list cgroup %s: %w", path, err)
	}
	for _, pid := range pids {
		_ = unix.Kill(pid, unix.SIGKILL) // gone meanwhile
	}
	return nil
}

// emptyCgroup kills a cgroup until no process is left in it.
func emptyCgroup(path string) error {
	m, err := cgroupManager(path)
	if err != nil {
		return err
	}
	for range killRounds {
		pids, err := m.GetAllPids()
		if errors.Is(err, os.ErrNotExist) || err == nil && len(pids) == 0 {
			return nil
		}
		if err := killCgroup(path); err != nil {
			return err
		}
		// The kernel tells no one when a v1 cgroup is empty, so it has to be asked again.
		time.Sleep(killPause)
	}
	return fmt.Errorf("cgroup %s: processes do not end", path)
}

// emptyOwn kills the processes of a cgroup until none is left, but not those of the cgroups below.
func emptyOwn(path string) error {
	m, err := cgroupManager(path)
	if err != nil {
		return err
	}
	for range killRounds {
		pids, err := m.GetPids()
		if errors.Is(err, os.ErrNotExist) || err == nil && len(pids) == 0 {
			return nil
		}
		if err != nil {
			return fmt.Errorf("list cgroup %s: %w", path, err)
		}
		for _, pid := range pids {
			_ = unix.Kill(pid, unix.SIGKILL) // gone meanwhile
		}
		time.Sleep(killPause)
	}
	return fmt.Errorf("cgroup %s: processes do not end", path)
}

// removeCgroup kills what is in a cgroup and removes it.
func removeCgroup(path string) error {
	if err := emptyCgroup(path); err != nil {
		return err
	}
	m, err := cgroupManager(path)
	if err != nil {
		return err
	}
	return m.Destroy()
}

// oomKills is how many processes of a cgroup the kernel has killed for its memory limit.
func oomKills(path string) uint64 {
	m, err := cgroupManager(path)
	if err != nil {
		return 0
	}
	n, err := m.OOMKillCount()
	if err != nil {
		return 0 // no memory controller: no limit either
	}
	return n
}

// lowestOOMAdj is the lowest oom_score_adj that this process may give: its own, unless it has CAP_SYS_RESOURCE.
func lowestOOMAdj() int {
	const least = -1000
	var header = unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err == nil && data[0].Effective&(1<<unix.CAP_SYS_RESOURCE) != 0 {
		return least
	}
	raw, err := os.ReadFile("/proc/self/oom_score_adj")
	if err != nil {
		return 0
	}
	own := 0
	_, _ = fmt.Sscan(string(raw), &own)
	return own
}
